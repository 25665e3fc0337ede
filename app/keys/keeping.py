"""Putting the secrets of a lab somewhere, finding them again, moving them without ever losing them.

Every move writes the new place, then says so in `vault.json`, then clears the old place; a crash between any
two steps leaves the secrets readable, and what is left over is cleared at the next opening.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from app.clock import Clock
from app.errors import AssayError, InputError, LockedError, StorageError
from app.keys.box import Cost, DamagedBoxError, TokenBytes, WrongSecretError, open_box, seal
from app.keys.files import damaged, remove
from app.keys.kept import Entry, Kept, KeptFile
from app.keys.keyring_store import SecretStore
from app.keys.keyset import Secrets, from_text, to_text
from app.keys.passphrase_file import PassphraseFile
from app.keys.pin import Attempts, wrong_pin

RECOVER = "Your work is still there, encrypted. Use the printed recovery code."


class Keeping:
    """The secrets in `folder` or in the key store, under entries that begin with `assay.<lab>`."""

    def __init__(
        self,
        folder: Path,
        lab: str,
        *,
        clock: Clock,
        token_bytes: TokenBytes,
        cost: Cost,
        key_store: SecretStore,
    ) -> None:
        self._folder = folder
        self._lab = lab
        self._token_bytes = token_bytes
        self._cost = cost
        self._key_store = key_store
        self.path = folder / "secrets.json"
        self._file = PassphraseFile(self.path, cost, token_bytes)
        self.kept = KeptFile(folder)
        self.attempts = Attempts(folder / "attempts.json", clock)

    def read(self, kept: Kept, given: str | None) -> Secrets:
        """The secrets, opened with the PIN or passphrase if they need one. Errors: see `Vault.open`."""
        if given is not None and (kept.pin or kept.store == "passphrase file"):
            self.attempts.check()
        try:
            found = self._from_file(given) if kept.entry is None else self._from_keyring(kept.entry, given)
        except InputError:
            self.attempts.failed()
            raise
        self.check_key(kept, found)
        if given is not None:
            self.attempts.succeeded()
        self._sweep(kept)
        return found

    def _from_file(self, passphrase: str | None) -> Secrets:
        content = self._file.read(passphrase)
        try:
            return from_text(content)
        except ValueError as exc:
            raise damaged(self.path) from exc

    def _from_keyring(self, entry: Entry, pin: str | None) -> Secrets:
        text = self._fetch(entry)
        try:
            data = json.loads(text)
            if not (isinstance(data, dict) and "kdf" in data):
                return from_text(text)
            if pin is None:
                raise LockedError(
                    "pin.needed",
                    "This workspace opens with its PIN.",
                    hint="Type it in the window, or give --passphrase-file on the command line.",
                )
            return from_text(open_box(data, pin, "pin"))
        except WrongSecretError as exc:
            raise wrong_pin() from exc
        except (DamagedBoxError, ValueError, RecursionError) as exc:
            raise StorageError(
                "keyring.damaged", "The entry in the computer's key store is damaged.", hint=RECOVER
            ) from exc

    def _fetch(self, entry: Entry) -> str:
        """The text of the entry; from another back end if that of old is gone (some share a store)."""
        is_same = self._key_store.is_usable(entry.backend)
        usable = [] if is_same else self._key_store.backends()
        if not is_same and not usable:
            raise self._key_store.absent()
        for backend in [entry.backend] if is_same else usable:
            text = self._key_store.get(backend, entry.service)
            if text is not None:
                return text
        if is_same:
            raise StorageError(
                "keyring.lost",
                "The computer's key store does not hold the key of this workspace any more.",
                hint=RECOVER,
            )
        raise StorageError(
            "keyring.changed",
            "The key of this workspace was kept in another key store ({name}) than the one offered now.",
            hint="Your work is still there, encrypted. Bring the former key store back, "
            "or use the printed recovery code.",
            params={"name": entry.backend[:80]},
        )

    def check_key(self, kept: Kept, found: Secrets) -> None:
        """Raise StorageError `key.other` unless this is the key that the workspace was made with."""
        if found.key_id != kept.key_id:
            raise StorageError(
                "key.other",
                "The key that was found is not the key of this workspace.",
                hint=RECOVER,
                where=str(self._folder),
            )

    def keep(
        self, old: Kept | None, found: Secrets, *, passphrase: str | None = None, pin: str | None = None
    ) -> None:
        """Keep the secrets in a new place and retire the old one (see the module's text)."""
        former = () if old is None else (*old.retired, *((old.entry,) if old.entry else ()))
        content = to_text(found)
        if passphrase is not None:
            self._file.write(content.encode("ascii"), passphrase)
            new = Kept("passphrase file", found.key_id, retired=former)
            self.kept.write(new)
        else:
            if pin is not None:
                box = seal(content.encode("ascii"), pin, "pin", self._cost, self._token_bytes)
                content = json.dumps(box, separators=(",", ":"))
            # Random, so that the same lab in two homes, or a copied folder, never writes over another's key.
            entry = Entry(self._backend(old), f"assay.{self._lab}.{self._token_bytes(8).hex()}.secrets")
            if old is not None:
                self.kept.write(replace(old, retired=(*old.retired, entry)))
            self._key_store.put(entry.backend, entry.service, content)
            new = Kept("keyring", found.key_id, entry=entry, pin=pin is not None, retired=former)
            self.kept.write(new)
            remove(self.path)
        self._sweep(new)

    def _backend(self, old: Kept | None) -> str:
        """The back end for a new entry: the one of old while it is usable, else the best."""
        if old is not None and old.entry is not None and self._key_store.is_usable(old.entry.backend):
            return old.entry.backend
        usable = self._key_store.backends()
        if not usable:
            raise self._key_store.absent()
        return usable[0]

    def _sweep(self, kept: Kept) -> None:
        """Delete retired entries of the key store; what cannot be deleted now stays on the list."""
        if not kept.retired:
            return
        left = tuple(one for one in kept.retired if one != kept.entry and not self.is_deleted(one))
        if left != kept.retired:
            # Tidying must not keep a workspace from opening on a full disk.
            with suppress(StorageError):
                self.kept.write(replace(kept, retired=left))

    def is_deleted(self, entry: Entry) -> bool:
        """Whether the entry is gone. A back end that is not usable now cannot say."""
        try:
            if not self._key_store.is_usable(entry.backend):
                return False
            self._key_store.delete(entry.backend, entry.service)
        except AssayError:
            return False
        return True
