"""Documents that hold work: a batch, a task line, a judgement.

Shapes are those of `app.domain.codec`, which reads them again later without these models.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field

from app.domain.codec import task_from_json
from app.domain.ids import Digest, digest
from app.domain.task import MAX_RESPONSES, Task
from app.domain.verdict import MAX_COUNT
from app.errors import InputError
from app.wire import jsonio
from app.wire.asked import Anchor, Citation, Comment, Panels, Preferred, Questions, Ranked
from app.wire.models import Count, Document, Id, Model, Number, Sha256, Short, Size, Text, Time, check

MAX_TASK_LINE = jsonio.MAX_BYTES

TASKS_MEDIA_TYPE = "application/vnd.assay.tasks+jsonl"
"""A pack: JSON Lines, one task a line, at most 50; other files of a batch are attachments."""


class Turn(Model):
    role: Literal["system", "developer", "user", "assistant", "tool"]
    text: Text


class Response(Model):
    id: Id
    text: Text
    language: Short = ""


class Criterion(Model):
    id: Id
    text: Text = ""
    kind: Literal["binary", "ternary", "count", "scale", "free", "group"] = "binary"
    points: Number = 1
    tags: list[Short] | None = None
    parent: Id | None = None
    depends_on: list[Id] | None = None
    low: Number = 0
    high: Number | None = None
    step: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 1
    anchors: list[Anchor] | None = None
    evidence: Literal["none", "optional", "required"] = "none"
    help: Text = ""


class Rubric(Model):
    version: Short = "1"
    criteria: Annotated[list[Criterion], Field(max_length=5000)]


class Attachment(Model):
    name: Annotated[str, Field(min_length=1, max_length=300)]
    media_type: Short
    size: Size
    sha256: Sha256


class TaskLine(Document):
    """One line of a pack. Fields not named here are kept with the line and are the lab's own."""

    NAME: ClassVar[str] = "task"
    id: Id
    title: Short = ""
    language: Short = ""
    prompt: Annotated[list[Turn], Field(min_length=1, max_length=1000)]
    responses: Annotated[list[Response], Field(min_length=1, max_length=MAX_RESPONSES)]
    rubric: Rubric
    panels: list[Short] | None = None
    questions: Questions | None = None
    attachments: Annotated[list[Attachment], Field(max_length=200)] | None = None
    tags: list[Short] | None = None
    reference: Text = ""


class File(Model):
    """count: lines of a pack, 0 for others."""

    path: Annotated[str, Field(min_length=1, max_length=500)]
    media_type: Short
    size: Size
    count: Count
    sha256: Sha256


class Scoring(Model):
    policy: Id
    version: Annotated[int, Field(ge=1)] = 1


class Note(Model):
    """What a guideline version added. criteria: those that it is about; none: all of them."""

    version: Short
    at: Time
    text: Text
    criteria: list[Id] = Field(default_factory=list)


class Batch(Document):
    """parent: the digest of the payload of the version before. withdrawn: when the lab took the batch
    back.
    """

    NAME: ClassVar[str] = "batch"
    lab: Id
    project: Short
    batch: Id
    version: Annotated[int, Field(ge=1)]
    parent: Sha256 | None = None
    title: Short
    field: Short = ""
    language: Short = ""
    issued: Time
    expires: Time | None = None
    due: Time | None = None
    withdrawn: Time | None = None
    scoring: Scoring
    rubric_version: Short
    guideline_version: Short
    guideline: Text = ""
    notes: list[Note] | None = None
    panels: list[Short] | None = None
    blind: bool = True
    hide_score: bool = False
    warnings: list[Short] | None = None
    pay_per_hour: Short = ""
    files: Annotated[list[File], Field(max_length=5000)]


Mark = Literal["met", "not_met", "partly", "not_applicable", "cannot_judge"]
Value = Mark | Annotated[int, Field(ge=0, le=MAX_COUNT)] | Number | Comment


class Verdict(Model):
    """value: a mark, an integer for a count, a number for a scale, text for a free criterion."""

    value: Value | None = None
    comment: Comment | None = None
    confidence: Literal["low", "medium", "high"] | None = None
    reason: Literal["missing_context", "ambiguous_wording", "truly_uncertain", "outside_my_field"] | None = (
        None
    )


class ResponseJudgement(Panels):
    """verdicts by criterion; a verdict, a rating or a step may be written short, as its value."""

    verdicts: dict[str, Verdict | Value | None] = Field(default_factory=dict)


class IdealAnswer(Model):
    """The answer that should have been given. base: the response that it was begun from."""

    text: Comment | None = None
    base: Id | None = None
    reason: Comment | None = None
    verdicts: dict[str, Verdict | Value | None] | None = None


class Judgement(Model):
    """What an expert thinks of one task: by response, and over all."""

    model_config = ConfigDict(extra="allow")
    NAME: ClassVar[str] = "judgement"
    responses: dict[str, ResponseJudgement] = Field(default_factory=dict)
    preference: dict[str, Preferred | int | Literal["both_bad"] | None] | None = None
    ranking: Ranked | None = None
    ideal: IdealAnswer | None = None
    citations: list[Citation] | dict[str, Citation | None] | None = None
    comment: Comment | None = None


def check_task(line: bytes, where: str = "") -> tuple[Task, Digest]:
    """A task line wholly checked, by its schema and by the domain's own rules, and the digest of the line.

    where: names the line in errors. Raises InputError.
    """
    value: Any = jsonio.loads(line, limit=MAX_TASK_LINE, where=where)
    check(TaskLine, value, where=where)
    try:
        return task_from_json(value), digest(line)
    except InputError as exc:
        exc.where = exc.where or where
        raise
