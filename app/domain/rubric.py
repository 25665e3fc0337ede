"""A rubric: criteria with signed points, tags, a tree and dependencies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from app.domain.ids import CriterionId
from app.errors import InputError


class Kind(StrEnum):
    """How a criterion is answered. Values are stored: never rename one."""

    BINARY = "binary"
    TERNARY = "ternary"
    COUNT = "count"
    SCALE = "scale"
    FREE = "free"
    GROUP = "group"
    """A node of a tree that only adds up its children; nobody answers it."""


class Evidence(StrEnum):
    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Anchor:
    """What one value of a scale means."""

    value: float
    label: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """One checkable statement.

    points: signed, halves allowed; for a count, points per occurrence; for a tree node, its weight.
    low, high: bounds of a scale; for a count, `high` is the most that earns points (None: no bound).
    parent: the group it belongs to. depends_on: criteria that must be met for this one to make sense.
    """

    id: CriterionId
    text: str
    kind: Kind = Kind.BINARY
    points: float = 1.0
    tags: tuple[str, ...] = ()
    parent: CriterionId | None = None
    depends_on: tuple[CriterionId, ...] = ()
    low: float = 0.0
    high: float | None = None
    step: float = 1.0
    anchors: tuple[Anchor, ...] = ()
    evidence: Evidence = Evidence.NONE
    help: str = ""

    @property
    def negative(self) -> bool:
        """True when "met" is bad news."""
        return self.points < 0


@dataclass(frozen=True)
class Rubric:
    """Criteria in the order they are shown. Raises InputError on a hole, a loop or a double id."""

    criteria: tuple[Criterion, ...]
    version: str = "1"
    _by_id: dict[CriterionId, Criterion] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_id: dict[CriterionId, Criterion] = {}
        for criterion in self.criteria:
            if criterion.id in by_id:
                raise InputError(
                    "rubric.double", "Two criteria have the id “{id}”.", params={"id": criterion.id}
                )
            by_id[criterion.id] = criterion
        object.__setattr__(self, "_by_id", by_id)
        for criterion in self.criteria:
            self._check(criterion)

    def _check(self, criterion: Criterion) -> None:
        for other in (*criterion.depends_on, *((criterion.parent,) if criterion.parent else ())):
            if other not in self._by_id:
                raise InputError(
                    "rubric.unknown",
                    "Criterion “{id}” names “{other}”, which is not in the rubric.",
                    params={"id": criterion.id, "other": other},
                )
        if criterion.kind is Kind.SCALE and (criterion.high is None or criterion.high <= criterion.low):
            raise InputError(
                "rubric.scale",
                "The scale of criterion “{id}” has no upper end above its lower end.",
                params={"id": criterion.id},
            )
        seen = {criterion.id}
        parent = criterion.parent
        while parent is not None:
            if parent in seen:
                raise InputError(
                    "rubric.loop", "Criterion “{id}” is its own ancestor.", params={"id": criterion.id}
                )
            if self._by_id[parent].kind is not Kind.GROUP:
                raise InputError(
                    "rubric.parent",
                    "Criterion “{id}” stands under “{other}”, which is no group.",
                    params={"id": criterion.id, "other": parent},
                )
            seen.add(parent)
            parent = self._by_id[parent].parent

    def __getitem__(self, criterion: CriterionId) -> Criterion:
        return self._by_id[criterion]

    def __contains__(self, criterion: object) -> bool:
        return criterion in self._by_id

    @cached_property
    def leaves(self) -> tuple[Criterion, ...]:
        """The criteria that are answered, in shown order."""
        return tuple(c for c in self.criteria if c.kind is not Kind.GROUP)

    @cached_property
    def children(self) -> dict[CriterionId | None, tuple[Criterion, ...]]:
        found: dict[CriterionId | None, list[Criterion]] = {}
        for criterion in self.criteria:
            found.setdefault(criterion.parent, []).append(criterion)
        return {parent: tuple(items) for parent, items in found.items()}

    @property
    def is_tree(self) -> bool:
        return any(c.kind is Kind.GROUP for c in self.criteria)

    def walk(self) -> Iterator[tuple[int, Criterion]]:
        """(depth, criterion), parents before their children."""
        stack = [(0, c) for c in reversed(self.children.get(None, ()))]
        while stack:
            depth, criterion = stack.pop()
            yield depth, criterion
            stack.extend((depth + 1, c) for c in reversed(self.children.get(criterion.id, ())))
