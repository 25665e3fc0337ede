"""From results to ratings and means: units are (task, response, criterion), tasks are resampled as a whole."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.agreement.figures import Figure, figure, ratio
from app.agreement.ratings import Ratings
from app.agreement.reports.source import Graded, Judgement, Source, verdict
from app.agreement.resampling import Bootstrap, patterns, weights
from app.domain.rubric import Criterion, Kind
from app.domain.task import Task
from app.domain.verdict import Mark
from app.i18n import mark

NO_VALUES = mark("There is nothing to average.")


@dataclass(frozen=True, slots=True)
class Unit:
    """One criterion of one response."""

    task: Task
    response: str
    criterion: Criterion


@dataclass(frozen=True)
class Verdicts:
    """All verdicts of a batch as ratings, and what each unit is. A verdict “cannot judge” counts as missing."""

    ratings: Ratings
    units: tuple[Unit, ...]

    def where(self, keep: Callable[[Unit], bool]) -> Ratings:
        return self.ratings.only(np.array([keep(unit) for unit in self.units], bool))


def verdicts(source: Source, others: Iterable[tuple[str, str, Judgement]] = ()) -> Verdicts:
    """others: (task, rater, judgement) besides the results, as of a judge. Free texts are left out."""
    tasks: dict[str, Task] = {one.task.id: one.task for one in source.graded}
    graded = [(one.task.id, one.rater, one.judgement) for one in source.graded]
    raters: dict[str, int] = {}
    values: dict[str, int] = {}
    units: dict[tuple[str, str, str], int] = {}
    known: list[Unit] = []
    cluster: dict[str, int] = {}
    entries: list[tuple[int, int, int]] = []
    for task_id, rater, judgement in (*graded, *(o for o in others if o[0] in tasks)):
        task = tasks[task_id]
        who = raters.setdefault(rater, len(raters))
        cluster.setdefault(task_id, len(cluster))
        for response in task.responses:
            for criterion in task.rubric.leaves:
                value = verdict(judgement, response.id, criterion.id)
                if criterion.kind is Kind.FREE or value is None or value == Mark.CANNOT_JUDGE:
                    continue
                key = (task_id, response.id, criterion.id)
                if key not in units:
                    units[key] = len(units)
                    known.append(Unit(task, response.id, criterion))
                name = value if isinstance(value, str) else f"{value:g}"
                entries.append((units[key], who, values.setdefault(name, len(values))))
    order = {name: place for place, name in enumerate(sorted(values))}
    place = np.array([order[name] for name in values], np.int64)
    table = np.array(sorted(set(entries)), np.int64).reshape(-1, 3)
    ratings = Ratings(
        unit=table[:, 0],
        rater=table[:, 1],
        code=place[table[:, 2]] if len(table) else table[:, 2],
        units=len(units),
        raters=tuple(raters),
        categories=tuple(sorted(values)),
        scores=np.arange(len(values), dtype=np.float64),
        clusters=np.array([cluster[unit.task.id] for unit in known], np.int64),
    )
    return Verdicts(ratings, tuple(known))


def mean(values: Sequence[tuple[Hashable, float]], bootstrap: Bootstrap) -> Figure:
    """The mean of (cluster, value) pairs; whole clusters are resampled."""
    return weighted([(cluster, value, 1.0) for cluster, value in values], bootstrap)


def weighted(
    values: Sequence[tuple[Hashable, float, float]], bootstrap: Bootstrap, reason: str = NO_VALUES
) -> Figure:
    """Σ above / Σ below over (cluster, above, below), with its interval over clusters."""
    sums: dict[Hashable, list[float]] = {}
    for cluster, above, below in values:
        row = sums.setdefault(cluster, [0.0, 0.0])
        row[0] += above
        row[1] += below
    table = np.array(list(sums.values()), np.float64).reshape(-1, 2)
    point = ratio(table[:, 0].sum(keepdims=True), table[:, 1].sum(keepdims=True))
    rounds = None
    if bootstrap.rounds and len(table):
        drawn = np.concatenate([w @ table for w in weights(patterns(None, len(table)), bootstrap)])
        rounds = ratio(drawn[:, 0], drawn[:, 1])
    return figure(float(point[0]), rounds, reason, len(table))


@dataclass(frozen=True, slots=True)
class Group:
    """Criteria that are looked at together: one that several tasks share, a tag, or a single one."""

    key: str
    label: str


def grouping(units: Sequence[Unit]) -> Callable[[Unit], tuple[Group, ...]]:
    """How to group units for a table of criteria: criteria that stand in several tasks; else tags; else each one."""
    tasks: dict[tuple[str, str], set[str]] = {}
    for unit in units:
        tasks.setdefault((unit.criterion.id, unit.criterion.text), set()).add(unit.task.id)
    if sum(len(found) > 1 for found in tasks.values()) * 2 >= len(tasks):
        return lambda unit: (Group(f"{unit.criterion.id}\n{unit.criterion.text}", label_of(unit.criterion)),)
    if len(tasks) > 60 and any(unit.criterion.tags for unit in units):
        return lambda unit: tuple(Group(tag, tag) for tag in unit.criterion.tags)
    return lambda unit: (
        Group(f"{unit.task.id}\n{unit.criterion.id}", f"{unit.task.title} · {label_of(unit.criterion)}"),
    )


def label_of(criterion: Criterion, most: int = 90) -> str:
    text = " ".join(criterion.text.split()) or criterion.id
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def pair_shares(
    found: Verdicts, groups: Callable[[Unit], tuple[Group, ...]]
) -> dict[tuple[Group, str], tuple[int, int, tuple[str, ...]]]:
    """(group, rater) → (pairs that agree, pairs, tasks where one differs): each rater against all others."""
    by_unit: dict[int, list[tuple[str, int]]] = {}
    ratings = found.ratings
    for unit, rater, code in zip(
        ratings.unit.tolist(), ratings.rater.tolist(), ratings.code.tolist(), strict=True
    ):
        by_unit.setdefault(unit, []).append((ratings.raters[rater], code))
    sums: dict[tuple[Group, str], list[int]] = {}
    differing: dict[tuple[Group, str], dict[str, None]] = {}
    for place, said in by_unit.items():
        unit = found.units[place]
        for group in groups(unit):
            for rater, code in said:
                row = sums.setdefault((group, rater), [0, 0])
                same = sum(other == code for _, other in said) - 1
                row[0] += same
                row[1] += len(said) - 1
                if same < len(said) - 1:
                    differing.setdefault((group, rater), {})[unit.task.id] = None
    return {k: (row[0], row[1], tuple(differing.get(k, ()))) for k, row in sums.items()}


def week(submitted: str) -> str:
    """The ISO week of an RFC 3339 time: `2026-W47`."""
    from datetime import date

    year, number, _ = date.fromisoformat(submitted[:10]).isocalendar()
    return f"{year}-W{number:02}"


def newest(graded: Iterable[Graded]) -> str:
    return max((one.submitted for one in graded), default="")


def histogram(
    values: Sequence[float], low: float, high: float, bins: int = 12
) -> tuple[tuple[float, float, int], ...]:
    """Counts of values in equal bins over [low, high], widened to hold every value."""
    if not values:
        return ()
    low, high = min(low, *values), max(high, *values)
    edges = np.linspace(low, high if high > low else low + 1, bins + 1)
    counts, _ = np.histogram(values, edges)
    return tuple(
        (round(float(a), 6), round(float(b), 6), int(n))
        for a, b, n in zip(edges[:-1], edges[1:], counts, strict=True)
    )


def tags_of(unit: Unit) -> tuple[str, ...]:
    return (*unit.task.tags, *unit.criterion.tags)


def sliced(found: Verdicts, keys: Callable[[Unit], Iterable[str]]) -> Mapping[str, Ratings]:
    """The ratings of each slice, by name, sorted."""
    members: dict[str, list[int]] = {}
    for place, unit in enumerate(found.units):
        for key in keys(unit):
            members.setdefault(key, []).append(place)
    sliced_: dict[str, Ratings] = {}
    for key in sorted(members):
        mask = np.zeros(len(found.units), bool)
        mask[members[key]] = True
        sliced_[key] = found.ratings.only(mask)
    return sliced_
