"""Attachments, snapshots and restoring, the golden file, and the writer thread."""

from __future__ import annotations

import itertools
import os
import random
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from app.clock import FixedClock
from app.domain.ids import DeviceId, TaskId, digest
from app.errors import InputError, StorageError, TrustError
from app.storage import snapshots
from app.storage import workspace as workspaces
from app.storage.attachments import CHUNK
from app.storage.rows import NewResult
from app.storage.workspace import Workspace, open_workspace, restore
from app.storage.writer import Writer
from tests.unit.storage.storage_samples import KEY, Make, a_result

T0 = TaskId("b1-t0")


# Attachments


def test_an_attachment_is_resumed_checked_and_read_anywhere(
    empty: Workspace, folder: Path, clock: FixedClock
) -> None:
    data = random.Random(1).randbytes(3 * CHUNK + 1000)
    name = digest(data)
    assert empty.attachments.have(name) == 0
    assert not (folder / "attachments.db").exists()
    at = 0
    for size in (CHUNK, 700, CHUNK, 5, 2 * CHUNK):
        at = empty.attachments.append(name, data[at : at + size], offset=at)
    assert at == empty.attachments.have(name) == len(data)
    empty.close()
    again = open_workspace(folder, KEY, clock)
    attachments = again.attachments
    with pytest.raises(InputError) as caught:
        attachments.open(name)
    assert caught.value.code == "attachment.missing"
    attachments.finish(name)
    assert attachments.all() == [(name, len(data), True)]
    stream = attachments.open(name)
    assert stream.read() == data
    for start in (0, 5, CHUNK - 1, CHUNK, len(data) - 3, len(data) + 10):
        assert stream.seek(start) == start
        assert stream.read(10) == data[start : start + 10]
    assert stream.seek(-4, os.SEEK_END) == len(data) - 4
    assert stream.read() == data[-4:]
    attachments.drop(name)
    assert attachments.all() == []
    assert not attachments.complete(name)
    again.close()


def test_an_attachment_of_other_bytes_is_removed(empty: Workspace) -> None:
    name = digest(b"promised")
    empty.attachments.append(name, b"delivered", offset=0)
    with pytest.raises(TrustError) as caught:
        empty.attachments.finish(name)
    assert caught.value.code == "attachment.digest"
    assert empty.attachments.have(name) == 0
    empty.attachments.finish(digest(b""))
    assert empty.attachments.open(digest(b"")).read() == b""


def test_an_attachment_comes_whole_or_not_at_all(empty: Workspace) -> None:
    data = random.Random(2).randbytes(2 * CHUNK + 7)
    empty.attachments.put(digest(data), data)
    assert empty.attachments.open(digest(data)).read() == data
    with pytest.raises(TrustError) as caught:
        empty.attachments.put(digest(b"promised"), data)
    assert caught.value.code == "attachment.digest"
    assert empty.attachments.all() == [(digest(data), len(data), True)]


def test_the_digest_is_of_what_was_stored_however_it_came(empty: Workspace) -> None:
    one, other = (random.Random(n).randbytes(CHUNK + n) for n in (3, 4))
    names = digest(one), digest(other)
    empty.attachments.append(names[0], one[:700], offset=0)
    empty.attachments.append(names[1], other[:CHUNK], offset=0)
    empty.attachments.append(names[0], one[700:], offset=700)
    empty.attachments.append(names[1], other[CHUNK:], offset=CHUNK)
    for name, data in zip(names, (one, other), strict=True):
        empty.attachments.finish(name)
        assert empty.attachments.open(name).read() == data


def test_bytes_go_only_where_the_attachment_ends(empty: Workspace) -> None:
    name = digest(b"ab")
    empty.attachments.append(name, b"a", offset=0)
    for offset in (0, 2):
        with pytest.raises(InputError) as caught:
            empty.attachments.append(name, b"b", offset=offset)
        assert caught.value.code == "attachment.offset"
    empty.attachments.append(name, b"b", offset=1)
    empty.attachments.finish(name)
    with pytest.raises(InputError):
        empty.attachments.append(name, b"c", offset=2)


# Snapshots


def test_snapshots_are_whole_and_the_last_three_are_kept(
    workspace: Workspace, folder: Path, clock: FixedClock, edit: Make
) -> None:
    workspace.work.record([edit()])
    taken = []
    for _ in range(4):
        taken.append(workspace.snapshot())
        clock.advance(1)
    assert workspace.snapshots() == taken[:0:-1]
    assert {p.name for p in (folder / "snapshots").iterdir()} == {p.name for p in taken[1:]}
    assert taken[-1].stat().st_mode & 0o077 == 0


def test_two_snapshots_at_one_moment_do_not_overwrite(workspace: Workspace) -> None:
    first, second = workspace.snapshot(), workspace.snapshot()
    assert workspace.snapshots() == [second, first]


def test_a_snapshot_needs_room_before_it_writes(
    workspace: Workspace, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        snapshots.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10_000, 9_000, 1_000)
    )
    with pytest.raises(StorageError) as caught:
        workspace.snapshot()
    assert caught.value.code == "storage.disk_full"
    assert list((folder / "snapshots").iterdir()) == []


def test_restoring_sets_the_damaged_file_aside_and_takes_a_new_device(
    workspace: Workspace, folder: Path, clock: FixedClock, edit: Make
) -> None:
    workspace.work.record([edit()])
    snapshot = workspace.snapshot()
    workspace.work.record([edit(path="/comment", new="later")])
    workspace.close()
    damaged = os.urandom(9000)
    (folder / "workspace.db").write_bytes(damaged)
    with pytest.raises(StorageError):
        open_workspace(folder, KEY, clock)
    back = restore(folder, KEY, snapshot, DeviceId("device-2"), clock)
    assert (back.identity.device, back.identity.restored) == ("device-2", True)
    assert back.work.review(T0).values == {edit().path: "met"}
    back.work.record([edit(path="/comment", new="again", device=DeviceId("device-2"))])
    assert back.journal_seq() == 1
    assert [e.device for e in back.work.edits(T0)] == ["device-1", "device-2"]
    assert back.verify_journal() == []
    back.close()
    aside = [p for p in folder.iterdir() if p.name.startswith("aside-")]
    assert [p.read_bytes() for p in aside if p.name.endswith("workspace.db")] == [damaged]
    opened = open_workspace(folder, KEY, clock)
    assert opened.identity.restored
    assert opened.snapshots() == [snapshot]
    opened.close()


def test_a_restore_that_broke_off_ends_at_the_next_opening(
    workspace: Workspace, folder: Path, clock: FixedClock, edit: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old file was set aside already: no moment without a workspace, none under the old device's name."""

    def broken(*_: object) -> None:
        raise StorageError("storage.io", "The power went.")

    workspace.work.record([edit()])
    snapshot = workspace.snapshot()
    workspace.work.record([edit(path="/comment", new="later")])
    workspace.close()
    before, log = (folder / "workspace.db").read_bytes(), os.urandom(5000)
    (folder / "workspace.db-wal").write_bytes(log)
    with monkeypatch.context() as patched:
        patched.setattr("app.storage.snapshots.finish", broken)
        with pytest.raises(StorageError):
            restore(folder, KEY, snapshot, DeviceId("device-2"), clock)
    assert not (folder / "workspace.db").exists()
    opened = open_workspace(folder, KEY, clock)
    assert (opened.identity.device, opened.identity.restored) == ("device-2", True)
    assert opened.work.review(T0).values == {edit().path: "met"}
    assert opened.check() == []
    opened.close()
    (aside,) = folder.glob("aside-*workspace.db")
    assert aside.read_bytes() == before
    assert aside.with_name(f"{aside.name}-wal").read_bytes() == log
    assert not list(folder.glob("workspace.restoring*")) + list(folder.glob("workspace.copy*"))


def test_a_damaged_snapshot_replaces_nothing(workspace: Workspace, folder: Path, clock: FixedClock) -> None:
    snapshot = workspace.snapshot()
    workspace.close()
    data = bytearray(snapshot.read_bytes())
    data[len(data) // 2] ^= 1
    snapshot.write_bytes(data)
    with pytest.raises(StorageError) as caught:
        restore(folder, KEY, snapshot, DeviceId("device-2"), clock)
    assert caught.value.code == "storage.damaged"
    opened = open_workspace(folder, KEY, clock)
    assert opened.identity.device == "device-1"
    opened.close()


# Golden files: each released schema opens, also with a hot WAL

GOLDEN = Path(__file__).resolve().parents[2] / "data"


@pytest.mark.parametrize("golden", sorted(p.name for p in GOLDEN.glob("workspace-schema-*")))
def test_a_workspace_of_every_released_schema_opens(golden: str, tmp_path: Path, clock: FixedClock) -> None:
    copy = tmp_path / golden
    shutil.copytree(GOLDEN / golden, copy)
    key = bytes.fromhex((copy / "key.hex").read_text(encoding="ascii").strip())
    assert (copy / "workspace.db-wal").stat().st_size > 0
    opened = open_workspace(copy, key, clock)
    assert opened.check() == []
    assert opened.lab.tasks() == ["b1-t0", "b1-t1", "b1-t2"]
    review = opened.work.review(T0)
    assert review.comment == "only in the write-ahead log"
    assert opened.work.history().undo
    assert [row.state for row in opened.outbox.all()] == ["ready"]
    assert opened.search("ambulance")
    assert opened.search("write-ahead")[0].task == T0
    opened.close()


def test_there_is_a_golden_file_of_every_schema() -> None:
    from app.storage.migrations import STEPS

    assert len(list(GOLDEN.glob("workspace-schema-*"))) == len(STEPS)


# The writer


class Heard:
    """What the writer's callbacks said."""

    def __init__(self) -> None:
        self.done: list[object] = []
        self.failed: list[str] = []

    def fail(self, error: Exception) -> None:
        self.failed.append(type(error).__name__)


@pytest.fixture
def heard() -> Heard:
    return Heard()


def test_work_is_acknowledged_in_order_and_after_the_commit(
    workspace: Workspace, edit: Make, heard: Heard
) -> None:
    writer = Writer(workspace, heard.fail)
    gate = threading.Event()
    writer.submit(lambda ws: gate.wait(10))
    values: list[str | None] = [None, *"abcdefgh"]
    seen: list[str] = []

    def done(seq: int) -> None:
        heard.done.append(seq)
        seen.append(workspace.work.review(T0).comment)

    for old, new in itertools.pairwise(values):
        one = edit(path="/comment", old=old, new=new)
        writer.submit(lambda ws, one=one: ws.work.record([one]), done, heard.fail)
    gate.set()
    assert writer.flush(10)
    assert heard.done == list(range(1, 9))
    assert seen[-1] == "h"
    assert heard.failed == []
    writer.close()
    assert writer.flush()
    with pytest.raises(RuntimeError, match="closed"):
        writer.submit(lambda ws: None)


def test_one_failure_in_a_group_takes_no_other_with_it(
    workspace: Workspace, edit: Make, heard: Heard
) -> None:
    writer = Writer(workspace, heard.fail)
    gate = threading.Event()
    writer.submit(lambda ws: gate.wait(10))
    for edits in ([edit()], [edit(path="/comment", new="x"), edit(old=None)], [edit("b1-t1")]):
        writer.submit(lambda ws, edits=edits: ws.work.record(edits), heard.done.append, heard.fail)
    writer.submit(lambda ws: ws.work.record([edit("b1-t2", old="stale")]))
    gate.set()
    writer.close()
    assert heard.done == [1, 2]
    assert heard.failed == ["InputError", "InputError"]
    assert workspace.work.review(T0).comment == ""
    assert workspace.work.review(TaskId("b1-t1")).values
    assert workspace.verify_journal() == []


def test_a_faulty_callback_does_not_stop_the_saving(workspace: Workspace, edit: Make, heard: Heard) -> None:
    def faulty(_: object) -> None:
        raise KeyError("faulty")

    writer = Writer(workspace, heard.fail)
    writer.submit(lambda ws: ws.work.record([edit()]), faulty)
    writer.submit(lambda ws: ws.work.record([edit("b1-t1")]), heard.done.append)
    writer.close()
    assert (heard.done, heard.failed) == ([2], ["KeyError"])


def test_a_closed_workspace_tells_everyone_who_waits(workspace: Workspace, edit: Make, heard: Heard) -> None:
    writer = Writer(workspace, heard.fail)
    workspace.close()
    writer.submit(lambda ws: ws.work.record([edit()]), heard.done.append, heard.fail)
    writer.close()
    assert (heard.done, heard.failed) == ([], ["StorageError"])


def test_reading_goes_on_in_many_threads_while_one_writes(workspace: Workspace, edit: Make) -> None:
    errors: list[BaseException] = []
    stop = threading.Event()

    def read() -> None:
        try:
            while not stop.is_set():
                assert len(workspace.lab.task_line(T0)[0]) > 100
                workspace.work.review(T0)
        except BaseException as exc:  # noqa: BLE001 — shown by the assertion below
            errors.append(exc)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    old: str | None = None
    for n in range(50):
        workspace.work.record([edit(path="/comment", old=old, new=f"v{n}")])
        old = f"v{n}"
    stop.set()
    for thread in threads:
        thread.join()
    assert errors == []


def test_an_interrupted_query_is_cancelled_and_the_connection_lives(workspace: Workspace) -> None:
    from app.errors import Cancelled

    slow = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c"
    caught: list[BaseException] = []
    thread = threading.Thread(target=lambda: _catch(lambda: workspace._db.value(slow), caught))
    thread.start()
    while thread.is_alive():
        workspace.interrupt(thread.ident or 0)
        thread.join(0.01)
    assert [type(error) for error in caught] == [Cancelled]


def _catch(call: Callable[[], object], caught: list[BaseException]) -> None:
    try:
        call()
    except BaseException as exc:  # noqa: BLE001 — handed to the test's own thread
        caught.append(exc)


def test_identity_changes_but_never_the_device(workspace: Workspace, folder: Path, clock: FixedClock) -> None:
    from dataclasses import replace

    workspace.set_identity(replace(workspace.identity, kid="kid-2"))
    with pytest.raises(ValueError, match="device"):
        workspace.set_identity(replace(workspace.identity, device=DeviceId("x")))
    workspace.close()
    again = open_workspace(folder, KEY, clock)
    assert again.identity.kid == "kid-2"
    again.close()


def test_a_full_disk_rolls_back_and_what_was_saved_is_there(
    workspace: Workspace, edit: Make, folder: Path, clock: FixedClock
) -> None:
    """SQLite's own limit on pages stands for the disk: the same code, at the same place, every time."""
    pages = workspace._db.value("PRAGMA page_count")
    with workspace._db.raw() as connection:
        connection.execute(f"PRAGMA max_page_count={pages + 2}").fetchone()
    saved, codes, old = 0, set(), None
    for n in range(50):
        new = f"{n} " + "x" * 3000
        try:
            workspace.work.record([edit(path="/comment", old=old, new=new)])
            saved, old = n + 1, new
        except StorageError as exc:
            codes.add(exc.code)
    assert codes == {"storage.disk_full"}
    assert workspace.journal_seq() == saved
    with pytest.raises(StorageError) as caught:
        workspace.work.submit(
            [edit(path="/status", new="submitted")], lambda _: NewResult(*_as_tuple(a_result("x" * 50_000)))
        )
    assert caught.value.code == "storage.disk_full"
    assert workspace.outbox.all() == []
    heard: list[str] = []
    writer = Writer(workspace, lambda error: heard.append("unhandled"))
    gate = threading.Event()
    writer.submit(
        lambda ws: gate.wait(10), lambda _: heard.append("gate"), lambda _: heard.append("gate failed")
    )
    big = edit(path="/comment", old=old, new="y" * 50_000)
    writer.submit(lambda ws: ws.work.record([big]), None, lambda error: heard.append(str(error)))
    writer.submit(lambda ws: ws.work.note("x"), None, lambda error: heard.append(str(error)))
    gate.set()
    writer.close()
    assert heard == ["gate failed", "The disk is full.", "The disk is full."]
    assert workspace.verify_journal() == []
    with workspace._db.raw() as connection:
        connection.execute("PRAGMA max_page_count=1000000").fetchone()
    workspace.work.record([big])
    assert workspace.work.review(T0).comment == "y" * 50_000
    workspace.close()
    again = open_workspace(folder, KEY, clock)
    assert again.check() == []
    again.close()


def _as_tuple(result: NewResult) -> tuple[object, ...]:
    return (result.result, result.revision, result.digest, result.payload, result.document)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, clock: FixedClock) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"")
    from tests.unit.storage.storage_samples import identity

    with pytest.raises(StorageError) as caught:
        workspaces.create(file / "lab", KEY, identity(), clock)
    assert caught.value.code == "storage.io"
