"""The same sync through files: a bundle to the lab, and one from it. Reads and writes whole files; use a worker."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.clock import Clock
from app.domain.times import from_text, to_text
from app.errors import InputError, StorageError, TrustError
from app.services.carried_drafts import CarriedDrafts
from app.services.own_drafts import WorkspaceDrafts
from app.services.sending import Progress, Report, need_lab
from app.services.session import Session
from app.settings import fsync_folder

if TYPE_CHECKING:
    from app.wire.bundle import Bundle, Opened
    from app.wire.keylist import KeyList
    from app.wire.signatures import Verified

SUFFIX = ".assay-bundle"
IMPORTED = "bundle.issued"
"""State: when the newest bundle that was taken in was made, RFC 3339."""
MAX_DUE = 10_000


@dataclass(frozen=True, slots=True)
class Written:
    """results, letters, drafts: how many are in the file. leases: for how many assignments it asks a longer one."""

    path: Path
    results: int
    letters: int
    drafts: int
    leases: int
    size: int


@dataclass(frozen=True, slots=True)
class Bundles:
    clock: Clock

    def export(self, session: Session, folder: Path) -> Written:
        """Write what is due into a file for the lab, encrypted to it and signed; all of it is frozen before that.

        They stay on their way until a receipt comes, by a bundle or by the network, whichever is first. As a sync does,
        it asks for longer leases where they end soon, and takes drafts to her other devices.
        Raises InputError `lab.local`, `bundle.recipient`, StorageError `bundle.write`.
        """
        from app.services.syncing import WorkspaceStore
        from app.sync.leases import AHEAD
        from app.sync.owned import KEY as OWNED
        from app.sync.owned import Chain
        from app.sync.reviews import CURSOR as REVIEWED
        from app.sync.reviews import LETTERS
        from app.sync.runner import CURSOR
        from app.wire import age
        from app.wire import bundle as file
        from app.wire.signatures import PrivateKey

        identity = session.identity
        need_lab(session)
        store = WorkspaceStore(session.workspace)
        to = lab_recipient(session)
        if to is None:
            raise InputError(
                "bundle.recipient",
                "This lab has not said yet how bundles to it are encrypted.",
                hint="Take in a bundle of the lab, or sync once, then try again. Your work is safe.",
            )
        rows = store.due(MAX_DUE)
        frozen = set(store.mark_sent(rows))
        documents = [row.document for row in rows if row.number in frozen]
        results = len(documents)
        for kind in LETTERS:
            letters = store.leads.due(kind, MAX_DUE - len(documents))
            going = store.leads.mark_sent(letters)
            documents += [row.document for row in letters if row.number in going]
        drafts = self._carried(session).documents(MAX_DUE - len(documents))
        leases = store.leases_ending(AHEAD)[: file.MAX_RENEWALS]
        name = session.parts.new_id()
        about = {
            "lab": identity.lab_id,
            "bundle": name,
            "sender": "expert",
            "expert": identity.expert,
            "issued": to_text(self.clock.now()),
            "recipient": age.recipient(session.parts.device_jwk),
            "cursor": store.state(CURSOR) or "",
            "own_cursor": Chain.read(store.state(OWNED)).cursor,
            "review_cursor": store.state(REVIEWED) or "",
            "renew": leases,
        }
        key = PrivateKey.from_jwk(session.parts.device_jwk)
        data = age.encrypt(file.write(about, key, documents=[*documents, *drafts]), [to])
        path = write_file(folder, f"to-lab-{name[:12]}{SUFFIX}", data)
        return Written(path, results, len(documents) - results, len(drafts), len(leases), len(data))

    def take_in(
        self,
        session: Session,
        path: Path,
        progress: Progress = lambda done, total, what: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Report:
        """Apply a bundle of the lab: news, packs, receipts, as a sync over the network would.

        Cancelled: what came before is kept, and the same bundle goes on from there. Raises InputError (no such
        file), TrustError `age.closed`, `bundle.…`, `bundle.old`, and what a sync raises; then nothing was changed.
        """
        from app.services.syncing import sync_of
        from app.sync.connectors.bundle import BundleConnector

        need_lab(session)
        opened = self.look(session, path)
        connector = BundleConnector(opened, session.identity.kid)
        syncing = sync_of(
            session.workspace,
            connector,
            self.clock,
            progress,
            cancelled,
            metered=not _holds_all(session, opened),
            device_jwk=session.parts.device_jwk,
        )
        found = syncing.run()
        self._carried(session).arrived(connector.held_drafts())
        session.workspace.lab.set_state(IMPORTED, opened.manifest.issued)
        session.refreshed()
        # The receipts come in its list of her results, with those of her other devices.
        return replace(Report.of(found), receipted=found.receipted + found.adopted)

    def _carried(self, session: Session) -> CarriedDrafts:
        drafts = WorkspaceDrafts(session.workspace, session.parts.device_jwk, self.clock)
        return CarriedDrafts(drafts, session.identity.kid)

    def look(self, session: Session, path: Path) -> Opened:
        """A bundle, decrypted and verified, without applying anything. TrustError `bundle.old` for a replay."""
        from app.wire import age
        from app.wire import bundle as file

        data = age.decrypt(read_file(path), [session.parts.device_jwk])
        opened = file.read(data, lambda document: self._verified(session, document))
        self._require_news(session, opened.manifest)
        return opened

    def _verified(self, session: Session, document: bytes) -> Verified:
        """The manifest under the lab's keys, after following the lab's own list of keys that it brings."""
        from app.wire.bundle import Bundle
        from app.wire.signatures import verify

        keys = _newest_keys(session, document)
        return verify(document, keys.keys, Bundle.typ(), at=self.clock.now())

    def _require_news(self, session: Session, manifest: Bundle) -> None:
        identity = session.identity
        if (manifest.lab, manifest.expert, manifest.sender) != (identity.lab_id, identity.expert, "lab"):
            raise TrustError(
                "bundle.other",
                "This bundle was made for somebody else.",
                hint="Nothing of it was used.",
            )
        last = session.workspace.lab.state(IMPORTED)
        if last is not None and from_text(manifest.issued) < from_text(last):
            raise TrustError(
                "bundle.old",
                "This bundle is older than one that was taken in before.",
                hint="Nothing of it was used. Take the newest one.",
            )


def _newest_keys(session: Session, document: bytes) -> KeyList:
    from app.wire.bundle import claimed
    from app.wire.keylist import advance, stored

    kept = session.workspace.lab.document("keys")
    if kept is None:
        raise StorageError("sync.keys", "The lab's list of keys is missing from this workspace.")
    current = stored(kept.document)
    manifest = claimed(document)
    if not manifest.keys:
        return current
    return advance([[one.document() for one in version] for version in manifest.keys], current)


def lab_recipient(session: Session) -> str | None:
    """How files for the lab are encrypted, as its list of keys says."""
    from app.wire import jsonio

    kept = session.workspace.lab.document("keys")
    found = jsonio.loads(kept.payload).get("age_recipient") if kept is not None else None
    return found if isinstance(found, str) else None


def _holds_all(session: Session, opened: Opened) -> bool:
    """Whether every attachment that is not here is in the file; else they wait for the network."""
    from app.wire import jsonio
    from app.wire.signatures import unbase64

    names: set[str] = set()
    for line in (*opened.feed.splitlines(), *opened.review.splitlines()):
        for item in jsonio.loads(line, limit=len(line) + 1)["page"]["items"]:
            if item["kind"] == "review.task":
                names |= {one["sha256"] for one in jsonio.loads(item["line"]).get("attachments", ())}
            if item["kind"] == "batch.assigned" and item.get("document"):
                payload = jsonio.loads(unbase64(item["document"]["payload"], "signature.shape"))
                names |= {one["sha256"] for one in payload.get("attachments", ())}
    have = {name for name, _, complete in session.workspace.attachments.all() if complete}
    return names <= have | set(opened.blobs)


def read_file(path: Path) -> bytes:
    """The bytes of a bundle file, within the cap. Raises InputError."""
    from app.wire.bundle import MAX_FILE

    try:
        if path.stat().st_size > MAX_FILE:
            raise InputError("bundle.long", "This is more than one bundle may carry.", where=str(path))
        return path.read_bytes()
    except (OSError, ValueError) as exc:
        raise InputError(
            "file.read", "The file {file} cannot be read.", params={"file": str(path)}, where=str(path)
        ) from exc


def write_file(folder: Path, name: str, data: bytes) -> Path:
    """Whole or not at all: temporary file, fsync, rename, fsync of the folder. StorageError `bundle.write`."""
    target = folder / name
    temp = folder / f"{name}.tmp"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with open(temp, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.replace(temp, target)
        fsync_folder(folder)
    except OSError as exc:
        temp.unlink(missing_ok=True)
        raise StorageError(
            "bundle.write",
            "The bundle could not be written.",
            hint="Your work is safe on this computer. Is there room in the folder?",
            where=str(folder),
        ) from exc
    return target
