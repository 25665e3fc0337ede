"""Any signed document checked offline: `assay verify FILE… --keys FILE`."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from app.domain.ids import Digest
from app.domain.times import from_text
from app.errors import AssayError, InputError, TrustError
from app.wire import jsonio
from app.wire.documents import SIGNED, Keys, Receipt
from app.wire.models import parse
from app.wire.signatures import MAX_DOCUMENT, KeySet, Verified, members, unbase64, verify

_JWS = {"protected", "payload", "signature"}


class CheckReply(TypedDict):
    """One document's result. file: its name, with `:line` in JSON Lines. reason, code: empty when ok."""

    file: str
    ok: bool
    typ: str | None
    kid: str | None
    reason: str
    code: str


@dataclass(frozen=True, slots=True)
class Check:
    """One document's result. file: its name, with `:line` in JSON Lines. reason: empty when ok."""

    file: str
    ok: bool
    typ: str | None
    kid: str | None
    reason: str
    code: str = ""

    def as_json(self) -> CheckReply:
        return {
            "file": self.file,
            "ok": self.ok,
            "typ": self.typ,
            "kid": self.kid,
            "reason": self.reason,
            "code": self.code,
        }


def read_keys(data: bytes) -> KeySet:
    """Keys to verify with: a JWKS, or a signed key list taken at its word (what comes by a way one
    trusts).
    """
    found = jsonio.loads(data, limit=MAX_DOCUMENT)
    if isinstance(found, dict) and set(found) == _JWS:
        payload = unbase64(members(data)["payload"], "signature.shape")
        parse(Keys, payload)
        found = jsonio.loads(payload)["jwks"]
    return KeySet.from_jwks(found)


def verify_file(name: str, data: bytes, keys: KeySet) -> list[Check]:
    """Every document of a file: one JWS JSON, or JSON Lines of them. An empty file is one failure."""
    found = list(verify_lines(name, _split(name, data), keys))
    return found or [Check(name, False, None, None, "There is no document in it.", "verify.empty")]


def verify_lines(name: str, documents: Iterable[tuple[int, bytes]], keys: KeySet) -> Iterator[Check]:
    """Check (line number, document) pairs; number 0: the whole file.

    A key that was revoked still stands behind a result for which the same file holds a good receipt from
    before the revocation; any other document of a revoked key is refused, whatever date it claims.
    """
    waiting = list(documents)
    received = _receipts(waiting, keys)
    for number, document in waiting:
        yield _check(f"{name}:{number}" if number else name, document, keys, received)


def _split(name: str, data: bytes) -> list[tuple[int, bytes]]:
    try:
        whole = jsonio.loads(data, limit=MAX_DOCUMENT)
    except InputError:
        whole = None
    if isinstance(whole, dict):
        return [(0, data)]
    return list(jsonio.lines(io.BytesIO(data), limit=MAX_DOCUMENT, where=name))


def _receipts(documents: Iterable[tuple[int, bytes]], keys: KeySet) -> dict[Digest, datetime]:
    """Digest of a result payload → when the lab had it, by receipts that verify."""
    found: dict[Digest, datetime] = {}
    for _, document in documents:
        try:
            verified = verify(document, keys, Receipt.typ())
            receipt = parse(Receipt, verified.payload)
        except AssayError:
            continue
        pinned = keys.get(verified.kid)
        at = from_text(receipt.received_at)
        if pinned is not None and pinned.revoked_at is None:
            found[Digest(receipt.digest)] = at
    return found


def _check(where: str, document: bytes, keys: KeySet, received: dict[Digest, datetime]) -> Check:
    typ = kid = None
    try:
        verified = verify(document, keys, None)
        typ, kid = verified.typ, verified.kid
        _in_time(verified, keys, received)
        model = SIGNED.get(typ)
        if model is None:
            raise TrustError("verify.typ", "Its signature is good, but its kind is not known here.")
        parse(model, verified.payload)
    except AssayError as exc:
        return Check(where, False, typ, kid, exc.message, exc.code)
    return Check(where, True, typ, kid, "")


def _in_time(verified: Verified, keys: KeySet, received: dict[Digest, datetime]) -> None:
    pinned = keys.get(verified.kid)
    if pinned is None or pinned.revoked_at is None:
        return
    at = received.get(verified.digest)
    if at is None or at >= pinned.revoked_at:
        raise TrustError(
            "signature.revoked_key", "Its key was revoked, and nothing shows that the lab had it before."
        )
