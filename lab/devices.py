"""An expert's devices: one signed registration over all of them, further ones by her own word, lost ones revoked.

What a revoked device signed counts by when the lab received it: what was here before stays hers, what comes after is
refused.
"""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from app.domain.ids import digest
from app.domain.times import to_text
from app.errors import InputError
from app.wire import jsonio
from app.wire.signatures import KeySet, PinnedKey
from lab import feeds, teams
from lab.lab import Lab, Signed, moment
from lab.people import Invited, entry
from lab.tables import device, expert, invitation
from lab.tables_devices import device_age

CODE_LIFE = timedelta(days=2)
MAX_DEVICES = 20


def registration(connection: Connection, lab: Lab, who: str) -> Signed:
    """Everything the lab knows her by, signed now: each device with its key, its age recipient and its life."""
    about = connection.execute(select(expert).where(expert.c.id == who)).one()
    rows = connection.execute(
        select(device, device_age.c.recipient)
        .outerjoin(device_age, device_age.c.kid == device.c.kid)
        .where(device.c.expert == who)
        .order_by(device.c.registered_at, device.c.kid)
    )
    devices = []
    for row in rows:
        one = entry(row.device, jsonio.loads(row.jwk), row.registered_at, row.revoked_at)
        devices.append({**one, "age_recipient": row.recipient} if row.recipient else one)
    payload: dict[str, Any] = {
        "v": 1,
        "lab": lab.config.lab,
        "lab_name": lab.config.name,
        "expert": who,
        "name": about.name,
        "role": about.role,
        "issued": lab.now(),
        "devices": devices,
    }
    return lab.sign("registration", jsonio.dumps(payload))


def announce(connection: Connection, lab: Lab, who: str, kind: str, name: str) -> Signed:
    """Tell all her devices of the registration as it stands now. kind: `device` or `revocation`."""
    signed = registration(connection, lab, who)
    feeds.keep(connection, signed)
    feeds.append(connection, who, kind, name, signed.digest)
    return signed


def more(connection: Connection, lab: Lab, who: str) -> Invited:
    """A code that lets one more device speak for her. Raises InputError `device.many`."""
    about = connection.execute(select(expert).where(expert.c.id == who)).one()
    held = connection.execute(
        select(device.c.kid).where(device.c.expert == who, device.c.revoked_at.is_(None))
    ).all()
    if len(held) >= MAX_DEVICES:
        raise InputError("device.many", "There are {n} devices already.", params={"n": len(held)})
    code = base64.b32encode(lab.entropy(20)).decode().lower()
    expires = to_text(lab.clock.now() + CODE_LIFE)
    connection.execute(
        insert(invitation).values(code_sha256=digest(code.encode()), expert=who, expires_at=expires)
    )
    return Invited(who, about.role, code, expires)


def revoke(connection: Connection, lab: Lab, who: str, name: str) -> Signed:
    """From now on this device speaks for nobody. name: its id or its key's. Raises InputError `device.unknown`."""
    row = connection.execute(
        select(device).where(device.c.expert == who, (device.c.device == name) | (device.c.kid == name))
    ).one_or_none()
    if row is None:
        raise InputError(
            "device.unknown", "There is no device “{name}” of this expert.", params={"name": name}
        )
    if row.revoked_at is None:
        connection.execute(update(device).where(device.c.kid == row.kid).values(revoked_at=lab.now()))
        teams.device_changed(connection, lab, who)
        return announce(connection, lab, who, "revocation", row.device)
    return registration(connection, lab, who)


def pinned(connection: Connection, lab: Lab, who: str) -> KeySet:
    """The keys that speak for her, each until it was revoked."""
    rows = connection.execute(select(device).where(device.c.expert == who))
    return KeySet(
        PinnedKey(lab.public_key(row.kid, row.jwk), revoked_at=moment(row.revoked_at)) for row in rows
    )


def live(connection: Connection, who: str) -> list[str]:
    """Ids of her devices that are not revoked."""
    mine = (device.c.expert == who) & device.c.revoked_at.is_(None)
    return list(connection.execute(select(device.c.device).where(mine)).scalars())
