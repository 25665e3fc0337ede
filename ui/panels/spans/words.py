"""How a span looks and reads: the style of its line, its label with what it stands under, its quote in short."""

from __future__ import annotations

from app.domain.questions import Label, Spans
from app.domain.spans import Citation, Span
from app.domain.task import Task
from ui.i18n import tr
from ui.panels.rubric.entries import Outline
from ui.panels.spans.choosing import top_labels

QUOTE = 90
_ORDER = ("wrong", "unsupported", "unclear", "identifier", "note", "right")
_BY_NAME = {
    "right": {"correct", "right", "supported", "good", "ok", "true", "accurate"},
    "unsupported": {"unsupported", "unverifiable", "omission", "missing"},
    "unclear": {"unclear", "ambiguous", "vague"},
    "identifier": {"identifier", "pii", "phi", "name"},
    "note": {"note", "comment", "other"},
    "wrong": {"wrong", "incorrect", "false", "dangerous", "contradicted", "harmful", "error"},
}


def style_of(task: Task, span: Span) -> str:
    """Of `ui.theme.tokens.HIGHLIGHTS`: by what the label says, else by the place of its kind among the labels."""
    asked = task.questions.spans
    if span.label and asked:
        top = _top(asked, span.label)
        for style, names in _BY_NAME.items():
            if {span.label.lower(), top.id.lower()} & names:
                return style
        tops = [x.id for x in top_labels(asked)]
        return _ORDER[tops.index(top.id) % len(_ORDER)] if top.id in tops else "note"
    if span.criterion and span.criterion in task.rubric:
        return "wrong" if next(c for c in task.rubric.leaves if c.id == span.criterion).negative else "right"
    return "note"


def _above(asked: Spans, label: str) -> list[Label]:
    """A label and what it stands under, from the top; a ring of parents ends where it closes."""
    by_id = {x.id: x for x in asked.labels}
    found: list[Label] = []
    at = by_id.get(label)
    while at is not None and at not in found:
        found.insert(0, at)
        at = by_id.get(at.parent)
    return found


def _top(asked: Spans, label: str) -> Label:
    return next(iter(_above(asked, label)), Label(label, label))


def label_words(task: Task, label: str) -> str:
    """“Accuracy › Mistranslation”."""
    asked = task.questions.spans
    return " › ".join(x.text for x in _above(asked, label)) if asked and label else ""


def short(quote: str, most: int = QUOTE) -> str:
    """A quote on one line."""
    line = " ".join(quote.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def span_words(task: Task, outline: Outline, span: Span) -> str:
    """What is said of a span besides its quote."""
    parts = [
        label_words(task, span.label),
        span.severity,
        _evidence(outline, span.criterion),
        tr("“{text}”", text=short(span.comment, 60)) if span.comment else "",
    ]
    return " · ".join(p for p in parts if p) or tr("Highlight")


def citation_words(outline: Outline, citation: Citation) -> str:
    place = citation.attachment
    if citation.page:
        place = tr("{name}, page {n}", name=citation.attachment, n=citation.page)
    return " · ".join(p for p in (place, _evidence(outline, citation.criterion)) if p)


def _evidence(outline: Outline, criterion: str) -> str:
    number = outline.number.get(criterion)  # type: ignore[call-overload]
    return tr("Evidence for {n}", n=number) if number else ""
