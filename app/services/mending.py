"""A damaged workspace: named, set aside, and rebuilt from a snapshot, or from the lab; and the copies that make it so.

Nothing is removed: what was damaged stands beside, as `aside-…`. After a snapshot the next sync brings one's own
results back from the lab, and offers the lab what it has lost itself; from the lab alone, all but drafts come back.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Literal

from app.clock import Clock
from app.domain.ids import DeviceId
from app.domain.times import from_text, to_text
from app.errors import StorageError
from app.services.labs import Labs
from app.services.session import Session
from app.settings import fsync_folder

EVERY = timedelta(hours=20)
ROLLED = "snapshot.rolled"
"""State: when a copy was last made by itself, and up to which edit: `time seq`."""


@dataclass(frozen=True, slots=True)
class Mended:
    """how: from a snapshot, or begun anew for the lab to fill. snapshot: which. bad: copies that were damaged too."""

    how: Literal["snapshot", "lab"]
    snapshot: Path | None
    bad: int


def roll(session: Session) -> bool:
    """Once a day, and only after new edits: a checked copy, the side file, the ballast. True when a copy was made.

    For the end of a sync; a full disk is no error here, the reserve just is not there. Before the first edit there is
    nothing that the lab could not bring again: the side file and the ballast alone.
    """
    workspace = session.workspace
    now, seq = session.parts.clock.now(), workspace.journal_seq()
    at, _, before = (workspace.lab.state(ROLLED) or "").partition(" ")
    if at and (int(before) == seq or (int(before) and now - from_text(at) < EVERY)):
        return False
    workspace.keep_about()
    workspace.ballast.hold()
    try:
        if seq:
            workspace.snapshot()
    except StorageError as exc:
        if exc.code != "storage.disk_full":
            raise
        return False
    workspace.lab.set_state(ROLLED, f"{to_text(now)} {seq}")
    return bool(seq)


@dataclass(frozen=True, slots=True)
class Mending:
    labs: Labs
    clock: Clock

    def mend(self, folder: str, secret: str | None = None) -> Mended:
        """Put the newest whole snapshot in the place of the file, or begin it anew for the lab to fill.

        Raises StorageError `storage.damaged` when there is neither a whole snapshot nor what says whose it is.
        """
        from app.storage import about
        from app.storage.workspace import create, restore

        opened = self.labs.vault(folder).open(passphrase=secret)
        place, key = self.labs.place(folder), opened.workspace_key
        device = DeviceId(f"restored-{self.labs.fresh_id()[:16]}")
        bad = 0
        for snapshot in sorted(place.glob("snapshots/*.db"), reverse=True):
            try:
                restore(place, key, snapshot, device, self.clock).close()
            except StorageError as exc:
                if exc.code != "storage.damaged":
                    raise
                bad += 1
                continue
            self._attachments(place, key)
            return Mended("snapshot", snapshot, bad)
        identity, documents = about.read(place, key)
        self._aside(place, ("workspace.db", "workspace.json"))
        self._attachments(place, key)
        anew = replace(identity, device=device, restored=True)
        create(place, key, anew, self.clock, documents).close()
        return Mended("lab", None, bad)

    def _attachments(self, place: Path, key: bytes) -> None:
        """A damaged file of attachments is set aside: they are fetched again."""
        from app.storage.attachments import Attachments
        from app.storage.keyid import attachments_key

        found = Attachments(place / "attachments.db", attachments_key(key))
        try:
            whole = not found.check()
        except StorageError:
            whole = False
        finally:
            found.close()
        if not whole:
            self._aside(place, ("attachments.db",))

    def _aside(self, place: Path, names: tuple[str, ...]) -> None:
        stamp = self.clock.now().strftime("%Y%m%dT%H%M%S%fZ")
        try:
            for name in names:
                for end in ("", "-wal", "-shm"):
                    old = place / f"{name}{end}"
                    if old.exists():
                        os.replace(old, place / f"aside-{stamp}-{name}{end}")
            fsync_folder(place)
        except OSError as exc:
            raise StorageError(
                "storage.io",
                "This computer could not read or write the workspace.",
                hint="Everything that was saved before is safe. Check the disk and the folder's permissions.",
                where=str(place),
            ) from exc
