"""What a verified feed brings, as plain values: applied whole, with its cursor, or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.domain.batch import Batch
from app.domain.codec import batch_from_json, task_from_json
from app.domain.controls import controls
from app.domain.ids import BatchId, Digest, ResultId, TaskId, digest
from app.domain.questions import Panel
from app.domain.review import IDEAL_TEXT, Review
from app.domain.task import Task
from app.storage.papers import Paper


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One line of a task file, exactly as received, and what lists and the planner need of it.

    criteria: those that are answered. total: answers wanted, of every panel (highlights are not counted).
    """

    id: TaskId
    line: bytes
    sha256: Digest
    title: str
    language: str
    characters: int
    criteria: int
    responses: int
    total: int
    prompt_text: str
    response_text: str

    @classmethod
    def of(cls, line: bytes) -> TaskLine:
        """From the bytes of a line that `app.wire` has checked (without its line end)."""
        return cls.from_task(task_from_json(json.loads(line)), line)

    @classmethod
    def from_task(cls, task: Task, line: bytes) -> TaskLine:
        criteria = len(task.rubric.leaves)
        ideal = task.questions.ideal
        # Once it is written, the criteria are asked of a graded ideal answer too.
        written = {IDEAL_TEXT: "…"} if ideal is not None and ideal.required else {}
        asked = controls(task, Review(task.id, written), tuple(r.id for r in task.responses))
        return cls(
            id=task.id,
            line=line,
            sha256=digest(line),
            title=task.title,
            language=task.language,
            characters=task.characters,
            criteria=criteria,
            responses=len(task.responses),
            total=sum(c.panel is not Panel.SPANS for c in asked),
            prompt_text="\n".join(t.text for t in task.prompt),
            response_text="\n".join(r.text for r in task.responses),
        )


@dataclass(frozen=True, slots=True)
class Pack:
    """One task file of a batch.

    lines: read once, in chunks; not read when the batch has a pack of these bytes already. count: how many there
    are, when somebody says: loaded whole, they are kept when the rest of the batch cannot be had, for the next time.
    """

    path: str
    sha256: Digest
    lines: Iterable[TaskLine] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class BatchChange:
    """A batch offered or revised. Packs not named any more are dropped. document: None for a local batch."""

    batch: Batch
    payload: bytes
    digest: Digest
    document: bytes | None
    packs: tuple[Pack, ...]

    @classmethod
    def of(cls, payload: bytes, document: bytes | None, packs: tuple[Pack, ...]) -> BatchChange:
        batch = batch_from_json(json.loads(payload), signed=document is not None)
        return cls(batch, payload, digest(payload), document, packs)


@dataclass(frozen=True, slots=True)
class Assignment:
    """These tasks are this expert's. seed: of the shown order. lease_until: RFC 3339 or None."""

    id: str
    batch: BatchId
    tasks: tuple[TaskId, ...]
    seed: str
    lease_until: str | None
    payload: bytes
    document: bytes | None

    @property
    def digest(self) -> Digest:
        return digest(self.payload)


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """A lab's document of which only the newest version counts: its keys, the roster, the registration."""

    name: str
    version: int
    payload: bytes
    document: bytes

    @property
    def digest(self) -> Digest:
        return digest(self.payload)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the lab made of a result. state: accepted, returned or rejected."""

    result: ResultId
    revision: int
    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A verified receipt for the result payload `digest`. state: receipted, also when stored late."""

    result: ResultId
    revision: int
    digest: Digest
    document: bytes
    receipt_digest: Digest
    received_at: str


@dataclass(frozen=True, slots=True)
class Notice:
    at: str
    title: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class FeedChanges:
    """withdrawn_*: id → the lab's reason. state: keys and texts kept with the cursor (etag, epoch…)."""

    batches: tuple[BatchChange, ...] = ()
    withdrawn_batches: dict[BatchId, str] = field(default_factory=dict)
    withdrawn_tasks: dict[TaskId, str] = field(default_factory=dict)
    assignments: tuple[Assignment, ...] = ()
    documents: tuple[SignedDocument, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    notices: tuple[Notice, ...] = ()
    papers: tuple[Paper, ...] = ()
    state: dict[str, str] = field(default_factory=dict)
