"""Spans of a response and citations of an attachment: what an expert points at, and why.

An anchor is [start, end) in code points of the response's own text (CR included) **and** the quote that stands
there. Both are kept: an anchor whose quote is not at its place is refused, never moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.ids import CriterionId, ResponseId
from app.domain.review import Review, Scalar, citation_path, parts, span_path
from app.domain.task import Task
from app.errors import InputError

SPAN_LEAVES = ("start", "end", "quote", "label", "severity", "comment", "criterion")
CITATION_LEAVES = ("attachment", "page", "quote", "comment", "response", "criterion")
MAX_QUOTE = 20_000


@dataclass(frozen=True, slots=True)
class Span:
    """label: one of the question's, or empty for a mere highlight, a comment or evidence.

    criterion: what it is evidence for, or empty.
    """

    id: str
    response: ResponseId
    start: int
    end: int
    quote: str
    label: str = ""
    severity: str = ""
    comment: str = ""
    criterion: str = ""

    def leaves(self) -> dict[str, Scalar | None]:
        """Every leaf by path, to be set in one group of edits."""
        return {
            span_path(self.response, self.id, leaf): getattr(self, leaf) or None for leaf in SPAN_LEAVES
        } | {span_path(self.response, self.id, "start"): self.start}

    def gone(self) -> dict[str, Scalar | None]:
        """Every leaf taken away."""
        return dict.fromkeys(self.leaves())


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in an attachment. page: from 1, or 0 when it has none. quote: as read there, or empty."""

    id: str
    attachment: str
    page: int = 0
    quote: str = ""
    comment: str = ""
    response: str = ""
    criterion: str = ""

    def leaves(self) -> dict[str, Scalar | None]:
        return {citation_path(self.id, leaf): getattr(self, leaf) or None for leaf in CITATION_LEAVES}

    def gone(self) -> dict[str, Scalar | None]:
        return dict.fromkeys(self.leaves())


def anchored(task: Task, response: ResponseId, start: int, end: int, **more: str) -> Span:
    """A span over these code points, its quote read from the text. InputError when they are no stretch of it."""
    text = task.response(response).text
    if not 0 <= start < end <= len(text):
        raise InputError(
            "span.range",
            "Characters {start} to {end} are no stretch of the response, which has {n}.",
            params={"start": start, "end": end, "n": len(text)},
            hint="Nothing was marked.",
        )
    if end - start > MAX_QUOTE:
        raise InputError(
            "span.long",
            "A highlight of {n} characters is too long; at most {most} are possible.",
            params={"n": end - start, "most": MAX_QUOTE},
            hint="Mark the part that matters.",
        )
    return Span(response=response, start=start, end=end, quote=text[start:end], **more)


def spans_of(review: Review, response: ResponseId) -> tuple[Span, ...]:
    """In the order of the text; a longer span before those inside it."""
    found: dict[str, dict[str, Any]] = {}
    for path, value in review.values.items():
        match parts(path):
            case ("responses", r, "spans", span, leaf) if r == response:
                found.setdefault(span, {})[leaf] = value
    spans = [Span(id=i, response=response, **leaves) for i, leaves in found.items() if whole(leaves)]
    return tuple(sorted(spans, key=lambda s: (s.start, -s.end, s.id)))


def citations_of(review: Review) -> tuple[Citation, ...]:
    found: dict[str, dict[str, Any]] = {}
    for path, value in review.values.items():
        match parts(path):
            case ("citations", citation, leaf):
                found.setdefault(citation, {})[leaf] = value
    made = [Citation(id=i, **leaves) for i, leaves in found.items() if "attachment" in leaves]
    return tuple(sorted(made, key=lambda c: (c.attachment, c.page, c.id)))


def whole(leaves: Mapping[str, object]) -> bool:
    return {"start", "end", "quote"} <= leaves.keys()


def has_evidence(review: Review, response: ResponseId, criterion: CriterionId) -> bool:
    """Whether a span of this response, or a citation for it, is bound to the criterion."""
    return any(s.criterion == criterion for s in spans_of(review, response)) or any(
        c.criterion == criterion and c.response in ("", response) for c in citations_of(review)
    )


def check_spans(task: Task, review: Review, paths: Iterable[str]) -> None:
    """After a change of these paths: every span touched is whole, stands where its quote stands, and overlaps no
    other where none may. InputError `span.…` at the path of the span."""
    touched: set[tuple[str, str]] = set()
    for path in paths:
        match parts(path):
            case ("responses", response, "spans", span, _):
                touched.add((response, span))
            case ("citations", citation, _):
                _check_citation(review, citation)
    for response, span in sorted(touched):
        _check_span(task, review, ResponseId(response), span)


def _check_span(task: Task, review: Review, response: ResponseId, span: str) -> None:
    where = span_path(response, span, "")[:-1]
    leaves = {leaf: review.values.get(f"{where}/{leaf}") for leaf in SPAN_LEAVES}
    there = {leaf: value for leaf, value in leaves.items() if value is not None}
    if not there:
        return
    if not whole(there):
        raise _wrong("span.part", "A span needs its start, its end and its quote.", where)
    text = task.response(response).text
    start, end = int(there["start"]), int(there["end"])
    if not 0 <= start < end <= len(text) or text[start:end] != there["quote"]:
        raise _wrong(
            "span.quote", "The quote of this span does not stand at its place in the response.", where
        )
    asked = task.questions.spans
    if asked and not asked.overlap and there.get("label"):
        for other in spans_of(review, response):
            if other.id != span and other.label and other.start < end and start < other.end:
                raise _wrong(
                    "span.overlap", "Spans of this task may not overlap, and another stands here.", where
                )


def _check_citation(review: Review, citation: str) -> None:
    where = citation_path(citation, "")[:-1]
    there = [leaf for leaf in CITATION_LEAVES if f"{where}/{leaf}" in review.values]
    if there and "attachment" not in there:
        raise _wrong("citation.part", "A citation needs its attachment.", where)


def _wrong(code: str, message: str, where: str) -> InputError:
    return InputError(code, message, where=where, hint="Nothing was marked. Mark the text again.")
