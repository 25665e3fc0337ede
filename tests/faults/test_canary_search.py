"""R12, I5: no text of a task, an answer, a rubric or a comment lies in clear anywhere in the home.

Unmistakable words are put into every text; then the bytes of every file, and the names of the files, are searched
for them, in the encodings that a program might leave behind.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from app import workstation
from app.domain.ids import TaskId, digest
from app.keys.box import Cost
from app.keys.vault import Vault
from tests.command_line import PASSPHRASE, ROOT, Program
from tests.contract.sync_rig import task
from tests.hostile.lying_home import invitation, registers
from tests.hostile.lying_lab import Handler, LyingLab, serving_lies

PLACES = (
    "prompt",
    "answer",
    "criterion",
    "comment",
    "title",
    "tasktitle",
    "guideline",
    "attachment",
    "refused",
)
WORDS = {place: f"kanarienvogel{place}{digest(place.encode())[:10]}" for place in PLACES}


def forms(word: str) -> set[bytes]:
    """The word as UTF-8, UTF-16, UTF-32, hex and base64 at each of its three alignments."""
    raw = word.encode()
    found = {raw, word.encode("utf-16-le"), word.encode("utf-16-be"), word.encode("utf-32-le")}
    found |= {raw.hex().encode(), raw[::-1]}
    for shift in range(3):
        for wide in (raw, word.encode("utf-16-le")):
            text = base64.b64encode(b"\0" * shift + wide + b"\0" * 2)
            inner = text[4 if shift else 0 : (len(wide) + shift) // 3 * 4]
            found |= {inner, base64.urlsafe_b64encode(base64.b64decode(inner))}
    return {form.lower() for form in found}


FORMS = {form: place for place, word in WORDS.items() for form in forms(word)}


def found_in(folder: Path) -> list[tuple[str, str]]:
    """(file, place of the word) of everything in clear below a folder. Letters' case does not matter."""
    found = []
    for path in sorted(folder.rglob("*")):
        data = str(path.relative_to(folder)).lower().encode()
        if path.is_file():
            data += b"\0" + path.read_bytes().lower()
        found += [(str(path), place) for form, place in FORMS.items() if form in data]
    return found


@dataclass
class Place:
    """A home full of canaries. folder: everything that the program could write to lies in it."""

    folder: Path
    assay: Program
    lab: LyingLab

    def clean(self) -> None:
        assert found_in(self.folder) == []
        sizes = [p.stat().st_size for p in self.assay.home.rglob("*.db") if p.is_file()]
        assert sum(sizes) > 200_000, "the search was of a home with work in it"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Two tasks and an attachment pulled, one task graded with comments, one result in the outbox."""
    folder = tmp_path / "all"
    for name in ("tmp", "user"):
        (folder / name).mkdir(parents=True)
    for name in ("TMPDIR", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(folder / "tmp"))
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(folder / "user"))
    lab = LyingLab()
    with serving_lies(lab):
        registers(lab)
        assay = Program(folder / "home", secrets=tmp_path)
        assay.json("enrol", invitation(lab))
        offer(lab)
        assert assay.json("sync")["pulled"] == 2
        assay.judge("t1", comment=WORDS["comment"])
        assay.judge("t2", comment=WORDS["comment"])
        assay.json("submit", "t2")
        yield Place(folder, assay, lab)


def offer(lab: LyingLab) -> None:
    tasks: list[dict[str, Any]] = [
        task(
            n,
            title=f"Case {WORDS['tasktitle']}",
            prompt=[{"role": "user", "text": f"{WORDS['prompt']} {n}?"}],
            responses=[
                {"id": "r1", "text": f"# {WORDS['answer']}\n\n```python\n{WORDS['answer']} = 1\n```\n"},
                {"id": "r2", "text": WORDS["answer"] * 2000},
            ],
            rubric={"criteria": [{"id": "c1", "text": f"Says {WORDS['criterion']}", "points": 5}]},
        )
        for n in (1, 2)
    ]
    batch = lab.offer(lab.batch("b", title=f"Batch {WORDS['title']}", guideline=f"# {WORDS['guideline']}"))
    attached = f"{WORDS['attachment']}\n".encode() * 20_000
    lab.blobs[digest(attached)] = attached
    entry = {
        "path": "notes.txt",
        "media_type": "text/plain",
        "size": len(attached),
        "count": 0,
        "sha256": digest(attached),
    }
    lab.assign(lab.assignment("a", batch, ["t1", "t2"], [lab.pack(tasks)], attachments=[entry]))


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    """A word in any of its forms, anywhere in a file or in its name, is found; without it nothing is."""
    for number, form in enumerate(forms(WORDS["comment"])):
        (tmp_path / f"{number}.bin").write_bytes(os.urandom(5000) + form.upper() + os.urandom(3000))
    assert len(found_in(tmp_path)) >= len(forms(WORDS["comment"]))
    for shift in range(3):
        text = base64.urlsafe_b64encode(b"x" * (30 + shift) + WORDS["answer"].encode() + b"yyy")
        (tmp_path / f"64-{shift}.bin").write_bytes(text)
    assert len([p for p in found_in(tmp_path) if p[1] == "answer"]) == 3
    shutil.rmtree(tmp_path)
    tmp_path.mkdir()
    (tmp_path / f"{WORDS['title']}.txt").write_bytes(b"")
    assert [name for _, name in found_in(tmp_path)] == ["title"]


def test_while_the_work_is_open_and_after(place: Place) -> None:
    """Grading: the log holds what the file does not hold yet. Then searching, sending, exporting elsewhere."""
    station = workstation.build(place.assay.home, vault_at=lambda folder: Vault(folder, cost=Cost(1, 64, 1)))
    session = station.labs.open(None, PASSPHRASE)
    try:
        opened = session.open(TaskId("t1"))
        _, edits = session.reviewing.changed(opened, {"/comment": WORDS["comment"]})
        session.keep(edits)
        assert session.workspace.search(WORDS["prompt"])
        assert session.workspace.search(WORDS["comment"])
        assert list(place.assay.home.rglob("*-wal"))
        place.clean()
    finally:
        session.close()
    place.clean()
    for command in (["tasks"], ["show", "t1"], ["search", WORDS["answer"]], ["batches"], ["undo"], ["sync"]):
        place.assay.json(*command)
    place.assay.json("export", "results", "--out", place.folder.parent / "out.jsonl")
    assert WORDS["comment"] in base64.b64decode(
        (place.folder.parent / "out.jsonl").read_text().split('"payload":"')[1].split('"')[0] + "=="
    ).decode("utf-8", "replace")
    place.clean()


def test_after_lock(place: Place) -> None:
    place.assay.json("lock")
    place.clean()
    assert place.assay.fails(9, "tasks")["kind"] == "locked"
    place.clean()


def test_after_a_kill_in_the_middle_of_the_work(place: Place) -> None:
    """The log is hot. What was acknowledged is there again (I1), and neither holds a word in clear."""
    child = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.faults.killed_at_work",
            str(place.assay.home),
            PASSPHRASE,
            "t1",
            WORDS["comment"],
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    acknowledged = 0
    while acknowledged < 30:
        acknowledged = int(child.stdout.readline())
    child.kill()
    rest = child.stdout.read().split()
    child.stdout.close()
    child.wait()
    acknowledged = int(rest[-1]) if rest else acknowledged
    assert list(place.assay.home.rglob("*-wal")), "it was killed, not closed"
    place.clean()
    shown = place.assay.json("show", "t1")
    comment = shown["review"]["judgement"]["responses"]["r1"]["verdicts"]["c1"]["comment"]
    assert int(comment.split()[-1]) >= acknowledged
    assert place.assay.json("doctor")["ok"]
    place.clean()


def test_after_snapshots_and_a_restore(place: Place) -> None:
    first = place.assay.json("backup")["file"]
    place.assay.json("undo")
    place.clean()
    place.assay.json("restore", first)
    place.assay.json("backup")
    place.clean()
    assert place.assay.json("search", WORDS["answer"])


def test_after_attachments_whole_and_cut_off(place: Place) -> None:
    """The notes came with the batch; the second file breaks off on its way and lies there half."""
    data = f"{WORDS['attachment']}\n".encode() * 30_000
    batch = place.lab.offer(place.lab.batch("b2"))
    entry: dict[str, Any] = {"path": "more.txt", "media_type": "text/plain", "size": len(data), "count": 0}
    entry["sha256"] = digest(data)
    pack = place.lab.pack([task(9)])
    place.lab.assign(place.lab.assignment("a2", batch, ["t9"], [pack], attachments=[entry]))
    place.lab.blobs[digest(data)] = data

    def breaks_off(handler: Handler) -> None:
        handler.close_connection = True
        size = {"Content-Type": "application/octet-stream", "Content-Length": str(len(data))}
        handler.reply(200, data[:300_000], size)

    place.lab.answers[f"/v1/blobs/{digest(data)}"] = breaks_off
    assert place.assay("sync").code == 4
    place.clean()
    place.lab.answers.clear()
    assert place.assay("sync").code == 0
    place.clean()


def test_after_something_was_refused(place: Place) -> None:
    """The quarantine keeps what came, encrypted like all else."""
    place.lab.offer(place.lab.batch("bad", title=WORDS["refused"], lab="lab-b"))
    assert place.assay("sync").code == 8
    assert place.assay.json("status")["labs"][0]["quarantined"] == 1
    place.clean()


def test_after_a_crash(place: Place) -> None:
    """A bug whose message and values are full of a task's text: the report has places and kinds only."""
    said = f"cannot parse {WORDS['answer']}: {WORDS['comment']}"

    def broken(*_: object) -> None:
        held = WORDS["prompt"]
        try:
            raise ValueError(said, held)
        except ValueError as exc:
            raise RuntimeError(f"while showing {WORDS['title']}") from exc

    with patch("app.services.listing.shown", broken):
        ran = place.assay("show", "t1", "--json")
    assert ran.code == 70
    assert ran.error["kind"] == "bug"
    assert not any(word in ran.err + ran.out.decode() for word in WORDS.values())
    (report,) = (place.assay.home / "reports").iterdir()
    text = report.read_text(encoding="utf-8")
    assert "RuntimeError" in text
    assert "ValueError" in text
    assert report.stat().st_mode & 0o077 == 0
    place.clean()
