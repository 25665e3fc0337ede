"""Results on their way: the next request is with the lab while the receipts of the one before are checked."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from app.errors import Cancelled, StorageError
from app.services.syncing import WorkspaceStore
from app.sync.connectors.lab import LabConnector
from app.sync.protocols import VerifiedReceipt
from app.wire.protocol import ResultsReply
from tests.contract.sync_rig import Laptop, connector, laptop, new_lab, serving

RESULTS = 220
"""Three requests."""


class Line(LabConnector):
    """begun: a request begins. counts: how many results each had."""

    begun: threading.Semaphore
    counts: list[int]

    def push(self, documents: Sequence[bytes]) -> ResultsReply:
        self.counts.append(len(documents))
        self.begun.release()
        return super().push(documents)


@pytest.fixture
def expert(tmp_path: Path) -> Iterator[Laptop]:
    """With more results than go into one request."""
    link = new_lab(tmp_path / "lab", RESULTS)
    with serving(tmp_path / "lab"):
        found = laptop(tmp_path / "ws", link)
        found.sync()
        for task in found.workspace.lab.tasks():
            found.submit(task)
        yield found
        found.workspace.close()


def line_of(expert: Laptop) -> Line:
    line = connector(expert.enrolled.url, expert.key, expert.clock, Line)
    assert isinstance(line, Line)
    line.begun, line.counts = threading.Semaphore(0), []
    return line


def test_receipts_are_kept_while_the_lab_looks_at_what_comes_next(
    expert: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, waited = WorkspaceStore.keep_receipts, []

    def keep_later(
        store: WorkspaceStore, receipts: Sequence[VerifiedReceipt], state: Mapping[str, str]
    ) -> None:
        if not waited:
            waited.append(line.begun.acquire(timeout=10) and line.begun.acquire(timeout=10))
        keep(store, receipts, state)

    monkeypatch.setattr(WorkspaceStore, "keep_receipts", keep_later)
    with line_of(expert) as line:
        report = expert.sync_over(line)
    assert waited == [True]
    assert line.counts == [100, 100, 20]
    assert (report.pushed, report.receipted, report.waiting) == (RESULTS, RESULTS, 0)


def test_a_full_disk_between_two_requests_loses_and_doubles_nothing(
    expert: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StorageError("storage.full", "The disk is full.")

    with monkeypatch.context() as once, line_of(expert) as line:
        once.setattr(WorkspaceStore, "keep_receipts", full)
        with pytest.raises(StorageError):
            expert.sync_over(line)
        assert line.counts == [100, 100]
        assert threading.active_count() == len([t for t in threading.enumerate() if t.name != "assay-ahead"])
    report = expert.sync()
    assert (report.receipted, report.waiting) == (RESULTS, 0)
    assert expert.workspace.outbox.counts() == {"receipted": RESULTS}


def test_cancelled_after_a_request_its_receipts_are_kept(expert: Laptop) -> None:
    stop = threading.Event()
    with line_of(expert) as line, pytest.raises(Cancelled):
        expert.sync_over(
            line, progress=lambda done, total, what: stop.set() if what == "results" else None,
            cancelled=stop.is_set,
        )  # fmt: skip
    assert line.counts == [100, 100]
    assert expert.workspace.outbox.counts() == {"ready": 20, "receipted": 200}
    assert expert.sync().waiting == 0
