"""Experts for the benches of the lab: real keys, real signatures, a bare HTTP client, labs in processes of their own.

The client speaks HTTP/1.1 over one kept connection and knows just what the lab answers with; a usual client would
cost more than the lab.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from app.clock import SystemClock
from app.domain.ids import BatchId, ExpertId, TaskId, digest, result_id
from app.domain.times import to_text
from app.wire import jsonio
from app.wire.documents import Enrolment
from app.wire.models import check, typ
from app.wire.signatures import PrivateKey, sign, unbase64
from app.wire.tokens import mint_token
from benchmarks.servers import free_port, until_ready
from lab import people
from lab.lab import Lab
from lab.migrations import recount
from lab.tables import batch as batch_table

ROOT = Path(__file__).resolve().parent.parent
CLOCK = SystemClock()
_jti = itertools.count()


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Line:
    """One kept connection to one process of the lab."""

    def __init__(self, host: str, port: int) -> None:
        self.place = (host, port)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Reply:
        if self._streams is None:
            self._streams = await asyncio.open_connection(*self.place)
        reader, writer = self._streams
        head = [
            f"{method} {path} HTTP/1.1",
            "Host: {}:{}".format(*self.place),
            f"Content-Length: {len(body)}",
        ]
        head += [f"{name}: {value}" for name, value in headers.items()]
        writer.write(("\r\n".join(head) + "\r\n\r\n").encode() + body)
        raw = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        found = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in raw[1:])}
        data = await reader.readexactly(int(found.get("content-length", "0")))
        return Reply(int(raw[0].split(" ")[1]), found, data)

    async def close(self) -> None:
        if self._streams is not None:
            writer, self._streams = self._streams[1], None
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


class Grader(Protocol):
    """Who signs a result, from which device, and which one of hers it is."""

    lab: str
    expert: str
    device: str
    sequence: int


def result_payload(
    grader: Grader,
    task: dict[str, Any],
    batch: tuple[dict[str, Any], str],
    *,
    task_digest: str,
    seed: str,
    at: str,
    active_ms: int,
    value: object,
) -> dict[str, Any]:
    """A first result, every criterion answered alike. batch: the document and its digest."""
    about, batch_digest = batch
    verdicts = {c["id"]: {"value": value} for c in task["rubric"]["criteria"] if c.get("kind") != "group"}
    return {
        "v": 1,
        "result": result_id(BatchId(about["batch"]), TaskId(task["id"]), ExpertId(grader.expert)),
        "revision": 1,
        "previous": None,
        "expert": grader.expert,
        "device": grader.device,
        "sequence": grader.sequence,
        "lab": grader.lab,
        "batch": about["batch"],
        "batch_digest": batch_digest,
        "task": task["id"],
        "task_digest": task_digest,
        "rubric_version": about["rubric_version"],
        "guideline_version": about["guideline_version"],
        "shown_order": [r["id"] for r in task["responses"]],
        "seed": seed,
        "judgement": {"responses": {r["id"]: {"verdicts": verdicts} for r in task["responses"]}},
        "score": None,
        "times": {"started": at, "submitted": at, "active_ms": active_ms},
        "journal_head": "0" * 64,
    }


@dataclass
class Person:
    """An enrolled device. given: task id → (line, assignment, batch, batch digest)."""

    lab: str
    url: str
    key: PrivateKey
    expert: str
    device: str
    given: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], str]] = field(default_factory=dict)
    sequence: int = 0

    def headers(self, **more: str) -> dict[str, str]:
        token = mint_token(self.key, self.url, CLOCK.now(), f"{os.getpid()}-{next(_jti)}")
        return {"Authorization": f"Bearer {token}", **{k.replace("_", "-"): v for k, v in more.items()}}

    def result(self, task_id: str, value: str = "met") -> bytes:
        line, assignment, batch, batch_digest = self.given[task_id]
        self.sequence += 1
        payload = result_payload(
            self,
            line,
            (batch, batch_digest),
            task_digest=line["#digest"],
            seed=assignment["seed"],
            at=to_text(CLOCK.now()),
            active_ms=60_000,
            value=value,
        )
        return sign(typ("result"), jsonio.dumps(payload), self.key)

    def learn(
        self, lines: bytes, assignment: dict[str, Any], batch: dict[str, Any], batch_digest: str
    ) -> None:
        """What a pack holds."""
        for raw in lines.splitlines():
            line = json.loads(raw)
            self.given[line["id"]] = ({**line, "#digest": digest(raw)}, assignment, batch, batch_digest)


def body_of(documents: list[bytes]) -> bytes:
    return b'{"results":[' + b",".join(documents) + b"]}"


def payload(document: dict[str, str]) -> bytes:
    return unbase64(document["payload"], "signature.shape")


def join(lab: Lab, count: int, role: str = "expert") -> list[Person]:
    """New people with a device each, enrolled at the desk's own database."""
    found: list[Person] = []
    for n in range(count):
        invited = people.invite(lab, role, f"Robot {n}")
        person = Person(
            lab.config.lab, lab.config.url, PrivateKey.generate(), invited.expert, f"d-{invited.expert}"
        )
        asked = {
            "v": 1,
            "jwk": person.key.public.as_jwk(),
            "code": invited.code,
            "device": person.device,
            "audience": lab.config.url,
            "issued": lab.now(),
        }
        request = check(Enrolment, asked)
        lab.database.write(lambda c, r=request, p=person: people.enrol(c, lab, r, p.key.public))  # type: ignore[misc]
        found.append(person)
    return found


def offer(lab: Lab, batch: str, overlap: int) -> None:
    """So many experts may claim each pack of the batch; nothing is assigned."""
    from sqlalchemy import update

    def job(connection: Any) -> None:
        connection.execute(update(batch_table).where(batch_table.c.id == batch).values(overlap=overlap))
        recount(connection, batch)

    lab.database.write(job)


def take_all(lab: Lab, person: Person) -> None:
    """Her feed and packs, read from the lab's own database and blobs."""
    from lab import feeds

    batches: dict[str, tuple[dict[str, Any], str]] = {}
    with lab.database.reading() as connection:
        items = feeds.read(connection, person.expert, 0, 100_000)
    for item in items:
        if item.document is None:
            continue
        raw = payload(json.loads(item.document))
        found = json.loads(raw)
        if item.kind == "batch.offered":
            batches[found["batch"]] = (found, digest(raw))
        elif item.kind == "batch.assigned":
            for pack in found["packs"]:
                person.learn(lab.blobs.read(pack["sha256"]), found, *batches[found["batch"]])


def tasks_file(path: Path, count: int, size: int = 4000) -> Path:
    """HealthBench-shaped records with two responses and four criteria."""
    criteria = [{"criterion": f"Says {n}", "points": 5 - 2 * n, "tags": []} for n in range(4)]
    with path.open("w", encoding="utf-8") as out:
        for n in range(count):
            record = {
                "prompt_id": f"t-{n}",
                "prompt": [{"role": "user", "content": f"Question {n}? " + "text " * (size // 5)}],
                "completions": [f"First answer to {n}.", f"Second answer to {n}."],
                "rubrics": criteria,
            }
            out.write(json.dumps(record) + "\n")
    return path


@contextmanager
def processes(folder: Path, count: int, pids: list[int] | None = None) -> Iterator[list[tuple[str, int]]]:
    """The lab of a folder served by so many processes; yields where each listens. pids: gets theirs."""
    with ExitStack() as stack:
        found: list[tuple[str, int]] = []
        for n in range(count):
            port = free_port()
            more = ("--listen", f"127.0.0.1:{port}")
            server = stack.enter_context(served(folder, *more, ready=folder / f"ready-{n}"))
            found.append(("127.0.0.1", port))
            if pids is not None:
                pids.append(server.pid)
        yield found


@contextmanager
def served(folder: Path, *more: str, ready: Path | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """The lab of a folder in a process of its own, at its URL unless `more` arguments say otherwise."""
    ready = ready or folder / "ready"
    command = [sys.executable, "-m", "cli", "lab", "serve", "--lab", str(folder), "--quiet"]
    command += [*more, "--ready-file", str(ready)]
    server = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL)
    try:
        until_ready(ready.exists, server)
        yield server
    finally:
        _end(server)


def _end(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGTERM)
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
