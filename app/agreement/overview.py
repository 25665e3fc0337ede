"""How far graders agree, for a screen: a few figures, and criteria × graders with what stands behind each square.

A square counts verdicts of one grader on one line's criteria: beside every other grader's on the same response, or
beside what was decided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from app.agreement.figures import Figure
from app.agreement.ratings import Level, Ratings
from app.agreement.reports.answers import Question, asked, decided_answers, figures_of, text_of
from app.agreement.reports.answers import Unit as AnswerUnit
from app.agreement.reports.measuring import Group, Unit, Verdicts, grouping, tags_of
from app.agreement.reports.source import Source, verdict
from app.agreement.resampling import Bootstrap
from app.agreement.squares import Beside, Miss, Square, Tally, others_of, square
from app.agreement.summary import agreement
from app.domain.verdict import Mark

MOST_LINES = 100
LOW = 0.7
"""A share below which a square is worth a word."""


@dataclass(frozen=True, slots=True)
class Line:
    """A criterion, or several that are looked at together. points: None where they differ.

    title: of the task whose criterion it is, empty where several tasks share it. question: what else is asked, where
    it is no criterion. values: (value, share of all
    verdicts), the most frequent first. alpha: Krippendorff's, nominal.
    """

    title: str
    label: str
    question: Question | None
    points: float | None
    is_negative: bool
    squares: tuple[Square, ...]
    values: tuple[tuple[str, float], ...]
    alpha: Figure

    @property
    def share(self) -> float | None:
        """Of all graders together."""
        n = sum(square.n for square in self.squares)
        return sum(square.same for square in self.squares) / n if n else None


@dataclass(frozen=True, slots=True)
class Overview:
    """graders: ids, in the order of the squares. kappa: Cohen's of two graders, Fleiss' of more.

    Figures are of the criteria alone. lines: in the tasks' order, at most `MOST_LINES` criteria, those least agreed
    upon if there are more (`all_lines`); what else is asked stands behind them.
    """

    tasks: int
    verdicts: int
    graders: tuple[str, ...]
    observed: Figure
    alpha: Figure
    kappa: Figure
    ac1: Figure
    lines: tuple[Line, ...]
    all_lines: int
    rounds: int


def slices(found: Verdicts) -> list[str]:
    """Tags that can be looked at alone, those with the most criteria first."""
    seen = Counter(tag for unit in found.units for tag in set(tags_of(unit)))
    return sorted(seen, key=lambda tag: (-seen[tag], tag))


def sliced_by(name: str) -> Callable[[Unit], bool]:
    """name: all, positive, negative, or `tag:…`."""
    if name == "positive":
        return lambda unit: unit.criterion.points >= 0
    if name == "negative":
        return lambda unit: unit.criterion.points < 0
    if name.startswith("tag:"):
        tag = name.removeprefix("tag:")
        return lambda unit: tag in tags_of(unit)
    return lambda unit: True


def overview(
    source: Source,
    found: Verdicts,
    bootstrap: Bootstrap,
    *,
    slice_name: str = "all",
    beside: Beside = Beside.OTHERS,
    first: str = "",
) -> Overview:
    """The figures of a slice and its lines. first: the grader in front. Progress is told for the whole's figures."""
    keep = sliced_by(slice_name)
    mask = np.array([keep(unit) for unit in found.units], bool)
    ratings = found.ratings.only(mask)
    units = tuple(unit for unit, here in zip(found.units, mask.tolist(), strict=True) if here)
    whole = agreement(ratings, Level.NOMINAL, bootstrap, every_pair=False)
    graders = tuple(
        sorted(found.ratings.raters, key=lambda rater: (rater != first, source.name(rater), rater))
    )
    groups = grouping(units)
    members: dict[Group, list[int]] = {}
    for place, unit in enumerate(units):
        for group in groups(unit):
            members.setdefault(group, []).append(place)
    tallies = _tallies(ratings, units, groups, _decided(source) if beside is Beside.DECIDED else None)
    quiet = Bootstrap(bootstrap.rounds, bootstrap.seed)
    lines = []
    for group in _chosen(members, tallies, graders):
        if bootstrap.tell is not None:  # a place to stop at
            bootstrap.tell(bootstrap.rounds, bootstrap.rounds)
        squares = tuple(square(tallies.get((group, grader))) for grader in graders)
        lines.append(_line(group, units, members[group], ratings, squares, quiet))
    return Overview(
        tasks=len({unit.task.id for unit in units}),
        verdicts=ratings.count,
        graders=graders,
        observed=whole["observed"],
        alpha=whole["krippendorff_alpha"],
        kappa=whole["cohen_kappa"] if len(whole.raters) == 2 else whole["fleiss_kappa"],
        ac1=whole["gwet_ac1"],
        lines=(*lines, *(_questions(source, graders, beside, quiet) if slice_name == "all" else ())),
        all_lines=len(members),
        rounds=bootstrap.rounds,
    )


def _tallies(
    ratings: Ratings,
    units: tuple[Unit, ...],
    groups: Callable[[Unit], tuple[Group, ...]],
    decided: Mapping[tuple[str, str, str], str] | None,
) -> dict[tuple[Group, str], Tally]:
    """By line and grader. decided: what was decided of (task, response, criterion); None: beside the others."""
    by_unit: dict[int, list[tuple[str, str]]] = {}
    names, raters = ratings.categories, ratings.raters
    entries = zip(ratings.unit.tolist(), ratings.rater.tolist(), ratings.code.tolist(), strict=True)
    for unit, rater, code in entries:
        by_unit.setdefault(unit, []).append((raters[rater], names[code]))
    found: dict[tuple[Group, str], Tally] = {}
    for place, said in by_unit.items():
        unit = units[place]
        key = (unit.task.id, unit.response, unit.criterion.id)
        settled = None if decided is None else _settled(decided, key, said)
        if decided is not None and settled is None:
            continue
        for grader, value in said:
            others = others_of(said, grader, settled)

            def miss(other: str, unit: Unit = unit, value: str = value) -> Miss:
                about = unit.task
                return Miss(about.id, about.title, unit.response, unit.criterion.id, value, other)

            for group in groups(unit):
                found.setdefault((group, grader), Tally()).add(value, others, miss)
    return found


def _decided(source: Source) -> dict[tuple[str, str, str], str]:
    """The final verdicts; of a task that was accepted as graded there are none of its own: `""` for it."""
    found: dict[tuple[str, str, str], str] = {}
    for task, results in source.by_task.items():
        decision = source.decided.get(task)
        if decision is None or decision.disputed:
            continue
        for response in results[0].task.responses:
            for criterion in results[0].task.rubric.leaves:
                final = None
                if decision.judgement is not None:
                    final = verdict(decision.judgement, response.id, criterion.id)
                elif decision.kind == "accept":
                    final = ""
                if final is not None:
                    name = final if isinstance(final, str) else f"{final:g}"
                    found[task, response.id, criterion.id] = name
    return found


def _settled(
    decided: Mapping[tuple[str, str, str], str], key: tuple[str, str, str], said: list[tuple[str, str]]
) -> str | None:
    """What was decided of a unit; of an accepted one what all graders say, if they say the same."""
    final = decided.get(key)
    if final == "":
        values = {value for _, value in said}
        return values.pop() if len(values) == 1 else None
    return None if final == Mark.CANNOT_JUDGE else final


def _questions(
    source: Source, graders: tuple[str, ...], beside: Beside, bootstrap: Bootstrap
) -> Iterator[Line]:
    """What is asked beside the criteria, a line a question, over all tasks."""
    titles = {str(one.task.id): one.task.title for one in source.graded}
    decided = dict(decided_answers(source)) if beside is Beside.DECIDED else None
    for question, said in list(asked(source).items())[:MOST_LINES]:
        by_unit: dict[AnswerUnit, list[tuple[str, str]]] = {}
        for unit, rater, value in said:
            by_unit.setdefault(unit, []).append((rater, text_of(value)))
        tallies: dict[str, Tally] = {}
        for unit, pairs in by_unit.items():
            settled = None if decided is None else decided.get((question, unit))
            if decided is not None and settled is None:
                continue
            for grader, value in pairs:

                def miss(other: str, unit: AnswerUnit = unit, value: str = value) -> Miss:
                    return Miss(unit[0], titles[unit[0]], unit[1], "", value, other)

                tallies.setdefault(grader, Tally()).add(value, others_of(pairs, grader, settled), miss)
        counts = Counter(text_of(value) for _, _, value in said)
        yield Line(
            title="",
            label="",
            question=question,
            points=None,
            is_negative=False,
            squares=tuple(square(tallies.get(grader)) for grader in graders),
            values=tuple((value, n / len(said)) for value, n in counts.most_common()),
            alpha=figures_of(question, said, bootstrap)["krippendorff_alpha"],
        )


def _chosen(
    members: Mapping[Group, list[int]], tallies: Mapping[tuple[Group, str], Tally], graders: tuple[str, ...]
) -> list[Group]:
    """In the order of the tasks; where there are too many, those that are least agreed upon."""

    def share(group: Group) -> float:
        found = [tallies[group, grader] for grader in graders if (group, grader) in tallies]
        n = sum(tally.n for tally in found)
        return sum(tally.same for tally in found) / n if n else 2.0

    order = list(members)
    if len(order) <= MOST_LINES:
        return order
    kept = set(sorted(order, key=lambda group: (share(group), group.label, group.key))[:MOST_LINES])
    return [group for group in order if group in kept]


def _line(
    group: Group,
    units: tuple[Unit, ...],
    places: list[int],
    ratings: Ratings,
    squares: tuple[Square, ...],
    bootstrap: Bootstrap,
) -> Line:
    mask = np.zeros(len(units), bool)
    mask[places] = True
    own = ratings.only(mask)
    shares = np.bincount(own.code, minlength=len(own.categories)) / max(own.count, 1)
    values = sorted(zip(own.categories, shares.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0]))
    points = {units[place].criterion.points for place in places}
    texts = {" ".join(units[place].criterion.text.split()) for place in places}
    tasks = {units[place].task.id for place in places}
    several = len({unit.task.id for unit in units}) > 1
    return Line(
        title=units[places[0]].task.title if several and len(tasks) == 1 else "",
        label=texts.pop() or group.label if len(texts) == 1 else group.label,
        question=None,
        points=points.pop() if len(points) == 1 else None,
        is_negative=all(units[place].criterion.points < 0 for place in places),
        squares=squares,
        values=tuple((name, share) for name, share in values if share > 0),
        alpha=agreement(own, Level.NOMINAL, bootstrap, every_pair=False)["krippendorff_alpha"],
    )
