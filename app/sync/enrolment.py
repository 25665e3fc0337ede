"""How a device joins a lab: first the lab proves who it is, then the device proves that it holds its key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.clock import Clock
from app.domain.ids import DeviceId, ExpertId, LabId
from app.domain.times import from_text, to_text
from app.errors import InputError, TrustError
from app.sync.clocks import require_agreement
from app.sync.protocols import KeptDocument
from app.wire import age, jsonio
from app.wire.documents import Enrolment, Keys, Registration
from app.wire.invitation import Invitation
from app.wire.keylist import KeyList, follow
from app.wire.models import parse
from app.wire.protocol import EnrolReply, WellKnown
from app.wire.signatures import PrivateKey, members, sign, unbase64, verify


class EnrolConnector(Protocol):
    def well_known(self) -> WellKnown: ...

    def enrol(self, document: bytes) -> EnrolReply: ...


@dataclass(frozen=True, slots=True)
class Introduction:
    """A lab that has proved to be the one that the invitation is for. Nothing was sent to it yet."""

    invitation: Invitation
    keys: KeyList

    @property
    def lab(self) -> LabId:
        return self.keys.lab

    @property
    def lab_name(self) -> str:
        return self.keys.name or self.invitation.lab_name or self.keys.lab


@dataclass(frozen=True, slots=True)
class Enrolled:
    """documents: the key list and the registration, to be kept in the new workspace."""

    lab: LabId
    lab_name: str
    url: str
    expert: ExpertId
    name: str
    role: str
    device: DeviceId
    kid: str
    documents: tuple[KeptDocument, ...]


def meet(invitation: Invitation, connector: EnrolConnector, clock: Clock) -> Introduction:
    """Fetch the lab's keys and hold them against the invitation.

    Raises InputError `invitation.expired | clock.off`, TrustError `keys.…` (another lab), OfflineError.
    """
    now = clock.now()
    require_valid(invitation, now)
    about = connector.well_known()
    if 1 not in about.protocol:
        raise InputError(
            "lab.protocol",
            "The lab speaks a newer protocol.",
            hint="Update Assay, then use the invitation again.",
        )
    keys = follow([[one.document() for one in version] for version in about.keys], invitation.keys_digest)
    if about.lab != keys.lab:
        raise TrustError("keys.lab", "The lab calls itself by another name than its keys do.", hint=_NOTHING)
    require_agreement(now, from_text(about.server_time))
    keys.require_fresh(now)
    return Introduction(invitation, keys)


def require_valid(invitation: Invitation, now: datetime) -> None:
    """Raises InputError `invitation.expired`."""
    if now >= invitation.expires_at:
        raise InputError(
            "invitation.expired",
            "This invitation has expired.",
            hint="Ask the lab for a new one. If your computer's clock is wrong, mend it first.",
        )


def enrol(
    introduction: Introduction,
    connector: EnrolConnector,
    key: PrivateKey,
    device: DeviceId,
    clock: Clock,
) -> Enrolled:
    """Register the device's key. Sending the same again is harmless: the lab answers as before.

    Raises RefusedError `invitation.unknown | used | expired`, TrustError when the answer is not the lab's.
    """
    document = request(introduction.invitation, key, device, clock)
    reply = connector.enrol(document)
    return registered(introduction, reply.registration.document(), key, device, clock)


def request(invitation: Invitation, key: PrivateKey, device: DeviceId, clock: Clock) -> bytes:
    """The signed enrolment of a device: what the lab is asked, over a network or in a file."""
    payload = {
        "v": 1,
        "jwk": key.public.as_jwk(),
        "code": invitation.code,
        "device": device,
        "audience": invitation.url,
        "issued": to_text(clock.now()),
        "age_recipient": age.recipient(key.as_jwk()),
    }
    return sign(Enrolment.typ(), jsonio.dumps(payload), key)


def registered(
    introduction: Introduction, document: bytes, key: PrivateKey, device: DeviceId, clock: Clock
) -> Enrolled:
    """What the lab's answer makes of this device. Raises TrustError when the answer is not the lab's, or not for it."""
    verified = verify(document, introduction.keys.keys, Registration.typ(), at=clock.now())
    try:
        registration = parse(Registration, verified.payload)
    except InputError as exc:  # not what the person gave is wrong, but what the lab signed
        raise TrustError(
            "registration.shape",
            "The lab's answer does not have its shape: {what}",
            hint=_NOTHING,
            params={"what": exc},
        ) from None
    mine = [d for d in registration.devices if d.device == device and d.jwk.kid == key.kid and not d.revoked]
    if registration.lab != introduction.lab or not mine:
        raise TrustError("registration.other", "The lab's answer registers somebody else.", hint=_NOTHING)
    return Enrolled(
        lab=introduction.lab,
        lab_name=registration.lab_name or introduction.lab_name,
        url=introduction.invitation.url,
        expert=ExpertId(registration.expert),
        name=registration.name,
        role=registration.role,
        device=device,
        kid=key.kid,
        documents=(
            kept_keys(introduction.keys),
            KeptDocument(Registration.NAME, _seconds(registration.issued), verified.payload, document),
        ),
    )


def kept_keys(keys: KeyList) -> KeptDocument:
    """A key list as a workspace keeps it."""
    payload = unbase64(members(keys.documents[0])["payload"], "signature.shape")
    return KeptDocument(Keys.NAME, keys.version, payload, b"[" + b",".join(keys.documents) + b"]")


def _seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


_NOTHING = "No workspace was made. Ask the lab before you go on."
