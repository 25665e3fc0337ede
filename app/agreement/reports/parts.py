"""What several reports share: the head, the table of agreement figures, the heat map of criteria and graders."""

from __future__ import annotations

from collections.abc import Iterable

from app.agreement import figures
from app.agreement.figures import Figure, undefined
from app.agreement.ratings import Level, Ratings
from app.agreement.reports.blocks import Cell, Heat, Report, Section, Square, Table
from app.agreement.reports.measuring import Group, Verdicts, grouping, newest, pair_shares
from app.agreement.reports.source import Source, Tr
from app.agreement.resampling import Bootstrap
from app.agreement.summary import Agreement, agreement
from app.i18n import NAMES

MAX_ROWS = 40


def report(
    kind: str,
    title: str,
    source: Source,
    tr: Tr,
    language: str,
    bootstrap: Bootstrap,
    sections: Iterable[Section],
) -> Report:
    """The frame around sections; those without a block are left out."""
    tasks = len(source.by_task)
    until = newest(source.graded)
    facts = (
        (tr("Batch"), f"{source.title} ({source.batch})"),
        (tr("Field"), source.field or "–"),
        (tr("Scoring"), str(source.policy)),
        (tr("Tasks with a result"), f"{tasks} / {max(source.tasks, tasks)}"),
        (tr("Results"), str(len(source.graded))),
        (tr("Graders"), str(len(source.raters))),
        (tr("Newest result"), until or "–"),
        (tr("Language"), NAMES.get(language, language)),
    )
    unsigned = sum(not one.digest for one in source.graded)
    made_from = tr("Made from {n} signed results; the SHA-256 digest of each follows.", n=len(source.digests))
    if unsigned:
        made_from += " " + tr("{n} more are drafts or unsigned, and have no digest.", n=unsigned)
    return Report(
        kind=kind,
        title=title,
        subtitle=source.title,
        until=until,
        language=language,
        facts=facts,
        sections=tuple(section for section in sections if section.blocks),
        method=tr(
            "Intervals are 95 % percentile intervals of a bootstrap that draws whole tasks:"
            " {rounds} rounds, seed {seed}.",
            rounds=bootstrap.rounds,
            seed=bootstrap.seed,
        ),
        made_from=made_from,
        digests=source.digests,
    )


def quick(bootstrap: Bootstrap) -> Bootstrap:
    """The same rounds without telling progress: for the many small figures of a report."""
    return Bootstrap(bootstrap.rounds, bootstrap.seed)


def agreement_table(
    title: str, slices: Iterable[tuple[str, Ratings]], bootstrap: Bootstrap, tr: Tr, note: str = ""
) -> Table:
    """One row a slice: units rated twice, observed agreement, kappa, alpha, AC1."""
    rows: list[tuple[Cell, ...]] = []
    for name, ratings in slices:
        found = agreement(ratings, Level.NOMINAL, quick(bootstrap), every_pair=False)
        rows.append(
            (
                name,
                found.pairable,
                found["observed"],
                kappa(found),
                found["krippendorff_alpha"],
                found["gwet_ac1"],
            )
        )
    head = (
        tr("Slice"),
        tr("Units rated twice"),
        tr("Observed agreement"),
        tr("Cohen's or Fleiss' kappa"),
        tr("Krippendorff's alpha"),
        tr("Gwet's AC1"),
    )
    return Table(title, head, tuple(rows), note)


def kappa(found: Agreement) -> Figure:
    """Cohen's for two graders, Fleiss' for more."""
    return found["cohen_kappa"] if len(found.raters) == 2 else found["fleiss_kappa"]


def sign_of(points: float, tr: Tr) -> str:
    return tr("Negative criteria (met is bad)") if points < 0 else tr("Positive criteria")


def heat_map(source: Source, found: Verdicts, tr: Tr) -> Heat:
    """Criteria × graders: how often a grader says what the others say; the least agreed rows first."""
    groups = grouping(found.units)
    shares = pair_shares(found, groups)
    totals: dict[Group, list[int]] = {}
    for (group, _), (same, pairs, _tasks) in shares.items():
        row = totals.setdefault(group, [0, 0])
        row[0] += same
        row[1] += pairs
    rated = [group for group, (_, pairs) in totals.items() if pairs]
    rated.sort(key=lambda group: (totals[group][0] / totals[group][1], group.label, group.key))
    graders = sorted({rater for _, rater in shares}, key=lambda rater: (source.name(rater), rater))
    squares = tuple(
        tuple(_square(shares.get((group, rater), (0, 0, ()))) for rater in graders)
        for group in rated[:MAX_ROWS]
    )
    note = tr("Share of a grader's verdicts that agree with another grader's on the same response.")
    if len(rated) > MAX_ROWS:
        note += " " + tr("The {n} rows with the least agreement, of {all}.", n=MAX_ROWS, all=len(rated))
    return Heat(
        tr("Agreement by criterion and grader"),
        tuple(group.label for group in rated[:MAX_ROWS]),
        tuple(source.name(rater) for rater in graders),
        squares,
        note,
    )


def _square(found: tuple[int, int, tuple[str, ...]]) -> Square:
    same, pairs, tasks = found
    return Square(round(same / pairs, 6) if pairs else None, pairs, tasks)


def no_pairs() -> Figure:
    return undefined(figures.NO_PAIRS)
