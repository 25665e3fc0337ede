"""Commands on labs as a whole: enrol, sync, claim, status, lock, unlock, snapshots, backup, restore, doctor, demo."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from app.errors import AssayError, InputError, OfflineError, StorageError
from cli.context import Context, read_input
from cli.output import table

PARTLY = 8
WANTING = 1
Lab = Annotated[str | None, typer.Option("--lab", help="The lab, when there are several.")]


def mount(program: typer.Typer) -> None:
    program.command(epilog="Example: assay demo --headless --screens pictures")(demo)
    program.command(epilog="Example: assay enrol 'assay://enrol?…'")(enrol)
    program.command(epilog="Example: assay connect http://127.0.0.1:8080 --project 3 --token-file token.txt")(
        connect
    )
    program.command(epilog="Example: assay sync --json")(sync)
    program.command(epilog="Example: assay claim --tasks 20")(claim)
    program.command(epilog="Example: assay decline t-0007")(decline)
    program.command(epilog="Example: assay status")(status)
    program.command(epilog="Example: assay lock")(lock)
    program.command(epilog="Example: assay unlock --passphrase-file secret.txt")(unlock)
    program.command(epilog="Example: assay snapshots --json")(snapshots)
    program.command(epilog="Example: assay backup")(backup)
    program.command(epilog="Example: assay restore workspace-20261101T090000.db")(restore)
    program.command(epilog="Example: assay doctor")(doctor)


def demo(
    ctx: typer.Context,
    headless: Annotated[
        bool, typer.Option("--headless", help="Without a screen, and end when done.")
    ] = False,
    screens: Annotated[Path | None, typer.Option(help="Save pictures of the screens here.")] = None,
) -> None:
    """Run the whole loop with a sample lab on this computer, in a throw-away home unless told otherwise."""
    from cli.demo import run_demo

    context: Context = ctx.obj
    run_demo(context, headless=headless, screens=screens)


def enrol(
    ctx: typer.Context,
    invitation: Annotated[
        str, typer.Argument(help="The link of an invitation, or its file; or the lab's answer to a request.")
    ],
    by_file: Annotated[
        Path | None,
        typer.Option(help="Without a network: write the request into this folder, to be carried to the lab."),
    ] = None,
) -> None:
    """Join a lab: it proves who it is, this computer makes its keys and registers."""
    from app.services.joining import AGE_FILE

    context: Context = ctx.obj
    text: str | bytes = invitation if invitation.startswith("assay:") else read_input(invitation)
    secret = context.passphrase()
    if by_file is not None:
        request = context.workstation.joining.request(text, by_file, passphrase=secret)
        words = f"{request}: take it to the lab, then give its answer to `assay enrol`"
        context.output.result({"request": str(request)}, words)
        return
    pulled: dict[str, int] = {}
    if isinstance(text, bytes) and text.startswith(AGE_FILE):
        session, report = context.workstation.joining.answered(Path(invitation), passphrase=secret)
        pulled = {"pulled": report.pulled}
    else:
        session = context.workstation.enrolling.enrol(text, passphrase=secret)
    try:
        identity = session.identity
        context.output.result(
            {
                "lab": identity.lab_id,
                "name": identity.lab_name,
                "expert": identity.expert,
                "kid": identity.kid,
                **pulled,
            },
            f"Enrolled with {identity.lab_name} ({identity.lab_id}) as {identity.expert}.",
        )
    finally:
        session.close()


def connect(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(help="Where Label Studio is.")],
    project: Annotated[int, typer.Option(help="The project's number.", min=1)],
    token_file: Annotated[
        str, typer.Option(help="A file with your access token (personal or legacy), - for standard input.")
    ],
) -> None:
    """Work on a Label Studio project: its tasks come with `assay sync`, finished ones go back as annotations."""
    context: Context = ctx.obj
    token = read_input(token_file).decode("utf-8", "replace").strip()
    session = context.workstation.studio.connect(url, project, token, context.passphrase())
    try:
        identity = session.identity
        found = {
            "lab": identity.lab_id,
            "name": identity.lab_name,
            "expert": identity.expert,
            "kid": identity.kid,
        }
        context.output.result(found, f"Connected with {identity.lab_name} ({identity.lab_id}).")
    finally:
        session.close()


def sync(
    ctx: typer.Context,
    lab: Lab = None,
    from_start: Annotated[
        bool, typer.Option("--from-start", help="Read all news again; what was refused is tried again.")
    ] = False,
    metered: Annotated[
        bool, typer.Option("--metered", help="The network costs money: attachments wait for another one.")
    ] = False,
) -> None:
    """Fetch new work, send what is waiting, keep the receipts. It resumes where a cut left it."""
    context: Context = ctx.obj
    folders = [context.workstation.labs.pick(lab)] if lab is not None else list(_remote(context))
    if not folders:
        folders = [context.workstation.labs.pick(None)]
    reports: list[dict[str, Any]] = []
    failures: list[tuple[str, AssayError]] = []
    for folder in folders:
        try:
            reports.append(_sync_one(context, folder, from_start, metered))
        except AssayError as exc:
            failures.append((folder, exc))
    if failures and not reports:
        for _, other in failures[1:]:
            context.output.explain(other)
        raise failures[0][1]
    for _, failure in failures:
        context.output.explain(failure)
    total: dict[str, Any] = {
        key: sum(r[key] for r in reports)
        for key in ("pulled", "pushed", "receipted", "returned", "opened", "conflicts", "waiting")
    }
    total["refused"] = [row for r in reports for row in r["refused"]]
    total["failed"] = [{"folder": folder, "error": exc.as_json()} for folder, exc in failures]
    if failures or total["refused"]:
        context.code = PARTLY
    for row in total["refused"]:
        context.output.say(f"refused: {row['what']}: {row['reason']} ({row['code']})")
    words = "{pulled} pulled, {pushed} pushed, {receipted} receipted, {waiting} still waiting".format(**total)
    context.output.result(total, words)


def _remote(context: Context) -> list[str]:
    """Labs that can be synced: all that are not of this computer only. One that cannot be opened is among them:
    its own sync says why, and holds up no other."""
    folders = context.workstation.labs.folders()
    return [folder for folder in folders if len(folders) == 1 or not _is_local(context, folder)]


def _is_local(context: Context, folder: str) -> bool:
    try:
        return context.session(folder, readonly=True).identity.local
    except AssayError:
        return False
    finally:
        context.close()


def _sync_one(context: Context, folder: str, from_start: bool, metered: bool) -> dict[str, Any]:
    session = context.session(folder)
    try:
        return context.workstation.sending.sync(
            session,
            lambda done, total, what: context.output.say(f"{what}: {done} of {total}"),
            from_start=from_start,
            metered=metered or context.workstation.settings.load().metered,
        ).as_json()
    except OfflineError as exc:
        raise _by_hand(exc) from None
    finally:
        context.close()


def _by_hand(error: OfflineError) -> OfflineError:
    """The window tries a sync again by itself; a command does not, and says so."""
    from app.sync.connectors.transfer import TRIED_AGAIN

    if error.hint_template != TRIED_AGAIN:
        return error
    hint = "Your work is safe on this computer. A command is not tried again by itself: sync later."
    return OfflineError(error.code, error.template, hint=hint, where=error.where, params=error.params)


def claim(
    ctx: typer.Context,
    tasks: Annotated[int, typer.Option(help="How many more.", min=1)] = 10,
    lab: Lab = None,
) -> None:
    """Ask the lab for more work; it comes with the next sync."""
    context: Context = ctx.obj
    found = context.workstation.sending.claim(context.session(lab), tasks)
    context.output.result(found, f"{found['tasks']} tasks leased")


def decline(
    ctx: typer.Context,
    task: Annotated[str, typer.Argument(help="A task of the assignment to give back.")],
    lab: Lab = None,
) -> None:
    """Give back the assignment that a task came with, without penalty; finished work in it stays yours."""
    context: Context = ctx.obj
    given = context.workstation.sending.give_back(context.session(lab), task)
    context.output.result({"assignment": given}, f"{given} given back; its tasks go with the next sync")


def status(ctx: typer.Context) -> None:
    """The labs on this computer, in numbers."""
    from app.services.listing import counts

    context: Context = ctx.obj
    labs = context.workstation.labs
    found: list[dict[str, Any]] = []
    for ref in labs.all():
        if ref.locked:
            found.append({"folder": ref.folder, "locked": True})
            continue
        try:
            found.append(
                {"folder": ref.folder, "locked": False, **counts(context.session(ref.folder, readonly=True))}
            )
        except AssayError as exc:
            found.append({"folder": ref.folder, "locked": exc.kind == "locked", "error": exc.as_json()})
        finally:
            context.close()
    words = table([[str(r.get("lab", r["folder"])), _state(r)] for r in found], ["lab", ""])
    context.output.result({"labs": found}, words if found else "No lab on this computer yet.")


def _state(row: dict[str, Any]) -> str:
    if row["locked"]:
        return "locked"
    if "error" in row:
        return str(row["error"]["message"])
    return f"{row['name']}: {row['done']} of {row['tasks']} done, {row['waiting']} waiting to be sent"


def lock(ctx: typer.Context, lab: Lab = None) -> None:
    """Lock a lab, or all of them: nothing opens it again without its key, PIN or passphrase."""
    context: Context = ctx.obj
    labs = context.workstation.labs
    folders = [labs.pick(lab)] if lab is not None else list(labs.folders())
    for folder in folders:
        labs.lock(folder)
    context.output.result({"locked": folders}, f"{len(folders)} locked")


def unlock(ctx: typer.Context, lab: Lab = None) -> None:
    """Unlock a lab, with its PIN or passphrase from --passphrase-file if it has one."""
    context: Context = ctx.obj
    folder = context.workstation.labs.pick(lab)
    context.workstation.labs.unlock(folder, context.passphrase())
    context.output.result({"unlocked": folder}, "unlocked")


def snapshots(ctx: typer.Context, lab: Lab = None) -> None:
    """The checked copies of a workspace, newest first."""
    context: Context = ctx.obj
    found = [
        {"file": str(path), "size": path.stat().st_size}
        for path in context.session(lab, readonly=True).workspace.snapshots()
    ]
    context.output.result(found, "\n".join(str(row["file"]) for row in found) or "no snapshot yet")


def backup(ctx: typer.Context, lab: Lab = None) -> None:
    """Make a checked, encrypted copy of a workspace now."""
    context: Context = ctx.obj
    path = context.session(lab).workspace.snapshot()
    context.output.result({"file": str(path), "size": path.stat().st_size}, str(path))


def restore(
    ctx: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(help="A snapshot of this lab; without one, whatever makes it whole again."),
    ] = None,
    lab: Lab = None,
) -> None:
    """Put a snapshot in the place of the workspace; the file there is set aside, not removed.

    Without a file: the newest whole snapshot, else a new beginning that the next sync fills from the lab.
    """
    context: Context = ctx.obj
    labs = context.workstation.labs
    if file is None:
        done = context.workstation.mending.mend(labs.pick(lab), context.passphrase())
        words = (
            "Restored from the newest whole snapshot." if done.snapshot else "Begun anew: sync to fill it."
        )
        context.output.result(
            {"restored": str(done.snapshot or ""), "how": done.how, "bad": done.bad},
            f"{words} What was there before stands beside it, set aside.",
        )
        return
    if not os.path.isfile(file):  # Path.is_file raises for a name that is too long
        raise InputError("file.read", "The file {file} cannot be read.", params={"file": str(file)})
    labs.restore(labs.pick(lab), file, context.passphrase())
    context.output.result(
        {"restored": str(file)}, "Restored. What was there before stands beside it, set aside."
    )


def doctor(ctx: typer.Context, lab: Lab = None) -> None:
    """Check the pages, the structure and the journal of a workspace. Exits 1 when something is damaged."""
    from app.storage.rows import Problem

    context: Context = ctx.obj
    try:
        problems = context.session(lab, readonly=True).workspace.check()
    except StorageError as exc:
        if exc.code != "storage.damaged":
            raise
        context.output.explain(exc)
        problems = [Problem(exc.code, exc.message)]
    found = [{"code": p.code, "detail": p.detail} for p in problems]
    if found:
        context.code = WANTING
    context.output.result(
        {"ok": not found, "problems": found},
        "\n".join(f"{p['code']}: {p['detail']}" for p in found) or "All is well.",
    )
