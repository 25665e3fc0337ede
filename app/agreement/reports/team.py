"""The team report and one expert's own: who agrees with whom, who is strict, what drifts, and how even a hand is."""

from __future__ import annotations

from collections import defaultdict

from app.agreement.figures import Figure
from app.agreement.ratings import Level
from app.agreement.reports.blocks import Block, Cell, Drift, Heat, Intervals, Report, Section, Square, Table
from app.agreement.reports.measuring import Verdicts, mean, sliced, tags_of, verdicts, week, weighted
from app.agreement.reports.parts import MAX_ROWS, agreement_table, heat_map, quick, report
from app.agreement.reports.source import Graded, Source, Tr, credit, score, verdict
from app.agreement.resampling import Bootstrap
from app.agreement.summary import agreement
from app.domain.preference import given, side
from app.i18n import mark

NO_CHOICE = mark("No preference with a side was given.")
NO_REPEAT = mark("No task was shown twice, or the second is not submitted.")
NO_OTHER = mark("Nobody else judged the same responses.")


def team_report(source: Source, tr: Tr, language: str, bootstrap: Bootstrap) -> Report:
    found = verdicts(source)
    sections = (
        Section(tr("Who agrees with whom"), tuple(_matrix(source, found, tr, bootstrap))),
        Section(tr("Graders"), tuple(_graders(source, found, tr, bootstrap))),
        Section(tr("Where graders differ"), tuple(b for b in (heat_map(source, found, tr),) if b.rows)),
        Section(tr("Drift"), tuple(_drift(source, found, tr, bootstrap, None))),
    )
    return report("team", tr("Team report"), source, tr, language, bootstrap, sections)


def expert_report(source: Source, tr: Tr, language: str, bootstrap: Bootstrap, expert: str) -> Report:
    """One expert's, for her alone: her agreement with others, her hand, her sides, her consistency."""
    found = verdicts(source)
    own = [one for one in source.graded if one.rater == expert]
    with_others = _only_with(found, expert)
    sections = (
        Section(tr("Agreement with others"), tuple(_with_others(found, with_others, expert, tr, bootstrap))),
        Section(tr("Graders"), tuple(_graders(source, found, tr, bootstrap, expert))),
        Section(tr("Sides and consistency"), tuple(_evenness(source, own, expert, tr, bootstrap))),
        Section(tr("Drift"), tuple(_drift(source, found, tr, bootstrap, expert))),
    )
    title = tr("Report for {name}", name=source.name(expert))
    return report("expert", title, source, tr, language, bootstrap, sections)


def _matrix(source: Source, found: Verdicts, tr: Tr, bootstrap: Bootstrap) -> list[Block]:
    """Observed agreement of every two, as a heat map with n, and their kappas as a table."""
    if len(found.ratings.raters) < 2:
        return []
    whole = agreement(found.ratings, Level.NOMINAL, bootstrap)
    if not whole.pairs:
        return []
    names = sorted(whole.raters, key=lambda r: (source.name(r), r))
    pairs = {frozenset((p.first, p.second)): p for p in whole.pairs}
    empty = Square(None, 0)
    squares = tuple(
        tuple(
            empty if a == b else Square(pairs[frozenset((a, b))].observed.value, pairs[frozenset((a, b))].n)
            for b in names
        )
        for a in names
    )
    labels = tuple(source.name(name) for name in names)
    rows = tuple(
        (source.name(p.first), source.name(p.second), p.n, p.observed, p.cohen_kappa)
        for p in whole.pairs
        if p.n
    )
    head = (tr("Grader"), tr("Grader"), tr("Units"), tr("Observed agreement"), tr("Cohen's kappa"))
    return [
        Heat(
            tr("Observed agreement of each two"),
            labels,
            labels,
            squares,
            tr("The figure below is the number of units."),
        ),
        Table(tr("Each two graders"), head, rows),
    ]


def _graders(
    source: Source, found: Verdicts, tr: Tr, bootstrap: Bootstrap, expert: str | None = None
) -> list[Block]:
    """How many results, how strict beside the others on the same responses, how fast. expert: others unnamed."""
    quiet = quick(bootstrap)
    hands = strictness(source)
    rows: list[tuple[Cell, ...]] = []
    plotted: list[tuple[str, Figure]] = []
    for rater in source.raters:
        if expert is not None and rater != expert:
            continue
        mine = [one for one in source.graded if one.rater == rater]
        hand = weighted(hands.get(rater, []), quiet, NO_OTHER)
        minutes = [one.active_ms / 60_000 for one in mine if one.active_ms]
        cell = round(sorted(minutes)[len(minutes) // 2], 1) if minutes else None
        rows.append((source.name(rater), len(mine), hand, cell))
        plotted.append((source.name(rater), hand))
    head = (tr("Grader"), tr("Results"), tr("More credit than others"), tr("Median active minutes a task"))
    note = tr("Credit granted on the same criteria minus what the others granted, 1 being a whole criterion.")
    blocks: list[Block] = [Table(tr("Graders and their hands"), head, tuple(rows), note)]
    if len(plotted) > 1:
        width = max([0.1, *(abs(x) for _, f in plotted for x in (f.low, f.high, f.value) if x is not None)])
        blocks.append(Intervals(tr("Strict or generous"), tuple(plotted), -width, width, 0.0))
    return blocks


def strictness(source: Source) -> dict[str, list[tuple[str, float, float]]]:
    """For each rater (task, her credit minus the others' mean, 1) on every unit that she shares with somebody."""
    said: dict[tuple[str, str, str], dict[str, float]] = defaultdict(dict)
    for one in source.graded:
        for response in one.task.responses:
            for criterion in one.task.rubric.leaves:
                granted = credit(criterion, verdict(one.judgement, response.id, criterion.id))
                if granted is not None:
                    said[one.task.id, response.id, criterion.id][one.rater] = granted
    found: dict[str, list[tuple[str, float, float]]] = defaultdict(list)
    for (task, _, _), granted_by in said.items():
        for rater, granted in granted_by.items():
            others = [value for other, value in granted_by.items() if other != rater]
            if others:
                found[rater].append((task, granted - sum(others) / len(others), 1.0))
    return found


def _only_with(found: Verdicts, expert: str) -> set[int]:
    """Units that the expert rated."""
    if expert not in found.ratings.raters:
        return set()
    place = found.ratings.raters.index(expert)
    return set(found.ratings.unit[found.ratings.rater == place].tolist())


def _with_others(found: Verdicts, mine: set[int], expert: str, tr: Tr, bootstrap: Bootstrap) -> list[Block]:
    import numpy as np

    if not mine:
        return []
    mask = np.zeros(len(found.units), bool)
    mask[sorted(mine)] = True
    ratings = found.ratings.only(mask)
    kept = Verdicts(
        ratings, tuple(unit for unit, here in zip(found.units, mask.tolist(), strict=True) if here)
    )
    tags = sorted(sliced(kept, tags_of).items(), key=lambda e: (-e[1].count, e[0]))[:MAX_ROWS]
    rows = [(tr("All"), ratings), *sorted(tags)]
    note = tr("Units that you judged, with everybody who judged them too.")
    return [agreement_table(tr("Agreement with others"), rows, bootstrap, tr, note)]


def _evenness(source: Source, own: list[Graded], expert: str, tr: Tr, bootstrap: Bootstrap) -> list[Block]:
    quiet = quick(bootstrap)
    left = weighted(_left_choices(own), quiet, NO_CHOICE)
    same = weighted(_repeated(source, own, expert), quiet, NO_REPEAT)
    rows: tuple[tuple[str, Figure], ...] = (
        (tr("Preferences for the response on the left"), left),
        (tr("Same answer when a task came again"), same),
    )
    note = tr("One half is even for sides. Of a repeat every answer is compared, whichever side it stood on.")
    return [Intervals(tr("Sides and consistency"), rows, 0.0, 1.0, 0.5, note)]


def _left_choices(own: list[Graded]) -> list[tuple[str, float, float]]:
    """(task, chose the left, 1) of every preference with a side; signs belong to the task's own first response."""
    found: list[tuple[str, float, float]] = []
    for one in own:
        asked = one.task.questions.preference
        if asked is None or asked.first not in one.shown or asked.second not in one.shown:
            continue
        first_is_left = one.shown.index(asked.first) < one.shown.index(asked.second)
        for dimension in asked.dimensions:
            value = given(one.judgement, dimension.id)
            if isinstance(value, int) and value != 0:
                found.append((one.task.id, float((value < 0) == first_is_left), 1.0))
    return found


def _repeated(source: Source, own: list[Graded], expert: str) -> list[tuple[str, float, float]]:
    """(task, answers that are the same, answers given both times): verdicts, and the side of preferences."""
    by_task: dict[str, Graded] = {one.task.id: one for one in (*own, *source.again) if one.rater == expert}
    found: list[tuple[str, float, float]] = []
    for repeat in source.repeats:
        one, again = by_task.get(repeat.of), by_task.get(repeat.task)
        if repeat.expert != expert or one is None or again is None:
            continue
        for response in one.task.responses:
            for criterion in one.task.rubric.leaves:
                values = [verdict(g.judgement, response.id, criterion.id) for g in (one, again)]
                if None not in values:
                    found.append((repeat.of, float(values[0] == values[1]), 1.0))
        for dimension in one.task.questions.preference.dimensions if one.task.questions.preference else ():
            chosen = [given(g.judgement, dimension.id) for g in (one, again)]
            if None not in chosen:
                found.append((repeat.of, float(side(chosen[0]) == side(chosen[1])), 1.0))
    return found


def _drift(source: Source, found: Verdicts, tr: Tr, bootstrap: Bootstrap, expert: str | None) -> list[Block]:
    """By ISO week of the submission: agreement with others, and the mean score given."""
    quiet = quick(bootstrap)
    weeks = {(one.task.id, one.rater): week(one.submitted) for one in source.graded if one.submitted}
    agreed: dict[str, list[tuple[str, float, float]]] = defaultdict(list)
    said: dict[int, list[tuple[str, int]]] = defaultdict(list)
    ratings = found.ratings
    for unit, rater, code in zip(
        ratings.unit.tolist(), ratings.rater.tolist(), ratings.code.tolist(), strict=True
    ):
        said[unit].append((ratings.raters[rater], code))
    for unit, values in said.items():
        task = found.units[unit].task.id
        for rater, code in values:
            if (expert is None or rater == expert) and len(values) > 1 and (task, rater) in weeks:
                same = sum(other == code for _, other in values) - 1
                agreed[weeks[task, rater]].append((task, same, len(values) - 1))
    scores: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for one in source.graded:
        if one.submitted and (expert is None or one.rater == expert):
            for response in one.task.responses:
                value = score(source.policy, one.task, one.judgement, response.id)
                if value is not None and value.value is not None:
                    scores[week(one.submitted)].append((one.task.id, value.value))
    blocks: list[Block] = []
    if agreed:
        points = tuple(
            (w, weighted(agreed[w], quiet), len({t for t, _, _ in agreed[w]})) for w in sorted(agreed)
        )
        blocks.append(Drift(tr("Agreement with others by week"), points, 0.0, 1.0))
    if scores:
        drift = tuple((w, mean(scores[w], quiet), len(scores[w])) for w in sorted(scores))
        values_ = [x for _, f, _ in drift for x in (f.low, f.high, f.value) if x is not None]
        blocks.append(
            Drift(tr("Mean score given by week"), drift, min([0.0, *values_]), max([1.0, *values_]))
        )
    return blocks
