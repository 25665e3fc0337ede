"""A lab being served in a thread, and an expert's side of the protocol made of `app.wire` alone."""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from app.clock import Clock, SystemClock
from app.domain.ids import digest
from app.domain.times import to_text
from app.wire import invitation, jsonio
from app.wire.models import typ
from app.wire.signatures import PrivateKey, sign
from app.wire.tokens import mint_token
from benchmarks.crowd import result_payload
from lab import desk
from lab.serve import Service

_numbers = itertools.count(1)
_clients: list[httpx2.Client] = []


def client() -> httpx2.Client:
    """Closed when the lab that is served ends."""
    _clients.append(httpx2.Client(trust_env=False, timeout=40))
    return _clients[-1]


def write_tasks(path: Path, count: int, *, tag: str = "t", size: int = 0) -> Path:
    """HealthBench-shaped records with two responses and two criteria. size: characters added to each."""
    with path.open("w", encoding="utf-8") as out:
        for n in range(count):
            record = {
                "prompt_id": f"{tag}-{n}",
                "prompt": [{"role": "user", "content": f"Question {n}? 🚑 " + "x" * size}],
                "completions": [f"First answer to {n}.", f"Second answer to {n}."],
                "rubrics": [
                    {"criterion": "Names the danger", "points": 5, "tags": ["axis:safety"]},
                    {"criterion": "Invents a dose", "points": -3, "tags": []},
                ],
            }
            out.write(json.dumps(record) + "\n")
    return path


@contextlib.contextmanager
def serving(lab: desk.Lab, **more: Any) -> Iterator[Service]:
    """The lab answers within; it has ended after."""
    service = Service(lab, **more)
    thread = threading.Thread(target=service.run, name="lab-service")
    thread.start()
    try:
        assert service.ready.wait(20), "the lab did not start"
        yield service
    finally:
        while _clients:
            _clients.pop().close()
        service.stop()
        thread.join(30)
        assert not thread.is_alive(), "the lab did not end"


@dataclass
class Laptop:
    """One enrolled device. tasks: what it pulled, by id: (task, digest of its line)."""

    url: str
    key: PrivateKey
    clock: Clock
    expert: str = ""
    lab: str = ""
    device: str = ""
    tasks: dict[str, tuple[dict[str, Any], str]] = field(default_factory=dict)
    given: dict[str, dict[str, Any]] = field(default_factory=dict)
    batches: dict[str, tuple[dict[str, Any], str]] = field(default_factory=dict)
    cursor: str = ""
    http: httpx2.Client = field(default_factory=client)
    sequence: int = 0

    def token(self) -> str:
        return mint_token(self.key, self.url, self.clock.now(), f"j{next(_numbers)}")

    def call(self, method: str, path: str, *, token: str | None = None, **more: Any) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {token or self.token()}", **more.pop("headers", {})}
        return self.http.request(method, self.url + path, headers=headers, **more)

    def enrolment(self, code: str, *, device: str | None = None, audience: str | None = None) -> bytes:
        payload = {
            "v": 1,
            "jwk": self.key.public.as_jwk(),
            "code": code,
            "device": device or self.device,
            "audience": audience or self.url,
            "issued": to_text(self.clock.now()),
        }
        return sign(typ("enrolment"), jsonio.dumps(payload), self.key)

    def pull(self) -> list[dict[str, Any]]:
        """Apply the feed to its end and fetch every pack; returns the items."""
        found: list[dict[str, Any]] = []
        while True:
            page = self.call("GET", f"/v1/feed?cursor={self.cursor}").json()
            for item in page["items"]:
                self._apply(item)
            found += page["items"]
            self.cursor = page["next"]
            if not page["more"]:
                return found

    def _apply(self, item: dict[str, Any]) -> None:
        if item.get("document") is None or not item["kind"].startswith("batch."):
            return
        payload = payload_of(item["document"])
        document = jsonio.loads(payload)
        if item["kind"] != "batch.assigned":
            self.batches[document["batch"]] = (document, digest(payload))
            return
        self.given[document["assignment"]] = document
        for pack in document["packs"]:
            for line in self.call("GET", f"/v1/blobs/{pack['sha256']}").content.splitlines():
                self.tasks[jsonio.loads(line)["id"]] = (jsonio.loads(line), digest(line))

    def result(self, task_id: str, *, value: object = "met", **changes: Any) -> bytes:
        """A signed result on a pulled task, every criterion answered alike."""
        task, task_digest = self.tasks[task_id]
        given = next(a for a in self.given.values() if task_id in a["tasks"])
        self.sequence += 1
        payload = result_payload(
            self,
            task,
            self.batches[given["batch"]],
            task_digest=task_digest,
            seed=given["seed"],
            at=to_text(self.clock.now()),
            active_ms=1200,
            value=value,
        )
        return sign(typ("result"), jsonio.dumps(payload | changes), self.key)

    def send(self, *documents: bytes) -> list[dict[str, Any]]:
        reply = self.call("POST", "/v1/results", content=results_body(*documents))
        assert reply.status_code == 200, reply.text
        outcomes: list[dict[str, Any]] = reply.json()["outcomes"]
        return outcomes


def results_body(*documents: bytes) -> bytes:
    return b'{"results":[' + b",".join(documents) + b"]}"


def payload_of(document: dict[str, str]) -> bytes:
    text = document["payload"]
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def enrolled(link: str, clock: Clock | None = None, key: PrivateKey | None = None) -> Laptop:
    """A device that has used this invitation at the running lab."""
    read = invitation.read(link)
    laptop = Laptop(
        read.url, key or PrivateKey.generate(), clock or SystemClock(), device=f"d{next(_numbers)}"
    )
    reply = laptop.http.post(f"{read.url}/v1/enrol", content=laptop.enrolment(read.code))
    assert reply.status_code in (200, 201), reply.text
    registration = jsonio.loads(payload_of(reply.json()["registration"]))
    laptop.expert, laptop.lab = registration["expert"], registration["lab"]
    return laptop
