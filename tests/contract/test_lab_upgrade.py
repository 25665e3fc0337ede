"""A lab on PostgreSQL of every schema that was released is brought up to date, and serves on with all that it had."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest

from app.domain.ids import digest
from app.wire import age
from app.wire import bundle as file
from app.wire.bundle import Bundle
from app.wire.signatures import KeySet, PrivateKey, members, unbase64, verify
from benchmarks.servers import Servers
from lab import bundling, desk, unbundling
from lab.database import SCHEMA, Database
from lab.lab import open_lab
from lab.migrations import STEPS
from tests.data.make_golden_lab import DEVICE, DUMP

GOLDEN = Path(__file__).resolve().parents[1] / "data"
OF_POSTGRES = sorted(GOLDEN.glob("lab-schema-*"))
Lines = list[tuple[Any, ...]]
COLUMNS = (
    "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns"
    " WHERE table_schema = 'public' ORDER BY 1, 2"
)
INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2"
LOGGED = (
    "SELECT relname, relpersistence FROM pg_class WHERE relkind = 'r'"
    " AND relnamespace = 'public'::regnamespace ORDER BY 1"
)


def asked(url: str, statement: str) -> Lines:
    with psycopg.connect(url) as connection:
        return connection.execute(statement.encode()).fetchall()


def content(url: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, by column; of `state` without the schema's number."""
    found: dict[str, list[dict[str, Any]]] = {}
    with psycopg.connect(url) as connection:
        for (table,) in asked(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
            rows = connection.execute(f'SELECT to_jsonb(t) FROM public."{table}" t'.encode()).fetchall()
            found[table] = sorted((row for (row,) in rows), key=json.dumps)
    found["state"] = [row for row in found["state"] if row["name"] != "schema"]
    return found


@pytest.fixture(params=[pytest.param(path, id=path.name, marks=pytest.mark.full) for path in OF_POSTGRES])
def old(request: pytest.FixtureRequest, grown: Servers, tmp_path: Path) -> tuple[Path, str]:
    """A copy of a golden lab's folder, over a database that its dump was loaded into; that database's address."""
    url, folder = grown.places()["database"], tmp_path / "lab"
    shutil.copytree(request.param, folder)
    with psycopg.connect(url) as connection:
        connection.execute((folder / DUMP).read_bytes())
    about = json.loads((folder / "lab.json").read_bytes())
    about["database"] = url.replace("postgresql:", "postgresql+psycopg:")
    (folder / "lab.json").write_text(json.dumps(about))
    return folder, url


def test_there_is_a_golden_lab_of_every_schema_that_postgresql_had() -> None:
    """The first schema was SQLite's alone."""
    assert [path.name for path in OF_POSTGRES] == [f"lab-schema-{n}" for n in STEPS if n != "1"]


def test_the_tables_become_a_new_labs_and_keep_every_row(old: tuple[Path, str], grown: Servers) -> None:
    folder, url = old
    before = content(url)
    assert sum(map(len, before.values())) > 30
    with open_lab(folder):
        pass
    after = content(url)
    assert asked(url, "SELECT value FROM state WHERE name = 'schema'") == [(SCHEMA,)]
    assert after.keys() == before.keys()
    for table, rows in before.items():
        kept = [{name: row[name] for name in rows[0]} for row in after[table]] if rows else after[table]
        assert sorted(kept, key=json.dumps) == rows, table
    fresh = grown.places()["database"]
    new = Database(fresh.replace("postgresql:", "postgresql+psycopg:"))
    new.create("epoch", "lab")
    new.close()
    for statement in (COLUMNS, INDEXES, LOGGED):
        assert asked(url, statement) == asked(fresh, statement)


def test_many_processes_that_begin_at_once_upgrade_it_once(old: tuple[Path, str]) -> None:
    _, url = old
    before = content(url)
    databases = [Database(url.replace("postgresql:", "postgresql+psycopg:")) for _ in range(6)]
    try:
        with ThreadPoolExecutor(len(databases)) as pool:
            epochs = set(pool.map(Database.epoch, databases))
    finally:
        for one in databases:
            one.close()
    assert len(epochs) == 1
    assert {name: len(rows) for name, rows in content(url).items()} == {n: len(r) for n, r in before.items()}


def test_it_serves_on_with_what_it_held(old: tuple[Path, str], tmp_path: Path) -> None:
    """Three results and their receipts, told to a device that joined before; and its next bundle is taken."""
    folder, _ = old
    key = json.loads((folder / DEVICE).read_bytes())
    with open_lab(folder) as lab:
        held = list(desk.results(lab))
        assert len(held) == 3
        (who,) = {json.loads(unbase64(members(one)["payload"], ""))["expert"] for one in held}
        path = bundling.export(lab, who, tmp_path / "stick").path
        told = _opened(path, key, KeySet([lab.key.public]))
        own = [json.loads(line)["page"]["items"] for line in told.own.splitlines()]
        assert {digest(unbase64(item["result"]["payload"], "")) for page in own for item in page} == {
            digest(unbase64(members(one)["payload"], "")) for one in held
        }
        assert all(item["receipt"] for page in own for item in page)
        _again(folder, key, who, lab.config.lab, tmp_path / "next")
        assert unbundling.take_in(lab, tmp_path / "next").expert == who


def _opened(path: Path, key: dict[str, str], keys: KeySet) -> file.Opened:
    return file.read(age.decrypt(path.read_bytes(), [key]), lambda one: verify(one, keys, Bundle.typ()))


def _again(folder: Path, key: dict[str, str], who: str, lab: str, path: Path) -> None:
    """A bundle of that device with nothing new in it, as one that was exported today."""
    about = {
        "lab": lab,
        "bundle": "x-next",
        "sender": "expert",
        "expert": who,
        "issued": "2100-01-01T00:00:00.000Z",
        "review_cursor": "r-1",
    }
    to = age.recipient(json.loads((folder / "lab-key.json").read_bytes()))
    path.write_bytes(age.encrypt(file.write(about, PrivateKey.from_jwk(key)), [to]))
