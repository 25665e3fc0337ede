"""Payloads of the documents between graders and leads: who is in a team, what is sealed, what was decided.

Everything here is signed: `roster`, `sealed`, `opening`, `calibration` and `repeats` by the lab, `decision` by a
lead, `answer` and `proposal` by an expert. Sealed content is described in `app.wire.sealing`.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field, model_validator

from app.domain.questions import STRONGEST
from app.domain.task import MAX_RESPONSES
from app.domain.verdict import MAX_TEXT
from app.wire.devices import RegisteredDevice, Role
from app.wire.models import Document, Id, Model, Number, Sha256, Short, Time
from app.wire.work import Criterion, Judgement, Value

Comment = Annotated[str, Field(max_length=MAX_TEXT)]
Base64url = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]*$", max_length=1_200_000)]
ErrorClass = Literal["ambiguous_criterion", "guideline_gap", "slip", "outside_field", "knowledge"]
Answered = (
    Annotated[int, Field(ge=-STRONGEST, lt=0)]
    | Value
    | Annotated[dict[Id, Annotated[int, Field(ge=1)] | Short], Field(max_length=MAX_RESPONSES)]
)
MAX_PLACES = 20_000


class Member(Model):
    """teams: ids of the teams that she shares with the one whom the roster is for."""

    expert: Id
    role: Role
    teams: list[Id]
    devices: Annotated[list[RegisteredDevice], Field(max_length=100)]


class Roster(Document):
    """Whose signatures count for this reader: for a lead, her teams; for an expert, her leads alone.

    It holds no names. version: counts up for each reader.
    """

    NAME: ClassVar[str] = "roster"
    lab: Id
    expert: Id
    version: Annotated[int, Field(ge=1)]
    issued: Time
    members: Annotated[list[Member], Field(max_length=5000)]


class Sealed(Document):
    """Something about a task that its reader may see only after her own result is at the lab.

    It does not say what it holds, or whether it holds anything. commitment: see `app.wire.sealing`.
    """

    NAME: ClassVar[str] = "sealed"
    lab: Id
    sealed: Id
    expert: Id
    batch: Id
    task: Id
    issued: Time
    alg: Literal["A256GCM"]
    nonce: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{16}$")]
    ciphertext: Base64url
    commitment: Sha256


class Opening(Document):
    """The key to one `sealed`. result: digest of the result payload that it was released against."""

    NAME: ClassVar[str] = "opening"
    lab: Id
    sealed: Id
    sealed_digest: Sha256
    expert: Id
    task: Id
    result: Sha256
    issued: Time
    key: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]


class Opinion(Model):
    """kind: an AI judge's verdicts, or the key of a gold task. Comments of the verdicts say why."""

    kind: Literal["judge", "gold"]
    name: Short = ""
    judgement: Judgement


class SealedContent(Model):
    """What a `sealed` holds once opened. results: teammates' signed results, as JSON text, byte for byte.

    drawn: why the task was drawn for a second grade.
    """

    v: Annotated[int, Field(ge=1, le=1)] = 1
    opinions: Annotated[list[Opinion], Field(max_length=100)] = Field(default_factory=list)
    results: Annotated[list[str], Field(max_length=100)] = Field(default_factory=list)
    drawn: list[Short] = Field(default_factory=list)


def _one_place(one: Named) -> Named:
    verdict = one.response is not None and one.criterion is not None
    if verdict is (one.path is not None):
        raise ValueError("names a response and a criterion, or the path of another answer")
    return one


class Named(Model):
    """A place of a judgement: a criterion of a response, or else `path`, the JSON Pointer of the answer in a judgement
    document: `/preference/overall/value`, `/responses/r1/ratings/accuracy/value`, `/ranking/places` …
    """

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["response", "criterion"]}, {"required": ["path"]}]}
    )
    response: Id | None = None
    criterion: Id | None = None
    path: Annotated[str, Field(pattern=r"^/", max_length=1000)] | None = None

    _one = model_validator(mode="after")(_one_place)


class Ruling(Named):
    """One place decided. adopted: digest of the result whose answer it is; without it, an override.

    value: of a ranking places by response, of a safety call {call, severity, harmed}. Highlights and an ideal answer
    are adopted whole, without a value: they stand in the decision's judgement.
    """

    value: Answered | None = None
    adopted: Sha256 | None = None
    error_class: ErrorClass | None = None
    reason: Comment = ""


class Gap(Model):
    """What the guideline does not say; becomes a versioned note to everyone who holds the batch."""

    text: Annotated[str, Field(min_length=1, max_length=20_000)]
    criteria: list[Id] = Field(default_factory=list)


class Suggestion(Model):
    """What may be left to the judge: a criterion or a tag, with the lead's reason."""

    criterion: Id | None = None
    tag: Short = ""
    reason: Comment = ""


class Decision(Document):
    """A lead's decision over results of one task (`delegate`: over a batch).

    previous: digest of the decision in force that this one replaces. over: digests of the result payloads it
    speaks of. judgement: the final verdicts, for fix and adjudicate.
    """

    NAME: ClassVar[str] = "decision"
    decision: Id
    previous: Sha256 | None = None
    lead: Id
    device: Id
    lab: Id
    batch: Id
    task: Id | None = None
    task_digest: Sha256 | None = None
    kind: Literal["accept", "fix", "return", "adjudicate", "delegate"]
    over: Annotated[list[Sha256], Field(max_length=100)] = Field(default_factory=list)
    rulings: Annotated[list[Ruling], Field(max_length=MAX_PLACES)] = Field(default_factory=list)
    judgement: Judgement | None = None
    comment: Comment = ""
    gap: Gap | None = None
    suggestions: Annotated[list[Suggestion], Field(max_length=5000)] = Field(default_factory=list)
    rubric_version: Short
    guideline_version: Short
    decided: Time


class Reason(Named):
    text: Comment


class Answer(Document):
    """An expert's answer to a decision over her result. decision, result: digests of their payloads."""

    NAME: ClassVar[str] = "answer"
    answer: Id
    expert: Id
    device: Id
    lab: Id
    batch: Id
    task: Id
    decision: Sha256
    result: Sha256
    kind: Literal["accept", "dispute"]
    reasons: Annotated[list[Reason], Field(max_length=MAX_PLACES)] = Field(default_factory=list)
    comment: Comment = ""
    answered: Time


class Proposal(Document):
    """A change that an expert proposes. criterion: as it should be (add, edit); criterion_id: the one meant.

    line: an authored task, in the shape of a task line.
    """

    NAME: ClassVar[str] = "proposal"
    proposal: Id
    expert: Id
    device: Id
    lab: Id
    batch: Id | None = None
    task: Id | None = None
    task_digest: Sha256 | None = None
    kind: Literal["criterion.add", "criterion.edit", "criterion.dispute", "guideline_gap", "task"]
    criterion: Criterion | None = None
    criterion_id: Id | None = None
    line: dict[str, Any] | None = None
    text: Comment = ""
    proposed: Time


class Explained(Model):
    """The right verdicts of one practice task; their comments explain them."""

    task: Id
    judgement: Judgement


class Calibration(Document):
    """The explained answers of a practice batch, openly. pass_mark: share of verdicts to get right, 0 to 1."""

    NAME: ClassVar[str] = "calibration"
    lab: Id
    batch: Id
    version: Annotated[int, Field(ge=1)]
    issued: Time
    pass_mark: Annotated[Number, Field(ge=0, le=1)]
    answers: Annotated[list[Explained], Field(max_length=2000)]


class Pair(Model):
    """task: the repeat. of: the task that it repeats."""

    task: Id
    of: Id


class Repeats(Document):
    """Which tasks of a finished batch were the same once more; for the expert alone."""

    NAME: ClassVar[str] = "repeats"
    lab: Id
    expert: Id
    batch: Id
    issued: Time
    pairs: Annotated[list[Pair], Field(max_length=20_000)]


LEADING: tuple[type[Document], ...] = (
    Roster,
    Sealed,
    Opening,
    Decision,
    Answer,
    Proposal,
    Calibration,
    Repeats,
)
