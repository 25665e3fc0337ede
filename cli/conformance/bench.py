"""What the checks share: calls to the lab, and a device that joins with the invitation when it is first needed.

The device, its results and the blob that is put up stay at the lab: use an invitation made for this.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import httpx2

from app.clock import Clock
from app.domain.ids import BatchId, Digest, ExpertId, TaskId, digest, result_id
from app.domain.times import from_text, to_text
from app.wire import jsonio
from app.wire.documents import Assignment, Batch, Enrolment, Receipt, Registration, Result
from app.wire.invitation import Invitation
from app.wire.keylist import KeyList, follow
from app.wire.models import Document, Jws, Model, parse
from app.wire.ownwork import DeviceReply, DeviceRequest
from app.wire.protocol import (
    PROBLEM_TYPE,
    EnrolReply,
    FeedItem,
    FeedPage,
    Outcome,
    Problem,
    ResultsReply,
    WellKnown,
)
from app.wire.signatures import PrivateKey, sign, unbase64, verify
from app.wire.tokens import mint_token

D = TypeVar("D", bound=Document)
M = TypeVar("M", bound=Model)
MOST_PAGES = 2000
TASKS = 12
"""More than the checks judge."""
TIMEOUT_S = 40


class Failed(Exception):
    """The lab does not do what the protocol says; the text says what it did."""


def require(holds: bool, reason: str) -> None:
    if not holds:
        raise Failed(reason)


@dataclass(frozen=True)
class Given:
    """A task of hers: its line as it came, and the documents it came by."""

    id: str
    line: bytes
    assignment: Assignment
    batch: Batch
    batch_digest: Digest


@dataclass(eq=False)
class Bench:
    url: str
    invitation: Invitation
    clock: Clock
    key: PrivateKey = field(default_factory=PrivateKey.generate)
    device: str = field(default_factory=lambda: f"conformance-{secrets.token_hex(6)}")
    sequence: int = 0
    taken: int = 0
    lead_invitation: Invitation | None = None
    _http: httpx2.Client = field(
        default_factory=lambda: httpx2.Client(trust_env=False, timeout=TIMEOUT_S, follow_redirects=False)
    )

    def close(self) -> None:
        for name in ("second", "lead"):
            if name in self.__dict__:
                self.__dict__[name].close()
        self._http.close()

    # Calls

    def token(self, **changes: Any) -> str:
        """A good token of the device, unless told otherwise: key, audience, now, jti."""
        now = changes.get("now", self.clock.now())
        jti = changes.get("jti") or secrets.token_urlsafe(16)
        return mint_token(
            changes.get("key", self.key), changes.get("audience", self.invitation.url), now, jti
        )

    def call(
        self, method: str, path: str, *, token: str | None = "", body: bytes | None = None, **headers: str
    ) -> httpx2.Response:
        """token: by default a new one of the enrolled device; None: none. headers: with _ for -."""
        if token == "":
            _ = self.registration
            token = self.token()
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        return self._http.request(method, self.url + path, headers=sent, content=body)

    def good(self, reply: httpx2.Response, model: type[M], status: int = 200) -> M:
        """The body, which has this model's shape."""
        require(reply.status_code == status, f"{status} was expected, {_said(reply)} came")
        return parse(model, reply.content)

    def refusal(self, reply: httpx2.Response, *statuses: int) -> Problem:
        """A problem with one of these statuses; none given: any of 400 to 499."""
        fits = reply.status_code in statuses if statuses else 400 <= reply.status_code < 500
        wanted = " or ".join(map(str, statuses)) or "a refusal"
        require(fits, f"{wanted} was expected, {_said(reply)} came")
        media = reply.headers.get("content-type", "").partition(";")[0]
        require(
            media == PROBLEM_TYPE, f"a refusal is {PROBLEM_TYPE} (RFC 9457), this is {media or 'nothing'}"
        )
        found = parse(Problem, reply.content)
        require(found.status == reply.status_code, "the problem's status is not the answer's")
        return found

    # What is learnt once

    @cached_property
    def about(self) -> WellKnown:
        return self.good(self.call("GET", "/.well-known/assay", token=None), WellKnown)

    @cached_property
    def keys(self) -> KeyList:
        versions = [[jws.document() for jws in version] for version in self.about.keys]
        return follow(versions, self.invitation.keys_digest)

    def enrolment(self, *, key: PrivateKey | None = None, **changes: Any) -> bytes:
        """A signed enrolment of this device, with members changed."""
        key = key or self.key
        payload = {
            "v": 1,
            "jwk": key.public.as_jwk(),
            "code": self.invitation.code,
            "device": self.device,
            "audience": self.invitation.url,
            "issued": to_text(self.clock.now()),
        }
        return sign(Enrolment.typ(), jsonio.dumps({**payload, **changes}), key)

    def enrol(self, document: bytes) -> httpx2.Response:
        return self.call("POST", "/v1/enrol", token=None, body=document)

    @cached_property
    def enrolled(self) -> tuple[bytes, httpx2.Response]:
        """The request and the lab's answer."""
        document = self.enrolment()
        return document, self.enrol(document)

    @cached_property
    def registration(self) -> Registration:
        reply = self.enrolled[1]
        require(reply.status_code in (200, 201), f"the lab does not take the invitation: {_said(reply)} came")
        return self.signed(parse(EnrolReply, reply.content).registration, Registration)

    def signed(self, jws: Jws, model: type[D]) -> D:
        """The payload of a document that the lab has signed as this kind."""
        return parse(model, verify(jws.document(), self.keys.keys, model.typ(), at=self.clock.now()).payload)

    def device_request(self, action: str, *, key: PrivateKey | None = None, **changes: Any) -> bytes:
        """A signed wish to add or revoke a device, with members changed."""
        payload = {
            "v": 1,
            "lab": self.registration.lab,
            "expert": self.registration.expert,
            "action": action,
            "nonce": secrets.token_hex(8),
            "audience": self.invitation.url,
            "issued": to_text(self.clock.now()),
        }
        return sign(DeviceRequest.typ(), jsonio.dumps(payload | changes), key or self.key)

    @cached_property
    def second(self) -> Bench:
        """Another device of the same expert, by her own word."""
        reply = self.call("POST", "/v1/devices", body=self.device_request("add"))
        told = self.good(reply, DeviceReply)
        self.signed(told.registration, Registration)
        require(told.expires is not None and bool(told.code), "no code comes for one more device")
        assert told.expires is not None
        role, until = told.role, from_text(told.expires)
        invitation = Invitation(
            self.invitation.url, Digest(told.keys or self.invitation.keys_digest), told.code, role, until
        )
        return Bench(self.url, invitation, self.clock)

    @cached_property
    def lead(self) -> Bench:
        """A device of the lead of her team."""
        assert self.lead_invitation is not None
        return Bench(self.url, self.lead_invitation, self.clock)

    # Work

    @cached_property
    def pages(self) -> list[FeedPage]:
        """Her feed from its beginning to its end, as it was before anything was sent."""
        return self._read()

    def feed(self) -> list[FeedItem]:
        """What is in her feed now."""
        return [item for page in self._read() for item in page.items]

    def _read(self) -> list[FeedPage]:
        found: list[FeedPage] = []
        cursor = ""
        while True:
            found.append(self.good(self.call("GET", f"/v1/feed?cursor={cursor}"), FeedPage))
            cursor = found[-1].next
            if not found[-1].more:
                return found
            require(len(found) < MOST_PAGES, "the feed has no end")
            require(bool(found[-1].items), "a page of the feed is empty and says that there is more")

    @property
    def items(self) -> list[FeedItem]:
        return [item for page in self.pages for item in page.items]

    @cached_property
    def batches(self) -> dict[str, tuple[Batch, Digest]]:
        """The newest version of each batch in the feed, with its digest."""
        found: dict[str, tuple[Batch, Digest]] = {}
        for item in self.items:
            if item.kind in ("batch.offered", "batch.revised") and item.document is not None:
                batch = self.signed(item.document, Batch)
                found[batch.batch] = (batch, digest(payload_of(item.document)))
        return found

    @cached_property
    def assignments(self) -> dict[str, Assignment]:
        """Hers that have not ended, by id."""
        found: dict[str, Assignment] = {}
        for item in self.items:
            if item.kind == "batch.assigned" and item.document is not None:
                given = self.signed(item.document, Assignment)
                found[given.assignment] = given
        return {name: given for name, given in found.items() if given.ended is None}

    @cached_property
    def pack(self) -> tuple[str, bytes]:
        """The digest of one of her packs, and its bytes."""
        for given in self.assignments.values():
            if given.packs:
                return given.packs[0].sha256, self._fetched(given.packs[0].sha256)
        raise Failed(NO_WORK)

    @cached_property
    def tasks(self) -> list[Given]:
        """The tasks of her first packs, as many as the checks judge."""
        found: list[Given] = []
        for given in self.assignments.values():
            require(given.batch in self.batches, "a batch was assigned that the feed never offered")
            batch, batch_digest = self.batches[given.batch]
            for pack in given.packs:
                if len(found) >= TASKS:
                    return found
                lines = self._fetched(pack.sha256).split(b"\n")
                found += [Given(_task_id(x), x, given, batch, batch_digest) for x in lines if x.strip()]
        require(bool(found), NO_WORK)
        return found

    def _fetched(self, sha256: str) -> bytes:
        reply = self.call("GET", f"/v1/blobs/{sha256}")
        require(reply.status_code == 200, f"200 was expected for a pack, {_said(reply)} came")
        return reply.content

    def task(self) -> Given:
        """One that no check has judged yet."""
        self.taken += 1
        require(
            len(self.tasks) >= self.taken,
            f"the checks judge {self.taken} tasks so far, and the invitation's expert has {len(self.tasks)}",
        )
        return self.tasks[self.taken - 1]

    @cached_property
    def first(self) -> tuple[Given, bytes, Receipt]:
        """A task, her first result on it and its receipt."""
        task = self.task()
        document = self.result(task)
        return task, document, self.stored(document)

    def result(
        self, task: Given, *, key: PrivateKey | None = None, note: str = "Conformance", **changes: Any
    ) -> bytes:
        """A signed result on a task: a comment, no verdict."""
        self.sequence += 1
        now = to_text(self.clock.now())
        mine = self.registration
        line = jsonio.loads(task.line)
        payload = {
            "v": 1,
            "result": result_id(BatchId(task.batch.batch), TaskId(task.id), ExpertId(mine.expert)),
            "revision": 1,
            "previous": None,
            "expert": mine.expert,
            "device": self.device,
            "sequence": self.sequence,
            "lab": mine.lab,
            "batch": task.batch.batch,
            "batch_digest": task.batch_digest,
            "task": task.id,
            "task_digest": digest(task.line),
            "rubric_version": task.batch.rubric_version,
            "guideline_version": task.batch.guideline_version,
            "shown_order": [response["id"] for response in line["responses"]],
            "seed": task.assignment.seed,
            "judgement": {"responses": {}, "comment": note},
            "score": None,
            "times": {"started": now, "submitted": now, "active_ms": 1},
            "journal_head": "0" * 64,
        }
        return sign(Result.typ(), jsonio.dumps({**payload, **changes}), key or self.key)

    def send(self, *documents: bytes) -> list[Outcome]:
        """The outcome of each, in the order sent."""
        reply = self.call(
            "POST", "/v1/results", body=results_body(*documents), Content_Type="application/json"
        )
        outcomes = self.good(reply, ResultsReply).outcomes
        require(
            len(outcomes) == len(documents),
            f"{len(documents)} results were sent, {len(outcomes)} outcomes came",
        )
        return outcomes

    def letters(self, call: str, *documents: bytes) -> list[Outcome]:
        """The outcome of each letter (decision, answer, proposal), in the order sent. call: `decisions` …"""
        body = b'{"documents":[' + b",".join(documents) + b"]}"
        outcomes = self.good(self.call("POST", f"/v1/{call}", body=body), ResultsReply).outcomes
        require(
            len(outcomes) == len(documents),
            f"{len(documents)} letters were sent, {len(outcomes)} outcomes came",
        )
        return outcomes

    def stored(self, document: bytes) -> Receipt:
        """Send a good result; its receipt, verified."""
        (outcome,) = self.send(document)
        require(outcome.status == "stored", f"a good result is “{outcome.status}” ({outcome.code})")
        return self.receipt(outcome, document)

    def receipt(self, outcome: Outcome, document: bytes) -> Receipt:
        require(outcome.receipt is not None, f"“{outcome.status}” comes without a receipt")
        assert outcome.receipt is not None
        receipt = self.signed(outcome.receipt, Receipt)
        sent = digest(payload_of(parse(Jws, document)))
        require(outcome.digest == sent, "the outcome's digest is not that of the payload")
        require(receipt.digest == sent, "the receipt's digest is not that of the payload")
        late = abs((from_text(receipt.received_at) - self.clock.now()).total_seconds())
        require(late < 120, "the receipt's time is not now")
        return receipt


def results_body(*documents: bytes) -> bytes:
    return b'{"results":[' + b",".join(documents) + b"]}"


def payload_of(jws: Jws) -> bytes:
    return unbase64(jws.payload, "signature.shape")


NO_WORK = "the invitation's expert has no work: assign her a batch of at least 12 tasks before the checks"


def _said(reply: httpx2.Response) -> str:
    code = ""
    if reply.headers.get("content-type", "").startswith(PROBLEM_TYPE):
        code = f" ({parse(Problem, reply.content).code})"
    return f"{reply.status_code}{code}"


def _task_id(line: bytes) -> str:
    found = jsonio.loads(line)
    require(isinstance(found, dict) and isinstance(found.get("id"), str), "a line of a pack is no task")
    return str(found["id"])
