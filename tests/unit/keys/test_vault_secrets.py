"""Secrets as they are made, kept and put away: in a key store, under a passphrase, locked, forgotten."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.errors import LockedError
from app.keys.keyset import from_text, key_id, to_text
from app.keys.vault import Vault
from tests.unit.keys.vault_checks import (
    KWALLET,
    PASSPHRASE,
    PIN,
    Make,
    assert_no_secret,
    code_of,
    type_of_store,
)


def test_new_secrets_are_a_key_and_an_ed25519_jwk(vault: Vault) -> None:
    import base64

    made = vault.create()
    assert len(made.workspace_key) == 32
    assert set(made.device_jwk) == {"kty", "crv", "x", "d"}
    seed = base64.urlsafe_b64decode(made.device_jwk["d"] + "=")
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    assert base64.urlsafe_b64decode(made.device_jwk["x"] + "=") == public
    assert made.key_id == key_id(made.workspace_key)
    assert made.workspace_key.hex() not in repr(made)
    assert made.device_jwk["d"] not in repr(made)


def test_the_kept_form_reads_back_and_nothing_else_does(vault: Vault) -> None:
    made = vault.create()
    text = to_text(made)
    assert len(text) <= 1280
    assert from_text(text) == made
    other = {**json.loads(text), "workspace_key": "ab"}
    swapped = {**json.loads(text), "device_jwk": {**made.device_jwk, "x": made.device_jwk["d"]}}
    for wrong in ("", "[]", "{}", json.dumps(other), json.dumps(swapped), text[:-2], '{"v": 1}'):
        with pytest.raises(ValueError, match="not the kept form"):
            from_text(wrong)


def test_key_store_create_and_open(make_vault: Make, folder: Path, key_store: type_of_store) -> None:
    made = make_vault().create()
    assert make_vault().open() == made
    state = make_vault().state()
    assert (state.store, state.asks, state.is_locked, state.has_recovery) == (
        "keyring",
        "nothing",
        False,
        False,
    )
    assert state.key_id == made.key_id
    [(_, service)] = key_store.texts
    assert service.startswith("assay.7f3a.")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert all(stat.S_IMODE(p.stat().st_mode) == 0o600 for p in folder.iterdir())
    assert_no_secret(folder, made)


def test_passphrase_create_and_open(make_vault: Make, folder: Path, key_store: type_of_store) -> None:
    made = make_vault().create(passphrase=PASSPHRASE)
    assert key_store.texts == {}
    assert make_vault().state().asks == "passphrase"
    assert code_of(make_vault().open) == "passphrase.needed"
    assert code_of(lambda: make_vault().open(passphrase="wrong passphrase")) == "passphrase.wrong"
    assert make_vault().open(passphrase=PASSPHRASE) == made
    assert_no_secret(folder, made)


def test_without_key_store_and_passphrase_nothing_is_made(
    vault: Vault, folder: Path, key_store: type_of_store
) -> None:
    key_store.usable = []
    assert code_of(vault.create) == "keyring.missing"
    assert code_of(lambda: vault.create(passphrase="short")) == "passphrase.short"
    assert list(folder.iterdir()) == []
    key_store.usable, key_store.is_locked = [KWALLET], True
    assert code_of(vault.create) == "keyring.locked"
    assert list(folder.iterdir()) == []
    assert not vault.exists()
    vault.create(passphrase=PASSPHRASE)


def test_two_homes_with_the_same_lab_never_share_an_entry(tmp_path: Path, key_store: type_of_store) -> None:
    one, two = (Vault(tmp_path / home / "local", key_store=key_store) for home in ("a", "b"))
    first, second = one.create(), two.create()
    assert first != second
    assert (one.open(), two.open()) == (first, second)
    assert two.forget()
    assert one.open() == first


@pytest.mark.parametrize("left", ["vault.json", "vault.spare.json", "secrets.json", "recovery.json"])
def test_create_never_writes_over_keys(make_vault: Make, folder: Path, left: str) -> None:
    made = make_vault().create(passphrase=PASSPHRASE)
    make_vault().new_recovery_code(made)
    for path in folder.iterdir():
        if path.name != left:
            path.unlink()
    assert code_of(lambda: make_vault().create(passphrase=PASSPHRASE)) == "vault.exists"


def test_lock_binds_every_program_until_unlocked(make_vault: Make) -> None:
    made = make_vault().create()
    make_vault().lock()
    make_vault().lock()
    assert make_vault().is_locked()
    with pytest.raises(LockedError) as caught:
        make_vault().open()
    assert (caught.value.code, caught.value.exit_code) == ("workspace.locked", 9)
    assert make_vault().unlock() == made
    assert make_vault().open() == made
    assert make_vault().unlock() == made  # unlocking twice does no harm


def test_lock_under_a_passphrase_needs_it(make_vault: Make) -> None:
    made = make_vault().create(passphrase=PASSPHRASE)
    make_vault().lock()
    assert code_of(lambda: make_vault().open(passphrase=PASSPHRASE)) == "workspace.locked"
    assert code_of(make_vault().unlock) == "passphrase.needed"
    assert code_of(lambda: make_vault().unlock(passphrase="wrong")) == "passphrase.wrong"
    assert make_vault().is_locked()
    assert make_vault().unlock(passphrase=PASSPHRASE) == made


def test_forget_leaves_nothing(make_vault: Make, folder: Path, key_store: type_of_store) -> None:
    made = make_vault().create()
    make_vault().new_recovery_code(made)
    make_vault().set_pin(PIN)
    assert code_of(lambda: make_vault().open(pin="0001")) == "pin.wrong"
    make_vault().lock()
    assert make_vault().forget()
    assert key_store.texts == {}
    assert list(folder.iterdir()) == []
    assert make_vault().forget()  # nothing left to do


def test_forget_says_when_the_key_store_could_not_be_asked(
    make_vault: Make, folder: Path, key_store: type_of_store
) -> None:
    make_vault().create()
    key_store.is_locked = True
    assert not make_vault().forget()
    assert list(folder.iterdir()) == []
