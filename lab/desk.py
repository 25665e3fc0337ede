"""What a lab's engineer does at her desk, with plain values: the command line calls these."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.clock import Clock, SystemClock
from app.domain.times import from_text, to_text
from app.errors import StorageError
from app.formats import registry
from app.formats.base import Reading
from app.wire import age, jsonio
from app.wire.invitation import Invitation
from app.wire.origins import base_url
from app.wire.signatures import PrivateKey
from lab import batches, keylist, people
from lab import results as stored
from lab.assigning import Assigned, assign
from lab.batches import Imported, revise, withdraw
from lab.config import LabConfig, free_loopback_url, make_folder, write_config
from lab.exporting import export
from lab.files import write_durably
from lab.lab import KEY_FILE, Entropy, Lab, open_lab, stores
from lab.places import DATABASE, SECRETS, blobs_place, database_place, keep_secrets
from lab.restoring import restored

Read = Callable[..., Reading]
"""`app.formats.registry.read`, or a stand-in."""


@dataclass(frozen=True, slots=True)
class Made:
    """A new lab. kid: of its signing key."""

    lab: str
    kid: str
    url: str


def init(
    folder: Path,
    *,
    url: str = "",
    name: str = "",
    database: str = "",
    blobs: str = "",
    clock: Clock | None = None,
    entropy: Entropy = os.urandom,
) -> Made:
    """A new lab in an empty folder. url: where it will serve, for good; by default a free loopback port.

    database, blobs: where its data is kept, as `lab.places` reads them; by default in the folder.
    """
    clock = clock or SystemClock()
    folder = folder.absolute()
    url = base_url(url) if url else free_loopback_url()
    rows, files = database_place(database), blobs_place(blobs)
    make_folder(folder, (KEY_FILE, DATABASE, SECRETS))
    key = PrivateKey.generate()
    config = LabConfig(
        lab=f"lab-{entropy(8).hex()}",
        name=name or folder.name or "Lab",
        url=url,
        created=to_text(clock.now()),
        database=rows.url,
        blobs=files.url,
    )
    epoch = entropy(8).hex()
    keep_secrets(folder, rows, files)
    write_durably(folder / KEY_FILE, jsonio.dumps(key.as_jwk()), mode=0o600)
    lab = Lab(folder, config, key, *stores(folder, config), clock, entropy, epoch)
    with lab:
        try:
            lab.blobs.check()
            lab.database.create(epoch, config.lab)
        except StorageError:
            for part in (KEY_FILE, SECRETS):
                (folder / part).unlink(missing_ok=True)  # so that it can be tried again
            raise
        lab.database.write(lambda connection: keylist.issue(connection, lab))
    write_config(folder, config)  # last: a folder without it is no lab
    return Made(config.lab, key.kid, url)


def import_batch(
    lab: Lab,
    format: str,
    path: Path,
    *,
    title: str = "",
    limit: int | None = None,
    answers: Path | None = None,
    due_at: datetime | None = None,
    read: Read = registry.read,
) -> Imported:
    """A batch of a file's tasks. format: a name, or `auto`. answers: responses in a file of their own."""
    return batches.create(lab, read(format, path, limit=limit, answers=answers), title=title, due_at=due_at)


def invite(lab: Lab, role: str, name: str, out: Path | None = None) -> tuple[str, str]:
    """(link, expert id) for a new person; tasks can be assigned to her at once. out: its file form."""
    invited = people.invite(lab, role, name)
    with lab.database.reading() as connection:
        keys = keylist.current_digest(connection)
    invitation = Invitation(
        url=lab.config.url,
        keys_digest=keys,
        code=invited.code,
        role=invited.role,
        expires_at=from_text(invited.expires_at),
        lab_name=lab.config.name,
        recipient=age.recipient(lab.key.as_jwk()),
    )
    if out is not None:
        write_durably(out.absolute(), invitation.file() + b"\n", mode=0o600)
    return invitation.link(), invited.expert


def results(lab: Lab) -> Iterator[bytes]:
    """Every signed result as its expert sent it, in the order of arrival: one JWS JSON document a line."""
    return (kept.document for kept in stored.walk(lab))


def receipts(lab: Lab) -> Iterator[bytes]:
    """The receipt of each result, in the same order."""
    return (kept.receipt for kept in stored.walk(lab))


def keys(lab: Lab) -> dict[str, Any]:
    """One JWKS of the lab's own and all registered devices' keys, as `assay verify --keys` takes it."""
    with lab.database.reading() as connection:
        return people.jwks(connection, lab)


__all__ = [
    "Assigned",
    "Imported",
    "Lab",
    "Made",
    "assign",
    "export",
    "import_batch",
    "init",
    "invite",
    "keys",
    "open_lab",
    "receipts",
    "restored",
    "results",
    "revise",
    "withdraw",
]
