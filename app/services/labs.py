"""The labs on this computer: which there are, opening one, locking it, and making a new one.

A lab's folder has an opaque name: a keyed hash of its id under a random salt kept in `app.json`. The folders
themselves are the list of labs, so a lost `app.json` loses no lab.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.clock import Clock
from app.domain.ids import DeviceId, LabId
from app.domain.task import Task
from app.errors import InputError, StorageError
from app.paths import Home
from app.services.reviewing import NewId
from app.services.session import Parts, Session
from app.services.submitting import Sign
from app.settings import SettingsFile

if TYPE_CHECKING:
    from app.keys.keyset import Secrets
    from app.keys.vault import Vault
    from app.storage.changes import SignedDocument
    from app.storage.rows import WorkspaceIdentity
    from app.storage.workspace import Workspace
    from app.storage.writer import Writer

LOCAL_LAB = LabId("local")
"""The lab that files imported on this computer go to."""
REQUEST = "request.json"
"""In the folder of a request to join: what its invitation said, without the code."""


@dataclass(frozen=True, slots=True)
class LabRef:
    """A lab before it is unlocked: nothing but its opaque folder name, and whether it is locked."""

    folder: str
    locked: bool


class Labs:
    def __init__(
        self,
        home: Home,
        settings: SettingsFile,
        clock: Clock,
        new_id: NewId,
        parse: Callable[[bytes], Task],
        make_signer: Callable[[dict[str, str]], Sign],
        vault_at: Callable[[Path], Vault],
        make_writer: Callable[[Workspace], Writer | None] = lambda _: None,
    ) -> None:
        self._home = home
        self._settings = settings
        self._clock = clock
        self._new_id = new_id
        self._parse = parse
        self._make_signer = make_signer
        self._vault_at = vault_at
        self._make_writer = make_writer

    def all(self) -> tuple[LabRef, ...]:
        return tuple(LabRef(name, self.vault(name).is_locked()) for name in self.folders())

    def folders(self) -> tuple[str, ...]:
        if not self._home.labs.is_dir():
            return ()
        return tuple(sorted(p.name for p in self._home.labs.iterdir() if _holds_work(p)))

    def fresh_id(self) -> str:
        return self._new_id()

    def place(self, folder: str) -> Path:
        """Where a lab's files are."""
        return self._home.labs / folder

    def recover(self, folder: str, code: str, passphrase: str | None = None) -> None:
        """Open a lab with its printed code and keep its keys anew, in the key store or under the passphrase.

        For a key store that was changed or emptied, or a passphrase that was forgotten. Raises InputError
        `recovery.mistyped`, `recovery.wrong`; StorageError `recovery.none`, `keyring.…`; nothing is changed then.
        """
        self.vault(folder).recover(code, passphrase=passphrase)

    def vault(self, folder: str) -> Vault:
        return self._vault_at(self._home.labs / folder)

    def folder_of(self, lab: str) -> str:
        """The opaque folder of a lab id; a folder name is taken as it is."""
        if lab in self.folders():
            return lab
        salt = self._settings.load().salt
        return _opaque(salt, lab) if salt else ""

    def pick(self, lab: str | None) -> str:
        """The folder of the lab meant. InputError when there is none, or several and none was named."""
        known = self.folders()
        if lab is not None:
            found = self.folder_of(lab)
            if found in known:
                return found
            raise InputError(
                "lab.unknown",
                "There is no lab “{lab}” on this computer.",
                hint="`assay status` lists the labs.",
                params={"lab": lab},
            )
        if not known:
            raise InputError(
                "lab.none",
                "There is no lab on this computer yet.",
                hint="Enrol with an invitation: `assay enrol INVITATION`, or try `assay demo`.",
            )
        if len(known) > 1:
            raise InputError(
                "lab.several",
                "There are several labs; name one with --lab.",
                hint="`assay status` lists them.",
            )
        return known[0]

    def open(
        self,
        lab: str | None = None,
        passphrase: str | None = None,
        *,
        pin: str | None = None,
        readonly: bool = False,
    ) -> Session:
        """Open a lab's workspace with its key. LockedError when it is locked or its secret is missing."""
        folder = self.pick(lab)
        opened = self.vault(folder).open(passphrase=passphrase, pin=pin)
        return self._session(folder, opened, readonly=readonly)

    def unlocked(self, folder: str, secret: str | None = None) -> Session:
        """Take the lock away and open, with one use of the secret."""
        return self._session(folder, self.vault(folder).unlock(passphrase=secret))

    def _session(self, folder: str, opened: Secrets, *, readonly: bool = False) -> Session:
        from app.storage.workspace import open_workspace

        place = self._home.labs / folder
        try:
            workspace = open_workspace(place, opened.workspace_key, self._clock, readonly=readonly)
        except StorageError as exc:
            if exc.code != "storage.upgrade":
                raise
            # An older program wrote it last, so nobody holds it open with this one's schema: once for writing.
            open_workspace(place, opened.workspace_key, self._clock).close()
            workspace = open_workspace(place, opened.workspace_key, self._clock, readonly=True)
        return self._over(workspace, opened)

    def _over(self, workspace: Workspace, opened: Secrets) -> Session:
        return Session(
            Parts(
                folder=workspace.folder,
                workspace=workspace,
                writer=None if workspace.readonly else self._make_writer(workspace),
                clock=self._clock,
                new_id=self._new_id,
                sign=self._make_signer(opened.device_jwk),
                device_jwk=opened.device_jwk,
                parse=self._parse,
            )
        )

    def create(
        self,
        lab: LabId,
        identify: Callable[[Secrets], WorkspaceIdentity],
        passphrase: str | None = None,
        documents: Callable[[], Sequence[SignedDocument]] = tuple,
        keys: Secrets | None = None,
    ) -> Session:
        """Make keys (or take these) and an empty workspace for a lab; a failure leaves nothing behind.

        identify: what to write into the workspace, from its new keys. It may talk to the lab (enrolment).
        documents: asked after it, what the lab gave with that; in the workspace from its first moment.
        """
        from app.storage.workspace import create

        settings = self._settings.load()
        salt = settings.salt or secrets.token_hex(16)
        folder = _opaque(salt, lab)
        if folder in self.folders():
            raise InputError(
                "lab.known",
                "This computer is enrolled with this lab already.",
                hint="Your work in it is safe. Open it from the desk.",
            )
        place = self._home.ensure().labs / folder
        if place.exists():
            place.rename(place.with_name(f"{folder}.{self._new_id()[:8]}.unfinished"))
        place.mkdir(mode=0o700)
        vault = self.vault(folder)
        made = False
        try:
            opened = vault.create(passphrase=passphrase, secrets=keys)
            identity = identify(opened)
            workspace = create(place, opened.workspace_key, identity, self._clock, documents())
            self._settings.change(salt=salt, last_lab=folder)
            made = True
            return self._over(workspace, opened)
        finally:
            if not made:
                vault.forget()
                shutil.rmtree(place, ignore_errors=True)

    def waiting(self) -> tuple[str, ...]:
        """Folders of requests to join that were written into a file and are not answered yet."""
        if not self._home.labs.is_dir():
            return ()
        found = (p.parent.name for p in self._home.labs.glob(f"*/{REQUEST}"))
        return tuple(sorted(name for name in found if name not in self.folders()))

    def waiting_folder(self, code: str) -> str:
        """Where the keys of a request with this invitation's code are, or are to be; the folder is there then."""
        settings = self._settings.load()
        salt = settings.salt or secrets.token_hex(16)
        if salt != settings.salt:
            self._settings.change(salt=salt)
        folder = _opaque(salt, f"request {code}")
        (self._home.ensure().labs / folder).mkdir(mode=0o700, exist_ok=True)
        return folder

    def forget(self, folder: str) -> bool:
        """The keys of a request and its folder, when it was answered, given up, or could not be written.

        False if the key store could not confirm that they are gone.
        """
        certain = self.vault(folder).forget()
        shutil.rmtree(self.place(folder), ignore_errors=True)
        return certain

    def lock(self, folder: str) -> None:
        """The workspace must be closed already (`Session.close` drops the key)."""
        self.vault(folder).lock()

    def unlock(self, folder: str, secret: str | None = None) -> None:
        """secret: the PIN or passphrase, if the vault asks for one. LockedError or InputError when it is wrong."""
        self.vault(folder).unlock(passphrase=secret)

    def restore(self, folder: str, snapshot: Path, secret: str | None = None) -> None:
        """Put a snapshot in the place of the workspace file, under a new name of this journal."""
        from app.storage.workspace import restore

        opened = self.vault(folder).open(passphrase=secret)
        device = DeviceId(f"restored-{self._new_id()[:16]}")
        restore(self._home.labs / folder, opened.workspace_key, snapshot, device, self._clock).close()


def _holds_work(folder: Path) -> bool:
    """Either file will do: a lab whose workspace was lost is still there, to be restored from a snapshot."""
    return any((folder / name).is_file() for name in ("workspace.db", "workspace.json"))


def _opaque(salt: str, lab: str) -> str:
    return hashlib.blake2b(lab.encode(), key=bytes.fromhex(salt), digest_size=10).hexdigest()
