"""One lab: its settings, keys, database, blobs, clock and source of randomness, opened together."""

from __future__ import annotations

import base64
import json
import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType

from app.clock import Clock, SystemClock
from app.domain.codec import task_from_json
from app.domain.ids import Digest, digest
from app.domain.task import Task
from app.domain.times import from_text, to_text
from app.errors import StorageError
from app.wire import jsonio
from app.wire.models import typ
from app.wire.signatures import PrivateKey, PublicKey, sign
from lab.audit import Audit
from lab.blobs import Blobs
from lab.config import LabConfig, read_config
from lab.database import Database
from lab.places import database_url, open_blobs, read_secrets

KEY_FILE = "lab-key.json"
TASKS_KEPT = 512
"""Parsed tasks kept in memory for checking results (about 30 kB each)."""

PACKS_KEPT = 8
"""Packs kept in memory as bytes, at most 8 MiB each as a rule."""

Entropy = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Signed:
    """A document that the lab signed. payload: the signed bytes; digest: their SHA-256."""

    document: bytes
    payload: bytes
    digest: Digest


@dataclass
class Lab:
    folder: Path
    config: LabConfig
    key: PrivateKey
    database: Database
    blobs: Blobs
    clock: Clock
    entropy: Entropy
    epoch: str
    _keys: dict[str, PublicKey] = field(default_factory=dict, repr=False)
    _tasks: OrderedDict[str, Task] = field(default_factory=OrderedDict, repr=False)
    _packs: OrderedDict[str, bytes] = field(default_factory=OrderedDict, repr=False)
    _guard: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @cached_property
    def audit(self) -> Audit:
        return Audit(self.folder / "audit", self.clock)

    def now(self) -> str:
        return to_text(self.clock.now())

    def new_id(self, prefix: str) -> str:
        """`b-` and 13 letters and digits (64 random bits)."""
        return f"{prefix}-{base64.b32encode(self.entropy(8)).decode().rstrip('=').lower()}"

    def sign(self, name: str, payload: bytes) -> Signed:
        return Signed(sign(typ(name), payload, self.key), payload, digest(payload))

    def public_key(self, kid: str, jwk: str) -> PublicKey:
        """Checked once a process; the thumbprint names it for good."""
        found = self._keys.get(kid)
        if found is None:
            found = self._keys[kid] = PublicKey(jsonio.loads(jwk))
        return found

    def task(self, sha256: str, pack: str, start: int, length: int) -> Task:
        """The task of a line, from memory or its pack; checked against its digest."""
        with self._guard:
            found = self._tasks.get(sha256)
            if found is not None:
                self._tasks.move_to_end(sha256)
                return found
        line = self.line(sha256, pack, start, length)
        task = task_from_json(json.loads(line))  # read strictly at import; the digest says it is the same
        with self._guard:
            self._tasks[sha256] = task
            if len(self._tasks) > TASKS_KEPT:
                self._tasks.popitem(last=False)
        return task

    def line(self, sha256: str, pack: str, start: int, length: int) -> bytes:
        """A task line as it was signed, from its pack; checked against its digest."""
        line = self._pack(pack)[start : start + length]
        if digest(line) != sha256:
            raise StorageError("lab.blob", "A pack of tasks is damaged.", where=pack)
        return line

    def _pack(self, sha256: str) -> bytes:
        """A whole pack: whoever sends results sends those of one pack together."""
        with self._guard:
            found = self._packs.get(sha256)
            if found is not None:
                self._packs.move_to_end(sha256)
                return found
        data = self.blobs.read(sha256)
        with self._guard:
            self._packs[sha256] = data
            if len(self._packs) > PACKS_KEPT:
                self._packs.popitem(last=False)
        return data

    def close(self) -> None:
        self.audit.close()
        self.database.close()

    def __enter__(self) -> Lab:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_lab(folder: Path, *, clock: Clock | None = None, entropy: Entropy = os.urandom) -> Lab:
    """Raises InputError when there is no lab, StorageError when it cannot be read."""
    folder = folder.absolute()
    config = read_config(folder)
    key = read_key(folder / KEY_FILE)
    database, blobs = stores(folder, config)
    try:
        epoch = database.epoch(config.lab)
    except BaseException:
        database.close()
        raise
    return Lab(folder, config, key, database, blobs, clock or SystemClock(), entropy, epoch)


def stores(folder: Path, config: LabConfig) -> tuple[Database, Blobs]:
    """Where the lab keeps its rows and its blobs; nothing is asked of them yet."""
    secrets = read_secrets(folder)
    database = Database(database_url(folder, config.database, secrets))
    return database, open_blobs(folder, config.blobs, secrets, config.lab)


def read_key(path: Path) -> PrivateKey:
    try:
        return PrivateKey.from_jwk(jsonio.loads(path.read_bytes()))
    except OSError as exc:
        raise StorageError("lab.key", "The lab's private key cannot be read.", where=str(path)) from exc


def moment(text: str | None) -> datetime | None:
    """A stored time."""
    return from_text(text) if text else None
