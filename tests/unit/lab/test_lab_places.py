"""Where a lab's data is: addresses read, passwords kept apart, tables of the version before brought up to date."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from app.errors import InputError, StorageError
from lab import desk
from lab.config import read_config
from lab.database import Database
from lab.places import SECRETS, blobs_place, database_place, database_url, read_secrets
from lab.s3 import S3Blobs
from tests.lab_server import enrolled, serving, write_tasks

PASSWORD = "pass/word-7f3a"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", ""),
        ("postgresql://ann@db.example/lab", "postgresql+psycopg://ann@db.example/lab"),
        ("postgres://ann:pass%2Fword-7f3a@db:5432/lab", "postgresql+psycopg://ann@db:5432/lab"),
        ("postgresql+psycopg://h/lab?sslmode=require", "postgresql+psycopg://h/lab?sslmode=require"),
    ],
)
def test_addresses_of_databases(text: str, kept: str) -> None:
    place = database_place(text)
    assert place.url == kept
    assert place.secrets == ({"database_password": PASSWORD} if ":pass" in text else {})
    assert PASSWORD not in repr(place)


@pytest.mark.parametrize(
    "text",
    [
        "mysql://u:pass/word-7f3a@h/x",
        "postgresql://u@h",
        "/var/db",
        "sqlite:///x.db",
        "http://[",
        "x:y:z@h:a/b",
    ],
)
def test_what_is_no_database(text: str) -> None:
    with pytest.raises(InputError) as told:
        database_place(text)
    assert PASSWORD not in str(told.value.as_json())


def test_addresses_of_stores() -> None:
    place = blobs_place(
        f"s3://key:{PASSWORD.replace('/', '%2F')}@bucket/labs?endpoint=https://s3.example&region=eu-1"
    )
    assert place.url == "s3://bucket/labs?endpoint=https%3A%2F%2Fs3.example&region=eu-1"
    assert place.secrets == {"s3_access_key_id": "key", "s3_secret_access_key": PASSWORD}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("https://bucket", "place.blobs"),
        ("s3://", "place.blobs"),
        ("s3://b?acl=public", "place.blobs"),
        ("s3://b?style=odd", "place.blobs"),
        ("s3://b?endpoint=http://s3.example", "place.plain"),
        ("s3://b?endpoint=https://u:p@s3.example", "place.endpoint"),
        ("s3://b?endpoint=ftp://s3.example", "place.endpoint"),
    ],
)
def test_what_is_no_store(text: str, code: str) -> None:
    with pytest.raises(InputError) as told:
        blobs_place(text)
    assert told.value.code == code


def test_a_database_that_is_away_is_said_without_its_password(tmp_path: Path) -> None:
    url = f"postgresql://ann:{PASSWORD.replace('/', '%2F')}@127.0.0.1:1/lab"
    with pytest.raises(StorageError) as told:
        desk.init(tmp_path / "lab", database=url)
    assert told.value.code == "lab.database"
    said = json.dumps(told.value.as_json()) + repr(told.value.__cause__)
    assert PASSWORD not in said
    assert not (tmp_path / "lab" / SECRETS).exists()
    desk.init(tmp_path / "lab")  # it can be tried again, otherwise


def test_a_store_that_is_away_is_said_without_its_secret(tmp_path: Path) -> None:
    secrets = {"s3_access_key_id": "k", "s3_secret_access_key": PASSWORD}
    blobs = S3Blobs("b", "p", {"endpoint": "http://127.0.0.1:1"}, secrets)
    blobs.tries = 0
    with pytest.raises(StorageError) as told:
        blobs.put(b"x")
    assert told.value.code == "lab.blobs_away"
    assert PASSWORD not in json.dumps(told.value.as_json()) + repr(blobs)


def test_the_environment_comes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / SECRETS).write_text(json.dumps({"database_password": "kept", "s3_token": "t"}))
    assert database_url(tmp_path, "postgresql+psycopg://u@h/d", read_secrets(tmp_path)).startswith(
        "postgresql+psycopg://u:kept@h"
    )
    monkeypatch.setenv("ASSAY_LAB_DATABASE_PASSWORD", "told")
    assert read_secrets(tmp_path) == {"database_password": "told", "s3_token": "t"}
    (tmp_path / SECRETS).write_text("[]")
    with pytest.raises(StorageError):
        read_secrets(tmp_path)


def test_another_labs_database_is_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        desk.init(tmp_path / name)
    (tmp_path / "a/lab.db").replace(tmp_path / "b/lab.db")
    with pytest.raises(StorageError) as told:
        desk.open_lab(tmp_path / "b")
    assert told.value.code == "lab.database_other"
    database = Database(f"sqlite:///{tmp_path / 'b/lab.db'}")
    with pytest.raises(StorageError) as told:
        database.create("e", "lab-x")
    assert told.value.code == "lab.database_taken"
    database.close()


def test_tables_of_the_first_version_are_brought_up_to_date(tmp_path: Path) -> None:
    desk.init(tmp_path / "lab")
    with desk.open_lab(tmp_path / "lab") as lab:
        batch = desk.import_batch(lab, "auto", write_tasks(tmp_path / "t.jsonl", 12)).batch
        link, who = desk.invite(lab, "expert", "Ada")
        _, other = desk.invite(lab, "expert", "Bo")
        desk.assign(lab, batch, [who, other], overlap=1)
    with sqlite3.connect(tmp_path / "lab/lab.db") as old:
        for statement in (
            "DROP INDEX pack_free", "DROP INDEX result_order", "DROP TABLE seen_token",
            "ALTER TABLE pack DROP COLUMN free", "ALTER TABLE result DROP COLUMN xid",
            "DELETE FROM state WHERE name = 'lab'", "UPDATE state SET value = '1' WHERE name = 'schema'",
        ):  # fmt: skip
            old.execute(statement)
    old.close()
    settings = json.loads((tmp_path / "lab/lab.json").read_bytes())
    del settings["blobs"], settings["limits"]
    (tmp_path / "lab/lab.json").write_text(json.dumps(settings))
    assert read_config(tmp_path / "lab").blobs == ""
    with desk.open_lab(tmp_path / "lab") as lab, serving(lab):
        ada = enrolled(link)
        ada.pull()
        (outcome,) = ada.send(ada.result(next(iter(ada.tasks))))
        assert outcome["status"] == "stored"
        operator = enrolled(desk.invite(lab, "operator", "Op")[0])
        assert len(operator.call("GET", "/v1/export").json()["items"]) == 1
        with lab.database.reading() as connection:
            from sqlalchemy import select

            from lab.tables import pack

            assert set(connection.execute(select(pack.c.free)).scalars()) == {0}


def test_after_a_restore_cursors_begin_anew_and_nothing_is_missed(tmp_path: Path) -> None:
    desk.init(tmp_path / "lab")
    with desk.open_lab(tmp_path / "lab") as lab:
        desk.assign(
            lab,
            desk.import_batch(lab, "auto", write_tasks(tmp_path / "t.jsonl", 5)).batch,
            [desk.invite(lab, "expert", "A")[1]],
        )
        before = lab.epoch
        assert desk.restored(lab) != before
    with desk.open_lab(tmp_path / "lab") as lab, serving(lab):
        assert lab.epoch != before
        ada = enrolled(desk.invite(lab, "expert", "Ada")[0])
        from lab import feeds

        old = ada.call("GET", f"/v1/feed?cursor={feeds.cursor(before, 0)}")
        assert (old.status_code, old.json()["code"]) == (410, "feed.reset")
