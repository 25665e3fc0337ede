"""One sync with a Label Studio project: new tasks become a local batch, finished results become annotations, once.

Its server signs nothing and gives no receipts. So the batch is signed by this device and marked as unsigned; our
signed result rides in the annotation's `result[].meta`; and what counts as delivered is what was read back: the
annotation with our number, holding our document. A resend answers 409, since `unique_id` is the same each time.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from app.clock import Clock
from app.domain.batch import PolicyRef
from app.domain.ids import BatchId, LabId, TaskId, digest
from app.domain.times import to_text
from app.errors import InputError, RefusedError
from app.sync.connectors.files import About, local_batch
from app.sync.connectors.label_studio import LabelStudio, Project
from app.sync.planner import Refusal
from app.sync.protocols import Due, Progress, Refused, Store, VerifiedReceipt
from app.sync.report import SyncReport
from app.wire import jsonio
from app.wire.signatures import PrivateKey, members, unbase64

PROJECT, TOKEN, LAST, BATCHES, LOST = (
    "studio.project", "studio.token", "studio.last", "studio.batches", "studio.losses",
)  # fmt: skip
"""Of the workspace's state: where the tasks come from, and up to which one they are here."""
NAMESPACE = uuid.UUID("5b2d5d4e-6a3e-5c40-9d67-a55a7e571001")
META = "assay"
AT_ONCE = 50


class Mapper(Protocol):
    """Label Studio's shapes and ours; `app.formats` holds them."""

    def lines(
        self, project: Project, tasks: Iterable[Mapping[str, Any]], prefix: str
    ) -> tuple[list[dict[str, Any]], list[tuple[int, str]], list[str]]:
        """(task lines, (number, reason) of those that cannot be asked here, losses)."""

    def regions(self, line: bytes, judgement: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The `result` of an annotation."""


@dataclass
class StudioSync:
    """line_of: the stored line of a task. expert, lab: as the workspace names them."""

    store: Store
    studio: LabelStudio
    mapper: Mapper
    key: PrivateKey
    lab: LabId
    clock: Clock
    line_of: Callable[[TaskId], bytes]
    progress: Progress = lambda done, total, what: None
    report: SyncReport = field(default_factory=SyncReport)

    def run(self) -> SyncReport:
        """Fetch, then send. Raises OfflineError, RefusedError, Cancelled; what came before is kept."""
        self.fetch()
        self.send()
        self.report.waiting = self.store.waiting()
        return self.report

    # Fetching

    def fetch(self) -> None:
        project = self.studio.project(int(self.store.state(PROJECT) or 0))
        last = int(self.store.state(LAST) or 0)
        tasks = []
        for task in self.studio.tasks(project.id, last):
            tasks.append(task)
            self.progress(len(tasks), len(tasks), "tasks")
        if not tasks:
            return
        lines, skipped, losses = self.mapper.lines(project, tasks, f"ls-{project.id}")
        for number, reason in skipped:
            self.report.refused.append(Refusal("task", str(number), "studio.task", reason, b""))
        state = {LAST: str(tasks[-1]["id"]), LOST: "\n".join(losses)}
        if not lines:
            for key, value in state.items():
                self.store.set_state(key, value)
            return
        part = int(self.store.state(BATCHES) or 0) + 1
        batch = BatchId(f"ls-{project.id}-{part}")
        title = project.title if part == 1 else f"{project.title} ({part})"
        about = About(
            batch,
            title,
            "",
            "",
            PolicyRef("unscored"),
            seed=batch,
            guideline=project.instruction,
            blind=False,
        )
        made = local_batch(lines, about, self.lab, self.key, self.clock.now())
        changes = replace(made.changes, state=state | {BATCHES: str(part)})
        self.store.apply(changes, None, lambda done: self.progress(done, len(lines), "tasks"))
        self.report.pulled = made.tasks

    # Sending

    def send(self) -> None:
        done: set[int] = set()
        while rows := [row for row in self.store.due(AT_ONCE) if row.number not in done]:
            for row in rows:
                done.add(row.number)
                if self.store.mark_sent([row]):
                    self.progress(len(done), len(done), "results")
                    self._deliver(row)

    def _deliver(self, row: Due) -> None:
        payload = jsonio.loads(unbase64(members(row.document)["payload"], "signature.shape"))
        task = _number_of(payload["task"])
        try:
            regions = self.mapper.regions(self.line_of(TaskId(payload["task"])), payload["judgement"])
            if not regions:
                raise InputError("studio.empty", "It holds no answer that Label Studio has a place for.")
            self._put(task, row, payload, regions)
            self.report.pushed += 1
            self._confirm(task, row)
        except (Refused, InputError) as exc:
            if isinstance(exc, Refused) and exc.code == "studio.token":
                raise
            self.store.park(row.number, exc.message)
            self.report.parked += 1
            self.report.refused.append(Refusal("result", row.result, exc.code, exc.message, b""))

    def _put(self, task: int, row: Due, payload: Mapping[str, Any], regions: list[dict[str, Any]]) -> None:
        signed = {META: {"document": row.document.decode(), "sha256": row.digest}}
        active = payload["times"].get("active_ms") or 0
        body = {
            "result": [region | {"meta": signed} for region in regions],
            "lead_time": round(active / 1000, 3),
            "unique_id": str(unique_id(row.result, row.revision)),
            "import_id": import_id(row.result, row.revision),
        }
        before = self._ours(task, row.result, row.revision - 1) if row.revision > 1 else None
        if before is not None and not self._holds(before, row):
            self.studio.change(before["id"], {"result": body["result"], "lead_time": body["lead_time"]})
        elif before is None:
            self.studio.annotate(task, body)

    def _confirm(self, task: int, row: Due) -> None:
        """What stands there now is the receipt, if our document is in it."""
        for revision in range(row.revision, 0, -1):
            found = self._ours(task, row.result, revision)
            if found is not None and self._holds(found, row):
                seen = jsonio.dumps({"readback": found})
                at = to_text(self.clock.now())
                receipt = VerifiedReceipt(row.result, row.revision, row.digest, seen, digest(seen), at)
                self.store.keep_receipts([receipt], {})
                self.report.receipted += 1
                return
        raise RefusedError(
            "studio.readback",
            "Label Studio says that it has the annotation, and does not show it.",
            hint="Your work is safe on this computer. It is looked for again at the next sync.",
        )

    def _ours(self, task: int, result: str, revision: int) -> dict[str, Any] | None:
        wanted = import_id(result, revision)
        return next((a for a in self.studio.annotations(task) if a.get("import_id") == wanted), None)

    @staticmethod
    def _holds(annotation: Mapping[str, Any], row: Due) -> bool:
        """Whether every region of it carries this very document."""
        result = annotation.get("result")
        found: Sequence[Any] = result if isinstance(result, list) else []
        metas = [(r.get("meta") or {}).get(META) or {} for r in found if isinstance(r, dict)]
        return bool(metas) and all(
            m.get("sha256") == row.digest and m.get("document") == row.document.decode() for m in metas
        )


def unique_id(result: str, revision: int) -> uuid.UUID:
    """The annotation's id on the server, the same for every try."""
    return uuid.uuid5(NAMESPACE, f"{result}/{revision}")


def import_id(result: str, revision: int) -> int:
    """The number that the server shows of it: as many bits of the id as every JSON reader keeps exactly."""
    return unique_id(result, revision).int & (2**53 - 1)


def _number_of(task: str) -> int:
    number = task.rpartition("-")[2]
    if not number.isdecimal():
        raise InputError("studio.task", "This result belongs to no task of Label Studio.")
    return int(number)
