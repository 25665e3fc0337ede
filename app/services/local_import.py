"""Files taken in on this computer: a batch that nobody signed but this device, in the workspace `local`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.clock import Clock
from app.domain.ids import BatchId, DeviceId, ExpertId
from app.errors import InputError
from app.services.labs import LOCAL_LAB, Labs
from app.services.reviewing import NewId
from app.services.session import Session

CHUNK = 1024 * 1024

if TYPE_CHECKING:
    from app.formats.base import Reading
    from app.formats.beside import Beside
    from app.keys.keyset import Secrets
    from app.storage.rows import WorkspaceIdentity

LOCAL_EXPERT = ExpertId("me")


@dataclass(frozen=True, slots=True)
class LocalImport:
    labs: Labs
    clock: Clock
    new_id: NewId

    def open(self, passphrase: str | None = None) -> Session:
        """The local workspace; made at the first import."""
        if self._is_made:
            return self.labs.open(LOCAL_LAB, passphrase)
        return self.labs.create(LOCAL_LAB, _identity, passphrase)

    def import_file(
        self, name: str, path: Path, *, title: str = "", passphrase: str | None = None
    ) -> dict[str, Any]:
        """Open the local workspace, take the file in, close it. A first file that holds no task makes no workspace:
        an empty second lab would have to be told apart in every later command.
        """
        if not self._is_made:
            _look(name, path)
        session = self.open(passphrase)
        try:
            return self.take_in(session, name, path, title=title)
        finally:
            session.close()

    @property
    def _is_made(self) -> bool:
        return self.labs.folder_of(LOCAL_LAB) in self.labs.folders()

    def take_in(self, session: Session, name: str, path: Path, *, title: str = "") -> dict[str, Any]:
        """Read a file whole or not at all: {batch, tasks, skipped: [{line, reason}], losses}.

        Raises InputError (not a format we read, nothing in it, tasks that are here already), StorageError.
        """
        from app.formats import registry
        from app.services.syncing import WorkspaceStore
        from app.sync.connectors.files import About, local_batch
        from app.wire.signatures import PrivateKey

        if not session.identity.local:
            raise InputError(
                "import.lab",
                "Files are taken into the local workspace, not into a lab's.",
                hint="Leave --lab out.",
            )
        reading = registry.read(name, path)
        batch = BatchId(f"local-{self.new_id()[:12]}")
        about = About(
            batch,
            title or reading.title,
            reading.field,
            reading.about.language,
            reading.policy,
            seed=batch,
            guideline=reading.about.guideline,
            warnings=reading.about.warnings,
        )
        key = PrivateKey.from_jwk(session.parts.device_jwk)
        made = local_batch(_kept(session, reading), about, LOCAL_LAB, key, self.clock.now())
        WorkspaceStore(session.workspace).apply(made.changes, None, lambda _: None)
        session.refreshed()
        return {
            "batch": made.id,
            "tasks": made.tasks,
            "signed": False,
            "skipped": [{"line": s.line, "reason": s.reason, "records": s.records} for s in reading.skipped],
            "losses": reading.losses,
        }


def _kept(session: Session, reading: Reading) -> Iterator[dict[str, Any]]:
    """The tasks; the files of each are in the workspace before it is."""
    for found in reading:
        for file in found.files:
            _keep(session, file)
        yield found.task


def _keep(session: Session, file: Beside) -> None:
    kept = session.workspace.attachments
    if kept.complete(file.sha256):
        return
    kept.drop(file.sha256)
    end = 0
    with file.path.open("rb") as stream:
        while data := stream.read(CHUNK):
            end = kept.append(file.sha256, data, offset=end)
    kept.finish(file.sha256)


def _look(name: str, path: Path) -> None:
    """InputError as `take_in` raises it, unless there is a task in the file."""
    from app.formats import registry
    from app.sync.connectors.files import no_task

    if next(iter(registry.read(name, path)), None) is None:
        raise no_task()


def _identity(secrets: Secrets) -> WorkspaceIdentity:
    from app.storage.rows import WorkspaceIdentity
    from app.wire.signatures import PrivateKey

    kid = PrivateKey.from_jwk(secrets.device_jwk).kid
    return WorkspaceIdentity(
        lab_id=LOCAL_LAB,
        lab_name="This computer",
        lab_url="",
        expert=LOCAL_EXPERT,
        device=DeviceId(kid),
        kid=kid,
        key_id=secrets.key_id,
        local=True,
    )
