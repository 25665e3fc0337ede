"""`assay report` and `assay lab report`: a batch as HTML, PDF or CSV; `assay delegate`: what a judge may do."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.errors import InputError
from cli.commands.lab import LAB, LabDir
from cli.context import Context

if TYPE_CHECKING:
    from app.agreement.reports.source import Tr
    from cli.replies.lab import LabReport, LabReportSaved, ReportSource
    from cli.replies.reading import DelegateReply

KINDS = ("batch", "model", "team", "expert", "delegation")
Kind = Annotated[str, typer.Option(help="batch, model, team, expert or delegation.")]
Language = Annotated[
    str, typer.Option(help="en, zh_TW or zh_CN; else that of the preferences (own reports) or of the locale.")
]
Expert = Annotated[str, typer.Option(help="Whose, for the report of one expert: an id or a name.")]


def mount(program: typer.Typer) -> None:
    program.command(epilog="Example: assay report b-1f2e --out report.html")(report)
    program.command(epilog="Example: assay delegate b-1f2e --sign --comment 'Doses stay with people'")(
        delegate
    )
    LAB.command(
        "report", epilog="Example: assay lab report b-1f2e --lab harbor --kind model --out models.pdf"
    )(lab_report)


def report(
    ctx: typer.Context,
    batch: str,
    out: Annotated[Path, typer.Option(help="The file to write: .html, .pdf or .csv.")],
    kind: Kind = "batch",
    expert: Expert = "",
    language: Language = "",
    lab: Annotated[str | None, typer.Option("--lab", help="The lab, when there are several.")] = None,
) -> None:
    """Report on a batch from one's own results, and a lead's from her team's."""
    from app.services.reporting import make, save

    context: Context = ctx.obj
    _check(kind, out)
    spoken, tr = _spoken(language, context.workstation.settings.load().language)
    made = make(context.session(lab, readonly=True), batch, kind, tr, spoken, expert=expert)
    found = save(made, out, tr)
    context.output.result(found, f"{found['kind']} report from {found['results']} signed results: {out}")


def delegate(
    ctx: typer.Context,
    batch: str,
    sign: Annotated[
        bool, typer.Option("--sign", help="Sign this as a lead's suggestion to the lab.")
    ] = False,
    comment: Annotated[str, typer.Option(help="What the lab should know besides the figures.")] = "",
    lab: Annotated[str | None, typer.Option("--lab", help="The lab, when there are several.")] = None,
) -> None:
    """List what may be left to an AI judge, by the delegation report; a lead may sign it as a suggestion."""
    from app.services.delegating import suggest_now
    from app.services.reporting import make
    from cli.output import table

    context: Context = ctx.obj
    session = context.session(lab, readonly=not sign)
    delegable = make(session, batch, "delegation").delegable
    found: DelegateReply = {
        "batch": batch,
        "delegable": [
            {
                "criterion": one.criterion,
                "tag": one.tag,
                "name": one.name,
                "judge": one.judge,
                "tasks": one.tasks,
                "low": one.low,
            }
            for one in delegable
        ],
        "digest": "",
    }
    if sign:
        letter = session.perform_now(lambda _: suggest_now(session, batch, delegable, comment))
        found["digest"] = letter.digest
    rows = [[one.name, one.judge, str(one.tasks), f"{one.low:.2f}"] for one in delegable]
    context.output.result(found, lambda: table(rows, ["what", "judge", "tasks", "AC1 at least"]))


def lab_report(
    ctx: typer.Context,
    batch: str,
    lab: LabDir,
    kind: Kind = "batch",
    expert: Expert = "",
    language: Language = "",
    out: Annotated[Path | None, typer.Option(help="The file to write: .html, .pdf or .csv.")] = None,
) -> None:
    """Report on a batch from all its signed results: models, agreement, experts. Without a file, its figures."""
    from app.agreement.reports.making import make_report, render
    from app.services.saving import save_file
    from cli.commands.lab import open_at
    from lab.reporting import source

    context: Context = ctx.obj
    _check(kind, out)
    spoken, tr = _spoken(language)
    with open_at(lab, batch) as opened:
        made = make_report(kind, source(opened, batch), tr, spoken, expert=expert)
    about: ReportSource = {
        "batch": batch,
        "kind": kind,
        "results": len(made.digests),
        "digests": list(made.digests),
    }
    if out is not None:
        save_file(out.absolute(), render(made, out.suffix.lower(), tr))
        saved: LabReportSaved = {**about, "file": str(out)}
        context.output.result(saved, f"{kind} report from {len(made.digests)} signed results: {out}")
        return
    from app.agreement.reports.plain import as_json, as_words

    found: LabReport = {**about, **as_json(made)}
    context.output.result(found, lambda: as_words(made, tr))


def _spoken(language: str, setting: str = "system") -> tuple[str, Tr]:
    """(language, its words): what was asked for, else what the preferences say, else the locale's."""
    from app.agreement.reports.making import in_language
    from app.i18n import environment_language
    from app.paths import resources

    wanted = language or (environment_language(os.environ) if setting == "system" else setting)
    return wanted, in_language(wanted, resources() / "translations")


def _check(kind: str, out: Path | None) -> None:
    """Before anything is computed."""
    from app.agreement.reports.making import renderer

    if kind not in KINDS:
        raise InputError(
            "report.kind",
            "There is no report “{name}”.",
            hint="Known: {known}.",
            params={"name": kind[:80], "known": ", ".join(KINDS)},
        )
    if out is not None:
        renderer(out.suffix.lower())
