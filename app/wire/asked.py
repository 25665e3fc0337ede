"""What a task asks beyond its rubric, and what is judged there, as models of a task line and a result.

Shapes are those of `app.domain.asked_codec` and `app.domain.judgement`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from app.domain.questions import STRONGEST
from app.domain.spans import MAX_QUOTE
from app.domain.verdict import MAX_TEXT
from app.wire.models import Count, Id, Model, Number, Short, Text

Need = Literal["none", "optional", "strong", "required"]
Comment = Annotated[str, Field(max_length=MAX_TEXT)]
Quote = Annotated[str, Field(max_length=MAX_QUOTE)]
Words = Annotated[list[Short], Field(max_length=50)]


class Anchor(Model):
    value: Number
    label: Short


class Dimension(Model):
    id: Id
    text: Short = ""
    help: Text = ""


class PreferenceAsked(Model):
    """Negative: `first` is better. Positive: `second` is better. 0: a tie."""

    first: Id | None = None
    second: Id | None = None
    dimensions: Annotated[list[Dimension], Field(min_length=1, max_length=50)] | None = None
    ties: bool = True
    both_bad: bool = True
    justification: Need = "optional"
    min_characters: Count = 0


class RankingAsked(Model):
    """Place 1 is the best."""

    ties: bool = False
    justification: Need = "optional"


class Attribute(Model):
    id: Id
    text: Short = ""
    low: Number = 1
    high: Number = 5
    step: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1
    anchors: Annotated[list[Anchor], Field(max_length=101)] | None = None
    comment: Need = "optional"
    help: Text = ""
    only: Annotated[list[Id], Field(max_length=9)] | None = None


class RatingsAsked(Model):
    attributes: Annotated[list[Attribute], Field(min_length=1, max_length=50)]


Stretch = Annotated[list[Count], Field(min_length=2, max_length=2)]


class StepsAsked(Model):
    """steps: by response, [start, end) in code points of its text, in order."""

    steps: dict[Id, Annotated[list[Stretch], Field(max_length=2000)]]
    first_error: bool = True
    own: bool = True
    finish: bool = True


class SafetyAsked(Model):
    severities: Words | None = None
    harmed: Words | None = None


class Label(Model):
    id: Id
    text: Short = ""
    parent: Short = ""
    help: Text = ""


class SpansAsked(Model):
    labels: Annotated[list[Label], Field(min_length=1, max_length=500)]
    severities: Words | None = None
    overlap: bool = True
    least: Count = 0


class IdealAsked(Model):
    required: bool = True
    graded: bool = False
    reason: Need = "optional"
    min_characters: Count = 0


class Questions(Model):
    """One for each panel that asks more than the rubric."""

    preference: PreferenceAsked | None = None
    ranking: RankingAsked | None = None
    ratings: RatingsAsked | None = None
    steps: StepsAsked | None = None
    safety: SafetyAsked | None = None
    spans: SpansAsked | None = None
    ideal: IdealAsked | None = None


class Rated(Model):
    value: Number | None = None
    comment: Comment | None = None


class Step(Model):
    """value: −1 wrong, 0 neutral, 1 right. own: the step as it should have been."""

    value: Annotated[int, Field(ge=-1, le=1)] | None = None
    comment: Comment | None = None
    own: Comment | None = None


class SafetyCall(Model):
    call: Literal["safe", "misleading", "unsafe"] | None = None
    severity: Short | None = None
    harmed: Short | None = None
    comment: Comment | None = None


class Span(Model):
    """[start, end) in code points of the response's text, CR included, and the text that stands there."""

    id: Id | None = None
    start: Count
    end: Count
    quote: Quote
    label: Short | None = None
    severity: Short | None = None
    comment: Comment | None = None
    criterion: Id | None = None


class Citation(Model):
    """A place in an attachment. page: from 1."""

    id: Id | None = None
    attachment: Short
    page: Annotated[int, Field(ge=1)] | None = None
    quote: Quote | None = None
    comment: Comment | None = None
    response: Id | None = None
    criterion: Id | None = None


class Preferred(Model):
    """value: −3 … +3 (negative: the first response is better; 0: a tie), or both_bad."""

    value: Annotated[int, Field(ge=-STRONGEST, le=STRONGEST)] | Literal["both_bad"] | None = None
    justification: Comment | None = None


class Ranked(Model):
    """places: by response, from 1, the best."""

    places: dict[Id, Annotated[int, Field(ge=1, le=9)] | None] = Field(default_factory=dict)
    justification: Comment | None = None


class Panels(Model):
    """What hangs on one response beyond its verdicts."""

    model_config = ConfigDict(extra="allow")
    ratings: dict[str, Rated | Number | None] | None = None
    steps: dict[str, Step | Annotated[int, Field(ge=-1, le=1)] | None] | None = None
    finish: Literal["found_error", "solution", "bad_problem", "give_up"] | None = None
    safety: SafetyCall | None = None
    spans: list[Span] | dict[str, Span | None] | None = None
    comment: Comment | None = None
