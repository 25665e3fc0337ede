"""Who works for this lab: invitations, the experts they were made for, and their devices."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from app.domain.ids import digest
from app.domain.times import from_text, to_text
from app.errors import InputError, RefusedError
from app.wire import age, jsonio
from app.wire.documents import Enrolment
from app.wire.signatures import PublicKey
from lab import keylist
from lab.lab import Lab
from lab.tables import device, expert, invitation
from lab.tables_devices import device_age

ROLES = ("expert", "lead", "operator")
INVITATION_LIFE = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Invited:
    """code: one-time, 160 random bits; the lab keeps its digest only."""

    expert: str
    role: str
    code: str
    expires_at: str


@dataclass(frozen=True, slots=True)
class Registered:
    """document: the signed registration. fresh: False when the same request had come before."""

    document: bytes
    fresh: bool
    expert: str


def invite(lab: Lab, role: str, name: str, life: timedelta = INVITATION_LIFE) -> Invited:
    """A new person and a code that lets one device speak for her. Raises InputError."""
    if role not in ROLES:
        raise InputError(
            "invite.role",
            "“{role}” is no role; it is one of {roles}.",
            params={"role": role, "roles": ", ".join(ROLES)},
        )
    if not name.strip() or len(name) > 200:
        raise InputError("invite.name", "A name of 1 to 200 characters is needed.")
    code = base64.b32encode(lab.entropy(20)).decode().lower()
    now = lab.clock.now()
    made = Invited(lab.new_id("e"), role, code, to_text(now + life))

    def job(connection: Connection) -> None:
        connection.execute(
            insert(expert).values(id=made.expert, role=role, name=name.strip(), created_at=to_text(now))
        )
        connection.execute(
            insert(invitation).values(
                code_sha256=digest(code.encode()), expert=made.expert, expires_at=made.expires_at
            )
        )

    lab.database.write(job)
    return made


def enrol(connection: Connection, lab: Lab, request: Enrolment, key: PublicKey) -> Registered:
    """Bind a device key to the invited person. The same key with the same code gets the same answer again."""
    row = connection.execute(
        select(invitation).where(invitation.c.code_sha256 == digest(request.code.encode())).with_for_update()
    ).one_or_none()
    hint = "Ask the lab for a new invitation."
    if row is None:
        raise RefusedError("invitation.unknown", "The lab does not know this invitation.", hint=hint)
    if row.used_by is not None:
        if row.used_by != key.kid:
            raise RefusedError("invitation.used", "This invitation has been used already.", hint=hint)
        kept = connection.execute(select(device.c.registration).where(device.c.kid == key.kid)).scalar_one()
        return Registered(bytes(kept), fresh=False, expert=row.expert)
    if from_text(row.expires_at) <= lab.clock.now():
        raise RefusedError("invitation.expired", "This invitation has expired.", hint=hint)
    mine = connection.execute(select(device).where(device.c.expert == row.expert)).all()
    doubled = connection.execute(select(device.c.kid).where(device.c.kid == key.kid)).first()
    if doubled is not None or any(d.device == request.device for d in mine):
        raise RefusedError(
            "enrol.double", "This device is registered already.", hint="Use a new key and a new id."
        )
    from lab import devices  # it stands above this module

    connection.execute(
        insert(device).values(
            kid=key.kid,
            expert=row.expert,
            device=request.device,
            jwk=jsonio.dumps(key.as_jwk()).decode(),
            registered_at=lab.now(),
            registration=b"",
        )
    )
    if request.age_recipient is not None:
        recipient = age.checked(request.age_recipient)
        connection.execute(insert(device_age).values(kid=key.kid, recipient=recipient))
    if mine:
        signed = devices.announce(connection, lab, row.expert, "device", request.device)
    else:
        signed = devices.registration(connection, lab, row.expert)
    connection.execute(update(device).where(device.c.kid == key.kid).values(registration=signed.document))
    connection.execute(
        update(invitation).where(invitation.c.code_sha256 == row.code_sha256).values(used_by=key.kid)
    )
    return Registered(signed.document, fresh=True, expert=row.expert)


def chosen(connection: Connection, names: list[str]) -> list[str]:
    """Ids of experts by id or by exact name; without names, everyone with the role of an expert."""
    rows = connection.execute(select(expert).order_by(expert.c.created_at, expert.c.id)).all()
    if not names:
        return [row.id for row in rows if row.role == "expert"]
    found: list[str] = []
    for name in names:
        fits = [row.id for row in rows if name == row.id] or [row.id for row in rows if name == row.name]
        if len(fits) != 1:
            raise InputError(
                "assign.expert",
                "“{name}” is no expert of this lab."
                if not fits
                else "Several people are called “{name}”; give the id.",
                params={"name": name},
            )
        found += [who for who in fits if who not in found]
    return found


def jwks(connection: Connection, lab: Lab) -> dict[str, Any]:
    """One JWKS of every key that may have signed something: the lab's and all devices', revoked ones too."""
    keys = keylist.own_keys(connection)
    for row in connection.execute(select(device).order_by(device.c.registered_at, device.c.kid)):
        key: dict[str, Any] = {**lab.public_key(row.kid, row.jwk).as_jwk(), "expert": row.expert}
        if row.revoked_at:
            key["revoked_at"] = int(from_text(row.revoked_at).timestamp())
        keys.append(key)
    return {"keys": keys}


def entry(name: str, jwk: dict[str, Any], registered: str, revoked: str | None) -> dict[str, Any]:
    entry: dict[str, Any] = {"device": name, "jwk": jwk, "registered": registered}
    return {**entry, "revoked": revoked} if revoked else entry
