"""The desk: batches with what is left in them, where one left off, and what fits into a shift."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.domain.batch import Batch
from app.domain.codec import batch_from_json
from app.domain.controls import control_of
from app.domain.ids import BatchId, CriterionId, Digest, ResponseId, TaskId
from app.domain.pace import Open, Pace, Shift, pace_of, plan
from app.domain.questions import Panel
from app.domain.task import Task
from app.domain.times import from_text

if TYPE_CHECKING:
    from app.storage.rows import BatchRow, Load
    from app.storage.workspace import Workspace

SYNCED = "synced_at"
"""The workspace's note of when the lab last answered."""
SAMPLE = 50
SOON = timedelta(days=2)
LEAST_MS = 30_000


@dataclass(frozen=True, slots=True)
class Card:
    """One batch. left_ms: at one's own pace. offline_ready: every task and attachment is on this computer.

    returned, waiting: results of it that came back, that have no receipt yet. reopened: tasks whose result
    stands at the lab while their next revision is being written. lease_ends: of work not submitted, when the first
    lease ended or ends within SOON.
    """

    batch: Batch
    tasks: int
    done: int
    left_ms: int
    offline_ready: bool
    flagged: int
    returned: int = 0
    waiting: int = 0
    reopened: int = 0
    lease_ends: datetime | None = None

    @property
    def open(self) -> bool:
        return self.done < self.tasks


@dataclass(frozen=True, slots=True)
class Place:
    """Where one left off, to the control. criterion: as a place is kept (`app.domain.controls.kept`).

    criterion_number: 0 where it is no criterion; then `panel` says what kind of answer it is.
    """

    task: TaskId
    batch: BatchId
    title: str
    number: int
    response: ResponseId | None
    criterion: CriterionId | None
    criterion_number: int
    criterion_text: str
    left_ms: int
    panel: str = Panel.RUBRIC


@dataclass(frozen=True, slots=True)
class ShiftTask:
    task: TaskId
    title: str
    number: int
    left_ms: int
    started: bool


@dataclass(frozen=True, slots=True)
class ShiftPlan:
    tasks: tuple[ShiftTask, ...]
    spare_ms: int


@dataclass(frozen=True, slots=True)
class View:
    """waiting: results and letters not yet receipted. quarantined: what was refused and waits to be looked at."""

    cards: tuple[Card, ...]
    place: Place | None
    waiting: int
    returned: int
    quarantined: int
    synced_at: datetime | None


class Desk:
    def __init__(self, workspace: Workspace, parse: Callable[[bytes], Task]) -> None:
        self._workspace = workspace
        self._parse = parse
        self._files: Mapping[str, Sequence[Digest]] = {}

    def view(self) -> View:
        workspace = self._workspace
        pace = self.pace()
        rows = self._batches()
        states = workspace.outbox.counts_by_batch()
        self._files = _files_by_batch(workspace.lab.state("sync.seen") or "")
        leases: dict[BatchId, datetime] = {}
        for _, batch, end in workspace.lab.leases_ending(SOON):
            leases[batch] = min(end, leases.get(batch, end))
        synced = workspace.lab.state(SYNCED)
        return View(
            cards=tuple(self._card(row, pace, states.get(row.id, {}), leases.get(row.id)) for row in rows),
            place=self._place(pace, rows),
            waiting=sum(counts.get("ready", 0) + counts.get("sent", 0) for counts in states.values())
            + workspace.letters.waiting(),
            returned=sum(counts.get("returned", 0) for counts in states.values()),
            quarantined=workspace.lab.quarantine_count(),
            synced_at=from_text(synced) if synced else None,
        )

    def _batches(self) -> list[BatchRow]:
        """Batches with work in them: a lead holds others of her team too, whose tasks are in her queue alone."""
        return [row for row in self._workspace.lab.batches() if row.withdrawn is None and row.tasks]

    def pace(self) -> Pace:
        return pace_of(self._workspace.work.done())

    def _card(
        self, row: BatchRow, pace: Pace, results: Mapping[str, int], lease_ends: datetime | None
    ) -> Card:
        """The time left is a mean over the next open tasks times how many are open: exact would read them all."""
        sample = self._workspace.lab.loads(row.id, limit=SAMPLE) if row.open > 0 else []
        each = sum(_left_ms(pace, load) for load in sample) / len(sample) if sample else 0
        batch = batch_from_json(json.loads(row.payload), signed=row.signed)
        blobs = self._files.get(row.id, ())
        return Card(
            batch=batch,
            tasks=row.tasks,
            done=row.submitted,
            left_ms=int(each * row.open),
            offline_ready=all(self._workspace.attachments.complete(sha256) for sha256 in blobs),
            flagged=row.flagged,
            returned=results.get("returned", 0),
            waiting=results.get("ready", 0) + results.get("sent", 0),
            reopened=row.reopened,
            lease_ends=lease_ends,
        )

    def entrance(self, batch: BatchId) -> TaskId | None:
        """The task that a batch opens with: begun work first, then the first open one, else its first task."""
        lab = self._workspace.lab
        loads = lab.loads(batch, limit=1)
        if loads:
            return loads[0].task
        numbers = lab.numbers(batch)
        return lab.rows(numbers[:1])[0].id if numbers else None

    def shift(self, minutes: int) -> ShiftPlan:
        """What fits into these minutes: what is begun first, then in order."""
        pace = self.pace()
        loads = self._next(self._batches(), 200)
        found: Shift = plan(minutes, [Open(load.task, _left_ms(pace, load), load.started) for load in loads])
        rows = {row.id: row for row in self._workspace.lab.task_rows([o.task for o in found.tasks])}
        tasks = tuple(
            ShiftTask(o.task, rows[o.task].title, rows[o.task].number, o.left_ms, o.started)
            for o in found.tasks
        )
        return ShiftPlan(tasks, found.spare_ms)

    def _next(self, batches: Sequence[BatchRow], limit: int) -> list[Load]:
        """What is begun first, then in order; a batch with nothing left is not walked through."""
        lab = self._workspace.lab
        found = [load for row in batches if row.open > 0 for load in lab.loads(row.id, limit=limit)]
        return sorted(found, key=lambda load: not load.started)[:limit]

    def _place(self, pace: Pace, batches: Sequence[BatchRow]) -> Place | None:
        """The last place of work, else the first open task."""
        workspace = self._workspace
        last = workspace.work.last_place()
        rows = workspace.lab.task_rows([last.task]) if last else []
        here = {row.id for row in batches}
        gone = not rows or rows[0].withdrawn is not None or rows[0].batch not in here
        if last is None or gone or rows[0].status == "submitted":
            loads = self._next(batches, 1)
            if not loads:
                return None
            rows, last = workspace.lab.task_rows([loads[0].task]), None
        row = rows[0]
        parsed = self._parse(workspace.lab.task_line(row.id)[0])
        leaves = [c.id for c in parsed.rubric.leaves]
        criterion, panel = None, Panel.RUBRIC
        if last is not None and last.criterion in leaves:
            criterion = CriterionId(last.criterion)
        elif last is not None and last.criterion.startswith("/"):
            found = control_of(last.criterion)
            if found is not None and parsed.asks(found.panel):
                criterion, panel = CriterionId(last.criterion), found.panel
        return Place(
            task=row.id,
            batch=row.batch,
            title=parsed.title,
            number=row.number,
            response=ResponseId(last.response) if last is not None and last.response else None,
            criterion=criterion,
            criterion_number=leaves.index(criterion) + 1 if criterion in leaves else 0,
            criterion_text=parsed.rubric[criterion].text if criterion in leaves else "",
            left_ms=pace.estimate_ms(0 if row.answered else row.characters, row.total - row.answered),
            panel=panel,
        )


def _left_ms(pace: Pace, load: Load) -> int:
    """A started task is read already: only its open criteria count. Half a minute at least."""
    return max(pace.estimate_ms(0 if load.started else load.characters, load.total - load.answered), LEAST_MS)


def _files_by_batch(seen: str) -> dict[str, list[Digest]]:
    """The attachments of each batch, as the lab's assignments name them; most labs have none, and nothing is read."""
    if '"attachments":[{' not in seen:
        return {}
    from app.sync.seen import Seen

    found: dict[str, list[Digest]] = {}
    for assignment in Seen.read(seen).assignments.values():
        if assignment.live:
            found.setdefault(assignment.batch, []).extend(Digest(f.sha256) for f in assignment.attachments)
    return found
