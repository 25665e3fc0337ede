"""Leading a team: the queue, the blind grade's reveal, ruling place by place, and deciding.

A drawn task is graded like any other (`session.open`, submit); the board opens once the lab has that grade. What is
ruled is kept at once and leaves only with the decision. Changes run on the writer: call those that end in `_now`
inside `session.perform`.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app.domain.controls import Control
from app.domain.decisions import DecisionKind, ErrorClass
from app.domain.ids import Digest, TaskId
from app.domain.places import checked_answer, is_whole, place_json
from app.domain.questions import Panel
from app.domain.review import Review
from app.domain.verdict import MAX_TEXT, Doubt, Mark
from app.errors import InputError
from app.services.board import (
    Board,
    BoardRow,
    Ruling,
    board_of,
    draft_of,
    final_of,
    keep_draft,
    place_key,
)
from app.services.lead_store import line_of, queue, role_of
from app.services.lettering import now, write
from app.services.past import in_force
from app.services.reviewing import OpenTask
from app.services.session import Session

FINAL = (DecisionKind.FIX, DecisionKind.ADJUDICATE)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """state: blind (grade it) | waiting (graded; opens at the next sync) | open | disputed | decided.

    why: disagreement | gold_miss | low_confidence | too_fast | random; empty while it is blind.
    """

    number: int
    task: TaskId
    batch: str
    title: str
    state: str
    why: tuple[str, ...]
    differ: int
    places: int
    graders: int


@dataclass(frozen=True, slots=True)
class Decided:
    task: TaskId
    decision: str
    digest: Digest
    kind: str


def is_lead(session: Session) -> bool:
    """Whether the lab registered her as a lead."""
    return role_of(session.workspace) == "lead"


def queue_numbers(session: Session, show: str = "all", batch: str | None = None) -> array[int]:
    """The queue in its order: disputes, disagreements, gold misses, low confidence, too fast, at random, blind, done.

    show: all | todo | blind | open | decided.
    """
    return session.workspace.papers.case_numbers(show, batch)


def queue_rows(session: Session, numbers: Sequence[int]) -> list[QueueRow]:
    """The rows of a page of the queue."""
    workspace = session.workspace
    cases = workspace.papers.cases(numbers)
    blind = [case.task for case in cases if case.state == "blind"]
    submitted = {row.id for row in workspace.lab.task_rows(blind) if row.status == "submitted"}
    return [
        QueueRow(
            case.number,
            case.task,
            case.batch,
            case.title,
            "waiting" if case.task in submitted and case.state == "blind" else case.state,
            case.why,
            case.differ,
            case.places,
            case.graders,
        )
        for case in cases
    ]


def queue_counts(session: Session) -> dict[str, int]:
    """Tasks by state: blind, open, disputed, decided; states without any are left out."""
    return session.workspace.papers.case_counts()


def is_second_grade(session: Session, task: str) -> bool:
    """Whether a task is in her queue, so that her grade of it is one beside others'."""
    return session.workspace.papers.case(task) is not None


def waits_for_decision(session: Session) -> bool:
    """Whether others' grades of some task are here to be decided over."""
    return not queue_counts(session).keys().isdisjoint({"open", "disputed"})


def board(session: Session, task: str) -> Board:
    """Raises InputError `board.unknown`, `board.blind`."""
    return board_of(session.workspace, task)


def read(session: Session, task: str) -> OpenTask:
    """A task of the queue as she reads it who did not grade it: no review.

    Raises InputError `board.unknown`, `board.blind`.
    """
    seen, found = board_of(session.workspace, task), line_of(session.workspace, task)
    assert found is not None
    row = session.workspace.lab.batch(seen.batch.id)
    return OpenTask(
        task=seen.task,
        batch=seen.batch,
        digest=found[1],
        batch_digest=row.digest,
        order=seen.order,
        seed="",
        review=Review(seen.task.id),
    )


def adopt_now(session: Session, task: str, place: Control, column: str, reason: str = "") -> Board:
    """Take a column's answer as the final one. column: its key, number or grader."""
    seen = board_of(session.workspace, task)
    row, chosen = seen.row(place), seen.column(column)
    value = row.cells[chosen.number - 1].value
    if value is None:
        raise InputError("board.open", "That grader left it open.")
    if chosen.kind not in ("own", "grader"):
        raise InputError("board.opinion", "A judge's verdict or a key is never adopted; rule it as your own.")
    return _rule(session, task, place, Ruling(value, chosen.key, None, reason[:MAX_TEXT]))


def override_now(
    session: Session,
    task: str,
    place: Control,
    value: object,
    error_class: str,
    reason: str,
    doubt: str = "",
) -> Board:
    """An answer of the lead's own. doubt: of a verdict “cannot judge” why (`Doubt`). Raises InputError without a
    reason and a kind of error (`ErrorClass`), and for what is no answer there (`checked_answer`)."""
    seen = board_of(session.workspace, task)
    checked = checked_answer(seen.task, seen.row(place).place, value)
    if doubt and (checked != Mark.CANNOT_JUDGE or doubt not in tuple(Doubt)):
        raise InputError("board.doubt", "There is no such reason why it cannot be judged.")
    ruling = Ruling(checked, None, error_class, _reason(error_class, reason), doubt or None)
    return _rule(session, task, place, ruling)


def _reason(error_class: str, reason: str) -> str:
    if error_class not in tuple(ErrorClass):
        raise InputError(
            "board.class",
            "“{value}” is no kind of error; it is one of {kinds}.",
            params={"value": error_class[:40], "kinds": ", ".join(ErrorClass)},
        )
    if not reason.strip():
        raise InputError("board.reason", "An answer of your own needs a reason.")
    return reason[:MAX_TEXT]


def unrule_now(session: Session, task: str, place: Control) -> Board:
    """Take a ruling back."""
    return _rule(session, task, place, None)


def _rule(session: Session, task: str, place: Control, ruling: Ruling | None) -> Board:
    draft = draft_of(session.workspace, task)
    rulings = dict(draft.get("rulings", {}))
    rulings.pop(place_key(place), None)
    if ruling is not None:
        rulings[place_key(place)] = asdict(ruling)
    keep_draft(session.workspace, task, {**draft, "rulings": rulings})
    return board_of(session.workspace, task)


def comment_now(session: Session, task: str, text: str) -> Board:
    """The lead's words on the whole task."""
    keep_draft(session.workspace, task, {**draft_of(session.workspace, task), "comment": text[:MAX_TEXT]})
    return board_of(session.workspace, task)


def flag_gap_now(session: Session, task: str, text: str, criteria: Sequence[str] = ()) -> Board:
    """A gap in the guideline, told to the whole team with the decision; empty text takes the flag away."""
    draft = {**draft_of(session.workspace, task), "gap": text[:20_000], "gap_criteria": list(criteria)}
    keep_draft(session.workspace, task, draft)
    return board_of(session.workspace, task)


def decide_now(session: Session, task: str, kind: str) -> Decided:
    """Sign the decision over everything on the board, for the next sync; the drafts go with it.

    kind: accept | fix | return | adjudicate. Raises InputError `board.undecided` (fix, adjudicate: rows that differ
    and are not ruled), `board.reason` (return without a word, fix without a change).
    """
    seen = board_of(session.workspace, task)
    chosen = DecisionKind(kind)
    graders = [c for c in seen.columns if c.kind == "grader" and not c.outdated]
    if not graders:
        raise InputError("board.nobody", "There is no grader's result to decide over.")
    ruled = [(row, row.ruling) for row in seen.rows if row.ruling is not None]
    _check(chosen, seen, ruled)
    over = [c.key for c in graders]
    over += sorted({r.adopted for _, r in ruled if r.adopted is not None} - set(over))
    found = line_of(session.workspace, task)
    assert found is not None
    members: dict[str, Any] = {
        "previous": in_force(session.workspace, task),
        "lead": session.identity.expert,
        "batch": seen.batch.id,
        "task": task,
        "task_digest": found[1],
        "kind": str(chosen),
        "over": over,
        "rulings": [_ruling_json(row.place, ruling) for row, ruling in ruled],
        "judgement": _final(seen) if chosen in FINAL else None,
        "comment": seen.comment,
        "gap": {"text": seen.gap, "criteria": list(seen.gap_criteria)} if seen.gap else None,
        "rubric_version": seen.batch.rubric_version,
        "guideline_version": seen.batch.guideline_version,
        "decided": now(session),
    }
    letter = write(session, "decision", members)
    keep_draft(session.workspace, task, {})
    queue(session.workspace, [task])
    return Decided(TaskId(task), letter.id, letter.digest, str(chosen))


def _check(kind: DecisionKind, seen: Board, ruled: Sequence[tuple[BoardRow, Ruling]]) -> None:
    if kind is DecisionKind.DELEGATE:
        raise InputError("board.kind", "A delegation is suggested over a batch, not a task.")
    if kind in FINAL and seen.undecided:
        raise InputError(
            "board.undecided",
            "What is not decided yet: {n}.",
            params={"n": len(seen.undecided)},
        )
    if kind is DecisionKind.FIX and not ruled:
        raise InputError("board.reason", "A fix changes at least one answer.")
    if kind is DecisionKind.RETURN and not seen.comment.strip() and not any(r.reason for _, r in ruled):
        raise InputError("board.reason", "A return needs a reason.")


def _ruling_json(place: Control, ruling: Ruling) -> dict[str, Any]:
    """What is adopted whole, and a doubt, stand in the final judgement alone."""
    found = {**place_json(place), **asdict(ruling), "doubt": None}
    if is_whole(place):
        found["value"] = None
    return {key: value for key, value in found.items() if value is not None}


def _final(seen: Board) -> dict[str, Any]:
    found = final_of(seen.task, seen.rows)
    for row in seen.rows:
        if row.place.panel is Panel.RUBRIC and row.final == Mark.CANNOT_JUDGE:
            verdict = found["responses"][row.place.response]["verdicts"][row.place.item]
            verdict["reason"] = _doubt(seen, row)
    return found


def _doubt(seen: Board, row: BoardRow) -> str:
    """Why it cannot be judged: the lead's own reason, or that of the grader whose verdict it is."""
    if row.ruling is not None and row.ruling.adopted is None:
        return row.ruling.doubt or str(Doubt.TRULY_UNCERTAIN)
    adopted = row.ruling.adopted if row.ruling is not None else None
    theirs = (
        cell.reason
        for column, cell in zip(seen.columns, row.cells, strict=True)
        if cell.value == row.final and adopted in (None, column.key)
    )
    return next((reason for reason in theirs if reason), str(Doubt.TRULY_UNCERTAIN))
