"""A device joins: by a call, or by a file that somebody carried here. Both are this one way."""

from __future__ import annotations

from sqlalchemy import Connection

from app.wire.documents import Enrolment, payload_jwk
from app.wire.models import parse
from app.wire.signatures import PublicKey, self_signed
from lab import people, teams
from lab.lab import Lab
from lab.problems import Refusal


def enrol(lab: Lab, document: bytes) -> tuple[people.Registered, PublicKey]:
    """Register the key that signed this enrolment. Raises TrustError, InputError, RefusedError."""
    verified, key = self_signed(document, Enrolment.typ(), payload_jwk)
    asked = parse(Enrolment, verified.payload)
    if asked.audience != lab.config.url:
        raise Refusal(422, "enrol.audience", "This enrolment is meant for another lab.")

    def job(connection: Connection) -> people.Registered:
        made = people.enrol(connection, lab, asked, key)
        if made.fresh:
            teams.device_changed(connection, lab, made.expert)
        return made

    return lab.database.write(job), key
