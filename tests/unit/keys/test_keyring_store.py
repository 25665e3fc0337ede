from __future__ import annotations

import subprocess
import sys

import pytest
from keyring.errors import InitError, KeyringError, KeyringLocked, NoKeyringError

from app.errors import AssayError, LockedError, StorageError
from app.keys import keyring_store
from app.keys.keyring_store import ALLOWED, MAX_VALUE, KeyringStore, _explaining


class WindowsError(Exception):
    """Stands for pywintypes.error, which is no KeyringError."""


@pytest.mark.parametrize(
    ("raised", "kind", "code"),
    [
        (KeyringLocked("x"), LockedError, "keyring.locked"),
        (InitError("Prompt dismissed"), LockedError, "keyring.locked"),
        (NoKeyringError("x"), StorageError, "keyring.missing"),
        (KeyringError("x"), StorageError, "keyring.failed"),
        (WindowsError(1783, "CredWrite", "The stub received bad data."), StorageError, "keyring.failed"),
        (ConnectionResetError("gone"), StorageError, "keyring.failed"),
        (StorageError("key.other", "As it was."), StorageError, "key.other"),
    ],
)
def test_what_back_ends_raise_becomes_our_error(raised: Exception, kind: type[AssayError], code: str) -> None:
    with pytest.raises(kind) as caught, _explaining():
        raise raised
    assert caught.value.code == code
    assert "stub" not in caught.value.message


def test_a_back_end_that_swallows_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    null = "keyring.backends.null.Keyring"
    monkeypatch.setattr(keyring_store, "ALLOWED", (null,))
    with pytest.raises(StorageError) as caught:
        KeyringStore().put(null, "assay.test.secrets", "text")
    assert caught.value.code == "keyring.unfaithful"


@pytest.mark.parametrize("act", ["get", "put", "delete"])
def test_no_other_class_is_ever_loaded(act: str) -> None:
    arguments = ("assay.test.secrets", "text") if act == "put" else ("assay.test.secrets",)
    with pytest.raises(StorageError) as caught:
        getattr(KeyringStore(), act)("keyring.backends.null.Keyring", *arguments)
    assert caught.value.code == "keyring.insecure"
    assert not KeyringStore().is_usable("keyring.backends.null.Keyring")


def test_a_text_that_windows_could_not_keep_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="longer"):
        KeyringStore().put(ALLOWED[0], "assay.test.secrets", "x" * (MAX_VALUE + 1))


def test_the_words_tell_nothing_there_from_something_untrusted() -> None:
    assert KeyringStore({}).absent().code == "keyring.missing"
    assert KeyringStore({"PYTHON_KEYRING_BACKEND": ALLOWED[0]}).absent().code == "keyring.missing"
    strange = KeyringStore({"PYTHON_KEYRING_BACKEND": "keyrings.alt.file.PlaintextKeyring"}).absent()
    assert strange.code == "keyring.insecure"
    assert "keyrings.alt" in strange.message


def test_importing_the_vault_imports_nothing_slow() -> None:
    slow = ("keyring", "secretstorage", "cryptography", "pydantic", "joserfc")
    code = f"import sys, app.keys.vault; print([m for m in {slow} if m in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
