"""Workspaces for the benches: encrypted as shipped, filled with HealthBench-shaped tasks, made once a run.

`python -m benchmarks.workspaces HOME TASKS` makes one whose key is in the key store of the session it runs in.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.clock import SystemClock
from app.domain.batch import PolicyRef
from app.domain.ids import BatchId, LabId
from app.formats import registry
from app.keys.box import Cost
from app.keys.vault import Vault
from app.services.labs import LOCAL_LAB
from app.services.session import Session
from app.services.syncing import WorkspaceStore
from app.sync.connectors.files import About, local_batch
from app.wire.signatures import PrivateKey
from app.workstation import Workstation, build
from benchmarks.data import lines

PASSPHRASE = "only for the bench"


def cheap_vault(folder: Path) -> Vault:
    """A passphrase file whose key derivation costs nothing: the benches measure the program, not Argon2id."""
    return Vault(folder, cost=Cost(t=1, m=8, p=1))


def station_at(home: Path) -> Workstation:
    return build(home, vault_at=cheap_vault)


def fill(
    home: Path,
    tasks: int,
    *,
    in_key_store: bool = False,
    make: Callable[[dict[str, Any]], dict[str, Any]] = dict,
    policy: str = "healthbench",
) -> None:
    """A home with a local lab of so many tasks, unless it is there. make: another task out of each."""
    if (home / "filled").exists():
        return
    home.mkdir(parents=True, exist_ok=True)
    source = home / "tasks.jsonl"
    with source.open("wb") as out:
        out.writelines(lines(tasks))
    station = build(home) if in_key_store else station_at(home)
    session = station.local_import.open(None if in_key_store else PASSPHRASE)
    try:
        reading = registry.read("healthbench", source)
        found = iter(reading)
        key = PrivateKey.from_jwk(session.parts.device_jwk)
        store = WorkspaceStore(session.workspace)
        for number in itertools.count(1):
            part = [make(dict(f.task)) for f in itertools.islice(found, 10_000)]
            if not part:
                break
            about = About(
                BatchId(f"bench-{number}"),
                f"Bench {number}",
                "Medicine",
                "en",
                PolicyRef(policy),
                seed="bench",
            )
            made = local_batch(part, about, LabId(LOCAL_LAB), key, SystemClock().now())
            store.apply(made.changes, None, lambda _: None)
    finally:
        session.close()
        source.unlink()
    (home / "filled").touch()


@contextmanager
def opened(home: Path, tasks: int) -> Iterator[Session]:
    """An open session, changes at once, over a filled home."""
    fill(home, tasks)
    session = station_at(home).labs.open(None, PASSPHRASE)
    try:
        yield session
    finally:
        session.close()


if __name__ == "__main__":
    fill(Path(sys.argv[1]), int(sys.argv[2]), in_key_store=True)
