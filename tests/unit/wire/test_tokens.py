"""Request tokens: sixty seconds, one audience, one use, one key."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from app.errors import TrustError
from app.wire import jsonio
from app.wire.signatures import PinnedKey, base64url
from app.wire.tokens import check_token, mint_token
from tests.unit.wire.wire_fixtures import NOW, RESULT, private_key

KEY, OTHER = private_key(1), private_key(2)
LAB = "https://lab.example"
GOOD = {
    "iss": KEY.kid,
    "sub": KEY.kid,
    "aud": LAB,
    "iat": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 60,
    "jti": "j",
}


def lookup(kid: str) -> Any:
    return {KEY.kid: KEY.public}.get(kid)


def code(token: str, at: datetime = NOW, audience: str = LAB, find: Any = lookup, **more: Any) -> str:
    with pytest.raises(TrustError) as caught:
        check_token(token, find, audience, at, **more)
    return caught.value.code


def compact(claims: object, typ: str = "JWT") -> str:
    parts = KEY.signs({"alg": "Ed25519", "kid": KEY.kid, "typ": typ}, jsonio.dumps(claims))
    return ".".join((parts["protected"], parts["payload"], parts["signature"]))


def test_a_fresh_token_names_its_key() -> None:
    token = mint_token(KEY, LAB, NOW, "j-1")
    assert check_token(token, lookup, LAB, NOW) == KEY.kid
    for seconds in (-29, 60, 89):
        assert check_token(token, lookup, LAB, NOW + timedelta(seconds=seconds)) == KEY.kid


def test_outside_of_its_time() -> None:
    token = mint_token(KEY, LAB, NOW, "j-1")
    assert code(token, NOW + timedelta(seconds=92)) == "token.expired"
    assert code(token, NOW - timedelta(seconds=31)) == "token.early"
    assert code(token, NOW + timedelta(days=3650)) == "token.expired"


def test_another_audience_key_or_form() -> None:
    token = mint_token(KEY, LAB, NOW, "j-1")
    assert code(token, audience="https://other.example") == "token.audience"
    assert code(mint_token(OTHER, LAB, NOW, "j")) == "signature.unknown_key"
    assert code(token, find=lambda _: PinnedKey(KEY.public, revoked_at=NOW)) == "signature.revoked_key"
    assert code(token[:-1] + ("A" if token[-1] != "A" else "B")).startswith("signature.")
    assert code(compact(GOOD, RESULT)) == "signature.typ"
    for text in ("", "a.b", "a.b.c.d", token + "." + token, "." * 2, token + "x" * 3000):
        assert code(text) in ("token.shape", "signature.header")
    unsigned = base64url(jsonio.dumps({"alg": "none", "kid": KEY.kid, "typ": "JWT"}))
    assert code(f"{unsigned}.{base64url(jsonio.dumps(GOOD))}.") == "signature.alg"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"exp": None}, "shape"),
        ({"exp": "soon"}, "shape"),
        ({"iat": True}, "shape"),
        ({"jti": ""}, "shape"),
        ({"jti": "x" * 65}, "shape"),
        ({"nbf": 1}, "shape"),
        ({"exp": GOOD["exp"] + 3600}, "expired"),
        ({"exp": GOOD["iat"]}, "expired"),
        ({"iss": "other"}, "audience"),
        ({"sub": "other"}, "audience"),
        ({"aud": [LAB]}, "audience"),
        ({"exp": 2**45}, "shape"),
        ({"exp": -1}, "shape"),
    ],
)
def test_claims_are_exact(change: dict[str, Any], expected: str) -> None:
    assert code(compact({**GOOD, **change})) == f"token.{expected}"


def test_missing_claims() -> None:
    for name in GOOD:
        assert code(compact({k: v for k, v in GOOD.items() if k != name})) == "token.shape"
    assert code(compact([1])) == "token.shape"


def test_a_second_use_is_seen() -> None:
    seen: dict[str, datetime] = {}

    def replayed(jti: str, until: datetime) -> bool:
        was = jti in seen
        seen[jti] = until
        return was

    token = mint_token(KEY, LAB, NOW, "j-1")
    assert check_token(token, lookup, LAB, NOW, replayed=replayed) == KEY.kid
    assert code(token, replayed=replayed) == "token.replayed"
    assert seen["j-1"] == NOW + timedelta(seconds=90)
