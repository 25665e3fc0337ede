"""R8 for bundles: zip slip, symlinks, doubles, bombs, overlaps, forged sizes: refused whole, at once, by one error."""

from __future__ import annotations

import io
import random
import struct
import time
import zipfile
import zlib
from collections.abc import Callable

import pytest

from app.domain.ids import digest
from app.errors import TrustError
from app.wire import bundle as file
from app.wire import jsonio
from app.wire.bundle import MANIFEST, Bundle
from app.wire.signatures import KeySet, sign, verify
from tests.shared_data import security_zips
from tests.unit.wire.wire_fixtures import private_key

KEY = private_key(50)
KEYS = KeySet([KEY.public])
BLOB = b"a pack of tasks\n" * 40
NAME = digest(BLOB)
ABOUT = {
    "lab": "lab-a",
    "bundle": "x-1",
    "sender": "lab",
    "expert": "e-1",
    "issued": "2026-11-22T09:00:00.000Z",
}


def opened(data: bytes) -> file.Opened:
    return file.read(data, lambda document: verify(document, KEYS, Bundle.typ()))


def honest() -> bytes:
    return file.write(ABOUT, KEY, blobs={NAME: BLOB})


def manifest(**more: object) -> bytes:
    blobs = [{"size": len(BLOB), "sha256": NAME}]
    return sign(Bundle.typ(), jsonio.dumps({"v": 1, **ABOUT, "documents": [], "blobs": blobs, **more}), KEY)


def zipped(*entries: tuple[str, bytes], document: bytes | None = None, **info: object) -> bytes:
    """A zip with a good manifest and a good blob, and these entries beside them. info: set on those."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr(MANIFEST, document or manifest())
        target.writestr(f"blobs/{NAME}", BLOB)
        for name, data in entries:
            one = zipfile.ZipInfo(name)
            for key, value in info.items():
                setattr(one, key, value)
            target.writestr(one, data)
    return out.getvalue()


def patched(data: bytes, mark: bytes, offset: int, value: bytes, which: int = -1) -> bytes:
    """The bytes after the n-th of these marks, replaced."""
    places = [i for i in range(len(data)) if data.startswith(mark, i)]
    at = places[which] + offset
    return data[:at] + value + data[at + len(value) :]


def bomb() -> bytes:
    big = bytes(40_000_000)
    about = manifest(blobs=[{"size": len(big), "sha256": digest(big)}])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr(MANIFEST, about)
        target.writestr(f"blobs/{digest(big)}", big)
    return out.getvalue()


def overlapping(count: int = 500) -> bytes:
    """Every entry of the table of contents leads to the same packed bytes (Fifield, A better zip bomb, 2019)."""
    packed = zlib.compress(bytes(1_000_000), 9)[2:-4]
    crc = zlib.crc32(bytes(1_000_000))
    local = (
        struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, crc, len(packed), 1_000_000, 1, 0) + b"a" + packed
    )
    table = b"".join(
        struct.pack(
            "<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 0, crc, len(packed), 1_000_000, 1, 0, 0, 0, 0, 0, 0
        )
        + b"a"
        for _ in range(count)
    )
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(table), len(local), 0)
    return local + table + end


SLIPS = (
    "../x", "..\\x", "/x", "\\x", "C:\\x", "C:x", "//host/x", "\\\\host\\x", "a/../../x", "a\\..\\..\\x", "./x", "x/.",
    "x\0y", "x\n", "CON", "NUL.txt", "x.", "x ", "a:b", "~/x", "%2e%2e/x", "．．/x", "blobs/", "blobs//" + NAME,
    "blobs/../manifest.jws", "Manifest.jws", "MANIFEST.JWS", f"Blobs/{NAME}", f"blobs/{NAME.upper()}",
    f"blobs\\{NAME}", f"/blobs/{NAME}", f"blobs/{NAME} ", "documents/x.jws", "feed.jsonl", "own.jsonl", "é", "e\u0301",
    "\u202ex", "x" * 60_000, "",
)  # fmt: skip

BAD: dict[str, Callable[[], bytes]] = {
    **{f"a name: {name[:20]!r}": lambda name=name: zipped((name, b"x")) for name in SLIPS},  # type: ignore[misc]
    "a symlink": lambda: zipped(("x", b"/etc/passwd"), external_attr=0o120777 << 16),
    "a device": lambda: zipped(("x", b""), external_attr=0o020666 << 16),
    "a pipe": lambda: zipped(("x", b""), external_attr=0o010666 << 16),
    "the blob as a symlink": lambda: patched(zipped(), b"PK\1\2", 38, struct.pack("<L", 0o120777 << 16)),
    "a manifest twice": lambda: zipped(("manifest.jwz", manifest())).replace(
        b"manifest.jwz", b"manifest.jws"
    ),
    "a blob twice": lambda: zipped((f"blobz/{NAME}", BLOB)).replace(b"blobz/", b"blobs/"),
    "no manifest": lambda: zipped().replace(MANIFEST.encode(), b"manifest.jwt"),
    "a blob of other bytes": lambda: zipped().replace(b"a pack of", b"a sack of"),
    "a size that is not so": lambda: patched(zipped(), b"PK\1\2", 24, struct.pack("<L", 7)),
    "a size of four GB": lambda: patched(zipped(), b"PK\1\2", 24, struct.pack("<L", 0xFFFFFFFE)),
    "packed size beyond the file": lambda: patched(zipped(), b"PK\1\2", 20, struct.pack("<L", 0x7FFFFFFF)),
    "an offset into another": lambda: patched(zipped(), b"PK\1\2", 42, struct.pack("<L", 3)),
    "another name inside": lambda: patched(zipped(), b"PK\3\4", 30, b"globs"),
    "under a password": lambda: patched(zipped(), b"PK\1\2", 8, struct.pack("<H", 1)),
    "lzma": lambda: patched(zipped(), b"PK\1\2", 10, struct.pack("<H", 14)),
    "bzip2": lambda: patched(zipped(), b"PK\1\2", 10, struct.pack("<H", 12)),
    "unknown packing": lambda: patched(zipped(), b"PK\1\2", 10, struct.pack("<H", 99)),
    "a bomb": bomb,
    "an overlapping bomb": overlapping,
    "many entries": lambda: zipped(*((f"n{n}", b"") for n in range(17_000))),
    "a comment": lambda: zipped()[:-2] + struct.pack("<H", 5) + b"hello",
    "bytes before": lambda: b"#!/bin/sh\n" + zipped(),
    "bytes after": lambda: zipped() + b"\0",
    "two disks": lambda: patched(zipped(), b"PK\5\6", 4, struct.pack("<H", 1)),
    "zip64": lambda: patched(zipped(), b"PK\5\6", 8, struct.pack("<HH", 0xFFFF, 0xFFFF)),
    "cut in half": lambda: zipped()[: len(zipped()) // 2],
    "nothing": lambda: b"",
    "text": lambda: b"PK but no zip at all",
    "a manifest by a stranger": lambda: zipped(document=sign(Bundle.typ(), b'{"v":1}', private_key(99))),
    "a manifest that is no manifest": lambda: zipped(document=sign(Bundle.typ(), b'{"v":1}', KEY)),
    "a manifest of another kind": lambda: zipped(
        document=sign("application/vnd.assay.keys+json", b"{}", KEY)
    ),
    "a manifest that lists twice": lambda: zipped(
        document=manifest(blobs=[{"size": len(BLOB), "sha256": NAME}] * 2)
    ),
    "a manifest that lists a size": lambda: zipped(document=manifest(blobs=[{"size": 1, "sha256": NAME}])),
    "a manifest of a terabyte": lambda: zipped(document=manifest(blobs=[{"size": 2**40, "sha256": NAME}])),
    "a manifest of a later version": lambda: zipped(document=manifest(v=2)),
}


def refused(data: bytes) -> str:
    began = time.process_time()
    with pytest.raises(TrustError) as caught:
        opened(data)
    assert time.process_time() - began < 2
    assert caught.value.code.startswith(("bundle.", "signature."))
    return caught.value.code


def test_an_honest_one_opens() -> None:
    found = opened(honest())
    assert found.blobs == {NAME: BLOB}
    assert opened(zipped()).blobs == {NAME: BLOB}


@pytest.mark.parametrize("name", BAD)
def test_bad_bundles_are_refused_whole(name: str) -> None:
    refused(BAD[name]())


def test_archives_of_others_are_refused() -> None:
    for data in security_zips():
        refused(data)


def test_no_mutation_is_taken_for_the_whole() -> None:
    """Anywhere in the zip a byte changed: the same content, or one documented error."""
    whole = honest()
    content = opened(whole)
    chance = random.Random(20261101)
    for _ in range(1500):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            found = opened(bytes(data))
        except TrustError:
            continue
        assert (found.manifest, found.blobs) == (content.manifest, content.blobs)
