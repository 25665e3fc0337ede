"""What `make docs` writes: the keys, the command line, the schemas; each from the code that is the truth of it."""

from __future__ import annotations

from collections.abc import Iterator

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

KEYS_HEAD = """# Keys

Made by `make docs` from the table in `app/commands.py`. Any of them can be changed in Preferences, but for the
keys of the system and those that belong to what is focused.
"""


def keys_page() -> str:
    """docs/keys.md: every command of the window with its default key."""
    from app.commands import keys_table, resolve

    return f"{KEYS_HEAD}\n{keys_table(resolve({}))}"


def schemas() -> dict[str, str]:
    """resources/schemas/: JSON Schema of every document, and the OpenAPI description of the calls."""
    from app.wire.schemas import schemas as documents
    from lab.openapi import description

    return {**documents(), "openapi.json": description()}


def replies() -> dict[str, str]:
    """resources/schemas/replies/: JSON Schema of what each command answers with `--json`."""
    from cli.replies.schemas import schemas as of_replies

    return of_replies()


def command_line() -> str:
    """docs/cli.md: every command of `assay` with its arguments and an example."""
    from cli.program import EPILOG, program

    parts = [
        "# The command line",
        "",
        "Made by `make docs` from the commands themselves.",
        "",
        EPILOG,
        "",
        REPLIES,
        "",
    ]
    parts += ["| exit code | means |", "|--:|---|", *(f"| {code} | {text} |" for code, text in EXIT_CODES)]
    for name, command in walk("assay", get_command(program)):
        parts += ["", f"## `{name}`", "", *describe(name, command)]
    return "\n".join(parts) + "\n"


REPLIES = (
    "With `--json` a command prints one document and nothing else on standard output. Each has its JSON Schema in "
    "[resources/schemas/replies](../resources/schemas/replies): what is always there, and in which units; members may "
    "be added. A command that fails answers with [error](../resources/schemas/replies/error.schema.json); one that "
    "checked and found wanting, or was done in part, with its own reply. Each line of `assay render --jsonl` is a "
    "[document of its own](../resources/schemas/replies/render-jsonl.schema.json)."
)
EXIT_CODES = (
    (0, "done"),
    (1, "checked and found wanting"),
    (2, "usage"),
    (3, "input error (file, line or path is named)"),
    (4, "offline"),
    (5, "refused by the lab"),
    (6, "trust: a signature, a digest or an order in time is wrong"),
    (7, "storage, in use by another copy too"),
    (8, "done in part; what was left out is named"),
    (9, "locked"),
    (70, "a bug; a report was written"),
    (130, "cancelled"),
)


def walk(name: str, command: object) -> Iterator[tuple[str, TyperCommand]]:
    """Every command that does something, with its full name, in the order of `--help`."""
    if isinstance(command, TyperCommand):
        yield name, command
    elif isinstance(command, TyperGroup):
        for part, child in command.commands.items():
            yield from walk(f"{name} {part}", child)


def describe(name: str, command: TyperCommand) -> Iterator[str]:
    """Help, usage, parameters, reply and example of one command."""
    from cli.replies.schemas import file_of

    yield clean(command.help)
    context = typer.Context(command, info_name=name)
    yield from ("", f"    {' '.join([name, *command.collect_usage_pieces(context)])}", "")
    records = [one.get_help_record(context) for one in command.params if one.name != "help"]
    rows = [f"- `{names}`: {clean(text)}".removesuffix(": ") for names, text in filter(None, records)]
    yield from [*rows, ""] if rows else []
    file = file_of(name.removeprefix("assay "))
    yield from (f"With `--json`: [{file}](../resources/schemas/replies/{file}).", "")
    yield clean(command.epilog)


def clean(text: str | None) -> str:
    """One paragraph on one line."""
    return " ".join((text or "").split())


def formats_page() -> str:
    """docs/formats.md: every format, in the order in which a file is tried against them."""
    from app.formats import registry

    rows = [
        f"| `{f['name']}` | {'yes' if f['reads'] else '–'} | {'yes' if f['writes'] else '–'} | {f['description']} |"
        for f in registry.listing()
    ]
    return "\n".join([FORMATS_HEAD, *rows]) + "\n"


FORMATS_HEAD = """# Formats

Made by `make docs` from the registry (`app/formats/registry.py`); `assay formats` prints the same.

A file is read whole or every record that is not taken is named with its line and the reason; fields that no task has a
place for are named too. An import of which some records are named is done: its exit code is 0, and 3 when none became a
task. What a source says of a judgement (its labels, votes, ratings) and which model wrote a response stay with the lab:
experts judge for themselves. Writing says what the format could not carry.

A file is JSON Lines, one JSON document or a table, also packed with gzip, or Excel, or Parquet: its content says which.
Parquet (with the extra `parquet`, docs/adr/0021) is read as JSON Lines of its rows would be: a column that is
empty in a row is left out, times become ISO 8601, bytes that are no text base64; a number that is not finite or past
2^53 leaves its record out by name. A flat Parquet file is offered to formats of tables, too.

“Not tried on a real file” means that the fields come from the published
description, and that only files of our own were at hand.

| name | reads | writes | what it is |
|---|---|---|---|"""
