from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.clock import FixedClock
from app.errors import AssayError, InputError, LockedError, StorageError
from app.keys import files
from app.keys.keyset import Secrets, from_text, key_id, to_text
from app.keys.vault import Vault

PASSPHRASE, PIN = "correct horse battery", "748213"
KWALLET = "keyring.backends.kwallet.DBusKeyring"

type_of_store = Any  # FakeKeyStore of conftest.py, which tests cannot import by name
Make = Callable[[], Vault]


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(AssayError) as caught:
        call()
    error = caught.value
    assert error.message
    assert not {PASSPHRASE, PIN} & {error.message, error.hint}
    return error.code


def assert_no_secret(folder: Path, made: Secrets) -> None:
    """No file holds the key, in any usual spelling, or the seed of the device key."""
    for path in folder.rglob("*"):
        data = path.read_bytes()
        assert made.workspace_key not in data
        assert made.workspace_key.hex().encode() not in data.lower()
        assert made.device_jwk["d"].encode() not in data


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


def test_a_pin_seals_the_entry_in_the_key_store(make_vault: Make, key_store: type_of_store) -> None:
    made = make_vault().create()
    make_vault().set_pin(PIN)
    [text] = key_store.texts.values()
    assert made.workspace_key.hex() not in text
    assert made.device_jwk["d"] not in text
    assert len(text) <= 1280
    assert make_vault().state().asks == "pin"
    with pytest.raises(LockedError) as needed:
        make_vault().open()
    assert needed.value.code == "pin.needed"
    assert code_of(lambda: make_vault().open(pin="748214")) == "pin.wrong"
    assert make_vault().open(pin=PIN) == made
    assert make_vault().open(passphrase=PIN) == made
    make_vault().lock()
    assert code_of(make_vault().unlock) == "pin.needed"
    assert code_of(lambda: make_vault().unlock(pin="1111")) == "pin.wrong"
    assert make_vault().unlock(pin=PIN) == made


def test_changing_and_clearing_the_pin_needs_the_present_one(
    make_vault: Make, key_store: type_of_store
) -> None:
    made = make_vault().create()
    make_vault().set_pin(PIN)
    assert code_of(lambda: make_vault().set_pin("862044")) == "pin.needed"
    assert code_of(lambda: make_vault().set_pin("862044", current="0001")) == "pin.wrong"
    assert code_of(lambda: make_vault().clear_pin("0001")) == "pin.wrong"
    make_vault().set_pin("862044", current=PIN)
    assert code_of(lambda: make_vault().open(pin=PIN)) == "pin.wrong"
    make_vault().clear_pin("862044")
    make_vault().clear_pin("anything")
    assert make_vault().open() == made
    assert len(key_store.texts) == 1


def test_wrong_pins_make_window_and_command_line_wait(make_vault: Make, clock: FixedClock) -> None:
    made = make_vault().create()
    make_vault().set_pin(PIN)
    for _ in range(5):
        assert code_of(lambda: make_vault().open(pin="0001")) == "pin.wrong"
    assert code_of(lambda: make_vault().open(pin=PIN)) == "pin.wait"
    assert code_of(make_vault().open) == "pin.needed"
    clock.advance(1)
    assert make_vault().open(pin=PIN) == made
    assert code_of(lambda: make_vault().open(pin="0001")) == "pin.wrong"


def test_a_pin_over_a_key_that_will_not_go_is_said(make_vault: Make, key_store: type_of_store) -> None:
    made = make_vault().create()
    key_store.keeps_deleted = True
    assert code_of(lambda: make_vault().set_pin(PIN)) == "pin.leftover"
    assert code_of(make_vault().open) == "pin.needed"
    assert make_vault().open(pin=PIN) == made
    assert len(key_store.texts) == 2
    key_store.keeps_deleted = False
    assert make_vault().open(pin=PIN) == made
    assert len(key_store.texts) == 1


def test_a_passphrase_vault_takes_no_pin(vault: Vault) -> None:
    vault.create(passphrase=PASSPHRASE)
    assert code_of(lambda: vault.set_pin(PIN)) == "pin.passphrase"


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


def test_recovery_restores_access_in_every_lost_state(make_vault: Make, key_store: type_of_store) -> None:
    made = make_vault().create()
    code = make_vault().new_recovery_code(made)
    assert make_vault().state().has_recovery
    make_vault().set_pin(PIN)
    make_vault().lock()
    assert make_vault().recover(code.lower()) == made  # a forgotten PIN
    assert make_vault().open() == made
    key_store.texts.clear()
    assert code_of(make_vault().open) == "keyring.lost"
    assert make_vault().recover(code) == made
    assert make_vault().open() == made
    key_store.usable = []
    assert code_of(make_vault().open) == "keyring.missing"
    assert code_of(lambda: make_vault().recover(code)) == "keyring.missing"
    assert make_vault().recover(code, passphrase=PASSPHRASE) == made
    assert make_vault().open(passphrase=PASSPHRASE) == made


def test_recovery_without_vault_json_or_with_a_damaged_one(make_vault: Make, folder: Path) -> None:
    made = make_vault().create()
    code = make_vault().new_recovery_code(made)
    for content in (None, "{"):
        for name in ("vault.json", "vault.spare.json"):
            (folder / name).unlink() if content is None else (folder / name).write_text(content)
        assert code_of(make_vault().open) == ("vault.missing" if content is None else "key.damaged")
        assert make_vault().recover(code) == made
        assert make_vault().open() == made


def test_a_replaced_code_a_wrong_one_and_none(make_vault: Make, folder: Path) -> None:
    made = make_vault().create()
    assert code_of(lambda: make_vault().recover("0" * 36)) == "recovery.none"
    old = make_vault().new_recovery_code(made)
    new = make_vault().new_recovery_code(made)
    assert code_of(lambda: make_vault().recover(old)) == "recovery.wrong"
    assert code_of(lambda: make_vault().recover(new[:-1])) == "recovery.mistyped"
    assert_no_secret(folder, made)
    (folder / "recovery.json").write_text('{"v": 1}')
    assert code_of(lambda: make_vault().recover(new)) == "key.damaged"
    assert make_vault().open() == made


def test_recovery_of_another_workspace_is_refused(tmp_path: Path, key_store: type_of_store) -> None:
    one, two = (Vault(tmp_path / name, key_store=key_store) for name in ("a", "b"))
    first, second = one.create(), two.create()
    code = one.new_recovery_code(first)
    (tmp_path / "b" / "recovery.json").write_bytes((tmp_path / "a" / "recovery.json").read_bytes())
    assert code_of(lambda: two.recover(code)) == "key.other"
    assert code_of(lambda: two.new_recovery_code(first)) == "key.other"
    assert two.open() == second


def test_key_store_states_ask_and_never_lose(make_vault: Make, key_store: type_of_store) -> None:
    made = make_vault().create()
    [at] = key_store.texts
    kept = key_store.texts[at]
    key_store.is_locked = True
    assert code_of(make_vault().open) == "keyring.locked"
    key_store.is_locked = False
    key_store.usable = [KWALLET]
    assert code_of(make_vault().open) == "keyring.changed"
    key_store.texts[KWALLET, at[1]] = kept  # a back end that shares the store
    assert make_vault().open() == made
    key_store.usable = [KWALLET, at[0]]
    assert make_vault().open() == made
    for damage in ("", "x", "{}", '{"kdf": 1}', kept[:-9]):
        key_store.texts[at] = damage
        assert code_of(make_vault().open) in {"keyring.damaged", "pin.needed"}
        assert code_of(lambda: make_vault().open(pin=PIN)) == "keyring.damaged"
    key_store.texts[at] = to_text(Secrets(bytes(32), made.device_jwk))
    assert code_of(make_vault().open) == "key.other"
    key_store.texts[at] = kept
    assert make_vault().open() == made


def test_the_spare_stands_in_for_a_damaged_vault_json(make_vault: Make, folder: Path) -> None:
    made = make_vault().create()
    whole = (folder / "vault.json").read_text()
    for content in (
        "",
        "[]",
        whole[:40],
        whole.replace('"keyring"', '"clear"'),
        whole.replace('"v": 1', '"v": 0'),
    ):
        (folder / "vault.json").write_text(content)
        assert make_vault().open() == made
    for name in ("vault.json", "vault.spare.json"):
        (folder / name).write_text(whole.replace('"v": 1', '"v": 2'))
    assert code_of(make_vault().open) == "key.too_new"


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


def test_the_entry_in_use_is_never_tidied_away(
    make_vault: Make, folder: Path, key_store: type_of_store
) -> None:
    made = make_vault().create()
    for name in ("vault.json", "vault.spare.json"):
        document = json.loads((folder / name).read_text())
        (folder / name).write_text(json.dumps({**document, "retired": [document["entry"]]}))
    assert make_vault().open() == made
    assert make_vault().open() == made
    assert len(key_store.texts) == 1
