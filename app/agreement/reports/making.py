"""Every report by its kind, and every file form by its suffix."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from app.agreement.reports.batch import batch_report
from app.agreement.reports.blocks import Report
from app.agreement.reports.delegation import delegation_report
from app.agreement.reports.model import model_report
from app.agreement.reports.source import Source, Tr
from app.agreement.reports.team import expert_report, team_report
from app.agreement.resampling import Bootstrap
from app.errors import InputError
from app.i18n import LANGUAGES, Translator, fill

KINDS = ("batch", "model", "team", "expert", "delegation")
SUFFIXES = (".html", ".pdf", ".csv")


def english(text: str, /, **params: object) -> str:
    """Reports in English."""
    return fill(text, params)


def in_language(language: str, translations: Path) -> Tr:
    """Reports in one of the shipped languages, as the window in it makes them. InputError for another."""
    if language not in LANGUAGES:
        raise _unknown(
            "report.language", "There are no reports in the language “{name}”.", language, LANGUAGES
        )
    translator = Translator(language, translations)
    return lambda text, /, **params: translator.text(text, params)


def make_report(
    kind: str,
    source: Source,
    tr: Tr = english,
    language: str = "en",
    *,
    expert: str = "",
    bootstrap: Bootstrap | None = None,
) -> Report:
    """A report of one kind. expert: whose, for `expert`. InputError for no results, or an unknown kind or expert."""
    if not source.graded:
        raise InputError(
            "report.empty",
            "The batch “{batch}” has no results yet, so there is nothing to report.",
            params={"batch": source.batch},
        )
    bootstrap = bootstrap or Bootstrap()
    if kind == "expert":
        return expert_report(source, tr, language, bootstrap, _whose(source, expert))
    makers = {
        "batch": batch_report,
        "model": model_report,
        "team": team_report,
        "delegation": delegation_report,
    }
    if kind not in makers:
        raise _unknown("report.kind", "There is no report “{name}”.", kind, KINDS)
    return makers[kind](source, tr, language, bootstrap)


def render(report: Report, suffix: str, tr: Tr = english) -> bytes:
    """The report as a file of this suffix. The same report gives the same bytes."""
    return renderer(suffix)(report, tr)


def renderer(suffix: str) -> Callable[[Report, Tr], bytes]:
    """InputError for another suffix than .html, .pdf and .csv."""
    if suffix == ".html":
        from app.agreement.reports import html

        return html.render
    if suffix == ".pdf":
        from app.agreement.reports import pdf

        return pdf.render
    if suffix == ".csv":
        from app.agreement.reports import csvfile

        return csvfile.render
    raise _unknown("report.suffix", "A report cannot be written as “{name}”.", suffix, SUFFIXES)


def _whose(source: Source, expert: str) -> str:
    """By id or name; without one, the only grader there is."""
    if not expert and len(source.raters) == 1:
        return source.raters[0]
    found = [rater for rater in source.raters if expert and expert in (rater, source.names.get(rater))]
    if len(found) == 1:
        return found[0]
    raise _unknown("report.expert", "No one grader of this batch is “{name}”.", expert, source.raters)


def _unknown(code: str, message: str, name: str, known: Sequence[str]) -> InputError:
    return InputError(
        code, message, hint="Known: {known}.", params={"name": name[:80], "known": ", ".join(known[:50])}
    )
