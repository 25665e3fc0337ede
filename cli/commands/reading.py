"""Commands that need no workspace: score, render, verify, formats."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.errors import InputError
from cli.context import Context, read_input
from cli.output import table

if TYPE_CHECKING:
    from app.services.replies import ScoreList, ScoreReply
    from cli.replies.reading import FormatRow


def mount(program: typer.Typer) -> None:
    program.command(epilog="Example: assay score --policy healthbench grades.json")(score)
    program.command(epilog="Example: assay render answer.md --html")(render)
    program.command(epilog="Example: assay verify results.jsonl --keys lab-keys.json")(verify)
    program.command(epilog="Example: assay formats --json")(formats)


def score(
    ctx: typer.Context,
    policy: Annotated[str, typer.Option(help="The scoring policy, by name.")],
    file: Annotated[
        str, typer.Argument(help="Criteria and verdicts, or a list of them; - for standard input.")
    ] = "-",
) -> None:
    """Score verdicts under a policy, with the sum behind the number."""
    from app.services.scoring import score_document

    context: Context = ctx.obj
    found = score_document(policy, read_input(file), where=file)
    context.output.result(found, lambda: _score_words(found))


def _score_words(found: ScoreReply | ScoreList) -> str:
    if "entries" in found:
        return (
            f"mean {found['mean']}  clipped mean {found['clipped_mean']}  ({len(found['entries'])} entries)"
        )
    return f"{found['score']}  ({found['earned']:g} of {found['possible']:g}, {found['policy']})"


def render(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(help="A Markdown answer; - for standard input.")] = "",
    html: Annotated[bool, typer.Option("--html", help="Its structure as plain safe HTML.")] = False,
    runs: Annotated[bool, typer.Option("--runs", help="Every shown piece of text with its span.")] = False,
    jsonl: Annotated[
        str, typer.Option(help="Lines of {id, text} to render; one line of JSON out for each.")
    ] = "",
) -> None:
    """Show an answer as the reading view understands it."""
    from app.services.rendering import render_lines, render_text

    context: Context = ctx.obj
    if jsonl:
        for line in render_lines(read_input(jsonl), where=jsonl):
            typer.echo(json.dumps(line, ensure_ascii=False))
        return
    if not file:
        raise InputError("usage.file", "Name a file to render, or --jsonl with a file of lines.")
    found = render_text(read_input(file), where=file)
    if context.output.as_json:
        context.output.result(found)
    elif runs:
        context.output.result(None, "\n".join(f"{a}\t{b}\t{text}" for text, a, b in found["runs"]))
    elif html:
        context.output.result(None, found["html"])
    else:
        context.output.result(None, found["plain"])


def verify(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Assay documents: JWS JSON, one a file or one a line.")],
    keys: Annotated[Path, typer.Option(help="The keys to trust: a JWKS, or a lab's signed key list.")],
) -> None:
    """Check the signature of any Assay document. Exits 1 when one of them does not hold."""
    from app.services.verifying import verify_files

    context: Context = ctx.obj
    found = verify_files(files, keys)
    if not found or not all(row["ok"] for row in found):
        context.code = 1
    context.output.result(
        found,
        lambda: table(
            [[row["file"], "ok" if row["ok"] else "BAD", row["typ"] or "", row["reason"]] for row in found],
            ["file", "", "type", "reason"],
        ),
    )


def formats(ctx: typer.Context) -> None:
    """The formats that can be read and written."""
    from app.formats.registry import FORMATS

    context: Context = ctx.obj
    found: list[FormatRow] = [
        {"name": f.name, "reads": f.reads, "writes": f.writes, "description": f.description}
        for f in FORMATS.values()
    ]
    context.output.result(
        found,
        lambda: table(
            [
                [
                    f["name"],
                    "yes" if f["reads"] else "",
                    "yes" if f["writes"] else "",
                    f["description"],
                ]
                for f in found
            ],
            ["name", "reads", "writes", "description"],
        ),
    )
