"""What was refused: kept so that a person and the lab can look at it; nothing of it is used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.times import from_text
from app.services.session import Session


@dataclass(frozen=True, slots=True)
class Refused:
    """reason: one sentence, in English as the check wrote it. source: where it came from. size: bytes kept."""

    number: int
    at: datetime
    code: str
    reason: str
    source: str
    size: int


def refused(session: Session) -> list[Refused]:
    """Newest first."""
    return [
        Refused(row.number, from_text(row.at), row.code, row.reason, row.source, len(row.document))
        for row in session.workspace.lab.quarantined()
    ]


def refused_document(session: Session, number: int) -> bytes:
    """The bytes as they came, to show to the lab; empty if they are gone."""
    rows = session.workspace.lab.quarantined()
    return next((row.document for row in rows if row.number == number), b"")
