"""Commands between work and files: import and export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.context import Context


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
    found = write(context.session(lab, readonly=True), format, out, batch)
    context.output.result(found, "\n".join([f"{found['written']} written", *found["losses"]]))
