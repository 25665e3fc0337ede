"""What is doubtful in a rubric before others grade by it: advice to its author, never a refusal.

The tests follow what benchmark authors ask of criteria (HealthBench, PRBench, ResearchRubrics): each says one thing,
none says what another says, two readers would agree on it, and the points can tell good answers from bad ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.domain.ids import CriterionId
from app.domain.rubric import Criterion, Kind


class Doubt(StrEnum):
    EMPTY = "empty"
    NOT_ATOMIC = "not_atomic"
    OVERLAP = "overlap"
    NOT_VERIFIABLE = "not_verifiable"
    NO_POINTS = "no_points"
    TOO_HEAVY = "too_heavy"
    NO_NEGATIVE = "no_negative"
    ONLY_NEGATIVE = "only_negative"


@dataclass(frozen=True, slots=True)
class Finding:
    """criterion: the one meant, or None for the rubric as a whole. words: of it that gave rise to it, as written.
    other: the one it overlaps with."""

    doubt: Doubt
    criterion: CriterionId | None = None
    words: str = ""
    other: CriterionId | None = None


HEAVY = 0.5
"""A criterion with more than this share of all that can be earned decides alone."""
ALIKE = 0.6
"""Share of its own words that a criterion may have in common with another one."""
_JOINED = re.compile(
    r"\b(?:and also|as well as|and then|in addition|and/or)\b|;\s|並且|并且|以及|同時也|同时也"
    r"|[。；](?![\s*_（(」』]).{1,8}",
    re.IGNORECASE,
)
_AND_VERB = re.compile(
    r"\b(?:and|or)\s+(?:\w+ly\s+)?(?:states|says|names|gives|explains|advises|recommends|mentions|includes|identifies|"
    r"provides|describes|lists|cites|warns|asks|avoids|uses|shows|notes|suggests|returns|handles)\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"\b(?:good|great|appropriate(?:ly)?|adequate(?:ly)?|proper(?:ly)?|suitable|reasonable|nice(?:ly)?|relevant|"
    r"high[- ]quality|well[- ]written|helpful|sufficient(?:ly)?|as needed|etc)\b|適當|适当|良好|合理|足夠|足够|等等",
    re.IGNORECASE,
)
_WORD = re.compile(
    r"(?=([\u3040-\u30ff\u3400-\u9fff]{2}))|((?<![^\W\d_])[^\W\d_\u3040-\u9fff]{3,}|\d+(?:[.,]\d+)?)"
)
"""Of Chinese and Japanese two characters beside each other: single ones are shared by texts that say nothing alike."""
_COMMON = frozenset(
    re.findall(
        r"\w+",
        "the and for with that this from into are was has have not its the response answer says states should",
    )
)


def lint(criteria: Sequence[Criterion]) -> tuple[Finding, ...]:
    """Every doubt, criteria in their order, then what concerns the whole rubric."""
    leaves = [c for c in criteria if c.kind is not Kind.GROUP]
    return (*(f for c in leaves for f in _of(c)), *_overlaps(leaves), *_balance(leaves))


def _of(criterion: Criterion) -> Iterator[Finding]:
    said = criterion.text.strip()
    if not said:
        yield Finding(Doubt.EMPTY, criterion.id)
        return
    joined = _JOINED.search(said) or _AND_VERB.search(said)
    if joined:
        yield Finding(Doubt.NOT_ATOMIC, criterion.id, joined[0].strip())
    vague = _VAGUE.search(said)
    if vague and not re.search(r"\d|[“\"「(]", said):
        yield Finding(Doubt.NOT_VERIFIABLE, criterion.id, vague[0])
    if criterion.points == 0 and criterion.kind is not Kind.FREE:
        yield Finding(Doubt.NO_POINTS, criterion.id)


def _overlaps(leaves: Sequence[Criterion]) -> Iterator[Finding]:
    words = [(c.id, frozenset(w.casefold() for w in _words(c.text)) - _COMMON) for c in leaves]
    for n, (second, own) in enumerate(words):
        for first, other in words[:n]:
            shared = own & other
            if len(shared) >= 3 and len(shared) / min(len(own), len(other)) >= ALIKE:
                yield Finding(Doubt.OVERLAP, second, other=first)
                break


def _words(text: str) -> Iterator[str]:
    return (pair or word for pair, word in _WORD.findall(text))


def _balance(leaves: Sequence[Criterion]) -> Iterator[Finding]:
    gains = [c for c in leaves if c.points > 0]
    if leaves and not gains:
        yield Finding(Doubt.ONLY_NEGATIVE)
        return
    total = sum(c.points for c in gains)
    for c in gains:
        if len(gains) > 2 and c.points > total * HEAVY:
            yield Finding(Doubt.TOO_HEAVY, c.id)
    if len(leaves) > 3 and not any(c.points < 0 for c in leaves):
        yield Finding(Doubt.NO_NEGATIVE)
