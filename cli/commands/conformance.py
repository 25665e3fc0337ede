"""`assay conformance URL --invitation FILE`: the protocol's checks against any lab."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import Context, read_input

if TYPE_CHECKING:
    from cli.replies.reading import ConformanceRow

FOUND_WANTING = 1


def mount(program: typer.Typer) -> None:
    program.command(epilog="Example: assay conformance https://lab.example.org --invitation tester.json")(
        conformance
    )


def conformance(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="The lab's base URL.")],
    invitation: Annotated[
        Path, typer.Option(help="An unused invitation of an expert with 12 tasks of a larger batch.")
    ],
    lead: Annotated[
        Path | None,
        typer.Option(
            help="An unused invitation of the lead of the expert's team: what leads do is checked too."
        ),
    ] = None,
    only: Annotated[list[str] | None, typer.Option(help="Only this check; may be given again.")] = None,
) -> None:
    """Check that a lab does what the protocol says. It enrols a device and sends results: use a batch for tests."""
    from app.clock import SystemClock
    from app.errors import InputError
    from app.wire.invitation import read
    from app.wire.origins import base_url
    from cli.conformance.suite import names, run

    context: Context = ctx.obj
    unknown = sorted(set(only or ()) - set(names()))
    if unknown:
        raise InputError(
            "conformance.check",
            "There is no check “{name}”; there are {names}.",
            params={"name": unknown[0], "names": ", ".join(names())},
        )
    found: list[ConformanceRow] = []
    leads = read(read_input(str(lead))) if lead is not None else None
    for one in run(base_url(url), read(read_input(str(invitation))), SystemClock(), only or (), leads):
        context.output.say(
            f"{'ok  ' if one.ok else 'FAIL'} {one.check}{': ' if one.reason else ''}{one.reason}"
        )
        found.append({"check": one.check, "ok": one.ok, "reason": one.reason})
    bad = sum(not one["ok"] for one in found)
    context.code = FOUND_WANTING if bad else 0
    context.output.result(found, f"{len(found) - bad} of {len(found)} checks hold")
