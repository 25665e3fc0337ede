"""The system's key store, through back ends that are known to be one: beside
`secret_service`, which reads quickly, the only module that names keyring.

keyring by itself asks every installed package for a back end, and a package that keeps secrets in a plain
file wins by being installed. So nothing is discovered here: the classes below are imported by name, which
leaves out third-party entry points, `PYTHON_KEYRING_BACKEND`, keyringrc.cfg and the chainer, and none of
their code runs.

Every call may block while the system asks the person to unlock the store: never call from the window's
thread. Limits: what the store itself does is its own (a login keyring with an empty password is hardly
encrypted, and any program of the same person may ask an unlocked store). A PIN (`app.keys.pin`) stands
against the latter.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Protocol

from app.errors import AssayError, LockedError, StorageError
from app.keys import secret_service

ALLOWED = (
    "keyring.backends.SecretService.Keyring",
    "keyring.backends.libsecret.Keyring",
    "keyring.backends.kwallet.DBusKeyring",
    "keyring.backends.macOS.Keyring",
    "keyring.backends.Windows.WinVaultKeyring",
)
MAX_VALUE = 1280
"""Characters: Windows keeps 2,560 bytes of UTF-16 a secret and fails in its own way above that."""

_ACCOUNT = "assay"
_SAFE = "Your work is still there, encrypted; nothing was changed."


class SecretStore(Protocol):
    """A store of short named texts. `backend` arguments are names that `backends()` gave, now or earlier."""

    def backends(self) -> list[str]:
        """Usable back ends by exact class name, best first; empty if there is none."""

    def is_usable(self, backend: str) -> bool:
        """Whether this one is usable now; cheaper than `backends`, which tries them all."""

    def absent(self) -> StorageError:
        """Why there is no usable back end: nothing there, or only something that is not trusted."""

    def get(self, backend: str, service: str) -> str | None:
        """The text, or None if the store holds none by that name."""

    def put(self, backend: str, service: str, value: str) -> None:
        """Keep the text, and read it back before returning."""

    def delete(self, backend: str, service: str) -> None:
        """Remove the text; it may be gone already."""


class KeyringStore:
    """SecretStore on the operating system's key store. `environ` is read for the words of `absent` only."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._environ = environ

    def backends(self) -> list[str]:
        found: list[tuple[float, str]] = []
        for name in ALLOWED:
            priority = _priority(name)
            if priority is not None:
                found.append((-priority, name))
        return [name for _, name in sorted(found)]

    def is_usable(self, backend: str) -> bool:
        if backend == secret_service.NAME:
            return _answers()
        return backend in ALLOWED and _priority(backend) is not None

    def absent(self) -> StorageError:
        stranger = self._stranger()
        if stranger:
            return StorageError(
                "keyring.insecure",
                "The only key store offered here ({name}) is not one that Assay trusts with keys.",
                hint="Nothing was kept in it. Choose a passphrase instead (in scripts: --passphrase-file).",
                params={"name": stranger},
            )
        return StorageError(
            "keyring.missing",
            "This computer offers no key store.",
            hint="Choose a passphrase (in scripts: --passphrase-file), or sign in to a desktop session.",
        )

    def get(self, backend: str, service: str) -> str | None:
        with _explaining():
            if backend == secret_service.NAME and secret_service.is_plain(self._environ):
                return secret_service.read(service, _ACCOUNT)
            value = _instance(backend).get_password(service, _ACCOUNT)
        return value if isinstance(value, str) else None

    def put(self, backend: str, service: str, value: str) -> None:
        if len(value) > MAX_VALUE:
            raise ValueError("longer than every key store can keep")
        with _explaining():
            ring = _instance(backend)
            ring.set_password(service, _ACCOUNT, value)
            kept = ring.get_password(service, _ACCOUNT)
        if kept != value:
            raise StorageError(
                "keyring.unfaithful",
                "The key store did not keep what it was given.",
                hint=f"{_SAFE} Choose a passphrase instead.",
            )

    def delete(self, backend: str, service: str) -> None:
        from keyring.errors import PasswordDeleteError

        with _explaining():
            ring = _instance(backend)
            # A missing text is reported by the same class as a refusal: only what is still there counts.
            with suppress(PasswordDeleteError):
                ring.delete_password(service, _ACCOUNT)
            left = ring.get_password(service, _ACCOUNT)
        if left is not None:
            raise StorageError(
                "keyring.delete", "The key store kept a key that it should forget.", hint="Try again."
            )

    def _stranger(self) -> str:
        """A back end that `keyring` would have used and that is not allowed, from metadata only."""
        from importlib.metadata import entry_points

        for point in entry_points(group="keyring.backends"):
            if not point.value.startswith("keyring.backends."):
                return point.value.partition(":")[0]
        chosen = self._environ.get("PYTHON_KEYRING_BACKEND", "")
        return chosen if chosen and chosen not in ALLOWED else ""


def _class(name: str) -> Any:
    if name not in ALLOWED:
        raise StorageError(
            "keyring.insecure",
            "The keys are said to be in a key store that Assay does not trust ({name}).",
            hint=f"{_SAFE} Use the printed recovery code.",
            params={"name": name[:80]},
        )
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


def _priority(name: str) -> float | None:
    try:
        return float(_class(name).priority)
    except Exception:  # noqa: BLE001 (a back end for another system fails in that system's own ways)
        return None


def _answers() -> bool:
    try:
        return secret_service.is_available()
    except Exception:  # noqa: BLE001 (as above: a bus fails in its own ways)
        return False


def _instance(name: str) -> Any:
    ring = _class(name)()
    if name.endswith("WinVaultKeyring"):
        ring.persist = "local machine"  # the default lets a domain account carry the key to other machines
    return ring


@contextmanager
def _explaining() -> Iterator[None]:
    """Turn what a back end raises into our errors."""
    try:
        yield
    except AssayError:
        raise
    except Exception as exc:
        # Besides KeyringError, back ends let through what their system library raises (pywintypes.error,
        # D-Bus and GLib errors, OSError of a store that died); not all of those can be imported everywhere.
        raise _explained(exc) from exc


def _explained(exc: Exception) -> AssayError:
    from keyring.errors import InitError, KeyringLocked, NoKeyringError

    if isinstance(exc, KeyringLocked | InitError) or type(exc).__name__ == "LockedException":
        return LockedError(
            "keyring.locked",
            "The computer's key store is locked, and it was not unlocked.",
            hint=f"{_SAFE} Unlock the key store (usually by signing in to the desktop) and try again. "
            "New keys can be kept under a passphrase instead.",
        )
    if isinstance(exc, NoKeyringError):
        return StorageError("keyring.missing", "This computer offers no key store.", hint=_SAFE)
    return StorageError(
        "keyring.failed",
        "The computer's key store failed ({reason}).",
        hint=f"{_SAFE} Try again, or use the printed recovery code.",
        params={"reason": type(exc).__name__},
    )
