"""The expert's inbox: what leads decided over her results and why, her answer, what to grade again, and proposals."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.domain.controls import Control
from app.domain.ids import Digest, ResponseId, TaskId
from app.domain.places import Answer, alike, place_in, place_json, value_of
from app.domain.task import Task
from app.domain.times import from_text
from app.domain.verdict import MAX_TEXT
from app.errors import InputError
from app.services.cells import Cell, cell_of, numbered, order_of, task_of, title_of
from app.services.lettering import Letter, now, write
from app.services.session import Session

if TYPE_CHECKING:
    from app.storage.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Return:
    """One decision over one's own result. kind: accept | fix | return | adjudicate.

    changed: how many final answers are others than mine. answered: "" | accept | dispute.
    regraded: a newer revision of mine has been submitted since.
    """

    task: TaskId
    batch: str
    title: str
    kind: str
    at: datetime
    lead: str
    comment: str
    changed: int
    answered: str
    regraded: bool
    decision: Digest
    result: Digest

    @property
    def waits(self) -> bool:
        """For me: a return to be graded again or disputed, a change to be answered."""
        if self.kind == "return":
            return not self.regraded and self.answered != "dispute"
        return self.kind != "accept" and not self.answered


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """mine: my answer. theirs: the final one, None where the lead left it. reason, error_class: why it was changed."""

    place: Control
    number: int
    mine: Cell
    theirs: Answer | None
    changed: bool
    reason: str
    error_class: str


@dataclass(frozen=True, slots=True)
class ReturnView:
    """order: the responses as I read them (A first)."""

    about: Return
    task: Task
    rows: tuple[ReturnRow, ...]
    gap: str
    order: tuple[ResponseId, ...]

    @property
    def changed(self) -> tuple[ReturnRow, ...]:
        return tuple(row for row in self.rows if row.changed or row.reason)


@dataclass(frozen=True, slots=True)
class Regrade:
    """A result of mine made under an older rubric or guideline than the batch has now."""

    task: TaskId
    batch: str
    title: str
    rubric_was: str
    rubric_now: str
    guideline_was: str
    guideline_now: str


@dataclass(frozen=True, slots=True)
class TeamNote:
    """A versioned note to everyone who holds the batch. criteria: those that it is about; none: all."""

    batch: str
    version: str
    at: datetime
    text: str
    criteria: tuple[str, ...]


def inbox(session: Session) -> list[Return]:
    """Newest first; one line for each task that was decided. Reads them all whole: `came_back` names them."""
    return [open_return(session, task).about for task in came_back(session)]


def came_back(session: Session) -> list[TaskId]:
    """The tasks that were decided, newest first."""
    return list(dict.fromkeys(TaskId(row[0]) for row in session.workspace.papers.over_mine()))


def unanswered(session: Session) -> int:
    """How many of them wait for me (`Return.waits`); counted without reading a task."""
    return session.workspace.papers.unanswered()


def open_return(session: Session, task: str) -> ReturnView:
    """Place by place, mine beside theirs and why. Raises InputError `returns.unknown`."""
    workspace = session.workspace
    decided = workspace.papers.over_mine(task)
    if not decided:
        raise InputError("returns.unknown", "Nothing has come back for task “{id}”.", params={"id": task})
    _, batch, _, result, revision, _, payload, sha256 = decided[0]
    decision = json.loads(payload)
    parsed = task_of(workspace, task)
    own = workspace.outbox.of_task(TaskId(task))
    mine = json.loads(next(row.payload for row in own if row.digest == result))["judgement"]
    rows = _rows(parsed, mine, decision)
    about = Return(
        task=TaskId(task),
        batch=batch,
        title=parsed.title,
        kind=decision["kind"],
        at=from_text(decision["decided"]),
        lead=decision["lead"],
        comment=decision.get("comment", ""),
        changed=sum(row.changed for row in rows),
        answered=_answered(workspace, task, sha256),
        regraded=own[-1].revision > revision,
        decision=Digest(sha256),
        result=Digest(result),
    )
    gap = (decision.get("gap") or {}).get("text", "")
    return ReturnView(about, parsed, rows, gap, order_of(workspace, parsed))


def answer_now(
    session: Session,
    task: str,
    kind: str,
    reasons: Mapping[Control, str] | None = None,
    comment: str = "",
) -> Letter:
    """Accept or dispute the decision over my result, signed, for the next sync; call it inside `session.perform`.

    A dispute goes to a third reader who sees neither name. Raises InputError `returns.unknown | answered | kind |
    reason` (a dispute says why).
    """
    view = open_return(session, task)
    if view.about.answered:
        raise InputError("returns.answered", "This decision has been answered already.")
    if kind not in ("accept", "dispute"):
        raise InputError("returns.kind", "An answer is accept or dispute.", where="/kind")
    said = {place: text[:MAX_TEXT] for place, text in (reasons or {}).items() if text.strip()}
    if kind == "dispute" and not said and not comment.strip():
        raise InputError("returns.reason", "A dispute needs a reason.", where="/comment")
    return write(
        session,
        "answer",
        {
            "expert": session.identity.expert,
            "batch": view.about.batch,
            "task": task,
            "decision": view.about.decision,
            "result": view.about.result,
            "kind": kind,
            "reasons": [{**place_json(place), "text": text} for place, text in said.items()],
            "comment": comment[:MAX_TEXT],
            "answered": now(session),
        },
    )


def answer_from(session: Session, task: str, document: object) -> Letter:
    """An answer from a document: {kind, comment, reasons: [{response, criterion | path, text}]}."""
    if not isinstance(document, Mapping):
        raise InputError("answer.shape", "The answer must be an object.", where="/")
    parsed = task_of(session.workspace, task)
    reasons: dict[Control, str] = {}
    for n, one in enumerate(document.get("reasons") or ()):
        place = place_in(parsed, one) if isinstance(one, Mapping) else None
        if place is None:
            raise InputError(
                "answer.place",
                "A reason names a response and a criterion, or the path of another answer.",
                where=f"/reasons/{n}",
            )
        reasons[place] = str(one.get("text", ""))
    kind, comment = str(document.get("kind", "")), str(document.get("comment") or "")
    return session.perform_now(lambda _: answer_now(session, task, kind, reasons, comment))


def regrades(session: Session) -> list[Regrade]:
    """My submitted results that were made under an older version than the batch has now (H6)."""
    workspace = session.workspace
    found: list[Regrade] = []
    for batch in workspace.lab.batches():
        if batch.withdrawn is not None:
            continue
        about = json.loads(batch.payload)
        now_ = (about["rubric_version"], about["guideline_version"])
        older: list[tuple[TaskId, tuple[str, str]]] = []
        for task, payload in workspace.outbox.newest_payloads(batch.id):
            document = json.loads(payload)
            was = (document["rubric_version"], document["guideline_version"])
            if was != now_ and _concerned(about, document, was):
                older.append((task, was))
        titles = {row.id: row.title for row in workspace.lab.task_rows([task for task, _ in older])}
        for task, was in older:
            title = titles[task] if task in titles else title_of(workspace, task)
            found.append(Regrade(task, batch.id, title, was[0], now_[0], was[1], now_[1]))
    return found


def _concerned(about: Mapping[str, Any], document: Mapping[str, Any], was: tuple[str, str]) -> bool:
    """Whether a later note is about something that was judged here."""
    judged = {
        criterion
        for response in document["judgement"].get("responses", {}).values()
        for criterion in response.get("verdicts", {})
    }
    later = [note for note in about.get("notes") or () if _later(note["version"], was[1])]
    if not later:
        return True
    return any(not note["criteria"] or judged & set(note["criteria"]) for note in later)


def _later(version: str, than: str) -> bool:
    if version.isdecimal() and than.isdecimal():
        return int(version) > int(than)
    return version != than


def notes(session: Session, batch: str | None = None) -> list[TeamNote]:
    """What the team was told, newest first."""
    found = [
        TeamNote(
            row.id, note["version"], from_text(note["at"]), note["text"], tuple(note.get("criteria") or ())
        )
        for row in session.workspace.lab.batches()
        if batch in (None, row.id)
        for note in json.loads(row.payload).get("notes") or ()
    ]
    return sorted(found, key=lambda note: note.at, reverse=True)


def propose_now(session: Session, document: Mapping[str, Any]) -> Letter:
    """Sign a proposal for the next sync: {kind, batch, task, criterion, criterion_id, text, line}.

    kind: criterion.add | criterion.edit | criterion.dispute | guideline_gap | task (an authored task, in `line`).
    """
    names = ("kind", "batch", "task", "criterion", "criterion_id", "text", "line")
    members = {name: document.get(name) for name in names}
    task = members.get("task")
    if task is not None:
        row = session.workspace.lab.task_row(TaskId(str(task)))
        members |= {"batch": row.batch, "task_digest": row.sha256}
    return write(
        session, "proposal", {**members, "expert": session.identity.expert, "proposed": now(session)}
    )


def _rows(task: Task, mine: Mapping[str, Any], decision: Mapping[str, Any]) -> tuple[ReturnRow, ...]:
    rulings = {place_in(task, r): r for r in decision.get("rulings") or ()}
    final = decision.get("judgement") or {}
    rows: list[ReturnRow] = []
    for place, number in numbered(task):
        ruling = rulings.get(place, {})
        theirs = value_of(final, place) if final else None
        if theirs is None:
            theirs = ruling.get("value")
        own = value_of(mine, place)
        rows.append(
            ReturnRow(
                place,
                number,
                cell_of(mine, place),
                theirs,
                theirs is not None and not alike(place, theirs, own),
                str(ruling.get("reason") or ""),
                str(ruling.get("error_class") or ""),
            )
        )
    return tuple(rows)


def _answered(workspace: Workspace, task: str, decision: str) -> str:
    for row in workspace.letters.of_task(task, "answer"):
        document = json.loads(row.payload)
        if document["decision"] == decision and row.state != "parked":
            return str(document["kind"])
    return ""
