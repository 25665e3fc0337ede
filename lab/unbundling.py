"""Bundles into the lab: an expert's results, letters, drafts and asked renewals, or a newcomer's enrolment, each in the
same rooms as by a call.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from app.errors import InputError, RefusedError, TrustError
from app.wire import age
from app.wire import bundle as file
from app.wire.bundle import Bundle
from app.wire.ownwork import Draft
from app.wire.protocol import MAX_RESULTS
from app.wire.signatures import (
    PinnedKey,
    Verified,
    members,
    protected_header,
    self_signed,
    sniff,
    verify_members,
)
from lab import claiming, drafts, enrolling, letters, results, tables
from lab.access import Caller
from lab.lab import Lab, moment
from lab.rotating import former
from lab.tables import device
from lab.tables_devices import bundle_seen, device_age


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a bundle's results and letters. drafts: kept for her other devices. renewed: leases that are
    longer now. joined: it was a newcomer's request, and she is registered now. conflicts: of those that were rejected,
    what the lab holds in another form.
    """

    expert: str
    stored: int = 0
    duplicate: int = 0
    rejected: int = 0
    drafts: int = 0
    renewed: int = 0
    joined: bool = False
    conflicts: int = 0


def take_in(lab: Lab, path: Path) -> TakenIn:
    """What a bundle brings, each as if it had been sent, or a newcomer's enrolment.

    Raises InputError, TrustError, RefusedError; then nothing was changed.
    """
    try:
        if path.stat().st_size > file.MAX_FILE:
            raise InputError("bundle.long", "This is more than one bundle may carry.", where=str(path))
        data = path.read_bytes()
    except OSError as exc:
        raise InputError("file.read", "The file {file} cannot be read.", params={"file": str(path)}) from exc
    signer: list[Any] = []

    def verified(document: bytes) -> Verified:
        if file.claimed(document).sender == "newcomer":
            return self_signed(document, Bundle.typ(), file.newcomer_jwk)[0]
        found, row = _by_device(lab, document)
        signer.append(row)
        return found

    opened = file.read(age.decrypt(data, [lab.key.as_jwk(), *former(lab)]), verified)
    if opened.manifest.sender == "newcomer":
        return _join(lab, opened)
    about, who = opened.manifest, signer[0]
    if (about.lab, about.expert, about.sender) != (lab.config.lab, who.expert, "expert"):
        raise TrustError("bundle.other", "This bundle was made for somebody else.", hint="Nothing was used.")
    recipient = age.checked(about.recipient) if about.recipient else None
    sealed: list[bytes] = []
    others: list[bytes] = []
    for document in opened.documents:
        (sealed if sniff(document) == Draft.typ() else others).append(document)
    outcomes = _taken(lab, who, others)
    kept = _keep_drafts(lab, who.expert, sealed)
    renewed = lab.database.write(lambda c: _remember(c, lab, about, who, recipient, outcomes))
    counts = [one.status for one in outcomes]
    return TakenIn(
        who.expert,
        counts.count("stored"),
        counts.count("duplicate"),
        len(counts) - counts.count("stored") - counts.count("duplicate") + len(sealed) - kept,
        kept,
        renewed,
        conflicts=counts.count("conflict"),
    )


def _taken(lab: Lab, who: Any, documents: Sequence[bytes]) -> list[results.Outcome]:
    """Letters by their kind, everything else as results, in the groups that a call would take."""
    with lab.database.reading() as connection:
        role = connection.execute(
            select(tables.expert.c.role).where(tables.expert.c.id == who.expert)
        ).scalar_one()
    caller = Caller(who.expert, role, who.kid, 0)
    kinds = {kind.model.typ(): name for name, kind in letters.KINDS.items()}
    sent: dict[str, list[object]] = {"": [], **{name: [] for name in letters.KINDS}}
    for document in documents:
        sent[kinds.get(sniff(document), "")].append(members(document))
    outcomes: list[results.Outcome] = []
    for name, found in sent.items():
        for start in range(0, len(found), MAX_RESULTS):
            part = found[start : start + MAX_RESULTS]
            outcomes += letters.take(lab, caller, name, part) if name else results.take(lab, who.expert, part)
    return outcomes


def _keep_drafts(lab: Lab, who: str, documents: Sequence[bytes]) -> int:
    """How many were taken; one that is refused keeps no other back."""
    taken = 0
    for document in documents:
        try:
            taken += drafts.take(lab, who, [members(document)], carried=True)
        except (TrustError, InputError):
            continue
    return taken


def _join(lab: Lab, opened: file.Opened) -> TakenIn:
    """What the call to enrol does with the one document in it, which the bundle's own key must have signed."""
    jwk = opened.manifest.jwk
    kids = {protected_header(members(document))["kid"] for document in opened.documents}
    if len(opened.documents) != 1 or jwk is None or kids != {jwk.kid}:
        raise TrustError("bundle.other", "This bundle was made for somebody else.", hint="Nothing was used.")
    made, _ = enrolling.enrol(lab, opened.documents[0])
    return TakenIn(made.expert, joined=True)


def _by_device(lab: Lab, document: bytes) -> tuple[Verified, Any]:
    """Verified by the registered device that signed it, and that device's row."""
    rows: list[Any] = []

    def lookup(kid: str) -> PinnedKey | None:
        with lab.database.reading() as connection:
            row = connection.execute(select(device).where(device.c.kid == kid)).one_or_none()
        if row is None:
            return None
        rows.append(row)
        return PinnedKey(lab.public_key(kid, row.jwk), revoked_at=moment(row.revoked_at))

    return verify_members(members(document), lookup, Bundle.typ(), at=lab.clock.now()), rows[0]


def _remember(
    connection: Connection,
    lab: Lab,
    about: Bundle,
    who: Any,
    recipient: str | None,
    outcomes: list[results.Outcome],
) -> int:
    """Where this device stands, and how many leases are longer now; an older bundle that comes late changes nothing."""
    known = connection.execute(
        select(bundle_seen.c.issued).where(bundle_seen.c.kid == who.kid)
    ).scalar_one_or_none()
    if known is not None and moment(known) > moment(about.issued):  # type: ignore[operator]
        return 0
    refused = [
        {k: v for k, v in asdict(one).items() if v and k != "receipt"}
        for one in outcomes
        if one.receipt is None
    ]
    connection.execute(delete(bundle_seen).where(bundle_seen.c.kid == who.kid))
    connection.execute(
        insert(bundle_seen).values(
            kid=who.kid,
            expert=who.expert,
            cursor=about.cursor,
            own_cursor=about.own_cursor,
            review_cursor=about.review_cursor,
            outcomes=json.dumps(refused[:1000]),
            issued=about.issued,
        )
    )
    if recipient is not None:
        connection.execute(delete(device_age).where(device_age.c.kid == who.kid))
        connection.execute(insert(device_age).values(kid=who.kid, recipient=recipient))
    return 0 if known == about.issued else _renewed(connection, lab, who.expert, about.renew)


def _renewed(connection: Connection, lab: Lab, who: str, wanted: Sequence[str]) -> int:
    """As the call does; what is not hers or has ended is passed over."""
    longer = 0
    for name in dict.fromkeys(wanted):
        before = claiming.lease(connection, who, name)
        try:
            longer += claiming.renew(connection, lab, who, name) != before
        except RefusedError:
            continue
    return longer
