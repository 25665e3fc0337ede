"""Keys move between a key store, a passphrase and a PIN; a crash at any step loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.errors import InputError, StorageError
from app.keys import files
from app.keys.vault import Vault
from tests.unit.keys.vault_checks import (
    PASSPHRASE,
    PIN,
    Make,
    assert_no_secret,
    code_of,
    type_of_store,
)


def test_change_passphrase(make_vault: Make) -> None:
    made = make_vault().create(passphrase=PASSPHRASE)
    code = make_vault().new_recovery_code(made)
    assert code_of(lambda: make_vault().change_passphrase("wrong", "another good one")) == "passphrase.wrong"
    assert code_of(lambda: make_vault().change_passphrase(PASSPHRASE, "short")) == "passphrase.short"
    make_vault().change_passphrase(PASSPHRASE, "another good one")
    assert code_of(lambda: make_vault().open(passphrase=PASSPHRASE)) == "passphrase.wrong"
    assert make_vault().open(passphrase="another good one") == made
    assert make_vault().recover(code, passphrase=PASSPHRASE) == made


def test_the_keys_move_both_ways(make_vault: Make, folder: Path, key_store: type_of_store) -> None:
    made = make_vault().create()
    assert code_of(lambda: make_vault().change_passphrase("a", PASSPHRASE)) == "passphrase.none"
    make_vault().set_pin(PIN)
    make_vault().keep_under_passphrase(PASSPHRASE, current=PIN)
    assert key_store.texts == {}
    assert make_vault().open(passphrase=PASSPHRASE) == made
    assert code_of(make_vault().keep_in_keyring) == "passphrase.needed"
    make_vault().keep_in_keyring(current=PASSPHRASE)
    assert make_vault().open() == made
    assert not (folder / "secrets.json").exists()
    assert_no_secret(folder, made)


class Crash(BaseException):
    """The program is gone: nothing after it runs, not even clean-up for errors."""


MOVES: dict[str, Callable[[Vault, str], object]] = {
    "set a PIN": lambda vault, code: vault.set_pin(PIN, current=PASSPHRASE),
    "to a passphrase": lambda vault, code: vault.keep_under_passphrase(
        "a new passphrase", current=PASSPHRASE
    ),
    "to the key store": lambda vault, code: vault.keep_in_keyring(current=PASSPHRASE),
    "recover": lambda vault, code: vault.recover(code),
}
NO_MOVE = ("passphrase", "set a PIN")


@pytest.mark.parametrize(
    ("start", "move"),
    [(start, move) for start in ("keyring", "passphrase") for move in MOVES if (start, move) != NO_MOVE],
)
def test_a_crash_at_any_step_of_a_move_loses_nothing(
    make_vault: Make,
    key_store: type_of_store,
    monkeypatch: pytest.MonkeyPatch,
    start: str,
    move: str,
) -> None:
    """Fail the n-th step that changes something, for every n until the move gets through."""
    made = make_vault().create(passphrase=PASSPHRASE if start == "passphrase" else None)
    code = make_vault().new_recovery_code(made)
    for n in range(1, 100):
        left = n

        def step(real: Callable[..., object]) -> Callable[..., object]:
            def counted(*args: object, **named: object) -> object:
                nonlocal left
                left -= 1
                if left == 0:
                    raise Crash
                return real(*args, **named)

            return counted

        with monkeypatch.context() as patch:
            patch.setattr(files.os, "replace", step(files.os.replace))
            patch.setattr(Path, "unlink", step(Path.unlink))
            patch.setattr(key_store, "put", step(key_store.put))
            patch.setattr(key_store, "delete", step(key_store.delete))
            try:
                MOVES[move](make_vault(), code)
            except Crash:
                is_through = False
            else:
                is_through = True
        asks = make_vault().state().asks
        secret = {"nothing": None, "pin": PIN, "passphrase": PASSPHRASE}[asks]
        try:
            opened = make_vault().open(passphrase=secret)
        except InputError:
            opened = make_vault().open(passphrase="a new passphrase")
        assert opened == made
        if asks == "pin":
            assert all(made.workspace_key.hex() not in text for text in key_store.texts.values())
        assert len(key_store.texts) <= 1
        if is_through:
            return
        make_vault().recover(code, passphrase=PASSPHRASE if start == "passphrase" else None)
    raise AssertionError("the move never got through")


def test_a_full_disk_is_named_and_the_old_keys_stay(
    make_vault: Make, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_vault().create(passphrase=PASSPHRASE)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(files.os, "fsync", full)
        with pytest.raises(StorageError) as caught:
            make_vault().change_passphrase(PASSPHRASE, "another good one")
        assert caught.value.code == "key.write"
        assert code_of(lambda: make_vault().open(passphrase="wrong")) == "passphrase.wrong"
        assert make_vault().open(passphrase=PASSPHRASE) == made
    assert not list(folder.glob("*.tmp"))
