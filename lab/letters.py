"""Decisions, answers and proposals: each stored once with a signed receipt, like results, and then followed.

What a letter brings about (a result accepted or returned, a dispute, a note to the team) is written in the
transaction that stores it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from sqlalchemy import Connection, func, insert, select

from app.domain.ids import Digest, digest
from app.errors import AssayError, TrustError
from app.wire import jsonio
from app.wire.documents import Document
from app.wire.leading import Answer, Decision, Proposal
from app.wire.models import check
from app.wire.signatures import PinnedKey, unbase64, verify_members
from lab import cases, deciding, proposing
from lab.access import Caller
from lab.checking import Rejected
from lab.lab import Lab, moment
from lab.results import Outcome
from lab.tables import device, expert
from lab.tables_leads import letter

_MEMBERS = {"protected", "payload", "signature"}
Letter: TypeAlias = Decision | Answer | Proposal


@dataclass(frozen=True, slots=True)
class Kind:
    """check: raises AssayError for what may not be taken. follow: what it brings about; returns its state."""

    model: type[Document]
    id: Callable[[Any], str]
    author: Callable[[Any], str]
    check: Callable[[Connection, Lab, Caller, Any], None]
    follow: Callable[[Connection, Lab, Caller, Any, deciding.Kept], str]


KINDS = {
    "decision": Kind(
        Decision, lambda d: str(d.decision), lambda d: str(d.lead), deciding.check_decision, deciding.decide
    ),
    "answer": Kind(
        Answer, lambda a: str(a.answer), lambda a: str(a.expert), deciding.check_answer, deciding.answered
    ),
    "proposal": Kind(
        Proposal, lambda p: str(p.proposal), lambda p: str(p.expert), proposing.check, proposing.follow
    ),
}


@dataclass(frozen=True, slots=True)
class _Good:
    letter: Any
    kept: deciding.Kept


def take(lab: Lab, caller: Caller, kind: str, sent: Sequence[object]) -> list[Outcome]:
    """An outcome for each, in order: stored, duplicate, conflict or rejected. One bad one hinders no other."""
    about = KINDS[kind]
    with lab.database.reading() as connection:
        pinned = _keys(connection, lab, caller)
        opened = [_told(one, partial(_opened, lab, caller, about, pinned, one)) for one in sent]
    if all(isinstance(one, Rejected) for one in opened):
        return [_rejected(one) for one in opened if isinstance(one, Rejected)]
    outcomes = lab.database.write(
        lambda connection: [
            _rejected(one) if isinstance(one, Rejected) else _store(connection, lab, caller, kind, one)
            for one in opened
        ]
    )
    disputed = {one.letter.batch for one in opened if isinstance(one, _Good) and one.letter.kind == "dispute"}
    for batch in disputed:
        cases.thirds(lab, batch)
    return outcomes


def _keys(connection: Connection, lab: Lab, caller: Caller) -> dict[str, tuple[PinnedKey, str]]:
    rows = connection.execute(select(device).where(device.c.expert == caller.expert))
    return {
        row.kid: (PinnedKey(lab.public_key(row.kid, row.jwk), revoked_at=moment(row.revoked_at)), row.device)
        for row in rows
    }


def _opened(
    lab: Lab, caller: Caller, about: Kind, pinned: dict[str, tuple[PinnedKey, str]], sent: object
) -> _Good:
    if (
        not isinstance(sent, dict)
        or sent.keys() != _MEMBERS
        or not all(isinstance(text, str) for text in sent.values())
    ):
        raise TrustError("signature.shape", "It is not exactly protected, payload and signature.")
    keys = {kid: key for kid, (key, _) in pinned.items()}
    verified = verify_members(sent, keys.get, about.model.typ(), at=lab.clock.now())
    found: Any = check(about.model, jsonio.loads(verified.payload))
    whose = (found.lab, about.author(found), found.device)
    if whose != (lab.config.lab, caller.expert, pinned[verified.kid][1]):
        raise TrustError(
            "letter.identity", "The lab, person or device in it is not the one that signed and sent it."
        )
    return _Good(found, deciding.Kept(about.id(found), verified.digest, jsonio.dumps(sent)))


def _store(connection: Connection, lab: Lab, caller: Caller, kind: str, one: _Good) -> Outcome:
    """Inside a transaction; a letter that may not be taken leaves nothing behind."""
    about, kept = KINDS[kind], one.kept
    connection.execute(select(expert.c.id).where(expert.c.id == caller.expert).with_for_update())
    held = connection.execute(select(letter).where(letter.c.id == kept.id)).first()
    if held is not None:
        same = held.digest == kept.digest
        receipt = bytes(held.receipt) if same else None
        return Outcome(kept.digest, "duplicate" if same else "conflict", receipt, held=held.digest)
    try:
        about.check(connection, lab, caller, one.letter)
    except AssayError as exc:
        return _rejected(_refused(kept.digest, exc))
    number, previous = _chain(connection, caller.expert)
    received_at = lab.now()
    receipt_payload = {
        "v": 1,
        "receipt": lab.new_id("r"),
        "result": kept.id,
        "revision": 1,
        "digest": kept.digest,
        "verdict": "stored",
        "received_at": received_at,
        "previous": previous,
    }
    signed = lab.sign("receipt", jsonio.dumps(receipt_payload))
    state = about.follow(connection, lab, caller, one.letter, kept)
    said = select(func.count()).select_from(letter).where(letter.c.task == one.letter.task)
    connection.execute(
        insert(letter).values(
            id=kept.id,
            kind=kind,
            author=caller.expert,
            number=number,
            batch=one.letter.batch,
            task=one.letter.task,
            place=connection.execute(said).scalar_one() + 1,
            digest=kept.digest,
            state=state,
            received_at=received_at,
            document=kept.document,
            receipt=signed.document,
        )
    )
    return Outcome(kept.digest, "stored", signed.document)


def _chain(connection: Connection, who: str) -> tuple[int, str | None]:
    """(the next number of her letters, digest of the receipt before): a chain beside that of her results."""
    last = connection.execute(
        select(func.max(letter.c.number)).where(letter.c.author == who)
    ).scalar_one_or_none()
    if last is None:
        return 1, None
    row = connection.execute(
        select(letter.c.receipt).where(letter.c.author == who, letter.c.number == last)
    ).scalar_one()
    return last + 1, digest(unbase64(jsonio.loads(bytes(row))["payload"], "signature.shape"))


def _told(sent: object, step: Callable[[], _Good]) -> _Good | Rejected:
    try:
        return step()
    except AssayError as exc:
        payload = sent.get("payload") if isinstance(sent, dict) else None
        try:
            named = digest(unbase64(str(payload), "signature.shape"))
        except AssayError:
            named = digest(jsonio.dumps(sent))
        return _refused(named, exc)


def _refused(named: Digest, exc: AssayError) -> Rejected:
    return Rejected(named, exc.code, f"{exc.message} ({exc.where})" if exc.where else exc.message)


def _rejected(one: Rejected) -> Outcome:
    return Outcome(one.digest, "rejected", code=one.code, message=one.message)
