"""What tests of the vault share: its secrets, the code of a refusal, and a look for keys in clear."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.errors import AssayError
from app.keys.keyset import Secrets
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
