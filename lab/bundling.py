"""The lab's side of a bundle: results and letters in from a file, news, receipts and openings out into one. The same
rooms as the calls."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from app.errors import InputError, RefusedError, TrustError
from app.wire import age, jsonio
from app.wire import bundle as file
from app.wire.bundle import Bundle
from app.wire.protocol import MAX_PAGE, MAX_RESULTS
from app.wire.signatures import (
    PinnedKey,
    Verified,
    members,
    protected_header,
    self_signed,
    sniff,
    unbase64,
    verify_members,
)
from lab import cases, enrolling, feeds, keylist, letters, people, results, tables
from lab import devices as registered
from lab.access import Caller
from lab.calls import feed as feed_call
from lab.calls import leads as leads_call
from lab.calls import results as results_call
from lab.claiming import serves
from lab.files import write_durably
from lab.lab import Lab, moment
from lab.rotating import former
from lab.tables import device, result
from lab.tables_devices import bundle_seen, device_age
from lab.tables_leads import letter, sealed

SUFFIX = ".assay-bundle"
MAX_OPENED = 4000
"""Results whose envelopes are opened in one bundle, the newest; so many receipts of letters too."""
MAX_BLOB_BYTES = 700 << 20
"""Attachments beyond this wait for the network; tasks always go."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a bundle's results and letters. joined: it was a newcomer's request, and she is registered now."""

    expert: str
    stored: int
    duplicate: int
    rejected: int
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    path: Path
    news: int
    receipts: int
    blobs: int


def take_in(lab: Lab, path: Path) -> TakenIn:
    """Results and letters of a bundle, each as if it had been sent, or a newcomer's enrolment.

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
    outcomes = _taken(lab, who, opened.documents)
    lab.database.write(lambda c: _remember(c, about, who, recipient, outcomes))
    counts = [one.status for one in outcomes]
    return TakenIn(
        who.expert,
        counts.count("stored"),
        counts.count("duplicate"),
        len(counts) - counts.count("stored") - counts.count("duplicate"),
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


def _join(lab: Lab, opened: file.Opened) -> TakenIn:
    """What the call to enrol does with the one document in it, which the bundle's own key must have signed."""
    jwk = opened.manifest.jwk
    kids = {protected_header(members(document))["kid"] for document in opened.documents}
    if len(opened.documents) != 1 or jwk is None or kids != {jwk.kid}:
        raise TrustError("bundle.other", "This bundle was made for somebody else.", hint="Nothing was used.")
    made, _ = enrolling.enrol(lab, opened.documents[0])
    return TakenIn(made.expert, 0, 0, 0, joined=True)


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
    connection: Connection, about: Bundle, who: Any, recipient: str | None, outcomes: list[results.Outcome]
) -> None:
    """Where this device stands; an older bundle that comes late moves nothing back."""
    known = connection.execute(
        select(bundle_seen.c.issued).where(bundle_seen.c.kid == who.kid)
    ).scalar_one_or_none()
    if known is not None and moment(known) > moment(about.issued):  # type: ignore[operator]
        return
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
        keep_recipient(connection, who.kid, recipient)


def keep_recipient(connection: Connection, kid: str, recipient: str) -> None:
    connection.execute(delete(device_age).where(device_age.c.kid == kid))
    connection.execute(insert(device_age).values(kid=kid, recipient=recipient))


def export(lab: Lab, expert: str, folder: Path, *, from_start: bool = False) -> Written:
    """News, packs, attachments, receipts and openings for one expert into a file that only her devices can open; with
    her registration, which a device that asked by file joins with. For a lead her review feed too.

    From where the last bundle of hers left it; from_start: all of it. Raises InputError `assign.expert`,
    `bundle.recipient`.
    """
    with lab.database.reading() as connection:
        (who,) = people.chosen(connection, [expert])
        devices = connection.execute(
            select(device.c.kid, device_age.c.recipient)
            .join(device_age, device_age.c.kid == device.c.kid)
            .where(device.c.expert == who, device.c.revoked_at.is_(None))
        ).all()
        seen = connection.execute(select(bundle_seen).where(bundle_seen.c.expert == who)).all()
        has_recipient = keylist.has_recipient(connection)
        registration = registered.registration(connection, lab, who)
        role = connection.execute(select(tables.expert.c.role).where(tables.expert.c.id == who)).scalar_one()
    if not devices:
        raise InputError(
            "bundle.recipient",
            "No device of this expert has said yet how bundles to it are encrypted.",
            hint="Take in a bundle of hers first, or let her sync once.",
        )
    if not has_recipient:
        lab.database.write(lambda connection: keylist.issue(connection, lab))
    alone = seen[0] if len(seen) == 1 and len(devices) == 1 and not from_start else None
    if role == "lead":
        cases.refresh(lab, who)
    opened = leads_call.released(lab, who, role, _openable(lab, who))[0]
    news = _pages(lab, who, alone.cursor if alone else "", _feed_page)
    own = _pages(lab, who, alone.own_cursor if alone else "", _own_page)
    review = _pages(lab, who, alone.review_cursor if alone else "", _review_page) if role == "lead" else []
    blobs = _blobs(lab, who, [page for _, page in news])
    with lab.database.reading() as connection:
        versions = [jsonio.loads(one) for one in keylist.versions(connection)]
    name = lab.new_id("x")
    about = {
        "lab": lab.config.lab,
        "bundle": name,
        "sender": "lab",
        "expert": who,
        "issued": lab.now(),
        "keys": versions,
        "outcomes": [one for row in seen for one in json.loads(row.outcomes)][:1000],
    }
    data = file.write(
        about,
        lab.key,
        feed=file.lines([(after, page) for after, page in news]),
        own=file.lines([(after, page) for after, page in own]),
        review=file.lines([(after, page) for after, page in review]),
        documents=_once([registration.document, *opened, *_letter_receipts(lab, who)]),
        blobs=blobs,
    )
    target = folder.absolute() / f"to-{who}-{name}{SUFFIX}"
    os.makedirs(target.parent, exist_ok=True)
    write_durably(target, age.encrypt(data, [row.recipient for row in devices]), mode=0o600)
    return Written(target, _items(news), _items(own), len(blobs))


Page = Callable[[Lab, str, str], bytes]


def _feed_page(lab: Lab, who: str, cursor: str) -> bytes:
    with lab.database.reading() as connection:
        head = feeds.heads(connection, [who])[who]
    return bytes(feed_call.page(lab, who, feeds.place(cursor, lab.epoch, head), MAX_PAGE).body)


def _own_page(lab: Lab, who: str, cursor: str) -> bytes:
    return bytes(results_call.own_page(lab, who, cursor, MAX_PAGE).body)


def _once(documents: Sequence[bytes]) -> list[bytes]:
    """Each once (two revisions open one envelope), as many as a bundle may list."""
    return list(dict.fromkeys(documents))[: file.MAX_DOCUMENTS]


def _review_page(lab: Lab, who: str, cursor: str) -> bytes:
    return bytes(leads_call.page(lab, who, cursor, MAX_PAGE).body)


def _openable(lab: Lab, who: str) -> list[str]:
    """Digests of her results on tasks with something sealed for her, the newest."""
    tasks = select(sealed.c.task).where(sealed.c.expert == who)
    hers = select(result.c.digest).where(result.c.expert == who, result.c.task.in_(tasks))
    with lab.database.reading() as connection:
        return list(connection.execute(hers.order_by(result.c.n.desc()).limit(MAX_OPENED)).scalars())


def _letter_receipts(lab: Lab, who: str) -> list[bytes]:
    wanted = select(letter.c.receipt).where(letter.c.author == who).order_by(letter.c.number.desc())
    with lab.database.reading() as connection:
        return [bytes(one) for one in connection.execute(wanted.limit(MAX_OPENED)).scalars()]


def _pages(lab: Lab, who: str, cursor: str, page: Page) -> list[tuple[str, bytes]]:
    """(cursor before, page) to the end; from the start when the cursor is of no use any more."""
    found: list[tuple[str, bytes]] = []
    while True:
        try:
            data = page(lab, who, cursor)
        except RefusedError as exc:
            if exc.code != "feed.reset" or not cursor:
                raise
            cursor = ""
            continue
        found.append((cursor, data))
        told = jsonio.loads(data, limit=len(data) + 1)
        if not told["more"]:
            return found
        cursor = told["next"]


def _items(pages: list[tuple[str, bytes]]) -> int:
    return sum(len(jsonio.loads(page, limit=len(page) + 1)["items"]) for _, page in pages)


def _blobs(lab: Lab, who: str, pages: list[bytes]) -> dict[str, bytes]:
    """What the assignments in these pages name and she may still fetch; packs first."""
    wanted: dict[str, int] = {}
    later: dict[str, int] = {}
    for page in pages:
        for item in jsonio.loads(page, limit=len(page) + 1)["items"]:
            if item["kind"] != "batch.assigned" or not item.get("document"):
                continue
            payload = jsonio.loads(unbase64(item["document"]["payload"], "signature.shape"))
            wanted |= {one["sha256"]: one["size"] for one in payload["packs"]}
            later |= {one["sha256"]: one["size"] for one in payload.get("attachments", ())}
    found: dict[str, bytes] = {}
    total = 0
    for sha256, size in [*wanted.items(), *later.items()]:
        with lab.database.reading() as connection:
            hers = serves(connection, who, sha256)
        if sha256 in found or not hers or (sha256 not in wanted and total + size > MAX_BLOB_BYTES):
            continue
        found[sha256] = lab.blobs.read(sha256)
        total += size
    return found
