"""A small lab that can lie: an honest one in memory, whose every answer a test may replace."""

from __future__ import annotations

import contextlib
import http.server
import itertools
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from app.clock import Clock, SystemClock
from app.domain.ids import DeviceId, ExpertId, LabId, digest
from app.domain.times import to_text
from app.storage.changes import FeedChanges, SignedDocument
from app.storage.rows import WorkspaceIdentity
from app.storage.workspace import create
from app.sync.enrolment import Enrolled, kept_keys
from app.wire import jsonio
from app.wire.documents import Assignment, Keys, Receipt, Registration
from app.wire.keylist import first_key_list
from app.wire.protocol import live_digest
from app.wire.signatures import PrivateKey, members, sign, unbase64
from app.wire.work import TASKS_MEDIA_TYPE, Batch
from tests.contract.sync_rig import Laptop, task
from tests.unit.wire.wire_fixtures import private_key

LAB, EXPERT = "lab-a", "e-1"
STRANGER = private_key(99)
Answer = Callable[["Handler"], None]


def changed(payload: bytes, **changes: Any) -> bytes:
    """A payload with other values; None takes a member away."""
    value = {**jsonio.loads(payload), **changes}
    return jsonio.dumps({k: v for k, v in value.items() if v is not None or k == "previous"})


@dataclass
class LyingLab:
    """items: (kind, id, document or None), numbered from 1. answers: replacements by path, `own` for GET results."""

    key: PrivateKey = field(default_factory=lambda: private_key(50))
    device: PrivateKey = field(default_factory=lambda: private_key(51))
    now: datetime = field(default_factory=lambda: SystemClock().now())
    items: list[tuple[str, str, bytes | None]] = field(default_factory=list)
    blobs: dict[str, bytes] = field(default_factory=dict)
    live: set[str] = field(default_factory=set)
    keys: list[list[bytes]] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    results: dict[str, bytes] = field(default_factory=dict)
    sent: dict[str, bytes] = field(default_factory=dict)
    epoch: str = "e1"
    url: str = ""

    def __post_init__(self) -> None:
        if not self.keys:
            self.keys.append([sign(Keys.typ(), self.key_payload(self.key), self.key)])

    # What an honest lab signs

    def key_payload(self, *keys: PrivateKey, version: int = 1, days: float = 90, **more: Any) -> bytes:
        return jsonio.dumps(
            {
                "v": 1,
                "lab": LAB,
                "name": "Lab A",
                "version": version,
                "issued": to_text(self.now),
                "expires": to_text(self.now + timedelta(days=days)),
                "jwks": {"keys": [k.public.as_jwk() for k in keys]},
                **more,
            }
        )

    def batch(self, name: str, version: int = 1, **changes: Any) -> bytes:
        """A batch's payload."""
        payload = {
            "v": 1,
            "lab": LAB,
            "project": "p",
            "batch": name,
            "version": version,
            "title": f"Batch {name}",
            "issued": to_text(self.now),
            "scoring": {"policy": "healthbench", "version": 1},
            "rubric_version": "1",
            "guideline_version": "1",
            "files": [],
        }
        return changed(jsonio.dumps(payload), **changes)

    def pack(self, tasks: list[dict[str, Any]] | bytes, **changes: Any) -> dict[str, Any]:
        """A file entry, and its bytes among the blobs."""
        data = tasks if isinstance(tasks, bytes) else b"".join(jsonio.dumps(t) + b"\n" for t in tasks)
        self.blobs[digest(data)] = data
        entry = {"path": "tasks/1.jsonl", "media_type": TASKS_MEDIA_TYPE, "size": len(data)}
        return {**entry, "count": data.count(b"\n"), "sha256": digest(data), **changes}

    def assignment(
        self, name: str, batch: bytes, ids: list[str], packs: list[dict[str, Any]], **changes: Any
    ) -> bytes:
        payload = {
            "v": 1,
            "lab": LAB,
            "assignment": name,
            "version": 1,
            "expert": EXPERT,
            "batch": jsonio.loads(batch)["batch"],
            "batch_digest": digest(batch),
            "issued": to_text(self.now),
            "seed": "seed",
            "packs": packs,
            "tasks": ids,
        }
        return changed(jsonio.dumps(payload), **changes)

    def offer(self, payload: bytes, kind: str = "batch.offered", key: PrivateKey | None = None) -> bytes:
        document = sign(Batch.typ(), payload, key or self.key)
        self.items.append((kind, jsonio.loads(payload)["batch"], document))
        return payload

    def assign(self, payload: bytes, key: PrivateKey | None = None) -> bytes:
        name = jsonio.loads(payload)["assignment"]
        self.items.append(("batch.assigned", name, sign(Assignment.typ(), payload, key or self.key)))
        self.live.add(name)
        return payload

    def honest(self, name: str, start: int, count: int = 3) -> tuple[bytes, bytes]:
        """A batch and its assignment, offered and assigned: (batch payload, assignment payload)."""
        tasks = [task(n) for n in range(start, start + count)]
        batch = self.offer(self.batch(name))
        assignment = self.assignment(f"a-{name}", batch, [t["id"] for t in tasks], [self.pack(tasks)])
        return batch, self.assign(assignment)

    # Answers

    def answer(self, handler: Handler) -> None:
        path = urlsplit(handler.path)
        own = handler.command == "GET" and path.path == "/v1/results"
        special = self.answers.get("own" if own else path.path) or self.answers.get("*")
        if special is not None:
            special(handler)
        elif path.path == "/.well-known/assay":
            handler.json(self.well_known())
        elif path.path == "/v1/feed":
            self.feed(handler, parse_qs(path.query).get("cursor", ["0"])[0])
        elif path.path.startswith("/v1/blobs/"):
            self.blob(handler, path.path.rsplit("/", 1)[1])
        elif own:
            self.own(handler, int(parse_qs(path.query).get("cursor", ["0"])[0]))
        elif path.path == "/v1/results":
            sent = jsonio.loads(handler.body)["results"]
            handler.json({"outcomes": [self.outcome(jsonio.dumps(one)) for one in sent]})
        elif path.path == "/v1/results:missing":
            asked = jsonio.loads(handler.body)["digests"]
            handler.json({"missing": [d for d in asked if d not in self.results]})
        else:
            handler.problem(404, "call.unknown")

    def well_known(self) -> dict[str, Any]:
        return {
            "protocol": [1],
            "lab": LAB,
            "name": "Lab A",
            "url": self.url,
            "server_time": to_text(self.now),
            "keys": [[jsonio.loads(d) for d in version] for version in self.keys],
        }

    def page(self, after: int) -> dict[str, Any]:
        items = [
            {"n": n, "kind": kind, "id": name, **({"document": jsonio.loads(doc)} if doc else {})}
            for n, (kind, name, doc) in enumerate(self.items, 1)
            if n > after
        ]
        return {
            "items": items,
            "next": str(len(self.items)),
            "more": False,
            "epoch": self.epoch,
            "keys_version": len(self.keys),
            "digest": live_digest(self.live).model_dump(),
            "server_time": to_text(self.now),
        }

    def feed(self, handler: Handler, cursor: str) -> None:
        etag = f'"{self.epoch}.{len(self.items)}"'
        if int(cursor) == len(self.items) and handler.headers.get("If-None-Match") == etag:
            handler.reply(304, b"", {"ETag": etag})
        else:
            handler.json(self.page(int(cursor)), {"ETag": etag})

    def blob(self, handler: Handler, sha256: str) -> None:
        data = self.blobs.get(sha256)
        if data is None:
            handler.problem(404, "call.unknown")
            return
        start = int(handler.headers.get("Range", "bytes=0-")[6:-1])
        if start:
            where = {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"}
            handler.reply(206, data[start:], {"Content-Type": "application/octet-stream", **where})
        else:
            handler.reply(200, data, {"Content-Type": "application/octet-stream"})

    def outcome(self, document: bytes, **receipt: Any) -> dict[str, Any]:
        """Store a result and answer for it. receipt: what the receipt says otherwise."""
        payload = unbase64(members(document)["payload"], "")
        known = digest(payload)
        status = "duplicate" if known in self.results else "stored"
        self.sent[known] = document
        self.results.setdefault(known, self.receipt(payload, **receipt))
        return {"digest": known, "status": status, "receipt": jsonio.loads(self.results[known])}

    def own(self, handler: Handler, after: int) -> None:
        """All results after the cursor with their receipts, in one page."""
        if after > len(self.results):
            handler.problem(410, "feed.reset")
            return
        items = [
            {"result": jsonio.loads(self.sent[known]), "receipt": jsonio.loads(receipt)}
            for known, receipt in self.results.items()
        ]
        handler.json({"items": items[after:], "next": str(len(items)), "more": False})

    def receipt(self, payload: bytes, key: PrivateKey | None = None, **changes: Any) -> bytes:
        result = jsonio.loads(payload)
        body = {
            "v": 1,
            "receipt": f"rc-{len(self.results)}",
            "result": result["result"],
            "revision": result["revision"],
            "digest": digest(payload),
            "verdict": "stored",
            "received_at": to_text(self.now),
            "previous": _previous(self.results),
        }
        return sign(Receipt.typ(), changed(jsonio.dumps(body), **changes), key or self.key)

    def asked(self, path: str) -> int:
        """How often; of results, only those that were sent."""
        return sum(
            1
            for method, target, _ in self.requests
            if urlsplit(target).path == path and (method, path) != ("GET", "/v1/results")
        )


def _previous(receipts: dict[str, bytes]) -> str | None:
    last = list(receipts.values())[-1:]
    return digest(unbase64(members(last[0])["payload"], "")) if last else None


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else head and body wait for each other, 40 ms a reply
    lab: LyingLab
    body: bytes = b""

    def do_GET(self) -> None:
        self.lab.requests.append((self.command, self.path, dict(self.headers)))
        length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(length)
        if len(self.body) < length:
            self.close_connection = True
            return
        # The one who asks may have gone away: that is what some of the tests are about.
        with contextlib.suppress(ConnectionError, BrokenPipeError):
            self.lab.answer(self)

    do_POST = do_GET

    def reply(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if status != 304:
            self.wfile.write(body)

    def json(self, value: object, headers: dict[str, str] | None = None, status: int = 200) -> None:
        self.reply(status, jsonio.dumps(value), {"Content-Type": "application/json", **(headers or {})})

    def problem(self, status: int, code: str, headers: dict[str, str] | None = None) -> None:
        about = {"title": f"No: {code}", "status": status, "code": code}
        self.json(about, {"Content-Type": "application/problem+json", **(headers or {})}, status)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who asked may hang up at any moment, between two requests too; all else is the test's mistake."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@contextlib.contextmanager
def serving_lies(lab: LyingLab) -> Iterator[LyingLab]:
    server = Server(("127.0.0.1", 0), type("Bound", (Handler,), {"lab": lab}))
    lab.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield lab
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def enrolled_laptop(lab: LyingLab, folder: Path, clock: Clock | None = None, **more: Any) -> Laptop:
    """A workspace that pins the lab's first key list, as enrolling leaves it."""
    keys = first_key_list(lab.keys[0], digest(unbase64(members(lab.keys[0][0])["payload"], "")))
    device = DeviceId("d-1")
    identity = WorkspaceIdentity(LabId(LAB), "Lab A", lab.url, ExpertId(EXPERT), device, lab.device.kid)
    workspace = create(folder, bytes(range(32)), identity, clock or SystemClock())
    kept = kept_keys(keys)
    document = SignedDocument(kept.name, kept.version, kept.payload, kept.document)
    workspace.lab.apply(FeedChanges(documents=(document, registration(lab))))
    enrolled = Enrolled(
        LabId(LAB), "Lab A", lab.url, ExpertId(EXPERT), "Ada", "expert", device, lab.device.kid, ()
    )
    return Laptop(workspace, lab.device, enrolled, clock or SystemClock(), itertools.count(1), **more)


def registration(lab: LyingLab) -> SignedDocument:
    """The expert's one device, as this lab registers it."""
    device = {"device": "d-1", "jwk": lab.device.public.as_jwk(), "registered": to_text(lab.now)}
    about = {"v": 1, "lab": LAB, "lab_name": "Lab A", "expert": EXPERT, "name": "Ada", "role": "expert"}
    payload = jsonio.dumps({**about, "issued": to_text(lab.now), "devices": [device]})
    return SignedDocument(Registration.NAME, 1, payload, sign(Registration.typ(), payload, lab.key))


def holdings(laptop: Laptop) -> dict[str, Any]:
    """What an expert has of the lab: batches, tasks, assignments, the place in the feed."""
    lab = laptop.workspace.lab
    return {
        "batches": [(b.id, b.version, b.digest, b.withdrawn, b.tasks) for b in lab.batches()],
        "tasks": [(t, lab.task_line(t)) for t in lab.tasks()],
        "assignments": lab.assignments(),
    }


def quarantined(laptop: Laptop) -> list[str]:
    return [q.code for q in laptop.workspace.lab.quarantined()]
