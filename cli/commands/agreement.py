"""`assay agreement`: how far graders agree, from a table of ratings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.context import Context
from cli.output import table

if TYPE_CHECKING:
    from app.agreement.figures import FigureReply
    from app.agreement.replies import AgreementReply

Coefficient = Literal[
    "observed",
    "cohen_kappa",
    "cohen_kappa_linear",
    "cohen_kappa_quadratic",
    "fleiss_kappa",
    "krippendorff_alpha",
    "gwet_ac1",
    "gwet_ac2",
]
NAMES: dict[Coefficient, str] = {
    "observed": "observed agreement",
    "cohen_kappa": "Cohen's kappa",
    "cohen_kappa_linear": "  linear weights",
    "cohen_kappa_quadratic": "  quadratic weights",
    "fleiss_kappa": "Fleiss' kappa",
    "krippendorff_alpha": "Krippendorff's alpha",
    "gwet_ac1": "Gwet's AC1",
    "gwet_ac2": "Gwet's AC2",
}


def mount(program: typer.Typer) -> None:
    program.command(epilog="Example: assay agreement ratings.csv --level ordinal --json")(agreement)


def agreement(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A CSV file with the columns unit, rater and value.")],
    level: Annotated[str, typer.Option(help="nominal, ordinal or interval.")] = "nominal",
    rounds: Annotated[
        int, typer.Option(help="Bootstrap rounds; 0 for no intervals.", min=0, max=100_000)
    ] = 1000,
    seed: Annotated[
        int | None, typer.Option(help="Of the bootstrap, for the same intervals again.", min=0)
    ] = None,
) -> None:
    """Agreement of the graders in a table, each figure with its interval or the reason why it is undefined."""
    from app.services.agreeing import agreement_of_file

    context: Context = ctx.obj
    found = agreement_of_file(file, level, rounds=rounds, seed=seed, tell=_progress(context))
    context.output.result(found, lambda: _words(found))


def _progress(context: Context) -> Callable[[int, int], None]:
    """Lines read, a message every 200,000: only what takes long is told."""

    def tell(done: int, total: int) -> None:
        if not total and done % 200_000 == 0:
            context.output.say(f"{done:,} lines read")

    return tell


def _words(found: AgreementReply) -> str:
    head = (
        f"{found['units']} units, {found['raters']} raters, {found['ratings']} ratings; {found['pairable']} units "
        f"rated twice or more, {found['incomplete']} not by everybody"
    )
    rows = [[name, *_figure(found[key])] for key, name in NAMES.items()]
    rows += [[f"share of {name}", *_figure(one)] for name, one in found["prevalence"].items()]
    for pair in (found["pairs"] or ()) if found["raters"] > 2 else ():
        a, b = pair["raters"]
        rows.append([f"{a} × {b} (n {pair['n']}): kappa", *_figure(pair["cohen_kappa"])])
    for name, one in (found["balanced_f1"] or {}).items():
        rows.append([f"{name} × others (n {one['n']}): balanced F1", *_figure(one["balanced_f1"])])
    interval = found["interval"]
    foot = f"Intervals: 95 %, bootstrap over units, {interval['rounds']} rounds, seed {interval['seed']}."
    return f"{head}\n\n{table(rows, ['', 'value', '95 %', ''])}\n\n{foot}"


def _figure(figure: FigureReply) -> list[str]:
    value = "–" if figure["value"] is None else f"{figure['value']:.3f}"
    low = "" if figure["low"] is None else f"{figure['low']:.3f} to {figure['high']:.3f}"
    return [value, low, figure["reason"]]
