"""What the rubric panel shows, as plain values: the outline of a rubric and the state of one row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from app.domain.ids import CriterionId, ResponseId
from app.domain.questions import IDEAL
from app.domain.review import Review, verdict_path
from app.domain.rubric import Criterion, Kind, Rubric
from app.domain.scoring import Line, Score
from app.domain.spans import citations_of, spans_of
from app.domain.verdict import Mark, Value, Verdict, wants_evidence

MOST_INDENT = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list. number: of a criterion, from 1; 0 for a group. depth: 0 at the top."""

    criterion: Criterion
    depth: int
    number: int

    @property
    def is_group(self) -> bool:
        return self.criterion.kind is Kind.GROUP


class Outline:
    """A rubric as it is shown: groups before what they hold, criteria numbered in that order."""

    def __init__(self, rubric: Rubric) -> None:
        self.rubric = rubric
        walked = rubric.walk() if rubric.is_tree else ((0, c) for c in rubric.criteria)
        entries: list[Entry] = []
        count = 0
        for depth, criterion in walked:
            group = criterion.kind is Kind.GROUP
            count += not group
            entries.append(Entry(criterion, min(depth, MOST_INDENT), 0 if group else count))
        self.entries = tuple(entries)
        self.number = {e.criterion.id: e.number for e in entries}

    @cached_property
    def leaves(self) -> tuple[CriterionId, ...]:
        return tuple(e.criterion.id for e in self.entries if not e.is_group)

    @cached_property
    def below(self) -> Mapping[CriterionId, tuple[CriterionId, ...]]:
        """The criteria anywhere under each group."""
        found: dict[CriterionId, list[CriterionId]] = {}
        for entry in self.entries:
            if entry.is_group:
                found.setdefault(entry.criterion.id, [])
                continue
            for group in self.groups_of(entry.criterion.id):
                found.setdefault(group, []).append(entry.criterion.id)
        return {group: tuple(ids) for group, ids in found.items()}

    def groups_of(self, criterion: CriterionId) -> tuple[CriterionId, ...]:
        """The groups that a criterion stands in, the nearest first."""
        found: list[CriterionId] = []
        parent = self.rubric[criterion].parent
        while parent is not None:
            found.append(parent)
            parent = self.rubric[parent].parent
        return tuple(found)

    def shown(self, folded: frozenset[CriterionId]) -> tuple[Entry, ...]:
        """What is left of the list when some groups are folded."""
        if not folded:
            return self.entries
        hidden = {c for group in folded for c in self._all_below(group)}
        return tuple(e for e in self.entries if e.criterion.id not in hidden)

    def _all_below(self, group: CriterionId) -> tuple[CriterionId, ...]:
        found: list[CriterionId] = []
        for child in self.rubric.children.get(group, ()):
            found.append(child.id)
            found.extend(self._all_below(child.id))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody else thought of a criterion. who: as it is shown."""

    who: str
    value: Value
    comment: str


Others = Mapping[tuple[ResponseId, CriterionId], tuple[Said, ...]]


@dataclass(frozen=True, slots=True)
class RowState:
    """One criterion and its answer. effect: points won or lost so far; None while open or set aside.

    contradicts: the number of a criterion that must be met for this one and is not; 0 for none.
    evidence: quotes bound to it, and places of attachments, in the order they stand.
    others: opinions that were opened. ideal: it is judged of the ideal answer, which nothing is quoted from.
    """

    entry: Entry
    verdict: Verdict
    points: float
    effect: float | None
    contradicts: int = 0
    evidence: tuple[str, ...] = ()
    others: tuple[Said, ...] = ()
    ideal: bool = False

    @property
    def needs_evidence(self) -> bool:
        """An answer that is to be shown in the response has no evidence yet."""
        wanted = not self.ideal and wants_evidence(self.entry.criterion, self.verdict.value)
        return wanted and not self.evidence

    @property
    def needs_reason(self) -> bool:
        return self.verdict.value == Mark.CANNOT_JUDGE and self.verdict.reason is None


@dataclass(frozen=True, slots=True)
class GroupState:
    """A group: what is answered in it and what it has earned."""

    entry: Entry
    answered: int
    total: int
    earned: float
    folded: bool


@lru_cache(maxsize=8192)
def _value_path(response: ResponseId, criterion: CriterionId) -> str:
    return verdict_path(response, criterion)


class Rows:
    """States of rows, made when a row is drawn: one task, one response, one review."""

    def __init__(
        self, outline: Outline, review: Review, response: ResponseId, score: Score | None, others: Others
    ) -> None:
        self._outline = outline
        self._others = others
        self._review = review
        self.response = response
        self._lines: dict[CriterionId, Line] = {line.id: line for line in score.lines} if score else {}
        self._made: dict[CriterionId, RowState] = {}
        self._groups: dict[CriterionId, GroupState] = {}

    def row(self, entry: Entry) -> RowState:
        found = self._made.get(entry.criterion.id)
        if found is None:
            found = self._made[entry.criterion.id] = self._row(entry)
        return found

    def _row(self, entry: Entry) -> RowState:
        criterion = entry.criterion
        line = self._lines.get(criterion.id)
        verdict = self._review.verdict(self.response, criterion.id)
        against, evidence = self._contradicts(criterion, verdict), self._evidence.get(criterion.id, ())
        others = self._others.get((self.response, criterion.id), ())
        ideal = self.response == IDEAL
        if line is None:
            return RowState(entry, verdict, criterion.points, None, against, evidence, others, ideal)
        effect = None if line.credit is None else round(line.points * line.credit, 9)
        return RowState(entry, verdict, line.points, effect, against, evidence, others, ideal)

    @cached_property
    def _evidence(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        if not any(path.endswith("/criterion") for path in self._review.values):
            return found
        for span in spans_of(self._review, self.response):
            found[span.criterion] = (*found.get(span.criterion, ()), span.quote)
        for place in citations_of(self._review):
            if place.response in ("", self.response):
                said = place.quote or place.attachment
                found[place.criterion] = (*found.get(place.criterion, ()), said)
        return found

    def group(self, entry: Entry, *, folded: bool) -> GroupState:
        found = self._groups.get(entry.criterion.id)
        if found is None or found.folded != folded:
            found = self._groups[entry.criterion.id] = self._group(entry, folded)
        return found

    def _group(self, entry: Entry, folded: bool) -> GroupState:
        below = self._outline.below.get(entry.criterion.id, ())
        values = self._review.values
        answered = sum(_value_path(self.response, c) in values for c in below)
        earned = round(sum(self._lines[c].earned for c in below if c in self._lines), 9)
        return GroupState(entry, answered, len(below), earned, folded)

    def _contradicts(self, criterion: Criterion, verdict: Verdict) -> int:
        if verdict.value in (Mark.MET, Mark.PARTLY):
            for needed in criterion.depends_on:
                if self._review.verdict(self.response, needed).value == Mark.NOT_MET:
                    return self._outline.number[needed]
        return 0
