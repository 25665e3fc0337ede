"""Invitations: link ⇄ file ⇄ value, six words, and every damage named."""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ids import Digest
from app.errors import InputError
from app.wire import jsonio
from app.wire.invitation import Invitation, read, words
from app.wire.origins import base_url, is_loopback, origin
from tests.unit.wire.wire_fixtures import NOW

DIGEST = Digest(hashlib.sha256(b"keys").hexdigest())
GOOD = Invitation("https://lab.example/a", DIGEST, "abcDEF-_1234", "expert", NOW, "Clinic Ω & Co")


def test_link_and_file_say_the_same() -> None:
    assert read(GOOD.link()) == read(GOOD.file()) == read(f"\n {GOOD.link()} \n".encode()) == GOOD
    assert "Clinic" in GOOD.file().decode()
    by_file = replace(GOOD, recipient="age1" + "q" * 58)
    assert read(by_file.link()) == read(by_file.file()) == by_file


def test_six_words_to_read_aloud() -> None:
    assert len(GOOD.words) == 6
    assert all(len(w) == 5 and w.isalpha() for w in GOOD.words)
    assert words(Digest("7f000001" + "0" * 56))[:2] == ("lusab", "babad")
    assert words(Digest("f" * 64)) != GOOD.words


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("v=1", "v=2", "version"),
        ("url=https", "url=ftp", "url.shape"),
        ("https%3A%2F%2Flab.example", "http%3A%2F%2Flab.example", "url.plain"),
        (f"keys={DIGEST}", "keys=abc", "keys"),
        ("code=abcDEF-_1234", "code=a", "code"),
        ("role=expert", "role=king", "role"),
        ("role=expert", "role=expert&age=age1short", "age"),
        ("expires=2026", "expires=20x6", "expires"),
        ("role=expert", "role=expert&role=lead", "shape"),
        ("&role=expert", "", "shape"),
        ("assay://enrol?", "assay://other?", "shape"),
        ("assay://enrol?", "https://enrol?", "shape"),
        ("assay://enrol?", "assay://enrol/x?", "shape"),
    ],
)
def test_damage_is_named(old: str, new: str, code: str) -> None:
    link = GOOD.link()
    assert old in link
    with pytest.raises(InputError) as caught:
        read(link.replace(old, new))
    assert caught.value.code == (code if "." in code else f"invitation.{code}")
    assert caught.value.hint


@pytest.mark.parametrize(
    "data", ["", "hello", b"\xff\xfe", "{}", '{"assay":"invitation","v":2}', "[1]", "x" * 9000]
)
def test_what_is_no_invitation(data: str | bytes) -> None:
    with pytest.raises(InputError):
        read(data)


def test_words_in_a_file_must_fit() -> None:
    content = jsonio.loads(GOOD.file())
    content["words"] = "lusab babad babad babad babad babad"
    with pytest.raises(InputError, match="words"):
        read(jsonio.dumps(content))
    content["words"] = 6
    with pytest.raises(InputError):
        read(jsonio.dumps(content))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "[::1]", "localhost", "LOCALHOST"])
def test_plain_http_on_this_computer(host: str) -> None:
    assert base_url(f"http://{host}:8000/") == f"http://{host}:8000"


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1", "http://127.0.0.1.evil.example", "http://localhost.evil.example",
        "http://0x7f000001", "https://user:pw@lab.example", "https://lab.example?x", "https://lab.example#x",
        "https://", "lab.example", "file:///etc/passwd", "https://lab.example:99999", "https://[::1",
        "https://lab.example/ x", "javascript:1", "https://lab.example\\@evil.example",
        "https://lab.example\n",
    ],
)  # fmt: skip
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(InputError) as caught:
        base_url(url)
    assert caught.value.code.startswith("url.")


def test_origins_compare_with_their_port() -> None:
    assert origin("https://Lab.Example/x") == "https://lab.example:443"
    assert origin("http://[::1]:80/") == "http://[::1]:80"
    assert not is_loopback("evil.example")


@given(
    st.binary(max_size=300)
    | st.text(max_size=300)
    | st.builds("assay://enrol?{}".format, st.text(max_size=200))
)
def test_anything_is_an_invitation_or_our_error(data: str | bytes) -> None:
    with contextlib.suppress(InputError):
        assert isinstance(read(data), Invitation)
