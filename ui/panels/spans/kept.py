"""The spans and citations of one review, as they are drawn and listed."""

from __future__ import annotations

from functools import cached_property

from app.domain.ids import CriterionId, ResponseId
from app.domain.order import letter
from app.domain.spans import Citation, Span, citations_of, spans_of
from app.rendering.runs import read_between
from app.services.reviewing import OpenTask
from ui.i18n import tr
from ui.panels.reading.marks import Mark
from ui.panels.reading.supply import Supply
from ui.panels.rubric.entries import Outline
from ui.panels.spans.words import citation_words, short, span_words, style_of
from ui.theme.tokens import HIGHLIGHTS
from ui.widgets.rows import RowData

LAYER = "highlights"
"""Whose marks these are on a page."""


class Kept:
    """Of one task with one state of its review; made anew when the review changes."""

    def __init__(self, opened: OpenTask, supply: Supply) -> None:
        self.opened = opened
        self._supply = supply
        self._by_response = {r: spans_of(opened.review, r) for r in opened.order} if self._any_path else {}

    @property
    def _any_path(self) -> bool:
        return any("/spans/" in path for path in self.opened.review.values)

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """Of all responses, in the order they are shown."""
        return tuple(span for spans in self._by_response.values() for span in spans)

    @cached_property
    def citations(self) -> tuple[Citation, ...]:
        return citations_of(self.opened.review)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Of the list's rows."""
        return (*(s.id for s in self.spans), *(c.id for c in self.citations))

    @property
    def any(self) -> bool:
        return bool(self.ids)

    def span(self, which: str) -> Span | None:
        return next((s for s in self.spans if s.id == which), None)

    def citation(self, which: str) -> Citation | None:
        return next((c for c in self.citations if c.id == which), None)

    def quote(self, span: Span) -> str:
        """What is read there, on one line; a long answer that is still being parsed is quoted as it is written."""
        document = self._supply.document(self.opened.task.response(span.response).text)
        words = read_between(document, span.start, span.end) if document is not None else ""
        return short(words if words.strip() else span.quote)

    def said(self, made: Span | Citation) -> str:
        """What is said when it was made."""
        if isinstance(made, Span):
            return tr("Highlighted: {text}", text=self.quote(made))
        return tr("Cited: {name}", name=made.attachment)

    def at(self, response: ResponseId, offset: int) -> Span | None:
        """The innermost span over an offset."""
        over = [s for s in self._by_response.get(response, ()) if s.start <= offset < s.end]
        return min(over, key=lambda s: s.end - s.start, default=None)

    def evidence(self, response: ResponseId, criterion: CriterionId) -> list[Span]:
        return [s for s in self._by_response.get(response, ()) if s.criterion == criterion]

    def free_at(self, span: Span) -> Span | None:
        """A span that stands there already and is evidence for nothing."""
        places = self._by_response.get(span.response, ())
        return next(
            (s for s in places if (s.start, s.end) == (span.start, span.end) and not s.criterion), None
        )

    def labelled_over(self, span: Span) -> bool:
        """Whether a labelled span shares characters with this one."""
        others = self._by_response.get(span.response, ())
        return any(s.label and s.id != span.id and s.start < span.end and span.start < s.end for s in others)

    def marks(self, response: ResponseId, front: str, pending: Span | None) -> list[Mark]:
        """What is drawn on a response; pending: a span whose label is still asked for."""
        task, numbers = self.opened.task, self._numbers
        found = [
            Mark(s.start, s.end, style_of(task, s), numbers[s.id], s.id == front and pending is None)
            for s in self._by_response.get(response, ())
            if pending is None or s.id != pending.id
        ]
        if pending is not None and pending.response == response:
            found.append(Mark(pending.start, pending.end, style_of(task, pending), front=True))
        return found

    @cached_property
    def _numbers(self) -> dict[str, str]:
        return {s.id: str(at) for spans in self._by_response.values() for at, s in enumerate(spans, 1)}

    def rows(self) -> list[RowData]:
        """The list: spans by response and place, then citations."""
        if not self.any:
            return []
        task, outline, order = self.opened.task, Outline(self.opened.task.rubric), self.opened.order
        several = len(order) > 1
        rows = []
        for span in self.spans:
            words = span_words(task, outline, span)
            where = tr("Response {letter}", letter=letter(order, span.response)) if several else ""
            tone = HIGHLIGHTS[style_of(task, span)].tone
            rows.append(
                RowData(
                    tr("“{text}”", text=self.quote(span)),
                    " · ".join(p for p in (where, words) if p),
                    icon="highlighter",
                    tone=tone,
                    number=self._numbers[span.id],
                )
            )
        for citation in self.citations:
            quote = tr("“{text}”", text=short(citation.quote)) if citation.quote else citation.attachment
            rows.append(RowData(quote, citation_words(outline, citation), icon="quote", tone="t2"))
        return rows
