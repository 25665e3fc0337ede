"""What is sealed on a task, what was in it once it opened, practice with explained answers, and one's own consistency.

All of it for the expert alone. An opinion never changes her result by itself: a change after it was opened is a new
revision that says so and why.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.domain.decisions import Place, places, value_of
from app.domain.ids import BatchId, ResponseId, TaskId
from app.domain.preference import as_shown, given, side
from app.domain.questions import Dimension
from app.domain.rubric import Criterion
from app.domain.sampling import keyed, missed
from app.domain.task import Task
from app.domain.times import from_text
from app.errors import InputError
from app.services.board import Cell, cell_of, order_of, scores_of, task_of
from app.services.session import Session
from app.services.submitting import Undone, opened_opinion
from app.services.submitting import needs_reason as _needs_reason

if TYPE_CHECKING:
    from app.storage.papers import Paper
    from app.storage.workspace import Workspace

Calibrations = Sequence[tuple[str, Mapping[str, Any]]]
"""(batch, document) of calibration papers."""
SIDES = {-1: "first", 0: "even", 1: "second"}
Keys = Mapping[TaskId, Mapping[str, Any]]
"""Judgements that are right, by practice task."""


@dataclass(frozen=True, slots=True)
class Source:
    """kind: judge (its name) or gold (the key of a gold task)."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class OpinionRow:
    """mine: as it was before the opening. theirs: by source; value None where the source says nothing."""

    place: Place
    criterion: Criterion
    number: int
    mine: Cell
    theirs: tuple[Cell, ...]

    @property
    def differs(self) -> bool:
        return any(cell.value is not None and cell.value != self.mine.value for cell in self.theirs)


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


@dataclass(frozen=True, slots=True)
class Practice:
    """A calibration batch. right, keyed: verdicts of the key, over what is graded. share: None before the first."""

    batch: str
    title: str
    pass_mark: float
    tasks: int
    graded: int
    right: int
    keyed: int

    @property
    def share(self) -> float | None:
        return self.right / self.keyed if self.keyed else None

    @property
    def passed(self) -> bool | None:
        """None until every explained task is graded."""
        if self.graded < self.tasks or self.share is None:
            return None
        return self.share >= self.pass_mark


@dataclass(frozen=True, slots=True)
class PracticeView:
    """A practice task after it was submitted: mine beside the right answer; its comments explain."""

    task: Task
    rows: tuple[OpinionRow, ...]
    right: int
    keyed: int
    order: tuple[ResponseId, ...]


@dataclass(frozen=True, slots=True)
class Consistency:
    """One's own repeats in a finished batch. same, verdicts: answers alike the second time, of all compared: verdicts,
    and the side of preferences.

    first, second, even: how often the response shown first (second, neither) came out ahead, by the scores of two
    responses and by every preference; without side bias first and second are about as many.
    """

    batch: str
    title: str
    repeats: int
    verdicts: int
    same: int
    first: int
    second: int
    even: int
    pairs: tuple[tuple[TaskId, TaskId, int], ...]


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
    rows = tuple(
        OpinionRow(
            place,
            parsed.rubric[place.criterion],
            number,
            cell_of(before, place),
            tuple(cell_of(j, place) for j in judgements),
        )
        for place, number in _numbered(parsed)
    )
    at, order = from_text(opened.at), order_of(workspace, parsed)
    return OpinionView(parsed, parsed.title, at, sources, rows, changed=changed, order=order)


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


def calibrations(session: Session) -> Calibrations:
    """Every calibration paper here, parsed, in the order they came."""
    papers = session.workspace.papers.of_kind("calibration")
    return [(str(paper.batch), json.loads(paper.payload)) for paper in papers]


def practices(session: Session, papers: Calibrations | None = None) -> list[Practice]:
    """The calibration batches here. papers: `calibrations`, where they are at hand."""
    newest = dict(calibrations(session) if papers is None else papers)
    return [_practice(session.workspace, batch, document) for batch, document in newest.items()]


def practice(session: Session, batch: str) -> Practice | None:
    """None for a batch that is no practice."""
    return next((one for one in practices(session) if one.batch == batch), None)


def practised(session: Session) -> int:
    """How many practice tasks are graded, over all batches; counted without reading a task."""
    return session.workspace.papers.practised()


def practice_keys(papers: Calibrations) -> Keys:
    """The right answers by practice task; the newest paper counts."""
    return {
        TaskId(answer["task"]): answer["judgement"]
        for _, document in papers
        for answer in reversed(document["answers"])
    }


def explained(session: Session, batch: str, keys: Keys) -> list[TaskId]:
    """The tasks of a batch whose explained answer is open: those of the key that were submitted, in order."""
    lab = session.workspace.lab
    keyed_here = [task for task in lab.tasks(BatchId(batch)) if task in keys]
    return [row.id for row in lab.task_rows(keyed_here) if row.result]


def practice_answer(session: Session, task: str, keys: Keys | None = None) -> PracticeView | None:
    """The explained answer of a practice task, once it is submitted; at once, offline. None before, and elsewhere.

    keys: `practice_keys`, where they are at hand.
    """
    workspace = session.workspace
    key = (practice_keys(calibrations(session)) if keys is None else keys).get(TaskId(task))
    mine = _first(workspace, task) if key is not None else None
    if key is None or mine is None:
        return None
    parsed = task_of(workspace, task)
    rows = tuple(
        OpinionRow(
            place,
            parsed.rubric[place.criterion],
            number,
            cell_of(mine, place),
            (cell_of(key, place),),
        )
        for place, number in _numbered(parsed)
    )
    total = keyed(parsed, key)
    right = total - missed(parsed, mine, key)
    return PracticeView(parsed, rows, right, total, order_of(workspace, parsed))


def consistency(session: Session, batch: str) -> Consistency | None:
    """How alike my own repeats were; None until the batch is done and the lab has said which they were."""
    workspace = session.workspace
    told = workspace.papers.of_kind("repeats", batch)
    if not told:
        return None
    pairs: list[tuple[TaskId, TaskId, int]] = []
    verdicts = same = 0
    sides = {"first": 0, "second": 0, "even": 0}
    about = {row.id: row for row in workspace.lab.batches()}[batch]  # type: ignore[index]
    for pair in json.loads(told[-1].payload)["pairs"]:
        once, again = _first(workspace, pair["of"]), _first(workspace, pair["task"])
        if once is None or again is None:
            continue
        parsed = task_of(workspace, pair["of"])
        values: list[tuple[object, object]] = [
            (value_of(once, p), value_of(again, p)) for p in places(parsed)
        ]
        values += [(side(given(once, d.id)), side(given(again, d.id))) for d in _dimensions(parsed)]
        alike = sum(a == b for a, b in values)
        verdicts, same = verdicts + len(values), same + alike
        pairs.append((TaskId(pair["of"]), TaskId(pair["task"]), len(values) - alike))
        for name in (pair["of"], pair["task"]):
            for name_of_side in _sides(session, name):
                sides[name_of_side] += 1
    return Consistency(batch, about.title, len(pairs), verdicts, same, **sides, pairs=tuple(pairs))


def _dimensions(task: Task) -> tuple[Dimension, ...]:
    asked = task.questions.preference
    return asked.dimensions if asked is not None else ()


def _sides(session: Session, task: str) -> Iterator[str]:
    """Which of two shown responses came out ahead in my first result: by their scores, and by each preference."""
    current = session.open(TaskId(task))
    mine = _first(session.workspace, task) or {}
    order, asked = current.order, current.task.questions.preference
    scores = scores_of(current.task, current.batch, mine)
    if len(order) == 2 and all(r in scores for r in order):
        first, second = (scores[r].value or 0.0 for r in order)
        yield SIDES[(second > first) - (second < first)]
    for dimension in asked.dimensions if asked is not None else ():
        value = given(mine, dimension.id)
        if asked is not None and value is not None:
            shown = as_shown(asked, order, value)
            yield SIDES[(shown > 0) - (shown < 0) if isinstance(shown, int) else 0]


def _practice(workspace: Workspace, batch: str, document: Mapping[str, Any]) -> Practice:
    graded = right = total = 0
    for answer in document["answers"]:
        mine = _first(workspace, answer["task"])
        if mine is None:
            continue
        parsed, key = task_of(workspace, answer["task"]), answer["judgement"]
        asked = keyed(parsed, key)
        graded += 1
        total += asked
        right += asked - missed(parsed, mine, key)
    title = next((row.title for row in workspace.lab.batches() if row.id == batch), batch)
    tasks = len(document["answers"])
    return Practice(batch, title, float(document["pass_mark"]), tasks, graded, right, total)


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


def _first(workspace: Workspace, task: str) -> Mapping[str, Any] | None:
    """My first result on a task, as it was submitted."""
    rows = workspace.outbox.of_task(TaskId(task))
    found: Mapping[str, Any] | None = json.loads(rows[0].payload)["judgement"] if rows else None
    return found


def _numbered(task: Task) -> list[tuple[Place, int]]:
    numbers = {c.id: n for n, c in enumerate(task.rubric.leaves, start=1)}
    return [(place, numbers[place.criterion]) for place in places(task)]
