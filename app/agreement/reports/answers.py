"""How far graders agree on what is no criterion: preferences, rankings, ratings, steps and safety calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from app.agreement.ratings import Level, collect
from app.agreement.reports.blocks import Block, Table
from app.agreement.reports.parts import MAX_ROWS, quick
from app.agreement.reports.source import Source, Tr
from app.agreement.resampling import Bootstrap
from app.agreement.summary import Agreement, agreement
from app.domain.controls import Control
from app.domain.places import is_whole, places, value_of, words_of
from app.domain.questions import BOTH_BAD, Panel
from app.domain.task import Task

Unit = tuple[str, str, str]
"""(task, response or empty, what is asked there)."""
ORDERED = (Panel.PREFERENCE, Panel.RANKING, Panel.RATINGS, Panel.STEPS)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of many responses or tasks. item: its id, empty where the panel asks one thing."""

    panel: Panel
    item: str
    text: str

    @property
    def level(self) -> Level:
        return Level.ORDINAL if self.panel in ORDERED and self.item != "finish" else Level.NOMINAL


def answers(source: Source, tr: Tr, bootstrap: Bootstrap) -> list[Block]:
    """One row a question; whole tasks are drawn for the intervals. Nothing where only criteria are asked."""
    rows = []
    for question, said in list(asked(source).items())[:MAX_ROWS]:
        figures = figures_of(question, said, quick(bootstrap))
        if figures.pairable:
            ordered = question.level is Level.ORDINAL
            chance = figures["gwet_ac2" if ordered else "gwet_ac1"]
            name = name_of(question, tr)
            rows.append((name, figures.pairable, figures["observed"], figures["krippendorff_alpha"], chance))
    if not rows:
        return []
    head = (
        tr("Question"),
        tr("Units rated twice"),
        tr("Observed agreement"),
        tr("Krippendorff's alpha"),
        tr("Gwet's AC1 or AC2"),
    )
    note = tr(
        "Preferences, places, ratings and steps are read as ordered (alpha, AC2); “both bad” stands in no order"
        " and is left out. Of a safety call the call counts."
    )
    return [Table(tr("Answers beside the criteria"), head, tuple(rows), note)]


def asked(source: Source) -> dict[Question, list[tuple[Unit, str, float | str]]]:
    """By question what (unit, rater, value) there is, in the tasks' order."""
    found: dict[Question, list[tuple[Unit, str, float | str]]] = {}
    for one in source.graded:
        for question, unit, value in _said(one.task, one.judgement):
            found.setdefault(question, []).append((unit, one.rater, value))
    return found


def decided_answers(source: Source) -> Iterator[tuple[tuple[Question, Unit], str]]:
    """What was decided, by question and unit; not what is disputed."""
    for task, results in source.by_task.items():
        decision = source.decided.get(task)
        if decision is not None and decision.judgement is not None and not decision.disputed:
            for question, unit, value in _said(results[0].task, decision.judgement):
                yield (question, unit), text_of(value)


def _said(task: Task, judgement: Mapping[str, Any]) -> Iterator[tuple[Question, Unit, float | str]]:
    for place in places(task):
        value = value_of(judgement, place)
        if place.panel is Panel.RUBRIC or is_whole(place) or value is None or value == BOTH_BAD:
            continue
        question = _question(task, place)
        if isinstance(value, Mapping) and place.panel is Panel.RANKING:
            for response, rank in value.items():
                yield question, (task.id, response, ""), float(rank)
        elif isinstance(value, Mapping):
            yield question, (task.id, str(place.response), ""), str(value["call"])
        elif isinstance(value, str | int | float):
            said = value if isinstance(value, str) else float(value)
            yield question, (task.id, str(place.response or ""), place.item), said


def _question(task: Task, place: Control) -> Question:
    """All steps are one question, and why they end is another."""
    if place.panel is Panel.STEPS:
        return Question(place.panel, "" if place.item else "finish", "")
    return Question(place.panel, place.item, words_of(task, place))


def figures_of(
    question: Question, said: list[tuple[Unit, str, float | str]], bootstrap: Bootstrap
) -> Agreement:
    """How far they agree on it: ordinal where its answers stand in an order."""
    known = sorted({value for _, _, value in said}, key=lambda v: (isinstance(v, str), v))
    scores = [v for v in known if isinstance(v, float)]
    rows = [(unit, rater, text_of(value)) for unit, rater, value in said]
    ordered = question.level is Level.ORDINAL
    ratings = collect(rows, categories=[text_of(v) for v in known], scores=scores if ordered else None)
    tasks = {task: at for at, task in enumerate(dict.fromkeys(unit[0] for unit, _, _ in said))}
    units = list(dict.fromkeys(unit for unit, _, _ in said))
    clusters = np.array([tasks[unit[0]] for unit in units], np.int64)
    return agreement(replace(ratings, clusters=clusters), question.level, bootstrap, every_pair=False)


def text_of(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def name_of(question: Question, tr: Tr) -> str:
    """As a reader calls it."""
    panel = {
        Panel.PREFERENCE: tr("Preference"),
        Panel.RANKING: tr("Ranking"),
        Panel.RATINGS: tr("Rating"),
        Panel.STEPS: tr("Why the steps end") if question.item else tr("Steps"),
        Panel.SAFETY: tr("Safety call"),
    }[question.panel]
    said = question.text or (question.item if question.panel is not Panel.STEPS else "")
    return tr("{first}: {second}", first=panel, second=said) if said else panel
