"""P11: results that the lab takes (verified, stored durably, receipted), beside the bare libraries doing the same.

Ours is everything from HTTP to the signed answer, by one process of the lab, on SQLite and, where a PostgreSQL can be
had, on PostgreSQL. The floor is one process too: joserfc verifies, the database's own driver inserts and commits as
durably, joserfc signs. Both take the results of one request together. Milliseconds a result; 2× is half the rate.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from joserfc.jwk import OKPKey
from joserfc.jws import HeaderDict, JWSRegistry, deserialize_json, serialize_json

from benchmarks.__main__ import Bed
from benchmarks.crowd import Line, Person, body_of, join, processes, take_all, tasks_file
from benchmarks.measure import Bench, Budget
from benchmarks.servers import postgres
from lab import desk

PEOPLE, TASKS, LINES = 60, 200, 4
A_REQUEST = 50
A_ROUND = 1600
Commit = Callable[[list[tuple[str, bytes, bytes]]], None]


@contextmanager
def benches(bed: Bed) -> Iterator[list[Bench]]:
    with ExitStack() as stack:
        found = [stack.enter_context(_on(bed.folder / "sqlite", "SQLite", ""))]
        server = stack.enter_context(postgres())
        import psycopg

        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE ours")
            connection.execute("CREATE DATABASE floor")
        found.append(stack.enter_context(_on(bed.folder / "grown", "PostgreSQL", server)))
        yield found


@contextmanager
def _on(folder: Path, name: str, server: str) -> Iterator[Bench]:
    folder.mkdir()
    desk.init(folder / "lab", database=f"{server}/ours" if server else "")
    with desk.open_lab(folder / "lab") as lab:
        batch = desk.import_batch(lab, "auto", tasks_file(folder / "tasks.jsonl", TASKS)).batch
        crowd = join(lab, PEOPLE)
        desk.assign(lab, batch, [person.expert for person in crowd])
        for person in crowd:
            take_all(lab, person)
        signed = _requests(crowd)
        key = lab.key.as_jwk()
    commit, close = _postgres(f"{server}/floor") if server else _sqlite(folder / "floor.db")
    floor = _Floor(_bare(crowd), key, commit)
    with processes(folder / "lab", 1) as ((host, port),):

        def ours() -> float:
            mine = [next(signed) for _ in range(A_ROUND // A_REQUEST)]
            return asyncio.run(_send(host, port, mine)) * 1000 / A_ROUND

        title = f"a result taken, {name}"
        yield Bench("P11", title, floor, ours, (Budget(ratio=2.0),), unit="ms")
    close()


def _requests(crowd: list[Person]) -> Iterator[tuple[Person, bytes]]:
    """Each result once, a request of one expert's at a time; signed when it is asked for."""
    for start in range(0, TASKS, A_REQUEST):
        for person in crowd:
            tasks = list(person.given)[start : start + A_REQUEST]
            yield person, body_of([person.result(task) for task in tasks])


async def _send(host: str, port: int, requests: list[tuple[Person, bytes]]) -> float:
    """Seconds for all of them over some connections."""
    left = iter(requests)
    lines = [Line(host, port) for _ in range(LINES)]

    async def post(line: Line) -> None:
        for person, body in left:
            reply = await line.ask("POST", "/v1/results", person.headers(), body)
            if reply.status != 200 or reply.body.count(b'"status":"stored"') != A_REQUEST:
                raise RuntimeError(f"{reply.status} {reply.body[:300]!r}")
        await line.close()

    began = time.perf_counter()
    await asyncio.gather(*(post(line) for line in lines))
    return time.perf_counter() - began


def _bare(crowd: list[Person]) -> list[tuple[dict[str, Any], list[bytes]]]:
    found = []
    for person in crowd[: A_ROUND // A_REQUEST]:
        documents = [person.result(task) for task in list(person.given)[:A_REQUEST]]
        found.append((person.key.public.as_jwk(), documents))
    return found


class _Floor:
    """One round: verify, insert and commit a request at a time, sign a receipt for each result."""

    def __init__(
        self, requests: list[tuple[dict[str, Any], list[bytes]]], key: dict[str, Any], commit: Commit
    ) -> None:
        self._requests = [(OKPKey.import_key(jwk), documents) for jwk, documents in requests]
        self._key, self._commit, self._count = OKPKey.import_key(key), commit, 0
        self._registry = JWSRegistry(algorithms=["Ed25519"])

    def __call__(self) -> float:
        began = time.perf_counter()
        for key, documents in self._requests:
            rows: list[tuple[str, bytes, bytes]] = []
            for document in documents:
                found = json.loads(document)
                deserialize_json(found, key, registry=self._registry)
                self._count += 1
                about = {
                    "result": str(self._count),
                    "digest": "0" * 64,
                    "previous": "0" * 64,
                    "verdict": "stored",
                }
                head: HeaderDict = {"protected": {"alg": "Ed25519", "typ": "receipt"}}
                receipt = serialize_json(head, json.dumps(about).encode(), self._key, registry=self._registry)
                rows.append((str(self._count), document, json.dumps(receipt).encode()))
            self._commit(rows)
        return (time.perf_counter() - began) * 1000 / A_ROUND


def _sqlite(path: Path) -> tuple[Commit, Callable[[], None]]:
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL"):
        connection.execute(statement)
    connection.execute("CREATE TABLE result (id TEXT PRIMARY KEY, document BLOB, receipt BLOB)")

    def commit(rows: list[tuple[str, bytes, bytes]]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO result VALUES (?, ?, ?)", rows)
        connection.execute("COMMIT")

    return commit, connection.close


def _postgres(url: str) -> tuple[Commit, Callable[[], None]]:
    import psycopg

    connection = psycopg.connect(url)
    connection.execute("CREATE TABLE result (id TEXT PRIMARY KEY, document BYTEA, receipt BYTEA)")
    connection.commit()

    def commit(rows: list[tuple[str, bytes, bytes]]) -> None:
        connection.cursor().executemany("INSERT INTO result VALUES (%s, %s, %s)", rows)
        connection.commit()

    return commit, connection.close
