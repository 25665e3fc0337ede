"""`assay lab …`: the desk of a lab's engineer, and its server."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterable
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.errors import InputError
from cli.context import Context, read_input

if TYPE_CHECKING:
    from cli.replies.lab import (
        AssignedReply,
        BatchRevised,
        BatchWithdrawn,
        FileWritten,
        Invited,
        LabImported,
        LabMade,
        LabRestored,
        Served,
        SignedDocument,
    )
    from lab.desk import Lab

LAB = typer.Typer(
    help="A lab's desk: batches, invitations, assignments, the server, results.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
LabDir = Annotated[Path, typer.Option("--lab", help="The lab's folder.")]
Out = Annotated[Path | None, typer.Option(help="Write to this file instead of standard output.")]


_act: ContextVar[str] = ContextVar("act", default="open")


@LAB.callback()
def _about(ctx: typer.Context) -> None:
    _act.set(ctx.invoked_subcommand or "open")


def open_at(folder: Path, *about: str) -> Lab:
    """The lab of a folder; who opened it closes it. about: ids, for the audit log beside the command."""
    from lab.desk import open_lab

    opened = open_lab(folder)
    opened.audit.desk(_act.get(), list(about))
    return opened


@LAB.command(epilog="Example: assay lab init harbor --name 'Harbor Medical'")
def init(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    url: Annotated[str, typer.Option(help="Where it will serve, for good; else a free loopback port.")] = "",
    name: Annotated[str, typer.Option(help="The lab's name, as experts see it.")] = "",
    database: Annotated[
        str, typer.Option(help="postgresql://user@host/name; else SQLite in the folder.")
    ] = "",
    blobs: Annotated[
        str, typer.Option(help="s3://bucket/prefix?endpoint=https://…; else a folder in the folder.")
    ] = "",
) -> None:
    """Make a lab: its signing key and settings in one folder, its data there or where it is told.

    Passwords come from the environment (docs/operating.md), or from the URLs: then they are kept in
    lab-secrets.json alone.
    """
    from lab.desk import init as make

    context: Context = ctx.obj
    made = make(folder, url=url, name=name, database=database, blobs=blobs)
    found: LabMade = {"lab": made.lab, "kid": made.kid, "url": made.url}
    context.output.result(found, f"{made.lab} at {made.url}, key {made.kid}")


@LAB.command("import", epilog="Example: assay lab import auto healthbench.jsonl --lab harbor --title 'ED 7'")
def import_(
    ctx: typer.Context,
    format: Annotated[str, typer.Argument(help="A name from `assay formats`, or auto.")],
    file: Annotated[
        Path, typer.Argument(help="The file; for sample, its name (contract-law, contract-law/zh_TW).")
    ],
    lab: LabDir,
    title: Annotated[str, typer.Option(help="The batch's title; else the file's own.")] = "",
    limit: Annotated[int | None, typer.Option(help="At most so many tasks.", min=1)] = None,
    answers: Annotated[Path | None, typer.Option(help="Responses in a file of their own.")] = None,
) -> None:
    """Make a signed batch of a file's tasks. Every record becomes a task or is named with line and reason.

    It exits 0 when one became a task, whatever is named: `skipped` and `losses` say what is not in the batch.
    """
    from lab.desk import import_batch

    context: Context = ctx.obj
    if format == "sample" and not os.path.exists(
        file
    ):  # unlike Path.exists, no error for a name that is too long
        from app.formats.samples import sample

        name, _, language = file.as_posix().partition("/")
        file = sample(name, language or "en").path
    with open_at(lab) as opened:
        made = import_batch(opened, format, file, title=title, limit=limit, answers=answers)
    found: LabImported = {
        "batch": made.batch,
        "tasks": made.tasks,
        "records": made.records,
        "criteria": made.criteria,
        "skipped": [{"line": s.line, "reason": s.reason, "records": s.records} for s in made.skipped],
        "losses": made.losses,
    }
    for row in made.skipped:
        context.output.say(f"{file}:{row.line}: skipped: {row.reason}")
    context.output.result(
        found,
        f"batch {made.batch}: {made.tasks} tasks, {made.criteria} criteria, {len(made.skipped)} skipped",
    )


@LAB.command(
    epilog="Example: assay lab invite --lab harbor --role expert --name 'Dr Okafor' --out okafor.json"
)
def invite(
    ctx: typer.Context,
    lab: LabDir,
    name: Annotated[str, typer.Option(help="The person's name.")],
    role: Annotated[str, typer.Option(help="expert, lead or operator.")] = "expert",
    out: Annotated[Path | None, typer.Option(help="Write the invitation's file form too.")] = None,
) -> None:
    """Invite a person: a link with a code that works once."""
    from app.wire.invitation import read
    from lab.desk import invite as make

    context: Context = ctx.obj
    with open_at(lab, role) as opened:
        link, expert = make(opened, role, name, out)
    words = " ".join(read(link).words)
    found: Invited = {"invitation": link, "expert": expert, "words": words}
    context.output.result(found, f"{link}\nWords to read aloud: {words}")


@LAB.command(epilog="Example: assay lab assign b-1f2e --lab harbor --overlap 2")
def assign(
    ctx: typer.Context,
    batches: Annotated[list[str], typer.Argument(metavar="BATCH…", help="One batch or several.")],
    lab: LabDir,
    to: Annotated[list[str] | None, typer.Option(help="Only to these experts (id or name).")] = None,
    overlap: Annotated[int | None, typer.Option(help="So many experts judge each task.", min=1)] = None,
) -> None:
    """Assign the tasks of batches under a lease."""
    from lab.desk import assign as give

    context: Context = ctx.obj
    counts: Counter[str] = Counter()
    with open_at(lab, *batches) as opened:
        for batch in batches:
            counts.update(give(opened, batch, to or (), overlap).tasks)
    found: AssignedReply = {"assigned": counts.total(), "experts": dict(counts)}
    context.output.result(
        found,
        "\n".join(f"{expert}: {count} tasks" for expert, count in counts.items()) or "nothing new to assign",
    )


@LAB.command(epilog="Example: assay lab revise b-1f2e --lab harbor --guideline guideline.md")
def revise(
    ctx: typer.Context,
    batch: str,
    lab: LabDir,
    title: Annotated[str | None, typer.Option(help="Its new title.")] = None,
    guideline: Annotated[Path | None, typer.Option(help="A Markdown file with the new guideline.")] = None,
    due: Annotated[str | None, typer.Option(help="When it is due (RFC 3339, with a zone).")] = None,
) -> None:
    """Put out a new version of a batch's manifest; it names the version before it."""
    from lab.desk import revise as renew

    changes: dict[str, str] = {}
    if title is not None:
        changes["title"] = title
    if guideline is not None:
        changes["guideline"] = _text(guideline)
    if due is not None:
        changes["due"] = _time(due)
    if not changes:
        raise InputError("revise.nothing", "Name what is to change: --title, --guideline or --due.")
    context: Context = ctx.obj
    with open_at(lab, batch) as opened:
        version = renew(opened, batch, dict(changes))
    found: BatchRevised = {"batch": batch, "version": version}
    context.output.result(found, f"{batch} is at version {version}")


@LAB.command(epilog="Example: assay lab withdraw b-1f2e --lab harbor")
def withdraw(ctx: typer.Context, batch: str, lab: LabDir) -> None:
    """Take a batch back; results that still come are kept, as late."""
    from lab.desk import withdraw as take_back

    context: Context = ctx.obj
    with open_at(lab, batch) as opened:
        version = take_back(opened, batch)
    found: BatchWithdrawn = {"batch": batch, "version": version, "withdrawn": True}
    context.output.result(found, f"{batch} withdrawn")


@LAB.command(epilog="Example: assay lab serve --lab harbor --ready-file ready")
def serve(
    ctx: typer.Context,
    lab: LabDir,
    tls_cert: Annotated[Path | None, typer.Option(help="The certificate, PEM.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Its key, PEM.")] = None,
    ready_file: Annotated[
        Path | None, typer.Option(help="Write the URL here when calls are answered.")
    ] = None,
    listen: Annotated[
        str, typer.Option(help="127.0.0.1:PORT, behind a proxy that speaks TLS for the lab's URL.")
    ] = "",
) -> None:
    """Serve the lab at its URL until told to end; its answer comes then. Plain HTTP only on loopback."""
    from lab.serve import serve as run

    context: Context = ctx.obj
    with open_at(lab) as opened:
        at = f"{opened.config.url}, from {listen}" if listen else opened.config.url
        context.output.say(f"Serving {opened.config.name} at {at}; Ctrl+C ends it.")
        run(opened, tls_cert=tls_cert, tls_key=tls_key, ready_file=ready_file, listen=listen)
        found: Served = {"lab": opened.config.lab, "url": opened.config.url, "listen": listen}
    context.output.result(found)


@LAB.command(epilog="Example: assay lab restored --lab harbor")
def restored(ctx: typer.Context, lab: LabDir) -> None:
    """After the lab came back from a backup: cursors begin anew, and experts send what the backup lacks."""
    from lab.desk import restored as begin

    context: Context = ctx.obj
    with open_at(lab) as opened:
        epoch = begin(opened)
    found: LabRestored = {"epoch": epoch}
    context.output.result(found, "Done. Start the lab's server anew.")


@LAB.command(epilog="Example: assay lab results --lab harbor > results.jsonl")
def results(ctx: typer.Context, lab: LabDir, out: Out = None) -> None:
    """Every signed result as its expert sent it, one JWS JSON document a line."""
    from lab.desk import results as walk

    context: Context = ctx.obj
    with open_at(lab) as opened:
        if context.output.as_json and out is None:
            found: list[SignedDocument] = [json.loads(document) for document in walk(opened)]
            context.output.result(found)
            return
        _write_lines(context, walk(opened), out)


@LAB.command(epilog="Example: assay lab keys --lab harbor > keys.json")
def keys(ctx: typer.Context, lab: LabDir, out: Out = None) -> None:
    """One JWKS of the lab's and all registered devices' keys, for `assay verify --keys`."""
    from lab.desk import keys as collect

    context: Context = ctx.obj
    with open_at(lab) as opened:
        found = json.dumps(collect(opened), indent=1).encode()
    _write_lines(context, [found], out)


@LAB.command(epilog="Example: assay lab export healthbench --lab harbor --out grades.jsonl")
def export(
    ctx: typer.Context,
    format: Annotated[str, typer.Argument(help="A name from `assay formats` that writes.")],
    lab: LabDir,
    out: Annotated[Path, typer.Option(help="The file to write.")],
    batch: Annotated[str | None, typer.Option(help="Only this batch.")] = None,
) -> None:
    """Write the results in another format, with a loss report."""
    from cli.commands.files import exported
    from lab.desk import export as write

    context: Context = ctx.obj
    with open_at(lab) as opened:
        done = write(opened, format, out, batch)
    exported(context, done)


def _text(path: Path) -> str:
    try:
        return read_input(str(path)).decode("utf-8")
    except UnicodeDecodeError as exc:
        raise InputError(
            "usage.encoding",
            "The file {file} is not UTF-8 at byte {at}.",
            params={"file": str(path), "at": exc.start},
            where=str(path),
        ) from exc


def _time(text: str) -> str:
    from app.domain.times import from_text, to_text

    try:
        return to_text(from_text(text))
    except ValueError as exc:
        raise InputError(
            "usage.time",
            "“{text}” is no time with a zone.",
            params={"text": text[:40]},
            hint="For example 2026-12-01T17:00:00Z.",
        ) from exc


def _write_lines(context: Context, lines: Iterable[bytes], out: Path | None) -> None:
    if out is None:
        for line in lines:
            sys.stdout.buffer.write(line + b"\n")
        sys.stdout.buffer.flush()
        return
    try:
        with open(out, "wb") as stream:
            stream.writelines(line + b"\n" for line in lines)
    except OSError as exc:
        raise InputError(
            "file.write", "The file {file} cannot be written.", params={"file": str(out)}
        ) from exc
    found: FileWritten = {"file": str(out)}
    context.output.result(found, f"written to {out}")
