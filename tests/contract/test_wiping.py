"""J1: a batch wiped with every copy, a lab with its key; what was not sent stays; a lease long over lets content go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.clock import FixedClock
from app.domain.edits import Edit
from app.domain.ids import DeviceId, TaskId
from app.errors import InputError, StorageError
from app.services.sending import Sending
from app.services.wiping import GRACE, Wiped, expire, wipe_batch
from app.storage import driver
from app.sync.connectors.lab import LabConnector
from app.wire.signatures import PrivateKey
from tests.contract.sync_rig import Laptop, connector, laptop, new_lab, serving
from tests.contract.test_sync_heals import session_of
from tests.hostile.lying_lab import quarantined

CANARY = "xanthoproteic"


@pytest.fixture
def expert(tmp_path: Path) -> Iterator[Laptop]:
    link = new_lab(tmp_path / "lab", 6)
    with serving(tmp_path / "lab"):
        found = laptop(tmp_path / "ws", link)
        found.sync()
        yield found
        found.workspace.close()


def comment(expert: Laptop, task: str) -> None:
    edit = Edit(
        f"e-{task}", DeviceId(expert.workspace.identity.device), TaskId(task), "/comment", None,
        f"{CANARY} {task}", datetime(2026, 11, 22, tzinfo=UTC), f"g-{task}",
    )  # fmt: skip
    expert.workspace.work.record([edit])


def clear_bytes(path: Path) -> bytes:
    """Every page of a file, decrypted: what a holder of the key could find in it."""
    connection = driver.connect(path, bytes(range(32)), readonly=True)
    try:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        found = []
        for (name,) in rows:
            for row in connection.execute(f'SELECT * FROM "{name}"'):
                found.append(repr(row))
        return "\n".join(found).encode()
    finally:
        connection.close()


def test_a_wiped_batch_is_nowhere(expert: Laptop) -> None:
    workspace, session = expert.workspace, session_of(expert)
    (batch,) = workspace.lab.batches()
    comment(expert, "t1")
    expert.submit("t2")
    with pytest.raises(InputError) as caught:
        wipe_batch(session, batch.id)
    assert caught.value.code == "wipe.unsent"
    expert.sync()
    with pytest.raises(InputError) as caught:
        wipe_batch(session, batch.id)
    assert caught.value.code == "wipe.begun"
    workspace.snapshot()
    assert len(workspace.lab.tasks()) == 6
    done = wipe_batch(session, batch.id, begun=True)
    assert (done.tasks, done.kept, done.snapshot) == (6, 0, True)
    assert workspace.lab.batches() == []
    assert workspace.search("What of") == []
    copies = workspace.snapshots()
    assert len(copies) == 1
    for path in (workspace.folder / "workspace.db", *copies):
        content = clear_bytes(path)
        assert CANARY.encode() not in content
        assert b"What of 1" not in content
    (row,) = workspace.outbox.all()
    assert (row.state, row.document, row.reason) == ("receipted", b"", "wiped")
    assert row.receipt is not None
    assert workspace.check() == []
    # The lab still offers it; it does not come back by itself.
    for from_start in (False, True):
        report = expert.sync(from_start=from_start)
        assert (report.pulled, report.resent, report.refused) == (0, 0, [])
    assert workspace.lab.batches() == []
    assert quarantined(expert) == []


def test_a_lease_long_over_lets_the_content_go_but_never_what_is_unsent(expert: Laptop) -> None:
    workspace, session = expert.workspace, session_of(expert)
    (lease,) = {a.lease_until for a in workspace.lab.assignments()}
    assert lease is not None
    end = datetime.fromisoformat(lease)
    comment(expert, "t1")
    expert.submit("t2")
    expert.sync()
    expert.submit("t3")
    assert expire(session, end + GRACE - timedelta(days=1)) == []
    (done,) = expire(session, end + GRACE + timedelta(days=1))
    assert (done.tasks, done.kept) == (4, 2)
    assert workspace.lab.tasks() == ["t1", "t3"]
    assert workspace.work.review(TaskId("t1")).comment == f"{CANARY} t1"
    assert expire(session, end + GRACE + timedelta(days=2)) == []
    assert expert.sync().receipted == 1
    assert workspace.outbox.counts() == {"receipted": 2}
    assert workspace.check() == []
    clock = FixedClock(end + GRACE + timedelta(days=3))

    def connect(url: str, key: PrivateKey | None, cancelled: Callable[[], bool]) -> LabConnector:
        return connector(url, key, expert.clock)

    Sending(clock, connect).sync(session)
    assert workspace.lab.tasks() == ["t1"]


@pytest.mark.parametrize("again", ["wipe", "sync"])
def test_a_wipe_that_broke_off_is_finished_by_the_same_again_or_by_a_sync(expert: Laptop, again: str) -> None:
    """The rows were gone, but the copies could not be taken away: that is told, and not forgotten."""
    workspace, session = expert.workspace, session_of(expert)
    (batch,) = [one.id for one in workspace.lab.batches()]
    comment(expert, "t1")
    before = workspace.snapshot().read_bytes()
    copy = workspace.folder / "snapshots" / "9.db"
    stuck = workspace.folder / "snapshots" / "0.db"
    stuck.mkdir()
    with pytest.raises(StorageError) as caught:
        wipe_batch(session, batch, begun=True)
    assert (caught.value.code, workspace.lab.batches()) == ("storage.io", [])
    stuck.rmdir()
    copy.write_bytes(before)  # as one that was not reached
    assert CANARY.encode() in clear_bytes(copy)
    if again == "wipe":
        assert wipe_batch(session, batch) == Wiped(0, 0, snapshot=True)
    else:
        assert expire(session, expert.clock.now()) == []
    assert not copy.exists()
    assert not any(CANARY.encode() in clear_bytes(one) for one in workspace.snapshots())
    with pytest.raises(InputError):
        wipe_batch(session, batch)
