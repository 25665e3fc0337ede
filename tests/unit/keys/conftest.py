"""Fakes and fixtures for the vault: a key store in memory, cheap Argon2id, a clock that stands."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from app.clock import FixedClock
from app.errors import LockedError, StorageError
from app.keys.box import Cost
from app.keys.vault import Vault

SECRET_SERVICE = "keyring.backends.SecretService.Keyring"
CHEAP = Cost(t=1, m=8, p=1)


class FakeKeyStore:
    """SecretStore in memory. `usable`: the back ends of now; `is_locked`: the person dismissed the prompt."""

    def __init__(self) -> None:
        self.usable = [SECRET_SERVICE]
        self.is_locked = False
        self.keeps_deleted = False
        self.texts: dict[tuple[str, str], str] = {}

    def backends(self) -> list[str]:
        return list(self.usable)

    def is_usable(self, backend: str) -> bool:
        return backend in self.usable

    def absent(self) -> StorageError:
        return StorageError("keyring.missing", "None.")

    def get(self, backend: str, service: str) -> str | None:
        self._check()
        return self.texts.get((backend, service))

    def put(self, backend: str, service: str, value: str) -> None:
        self._check()
        self.texts[backend, service] = value

    def delete(self, backend: str, service: str) -> None:
        self._check()
        if self.keeps_deleted:
            raise StorageError("keyring.delete", "Kept.")
        self.texts.pop((backend, service), None)

    def _check(self) -> None:
        if self.is_locked:
            raise LockedError("keyring.locked", "Locked.")


class CountedBytes:
    """Random bytes that are the same in every run and never the same twice."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def __call__(self, size: int) -> bytes:
        import hashlib

        return hashlib.shake_128(str(next(self._numbers)).encode()).digest(size)


@pytest.fixture
def key_store() -> FakeKeyStore:
    return FakeKeyStore()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "labs" / "7f3a"


@pytest.fixture
def make_vault(folder: Path, key_store: FakeKeyStore, clock: FixedClock) -> Callable[[], Vault]:
    """Each call is another program coming to the same folder."""
    token_bytes = CountedBytes()
    return lambda: Vault(folder, clock=clock, token_bytes=token_bytes, cost=CHEAP, key_store=key_store)


@pytest.fixture
def vault(make_vault: Callable[[], Vault]) -> Vault:
    return make_vault()
