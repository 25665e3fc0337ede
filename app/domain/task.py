"""A task: a conversation, one to nine responses to judge, attachments and a rubric."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from app.domain.asking import check_asked
from app.domain.ids import Digest, ResponseId, TaskId
from app.domain.questions import NO_QUESTIONS, Questions
from app.domain.rubric import Rubric
from app.errors import InputError

MAX_RESPONSES = 9
ROLES = ("system", "developer", "user", "assistant", "tool")


@dataclass(frozen=True, slots=True)
class Turn:
    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Response:
    """One candidate answer. `text` is exactly what the model wrote (line ends too)."""

    id: ResponseId
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """size: bytes. sha256: of the content, which travels as a blob."""

    name: str
    media_type: str
    size: int
    sha256: Digest


@dataclass(frozen=True)
class Task:
    """panels: which judgements are asked, by name (`questions.Panel`); `questions` says what each of them asks.

    reference: an ideal answer to see, or empty.
    """

    id: TaskId
    title: str
    prompt: tuple[Turn, ...]
    responses: tuple[Response, ...]
    rubric: Rubric
    panels: tuple[str, ...] = ("rubric",)
    questions: Questions = NO_QUESTIONS
    attachments: tuple[Attachment, ...] = ()
    tags: tuple[str, ...] = ()
    language: str = ""
    reference: str = ""

    def __post_init__(self) -> None:
        if not 1 <= len(self.responses) <= MAX_RESPONSES:
            raise InputError(
                "task.responses",
                "Task “{id}” has {n} responses; one to nine are possible.",
                params={"id": self.id, "n": len(self.responses)},
            )
        if len({r.id for r in self.responses}) != len(self.responses):
            raise InputError(
                "task.double", "Task “{id}” has two responses with one id.", params={"id": self.id}
            )
        check_asked(self)

    def response(self, wanted: ResponseId) -> Response:
        for response in self.responses:
            if response.id == wanted:
                return response
        raise InputError(
            "task.response",
            "Task “{id}” has no response “{response}”.",
            params={"id": self.id, "response": wanted},
        )

    def asks(self, panel: str) -> bool:
        return panel in self.panels

    @cached_property
    def characters(self) -> int:
        """How much there is to read, in code points."""
        return (
            sum(len(t.text) for t in self.prompt)
            + sum(len(r.text) for r in self.responses)
            + sum(len(c.text) for c in self.rubric.criteria)
        )
