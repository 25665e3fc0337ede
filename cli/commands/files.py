"""Commands between work and files: import and export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import Context

if TYPE_CHECKING:
    from app.formats.base import Written
    from app.services.replies import ExportReply

PARTLY = 8


def mount(program: typer.Typer) -> None:
    program.command("import", epilog="Example: assay import auto tasks.jsonl")(import_)
    program.command(epilog="Example: assay export healthbench --out grades.jsonl")(export)


def import_(
    ctx: typer.Context,
    format: Annotated[str, typer.Argument(help="A name from `assay formats`, or auto.")],
    file: Path,
    title: Annotated[str, typer.Option(help="The batch's title; else the file's own.")] = "",
) -> None:
    """Take a file in as a local batch, signed by this device and marked as from an unsigned source."""
    context: Context = ctx.obj
    local = context.workstation.local_import
    found = local.import_file(format, file, title=title, passphrase=context.passphrase())
    for row in found["skipped"]:
        context.output.say(f"{file}:{row['line']}: skipped: {row['reason']}")
    words = f"batch {found['batch']}: {found['tasks']} tasks, {len(found['skipped'])} skipped"
    context.output.result(found, words)


def export(
    ctx: typer.Context,
    format: Annotated[str, typer.Argument(help="A name from `assay formats` that writes.")],
    out: Annotated[Path, typer.Option(help="The file to write.")],
    batch: Annotated[str | None, typer.Option("--batch", help="Only this batch.")] = None,
    lab: Annotated[str | None, typer.Option("--lab", help="The lab, when there are several.")] = None,
) -> None:
    """Write one's submitted reviews in another format, with a loss report."""
    from app.services.exporting import export as write

    context: Context = ctx.obj
    exported(context, write(context.session(lab, readonly=True), format, out, batch))


def exported(context: Context, done: Written) -> None:
    """What came of an export, here or at the lab: done in part when results are not in the file."""
    if done.left_out:
        context.code = PARTLY
        context.output.say(f"not in the file: {done.left_out}")
    elif not done.count:
        context.output.say("nothing is submitted yet: the file holds no result")
    found: ExportReply = {"written": done.count, "losses": done.losses}
    context.output.result(found, "\n".join([f"{done.count} written", *done.losses]))
