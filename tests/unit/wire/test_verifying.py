"""`assay verify`: any document, one a file or JSON Lines, against a JWKS or a key list."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from app.domain.ids import digest
from app.errors import AssayError
from app.wire import jsonio
from app.wire.signatures import sign
from app.wire.verifying import read_keys, verify_file
from tests.unit.wire.wire_fixtures import (
    NOW,
    RECEIPT,
    RESULT,
    key_list,
    private_key,
    receipt_payload,
    result_payload,
    signed_keys,
)

LAB, DEVICE, EVIL = private_key(1), private_key(2), private_key(3)
JWKS = jsonio.dumps({"keys": [LAB.public.as_jwk(), DEVICE.public.as_jwk()]})
DOCUMENT = sign(RESULT, result_payload(), DEVICE)
RECEIPTED = sign(RECEIPT, receipt_payload(digest(result_payload()), NOW), LAB)


def test_one_document_and_lines() -> None:
    keys = read_keys(JWKS)
    (one,) = verify_file("r.jws", DOCUMENT, keys)
    assert one.as_json() == {
        "file": "r.jws", "ok": True, "typ": RESULT, "kid": DEVICE.kid, "reason": "", "code": "",
    }  # fmt: skip
    assert all(c.ok for c in verify_file("r.jws", json.dumps(json.loads(DOCUMENT), indent=1).encode(), keys))
    lines = verify_file("r.jsonl", DOCUMENT + b"\n" + RECEIPTED + b"\n\n", keys)
    assert [(c.file, c.ok) for c in lines] == [("r.jsonl:1", True), ("r.jsonl:2", True)]


def test_a_flipped_byte_is_found_on_its_line() -> None:
    bad = bytearray(DOCUMENT)
    bad[-10] ^= 1
    found = verify_file("r", DOCUMENT + b"\n" + bytes(bad) + b"\n" + RECEIPTED, read_keys(JWKS))
    assert [c.ok for c in found] == [True, False, True]
    assert found[1].reason


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "verify.empty"),
        (b"\n\n", "verify.empty"),
        (b"not json", "signature.shape"),
        (sign(RESULT, result_payload(), EVIL), "signature.unknown_key"),
        (sign(RESULT, result_payload(revision=0), DEVICE), "document.schema"),
        (sign(RESULT, b"{", DEVICE), "json.syntax"),
        (sign("application/vnd.assay.odd+json", b"{}", DEVICE), "verify.typ"),
    ],
)
def test_failures_have_a_code_and_a_reason(data: bytes, code: str) -> None:
    (found,) = verify_file("f", data, read_keys(JWKS))
    assert (found.ok, found.code) == (False, code)
    assert found.reason


def test_a_key_list_serves_as_keys() -> None:
    (document,) = signed_keys(key_list(LAB, DEVICE), LAB)
    keys = read_keys(document)
    assert [c.ok for c in verify_file("k", document, keys) + verify_file("r", DOCUMENT, keys)] == [True, True]


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"keys":[{"kty":"RSA"}]}', DOCUMENT])
def test_other_files_are_no_keys(data: bytes) -> None:
    with pytest.raises(AssayError):
        read_keys(data)


@pytest.mark.parametrize(("hours", "ok"), [(1, True), (0, False), (-1, False)])
def test_a_result_of_a_revoked_key_stands_by_an_earlier_receipt(hours: int, ok: bool) -> None:
    revoked = int((NOW + timedelta(hours=hours)).timestamp())
    jwks = jsonio.dumps({"keys": [LAB.public.as_jwk(), {**DEVICE.public.as_jwk(), "revoked_at": revoked}]})
    found = verify_file("r", DOCUMENT + b"\n" + RECEIPTED, read_keys(jwks))
    assert [c.ok for c in found] == [ok, True]
    (alone,) = verify_file("r", DOCUMENT, read_keys(jwks))
    assert (alone.ok, alone.code) == (False, "signature.revoked_key")
