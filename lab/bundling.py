"""Bundles out of the lab: news, work, receipts, openings and drafts for one expert in a file. The same rooms as the
calls.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from app.errors import InputError, RefusedError
from app.wire import age, jsonio
from app.wire import bundle as file
from app.wire.protocol import MAX_PAGE
from app.wire.signatures import unbase64
from lab import cases, drafts, feeds, keylist, people, tables
from lab import devices as registered
from lab.calls import feed as feed_call
from lab.calls import leads as leads_call
from lab.calls import results as results_call
from lab.claiming import serves
from lab.files import write_durably
from lab.lab import Lab
from lab.tables import device, result
from lab.tables_devices import bundle_seen, device_age
from lab.tables_leads import letter, sealed

SUFFIX = ".assay-bundle"
MAX_OPENED = 4000
"""Results whose envelopes are opened in one bundle, the newest; so many receipts of letters too."""
MAX_BLOB_BYTES = 700 << 20
"""Attachments beyond this wait for the network; tasks always go."""


@dataclass(frozen=True, slots=True)
class Written:
    path: Path
    news: int
    receipts: int
    blobs: int


def export(lab: Lab, expert: str, folder: Path, *, from_start: bool = False) -> Written:
    """News, packs, attachments, receipts, openings and the newest drafts of all her devices into a file that only these
    can open; with her registration, which a device that asked by file joins with. For a lead her review feed too.

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
    own_drafts = _pages(lab, who, "", _drafts_page)
    blobs = _blobs(lab, who, [page for _, page in (*news, *review)])
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
        drafts=file.lines([(after, page) for after, page in own_drafts]),
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


def _drafts_page(lab: Lab, who: str, cursor: str) -> bytes:
    return drafts.page(lab, who, "", cursor, MAX_PAGE)


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
    """What the assignments and the tasks to read in these pages name and she may still fetch; packs first."""
    wanted: dict[str, int] = {}
    later: dict[str, int] = {}
    for page in pages:
        for item in jsonio.loads(page, limit=len(page) + 1)["items"]:
            if item["kind"] == "review.task":
                later |= {
                    one["sha256"]: one["size"] for one in jsonio.loads(item["line"]).get("attachments", ())
                }
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
