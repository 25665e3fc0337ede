"""A report as plain blocks, the same for HTML, PDF, CSV and the window."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from app.agreement.figures import Figure

Cell: TypeAlias = str | int | float | Figure | None


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table; figures are shown with their interval, or with the reason why there is none."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Square:
    """One field of a heat map. share: 0 to 1, None without a pair. n: pairs behind it. tasks: where they differ."""

    share: float | None
    n: int
    tasks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heat:
    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    squares: tuple[tuple[Square, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Intervals:
    """Values with their intervals on one axis from `low` to `high`. mark: a value to compare with, or None."""

    title: str
    rows: tuple[tuple[str, Figure], ...]
    low: float
    high: float
    mark: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Distribution:
    """bins: (from, to, how many), adjoining, ascending; the last includes its end."""

    title: str
    bins: tuple[tuple[float, float, int], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Drift:
    """One figure a week. points: (ISO week, figure, n), in order."""

    title: str
    points: tuple[tuple[str, Figure, int], ...]
    low: float
    high: float
    note: str = ""


Block: TypeAlias = Text | Table | Heat | Intervals | Distribution | Drift


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Delegable:
    """What may be left to a judge: a criterion by its id, or a tag. name: as the report tells it.

    low: the lower end of Gwet's AC1 of judge and experts. tasks: over how many.
    """

    criterion: str
    tag: str
    name: str
    judge: str
    tasks: int
    low: float


@dataclass(frozen=True, slots=True)
class Report:
    """kind: batch, model, expert, team or delegation. until: the newest time in the results; no clock is read.

    facts: (what, value) lines at the top. method: how intervals were made. digests: of the signed results used.
    delegable: what a delegation report finds.
    """

    kind: str
    title: str
    subtitle: str
    until: str
    language: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    method: str
    made_from: str
    digests: tuple[str, ...] = field(default=())
    delegable: tuple[Delegable, ...] = ()
