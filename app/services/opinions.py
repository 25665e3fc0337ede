"""What is sealed on a task, and what was in it once it opened: for the expert alone.

An opinion never changes her result by itself: a change after it was opened is a new
revision that says so and why.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.domain.controls import Control
from app.domain.ids import ResponseId, TaskId
from app.domain.places import alike, is_whole
from app.domain.task import Task
from app.domain.times import from_text
from app.errors import InputError
from app.services.cells import Cell, cell_of, numbered, order_of, task_of
from app.services.session import Session
from app.services.submitting import Undone, opened_opinion
from app.services.submitting import needs_reason as _needs_reason

if TYPE_CHECKING:
    from app.storage.papers import Paper
    from app.storage.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Source:
    """kind: judge (its name) or gold (the key of a gold task)."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class OpinionRow:
    """mine: as it was before the opening. theirs: by source; value None where the source says nothing."""

    place: Control
    number: int
    mine: Cell
    theirs: tuple[Cell, ...]

    @property
    def differs(self) -> bool:
        said = [cell.value for cell in self.theirs if cell.value is not None]
        return any(not alike(self.place, value, self.mine.value) for value in said)


@dataclass(frozen=True, slots=True)
class OpinionView:
    """opened_at: when the lab released the key. changed: a revision of mine was made after it.

    order: the responses as I read them (A first).
    """

    task: Task
    title: str
    opened_at: datetime
    sources: tuple[Source, ...]
    rows: tuple[OpinionRow, ...]
    changed: bool
    order: tuple[ResponseId, ...]

    @property
    def differing(self) -> tuple[OpinionRow, ...]:
        return tuple(row for row in self.rows if row.differs)


@dataclass(frozen=True, slots=True)
class Opened:
    """A task whose opinion was opened and differs from mine on so many criteria."""

    task: TaskId
    batch: str
    title: str
    opened_at: datetime
    differs: int
    kinds: tuple[str, ...]


def state(session: Session, task: str) -> str:
    """none | sealed (or nothing in it, which nobody can tell) | empty | opened."""
    papers = session.workspace.papers
    if papers.waiting_to_open(task):
        return "sealed"
    if opened_opinion(session.workspace, TaskId(task)):
        return "opened"
    return "empty" if papers.of_task(task, "opened") else "none"


def opinion(session: Session, task: str) -> OpinionView | None:
    """What others thought, beside what I thought before I could know; None while it is sealed or where nothing was."""
    workspace = session.workspace
    opened = _with_opinions(workspace, task)
    if opened is None:
        return None
    content = json.loads(opened.payload)["opinions"]
    parsed = task_of(workspace, task)
    before, changed = _before(workspace, task)
    sources = tuple(Source(one["kind"], one.get("name", "")) for one in content)
    judgements = [one["judgement"] for one in content]
    rows = beside(parsed, before, judgements)
    at, order = from_text(opened.at), order_of(workspace, parsed)
    return OpinionView(parsed, parsed.title, at, sources, rows, changed=changed, order=order)


def beside(
    task: Task, mine: Mapping[str, Any], others: Sequence[Mapping[str, Any]]
) -> tuple[OpinionRow, ...]:
    """Mine beside others', place by place; of highlights and ideal answers only what somebody else made."""
    rows = (
        OpinionRow(place, number, cell_of(mine, place), tuple(_said(j, place) for j in others))
        for place, number in numbered(task)
    )
    return tuple(row for row in rows if not is_whole(row.place) or any(c.value for c in row.theirs))


def _said(judgement: Mapping[str, Any], place: Control) -> Cell:
    """Who marked nothing says nothing."""
    cell = cell_of(judgement, place)
    return Cell() if cell.value == [] else cell


def opened(session: Session, batch: str | None = None) -> list[Opened]:
    """Every opinion that was opened and held something, newest first. Reads them all whole: `opened_on` names them."""
    found: list[Opened] = []
    for paper in _opened(session, batch):
        view = opinion(session, str(paper.task))
        if view is not None:
            kinds = tuple(one.kind for one in view.sources)
            differs = len(view.differing)
            task = TaskId(str(paper.task))
            found.append(Opened(task, str(paper.batch), view.title, view.opened_at, differs, kinds))
    return found


def opened_on(session: Session) -> list[TaskId]:
    """The tasks of `opened`, in its order."""
    return [TaskId(str(paper.task)) for paper in _opened(session)]


def _opened(session: Session, batch: str | None = None) -> list[Paper]:
    papers = reversed(session.workspace.papers.of_kind("opened", batch))
    return [one for one in papers if one.task is not None and json.loads(one.payload).get("opinions")]


def needs_reason(session: Session, task: str) -> bool:
    """Whether submitting this task now would be refused for want of a reason (`review.reason`)."""
    return _needs_reason(session.workspace, session.open(TaskId(task)))


def change_mind_now(session: Session, task: str, reason: str) -> Undone:
    """Open my submitted review as its next revision, with the reason that goes with it.

    Call it inside `session.perform`. Raises InputError `review.reason` without a reason, `review.open`.
    """
    if not reason.strip():
        raise InputError("review.reason", "A change of mind needs a reason.")
    return session.reopen_now(TaskId(task), reason.strip())


def _with_opinions(workspace: Workspace, task: str) -> Paper | None:
    papers = [
        one for one in workspace.papers.of_task(task, "opened") if json.loads(one.payload).get("opinions")
    ]
    return papers[-1] if papers else None


def _before(workspace: Workspace, task: str) -> tuple[Mapping[str, Any], bool]:
    """(my judgement as it was when the envelope opened, whether a revision came after it)."""
    payloads = [json.loads(row.payload) for row in workspace.outbox.of_task(TaskId(task))]
    before = [one for one in payloads if not one.get("after_opening")]
    kept = (before or payloads)[-1]["judgement"] if payloads else {}
    return kept, len(before) < len(payloads)
