"""A workspace that cannot be opened, read or written: the reason in plain words, the work untouched, a way on."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app import workstation
from app.keys.box import Cost
from app.keys.vault import Vault
from app.services.session import Session
from app.storage import driver
from tests.command_line import PASSPHRASE, ROOT, Program, every_kind, judgement, new_lab, write_lines
from tests.hostile.lying_home import everything
from tests.lab_server import serving


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with four tasks: one submitted, one begun; then a snapshot, and one more begun after it."""
    from lab.lab import open_lab

    folder = tmp_path_factory.mktemp("golden")
    assay = Program(folder / "home")
    tasks = [every_kind(n) for n in range(4)]
    link, _ = new_lab(assay, folder / "lab", write_lines(folder / "t.jsonl", tasks))
    with open_lab(folder / "lab") as lab, serving(lab):
        assay.json("enrol", link)
        assay.json("sync")
    for task in ("kinds-0", "kinds-1"):
        assay.judge(task)
    assay.json("submit", "kinds-0")
    assay.json("backup")
    assay.judge("kinds-2")
    return folder


@pytest.fixture
def assay(golden: Path, tmp_path: Path) -> Program:
    """A copy of that home of one's own."""
    shutil.copytree(golden / "home", tmp_path / "home")
    judged = tmp_path / "judged.json"
    judged.write_text(json.dumps(judgement(every_kind(3))), encoding="utf-8")
    return Program(tmp_path / "home")


def judged(assay: Program) -> Path:
    return assay.home.with_name("judged.json")


def session(assay: Program) -> Session:
    """The workspace held open for writing, as another copy of the program holds it."""
    station = workstation.build(assay.home, vault_at=lambda folder: Vault(folder, cost=Cost(1, 64, 1)))
    return station.labs.open(None, PASSPHRASE)


def content(assay: Program) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in sorted(assay.workspace.rglob("*.db*")) if p.is_file()}


# The secret


def test_wrong_passphrase(assay: Program) -> None:
    before = everything(assay)
    wrong = Program(assay.home, passphrase="some other words here", secrets=assay.home)
    for command in (["tasks"], ["grade", "kinds-3", "--from", judged(assay)], ["sync"], ["unlock"]):
        error = wrong.fails(3, *command)
        assert (error["kind"], error["code"]) == ("input", "passphrase.wrong")
    none = Program(assay.home, passphrase=None)
    assert none.fails(9, "tasks")["code"] == "passphrase.needed"
    assert everything(assay) == before


@pytest.mark.parametrize("name", ["vault", "secrets"])
def test_damaged_or_lost_keys_are_named(assay: Program, name: str) -> None:
    paths = list(assay.workspace.glob(f"{name}*.json"))
    kept = {path: path.read_bytes() for path in paths}
    data = kept[assay.workspace / f"{name}.json"]
    for bad in (data[: len(data) // 2], b"", data.replace(b'"', b"'", 1), b"\x00" * len(data)):
        for path in paths:
            path.write_bytes(bad)
        assert assay.fails(7, "tasks")["kind"] == "storage"
        assert assay("status", "--json").code == 0
    for path in paths:
        path.write_bytes(kept[path])
    assert len(assay.json("tasks")) == 4


def test_one_damaged_list_of_keys_has_a_spare(assay: Program) -> None:
    (assay.workspace / "vault.json").write_bytes(b"")
    assert len(assay.json("tasks")) == 4


def test_lost_settings_lose_no_lab(assay: Program) -> None:
    for bad in (b"{", b"", b"[]", b'{"v": 9}', b"\xff"):
        (assay.home / "app.json").write_bytes(bad)
        assert len(assay.json("tasks")) == 4
        assert len(assay.json("status")["labs"]) == 1


# The file


def test_no_flipped_byte_is_passed_over(assay: Program, golden: Path) -> None:
    """Forty places: either the opening says it, or the check does. Nothing is a bug, and reading changes nothing."""
    path = assay.workspace / "workspace.db"
    whole = path.read_bytes()
    places = {0, 8, 15, 16, 24, 100, 4000, 4095, 4096, 8191, len(whole) - 1, len(whole) // 2}
    for place in sorted(places | set(range(0, len(whole), len(whole) // 28))):
        data = bytearray(whole)
        data[place] ^= 0x20
        path.write_bytes(data)
        codes = {c[0]: assay(*c, "--json") for c in (["tasks"], ["show", "kinds-2"], ["outbox"], ["status"])}
        assert {ran.code for ran in codes.values()} <= {0, 7}, place
        found = assay("doctor", "--json")
        assert found.code in (1, 7), place
        assert path.read_bytes() == bytes(data)
        if found.code == 7:
            assert found.error["code"] == "storage.damaged"
            assert "snapshot" in found.error["hint"]
        else:
            assert found.document["problems"]


@pytest.mark.parametrize("keep", [0, 10, 16, 100, 4096, 0.5, -1])
def test_a_file_cut_short(assay: Program, keep: float) -> None:
    path = assay.workspace / "workspace.db"
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * keep) if isinstance(keep, float) else keep])
    found = assay("doctor", "--json")
    assert found.code in (1, 7)
    ran = assay("grade", "kinds-3", "--from", judged(assay), "--json")
    assert ran.code == 7
    assert ran.error["code"] == "storage.damaged"


@pytest.mark.parametrize("damage", ["header", "lost"])
def test_the_way_on_is_the_snapshot(assay: Program, damage: str) -> None:
    """Restored: all up to the snapshot is there, what was set aside stays beside it, and work and sending go on."""
    path = assay.workspace / "workspace.db"
    snapshot = Path(assay.json("snapshots")[0]["file"])
    data = path.read_bytes()
    if damage == "lost":
        path.unlink()
    else:
        path.write_bytes(b"\x00" * 4096 + data[4096:])
    assert assay.fails(7, "tasks")["kind"] == "storage"
    assert assay("status", "--json").code == 0
    (folder,) = (assay.home / "labs").iterdir()
    assert snapshot in (folder / "snapshots").iterdir()
    assay.json("restore", snapshot)
    assert assay.json("doctor")["ok"] is True
    rows = {t["id"]: t for t in assay.json("tasks")}
    assert (rows["kinds-0"]["status"], rows["kinds-1"]["answered"] > 0) == ("submitted", True)
    assert rows["kinds-2"]["answered"] == 0, "it came after the snapshot"
    if damage == "header":
        assert [p for p in folder.iterdir() if p.is_file() and p.read_bytes()[4096:] == data[4096:]]
    assay.judge("kinds-2")
    assert assay.json("submit", "kinds-2")["refused"] == []


def test_a_file_that_is_no_snapshot_is_not_put_in_place(assay: Program, tmp_path: Path) -> None:
    before = everything(assay)
    bad = tmp_path / "bad.db"
    for data in (b"", b"SQLite format 3\x00" + bytes(5000), bytes(range(256)) * 32):
        bad.write_bytes(data)
        assert assay.fails(7, "restore", bad)["kind"] == "storage"
        assert everything(assay) == before
    assert assay.fails(3, "restore", tmp_path / "missing.db")["code"] == "file.read"


def test_newer_workspace(assay: Program) -> None:
    """Refused by readers and writers alike; not one byte of it changes."""
    key = Vault(assay.workspace).open(passphrase=PASSPHRASE).workspace_key
    connection = driver.connect(assay.workspace / "workspace.db", key)
    connection.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
        " VALUES ('workspace', '9999_later', '2030-01-01')"
    )
    connection.close()
    before = content(assay)
    for command in (["tasks"], ["grade", "kinds-3", "--from", judged(assay)], ["sync"], ["doctor"]):
        error = assay.fails(7, *command)
        assert (error["kind"], error["code"]) == ("storage", "storage.too_new")
        assert "newer" in error["message"]
    assert content(assay) == before


# The disk


def can_mount() -> bool:
    try:
        tried = ["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
        return subprocess.run(tried, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def small_disk(mode: str, assay: Program, **commands: list[list[str]]) -> dict[str, Any]:
    prefix = ["unshare", "-m"] if mode == "tmpfs" else []
    done = subprocess.run(
        [*prefix, sys.executable, "-m", "tests.small_disk", mode, str(assay.home)],
        cwd=ROOT,
        input=json.dumps(commands).encode(),
        capture_output=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("mode", ["limit", *(["tmpfs"] if can_mount() else [])])
def test_full_disk(assay: Program, mode: str) -> None:
    """Nothing is acknowledged that is not kept, all that was there can be read, and then it goes on."""
    grade = ["grade", "kinds-3", "--from", str(judged(assay))]
    write_lines(assay.home.parent / "local.jsonl", [every_kind(9)])
    out = assay.home / "out.jsonl"
    told = small_disk(
        mode,
        assay,
        full=[
            grade,
            ["submit", "kinds-2"],
            ["undo"],
            ["backup"],
            ["import", "auto", str(assay.home.parent / "local.jsonl")],
            ["export", "results", "--out", str(out)],
        ],
        free=[["doctor"], ["tasks"], ["outbox"], grade, ["submit", "kinds-3"], ["backup"]],
    )
    for row in told["full"]:
        assert row["code"] == 7, row
        assert row["error"]["code"], row
        assert any(word in row["error"]["hint"] for word in ("safe", "Nothing was changed", "still work")), (
            row
        )
    if mode == "tmpfs":
        assert "storage.disk_full" in {row["error"]["code"] for row in told["full"]}
    assert [row["code"] for row in told["free"]] == [0] * 6, told["free"]
    assert {t["id"]: (t["status"], t["answered"]) for t in told["free"][1]["document"]} == {
        "kinds-0": ("submitted", 12),
        "kinds-1": ("draft", 12),
        "kinds-2": ("draft", 12),
        "kinds-3": ("new", 0),
    }
    assert [r["task"] for r in told["free"][2]["document"]] == ["kinds-0"]


# A second copy of the program


def test_a_second_copy_may_read_and_not_write(assay: Program) -> None:
    before = everything(assay)
    other = session(assay)
    try:
        writers: list[list[str | Path]] = [
            ["grade", "kinds-3", "--from", judged(assay)],
            ["submit", "kinds-2"],
            ["undo"],
            ["sync"],
            ["claim"],
            ["backup"],
            ["restore", assay.json("snapshots")[0]["file"]],
        ]
        for command in writers:
            error = assay.fails(7, *command)
            assert (error["kind"], error["code"]) == ("storage", "storage.in_use"), command
        real = assay.process("undo", "--json")
        assert (real.code, real.error["code"]) == (7, "storage.in_use")
        readers: list[list[str | Path]] = [
            ["status"],
            ["batches"],
            ["tasks"],
            ["show", "kinds-2"],
            ["outbox"],
            ["search", "dose"],
            ["snapshots"],
            ["doctor"],
            ["export", "results", "--out", assay.home.with_name("out.jsonl")],
        ]
        for command in readers:
            assay.json(*command)
    finally:
        other.close()
    assert everything(assay) == before
    assert assay.json("undo")["task"] == "kinds-2"
