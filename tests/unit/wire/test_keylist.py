"""A lab's keys over time: pinned first, then each list by the one before; never back, never forked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.ids import Digest, digest
from app.errors import TrustError
from app.wire import jsonio
from app.wire.keylist import KeyList, advance, first_key_list, follow, next_key_list, stored
from tests.unit.wire.wire_fixtures import NOW, key_list, private_key, signed_keys

OLD, NEW, EVIL = private_key(1), private_key(2), private_key(3)
V1 = key_list(OLD)
V2 = key_list(NEW, version=2, blob_hosts=["https://blobs.example"])
V3 = key_list(NEW, version=3)
ONE, TWO, THREE = signed_keys(V1, OLD), signed_keys(V2, OLD, NEW), signed_keys(V3, NEW)


def first() -> KeyList:
    return first_key_list(ONE, digest(V1))


def code(run: object) -> str:
    with pytest.raises(TrustError) as caught:
        run()  # type: ignore[operator]
    return caught.value.code


def test_the_pinned_list() -> None:
    found = first()
    assert (found.lab, found.version, len(found.keys)) == ("lab-a", 1, 1)
    kept = jsonio.dumps([jsonio.loads(d) for d in found.documents])
    assert stored(kept).digest == found.digest == digest(V1)
    assert code(lambda: first_key_list(ONE, Digest("0" * 64))) == "keys.other"
    assert code(lambda: first_key_list(signed_keys(V1, EVIL), digest(V1))) == "signature.unknown_key"
    assert code(lambda: first_key_list([], digest(V1))) == "keys.none"


def test_succession_needs_the_old_key_and_the_new_one() -> None:
    two = next_key_list(TWO, first())
    assert (two.version, two.blob_origins) == (2, {"https://blobs.example:443"})
    assert next_key_list(THREE, two).version == 3
    assert code(lambda: next_key_list(signed_keys(V2, NEW), first())) == "signature.unknown_key"
    assert code(lambda: next_key_list(signed_keys(V2, OLD), first())) == "signature.unknown_key"
    assert code(lambda: next_key_list(signed_keys(V2, EVIL, NEW), first())) == "signature.unknown_key"
    assert code(lambda: next_key_list(THREE, first())) == "signature.unknown_key"


def test_going_back_forking_and_changing_labs_are_refused() -> None:
    two = next_key_list(TWO, first())
    assert code(lambda: next_key_list(ONE, two)) == "keys.rollback"
    assert next_key_list(TWO, two) is two
    fork = key_list(NEW, version=2, name="Other")
    assert code(lambda: next_key_list(signed_keys(fork, OLD, NEW), two)) == "keys.fork"
    other = key_list(NEW, version=3, lab="lab-b")
    assert code(lambda: next_key_list(signed_keys(other, NEW), two)) == "keys.lab"
    assert code(lambda: next_key_list([TWO[0], THREE[0]], two)) == "keys.fork"


def test_a_revoked_key_signs_no_later_list() -> None:
    revoked = jsonio.loads(key_list(OLD, NEW, version=2))
    revoked["jwks"]["keys"][0]["revoked_at"] = int(NOW.timestamp())
    two = next_key_list(signed_keys(jsonio.dumps(revoked), OLD, NEW), first())
    late = key_list(OLD, version=3, issued=NOW + timedelta(days=1))
    assert code(lambda: next_key_list(signed_keys(late, OLD), two)) == "signature.revoked_key"


def test_a_list_runs_out() -> None:
    first().require_fresh(NOW + timedelta(days=89))
    assert code(lambda: first().require_fresh(NOW + timedelta(days=90))) == "keys.expired"


def test_following_a_chain() -> None:
    assert follow([ONE, TWO, THREE], digest(V1)).version == 3
    assert follow([ONE, TWO, THREE], digest(V2)).version == 3
    assert code(lambda: follow([TWO, THREE], digest(V1))) == "keys.other"
    assert code(lambda: follow([], digest(V1))) == "keys.none"
    assert code(lambda: follow([ONE, THREE], digest(V1))) == "signature.unknown_key"
    two = next_key_list(TWO, first())
    assert advance([ONE, TWO, THREE], two).version == 3
    assert advance([THREE], two).version == 3
    assert code(lambda: advance([ONE], two)) == "keys.rollback"


@pytest.mark.parametrize(
    "change",
    [
        {"version": 0}, {"expires": "tomorrow"}, {"jwks": {"keys": []}}, {"blob_hosts":
        ["http://evil.example"]}, {"blob_hosts": ["ftp://x"]}, {"v": 2}, {"lab": ""},
    ],
)  # fmt: skip
def test_a_malformed_list_is_refused(change: dict[str, object]) -> None:
    payload = key_list(OLD, **{**{"version": 1}, **change})  # type: ignore[arg-type]
    assert code(lambda: first_key_list(signed_keys(payload, OLD), digest(payload))) in ("keys.shape",)
