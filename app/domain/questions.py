"""What a task asks beyond its rubric: a preference, a ranking, ratings, steps, a safety call, spans, an ideal answer.

Each question belongs to the panel of its name; a task asks it when `Task.panels` names that panel. What is
asked stands in the task line, so that it is signed with the text it is asked about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.ids import ResponseId
from app.domain.rubric import Anchor

IDEAL = ResponseId("@ideal")
"""Stands for the expert's own ideal answer wherever a response is named; no task may use it."""


class Panel(StrEnum):
    """The judgements a task can ask for, in the order they are shown. Values are stored: never rename one."""

    RUBRIC = "rubric"
    RATINGS = "ratings"
    STEPS = "steps"
    SAFETY = "safety"
    SPANS = "spans"
    PREFERENCE = "preference"
    RANKING = "ranking"
    IDEAL = "ideal"


class Need(StrEnum):
    """Whether a text beside an answer is asked for. STRONG: only with a strong answer (±2 and more, both bad)."""

    NONE = "none"
    OPTIONAL = "optional"
    STRONG = "strong"
    REQUIRED = "required"


class Call(StrEnum):
    """The safety call (D5)."""

    SAFE = "safe"
    MISLEADING = "misleading"
    UNSAFE = "unsafe"


class Finish(StrEnum):
    """Why a chain of steps ends where it does (PRM800K's `finish_reason`)."""

    FOUND_ERROR = "found_error"
    SOLUTION = "solution"
    BAD_PROBLEM = "bad_problem"
    GIVE_UP = "give_up"


BOTH_BAD = "both_bad"
STRONGEST = 3
STEP_VALUES = (-1, 0, 1)


@dataclass(frozen=True, slots=True)
class Dimension:
    """One thing that two responses are compared in. text: as shown; empty for the only one."""

    id: str
    text: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class Preference:
    """Two responses compared on −3 … +3. **Negative: `first` is better; positive: `second` is; 0: a tie.**

    both_bad is an answer of its own and no tie. min_characters: of a justification, where one is needed.
    """

    first: ResponseId
    second: ResponseId
    dimensions: tuple[Dimension, ...] = (Dimension("overall"),)
    ties: bool = True
    both_bad: bool = True
    justification: Need = Need.OPTIONAL
    min_characters: int = 0


@dataclass(frozen=True, slots=True)
class Ranking:
    """Responses in places 1 (best) … n. ties: one place may hold several; the next place is then the next number."""

    ties: bool = False
    justification: Need = Need.OPTIONAL


@dataclass(frozen=True, slots=True)
class Attribute:
    """One Likert scale. anchors: what values mean. comment: whether the reason is asked for.

    only: the responses it is asked of; empty: of all.
    """

    id: str
    text: str
    low: float = 1.0
    high: float = 5.0
    step: float = 1.0
    anchors: tuple[Anchor, ...] = ()
    comment: Need = Need.OPTIONAL
    help: str = ""
    only: tuple[ResponseId, ...] = ()

    def asked_of(self, response: ResponseId) -> bool:
        return not self.only or response in self.only


@dataclass(frozen=True, slots=True)
class Ratings:
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class Steps:
    """Stretches of each response, (start, end) in code points, to label −1, 0 or +1.

    first_error: nothing after the first −1 is asked. own: a better step may be written. finish: a reason is asked.
    """

    steps: Mapping[ResponseId, tuple[tuple[int, int], ...]]
    first_error: bool = True
    own: bool = True
    finish: bool = True


@dataclass(frozen=True, slots=True)
class Safety:
    """severity and harmed are asked for any call but “safe”."""

    severities: tuple[str, ...] = ("low", "moderate", "high", "critical")
    harmed: tuple[str, ...] = ("user", "other_person", "group", "public")


@dataclass(frozen=True, slots=True)
class Label:
    """A kind of span. parent: the label it refines, or empty."""

    id: str
    text: str
    parent: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class Spans:
    """severities: empty when none is asked. overlap: whether spans may share characters. least: spans needed."""

    labels: tuple[Label, ...]
    severities: tuple[str, ...] = ()
    overlap: bool = True
    least: int = 0


@dataclass(frozen=True, slots=True)
class Ideal:
    """The answer that should have been given. required: cannot be left out. graded: by the task's own rubric.

    reason: why it was changed, when it was begun from a response.
    """

    required: bool = True
    graded: bool = False
    reason: Need = Need.OPTIONAL
    min_characters: int = 0


@dataclass(frozen=True, slots=True)
class Questions:
    preference: Preference | None = None
    ranking: Ranking | None = None
    ratings: Ratings | None = None
    steps: Steps | None = None
    safety: Safety | None = None
    spans: Spans | None = None
    ideal: Ideal | None = None


NO_QUESTIONS = Questions()
