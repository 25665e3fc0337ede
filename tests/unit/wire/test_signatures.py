"""R7: forged, altered, confused or replayed signatures are refused before they are believed."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ids import digest
from app.errors import InputError, TrustError
from app.wire import jsonio
from app.wire.curve import fault
from app.wire.documents import Enrolment, payload_jwk
from app.wire.signatures import (
    MAX_PAYLOAD,
    KeySet,
    PinnedKey,
    PrivateKey,
    PublicKey,
    base64url,
    members,
    self_signed,
    sign,
    sniff,
    thumbprint,
    unbase64,
    verify,
)
from tests.shared_data import shared_data
from tests.soaking import Soak
from tests.unit.wire.wire_fixtures import NOW, RECEIPT, RESULT, private_key, result_payload

KEY, OTHER = private_key(1), private_key(2)
KEYS = KeySet([KEY.public])
DOCUMENT = sign(RESULT, result_payload(), KEY)


def code_of(document: bytes, keys: KeySet = KEYS, typ: str | None = RESULT, at: Any = None) -> str:
    with pytest.raises(TrustError) as caught:
        verify(document, keys, typ, at=at)
    return caught.value.code


def forged(header: dict[str, Any] | bytes, payload: bytes = b"{}", key: PrivateKey = KEY) -> bytes:
    """A document with any header and a signature that is right for it."""
    protected = base64url(header if isinstance(header, bytes) else json.dumps(header).encode())
    secret = Ed25519PrivateKey.from_private_bytes(unbase64(key.as_jwk()["d"], ""))
    signature = secret.sign(f"{protected}.{base64url(payload)}".encode())
    return jsonio.dumps(
        {"protected": protected, "payload": base64url(payload), "signature": base64url(signature)}
    )


GOOD = {"alg": "Ed25519", "kid": KEY.kid, "typ": RESULT}


def test_what_is_signed_is_what_is_read() -> None:
    verified = verify(DOCUMENT, KEYS, RESULT)
    assert verified.payload == result_payload()
    assert (verified.kid, verified.digest) == (KEY.kid, digest(result_payload()))
    assert sniff(DOCUMENT) == RESULT
    assert verify(forged(GOOD), KEYS, RESULT).payload == b"{}"


def test_signing_gives_the_same_bytes_each_time() -> None:
    assert sign(RESULT, result_payload(), KEY) == DOCUMENT
    assert list(json.loads(DOCUMENT)) == ["protected", "payload", "signature"]
    assert json.loads(unbase64(json.loads(DOCUMENT)["protected"], "")) == GOOD


def test_reencoding_the_envelope_harms_nothing() -> None:
    pretty = json.dumps(json.loads(DOCUMENT), indent=2, sort_keys=True).replace("\n", "\r\n").encode()
    assert verify(pretty, KEYS, RESULT) == verify(DOCUMENT, KEYS, RESULT)


def test_the_older_name_of_the_algorithm_is_taken_without_a_warning() -> None:
    assert verify(forged({**GOOD, "alg": "EdDSA"}), KEYS, RESULT)


HEADERS: list[tuple[dict[str, Any] | bytes, str]] = [
    ({**GOOD, "alg": "none"}, "alg"),
    ({**GOOD, "alg": "HS256"}, "alg"),
    ({**GOOD, "alg": "ed25519"}, "alg"),
    ({**GOOD, "alg": "Ed448"}, "alg"),
    ({**GOOD, "alg": "ES256"}, "alg"),
    ({**GOOD, "alg": ["Ed25519"]}, "header"),
    ({"alg": "Ed25519", "kid": KEY.kid}, "header"),
    ({"alg": "Ed25519", "typ": RESULT}, "header"),
    ({**GOOD, "crit": ["exp"]}, "header"),
    ({**GOOD, "b64": False}, "header"),
    ({**GOOD, "jwk": KEY.public.as_jwk()}, "header"),
    ({**GOOD, "jku": "https://evil.example/keys"}, "header"),
    ({**GOOD, "x5u": "https://evil.example/cert"}, "header"),
    ({**GOOD, "cty": "json"}, "header"),
    ({**GOOD, "kid": None}, "header"),
    ({**GOOD, "kid": "../../etc/passwd"}, "unknown_key"),
    ({**GOOD, "kid": "x' OR 1=1 --"}, "unknown_key"),
    ({**GOOD, "kid": OTHER.kid}, "unknown_key"),
    ({**GOOD, "kid": KEY.kid + "="}, "unknown_key"),
    ({**GOOD, "typ": RECEIPT}, "typ"),
    ({**GOOD, "typ": "JWT"}, "typ"),
    ({**GOOD, "typ": RESULT.upper()}, "typ"),
    (b'{"alg":"none","alg":"Ed25519","kid":"x","typ":"y"}', "header"),
    (b"[]", "header"),
    (b"", "header"),
    (b"\xff", "header"),
    (json.dumps({**GOOD, "typ": "x" * 600}).encode(), "header"),
]


@pytest.mark.parametrize(("header", "code"), HEADERS, ids=range(len(HEADERS)))
def test_a_header_that_is_not_ours_is_refused_though_its_signature_fits(
    header: dict[str, Any] | bytes, code: str
) -> None:
    assert code_of(forged(header)) == f"signature.{code}"


def shapes() -> Iterator[bytes]:
    good = json.loads(DOCUMENT)
    yield jsonio.dumps({**good, "header": {"alg": "none"}})
    yield jsonio.dumps({**good, "extra": ""})
    yield jsonio.dumps({"payload": good["payload"], "signatures": [good]})
    yield jsonio.dumps([good])
    yield DOCUMENT[:-1]
    yield DOCUMENT + b"{}"
    yield b"\xef\xbb\xbf" + DOCUMENT
    yield DOCUMENT.replace(b'"signature":', b'"signature":"","signature":')
    yield b".".join(good[m].encode() for m in ("protected", "payload", "signature"))
    yield b"null"
    yield b"x" * 2_000_000
    for name in good:
        yield jsonio.dumps({k: v for k, v in good.items() if k != name})
        for value in (None, 3, [good[name]], {"a": 1}):
            yield jsonio.dumps({**good, name: value})
        for text in ("=", "==", "\n", " ", "+", "é"):
            yield jsonio.dumps({**good, name: good[name] + text})
    for length in (0, 32, 63, 65, 128):
        yield jsonio.dumps({**good, "signature": base64url(bytes(length))})


@pytest.mark.parametrize("document", list(shapes()), ids=lambda d: None)
def test_a_shape_that_is_not_ours_is_refused(document: bytes) -> None:
    assert code_of(document) in ("signature.shape", "signature.header")


def test_trailing_bits_have_one_spelling() -> None:
    good = json.loads(DOCUMENT)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = good["signature"][-1]
    for char in alphabet:
        if char != last:
            assert code_of(jsonio.dumps({**good, "signature": good["signature"][:-1] + char}))


def test_a_signature_with_s_over_the_order_is_refused() -> None:
    good = json.loads(DOCUMENT)
    raw = unbase64(good["signature"], "")
    order = 2**252 + 27742317777372353535851937790883648493
    larger = int.from_bytes(raw[32:], "little") + order
    twin = base64url(raw[:32] + larger.to_bytes(32, "little"))
    assert code_of(jsonio.dumps({**good, "signature": twin})) == "signature.bad"


def test_every_byte_of_twenty_records_flipped_is_refused_or_says_the_same(soak: Soak) -> None:
    """R7. Only white space between members could change without changing what is said; there is none here."""
    chance, flips = random.Random(7), 0
    for number in soak.rounds("records", 20, 1_200):
        payload = result_payload(sequence=number + 1, seed="x" * chance.randrange(40))
        document = sign(RESULT, payload, KEY)
        for place in range(len(document)):
            flipped = bytearray(document)
            flipped[place] ^= 1 << chance.randrange(8)
            with pytest.raises(TrustError):
                verify(bytes(flipped), KEYS, RESULT)
        flips += len(document)
    soak.counted(flips, "flipped bytes")


def test_times_of_keys() -> None:
    def at(days: float, **bounds: Any) -> str | None:
        keys = KeySet([PinnedKey(KEY.public, **bounds)])
        try:
            verify(DOCUMENT, keys, RESULT, at=NOW + timedelta(days=days))
        except TrustError as exc:
            return exc.code
        return None

    assert at(0, nbf=NOW, exp=NOW + timedelta(days=1)) is None
    assert at(1, nbf=NOW, exp=NOW + timedelta(days=1)) == "signature.expired_key"
    assert at(-1, nbf=NOW) == "signature.expired_key"
    assert at(-1, revoked_at=NOW) is None
    assert at(0, revoked_at=NOW) == "signature.revoked_key"
    assert verify(DOCUMENT, KeySet([PinnedKey(KEY.public, revoked_at=NOW)]), RESULT)


def test_a_payload_of_a_mebibyte_passes_and_one_byte_more_does_not() -> None:
    payload = b"x" * MAX_PAYLOAD
    assert verify(sign(RESULT, payload, KEY), KEYS, RESULT).payload == payload
    with pytest.raises(InputError) as caught:
        sign(RESULT, payload + b"x", KEY)
    assert caught.value.code == "signature.long"
    assert code_of(forged(GOOD, payload + b"x")) == "signature.shape"


def test_private_keys_hide_themselves_and_hold_together() -> None:
    assert KEY.as_jwk()["d"] not in repr(KEY)
    assert PrivateKey.from_jwk(KEY.as_jwk()).kid == KEY.kid
    assert set(KEY.public.as_jwk()) == {"kty", "crv", "x", "kid"}
    for damage in (
        {"x": OTHER.as_jwk()["x"]},
        {"d": "AAAA"},
        {"d": 3},
        {"kty": "EC"},
        {"crv": "X25519"},
        {"x": None},
    ):
        with pytest.raises(TrustError):
            PrivateKey.from_jwk({**KEY.as_jwk(), **damage})
    assert PrivateKey.generate().kid != PrivateKey.generate().kid


@pytest.mark.parametrize(
    "damage",
    [
        {"kty": "EC"},
        {"crv": "Ed448"},
        {"x": "AAAA"},
        {"x": None},
        {"kid": "other"},
        {"x": KEY.public.x + "="},
    ],
)
def test_public_keys_of_another_kind_or_name_are_refused(damage: dict[str, Any]) -> None:
    with pytest.raises(TrustError):
        PublicKey({**KEY.public.as_jwk(), **damage})


def test_the_thumbprint_is_that_of_rfc_8037() -> None:
    key = PublicKey({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})
    assert key.kid == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_key_sets_refuse_what_they_cannot_hold() -> None:
    for bad in ({}, {"keys": 3}, {"keys": [3]}, []):
        with pytest.raises(InputError):
            KeySet.from_jwks(bad)
    for name in ("nbf", "exp", "revoked_at"):
        for value in ("soon", -1, 2**60, True, 1.5):
            with pytest.raises(InputError):
                KeySet.from_jwks({"keys": [{**KEY.public.as_jwk(), name: value}]})
    with pytest.raises(TrustError):
        KeySet.from_jwks({"keys": [{"kty": "oct", "k": "AAAA"}]})


def test_self_signed_proves_possession() -> None:
    payload = {
        "v": 1,
        "jwk": KEY.public.as_jwk(),
        "code": "c" * 12,
        "device": "d",
        "audience": "https://lab.example",
        "issued": "2026-11-01T09:00:00Z",
    }
    document = sign(Enrolment.typ(), jsonio.dumps(payload), KEY)
    verified, key = self_signed(document, Enrolment.typ(), payload_jwk)
    assert (key, verified.kid) == (KEY.public, KEY.kid)
    stolen = sign(Enrolment.typ(), jsonio.dumps({**payload, "jwk": OTHER.public.as_jwk()}), KEY)
    with pytest.raises(TrustError):
        self_signed(stolen, Enrolment.typ(), payload_jwk)


def wycheproof(name: str) -> list[Any]:
    path = (shared_data() or Path("absent")) / "security" / "crypto" / f"wycheproof_{name}_test.dev.json"
    return json.loads(path.read_text())["testGroups"] if path.is_file() else []


def test_wycheproof_ed25519_with_the_library_below() -> None:
    """The vectors sign plain messages, so they go to the key that a loaded JWK holds."""
    for group in wycheproof("ed25519"):
        x = base64url(bytes.fromhex(group["publicKey"]["pk"]))
        if fault(unbase64(x, "")) is not None:
            with pytest.raises(TrustError):
                PublicKey({"kty": "OKP", "crv": "Ed25519", "x": x})
            continue
        assert PublicKey({"kty": "OKP", "crv": "Ed25519", "x": x}).kid == thumbprint(x)
        key = Ed25519PublicKey.from_public_bytes(unbase64(x, ""))
        for case in group["tests"]:
            try:
                key.verify(bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"]))
                taken = True
            except InvalidSignature:
                taken = False
            assert case["result"] == "acceptable" or taken is (case["result"] == "valid"), case["tcId"]


def test_wycheproof_jws_and_jwk_of_other_algorithms_never_verify() -> None:
    for group in wycheproof("json_web_signature") + wycheproof("json_web_key"):
        for case in group["tests"]:
            parts = case["jws"].split(".") if isinstance(case["jws"], str) else []
            if len(parts) == 3:
                document = jsonio.dumps(dict(zip(("protected", "payload", "signature"), parts, strict=True)))
                assert code_of(document, typ=None).startswith("signature.")
            assert code_of(json.dumps(case["jws"]).encode(), typ=None).startswith("signature.")


def test_members_of_a_document_are_text() -> None:
    assert all(isinstance(v, str) for v in members(DOCUMENT).values())


def spliced(place: int, old: int, new: bytes) -> bytes:
    return DOCUMENT[:place] + new + DOCUMENT[place + old :]


@given(
    st.binary(max_size=300)
    | st.builds(
        spliced, st.integers(0, len(DOCUMENT)), st.integers(0, 40), st.binary(min_size=1, max_size=40)
    )
)
def test_anything_at_all_says_the_same_or_is_refused_with_our_error(document: bytes) -> None:
    """White space between members may change; what is signed may not."""
    try:
        verified = verify(document, KEYS, RESULT)
    except TrustError:
        return
    assert verified == verify(DOCUMENT, KEYS, RESULT)
