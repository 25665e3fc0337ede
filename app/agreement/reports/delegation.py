"""The delegation report: which criteria an AI judge decides as experts do, and what its mistakes would cost.

Every (judge, expert) pair on a unit counts once. The cost is in points: the judge's credit minus the expert's,
times the criterion's points, so that its sign says whether responses come out better or worse than they should.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from app.agreement.figures import Figure
from app.agreement.healthbench import balanced_f1
from app.agreement.ratings import Level, Ratings
from app.agreement.reports.blocks import Block, Cell, Delegable, Intervals, Report, Section, Table, Text
from app.agreement.reports.measuring import Unit, Verdicts, grouping, verdicts, weighted
from app.agreement.reports.parts import MAX_ROWS, quick, report, sign_of
from app.agreement.reports.source import Source, Tr, credit
from app.agreement.resampling import Bootstrap
from app.agreement.summary import agreement
from app.domain.rubric import Kind
from app.domain.verdict import Mark
from app.i18n import mark

ENOUGH = 0.8
LEAST_TASKS = 20
NO_COST = mark("Neither of them gave points here.")
JUDGE = "\x00judge"
"""Stands for the judge among raters; no expert has this id."""


@dataclass(frozen=True, slots=True)
class Slice:
    """One row. may_go: the lower end of AC1 is at least 0.8 over at least 20 tasks."""

    name: str
    tasks: int
    pairs: int
    observed: Figure
    ac1: Figure
    f1: Figure
    cost: Figure
    net: Figure

    @property
    def may_go(self) -> bool:
        return self.ac1.low is not None and self.ac1.low >= ENOUGH and self.tasks >= LEAST_TASKS


def delegation_report(source: Source, tr: Tr, language: str, bootstrap: Bootstrap) -> Report:
    judges = sorted({one.name for one in source.opinions})
    sections: list[Section] = []
    if not judges:
        blocks: tuple[Block, ...] = (Text(tr("No opinion of an AI judge has been opened for this batch.")),)
        sections.append(Section(tr("AI judge"), blocks))
    delegable: list[Delegable] = []
    for name in judges:
        found, may_go = _judge(source, name, tr, bootstrap)
        sections.append(Section(name or tr("AI judge"), tuple(found)))
        delegable += may_go
    if source.suggested:
        sections.append(Section(tr("What leads suggested"), (_suggested(source, tr),)))
    made = report("delegation", tr("Delegation report"), source, tr, language, bootstrap, sections)
    return replace(made, delegable=tuple(delegable))


def _suggested(source: Source, tr: Tr) -> Table:
    head = (tr("Lead"), tr("Signed"), tr("To be left to the judge"), tr("Why"))
    rows: list[tuple[Cell, ...]] = [
        (source.name(one.lead), one.at, name, "; ".join(part for part in (reason, one.comment) if part))
        for one in source.suggested
        for name, reason in one.what
    ]
    return Table(
        tr("Suggestions, oldest first"), head, tuple(rows), tr("The lab decides whether it follows one.")
    )


def _judge(source: Source, name: str, tr: Tr, bootstrap: Bootstrap) -> tuple[list[Block], list[Delegable]]:
    found = verdicts(source, [(o.task, JUDGE, o.judgement) for o in source.opinions if o.name == name])
    groups = grouping(found.units)
    views: tuple[tuple[str, Callable[[Unit], Iterable[str]]], ...] = (
        (tr("All and by sign"), lambda unit: (tr("All"), sign_of(unit.criterion.points, tr))),
        (tr("By criterion"), lambda unit: (group.label for group in groups(unit))),
        (tr("By tag"), lambda unit: (*unit.task.tags, *unit.criterion.tags)),
    )
    blocks: list[Block] = []
    may_go: list[Delegable] = []
    single = {
        group.label: unit.criterion.id
        for unit in found.units
        for group in groups(unit)
        if group.key != group.label
    }
    for title, keys in views:
        slices = list(_slices(found, keys, quick(bootstrap)))
        if not slices:
            continue
        shown = sorted(slices, key=lambda one: (-one.pairs, one.name))[:MAX_ROWS]
        shown.sort(key=lambda one: (-(one.ac1.low if one.ac1.low is not None else -2.0), one.name))
        if keys is not views[0][1]:
            ids = single if keys is views[1][1] else {}
            may_go += [_delegable(one, ids.get(one.name, ""), name) for one in shown if one.may_go]
        blocks.append(_table(title, shown, tr))
        if keys is views[1][1]:
            rows = tuple((one.name, one.ac1) for one in shown)
            low = -1.0 if any(f.low is not None and f.low < 0 for _, f in rows) else 0.0
            blocks.append(Intervals(tr("AC1 of judge and experts by criterion"), rows, low, 1.0, ENOUGH))
    note = tr(
        "A criterion or tag may be left to the judge when the lower end of AC1 is at least {least},"
        " over at least {tasks} tasks.",
        least=ENOUGH,
        tasks=LEAST_TASKS,
    )
    if may_go:
        names = "; ".join(dict.fromkeys(one.name for one in may_go))
        verdict = tr("That holds for: {names}. A lead decides.", names=names)
    else:
        verdict = tr("That holds for none so far: people keep them all.")
    blocks.append(Text(f"{note} {verdict}"))
    return blocks, list({(one.criterion, one.tag): one for one in may_go}.values())


def _delegable(one: Slice, criterion: str, judge: str) -> Delegable:
    low = one.ac1.low if one.ac1.low is not None else 0.0
    return Delegable(criterion, "" if criterion else one.name, one.name, judge, one.tasks, low)


def _table(title: str, shown: list[Slice], tr: Tr) -> Table:
    head = (
        tr("Slice"), tr("Tasks"), tr("Pairs"), tr("Observed agreement"), tr("Gwet's AC1"), tr("Balanced F1"),
        tr("Points wrong a verdict"), tr("Points too many a verdict"), tr("May be left to the judge"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            s.name,
            s.tasks,
            s.pairs,
            s.observed,
            s.ac1,
            s.f1,
            s.cost,
            s.net,
            tr("yes") if s.may_go else tr("no"),
        )
        for s in shown
    ]
    note = tr("Points too many: above 0 the judge is too generous to the response, below 0 too harsh.")
    return Table(title, head, tuple(rows), note)


def _slices(found: Verdicts, keys: Callable[[Unit], Iterable[str]], bootstrap: Bootstrap) -> Iterable[Slice]:
    members: dict[str, list[int]] = defaultdict(list)
    ratings = found.ratings
    if JUDGE not in ratings.raters:
        return
    said: dict[int, dict[str, int]] = defaultdict(dict)
    for unit, rater, code in zip(
        ratings.unit.tolist(), ratings.rater.tolist(), ratings.code.tolist(), strict=True
    ):
        said[unit][ratings.raters[rater]] = code
    for place, unit in enumerate(found.units):
        if JUDGE in said[place] and len(said[place]) > 1:
            for key in dict.fromkeys(keys(unit)):
                members[key].append(place)
    for key, places in members.items():
        yield _slice(found, key, places, said, bootstrap)


def _slice(
    found: Verdicts, name: str, places: list[int], said: dict[int, dict[str, int]],
    bootstrap: Bootstrap,
) -> Slice:  # fmt: skip
    """Judge and expert as two graders: a unit with two experts stands twice, in one cluster."""
    categories = found.ratings.categories
    pairs = [(place, code) for place in places for rater, code in said[place].items() if rater != JUDGE]
    clusters = {task: n for n, task in enumerate(dict.fromkeys(found.units[p].task.id for p, _ in pairs))}
    entry = np.arange(len(pairs))
    codes = np.array([(said[place][JUDGE], code) for place, code in pairs], np.int64)
    two = Ratings(
        unit=np.repeat(entry, 2),
        rater=np.tile(np.array([0, 1]), len(pairs)),
        code=codes.ravel(),
        units=len(pairs),
        raters=("judge", "expert"),
        categories=categories,
        scores=found.ratings.scores,
        clusters=np.array([clusters[found.units[p].task.id] for p, _ in pairs], np.int64),
    )
    whole = agreement(two, Level.NOMINAL, bootstrap)
    binary = [
        (p, categories[a], categories[b]) for (p, b), a in zip(pairs, codes[:, 0].tolist(), strict=True)
    ]
    sides = {str(Mark.MET): True, str(Mark.NOT_MET): False}
    known = [(sides[a], sides[b]) for p, a, b in binary if a in sides and b in sides]
    f1 = balanced_f1([a for a, _ in known], [[b] for _, b in known], bootstrap).balanced_f1
    costs = [
        (found.units[p].task.id, _points(found.units[p], a) - _points(found.units[p], b))
        for p, a, b in binary
    ]
    cost = weighted([(task, abs(points), 1.0) for task, points in costs], bootstrap, NO_COST)
    net = weighted([(task, points, 1.0) for task, points in costs], bootstrap, NO_COST)
    return Slice(name, len(clusters), len(pairs), whole["observed"], whole["gwet_ac1"], f1, cost, net)


def _points(unit: Unit, value: str) -> float:
    criterion = unit.criterion
    numeric = criterion.kind in (Kind.COUNT, Kind.SCALE) and value not in tuple(Mark)
    granted = credit(criterion, float(value) if numeric else value)
    return criterion.points * granted if granted is not None else 0.0
