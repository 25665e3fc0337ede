"""The sealed envelope: opens with its key alone, says nothing before, and stands for nothing else."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from app.errors import InputError, TrustError
from app.wire import jsonio
from app.wire.leading import Opening, Sealed
from app.wire.models import parse
from app.wire.sealing import Envelope, bucket, content_of, seal, unseal
from app.wire.signatures import base64url

WHO = Envelope("lab-1", "s-1", "e-1", "b-1", "t-1")
KEY, NONCE = bytes(range(32)), bytes(12)


def sealed(content: bytes, *, who: Envelope = WHO, key: bytes = KEY, padded: int | None = None) -> Sealed:
    members = seal(content, key, NONCE, who, padded or bucket(len(content)))
    about = {"v": 1, "lab": who.lab, "sealed": who.sealed, "expert": who.expert, "batch": who.batch}
    return parse(
        Sealed, jsonio.dumps({**about, "task": who.task, "issued": "2026-11-01T09:00:00Z", **members})
    )


def opening(*, key: bytes = KEY, **changes: str) -> Opening:
    about = {"lab": "lab-1", "sealed": "s-1", "sealed_digest": "0" * 64, "expert": "e-1", "task": "t-1"}
    about |= {"result": "1" * 64, "issued": "2026-11-01T09:00:00Z", "key": base64url(key), **changes}
    return parse(Opening, jsonio.dumps({"v": 1, **about}))


def test_opens_with_its_key_to_the_very_content() -> None:
    content = jsonio.dumps({"v": 1, "opinions": [{"kind": "judge", "judgement": {"responses": {}}}]})
    found = unseal(sealed(content), "0" * 64, opening())
    assert found == content
    assert content_of(found).opinions[0].kind == "judge"


@pytest.mark.parametrize("size", [0, 1, 4091, 4092, 4093, 60_000])
def test_presence_and_size_do_not_show(size: int) -> None:
    padded = bucket(60_000)
    one, other = sealed(os.urandom(size), padded=padded), sealed(b"", padded=padded)
    assert len(one.ciphertext) == len(other.ciphertext)
    assert one.model_dump().keys() == other.model_dump().keys()


def test_buckets_are_powers_of_two_with_an_end() -> None:
    assert [bucket(n) for n in (0, 4092, 4093, 100_000)] == [4096, 4096, 8192, 131072]
    with pytest.raises(InputError, match="too much"):
        bucket(512 * 1024)


@pytest.mark.parametrize("name", ["lab", "sealed", "expert", "task", "sealed_digest"])
def test_a_key_for_something_else_is_refused(name: str) -> None:
    other = "2" * 64 if name == "sealed_digest" else "x"
    with pytest.raises(TrustError) as failed:
        unseal(sealed(b"secret"), "0" * 64, opening(**{name: other}))
    assert failed.value.code == "opening.other"


def test_another_key_is_not_the_one_committed_to() -> None:
    with pytest.raises(TrustError) as failed:
        unseal(sealed(b"secret"), "0" * 64, opening(key=bytes(32)))
    assert failed.value.code == "opening.commitment"


def test_an_envelope_of_another_task_does_not_open() -> None:
    """The ciphertext of one task put under the name of another, with a commitment that fits."""
    mine, other = sealed(b"mine"), sealed(b"other", who=replace(WHO, task="t-2"))
    mixed = mine.model_copy(update={"ciphertext": other.ciphertext})
    with pytest.raises(TrustError) as failed:
        unseal(mixed, "0" * 64, opening())
    assert failed.value.code == "opening.content"
