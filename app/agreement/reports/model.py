"""The model report: how good each model's responses are under the batch's policy, and who beats whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TypeVar

from app.agreement.figures import Figure
from app.agreement.reports.blocks import Block, Cell, Intervals, Report, Section, Table, Text
from app.agreement.reports.measuring import mean, weighted
from app.agreement.reports.parts import MAX_ROWS, quick, report
from app.agreement.reports.source import Graded, Source, Tr, score
from app.agreement.resampling import Bootstrap
from app.domain import scoring
from app.domain.ids import ResponseId
from app.domain.preference import better
from app.domain.questions import BOTH_BAD
from app.domain.rubric import Rubric
from app.i18n import mark

Key = TypeVar("Key", bound=Hashable)
NO_MEETING = mark("The two never stood in one task.")


@dataclass(frozen=True, slots=True)
class Scored:
    """One response's score by one rater. full: all points won. tags: the score of each: under a tag of criteria
    theirs alone, as HealthBench has it, under a tag of the task the whole.
    """

    task: str
    model: str
    rater: str
    value: float
    full: bool
    tags: Mapping[str, float]


def model_report(source: Source, tr: Tr, language: str, bootstrap: Bootstrap) -> Report:
    scored = list(_scored(source))
    sections = (
        Section(tr("Models"), tuple(_known(source, tr))),
        Section(tr("Scores"), tuple(_scores(source, scored, tr, bootstrap))),
        Section(tr("Against one another"), tuple(_duels(source, scored, tr, bootstrap))),
        Section(tr("Ratings given"), tuple(_ratings(source, tr, bootstrap))),
        Section(tr("By tag"), tuple(_by_tag(scored, tr, bootstrap))),
    )
    return report("model", tr("Model report"), source, tr, language, bootstrap, sections)


def model_of(models: Mapping[str, str], response: str) -> str:
    """The model's name, or the response's id where it is not known."""
    return models.get(response) or response


def _known(source: Source, tr: Tr) -> list[Block]:
    if any(one.models for one in source.graded):
        return []
    return [Text(tr("The names of the models are not known here, so responses stand under their ids."))]


def _scored(source: Source) -> Iterable[Scored]:
    unit = scoring.policy(source.policy).unit
    for one in source.graded:
        for response in one.task.responses:
            found = score(source.policy, one.task, one.judgement, response.id)
            if found is not None and found.value is not None:
                tags = _tag_scores(source, one, response.id, found.value)
                model = model_of(one.models, response.id)
                full = found.value >= unit - 1e-9
                yield Scored(one.task.id, model, one.rater, found.value, full, tags)


def _tag_scores(source: Source, one: Graded, response: ResponseId, whole: float) -> dict[str, float]:
    """A tag without a positive criterion has no score; rubrics that are trees are scored as a whole only."""
    found = dict.fromkeys(one.task.tags, whole)
    rubric = one.task.rubric
    for tag in dict.fromkeys(tag for c in rubric.leaves for tag in c.tags if not rubric.is_tree):
        kept = tuple(replace(c, depends_on=()) for c in rubric.leaves if tag in c.tags)
        part = score(source.policy, replace(one.task, rubric=Rubric(kept)), one.judgement, response)
        if part is not None and part.value is not None:
            found[tag] = part.value
    return found


def _scores(source: Source, scored: list[Scored], tr: Tr, bootstrap: Bootstrap) -> list[Block]:
    if not scored:
        return []
    unit = scoring.policy(source.policy).unit
    quiet = quick(bootstrap)
    rows: list[tuple[Cell, ...]] = []
    plotted: list[tuple[str, Figure]] = []
    for model, mine in _by(scored, lambda s: s.model).items():
        value = mean([(s.task, s.value) for s in mine], quiet)
        full = mean([(s.task, float(s.full)) for s in mine], quiet)
        clipped = None if value.value is None else round(min(max(value.value, 0.0), unit), 6)
        rows.append((model, len({s.task for s in mine}), value, clipped, full))
        plotted.append((model, value))
    head = (tr("Model"), tr("Tasks"), tr("Mean score"), tr("Mean, clipped"), tr("Full marks"))
    low = min([0.0, *(f.low for _, f in plotted if f.low is not None)])
    note = tr(
        "Each rater's score counts once; the mean is clipped to the scale after averaging, never one score."
    )
    plot = Intervals(tr("Mean score"), tuple(plotted), low, unit)
    return [plot, Table(tr("Scores under {policy}", policy=str(source.policy)), head, tuple(rows), note)]


def _duels(source: Source, scored: list[Scored], tr: Tr, bootstrap: Bootstrap) -> list[Block]:
    """Win, tie, loss of the first model, by score and by preference."""
    blocks: list[Block] = []
    by_score: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for (task, _), mine in _by(scored, lambda s: (s.task, s.rater)).items():
        for a, b in combinations(sorted(mine, key=lambda s: s.model), 2):
            if a.model != b.model:
                apart = a.value - b.value
                by_score[a.model, b.model].append(
                    (task, 0 if abs(apart) < 1e-9 else (1 if apart > 0 else -1))
                )
    bad = 0
    by_choice: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for one in source.graded:
        asked = one.task.questions.preference
        if asked is None:
            continue
        given = (one.judgement.get("preference") or {}).get(asked.dimensions[0].id)
        value = given.get("value") if isinstance(given, Mapping) else given
        if value is None:
            continue
        bad += value == BOTH_BAD
        chosen = better(asked, value)
        names = model_of(one.models, asked.first), model_of(one.models, asked.second)
        outcome = 0 if chosen is None else (1 if chosen == asked.first else -1)
        if names[0] > names[1]:
            names, outcome = (names[1], names[0]), -outcome
        by_choice[names].append((one.task.id, outcome))
    if by_score:
        blocks.append(_duel_table(tr("By score"), by_score, tr, bootstrap, ""))
    if by_choice:
        note = tr("A tie holds {n} answers “both bad”.", n=bad) if bad else ""
        blocks.append(_duel_table(tr("By preference"), by_choice, tr, bootstrap, note))
    return blocks


def _duel_table(
    title: str,
    duels: Mapping[tuple[str, str], list[tuple[str, int]]],
    tr: Tr,
    bootstrap: Bootstrap,
    note: str,
) -> Table:
    quiet = quick(bootstrap)
    rows: list[tuple[Cell, ...]] = []
    for (first, second), found in sorted(duels.items()):
        shares = [
            weighted([(task, float(outcome == wanted), 1.0) for task, outcome in found], quiet, NO_MEETING)
            for wanted in (1, 0, -1)
        ]
        either = weighted([(task, float(outcome >= 0), 1.0) for task, outcome in found], quiet, NO_MEETING)
        rows.append((first, second, len(found), *shares, either))
    head = (tr("Model"), tr("Against"), tr("Judgements"), tr("Win"), tr("Tie"), tr("Loss"), tr("Win or tie"))
    return Table(title, head, tuple(rows), note)


def _ratings(source: Source, tr: Tr, bootstrap: Bootstrap) -> list[Block]:
    values: dict[tuple[str, str], list[tuple[str, float]]] = defaultdict(list)
    texts: dict[str, str] = {}
    for one in source.graded:
        if one.task.questions.ratings is None:
            continue
        for attribute in one.task.questions.ratings.attributes:
            texts.setdefault(attribute.id, attribute.text or attribute.id)
            for response in one.task.responses:
                said = (one.judgement.get("responses") or {}).get(response.id) or {}
                given = (said.get("ratings") or {}).get(attribute.id)
                value = given.get("value") if isinstance(given, Mapping) else given
                if isinstance(value, int | float) and not isinstance(value, bool):
                    key = (attribute.id, model_of(one.models, response.id))
                    values[key].append((one.task.id, float(value)))
    if not values:
        return []
    quiet = quick(bootstrap)
    rows = tuple((texts[a], m, len(found), mean(found, quiet)) for (a, m), found in sorted(values.items()))
    return [Table(tr("Mean rating"), (tr("Attribute"), tr("Model"), tr("Ratings given"), tr("Mean")), rows)]


def _by_tag(scored: list[Scored], tr: Tr, bootstrap: Bootstrap) -> list[Block]:
    by_tag: dict[tuple[str, str], list[tuple[str, float]]] = defaultdict(list)
    for one in scored:
        for tag, value in one.tags.items():
            by_tag[tag, one.model].append((one.task, value))
    if not by_tag:
        return []
    counts: dict[str, int] = defaultdict(int)
    for (tag, _), found in by_tag.items():
        counts[tag] += len(found)
    common = sorted(counts, key=lambda tag: (-counts[tag], tag))
    shown = set(common[:MAX_ROWS])
    quiet = quick(bootstrap)
    rows = tuple(
        (tag, model, len({task for task, _ in found}), mean(found, quiet))
        for (tag, model), found in sorted(by_tag.items())
        if tag in shown
    )
    return [Table(tr("Mean score by tag"), (tr("Tag"), tr("Model"), tr("Tasks"), tr("Mean score")), rows)]


def _by(scored: Iterable[Scored], key: Callable[[Scored], Key]) -> dict[Key, list[Scored]]:
    """Grouped, sorted by key."""
    found: dict[Key, list[Scored]] = defaultdict(list)
    for one in scored:
        found[key(one)].append(one)
    return {key: found[key] for key in sorted(found)}  # type: ignore[type-var]
