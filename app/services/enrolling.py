"""Joining a lab: read the invitation, let the lab prove who it is, make keys and a workspace, register.

A failure on the way leaves no workspace and no keys behind; an invitation that was used up by a try whose answer was
lost works again from the same device only, so a new one is asked for then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.clock import Clock
from app.domain.ids import DeviceId
from app.services.labs import Labs
from app.services.once import once
from app.services.reviewing import NewId
from app.services.session import Session

if TYPE_CHECKING:
    from app.keys.keyset import Secrets
    from app.storage.changes import SignedDocument
    from app.storage.rows import WorkspaceIdentity
    from app.sync.connectors.lab import LabConnector
    from app.sync.enrolment import Enrolled
    from app.wire.invitation import Invitation
    from app.wire.signatures import PrivateKey

Connect = Callable[[str, "PrivateKey | None", Callable[[], bool]], "LabConnector"]
"""(lab URL, device key or None, is it cancelled?) -> the way to that lab and no other."""


@dataclass(frozen=True, slots=True)
class Enrolling:
    labs: Labs
    clock: Clock
    new_id: NewId
    connect: Connect

    @staticmethod
    def look(invitation: str | bytes) -> Invitation:
        """What an invitation (link or file content) says, without talking to anyone. InputError if it is none."""
        from app.wire.invitation import read

        return read(invitation)

    def enrol(
        self,
        invitation: str | bytes,
        *,
        passphrase: str | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Session:
        """Enrol this computer and open the new workspace.

        Raises InputError (bad or expired invitation), RefusedError (used), OfflineError, TrustError (another lab),
        StorageError (`keyring.missing`: give a passphrase; or already enrolled with this lab).
        """
        from app.services.syncing import signed_document
        from app.sync.enrolment import enrol, meet
        from app.wire.signatures import PrivateKey

        asked = self.look(invitation)
        with once(), self.connect(asked.url, None, cancelled) as connector:
            met = meet(asked, connector, self.clock)
            enrolled: list[Enrolled] = []

            def identify(secrets: Secrets) -> WorkspaceIdentity:
                key = PrivateKey.from_jwk(secrets.device_jwk)
                enrolled.append(enrol(met, connector, key, DeviceId(key.kid), self.clock))
                return identity_of(enrolled[0], secrets)

            def documents() -> list[SignedDocument]:
                return [signed_document(document) for document in enrolled[0].documents]

            session = self.labs.create(met.lab, identify, passphrase, documents)
        note_name(session, enrolled[0])
        return session


def note_name(session: Session, enrolled: Enrolled) -> None:
    try:
        session.workspace.work.set_note("name", enrolled.name)
    except BaseException:
        # The lab is joined and its workspace stands: it must be free to be opened.
        session.close()
        raise


def identity_of(enrolled: Enrolled, secrets: Secrets) -> WorkspaceIdentity:
    from app.storage.rows import WorkspaceIdentity

    return WorkspaceIdentity(
        lab_id=enrolled.lab,
        lab_name=enrolled.lab_name,
        lab_url=enrolled.url,
        expert=enrolled.expert,
        device=enrolled.device,
        kid=enrolled.kid,
        key_id=secrets.key_id,
    )
