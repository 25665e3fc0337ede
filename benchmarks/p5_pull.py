"""P5: pulling a batch with attachments, beside `curl` of the same bytes and a bare insert of the same rows.

The floor asks a plain file server for the same packs and files by one `curl`, then puts the same lines, search text
and chunks into a SQLCipher file of the same settings, in one transaction each thousand. Both servers are beside the
program, not in it. `ASSAY_BENCH_TASKS` says how many tasks (at most 10,000), with 20 KB of attachments a task.
"""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random

from benchmarks.__main__ import SEED, Bed
from benchmarks.crowd import served
from benchmarks.data import lines
from benchmarks.measure import Bench, Budget
from benchmarks.workspaces import PASSPHRASE, station_at
from lab import desk
from lab.lab import Lab, open_lab

MOST = 10_000
FILES = 200
FILE_BYTES = 1024 * 1024
CHUNK = 64 * 1024
ROUNDS = 5


class _Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def benches(bed: Bed) -> Iterator[list[Bench]]:
    tasks = min(bed.tasks, MOST)
    source = tasks_with_files(bed.folder, tasks)
    desk.init(bed.folder / "lab")
    with open_lab(bed.folder / "lab") as lab:
        batch = desk.import_batch(lab, "jsonl", source).batch
        invitations = iter([_invited(lab, batch) for _ in range(ROUNDS + 1)])
        station = iter(station_at(bed.folder / f"home-{n}") for n in range(ROUNDS + 1))

        def ours() -> float:
            session = next(station).enrolling.enrol(next(invitations), passphrase=PASSPHRASE)
            sending = station_at(session.parts.folder.parent.parent).sending
            began = time.perf_counter()
            found = sending.sync(session)
            took = time.perf_counter() - began
            session.close()
            if found.pulled != tasks:
                raise RuntimeError(f"{found.pulled} of {tasks} tasks came")
            return took

        with served(bed.folder / "lab"), _files(lab, bed.folder) as (urls, paths):
            floor = partial(_floor, bed.folder, urls, paths, source)
            title = f"pull {tasks:,} tasks and {FILES * FILE_BYTES >> 20} MB of files"
            yield [Bench("P5", title, floor, ours, (Budget(ratio=2.0),), unit="s", rounds=ROUNDS)]


def tasks_with_files(folder: Path, tasks: int) -> Path:
    """Task lines, every so many with a file of random bytes."""
    noise = Random(SEED)
    (folder / "files").mkdir()
    for n in range(FILES):
        (folder / f"files/{n}.bin").write_bytes(noise.randbytes(FILE_BYTES))
    source = folder / "tasks.jsonl"
    every = max(tasks // FILES, 1)
    with source.open("wb") as out:
        for n, line in enumerate(lines(tasks)):
            record = json.loads(line)
            task = {
                "v": 1,
                "id": f"t{n}",
                "title": f"Task {n}",
                "prompt": [{"role": t["role"], "text": t["content"]} for t in record["prompt"]],
                "responses": [{"id": "r1", "text": record["ideal_completions_data"]["ideal_completion"]}],
                "rubric": {
                    "criteria": [
                        {"id": f"c{i}", "text": c["criterion"], "points": c["points"]}
                        for i, c in enumerate(record["rubrics"])
                    ]
                },
            }
            if n % every == 0 and n // every < FILES:
                task["attachments"] = [{"name": f"{n}.bin", "path": f"files/{n // every}.bin"}]
            out.write(json.dumps(task, ensure_ascii=False).encode() + b"\n")
    return source


def _invited(lab: Lab, batch: str) -> str:
    link, expert = desk.invite(lab, "expert", "Bench")
    desk.assign(lab, batch, [expert])
    return link


@contextmanager
def _files(lab: Lab, folder: Path) -> Iterator[tuple[list[str], list[Path]]]:
    """The lab's own blobs behind a plain file server: (addresses, paths)."""
    place = folder / "lab/blobs"
    paths = [p for p in place.rglob("*") if p.is_file()]
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(place)))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    at = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield [f"{at}/{p.relative_to(place).as_posix()}" for p in paths], paths
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _floor(folder: Path, urls: list[str], paths: list[Path], source: Path) -> float:
    told = folder / "urls.txt"
    told.write_text("".join(f'url = "{u}"\noutput = "/dev/null"\n' for u in urls), encoding="utf-8")
    began = time.perf_counter()
    subprocess.run(["curl", "-sS", "-K", str(told)], check=True)
    _insert(folder / "floor.db", paths, source)
    return time.perf_counter() - began


def _insert(place: Path, paths: list[Path], source: Path) -> None:
    """The same lines, search text and chunks, by bare SQL."""
    import sqlcipher3

    place.unlink(missing_ok=True)
    db = sqlcipher3.connect(str(place), isolation_level=None)
    db.execute(f"PRAGMA key = \"x'{bytes(32).hex()}'\"")
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "cache_size = -65536"):
        db.execute(f"PRAGMA {pragma}")
    db.execute("CREATE TABLE line (task INTEGER PRIMARY KEY, bytes BLOB NOT NULL)")
    db.execute("CREATE TABLE task (number INTEGER PRIMARY KEY, id TEXT NOT NULL, title TEXT NOT NULL)")
    db.execute("CREATE INDEX task_by_id ON task (id)")
    db.execute(
        "CREATE VIRTUAL TABLE search USING fts5 (title, prompt, responses, content='', contentless_delete=1,"
        " tokenize='unicode61 remove_diacritics 2')"
    )
    db.execute("CREATE TABLE chunk (file INTEGER, at INTEGER, bytes BLOB, PRIMARY KEY (file, at))")
    with source.open("rb") as stream:
        db.execute("BEGIN IMMEDIATE")
        for number, line in enumerate(stream, 1):
            task = json.loads(line)
            db.execute("INSERT INTO line VALUES (?, ?)", (number, line))
            db.execute("INSERT INTO task VALUES (?, ?, ?)", (number, task["id"], task["title"]))
            texts = (task["title"], task["prompt"][0]["text"], task["responses"][0]["text"])
            db.execute(
                "INSERT INTO search (rowid, title, prompt, responses) VALUES (?, ?, ?, ?)", (number, *texts)
            )
            if number % 1000 == 0:
                db.execute("COMMIT")
                db.execute("BEGIN IMMEDIATE")
        db.execute("COMMIT")
    for number, path in enumerate(paths):
        if path.stat().st_size != FILE_BYTES:
            continue
        data = path.read_bytes()
        db.execute("BEGIN IMMEDIATE")
        for at in range(0, len(data), CHUNK):
            db.execute("INSERT INTO chunk VALUES (?, ?, ?)", (number, at, data[at : at + CHUNK]))
        db.execute("COMMIT")
    db.close()
