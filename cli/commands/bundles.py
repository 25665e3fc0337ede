"""`assay bundle …` and `assay lab bundle …`: the same sync through files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import Context

if TYPE_CHECKING:
    from cli.replies.bundles import BundleWritten, LabBundleTaken, LabBundleWritten

PARTLY = 8
Lab = Annotated[str | None, typer.Option("--lab", help="The lab, when there are several.")]
LabDir = Annotated[Path, typer.Option("--lab", help="The lab's folder.")]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A folder, for example on a stick.")]
File = Annotated[Path, typer.Argument(help="A bundle, *.assay-bundle.")]

BUNDLE = typer.Typer(
    help="The same sync through a folder or a stick: one encrypted, signed file each way.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
LAB_BUNDLE = typer.Typer(
    help="Bundles at the lab's desk: results in, work and receipts out.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@BUNDLE.command(epilog="Example: assay bundle export /media/stick")
def export(ctx: typer.Context, folder: Folder, lab: Lab = None) -> None:
    """Write what waits to be sent, drafts for one's other devices too, into a file that only the lab can open."""
    context: Context = ctx.obj
    session = context.session(lab)
    done = context.workstation.bundles.export(session, folder)
    found: BundleWritten = {
        "pulled": 0,
        "pushed": done.results,
        "receipted": 0,
        "returned": 0,
        "conflicts": 0,
        "waiting": session.desk.view().waiting,
        "file": str(done.path),
        "results": done.results,
        "letters": done.letters,
        "drafts": done.drafts,
        "leases": done.leases,
        "size": done.size,
    }
    context.output.result(
        found,
        f"{done.path}: {done.results} results, {done.letters} letters, {done.drafts} drafts;"
        f" {done.leases} leases to be longer",
    )


@BUNDLE.command("import", epilog="Example: assay bundle import /media/stick/to-e-1-x-9f.assay-bundle")
def import_(ctx: typer.Context, file: File, lab: Lab = None) -> None:
    """Take in a bundle of the lab: new work, receipts, news, as a sync would."""
    context: Context = ctx.obj
    found = context.workstation.bundles.take_in(context.session(lab), file).as_json()
    if found["refused"]:
        context.code = PARTLY
    words = "{pulled} pulled, {receipted} receipted, {waiting} still waiting".format(**found)
    context.output.result(found, words)


@LAB_BUNDLE.command("export", epilog="Example: assay lab bundle export 'Dr Okafor' stick --lab harbor")
def lab_export(
    ctx: typer.Context,
    expert: Annotated[str, typer.Argument(help="Id or name.")],
    folder: Folder,
    lab: LabDir,
    from_start: Annotated[
        bool, typer.Option("--from-start", help="All of it, not only what is new.")
    ] = False,
) -> None:
    """Write an expert's work, news, receipts and opened opinions into a file that only her devices can open."""
    from lab.bundling import export as write
    from lab.desk import open_lab

    context: Context = ctx.obj
    with open_lab(lab) as opened:
        done = write(opened, expert, folder, from_start=from_start)
    found: LabBundleWritten = {
        "pulled": 0,
        "pushed": done.news,
        "receipted": done.receipts,
        "returned": 0,
        "conflicts": 0,
        "waiting": 0,
        "file": str(done.path),
        "news": done.news,
        "receipts": done.receipts,
        "blobs": done.blobs,
    }
    context.output.result(found, f"{done.path}: {done.news} news, {done.receipts} receipts")


@LAB_BUNDLE.command(
    "import", epilog="Example: assay lab bundle import stick/to-lab-9f.assay-bundle --lab harbor"
)
def lab_import(ctx: typer.Context, file: File, lab: LabDir) -> None:
    """Take in an expert's results, letters and drafts as if they had been sent, or a newcomer's request."""
    from lab.desk import open_lab
    from lab.unbundling import take_in

    context: Context = ctx.obj
    with open_lab(lab) as opened:
        done = take_in(opened, file)
    if done.rejected:
        context.code = PARTLY
    words = (
        f"{done.expert}: {done.stored} stored, {done.duplicate} known already, {done.rejected} refused,"
        f" {done.drafts} drafts, {done.renewed} longer leases"
    )
    if done.joined:
        words = (
            f"{done.expert} has joined. Answer with: assay lab bundle export {done.expert} DIR --lab {lab}"
        )
    found: LabBundleTaken = {
        "pulled": done.stored,
        "pushed": 0,
        "receipted": done.stored + done.duplicate,
        "returned": 0,
        "conflicts": done.conflicts,
        "waiting": 0,
        "expert": done.expert,
        "stored": done.stored,
        "duplicate": done.duplicate,
        "rejected": done.rejected,
        "drafts": done.drafts,
        "renewed": done.renewed,
        "joined": done.joined,
    }
    context.output.result(found, words)
