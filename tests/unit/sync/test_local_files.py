"""A file as a source: a batch that this device signs, marked as unsigned, in the local workspace."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.clock import FixedClock
from app.domain.batch import PolicyRef
from app.domain.ids import BatchId, DeviceId, ExpertId, LabId, TaskId
from app.errors import InputError
from app.services.syncing import WorkspaceStore
from app.storage.rows import WorkspaceIdentity
from app.storage.workspace import create
from app.sync.connectors.files import About, local_batch
from app.wire.models import parse
from app.wire.signatures import KeySet, verify
from app.wire.work import Batch
from tests.contract.sync_rig import task
from tests.unit.wire.wire_fixtures import private_key

KEY, NOW = private_key(7), datetime(2026, 11, 1, tzinfo=UTC)
ABOUT = About(BatchId("local-1"), "My file", "law", "en", PolicyRef("healthbench"), "seed")
LOCAL = LabId("local")


def test_a_file_becomes_a_batch_of_this_device(tmp_path: Path) -> None:
    made = local_batch((task(n) for n in range(1, 121)), ABOUT, LOCAL, KEY, NOW)
    verified = verify(made.document, KeySet([KEY.public]), Batch.typ())
    batch = parse(Batch, verified.payload)
    assert (made.tasks, [f.count for f in batch.files]) == (120, [50, 50, 20])
    identity = WorkspaceIdentity(LOCAL, "", "", ExpertId("me"), DeviceId("d"), KEY.kid, local=True)
    workspace = create(tmp_path / "ws", bytes(32), identity, FixedClock(NOW))
    WorkspaceStore(workspace).apply(made.changes, None, lambda _: None)
    (row,) = workspace.lab.batches()
    assert (row.signed, row.tasks, row.title) == (False, 120, "My file")
    assert len(workspace.lab.tasks()) == 120
    assert workspace.lab.task_row(TaskId("t7")).seed == "seed"
    kept = workspace.lab.document("local/local-1")
    assert kept is not None
    assert kept.document == made.document
    workspace.close()


def test_no_task_and_a_bad_task() -> None:
    with pytest.raises(InputError) as caught:
        local_batch([], ABOUT, LOCAL, KEY, NOW)
    assert caught.value.code == "import.empty"
    with pytest.raises(InputError) as caught:
        local_batch([task(1), task(2, responses=[])], ABOUT, LOCAL, KEY, NOW)
    assert caught.value.where == "task 2"
