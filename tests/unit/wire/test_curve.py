"""Keys under which anyone could sign, and second spellings of keys, are refused: R7."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.errors import TrustError
from app.wire.curve import SMALL_ORDER_Y, P, fault
from app.wire.signatures import PublicKey, base64url

ORDER_EIGHT = (
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
)


def encodings() -> list[bytes]:
    """Every spelling of the small-order points: with each sign bit, and with y + p where that fits."""
    found = set()
    for y in SMALL_ORDER_Y:
        for spelt in (y, y + P):
            if spelt < 1 << 255:
                found |= {(spelt | sign << 255).to_bytes(32, "little") for sign in (0, 1)}
    return sorted(found)


def test_the_points_of_order_eight_are_the_known_ones() -> None:
    known = {int.from_bytes(bytes.fromhex(h), "little") & (1 << 255) - 1 for h in ORDER_EIGHT}
    assert known < SMALL_ORDER_Y
    assert len(SMALL_ORDER_Y) == 5
    assert len(encodings()) == 14


@pytest.mark.parametrize("encoded", encodings(), ids=lambda e: e.hex()[:12])
def test_a_small_order_key_is_refused_under_every_spelling(encoded: bytes) -> None:
    assert fault(encoded) in ("small_order", "canonical")
    with pytest.raises(TrustError) as caught:
        PublicKey({"kty": "OKP", "crv": "Ed25519", "x": base64url(encoded)})
    assert caught.value.code in ("key.small_order", "key.canonical")


def test_the_check_is_needed() -> None:
    """Under the neutral point R = B, S = 1 … any (R, S) with R = S·B verifies every message."""
    neutral = Ed25519PublicKey.from_public_bytes((1).to_bytes(32, "little"))
    base = bytes.fromhex("5866666666666666666666666666666666666666666666666666666666666666")
    neutral.verify(base + (1).to_bytes(32, "little"), b"never signed by anybody")


def test_good_keys_pass() -> None:
    for seed in range(64):
        key = Ed25519PrivateKey.from_private_bytes(seed.to_bytes(32, "little"))
        assert fault(key.public_key().public_bytes_raw()) is None


@pytest.mark.parametrize(
    ("encoded", "reason"),
    [
        (bytes(31), "length"),
        (bytes(33), "length"),
        ((P + 3).to_bytes(32, "little"), "canonical"),
        ((2**255 - 1).to_bytes(32, "little"), "canonical"),
        ((2).to_bytes(32, "little"), "point"),
    ],
)
def test_other_faults_are_named(encoded: bytes, reason: str) -> None:
    assert fault(encoded) == reason
