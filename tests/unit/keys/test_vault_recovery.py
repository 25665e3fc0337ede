"""The recovery code, and what the vault does when a key store or a file is not as it was left."""

from __future__ import annotations

import json
from pathlib import Path

from app.keys.keyset import Secrets, to_text
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
