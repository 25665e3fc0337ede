"""A real lab on loopback and a real workspace beside it, for the tests of the exchange."""

from __future__ import annotations

import contextlib
import itertools
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.clock import Clock, SystemClock
from app.domain.ids import DeviceId, TaskId, digest, result_id
from app.domain.times import to_text
from app.services.syncing import WorkspaceStore, sync_of
from app.storage.changes import FeedChanges, SignedDocument
from app.storage.rows import NewResult, WorkspaceIdentity
from app.storage.workspace import Workspace, create
from app.sync.connectors.lab import LabConnector
from app.sync.connectors.transfer import Limits
from app.sync.enrolment import Enrolled, enrol, meet
from app.sync.report import SyncReport
from app.wire import jsonio
from app.wire.documents import Result
from app.wire.invitation import read
from app.wire.signatures import PrivateKey, sign
from lab import desk
from lab.lab import Lab, open_lab
from lab.serve import Service

QUICK = Limits(connect_s=2.0, deadline_s=20.0, idle_s=10.0)


def task(number: int, **more: Any) -> dict[str, Any]:
    return {
        "v": 1,
        "id": f"t{number}",
        "title": f"Task {number}",
        "prompt": [{"role": "user", "text": f"What of {number}? 胸痛 👍"}],
        "responses": [{"id": "r1", "text": f"Answer {number}"}, {"id": "r2", "text": "Another"}],
        "rubric": {
            "criteria": [
                {"id": "c1", "text": "Correct", "points": 5},
                {"id": "c2", "text": "Unsafe", "points": -3},
            ]
        },
        **more,
    }


def tasks_file(folder: Path, count: int, start: int = 1) -> Path:
    path = folder / f"tasks-{start}-{count}.jsonl"
    path.write_bytes(b"".join(jsonio.dumps(task(n)) + b"\n" for n in range(start, start + count)))
    return path


@contextlib.contextmanager
def serving(folder: Path, clock: Clock | None = None) -> Iterator[Lab]:
    """The lab of a folder, answering calls until the block ends."""
    with open_lab(folder, clock=clock) as lab:
        service = Service(lab)
        failure: list[BaseException] = []

        def run() -> None:
            try:
                service.run()
            except BaseException as exc:  # noqa: BLE001 — shown by the test's own thread
                failure.append(exc)
                service.ready.set()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            assert service.ready.wait(10)
            assert not failure, failure
            yield lab
        finally:
            service.stop()
            thread.join(10)


@dataclass
class Laptop:
    """One expert's device: key, workspace, and a way to reach the lab."""

    workspace: Workspace
    key: PrivateKey
    enrolled: Enrolled
    clock: Clock
    numbers: Iterator[int]
    limits: Limits = QUICK

    def connector(self, **more: Any) -> LabConnector:
        return connector(self.enrolled.url, self.key, self.clock, limits=self.limits, **more)

    def sync(self, *, from_start: bool = False, **more: Any) -> SyncReport:
        with self.connector() as line:
            return self.sync_over(line, from_start=from_start, **more)

    def sync_over(self, line: Any, *, from_start: bool = False, **more: Any) -> SyncReport:
        given = {
            "progress": lambda done, total, what: None,
            "cancelled": lambda: False,
            "device_jwk": self.key.as_jwk(),
            **more,
        }
        return sync_of(self.workspace, line, self.clock, **given).run(from_start=from_start)

    def submit(
        self, task_id: str, *, revision: int = 1, previous: str | None = None, verdict: str = "met"
    ) -> NewResult:
        """Put a signed result into the outbox, as a submitted review would."""
        row = self.workspace.lab.task_row(TaskId(task_id))
        batch = self.workspace.lab.batch(row.batch)
        result = result_id(row.batch, row.id, self.enrolled.expert)
        payload = jsonio.dumps(
            {
                "v": 1,
                "result": result,
                "revision": revision,
                "previous": previous,
                "expert": self.enrolled.expert,
                "device": self.enrolled.device,
                "sequence": next(self.numbers),
                "lab": self.enrolled.lab,
                "batch": row.batch,
                "batch_digest": batch.digest,
                "task": row.id,
                "task_digest": row.sha256,
                "rubric_version": "1",
                "guideline_version": "1",
                "shown_order": ["r1", "r2"],
                "seed": row.seed or "",
                "judgement": {"responses": {"r1": {"verdicts": {"c1": {"value": verdict}}}}},
                "score": None,
                "times": {"submitted": to_text(self.clock.now())},
                "journal_head": "0",
            }
        )
        new = NewResult(result, revision, digest(payload), payload, sign(Result.typ(), payload, self.key))
        self.workspace.outbox.put(new, task=row.id, batch=row.batch)
        return new

    @property
    def store(self) -> WorkspaceStore:
        return WorkspaceStore(self.workspace)


def connector(
    url: str, key: PrivateKey | None, clock: Clock, kind: type[LabConnector] = LabConnector, **more: Any
) -> LabConnector:
    """A connector that waits for nothing between its tries."""
    ids = itertools.count()
    salt = PrivateKey.generate().kid[:12]
    given = {
        "new_id": lambda: f"{salt}-{next(ids)}",
        "uniform": lambda low, high: 0.0,
        "sleep": lambda seconds: None,
        "limits": QUICK,
        **more,
    }
    return kind(url, key, clock, **given)


def laptop(folder: Path, link: str, clock: Clock | None = None, device: str = "d-1") -> Laptop:
    """Enrol a new device and make its workspace. device: its id; empty: its key's, as the program does."""
    clock = clock or SystemClock()
    key = PrivateKey.generate()
    invitation = read(link)
    with connector(invitation.url, None, clock) as line:
        enrolled = enrol(meet(invitation, line, clock), line, key, DeviceId(device or key.kid), clock)
    identity = WorkspaceIdentity(
        enrolled.lab, enrolled.lab_name, enrolled.url, enrolled.expert, enrolled.device, enrolled.kid
    )
    workspace = create(folder, bytes(range(32)), identity, clock)
    documents = tuple(SignedDocument(d.name, d.version, d.payload, d.document) for d in enrolled.documents)
    workspace.lab.apply(FeedChanges(documents=documents))
    return Laptop(workspace, key, enrolled, clock, itertools.count(1))


def new_lab(
    folder: Path, tasks: int, clock: Clock | None = None, places: Mapping[str, str] | None = None
) -> str:
    """Init, import, invite and assign; the invitation's link. places: its database and blobs."""
    desk.init(folder, name="Lab", clock=clock, **(places or {}))
    with open_lab(folder, clock=clock) as lab:
        batch = desk.import_batch(lab, "auto", tasks_file(folder.parent, tasks), title="First")
        link, expert = desk.invite(lab, "expert", "Ada")
        desk.assign(lab, batch.batch, [expert])
    return link


def lines(documents: Iterator[bytes]) -> list[dict[str, Any]]:
    return [json.loads(d) for d in documents]


__all__ = ["Laptop", "connector", "laptop", "lines", "new_lab", "replace", "serving", "task", "tasks_file"]
