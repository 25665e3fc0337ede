"""Commands on the file of a workspace: snapshots, backup, restore, doctor."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.errors import InputError, StorageError
from cli.context import Context

if TYPE_CHECKING:
    from cli.replies.labs import CopyRow, DoctorReply, Mended, ProblemRow, Restored

WANTING = 1
Lab = Annotated[str | None, typer.Option("--lab", help="The lab, when there are several.")]


def mount(program: typer.Typer) -> None:
    program.command(epilog="Example: assay snapshots --json")(snapshots)
    program.command(epilog="Example: assay backup")(backup)
    program.command(epilog="Example: assay restore workspace-20261101T090000.db")(restore)
    program.command(epilog="Example: assay doctor")(doctor)


def snapshots(ctx: typer.Context, lab: Lab = None) -> None:
    """The checked copies of a workspace, newest first."""
    context: Context = ctx.obj
    found: list[CopyRow] = [
        {"file": str(path), "size": path.stat().st_size}
        for path in context.session(lab, readonly=True).workspace.snapshots()
    ]
    context.output.result(found, "\n".join(row["file"] for row in found) or "no snapshot yet")


def backup(ctx: typer.Context, lab: Lab = None) -> None:
    """Make a checked, encrypted copy of a workspace now."""
    context: Context = ctx.obj
    path = context.session(lab).workspace.snapshot()
    found: CopyRow = {"file": str(path), "size": path.stat().st_size}
    context.output.result(found, str(path))


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
        mended: Mended = {"restored": str(done.snapshot or ""), "how": done.how, "bad": done.bad}
        context.output.result(mended, f"{words} What was there before stands beside it, set aside.")
        return
    if not os.path.isfile(file):  # Path.is_file raises for a name that is too long
        raise InputError("file.read", "The file {file} cannot be read.", params={"file": str(file)})
    labs.restore(labs.pick(lab), file, context.passphrase())
    found: Restored = {"restored": str(file)}
    context.output.result(found, "Restored. What was there before stands beside it, set aside.")


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
    found: list[ProblemRow] = [{"code": p.code, "detail": p.detail} for p in problems]
    if found:
        context.code = WANTING
    reply: DoctorReply = {"ok": not found, "problems": found}
    context.output.result(
        reply,
        "\n".join(f"{p['code']}: {p['detail']}" for p in found) or "All is well.",
    )
