"""Below the desk: the writer's groups, blobs on disk, held calls, token ids, the generated description."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from app.domain.ids import digest
from app.errors import InputError, RefusedError, StorageError
from app.paths import resources
from lab import desk, feeds, openapi
from lab.access import Seen
from lab.blobs import FolderBlobs
from lab.database import Database
from lab.tables import state
from lab.waiting import Waiting


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'x.db'}")
    made.create("e1", "lab-1")
    yield made
    made.close()


def names(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(connection.execute(select(state.c.name)).scalars())


def test_jobs_share_commits_and_fail_alone(database: Database) -> None:
    hold = threading.Event()
    first = database.submit(lambda _: hold.wait(20))
    jobs = [
        database.submit(lambda c, n=n: c.execute(insert(state).values(name=f"n{n % 8}", value="")).rowcount)  # type: ignore[misc]
        for n in range(10)
    ]
    hold.set()
    assert first.result(20)
    assert [job.exception(20) for job in jobs[:8]] == [None] * 8
    assert all(isinstance(job.exception(20), StorageError) for job in jobs[8:])
    assert names(database) == {"schema", "epoch", "lab", *(f"n{n}" for n in range(8))}


def test_a_job_that_raises_leaves_nothing(database: Database) -> None:
    def half(connection: object) -> None:
        assert hasattr(connection, "execute")
        connection.execute(insert(state).values(name="half", value=""))
        raise InputError("x.y", "No.")

    with pytest.raises(InputError):
        database.write(half)
    assert "half" not in names(database)


def test_a_database_of_another_version_is_refused(tmp_path: Path, database: Database) -> None:
    database.write(
        lambda c: c.execute(state.update().where(state.c.name == "schema").values(value="9")) and None
    )
    with pytest.raises(StorageError) as told:
        database.epoch()
    assert told.value.code == "lab.too_new"
    lost = Database(f"sqlite:///{tmp_path / 'no' / 'x.db'}")
    with pytest.raises(StorageError) as told:
        lost.epoch()
    assert told.value.code == "lab.database"
    with pytest.raises(StorageError):
        lost.write(lambda _: None)
    lost.close()


def test_sqlite_is_opened_for_durable_commits(database: Database) -> None:
    with database.reading() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")
        ]
    assert found == ["wal", 2]


def test_blobs_are_kept_once_and_checked(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path / "blobs")
    data = bytes(range(256)) * 4000
    name = blobs.put(data)
    assert name == blobs.put(data) == digest(data)
    assert [p.name for p in (tmp_path / "blobs").rglob("*") if p.is_file()] == [name]
    assert (blobs.size(name), blobs.size("0" * 64)) == (len(data), None)
    assert blobs.read(name) == data
    assert blobs.read(name, 5, 10) == data[5:15]
    assert b"".join(blobs.stream(name, 3, 600_000)) == data[3:600_003]
    path = tmp_path / "blobs" / name[:2] / name
    path.write_bytes(data[:-1] + b"?")
    for wrong in (lambda: blobs.read(name), lambda: blobs.read(name, 0, len(data) + 1)):
        with pytest.raises(StorageError):
            wrong()
    with pytest.raises(StorageError):
        blobs.stream("0" * 64, 0, 1)
    with pytest.raises(ValueError, match="digest"):
        blobs.size("../../lab.db")


def test_cursors_are_opaque_and_checked() -> None:
    cursor = feeds.cursor("epoch", 7)
    assert feeds.place(cursor, "epoch", 9) == 7
    assert feeds.place(None, "epoch", 9) == feeds.place("", "epoch", 9) == 0
    for text, epoch, head in (
        (cursor, "other", 9),
        (cursor, "epoch", 6),
        ("ä", "epoch", 9),
        ("=", "epoch", 9),
    ):
        with pytest.raises(RefusedError):
            feeds.place(text, epoch, head)


def test_token_ids_are_forgotten_when_they_are_too_old() -> None:
    seen, now = Seen(), datetime(2026, 11, 1, tzinfo=UTC)
    until = now + timedelta(seconds=90)
    assert [seen.before("a", until, now) for _ in range(2)] == [False, True]
    later = now + timedelta(seconds=91)
    assert not seen.before("b", later + timedelta(seconds=90), later)
    assert not seen.before("a", later + timedelta(seconds=90), later)


def test_a_held_call_sees_what_another_process_writes(tmp_path: Path) -> None:
    desk.init(tmp_path / "lab")
    with desk.open_lab(tmp_path / "lab") as here, desk.open_lab(tmp_path / "lab") as there:
        who = desk.invite(here, "expert", "Ada")[1]

        async def held() -> tuple[int, int, int]:
            waiting = Waiting(here.database)
            asked = [asyncio.create_task(waiting.beyond(who, 0, 20)) for _ in range(2)]
            await asyncio.sleep(0)
            write = lambda: there.database.write(lambda c: feeds.append(c, who, "notice", "n", None))  # noqa: E731
            await asyncio.to_thread(write)
            first, second = await asyncio.gather(*asked)
            patient = asyncio.create_task(waiting.beyond(who, 1, 20))
            await asyncio.sleep(0)
            waiting.stop()
            return first, second, await patient

        assert asyncio.run(held()) == (1, 1, 1)


def test_the_description_is_openapi_and_up_to_date() -> None:
    found = json.loads(openapi.description())
    assert found["openapi"].startswith("3.1")
    calls = {f"{method.upper()} {path}" for path, item in found["paths"].items() for method in item}
    assert {
        "GET /.well-known/assay",
        "POST /v1/enrol",
        "GET /v1/feed",
        "POST /v1/claims",
        "DELETE /v1/claims/{assignment}",
        "POST /v1/claims/{assignment}:renew",
        "GET /v1/blobs/{sha256}",
        "PUT /v1/blobs/{sha256}",
        "POST /v1/results",
        "GET /v1/results",
        "POST /v1/results:missing",
        "GET /v1/export",
        "GET /v1/healthz",
        "POST /v1/openings",
        "POST /v1/decisions",
        "POST /v1/answers",
        "POST /v1/proposals",
        "GET /v1/review-feed",
        "POST /v1/devices",
        "GET /v1/drafts",
        "POST /v1/drafts",
    } == calls
    text = json.dumps(found)
    assert "#/$defs/" not in text
    named = set(found["components"]["schemas"])
    assert {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]} <= named
    shipped = resources() / "schemas" / "openapi.json"
    assert shipped.read_text(encoding="utf-8") == openapi.description()
