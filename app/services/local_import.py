"""Files taken in on this computer: a batch that nobody signed but this device, in the workspace `local`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.clock import Clock
from app.domain.ids import BatchId, DeviceId, ExpertId, TaskId
from app.errors import InputError
from app.services.labs import LOCAL_LAB, Labs
from app.services.replies import ImportReply
from app.services.reviewing import NewId
from app.services.session import Session

CHUNK = 1024 * 1024
LONG = 190
"""Characters of an id that leave room for a digest."""

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
    ) -> ImportReply:
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

    def take_in(self, session: Session, name: str, path: Path, *, title: str = "") -> ImportReply:
        """Read a file whole or not at all.

        A task whose id names another task here gets a new one; one that is here already, word for word, ends it.
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
        made = local_batch(_kept(session, reading, path), about, LOCAL_LAB, key, self.clock.now())
        WorkspaceStore(session.workspace).apply(made.changes, None, lambda _: None)
        session.refreshed()
        return {
            "batch": made.id,
            "tasks": made.tasks,
            "signed": False,
            "skipped": [{"line": s.line, "reason": s.reason, "records": s.records} for s in reading.skipped],
            "losses": reading.losses,
        }


def _kept(session: Session, reading: Reading, path: Path) -> Iterator[dict[str, Any]]:
    """The tasks; the files of each are in the workspace before it is. InputError when there is not one."""
    from app.formats.base import no_task

    found = None
    for found in reading:
        for file in found.files:
            _keep(session, file)
        task_id = _own_id(session, found.task)
        reading.loss.note("tasks whose id another task here has got a new one", task_id != found.task["id"])
        yield {**found.task, "id": task_id}
    if found is None:
        raise no_task(reading.skipped, path.name)


def _own_id(session: Session, task: dict[str, Any]) -> str:
    """The source's id, unless it names another task here: then with a digest of the task behind it, so that the same
    task gets the same id again."""
    from app.wire import jsonio

    wanted, line = str(task["id"]), jsonio.dumps(task)
    try:
        there, _ = session.workspace.lab.task_line(TaskId(wanted))
    except InputError:
        return wanted
    return wanted if there == line else f"{wanted[:LONG]}-{hashlib.sha256(line).hexdigest()[:8]}"


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
    from app.formats.base import no_task

    reading = registry.read(name, path)
    if next(iter(reading), None) is None:
        raise no_task(reading.skipped, path.name)


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
