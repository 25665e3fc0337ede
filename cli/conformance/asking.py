"""Tokens and the feed."""

from __future__ import annotations

import hashlib
import hmac
import time
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from app.wire import jsonio
from app.wire.documents import Assignment, Batch
from app.wire.protocol import FeedPage, live_digest
from app.wire.signatures import PrivateKey, base64url, unbase64
from cli.conformance.bench import NO_WORK, Bench, require
from cli.conformance.suite import check

FEED = "/v1/feed"


def _refused(bench: Bench, token: str | None) -> None:
    _ = bench.registration
    bench.refusal(bench.call("GET", FEED, token=token), 401)


@check("token.taken")
def taken(bench: Bench) -> None:
    bench.good(bench.call("GET", FEED), FeedPage)


@check("token.none")
def none(bench: Bench) -> None:
    _refused(bench, None)


@check("token.garbage")
def garbage(bench: Bench) -> None:
    _refused(bench, "not.a.token")


@check("token.expired")
def expired(bench: Bench) -> None:
    _refused(bench, bench.token(now=bench.clock.now() - timedelta(seconds=180)))


@check("token.early")
def early(bench: Bench) -> None:
    _refused(bench, bench.token(now=bench.clock.now() + timedelta(seconds=180)))


@check("token.long")
def long(bench: Bench) -> None:
    """A token lives for 60 seconds at most: one that was copied is soon worth nothing."""
    _refused(bench, _made(bench, exp=3600))


@check("token.audience")
def audience(bench: Bench) -> None:
    _refused(bench, bench.token(audience="https://elsewhere.example"))


@check("token.replayed")
def replayed(bench: Bench) -> None:
    _ = bench.registration
    token = bench.token()
    bench.good(bench.call("GET", FEED, token=token), FeedPage)
    _refused(bench, token)


@check("token.unknown_key")
def unknown_key(bench: Bench) -> None:
    _refused(bench, bench.token(key=PrivateKey.generate()))


@check("token.forged")
def forged(bench: Bench) -> None:
    """Her claims and her name, another key's signature."""
    protected, payload, _ = bench.token().split(".")
    _refused(bench, _signed(PrivateKey.generate(), protected, payload))


@check("token.alg_none")
def alg_none(bench: Bench) -> None:
    head = base64url(jsonio.dumps({"alg": "none", "kid": bench.key.kid, "typ": "JWT"}))
    _refused(bench, f"{head}.{bench.token().split('.')[1]}.")


@check("token.alg_hmac")
def alg_hmac(bench: Bench) -> None:
    """The public key taken for a shared secret."""
    head = base64url(jsonio.dumps({"alg": "HS256", "kid": bench.key.kid, "typ": "JWT"}))
    payload = bench.token().split(".")[1]
    secret = unbase64(bench.key.public.x, "key.encoding")
    mac = hmac.new(secret, f"{head}.{payload}".encode(), hashlib.sha256).digest()
    _refused(bench, f"{head}.{payload}.{base64url(mac)}")


@check("token.date")
def date(bench: Bench) -> None:
    """A refused caller mends her clock by the answer's Date."""
    reply = bench.call("GET", FEED, token="not.a.token")
    require("date" in reply.headers, "a 401 comes without Date")
    off = abs((parsedate_to_datetime(reply.headers["date"]) - bench.clock.now()).total_seconds())
    require(off < 90, f"the answer's Date is {off:.0f} s off")


@check("feed.work")
def work(bench: Bench) -> None:
    require(bool(bench.assignments), NO_WORK)


@check("feed.gapless")
def gapless(bench: Bench) -> None:
    numbers = [item.n for item in bench.items]
    require(numbers == list(range(1, len(numbers) + 1)), f"the numbers are not 1, 2, 3 …: {numbers[:20]}")


@check("feed.pages")
def pages(bench: Bench) -> None:
    found: list[Any] = []
    cursor = ""
    for _ in bench.items:
        page = bench.good(bench.call("GET", f"{FEED}?cursor={cursor}&limit=1"), FeedPage)
        require(len(page.items) <= 1, f"a page of one holds {len(page.items)}")
        found, cursor = found + page.items, page.next
    require(found == bench.items, "pages of one item do not add up to the feed")


@check("feed.signed")
def signed(bench: Bench) -> None:
    for item in bench.items:
        if item.document is None:
            continue
        if item.kind == "batch.assigned":
            lab = bench.signed(item.document, Assignment).lab
        elif item.kind.startswith("batch."):
            lab = bench.signed(item.document, Batch).lab
        else:
            continue
        require(lab == bench.keys.lab, f"item {item.n} is a document of another lab")


@check("feed.order")
def order(bench: Bench) -> None:
    """A batch stands before what is assigned of it."""
    offered: set[str] = set()
    for item in bench.items:
        if item.kind == "batch.offered":
            offered.add(item.id)
        if item.kind == "batch.assigned" and item.document is not None:
            batch = bench.signed(item.document, Assignment).batch
            require(batch in offered, f"item {item.n} assigns a batch that was not offered before")


@check("feed.digest")
def digest(bench: Bench) -> None:
    last = bench.pages[-1].digest
    require(last is not None, "the last page has no digest of what should be held")
    require(last == live_digest(bench.assignments), "the digest is not that of the assignments in the feed")


@check("feed.not_modified")
def not_modified(bench: Bench) -> None:
    cursor = bench.pages[-1].next
    first = bench.call("GET", f"{FEED}?cursor={cursor}")
    etag = first.headers.get("etag")
    require(bool(etag), "the feed has no ETag")
    same = bench.call("GET", f"{FEED}?cursor={cursor}", If_None_Match=str(etag))
    require(same.status_code == 304, f"304 was expected when nothing is new, {same.status_code} came")
    require(same.content == b"", "a 304 has a body")


@check("feed.wait")
def wait(bench: Bench) -> None:
    cursor = bench.pages[-1].next
    etag = bench.call("GET", f"{FEED}?cursor={cursor}").headers.get("etag", "")
    began = time.monotonic()
    held = bench.call("GET", f"{FEED}?cursor={cursor}&wait=1", If_None_Match=etag)
    took = time.monotonic() - began
    require(held.status_code == 304, f"304 was expected after the wait, {held.status_code} came")
    require(0.5 < took < 10, f"a wait of 1 s took {took:.1f} s")


@check("feed.reset")
def reset(bench: Bench) -> None:
    _ = bench.registration
    bench.refusal(bench.call("GET", f"{FEED}?cursor=bm90LW1pbmUuMQ"), 410)


@check("feed.limit")
def limit(bench: Bench) -> None:
    for wrong in ("0", "-1", "100000", "ten"):
        bench.refusal(bench.call("GET", f"{FEED}?limit={wrong}"))


def _made(bench: Bench, exp: int) -> str:
    now = int(bench.clock.now().timestamp())
    claims = {"iss": bench.key.kid, "sub": bench.key.kid, "aud": bench.invitation.url, "iat": now}
    payload = jsonio.dumps({**claims, "exp": now + exp, "jti": f"long-{now}-{exp}"})
    parts = bench.key.signs({"alg": "Ed25519", "kid": bench.key.kid, "typ": "JWT"}, payload)
    return ".".join((parts["protected"], parts["payload"], parts["signature"]))


def _signed(key: PrivateKey, protected: str, payload: str) -> str:
    head = jsonio.loads(unbase64(protected, "signature.header"))
    parts = key.signs(head, unbase64(payload, "signature.shape"))
    return ".".join((parts["protected"], parts["payload"], parts["signature"]))
