"""Opening: encryption really on, the order of checks, the alias, and each kind of damage by its own error."""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.clock import FixedClock
from app.errors import StorageError
from app.storage import driver, migrations
from app.storage.keyid import attachments_key, key_id
from app.storage.workspace import Workspace, create, open_workspace
from tests.unit.storage.storage_samples import CANARY, KEY, Make, identity

OTHER_KEY = bytes(32)


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(StorageError) as caught:
        call()
    assert caught.value.message
    assert caught.value.hint
    return caught.value.code


def test_the_file_is_encrypted_and_the_folder_private(workspace: Workspace, folder: Path) -> None:
    assert (folder / "workspace.db").read_bytes()[:16] != b"SQLite format 3\x00"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "workspace.db").stat().st_mode & 0o077 == 0
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(folder / "workspace.db").execute("SELECT * FROM sqlite_master")


def test_the_connection_is_as_durable_as_it_must_be(workspace: Workspace) -> None:
    with workspace._db.raw() as connection:
        found = {
            name: str(connection.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "trusted_schema")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": "2",
        "foreign_keys": "1",
        "secure_delete": "1",
        "trusted_schema": "0",
    }


def test_every_own_table_is_strict(workspace: Workspace) -> None:
    rows = workspace._db.all(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict"
        " AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_sqlite%' ESCAPE '\\'"
    )
    assert rows == []


@pytest.mark.parametrize("length", [0, 2, 31, 33])
def test_a_key_of_another_length_is_never_taken_as_a_passphrase(tmp_path: Path, length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        driver.connect(tmp_path / "x.db", bytes(length), create=True)
    assert not (tmp_path / "x.db").exists()


def test_the_alias_stands_and_a_returning_insert_is_kept(folder: Path, empty: Workspace) -> None:
    """Without it `query("INSERT … RETURNING")` leaves a savepoint open and what follows is lost."""
    code = f"""
import sys
from pathlib import Path
from app.storage import driver
path = Path({str(folder / "own.db")!r})
key = bytes(range(32))
def step(connection):
    connection.execute("CREATE TABLE t (x TEXT)")
connection = driver.connect(path, key, create=True)
assert "sqlite_utils" not in sys.modules
driver.migrate(connection, "own", {{"1": step}})
import sqlite_utils, sqlcipher3
assert sys.modules["pysqlite3"] is sqlcipher3
assert sqlite_utils.utils.OperationalError is sqlcipher3.dbapi2.OperationalError
db = sqlite_utils.Database(connection, execute_plugins=False)
assert list(db.query("INSERT INTO t VALUES ('a') RETURNING x")) == [{{"x": "a"}}]
db.table("t").insert({{"x": "b"}})
connection.close()
print(driver.connect(path, key).execute("SELECT count(*) FROM t").fetchone()[0])
"""
    assert run(code) == "2"


def test_opening_a_current_workspace_imports_no_slow_library(folder: Path, workspace: Workspace) -> None:
    workspace.close()
    code = f"""
import sys
from pathlib import Path
from app.clock import SystemClock
from app.domain.codec import task_from_json
from app.storage.workspace import open_workspace
ws = open_workspace(Path({str(folder)!r}), bytes(range(32)), SystemClock())
ws.lab.task_line(ws.lab.tasks()[0])
ws.close()
print([m for m in ("sqlite_utils", "pydantic", "cryptography", "joserfc", "httpx2", "keyring") if m in sys.modules])
"""
    assert run(code) == "[]"


def run(code: str) -> str:
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


# The map of errors: each kind of damage has one


def test_wrong_key_and_missing(folder: Path, workspace: Workspace, clock: FixedClock, tmp_path: Path) -> None:
    workspace.close()
    assert code_of(lambda: open_workspace(folder, OTHER_KEY, clock)) == "storage.wrong_key"
    assert code_of(lambda: open_workspace(tmp_path / "none", KEY, clock)) == "storage.missing"
    assert code_of(lambda: create(folder, KEY, identity(), clock)) == "storage.exists"
    open_workspace(folder, KEY, clock).close()


def flip(at: int) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        data = bytearray(path.read_bytes())
        data[at] ^= 0xFF
        path.write_bytes(data)

    return damage


DAMAGE: dict[str, Callable[[Path], None]] = {
    "a bit of the first page": flip(100),
    "a bit of the salt": flip(3),
    "emptied": lambda path: path.write_bytes(b""),
    "cut below one page": lambda path: path.write_bytes(path.read_bytes()[:1000]),
    "garbage": lambda path: path.write_bytes(os.urandom(8192)),
    "removed": lambda path: path.unlink(),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_at_the_start_is_named_at_opening(
    kind: str, folder: Path, workspace: Workspace, clock: FixedClock
) -> None:
    workspace.close()
    DAMAGE[kind](folder / "workspace.db")
    expected = "storage.missing" if kind == "removed" else "storage.damaged"
    assert code_of(lambda: open_workspace(folder, KEY, clock)) == expected


def test_a_clear_sqlite_file_is_not_taken(folder: Path, workspace: Workspace, clock: FixedClock) -> None:
    workspace.close()
    (folder / "workspace.db").unlink()
    clear = sqlite3.connect(folder / "workspace.db")
    clear.execute("CREATE TABLE t (x)")
    clear.commit()
    clear.close()
    assert code_of(lambda: open_workspace(folder, KEY, clock)) == "storage.damaged"


def test_an_empty_encrypted_file_is_not_taken(folder: Path, workspace: Workspace, clock: FixedClock) -> None:
    workspace.close()
    (folder / "workspace.db").unlink()
    connection = driver.connect(folder / "workspace.db", KEY, create=True)
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    assert code_of(lambda: open_workspace(folder, KEY, clock)) == "storage.damaged"


@pytest.mark.parametrize("how", ["bit", "cut"])
def test_damage_further_on_is_found_by_the_check(
    how: str, folder: Path, workspace: Workspace, clock: FixedClock, edit: Make
) -> None:
    workspace.work.record([edit()])
    workspace.close()
    path = folder / "workspace.db"
    data = bytearray(path.read_bytes())
    if how == "bit":
        data[len(data) - 5000] ^= 1
    else:
        del data[len(data) // 2 // 4096 * 4096 :]
    path.write_bytes(data)
    assert found_in(folder, clock)


def found_in(folder: Path, clock: FixedClock) -> list[str]:
    """What opening and checking name."""
    try:
        opened = open_workspace(folder, KEY, clock)
    except StorageError as exc:
        return [exc.code]
    with contextlib.closing(opened):
        return [problem.code for problem in opened.check()]


def test_after_damage_the_undamaged_part_can_still_be_written(
    folder: Path, workspace: Workspace, clock: FixedClock
) -> None:
    """A connection that saw SQLITE_CORRUPT refuses writes with "readonly": it must have been opened anew."""
    root = workspace._db.value("SELECT rootpage FROM sqlite_master WHERE name = 'line'")
    workspace.close()
    flip((root - 1) * 4096 + 200)(folder / "workspace.db")
    opened = open_workspace(folder, KEY, clock)
    assert code_of(lambda: opened.lab.task_line(opened.lab.tasks()[0])) == "storage.damaged"
    with pytest.raises(StorageError) as caught, opened.together():
        opened._db.run("UPDATE line SET bytes = x'00'")
    assert caught.value.code == "storage.damaged"
    opened.work.set_note("key", "value")
    assert opened.work.note("key") == "value"
    opened.close()


def test_a_newer_schema_is_refused(folder: Path, workspace: Workspace, clock: FixedClock) -> None:
    with workspace.together():
        workspace._db.run(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('workspace', '9999_later', '')"
        )
    workspace.close()
    assert code_of(lambda: open_workspace(folder, KEY, clock)) == "storage.too_new"
    assert code_of(lambda: open_workspace(folder, KEY, clock, readonly=True)) == "storage.too_new"


def test_an_older_schema_is_upgraded_but_not_by_a_reader(
    folder: Path, workspace: Workspace, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.close()
    monkeypatch.setitem(
        migrations.STEPS, "0002_more", migrations._script("CREATE TABLE more (x TEXT) STRICT")
    )
    assert code_of(lambda: open_workspace(folder, KEY, clock, readonly=True)) == "storage.upgrade"
    opened = open_workspace(folder, KEY, clock)
    assert opened._db.all("SELECT * FROM more") == []
    assert len(opened.lab.tasks()) == 3
    opened.close()


def test_a_failing_migration_leaves_everything_as_it_was(
    folder: Path, workspace: Workspace, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.close()
    bad = migrations._script("CREATE TABLE more (x TEXT) STRICT;\nINSERT INTO nowhere VALUES (1)")
    with monkeypatch.context() as patch:
        patch.setitem(migrations.STEPS, "0002_bad", bad)
        with pytest.raises(driver.Error):
            open_workspace(folder, KEY, clock)
    opened = open_workspace(folder, KEY, clock)
    assert opened._db.one("SELECT 1 FROM sqlite_master WHERE name = 'more'") is None
    opened.close()


def test_one_writer_a_workspace(folder: Path, workspace: Workspace, clock: FixedClock) -> None:
    assert code_of(lambda: open_workspace(folder, KEY, clock)) == "storage.in_use"
    reader = open_workspace(folder, KEY, clock, readonly=True)
    assert len(reader.lab.tasks()) == 3
    with pytest.raises(RuntimeError, match="read-only"):
        reader.work.set_note("a", "b")
    reader.close()


def test_another_process_is_refused_and_let_in_afterwards(
    folder: Path, workspace: Workspace, clock: FixedClock
) -> None:
    code = f"""
from pathlib import Path
from app.clock import SystemClock
from app.errors import StorageError
from app.storage.workspace import open_workspace
try:
    open_workspace(Path({str(folder)!r}), bytes(range(32)), SystemClock()).close()
    print("opened")
except StorageError as exc:
    print(exc.code)
"""
    assert run(code) == "storage.in_use"
    workspace.close()
    assert run(code) == "opened"


def test_a_failed_opening_lets_the_next_one_in(folder: Path, workspace: Workspace, clock: FixedClock) -> None:
    workspace.close()
    assert code_of(lambda: open_workspace(folder, OTHER_KEY, clock)) == "storage.wrong_key"
    with open(folder / "lock", "rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_closing_drops_the_key(workspace: Workspace) -> None:
    task = workspace.lab.tasks()[0]
    workspace.close()
    workspace.close()
    assert code_of(lambda: workspace.lab.task_line(task)) == "storage.closed"
    assert code_of(lambda: workspace.work.set_note("a", "b")) == "storage.closed"
    assert code_of(lambda: workspace.attachments.all()) == "storage.closed"
    assert KEY not in vars(workspace._db).values()


def test_a_creation_cut_short_can_be_made_again(folder: Path, clock: FixedClock) -> None:
    folder.mkdir()
    (folder / "workspace.db").write_bytes(os.urandom(5000))
    created = create(folder, KEY, identity(), clock)
    assert created.identity == identity()
    created.close()


def test_without_the_side_file_the_right_key_still_opens(
    folder: Path, workspace: Workspace, clock: FixedClock
) -> None:
    workspace.close()
    (folder / "workspace.json").write_text("{", encoding="utf-8")
    assert code_of(lambda: open_workspace(folder, OTHER_KEY, clock)) == "storage.damaged"
    open_workspace(folder, KEY, clock).close()


def test_the_key_id_tells_nothing_and_keys_are_apart() -> None:
    assert key_id(KEY) != key_id(OTHER_KEY)
    assert len(key_id(KEY)) == 16
    assert attachments_key(KEY) not in (KEY, attachments_key(OTHER_KEY))
    assert KEY.hex()[:8] not in key_id(KEY)


def test_no_word_of_a_task_stands_in_any_file(folder: Path, workspace: Workspace, edit: Make) -> None:
    """A byte search over every file while the workspace is open, hot WAL and snapshot too."""
    workspace.work.record([edit(path="/comment", new=f"my {CANARY}")])
    workspace.lab.put_rendered("k", CANARY.encode())
    workspace.lab.quarantine("code", CANARY, "feed", CANARY.encode())
    workspace.attachments.append(_digest_of(CANARY), CANARY.encode() * 1000, offset=0)
    workspace.snapshot()
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy)
    workspace.close()
    files = [path for where in (folder, copy) for path in where.rglob("*") if path.is_file()]
    assert {"workspace.db", "workspace.db-wal", "attachments.db", "lock", "workspace.json"} <= {
        f.name for f in files
    }
    for path in files:
        data = path.read_bytes()
        for needle in (
            CANARY.encode(),
            CANARY.encode("utf-16-le"),
            b"Saint Mary",
            "胸口".encode(),
            KEY,
            b"lab-1",
        ):
            assert needle not in data, path


def _digest_of(text: str) -> str:
    from app.domain.ids import digest

    return digest(text.encode() * 1000)


def test_a_flip_or_a_cut_anywhere_is_named(
    folder: Path, workspace: Workspace, clock: FixedClock, edit: Make, tmp_path: Path
) -> None:
    """R15: every byte of every page is under its HMAC; what is cut off is missed by the structure check."""
    workspace.work.record([edit()])
    workspace.close()
    whole = (folder / "workspace.db").read_bytes()
    dice = random.Random(15)
    for n in range(100):
        at = dice.randrange(len(whole))
        if n % 4:
            data = whole[:at] + bytes([whole[at] ^ (1 << dice.randrange(8))]) + whole[at + 1 :]
        else:
            data = whole[:at]
        (folder / "workspace.db").write_bytes(data)
        found = found_in(folder, clock)
        assert found, (n, at)
        assert set(found) <= {"storage.damaged", "pages", "structure"}, (n, at)
        for log in ("workspace.db-wal", "workspace.db-shm"):
            (folder / log).unlink(missing_ok=True)
