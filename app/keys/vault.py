"""The vault of one lab: where its keys are kept, what opens them, and the lock.

    vault.json, vault.spare.json   how the secrets are kept; no secret
    secrets.json                   the secrets under a passphrase, if they are not in the key store
    recovery.json                  the same secrets under the printed recovery code, if one was made
    locked                         there while the workspace is locked
    attempts.json                  wrong passphrases or PINs in a row

Changes belong to the program that holds the workspace's lock (one writer); two at once are not arbitrated
here.

Limits, to be said plainly to people. The lock closes the file and drops the key from memory. With a PIN or
a passphrase the key cannot be had again without it. Without one, the lock is a marker that the window and
the command line respect: whoever uses this computer account can unlock. Nothing here stands against a
program that runs as the same person while the workspace is open, nor against someone who copied both the
files and what opens them.
"""

from __future__ import annotations

import secrets as system_random
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.clock import Clock, SystemClock
from app.errors import InputError, LockedError, StorageError
from app.keys import recovery
from app.keys.box import Cost, DamagedBoxError, TokenBytes
from app.keys.files import damaged, make_private_folder, read_private, remove, write_private
from app.keys.keeping import RECOVER, Keeping
from app.keys.kept import Kept, Store
from app.keys.keyring_store import KeyringStore, SecretStore
from app.keys.keyset import Secrets, from_text, new_secrets, to_text
from app.keys.passphrase_file import checked_new_passphrase
from app.keys.pin import checked_new_pin

Asks = Literal["nothing", "pin", "passphrase"]


@dataclass(frozen=True, slots=True)
class VaultState:
    """What can be known without opening.

    asks: what `open` and `unlock` need. backend: exact class of the key store, "" for a passphrase file.
    """

    store: Store
    asks: Asks
    is_locked: bool
    has_recovery: bool
    backend: str
    key_id: str


class Vault:
    """The vault in `folder` (the lab's own folder). `lab` is opaque: it names the entry in the key store.

    Methods that reach the key store may block on the system's prompt, and Argon2id takes 0.4 s: use a worker.
    """

    def __init__(
        self,
        folder: Path,
        lab: str = "",
        *,
        clock: Clock | None = None,
        token_bytes: TokenBytes = system_random.token_bytes,
        cost: Cost | None = None,
        key_store: SecretStore | None = None,
    ) -> None:
        self._folder = folder
        self._token_bytes = token_bytes
        self._keeping = Keeping(
            folder,
            lab or folder.name,
            clock=clock or SystemClock(),
            token_bytes=token_bytes,
            cost=cost or Cost(),
            key_store=key_store or KeyringStore(),
        )
        self._marker = folder / "locked"
        self._recovery = folder / "recovery.json"

    def exists(self) -> bool:
        return any(path.exists() for path in self._keeping.kept.paths)

    def is_locked(self) -> bool:
        return self._marker.exists()

    def state(self) -> VaultState:
        """Reads `vault.json` only. Raises StorageError `vault.missing`, `key.damaged`."""
        kept = self._need()
        asks: Asks = "passphrase" if kept.store == "passphrase file" else "pin" if kept.pin else "nothing"
        return VaultState(
            store=kept.store,
            asks=asks,
            is_locked=self.is_locked(),
            has_recovery=self._recovery.exists(),
            backend=kept.entry.backend if kept.entry else "",
            key_id=kept.key_id,
        )

    def create(self, *, passphrase: str | None = None, secrets: Secrets | None = None) -> Secrets:
        """Make new secrets, or take these, and keep them: under the passphrase if one is given, else in the key store.

        Never in clear: raises StorageError `keyring.missing`, `keyring.insecure`, LockedError
        `keyring.locked` when there is no key store to trust and no passphrase; InputError
        `passphrase.short`; StorageError `vault.exists`.
        """
        # Keys whose vault.json was lost must not be written over either.
        if self.exists() or self._recovery.exists() or self._keeping.path.exists():
            raise StorageError(
                "vault.exists",
                "This folder holds the keys of a workspace already.",
                hint="Nothing was changed.",
                where=str(self._folder),
            )
        make_private_folder(self._folder)
        made = secrets or new_secrets(self._token_bytes)
        self._keeping.keep(None, made, passphrase=passphrase)
        return made

    def open(self, *, passphrase: str | None = None, pin: str | None = None) -> Secrets:
        """The secrets. `passphrase` and `pin` are one secret under two names; give what `state().asks` says.

        Raises LockedError `workspace.locked`, `passphrase.needed`, `pin.needed`, `pin.wait`,
        `keyring.locked`; InputError `passphrase.wrong`, `pin.wrong`; StorageError `vault.missing`, `key.*`,
        `keyring.*`.
        """
        if self.is_locked():
            raise LockedError(
                "workspace.locked",
                "This workspace is locked.",
                hint="Unlock it in the window, or with “assay unlock”. Your work is safe.",
            )
        return self._keeping.read(self._need(), _given(passphrase, pin))

    def lock(self) -> None:
        """Lock, for window and command line alike. The caller closes the workspace, drops the key first."""
        self._need()
        write_private(self._marker, {"v": 1})

    def unlock(self, *, passphrase: str | None = None, pin: str | None = None) -> Secrets:
        """Like `open`, for a locked workspace; takes the lock away once the secrets are there."""
        found = self._keeping.read(self._need(), _given(passphrase, pin))
        remove(self._marker)
        return found

    def change_passphrase(self, old: str, new: str) -> None:
        """Put the same secrets under a new passphrase. InputError `passphrase.none`: it has none."""
        if self._need().store != "passphrase file":
            raise InputError(
                "passphrase.none",
                "This workspace has no passphrase: its key is in the computer's key store.",
                hint="Set a PIN, or move the key under a passphrase.",
            )
        self.keep_under_passphrase(new, current=old)

    def keep_under_passphrase(self, new: str, *, current: str | None = None) -> None:
        """Keep the secrets in a file under `new`. current: the PIN or passphrase that opens them now."""
        checked_new_passphrase(new)
        self._keeping.keep(self._need(), self.open(pin=current), passphrase=new)

    def keep_in_keyring(self, *, current: str | None = None, pin: str | None = None) -> None:
        """Keep the secrets in the key store, sealed if `pin`. current: what opens them now."""
        new_pin = None if pin is None else checked_new_pin(pin)
        self._keeping.keep(self._need(), self.open(pin=current), pin=new_pin)

    def set_pin(self, pin: str, *, current: str | None = None) -> None:
        """Set or change the PIN. Raises InputError `pin.weak`, `pin.wrong`, `pin.passphrase`.

        StorageError `pin.leftover`: the PIN is set, but the key store did not delete the entry without it;
        the next opening tries again.
        """
        if self._need().store != "keyring":
            raise InputError(
                "pin.passphrase",
                "This workspace opens with its passphrase; a PIN would make that weaker.",
                hint="The lock asks for the passphrase.",
            )
        self.keep_in_keyring(current=current, pin=pin)
        if self._need().retired:
            raise StorageError(
                "pin.leftover",
                "The PIN is set, but the key store has not yet deleted the key without it.",
                hint="This is tried again at the next opening.",
            )

    def clear_pin(self, current: str) -> None:
        """Take the PIN away: the key store alone opens the workspace again."""
        if self._need().pin:
            self.keep_in_keyring(current=current)

    def new_recovery_code(self, opened: Secrets) -> str:
        """A fresh printed code for the open workspace; an older code stops working."""
        self._keeping.check_key(self._need(), opened)
        code = recovery.new_code(self._token_bytes)
        content = to_text(opened).encode("ascii")
        write_private(self._recovery, recovery.seal_under(content, code, self._token_bytes))
        return code

    def recover(self, code: str, *, passphrase: str | None = None) -> Secrets:
        """Open with the printed code and keep the secrets anew, as `create` does: without PIN, unlocked.

        Works without `vault.json`. Raises InputError `recovery.mistyped`, `recovery.wrong`; StorageError
        `recovery.none`, `key.damaged`; and what `create` raises, with nothing changed.
        """
        box = read_private(self._recovery)
        if box is None:
            raise StorageError(
                "recovery.none",
                "No recovery code was made for this workspace.",
                hint="Your work is still there, encrypted, but only its key opens it.",
            )
        try:
            found = from_text(recovery.open_with(box, code))
        except (DamagedBoxError, ValueError) as exc:
            raise damaged(self._recovery) from exc
        kept: Kept | None = None
        with suppress(StorageError):
            kept = self._keeping.kept.read()
        if kept is not None:
            self._keeping.check_key(kept, found)
        self._keeping.keep(kept, found, passphrase=passphrase)
        self._keeping.attempts.succeeded()
        remove(self._marker)
        return found

    def forget(self) -> bool:
        """Wipe the keys of this lab. False if the key store could not confirm that its entry is gone.

        The files go in any case. A disk may keep old bytes of a removed file, and backups keep theirs:
        under a passphrase or a recovery code they stay as strong as that is.
        """
        kept: Kept | None = None
        is_certain = True
        try:
            kept = self._keeping.kept.read()
        except StorageError:
            is_certain = False
        for entry in () if kept is None else (*kept.retired, *((kept.entry,) if kept.entry else ())):
            is_certain = self._keeping.is_deleted(entry) and is_certain
        for path in (self._keeping.path, self._recovery, *self._keeping.kept.paths, self._marker):
            remove(path)
            remove(path.with_name(f"{path.name}.tmp"))
        self._keeping.attempts.succeeded()
        return is_certain

    def _need(self) -> Kept:
        kept = self._keeping.kept.read()
        if kept is None:
            raise StorageError(
                "vault.missing",
                "The keys of this workspace are not here.",
                hint=RECOVER,
                where=str(self._folder),
            )
        return kept


def _given(passphrase: str | None, pin: str | None) -> str | None:
    return pin if pin is not None else passphrase
