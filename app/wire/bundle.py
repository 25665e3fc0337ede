"""A bundle: one signed, age-encrypted zip that carries an exchange over a stick, a share or a mail.

    manifest.jws             the signed list of everything else: its only table of contents
    feed.jsonl               {"after": cursor, "page": FeedPage}, a page a line, as GET /v1/feed would answer
    own.jsonl                {"after": cursor, "page": OwnResults}, as GET /v1/results would answer
    review.jsonl             {"after": cursor, "page": ReviewPage}, for a lead, as GET /v1/review-feed would answer
    drafts.jsonl             {"after": cursor, "page": OwnDrafts}, of all her devices: who reads it passes over its own
    documents/<sha256>.jws   signed documents by the digest of their bytes: results, letters and drafts on their way to
                             the lab, a newcomer's enrolment; her registration, openings, receipts of letters from it
    blobs/<sha256>           packs and attachments

Nothing is ever extracted by a path: entries that the manifest names are read into memory under their caps, and a
zip that holds anything else, or holds anything twice, is refused whole.
"""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from app.domain.ids import digest
from app.errors import AssayError, InputError, TrustError
from app.wire import jsonio
from app.wire.devices import Jwk
from app.wire.models import Document, Id, Jws, Model, Sha256, Short, Size, Time, parse
from app.wire.protocol import Outcome
from app.wire.signatures import MAX_DOCUMENT, PrivateKey, Verified, members, sign, unbase64
from app.zips import ZIP_ERRORS

MANIFEST, FEED, OWN = "manifest.jws", "feed.jsonl", "own.jsonl"
REVIEW, DRAFTS = "review.jsonl", "drafts.jsonl"
MAX_FILE = 1 << 30
MAX_TOTAL = 1 << 30
MAX_ENTRIES = 16_000
MAX_DIRECTORY = 4 << 20
MAX_DOCUMENTS = 10_000
MAX_BLOBS = 3_000
MAX_RENEWALS = 1_000
MAX_RATIO = 250
"""Unpacked bytes for each packed one, over an entry of more than a page; text of ours reaches about 20."""
_PAGE = 4096
_EOCD = struct.Struct("<4s4H2LH")
_LOCAL = 30
_REGULAR, _KIND = 0o100000, 0o170000


class BundleFile(Model):
    size: Size
    sha256: Sha256


class Bundle(Document):
    """The manifest. sender: whose key signed it, the lab's or a device's of the expert; a newcomer's is one that the
    lab does not know yet: it brings its `jwk` and one enrolment, and names neither lab nor expert.

    keys: every version of the lab's key list, as in `WellKnown` (from the lab). recipient: the sender's age recipient.
    cursor, own_cursor, review_cursor: up to where the sender (an expert) has the feed, her own results and, as a lead,
    the review feed. renew: assignments for which the expert asks a longer lease. outcomes: of results and letters that
    the lab refused since.
    """

    NAME: ClassVar[str] = "bundle"
    lab: Id | None = None
    bundle: Id
    sender: Literal["lab", "expert", "newcomer"]
    expert: Id | None = None
    jwk: Jwk | None = None
    issued: Time
    recipient: Short | None = None
    keys: list[Annotated[list[Jws], Field(min_length=1, max_length=2)]] = Field(default_factory=list)
    cursor: Short = ""
    own_cursor: Short = ""
    review_cursor: Short = ""
    feed: BundleFile | None = None
    own: BundleFile | None = None
    review: BundleFile | None = None
    drafts: BundleFile | None = None
    renew: Annotated[list[Id], Field(max_length=MAX_RENEWALS)] = Field(default_factory=list)
    documents: Annotated[list[Sha256], Field(max_length=MAX_DOCUMENTS)] = Field(default_factory=list)
    blobs: Annotated[list[BundleFile], Field(max_length=MAX_BLOBS)] = Field(default_factory=list)
    outcomes: Annotated[list[Outcome], Field(max_length=1000)] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Opened:
    """A bundle whose entries are all those of its manifest, which was verified."""

    manifest: Bundle
    document: bytes
    feed: bytes = b""
    own: bytes = b""
    review: bytes = b""
    drafts: bytes = b""
    documents: tuple[bytes, ...] = ()
    blobs: Mapping[str, bytes] = field(default_factory=dict)


def write(
    about: Mapping[str, object],
    key: PrivateKey,
    *,
    feed: bytes = b"",
    own: bytes = b"",
    review: bytes = b"",
    drafts: bytes = b"",
    documents: Sequence[bytes] = (),
    blobs: Mapping[str, bytes] | None = None,
) -> bytes:
    """The zip (not yet encrypted). about: the manifest without what lists the entries.

    Raises InputError `bundle.long` when it would be over the caps of who reads it.
    """
    blobs = blobs or {}
    entries: dict[str, bytes] = {f"blobs/{name}": data for name, data in blobs.items()}
    payload: dict[str, object] = {"v": 1, **about}
    for name, data in ((FEED, feed), (OWN, own), (REVIEW, review), (DRAFTS, drafts)):
        if data:
            payload[name.partition(".")[0]] = {"size": len(data), "sha256": digest(data)}
            entries[name] = data
    names = [digest(d) for d in documents]
    entries |= {f"documents/{name}.jws": d for name, d in zip(names, documents, strict=True)}
    payload["documents"] = names
    payload["blobs"] = [{"size": len(data), "sha256": name} for name, data in blobs.items()]
    total = sum(map(len, entries.values()))
    if len(names) > MAX_DOCUMENTS or len(blobs) > MAX_BLOBS or total > MAX_TOTAL:
        raise InputError("bundle.long", "This is more than one bundle may carry.")
    entries[MANIFEST] = sign(Bundle.typ(), jsonio.dumps(payload), key)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", allowZip64=False) as file:
        for name, data in entries.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = (_REGULAR | 0o600) << 16
            packed = len(zlib.compress(data, 6))
            worth = packed < len(data) <= max(_PAGE, packed * MAX_RATIO // 2)
            info.compress_type = zipfile.ZIP_DEFLATED if worth else zipfile.ZIP_STORED
            file.writestr(info, data)
    return out.getvalue()


def claimed(document: bytes) -> Bundle:
    """What a manifest says, before its signature was looked at. Raises TrustError `bundle.manifest`."""
    return _manifest(unbase64(members(document)["payload"], "signature.shape"))


def newcomer_jwk(payload: bytes) -> dict[str, Any]:
    """The public key inside a newcomer's manifest, for `signatures.self_signed`. Raises TrustError."""
    found = _manifest(payload).jwk
    if found is None:
        raise _bad("manifest", "Its manifest names no key.")
    return found.model_dump(exclude_none=True)


def _manifest(payload: bytes) -> Bundle:
    try:
        return parse(Bundle, payload)
    except InputError as exc:
        raise _bad("manifest", "Its manifest does not have its shape: {what}", exc) from None


def read(data: bytes, verify_manifest: Callable[[bytes], Verified]) -> Opened:
    """Open a decrypted bundle. verify_manifest: the verified manifest of its document, or TrustError.

    Raises TrustError `bundle.zip | names | size | digest | manifest`, and what verifying raises. Nothing is written.
    """
    if len(data) > MAX_FILE:
        raise _bad("size", "It is longer than a bundle may be.")
    try:
        return _read(data, verify_manifest)
    except ZIP_ERRORS:  # TrustError and InputError are none of these
        raise _bad("zip", "It is no whole zip file.") from None


def _read(data: bytes, verify_manifest: Callable[[bytes], Verified]) -> Opened:
    _check_end(data)
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        entries = _entries(file)
        if MANIFEST not in entries:
            raise _bad("manifest", "It has no manifest.")
        document = _bytes(file, entries[MANIFEST], MAX_DOCUMENT)
        manifest = _manifest(verify_manifest(document).payload)
        wanted = _wanted(manifest)
        if set(entries) != {MANIFEST, *wanted}:
            raise _bad("names", "It holds other files than its manifest lists.")
        if sum(size for size, _ in wanted.values() if size is not None) > MAX_TOTAL:
            raise _bad("size", "It holds more than a bundle may.")
        found = {name: _checked(file, entries[name], size, sha) for name, (size, sha) in wanted.items()}
    return Opened(
        manifest,
        document,
        found.get(FEED, b""),
        found.get(OWN, b""),
        found.get(REVIEW, b""),
        found.get(DRAFTS, b""),
        tuple(found[f"documents/{name}.jws"] for name in manifest.documents),
        {blob.sha256: found[f"blobs/{blob.sha256}"] for blob in manifest.blobs},
    )


def _check_end(data: bytes) -> None:
    """The end record, before a reader builds lists from it: one disk, no Zip64, a small table of contents."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if at < 0 or at + _EOCD.size > len(data):
        raise _bad("zip", "It is no whole zip file.")
    _, disk, first, here, total, size, start, comment = _EOCD.unpack_from(data, at)
    if (disk, first, comment) != (0, 0, 0) or here != total or at + _EOCD.size != len(data):
        raise _bad("zip", "It is no plain zip file.")
    if total > MAX_ENTRIES or size > MAX_DIRECTORY or start + size != at:
        raise _bad("size", "Its table of contents is longer than a bundle's may be.")


def _entries(file: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Entries by name: each once, regular, packed in a way of ours, and none over another."""
    found: dict[str, zipfile.ZipInfo] = {}
    end = 0
    for info in sorted(file.infolist(), key=lambda i: i.header_offset):
        name = info.orig_filename
        kind = (info.external_attr >> 16) & _KIND
        if name != info.filename or name in found or kind not in (0, _REGULAR) or info.flag_bits & 0x1:
            raise _bad("names", "It holds a file twice, or something that is no plain file.")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _bad("zip", "It is packed in a way that is not used here.")
        if info.header_offset < end:
            raise _bad("zip", "Its files lie over one another.")
        end = info.header_offset + _LOCAL + len(name.encode()) + info.compress_size
        if info.file_size > max(_PAGE, info.compress_size * MAX_RATIO):
            raise _bad("size", "It unpacks to more than it should.")
        found[name] = info
    if end > file.start_dir:
        raise _bad("zip", "Its files lie over one another.")
    if sum(info.file_size for info in found.values()) > MAX_TOTAL:
        raise _bad("size", "It holds more than a bundle may.")
    return found


def _wanted(manifest: Bundle) -> dict[str, tuple[int | None, str]]:
    """Size (None: a document's) and SHA-256 of each entry that the manifest names."""
    found: dict[str, tuple[int | None, str]] = {
        f"blobs/{one.sha256}": (one.size, one.sha256) for one in manifest.blobs
    }
    found |= {f"documents/{name}.jws": (None, name) for name in manifest.documents}
    lists = {FEED: manifest.feed, OWN: manifest.own, REVIEW: manifest.review, DRAFTS: manifest.drafts}
    found |= {name: (one.size, one.sha256) for name, one in lists.items() if one is not None}
    if len(found) != len(manifest.blobs) + len(manifest.documents) + sum(map(bool, lists.values())):
        raise _bad("names", "Its manifest lists a file twice.")
    return found


def _checked(file: zipfile.ZipFile, info: zipfile.ZipInfo, size: int | None, sha256: str) -> bytes:
    found = _bytes(file, info, MAX_DOCUMENT if size is None else size)
    if (size is not None and len(found) != size) or digest(found) != sha256:
        raise _bad("digest", "A file in it is not the one that its manifest lists.")
    return found


def _bytes(file: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    with file.open(info) as stream:
        found = stream.read(limit + 1)
    if len(found) > limit:
        raise _bad("size", "A file in it is longer than it should be.")
    return found


def lines(pages: Iterable[tuple[str, bytes]]) -> bytes:
    """One of the lists of pages, from (cursor before, page as JSON)."""
    return b"".join(
        b'{"after":' + json.dumps(after).encode() + b',"page":' + page + b"}\n" for after, page in pages
    )


def _bad(code: str, message: str, what: AssayError | None = None) -> TrustError:
    why = InputError(f"bundle.{code}", message, params={"what": what} if what else {})
    return TrustError(
        why.code,
        "This bundle cannot be trusted: {what}",
        hint="Nothing of it was used. Ask whoever made it for a new one.",
        params={"what": why},
    )
