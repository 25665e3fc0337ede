"""Commands on labs as a whole: enrol, sync, claim, status, lock, unlock, demo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.errors import AssayError, OfflineError
from cli.context import Context, read_input
from cli.output import table

if TYPE_CHECKING:
    from app.services.replies import SyncReply
    from app.storage.rows import WorkspaceIdentity
    from cli.replies.labs import (
        ClosedLab,
        Declined,
        Enrolled,
        JoinAsked,
        Locked,
        LockedLab,
        OpenLab,
        StatusReply,
        SyncTotal,
        Unlocked,
    )

PARTLY = 8
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
        asked: JoinAsked = {"request": str(request)}
        context.output.result(asked, words)
        return
    pulled: int | None = None
    if isinstance(text, bytes) and text.startswith(AGE_FILE):
        session, report = context.workstation.joining.answered(Path(invitation), passphrase=secret)
        pulled = report.pulled
    else:
        session = context.workstation.enrolling.enrol(text, passphrase=secret)
    try:
        identity = session.identity
        found = _joined(identity)
        if pulled is not None:
            found["pulled"] = pulled
        words = f"Enrolled with {identity.lab_name} ({identity.lab_id}) as {identity.expert}."
        context.output.result(found, words)
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
        words = f"Connected with {identity.lab_name} ({identity.lab_id})."
        context.output.result(_joined(identity), words)
    finally:
        session.close()


def _joined(identity: WorkspaceIdentity) -> Enrolled:
    return {
        "lab": identity.lab_id,
        "name": identity.lab_name,
        "expert": identity.expert,
        "kid": identity.kid,
    }


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
    reports: list[SyncReply] = []
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
    total: SyncTotal = {
        "pulled": sum(r["pulled"] for r in reports),
        "pushed": sum(r["pushed"] for r in reports),
        "receipted": sum(r["receipted"] for r in reports),
        "returned": sum(r["returned"] for r in reports),
        "opened": sum(r["opened"] for r in reports),
        "conflicts": sum(r["conflicts"] for r in reports),
        "waiting": sum(r["waiting"] for r in reports),
        "refused": [row for r in reports for row in r["refused"]],
        "failed": [{"folder": folder, "error": exc.as_json()} for folder, exc in failures],
    }
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


def _sync_one(context: Context, folder: str, from_start: bool, metered: bool) -> SyncReply:
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
    found: Declined = {"assignment": given}
    context.output.result(found, f"{given} given back; its tasks go with the next sync")


def status(ctx: typer.Context) -> None:
    """The labs on this computer, in numbers."""
    from app.services.listing import counts

    context: Context = ctx.obj
    labs = context.workstation.labs
    found: list[LockedLab | ClosedLab | OpenLab] = []
    states: list[list[str]] = []
    for ref in labs.all():
        if ref.locked:
            found.append({"folder": ref.folder, "locked": True})
            states.append([ref.folder, "locked"])
            continue
        try:
            lab: OpenLab = {
                "folder": ref.folder,
                "locked": False,
                **counts(context.session(ref.folder, readonly=True)),
            }
        except AssayError as exc:
            locked = exc.kind == "locked"
            found.append({"folder": ref.folder, "locked": locked, "error": exc.as_json()})
            states.append([ref.folder, "locked" if locked else exc.message])
        else:
            found.append(lab)
            waiting = f"{lab['waiting']} waiting to be sent"
            states.append([lab["lab"], f"{lab['name']}: {lab['done']} of {lab['tasks']} done, {waiting}"])
        finally:
            context.close()
    reply: StatusReply = {"labs": found}
    context.output.result(reply, table(states, ["lab", ""]) if found else "No lab on this computer yet.")


def lock(ctx: typer.Context, lab: Lab = None) -> None:
    """Lock a lab, or all of them: nothing opens it again without its key, PIN or passphrase."""
    context: Context = ctx.obj
    labs = context.workstation.labs
    folders = [labs.pick(lab)] if lab is not None else list(labs.folders())
    for folder in folders:
        labs.lock(folder)
    found: Locked = {"locked": folders}
    context.output.result(found, f"{len(folders)} locked")


def unlock(ctx: typer.Context, lab: Lab = None) -> None:
    """Unlock a lab, with its PIN or passphrase from --passphrase-file if it has one."""
    context: Context = ctx.obj
    folder = context.workstation.labs.pick(lab)
    context.workstation.labs.unlock(folder, context.passphrase())
    found: Unlocked = {"unlocked": folder}
    context.output.result(found, "unlocked")
