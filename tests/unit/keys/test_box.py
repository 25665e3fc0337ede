from __future__ import annotations

import json
import secrets
import stat
from pathlib import Path

import pytest

from app.errors import AssayError, InputError, LockedError, StorageError
from app.keys.box import Cost, DamagedBoxError, WrongSecretError, open_box, seal
from app.keys.passphrase_file import PassphraseFile, given_passphrase, is_exposed, read_passphrase_file

CHEAP = Cost(t=1, m=8, p=1)


def box_of(content: bytes = b"content", secret: str = "a long secret") -> dict:
    return seal(content, secret, "passphrase", CHEAP, secrets.token_bytes)


def test_a_box_opens_with_its_secret_and_use_only() -> None:
    box = box_of()
    assert open_box(box, "a long secret", "passphrase") == b"content"
    with pytest.raises(WrongSecretError):
        open_box(box, "a long Secret", "passphrase")
    with pytest.raises(WrongSecretError):
        open_box(box, "a long secret", "pin")
    assert json.dumps(box).find("content") == -1


def test_a_box_has_the_documented_members_and_real_cost() -> None:
    box = seal(b"x", "a long secret", "passphrase", Cost(), secrets.token_bytes)
    assert list(box) == ["v", "kdf", "t", "m", "p", "salt", "nonce", "ct", "check"]
    assert (box["v"], box["kdf"], box["t"], box["m"], box["p"]) == (1, "argon2id", 3, 65536, 4)
    assert open_box(json.loads(json.dumps(box)), "a long secret", "passphrase") == b"x"


def test_the_same_words_typed_composed_or_decomposed_are_one_secret() -> None:
    assert open_box(box_of(secret="caf\u00e9 密語"), "cafe\u0301 密語", "passphrase") == b"content"


def test_two_boxes_of_the_same_content_share_nothing() -> None:
    one, two = box_of(), box_of()
    assert all(one[name] != two[name] for name in ("salt", "nonce", "ct", "check"))


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"kdf": "none"},
        {"t": 0},
        {"t": 11},
        {"t": True},
        {"t": "3"},
        {"m": 2**30},
        {"m": 7},
        {"p": 0},
        {"p": 17},
        {"salt": "AAAA"},
        {"nonce": "AAAA"},
        {"nonce": "?" * 16},
        {"ct": ""},
        {"ct": 5},
        {"salt": None},
    ],
)
def test_what_the_file_asks_for_is_bounded_even_with_a_right_check(change: dict) -> None:
    from app.keys.box import _check

    box = {**box_of(), **change}
    box["check"] = _check({name: value for name, value in box.items() if name != "check"})
    with pytest.raises(DamagedBoxError):
        open_box(box, "a long secret", "passphrase")


def test_every_flipped_byte_of_the_file_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    file = PassphraseFile(path, CHEAP, secrets.token_bytes)
    file.write(b"content", "a long secret")
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            assert file.read("a long secret") == b"content"  # a space between members, nothing else
            assert chr(whole[place]).isspace()
        except StorageError as exc:
            assert exc.code == "key.damaged"  # noqa: PT017 (either outcome is right, by place)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b" " * 70_000 + b"{}", b"{}"])
def test_a_damaged_file_is_no_wrong_passphrase(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "secrets.json"
    path.write_bytes(content)
    with pytest.raises(StorageError) as caught:
        PassphraseFile(path, CHEAP, secrets.token_bytes).read("a long secret")
    assert caught.value.code == "key.damaged"


def test_the_file_is_private_whole_and_asks_for_its_passphrase(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    file = PassphraseFile(path, CHEAP, secrets.token_bytes)
    with pytest.raises(StorageError, match="gone"):
        file.read("a long secret")
    file.write(b"content", "a long secret")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["secrets.json"]
    with pytest.raises(LockedError) as needed:
        file.read(None)
    assert needed.value.code == "passphrase.needed"
    with pytest.raises(InputError) as wrong:
        file.read("another secret")
    assert wrong.value.code == "passphrase.wrong"
    with pytest.raises(InputError) as short:
        file.write(b"other", "7 chars")
    assert short.value.code == "passphrase.short"
    assert file.read("a long secret") == b"content"


def test_a_planted_link_does_not_get_the_bytes(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (tmp_path / "secrets.json.tmp").symlink_to(elsewhere)
    PassphraseFile(tmp_path / "secrets.json", CHEAP, secrets.token_bytes).write(b"content", "a long secret")
    assert not elsewhere.exists()


def test_a_write_that_fails_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    file = PassphraseFile(path, CHEAP, secrets.token_bytes)
    file.write(b"content", "a long secret")
    in_the_way = tmp_path / "secrets.json.tmp"
    in_the_way.mkdir()
    with pytest.raises(AssayError) as caught:
        file.write(b"other", "a long secret")
    assert caught.value.code == "key.write"
    assert file.read("a long secret") == b"content"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"correct horse\n", "correct horse"),
        (b"correct horse", "correct horse"),
        (b"correct horse\r\nnot this\n", "correct horse"),
        (b"\xef\xbb\xbfcorrect horse\n", "correct horse"),
        (b" correct horse \n", " correct horse "),
        ("密語 密語\n".encode(), "密語 密語"),
    ],
)
def test_a_passphrase_file_is_its_first_line(tmp_path: Path, content: bytes, line: str) -> None:
    path = tmp_path / "passphrase"
    path.write_bytes(content)
    assert read_passphrase_file(path) == line
    assert given_passphrase(None, {"ASSAY_PASSPHRASE_FILE": str(path)}) == line
    assert given_passphrase(path, {"ASSAY_PASSPHRASE_FILE": "elsewhere"}) == line
    assert given_passphrase(None, {}) is None


@pytest.mark.parametrize("content", [b"", b"\n", b"  \n", b"\nsecond line", b"\xff\xfe\n", b"a" * 5000, None])
def test_a_passphrase_file_without_a_passphrase_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "passphrase"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_passphrase_file(path)
    assert caught.value.code == "passphrase.file"
    assert caught.value.where == str(path)


def test_a_passphrase_file_that_others_can_read_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "passphrase"
    path.write_text("correct horse\n")
    path.chmod(0o600)
    assert not is_exposed(path)
    for mode in (0o640, 0o604):
        path.chmod(mode)
        assert is_exposed(path)
