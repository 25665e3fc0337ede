"""A review: one expert's whole work on one task, as flat paths and values.

The flat form is what edits change, what the journal stores and what two laptops merge by. Views of
it (verdicts, flag, status) are computed here; the nested form that people and labs read is the
*judgement* (`judgement.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

from app.domain.ids import CriterionId, ResponseId, TaskId
from app.domain.questions import IDEAL
from app.domain.verdict import Confidence, Doubt, Verdict

Scalar: TypeAlias = str | int | float | bool


class Status(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"


class FlagKind(StrEnum):
    FLAGGED = "flagged"
    PARKED = "parked"
    SKIPPED = "skipped"
    DECLINED = "declined"


def pointer(*parts: str) -> str:
    """A JSON Pointer (RFC 6901) of these parts."""
    return "".join("/" + p.replace("~", "~0").replace("/", "~1") for p in parts)


@lru_cache(maxsize=16_384)
def parts(path: str) -> tuple[str, ...]:
    return tuple(p.replace("~1", "/").replace("~0", "~") for p in path.split("/")[1:])


@lru_cache(maxsize=65_536)
def verdict_path(response: ResponseId, criterion: CriterionId, leaf: str = "value") -> str:
    """leaf: value, comment, confidence or reason. The ideal answer (`IDEAL`) has verdicts like any response."""
    if response == IDEAL:
        return pointer("ideal", "verdicts", criterion, leaf)
    return pointer("responses", response, "verdicts", criterion, leaf)


def preference_path(dimension: str, leaf: str = "value") -> str:
    """leaf: value or justification."""
    return pointer("preference", dimension, leaf)


def place_path(response: ResponseId) -> str:
    return pointer("ranking", "places", response)


def rating_path(response: ResponseId, attribute: str, leaf: str = "value") -> str:
    """leaf: value or comment."""
    return pointer("responses", response, "ratings", attribute, leaf)


def step_path(response: ResponseId, number: int, leaf: str = "value") -> str:
    """number: from 1. leaf: value, comment or own."""
    return pointer("responses", response, "steps", str(number), leaf)


def safety_path(response: ResponseId, leaf: str = "call") -> str:
    """leaf: call, severity, harmed or comment."""
    return pointer("responses", response, "safety", leaf)


def finish_path(response: ResponseId) -> str:
    return pointer("responses", response, "finish")


def span_path(response: ResponseId, span: str, leaf: str) -> str:
    """leaf: start, end, quote, label, severity, comment or criterion."""
    return pointer("responses", response, "spans", span, leaf)


def citation_path(citation: str, leaf: str) -> str:
    """leaf: attachment, page, quote, comment, response or criterion."""
    return pointer("citations", citation, leaf)


STATUS = "/status"
REVISION = "/revision"
COMMENT = "/comment"
FLAG_KIND = "/flag/kind"
FLAG_REASON = "/flag/reason"
RANKING_WHY = "/ranking/justification"
IDEAL_TEXT = "/ideal/text"
IDEAL_BASE = "/ideal/base"
IDEAL_REASON = "/ideal/reason"
TEXT_LEAVES = ("comment", "justification", "own", "text")
"""Leaves that are typed and grow: their edits are splices. /ideal/reason is one too."""
CHANGE_REASON = "/change/reason"
"""Why a result is changed after a second opinion on it was opened, or after it came back."""
OWN_PATHS = (STATUS, REVISION, FLAG_KIND, FLAG_REASON, CHANGE_REASON)
"""Paths that steer the work and are no part of the judgement."""


ANSWERS = ("/value", "/call", "/finish", IDEAL_TEXT)
"""How the paths of answers end; a ranking is one answer with several leaves."""


def answers(review: Review, responses: int = 1, *, ideal: bool = True) -> int:
    """How many answers a review holds, for lists and the planner; a ranking is one once all responses stand in it.

    ideal: an ideal answer, and what is judged of it, was asked for; one that is given freely counts for nothing.
    """
    placed = sum(path.startswith("/ranking/places/") for path in review.values)
    counted = (path for path in review.values if ideal or not path.startswith("/ideal/"))
    return sum(path.endswith(ANSWERS) for path in counted) + (placed >= max(responses, 1))


def is_typed(path: str) -> bool:
    """Whether the leaf holds running text, whose edits are kept as splices."""
    return path == IDEAL_REASON or path.rsplit("/", 1)[-1] in TEXT_LEAVES


@dataclass(frozen=True, slots=True)
class Review:
    task: TaskId
    values: Mapping[str, Scalar] = field(default_factory=lambda: MappingProxyType({}))

    def with_value(self, path: str, value: Scalar | None) -> Review:
        """A leaf set, or taken away by None. Empty text is no answer, so it is never kept."""
        changed = dict(self.values)
        if value is None or value == "":
            changed.pop(path, None)
        else:
            changed[path] = value
        return Review(self.task, MappingProxyType(changed))

    @property
    def status(self) -> Status:
        return Status(str(self.values.get(STATUS, Status.DRAFT)))

    @property
    def revision(self) -> int:
        """1 for the first result; n + 1 after a sent one was opened again."""
        return int(self.values.get(REVISION, 1))

    @property
    def flag(self) -> FlagKind | None:
        kind = self.values.get(FLAG_KIND)
        return FlagKind(str(kind)) if kind is not None else None

    @property
    def comment(self) -> str:
        return str(self.values.get(COMMENT, ""))

    @property
    def started(self) -> bool:
        return any(path not in OWN_PATHS for path in self.values)

    def text(self, path: str) -> str:
        return str(self.values.get(path, ""))

    def verdict(self, response: ResponseId, criterion: CriterionId) -> Verdict:
        def get(leaf: str) -> Scalar | None:
            return self.values.get(verdict_path(response, criterion, leaf))

        value, confidence, reason = get("value"), get("confidence"), get("reason")
        return Verdict(
            value=None if value is None or isinstance(value, bool) else value,
            comment=str(get("comment") or ""),
            confidence=Confidence(str(confidence)) if confidence is not None else None,
            reason=Doubt(str(reason)) if reason is not None else None,
        )
