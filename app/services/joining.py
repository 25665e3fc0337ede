"""Joining a lab without a network: a request in a file that only the lab can open, and the lab's answer to it.

The keys are made with the request and wait in a folder of their own, kept like those of any lab; the code of the
invitation is in the encrypted request alone. The answer is an ordinary bundle of the lab: it proves that it comes from
the lab whose keys the invitation pins, and brings the registration, the first news and the first work.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.clock import Clock
from app.domain.ids import DeviceId
from app.domain.times import to_text
from app.errors import AssayError, InputError, TrustError
from app.services import join_requests
from app.services.bundles import SUFFIX, Bundles, read_file, write_file
from app.services.enrolling import identity_of, note_name
from app.services.join_requests import JoinRequest, invitation_of, none_waiting, note
from app.services.labs import REQUEST, Labs
from app.services.reviewing import NewId
from app.services.sending import Report
from app.services.session import Session

if TYPE_CHECKING:
    from app.keys.keyset import Secrets
    from app.storage.changes import SignedDocument
    from app.storage.rows import WorkspaceIdentity
    from app.sync.enrolment import Enrolled, Introduction
    from app.wire.bundle import Opened
    from app.wire.invitation import Invitation
    from app.wire.signatures import Verified

AGE_FILE = b"age-encryption.org/"
"""How the lab's answer begins."""


@dataclass(frozen=True, slots=True)
class Joining:
    labs: Labs
    clock: Clock
    new_id: NewId

    def waiting(self) -> tuple[JoinRequest, ...]:
        """Requests that no answer was opened for yet."""
        return join_requests.waiting(self.labs)

    def give_up(self, named: str | None = None) -> tuple[JoinRequest, bool]:
        """Delete the keys of a request (`join_requests.give_up`); labs that were joined are not touched."""
        return join_requests.give_up(self.labs, named)

    def request(self, invitation: str | bytes, folder: Path, *, passphrase: str | None = None) -> Path:
        """Make this device's keys and write its request to join; the same invitation again asks with the same keys.

        Raises InputError (bad or expired invitation, `enrol.recipient`), StorageError `keyring.missing` (give a
        passphrase), `bundle.write`.
        """
        from app.sync.enrolment import request, require_valid
        from app.wire import age
        from app.wire import bundle as file
        from app.wire.invitation import read
        from app.wire.signatures import PrivateKey

        asked = read(invitation)
        require_valid(asked, self.clock.now())
        if not asked.recipient:
            raise InputError(
                "enrol.recipient",
                "This invitation does not say how a file for the lab is encrypted.",
                hint="Join over a network, or ask the lab for a new invitation.",
            )
        key = PrivateKey.from_jwk(self._keys(asked, passphrase).device_jwk)
        name = self.new_id()
        about = {
            "bundle": name,
            "sender": "newcomer",
            "issued": to_text(self.clock.now()),
            "jwk": key.public.as_jwk(),
        }
        document = request(asked, key, DeviceId(key.kid), self.clock)
        data = age.encrypt(file.write(about, key, documents=[document]), [asked.recipient])
        return write_file(folder, f"join-{name[:12]}{SUFFIX}", data)

    def _keys(self, asked: Invitation, passphrase: str | None) -> Secrets:
        """Of the request with this invitation: those that wait, or new ones."""
        waiting = self.labs.waiting_folder(asked.code)
        vault = self.labs.vault(waiting)
        if vault.exists():
            found = vault.open(passphrase=passphrase)
            note(self.labs.place(waiting), asked)
            return found
        try:
            note(self.labs.place(waiting), asked)  # first, so that keys never lie there unseen
            return vault.create(passphrase=passphrase)
        except BaseException:
            self.labs.forget(waiting)
            raise

    def answered(self, path: Path, *, passphrase: str | None = None) -> tuple[Session, Report]:
        """Open the lab's answer: the workspace with what came in it. The request is over then.

        Raises InputError `enrol.none_waiting`, LockedError `passphrase.needed`, TrustError `age.closed` (it answers
        somebody else), `keys.…`, `bundle.…`, `registration.…`; then nothing was made and the request waits on.
        """
        from app.services.syncing import signed_document
        from app.sync.enrolment import registered
        from app.wire.documents import Registration
        from app.wire.signatures import PrivateKey, sniff

        data = read_file(path)
        folder, secrets, inside = self._mine(data, passphrase)
        opened, met = self._met(folder, inside)
        key = PrivateKey.from_jwk(secrets.device_jwk)
        registrations = [one for one in opened.documents if sniff(one) == Registration.typ()]
        if len(registrations) != 1:
            raise _other()
        enrolled: Enrolled = registered(met, registrations[0], key, DeviceId(key.kid), self.clock)
        if opened.manifest.expert != enrolled.expert:
            raise _other()

        def identify(kept: Secrets) -> WorkspaceIdentity:
            return identity_of(enrolled, kept)

        def documents() -> list[SignedDocument]:
            return [signed_document(document) for document in enrolled.documents]

        session = self.labs.create(met.lab, identify, passphrase, documents, keys=secrets)
        note_name(session, enrolled)
        self.labs.forget(folder)
        try:
            return session, Bundles(self.clock).take_in(session, path)
        except BaseException:
            session.close()
            raise

    def _mine(self, data: bytes, passphrase: str | None) -> tuple[str, Secrets, bytes]:
        """(folder, keys, decrypted answer) of the request that this answers."""
        from app.wire import age

        failure: AssayError = none_waiting()
        for folder in self.labs.waiting():
            try:
                secrets = self.labs.vault(folder).open(passphrase=passphrase)
                return folder, secrets, age.decrypt(data, [secrets.device_jwk])
            except AssayError as exc:
                failure = exc
        raise failure

    def _met(self, folder: str, inside: bytes) -> tuple[Opened, Introduction]:
        """The answer under the keys that the invitation pins, and the lab that has proved itself by them."""
        from app.sync.enrolment import Introduction
        from app.wire import bundle as file
        from app.wire.bundle import Bundle, claimed
        from app.wire.keylist import KeyList, follow
        from app.wire.signatures import verify

        invitation = invitation_of(self.labs.place(folder) / REQUEST)
        found: list[KeyList] = []

        def verified(document: bytes) -> Verified:
            versions = [[one.document() for one in version] for version in claimed(document).keys]
            found.append(follow(versions, invitation.keys_digest))
            return verify(document, found[0].keys, Bundle.typ(), at=self.clock.now())

        opened = file.read(inside, verified)
        keys = found[0]
        keys.require_fresh(self.clock.now())
        if (opened.manifest.lab, opened.manifest.sender) != (keys.lab, "lab"):
            raise _other()
        return opened, Introduction(invitation, keys)


def _other() -> TrustError:
    return TrustError(
        "bundle.other", "This bundle was made for somebody else.", hint="Nothing of it was used."
    )
