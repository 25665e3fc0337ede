"""How any single judged value looks and reads where several people's stand side by side: the board, Returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain.controls import Control
from app.domain.ids import CriterionId, ResponseId
from app.domain.places import Answer, is_whole, review_of
from app.domain.questions import Panel
from app.domain.review import Review
from app.domain.rubric import Criterion
from app.domain.task import Task
from app.domain.verdict import Value, Verdict
from ui.i18n import number, tr, tr_later, trn
from ui.panels.asking.words import HARMED_WORD, PANEL_WORD, choice_word, name_of, state_of, text_of
from ui.panels.inline import inline
from ui.panels.rubric.words import OPEN_ICON, icon_of, tone_of, verdict_words
from ui.panels.spans.words import label_words


@dataclass(frozen=True, slots=True)
class Reading:
    """A task as `ui.panels.asking.words` reads one: order (A first), and what is said of it."""

    task: Task
    order: tuple[ResponseId, ...]
    review: Review = field(default_factory=lambda: Review(task=""))  # type: ignore[arg-type]


def criterion_of(task: Task, place: Control) -> Criterion | None:
    """None for what is no criterion."""
    return task.rubric[CriterionId(place.item)] if place.panel is Panel.RUBRIC else None


def question_of(task: Task, order: tuple[ResponseId, ...], place: Control) -> str:
    """What is asked there; a criterion without the marks of its Markdown."""
    text = text_of(Reading(task, order), place)
    return inline(text)[0] if place.panel is Panel.RUBRIC else text


def as_read(order: tuple[ResponseId, ...], place: Control) -> int:
    """Where a place stands as she reads them: response by response, then what is asked of them all."""
    return order.index(place.response) if place.response is not None else len(order)


def where_of(task: Task, order: tuple[ResponseId, ...], place: Control) -> list[str]:
    """The kind of judgement where it is no criterion, and the response by the letter that it is read under."""
    panel = "" if place.panel is Panel.RUBRIC else tr_later(PANEL_WORD[place.panel])
    return [words for words in (panel, name_of(Reading(task, order), place.response)) if words]


def look_of(
    task: Task, order: tuple[ResponseId, ...], place: Control, value: Answer | None
) -> tuple[str, str, str]:
    """(icon, tone, words) of a value."""
    criterion = criterion_of(task, place)
    if value is None:
        return OPEN_ICON, "t3", tr("Left open")
    if criterion is not None:
        verdict = Verdict(value)  # type: ignore[arg-type]
        effect = _effect(criterion, verdict.value)
        return (
            icon_of(criterion, verdict),
            tone_of(criterion, verdict, effect),
            verdict_words(criterion, verdict),
        )
    if place.panel is Panel.SPANS:
        return "highlighter", "t2", trn("{n} highlight", "{n} highlights", len(value))  # type: ignore[arg-type]
    if place.panel is Panel.IDEAL:
        said = len(whole_words(task, place, value))
        return "file-text", "t2", trn("{n} character", "{n} characters", said)
    state = state_of(Reading(task, order, review_of(task, {place: value})), place)
    words = state.words
    if isinstance(value, Mapping) and value.get("harmed"):
        words = f"{words} · {choice_word(HARMED_WORD, str(value['harmed']))}"
    return state.icon, state.tone, words


def whole_words(task: Task, place: Control, value: Any) -> str:
    """What is adopted whole, in full: highlights one a line, the text of an ideal answer; empty for any other value."""
    if value is None or not is_whole(place):
        return ""
    if place.panel is Panel.IDEAL:
        return str(value["text"])
    return "\n".join(_highlight(task, one) for one in value)


def _highlight(task: Task, span: Mapping[str, Any]) -> str:
    beside = (label_words(task, span.get("label") or ""), span.get("severity"), span.get("comment"))
    words = ", ".join(str(one) for one in beside if one)
    quote = tr("“{text}”", text=span["quote"])
    return tr("{first}: {second}", first=quote, second=words) if words else quote


def _effect(criterion: Criterion, value: Value | None) -> float | None:
    """Whether an answer wins or loses points; its size is the score's business."""
    if value in (None, "not_applicable", "cannot_judge"):
        return None
    if isinstance(value, str):
        return criterion.points if value in ("met", "partly") else 0.0
    return criterion.points if value else 0.0


def numbered_words(place: Control, at: int) -> str:
    """`Criterion 3`, `Preference 9`: for who hears the line."""
    panel = tr("Criterion") if place.panel is Panel.RUBRIC else tr_later(PANEL_WORD[place.panel])
    return f"{panel} {number(at)}"
