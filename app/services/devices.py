"""One's own devices at a lab: which there are, one more, a lost one revoked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.clock import Clock
from app.domain.ids import Digest
from app.domain.times import from_text, to_text
from app.errors import InputError
from app.services.enrolling import Connect
from app.services.once import once
from app.services.session import Session

if TYPE_CHECKING:
    from app.wire.ownwork import DeviceReply
    from app.wire.signatures import KeySet


@dataclass(frozen=True, slots=True)
class Device:
    """this: the one that one sits at. revoked: when, RFC 3339, or ""."""

    id: str
    kid: str
    registered: str
    revoked: str
    this: bool


@dataclass(frozen=True, slots=True)
class Devices:
    clock: Clock
    connect: Connect

    def all(self, session: Session) -> list[Device]:
        """As the lab said last; a sync brings what is newer."""
        from app.wire.documents import Registration
        from app.wire.models import parse

        kept = session.workspace.lab.document(Registration.NAME)
        if kept is None:
            return []
        return [
            Device(
                one.device,
                one.jwk.kid,
                one.registered,
                one.revoked or "",
                one.jwk.kid == session.identity.kid,
            )
            for one in parse(Registration, kept.payload).devices
        ]

    def add(self, session: Session) -> str:
        """An invitation link for one more device of one's own; it works once, for two days. Show it to nobody else.

        Raises OfflineError, RefusedError, InputError `lab.local`.
        """
        from app.services.bundles import lab_recipient
        from app.wire.invitation import Invitation

        reply = self._ask(session, "add", None)
        return Invitation(
            url=session.identity.lab_url,
            keys_digest=Digest(reply.keys or ""),
            code=reply.code,
            role=reply.role,
            expires_at=from_text(reply.expires or ""),
            lab_name=session.identity.lab_name,
            recipient=lab_recipient(session) or "",
        ).link()

    def revoke(self, session: Session, device: str) -> Sequence[Device]:
        """Say that a device is lost: from now on the lab takes nothing of it. Raises InputError `device.this`.

        What it had on its disk is still there, encrypted; what it sent before counts.
        """
        mine = [one for one in self.all(session) if device in (one.id, one.kid)]
        if any(one.this for one in mine):
            raise InputError(
                "device.this",
                "This is the device that you sit at.",
                hint="Revoke it from another of your devices, or ask the lab.",
            )
        self._ask(session, "revoke", device)
        return self.all(session)

    def _ask(self, session: Session, action: str, device: str | None) -> DeviceReply:
        from app.storage.changes import SignedDocument
        from app.wire import jsonio
        from app.wire.documents import Registration
        from app.wire.models import parse
        from app.wire.ownwork import DeviceRequest
        from app.wire.signatures import PrivateKey, sign, verify

        identity = session.identity
        if identity.local:
            raise InputError("lab.local", "The files on this computer have no lab to sync with.")
        key = PrivateKey.from_jwk(session.parts.device_jwk)
        request = {
            "v": 1,
            "lab": identity.lab_id,
            "expert": identity.expert,
            "action": action,
            "nonce": session.parts.new_id(),
            "audience": identity.lab_url,
            "issued": to_text(self.clock.now()),
            **({"device": device} if device else {}),
        }
        with once(), self.connect(identity.lab_url, key, lambda: False) as connector:
            reply = connector.devices(sign(DeviceRequest.typ(), jsonio.dumps(request), key))
        document = reply.registration.document()
        found = verify(document, _lab_keys(session), Registration.typ(), at=self.clock.now())
        version = int(from_text(parse(Registration, found.payload).issued).timestamp())
        session.workspace.lab.keep_document(
            SignedDocument(Registration.NAME, version, found.payload, document)
        )
        return reply


def _lab_keys(session: Session) -> KeySet:
    from app.wire.keylist import stored

    kept = session.workspace.lab.document("keys")
    return stored(kept.document if kept is not None else b"[]").keys
