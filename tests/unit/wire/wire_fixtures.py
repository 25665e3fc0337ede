"""Keys from small numbers and the documents that the wire tests sign with them."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from app.domain.times import to_text
from app.wire import jsonio
from app.wire.documents import Keys, Receipt, Result
from app.wire.signatures import PrivateKey, base64url, sign

NOW = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


def private_key(number: int) -> PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    seed = hashlib.sha256(f"test key {number}".encode()).digest()
    x = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return PrivateKey.from_jwk({"kty": "OKP", "crv": "Ed25519", "x": base64url(x), "d": base64url(seed)})


def key_list(
    *keys: PrivateKey,
    version: int = 1,
    lab: str = "lab-a",
    days: int = 90,
    issued: datetime = NOW,
    **more: Any,
) -> bytes:
    jwks = {"keys": [{**k.public.as_jwk(), "nbf": int(NOW.timestamp()) - 60} for k in keys]}
    return jsonio.dumps(
        {
            "v": 1,
            "lab": lab,
            "name": "Lab A",
            "version": version,
            "issued": to_text(issued),
            "expires": to_text(issued + timedelta(days=days)),
            "jwks": jwks,
            **more,
        }
    )


def signed_keys(payload: bytes, *signers: PrivateKey) -> list[bytes]:
    return [sign(Keys.typ(), payload, s) for s in signers]


def result_payload(**changes: Any) -> bytes:
    return jsonio.dumps(
        {
            "v": 1,
            "result": "r-1",
            "revision": 1,
            "previous": None,
            "expert": "e-1",
            "device": "d-1",
            "sequence": 1,
            "lab": "lab-a",
            "batch": "b-1",
            "batch_digest": "0" * 64,
            "task": "t-1",
            "task_digest": "1" * 64,
            "rubric_version": "1",
            "guideline_version": "1",
            "shown_order": ["r2", "r1"],
            "seed": "s",
            "judgement": {"responses": {"r1": {"verdicts": {"c1": {"value": "met", "comment": "見 p. 3"}}}}},
            "score": {"r1": {"policy": "healthbench 1", "score": 0.5}},
            "times": {"submitted": to_text(NOW)},
            "journal_head": "abc",
            **changes,
        }
    )


def receipt_payload(digest: str, received: datetime = NOW) -> bytes:
    return jsonio.dumps(
        {
            "v": 1,
            "receipt": "rc-1",
            "result": "r-1",
            "revision": 1,
            "digest": digest,
            "verdict": "stored",
            "received_at": to_text(received),
            "previous": None,
        }
    )


RESULT, RECEIPT = Result.typ(), Receipt.typ()
