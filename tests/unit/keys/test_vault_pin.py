"""A PIN over the entry in the key store."""

from __future__ import annotations

import pytest

from app.clock import FixedClock
from app.errors import LockedError
from app.keys.vault import Vault
from tests.unit.keys.vault_checks import (
    PASSPHRASE,
    PIN,
    Make,
    code_of,
    type_of_store,
)


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
