"""Signing decisions, answers and proposals, and keeping them for the next sync; as a person reads them afterwards."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.ids import Digest, digest
from app.domain.times import from_text, to_text
from app.errors import InputError
from app.services.session import Session


@dataclass(frozen=True, slots=True)
class Letter:
    """kind: decision | answer | proposal. about: what it says in one word. state: ready | sent | receipted | parked."""

    id: str
    kind: str
    about: str
    task: str | None
    batch: str | None
    digest: Digest
    state: str
    reason: str
    created_at: datetime
    received_at: datetime | None


def letters(session: Session, kind: str | None = None) -> list[Letter]:
    """Newest first."""
    found: list[Letter] = []
    for row in session.workspace.letters.all(kind):
        about = str(json.loads(row.payload).get("kind", ""))
        received = from_text(row.received_at) if row.received_at else None
        found.append(
            Letter(
                row.id,
                row.kind,
                about,
                row.task,
                row.batch,
                row.digest,
                row.state,
                row.reason,
                from_text(row.created_at),
                received,
            )
        )
    return found


def write(session: Session, kind: str, members: dict[str, Any]) -> Letter:
    """Sign a letter over these members and keep it; durable when this returns. Call it inside `session.perform`.

    Adds v, id, device and lab. Raises InputError when it does not have the shape of its document.
    """
    from app.wire.documents import Document
    from app.wire.jsonio import dumps
    from app.wire.leading import Answer, Decision, Proposal
    from app.wire.models import parse

    models: dict[str, type[Document]] = {"decision": Decision, "answer": Answer, "proposal": Proposal}
    identity = session.identity
    if identity.local:
        raise InputError("lab.local", "The files on this computer have no lab to write to.")
    name = f"{kind[0]}-{session.parts.new_id()}"
    kept = {key: value for key, value in members.items() if value is not None}
    payload = dumps({"v": 1, kind: name, "device": identity.kid, "lab": identity.lab_id, **kept})
    parse(models[kind], payload)
    document = session.parts.sign(kind, payload)
    task, batch = members.get("task"), members.get("batch")
    session.workspace.letters.put(kind, name, digest(payload), payload, document, task=task, batch=batch)
    return next(one for one in letters(session, kind) if one.id == name)


def now(session: Session) -> str:
    return to_text(session.parts.clock.now())
