"""The lab's signed key list: what invitations pin, and every version since, for those who come late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from app.domain.ids import Digest
from app.domain.times import from_text, to_text
from app.wire import age, jsonio
from app.wire.models import typ
from app.wire.signatures import PrivateKey, members, sign, unbase64
from lab import feeds
from lab.lab import Lab
from lab.tables import expert, key_list

LIFE = timedelta(days=730)
RENEW = timedelta(days=365)
"""A list with less than this left is renewed when the lab starts to serve."""


def issue(connection: Connection, lab: Lab, new: PrivateKey | None = None) -> Digest:
    """Sign the next version and tell every expert. Returns the digest of its payload.

    new: the key that takes the place of the lab's; then both sign. Keys of the versions before stay in the list.
    """
    last = connection.execute(
        select(key_list.c.version).order_by(key_list.c.version.desc()).limit(1)
    ).scalar()
    version = (last or 0) + 1
    key = new or lab.key
    earlier = [one for one in own_keys(connection) if one["kid"] != key.kid] if last else []
    now = lab.clock.now()
    payload: dict[str, Any] = {
        "v": 1,
        "lab": lab.config.lab,
        "name": lab.config.name,
        "version": version,
        "issued": to_text(now),
        "expires": to_text(now + LIFE),
        "jwks": {"keys": [key.public.as_jwk(), *earlier]},
        "age_recipient": age.recipient(key.as_jwk()),
        "blob_hosts": [],
    }
    signed = lab.sign("keys", jsonio.dumps(payload))
    documents = [signed.document]
    if new is not None:
        documents.append(sign(typ("keys"), signed.payload, new))
    connection.execute(
        insert(key_list).values(
            version=version,
            digest=signed.digest,
            documents=b"[" + b",".join(documents) + b"]",
            expires_at=payload["expires"],
        )
    )
    if version > 1:
        for who in feeds.lock(connection, connection.execute(select(expert.c.id)).scalars()):
            feeds.append(connection, who, "keys.rotated", str(version), None)
    return signed.digest


def renew(lab: Lab) -> None:
    """Issue the next version when the current one is getting old."""

    def old(connection: Connection) -> bool:
        return from_text(_current(connection).expires_at) - lab.clock.now() < RENEW

    with lab.database.reading() as connection:
        if not old(connection):
            return
    # Of several processes that start at once, one issues it.
    lab.database.write(lambda connection: issue(connection, lab) if old(connection) else None)


def current_digest(connection: Connection) -> Digest:
    return Digest(_current(connection).digest)


def versions(connection: Connection) -> list[bytes]:
    """Every version from the first, each a JSON array of signed documents."""
    rows = connection.execute(select(key_list.c.documents).order_by(key_list.c.version)).scalars()
    return [bytes(row) for row in rows]


def has_recipient(connection: Connection) -> bool:
    """Whether the current list says how bundles to the lab are encrypted; lists of the first version do not."""
    document = jsonio.dumps(jsonio.loads(bytes(_current(connection).documents))[0])
    payload = jsonio.loads(unbase64(members(document)["payload"], "signature.shape"))
    return payload.get("age_recipient") is not None


def own_keys(connection: Connection) -> list[dict[str, Any]]:
    """The lab's public keys over all versions, each once, as JWKs."""
    found: dict[str, dict[str, Any]] = {}
    for documents in versions(connection):
        document = jsonio.dumps(jsonio.loads(documents)[0])
        payload = jsonio.loads(unbase64(members(document)["payload"], "signature.shape"))
        for key in payload["jwks"]["keys"]:
            found[key["kid"]] = key
    return list(found.values())


def _current(connection: Connection) -> Any:
    return connection.execute(select(key_list).order_by(key_list.c.version.desc()).limit(1)).one()
