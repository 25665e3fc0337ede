"""A lab that does one thing wrong: ours, with a fault between it and the network, switched at will.

A fault sees each call before the good lab does and may change it, or change the answer. `FAULTS` names the check
of the conformance suite that each must make fail.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.wire import jsonio
from app.wire.signatures import base64url
from benchmarks.crowd import Reply
from lab.lab import Lab
from lab.tables_leads import sealed
from tests.lab_server import payload_of


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    def without(self, *names: str) -> Asked:
        return replace(self, headers={k: v for k, v in self.headers.items() if k not in names})


@dataclass(frozen=True)
class Answer(Reply):
    @property
    def code(self) -> str:
        return str(self.json["code"]) if "problem" in self.headers.get("content-type", "") else ""

    def with_json(self, value: Any, status: int | None = None) -> Answer:
        headers = {**self.headers, "content-type": "application/json"}
        return Answer(status or self.status, headers, jsonio.dumps(value))


Ask = Callable[[Asked], Awaitable[Answer]]
Fault = Callable[[Lab, Asked, Ask], Awaitable[Answer]]


class BadLab:
    """ASGI around the good lab. `fault` None: nothing is wrong."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self.fault: Fault | None = None

    def around(self, good: ASGIApp) -> ASGIApp:
        async def call(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or self.fault is None:
                await good(scope, receive, send)
                return
            answer = await self.fault(self._lab, await _asked(scope, receive), _asker(good, scope))
            headers = {**answer.headers, "content-length": str(len(answer.body))}
            pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
            await send({"type": "http.response.start", "status": answer.status, "headers": pairs})
            await send({"type": "http.response.body", "body": answer.body})

        return call


async def _asked(scope: Scope, receive: Receive) -> Asked:
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
    return Asked(scope["method"], scope["path"], scope["query_string"].decode(), headers, body)


def _asker(good: ASGIApp, scope: Scope) -> Ask:
    async def ask(asked: Asked) -> Answer:
        found: dict[str, Any] = {"body": b""}

        async def receive() -> Message:
            return {"type": "http.request", "body": asked.body, "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                found["status"] = message["status"]
                found["headers"] = {k.decode(): v.decode("latin-1") for k, v in message["headers"]}
            else:
                found["body"] += message.get("body", b"")

        headers = [(name.encode(), value.encode("latin-1")) for name, value in asked.headers.items()]
        inner = {**scope, "headers": headers, "query_string": asked.query.encode(), "state": {}}
        await good({**inner, "path": asked.path, "raw_path": asked.path.encode()}, receive, send)
        return Answer(found["status"], found["headers"], found["body"])

    return ask


# Faults


def lenient(code: str, at: str = "", say: Any = None) -> Fault:
    """Takes what the good lab refuses with this code."""

    async def fault(_lab: Lab, asked: Asked, ask: Ask) -> Answer:
        answer = await ask(asked)
        return answer.with_json(say or {}, 200) if answer.code == code and at in asked.path else answer

    return fault


def changed(path: str, change: Callable[[Lab, Any], Any], method: str = "") -> Fault:
    """Answers other JSON at this path."""

    async def fault(lab: Lab, asked: Asked, ask: Ask) -> Answer:
        answer = await ask(asked)
        fits = asked.path.endswith(path) and method in ("", asked.method) and answer.status in (200, 201)
        return answer.with_json(change(lab, answer.json)) if fits else answer

    return fault


def member(name: str, value: Any) -> Callable[[Lab, Any], Any]:
    return lambda _lab, found: {**found, name: value}


def items(change: Callable[[list[Any]], list[Any]]) -> Callable[[Lab, Any], Any]:
    return lambda _lab, found: {**found, "items": change(found["items"])}


def deaf(*headers: str, path: str = "") -> Fault:
    """Does not hear these request headers."""

    async def fault(_lab: Lab, asked: Asked, ask: Ask) -> Answer:
        return await ask(asked.without(*headers) if path in asked.path else asked)

    return fault


def outcomes(change: Callable[[Lab, dict[str, Any]], dict[str, Any]], call: str = "/v1/results") -> Fault:
    def each(lab: Lab, found: Any) -> Any:
        return {"outcomes": [change(lab, one) for one in found["outcomes"]]}

    return changed(call, each, "POST")


def says(status: str, *, when: str = "", code: str = "", call: str = "/v1/results") -> Fault:
    """Outcomes of one status, or with a code that begins so, become another."""

    def change(_lab: Lab, one: dict[str, Any]) -> dict[str, Any]:
        fits = one["status"] == when if when else one.get("code", "").startswith(code)
        return {**one, "status": status} if fits else one

    return outcomes(change, call)


def resigned(name: str, lab: Lab, document: dict[str, str], **changes: Any) -> Any:
    """The same document with other members, under the lab's own signature."""
    payload = {**jsonio.loads(payload_of(document)), **changes}
    return jsonio.loads(lab.sign(name, jsonio.dumps(payload)).document)


def receipts(when: str, *, call: str = "/v1/results", **changes: Any) -> Fault:
    def change(lab: Lab, one: dict[str, Any]) -> dict[str, Any]:
        if one["status"] != when:
            return one
        return {**one, "receipt": resigned("receipt", lab, one["receipt"], **changes)}

    return outcomes(change, call)


def registers(status: int, **changes: Any) -> Fault:
    async def fault(lab: Lab, asked: Asked, ask: Ask) -> Answer:
        answer = await ask(asked)
        if not asked.path.endswith("/enrol") or answer.status != status:
            return answer
        other = resigned("registration", lab, answer.json["registration"], **changes)
        return answer.with_json({"registration": other})

    return fault


def broken(document: dict[str, str]) -> dict[str, str]:
    signature = document["signature"]
    return {**document, "signature": ("B" if signature[0] != "B" else "C") + signature[1:]}


def _unsigned(found: list[Any]) -> list[Any]:
    return [{**one, "document": broken(one["document"])} if one.get("document") else one for one in found]


def _reversed(found: list[Any]) -> list[Any]:
    return [{**one, "n": n} for n, one in enumerate(reversed(found), start=1)]


async def html(_lab: Lab, asked: Asked, ask: Ask) -> Answer:
    answer = await ask(asked)
    if answer.status != 404:
        return answer
    return Answer(404, {"content-type": "text/html"}, b"<h1>Not found</h1>")


async def any_method(_lab: Lab, asked: Asked, ask: Ask) -> Answer:
    answer = await ask(asked)
    return answer.with_json({}, 200) if answer.status == 405 else answer


async def holes(_lab: Lab, asked: Asked, ask: Ask) -> Answer:
    answer = await ask(asked)
    if "limit=1" not in asked.query.split("&") or answer.status != 200:
        return answer
    return answer.with_json({**answer.json, "items": []})


async def no_wait(_lab: Lab, asked: Asked, ask: Ask) -> Answer:
    return await ask(replace(asked, query=asked.query.replace("wait=1", "wait=0")))


async def other_bytes(_lab: Lab, asked: Asked, ask: Ask) -> Answer:
    answer = await ask(asked)
    fits = asked.method == "GET" and "/v1/blobs/" in asked.path and answer.status == 200
    return replace(answer, body=b"X" + answer.body[1:]) if fits else answer


async def other_task(_lab: Lab, asked: Asked, ask: Ask) -> Answer:
    answer = await ask(asked)
    if asked.method != "GET" or "/v1/blobs/" not in asked.path or answer.status != 200:
        return answer
    return replace(answer, body=answer.body + b'{"id":"smuggled"}\n')


async def every_blob(lab: Lab, asked: Asked, ask: Ask) -> Answer:
    answer = await ask(asked)
    sha256 = asked.path.rpartition("/")[2]
    if asked.method == "GET" and answer.status == 404 and len(sha256) == 64 and lab.blobs.size(sha256):
        return Answer(200, {"content-type": "application/octet-stream"}, lab.blobs.read(sha256))
    return answer


async def puts_again(_lab: Lab, asked: Asked, ask: Ask) -> Answer:
    answer = await ask(asked)
    return answer.with_json({}, 201) if answer.status == 412 else answer


async def all_or_none(_lab: Lab, asked: Asked, ask: Ask) -> Answer:
    if asked.path.endswith("/v1/results") and b'"payload":"b"' in asked.body:
        refused = {"type": "about:blank", "title": "No.", "status": 422, "code": "results.bad"}
        return Answer(422, {"content-type": "application/problem+json"}, jsonio.dumps(refused))
    return await ask(asked)


async def forgets_keys(lab: Lab, asked: Asked, ask: Ask) -> Answer:
    """Every claim is a new one."""
    if asked.path.endswith("/v1/claims"):
        asked = replace(asked, headers={**asked.headers, "idempotency-key": lab.new_id("k")})
    return await ask(asked)


async def opens_early(lab: Lab, asked: Asked, ask: Ask) -> Answer:
    """Gives every key that it has, whether there is a result or not."""
    answer = await ask(asked)
    if not asked.path.endswith("/v1/openings"):
        return answer
    with lab.database.reading() as connection:
        row = connection.execute(select(sealed).limit(1)).one()
    payload = {
        "v": 1,
        "lab": lab.config.lab,
        "sealed": row.id,
        "sealed_digest": row.digest,
        "expert": row.expert,
        "task": row.task,
        "result": jsonio.loads(asked.body)["results"][0],
        "issued": lab.now(),
        "key": base64url(bytes(row.key)),
    }
    early = jsonio.loads(lab.sign("opening", jsonio.dumps(payload)).document)
    return answer.with_json({**answer.json, "openings": [early]})


def _other_key(lab: Lab, found: Any) -> Any:
    other = [resigned("opening", lab, one, key="A" * 43) for one in found["openings"]]
    return {**found, "openings": other}


def without(kind: str, feed: str = "/v1/feed") -> Fault:
    """The feed leaves out items of this kind."""
    return changed(feed, items(lambda found: [one for one in found if one["kind"] != kind]))


def _broken_keys(_lab: Lab, found: Any) -> Any:
    return {**found, "keys": [[broken(one) for one in version] for version in found["keys"]]}


WELL_KNOWN = "/.well-known/assay"
FAULTS: dict[str, Fault] = {
    "well_known.shape": changed(WELL_KNOWN, member("protocol", [2])),
    "well_known.url": changed(WELL_KNOWN, member("url", "https://elsewhere.example")),
    "well_known.time": changed(WELL_KNOWN, member("server_time", "2001-01-01T00:00:00Z")),
    "well_known.limits": changed(WELL_KNOWN, member("limits", {"results": 1000})),
    "well_known.keys": changed(WELL_KNOWN, _broken_keys),
    "problems.unknown_path": html,
    "problems.method": any_method,
    "enrol.unknown_code": lenient("invitation.unknown"),
    "enrol.small_order": lenient("key.small_order"),
    "enrol.forged": lenient("signature.bad", "/enrol"),
    "enrol.audience": lenient("enrol.audience"),
    "enrol.strict_json": lenient("signature.shape", "/enrol"),
    "enrol.registers": registers(201, role="operator"),
    "enrol.again": registers(200, issued="2026-01-01T00:00:00Z"),
    "enrol.code_once": lenient("invitation.used"),
    "token.taken": changed("/v1/feed", lambda _lab, found: []),
    "token.none": lenient("token.none", "/feed"),
    "token.garbage": lenient("signature.header", "/feed"),
    "token.expired": lenient("token.expired"),
    "token.early": lenient("token.early"),
    "token.long": lenient("token.expired"),
    "token.audience": lenient("token.audience"),
    "token.replayed": lenient("token.replayed"),
    "token.unknown_key": lenient("signature.unknown_key"),
    "token.forged": lenient("signature.bad", "/feed"),
    "token.alg_none": lenient("signature.alg"),
    "token.alg_hmac": lenient("signature.alg"),
    "feed.work": changed(
        "/v1/feed", items(lambda found: [i for i in found if i["kind"] != "batch.assigned"])
    ),
    "feed.gapless": changed("/v1/feed", items(lambda found: [{**one, "n": one["n"] + 1} for one in found])),
    "feed.pages": holes,
    "feed.signed": changed("/v1/feed", items(_unsigned)),
    "feed.order": changed("/v1/feed", items(_reversed)),
    "feed.digest": changed("/v1/feed", member("digest", {"count": 9, "sha256": "0" * 64})),
    "feed.not_modified": deaf("if-none-match", path="/feed"),
    "feed.wait": no_wait,
    "feed.reset": lenient("feed.reset"),
    "feed.limit": lenient("call.parameter"),
    "blobs.digest": other_bytes,
    "blobs.tasks": other_task,
    "blobs.range": deaf("range"),
    "blobs.if_range": deaf("if-range"),
    "blobs.beyond": lenient("blob.range"),
    "blobs.not_modified": deaf("if-none-match", path="/blobs/"),
    "blobs.no_token": lenient("token.none", "/blobs/"),
    "blobs.unassigned": every_blob,
    "blobs.unknown": lenient("call.unknown", "/blobs/"),
    "blobs.put": puts_again,
    "results.stored": says("duplicate", when="stored"),
    "results.duplicate": receipts("duplicate", receipt="another"),
    "results.conflict": says("rejected", when="conflict"),
    "results.one_bad": all_or_none,
    "results.chain": receipts("stored", previous=None),
    "results.revision": says("stored", code="result.previous"),
    "results.signature": says("stored", code="signature."),
    "results.identity": says("stored", code="result.identity"),
    "results.unassigned": says("stored", code="result.unassigned"),
    "results.typ": says("stored", code="signature.typ"),
    "results.limits": lenient("results.shape"),
    "results.strict_json": lenient("json.number"),
    "missing.named": changed("/v1/results:missing", member("missing", [])),
    "own.listed": changed("/v1/results", items(lambda found: []), "GET"),
    "claims.key": lenient("claim.key"),
    "claims.again": forgets_keys,
    "claims.shape": lenient("document.schema"),
    "claims.renewed": changed(":renew", member("lease_until", "2001-01-01T00:00:00Z")),
    "claims.renew_not_hers": lenient("call.unknown", ":renew"),
    "claims.not_hers": lenient("call.unknown", "/claims/"),
    "export.forbidden": lenient("role.operator"),
    "openings.unknown": changed("/v1/openings", member("unknown", [])),
    "openings.first": opens_early,
    "openings.opened": changed("/v1/openings", _other_key),
    "devices.signature": lenient("signature.unknown_key", "/devices"),
    "devices.audience": lenient("device.audience"),
    "devices.added": changed("/v1/devices", member("code", "x" * 32)),
    "devices.told": without("device"),
    "devices.revoked": lenient("signature.revoked_key", "/feed"),
    "drafts.between": changed("/v1/drafts", items(lambda found: []), "GET"),
    "drafts.newest": changed("/v1/drafts", items(lambda found: found + found), "GET"),
    "drafts.identity": lenient("draft.identity"),
    "leads.forbidden": lenient("role.lead"),
    "review.gapless": changed(
        "/v1/review-feed", items(lambda found: [{**one, "n": one["n"] + 1} for one in found])
    ),
    "review.reset": lenient("feed.reset", "/review-feed"),
    "review.result": changed("/v1/review-feed", items(_unsigned)),
    "decisions.stored": receipts("stored", call="/v1/decisions", digest="0" * 64),
    "decisions.again": receipts("duplicate", call="/v1/decisions", receipt="another"),
    "decisions.rejected": says("stored", code="decision.reason", call="/v1/decisions"),
    "decisions.told": without("result.accepted"),
    "proposals.stored": receipts("stored", call="/v1/proposals", digest="0" * 64),
    "proposals.again": receipts("duplicate", call="/v1/proposals", receipt="another"),
    "proposals.rejected": says("stored", code="proposal.text", call="/v1/proposals"),
    "proposals.told": without("review.proposal", "/v1/review-feed"),
    "answers.rejected": says("stored", code="answer.reason", call="/v1/answers"),
    "answers.stored": receipts("stored", call="/v1/answers", digest="0" * 64),
    "answers.again": says("rejected", when="conflict", call="/v1/answers"),
    "answers.twice": says("stored", code="answer.twice", call="/v1/answers"),
    "answers.told": without("review.answer", "/v1/review-feed"),
}
"""By the check that must notice it. `token.date` is the server's own header and is tested by itself."""
