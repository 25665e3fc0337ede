"""Fetching with a source and a store in memory: resumed, bounded, never kept unchecked."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence

import pytest

from app.domain.ids import Digest
from app.errors import Cancelled, OfflineError, TrustError
from app.sync.fetching import Fetcher
from app.sync.protocols import FeedReply, NotModified
from app.sync.seen import SeenFile
from app.wire.protocol import ClaimReply, ResultsReply, WellKnown

DATA = bytes(range(256)) * 2000
SHA = Digest(hashlib.sha256(DATA).hexdigest())
FILE = SeenFile("x", SHA, len(DATA), 0)


class MemoryBlobs:
    def __init__(self) -> None:
        self.data = bytearray()
        self.whole = False

    def have(self, sha256: Digest) -> int:
        return len(self.data)

    def complete(self, sha256: Digest) -> bool:
        return self.whole

    def append(self, sha256: Digest, data: bytes, *, offset: int) -> int:
        assert offset == len(self.data)
        self.data += data
        return len(self.data)

    def finish(self, sha256: Digest) -> None:
        if hashlib.sha256(self.data).hexdigest() != sha256:
            self.data.clear()
            raise TrustError("attachment.digest", "Wrong.")
        self.whole = True

    def open(self, sha256: Digest) -> io.BytesIO:
        return io.BytesIO(self.data)

    def drop(self, sha256: Digest) -> None:
        self.data.clear()


class Source:
    """Sends chunks, and breaks off after as many bytes as `cuts` says, in turn."""

    blob_origins: frozenset[str] = frozenset()

    def __init__(self, data: bytes = DATA, cuts: Sequence[int] = (), code: str = "lab.cut") -> None:
        self.data, self.cuts, self.code = data, list(cuts), code
        self.asked: list[int] = []

    def fetch(self, sha256: Digest, size: int, offset: int) -> Iterator[bytes]:
        self.asked.append(offset)
        end = offset + self.cuts.pop(0) if self.cuts else len(self.data)
        for start in range(offset, min(end, len(self.data)), 10_000):
            yield self.data[start : min(start + 10_000, end)]
        if end < len(self.data):
            raise OfflineError(self.code, "Away.")

    def well_known(self) -> WellKnown:
        raise AssertionError

    def feed(self, cursor: str | None, etag: str | None, limit: int = 100) -> FeedReply | NotModified:
        raise AssertionError

    def push(self, documents: Sequence[bytes]) -> ResultsReply:
        raise AssertionError

    def missing(self, digests: Sequence[str]) -> list[str]:
        raise AssertionError

    def claim(self, tasks: int, skills: Sequence[str] = (), key: str | None = None) -> ClaimReply:
        raise AssertionError


def fetch(source: Source, blobs: MemoryBlobs, cancelled: bool = False) -> list[int]:
    seen: list[int] = []
    Fetcher(blobs, source, lambda done, total, what: seen.append(done), lambda: cancelled, len(DATA)).fetch(
        FILE
    )
    return seen


def test_whole_in_one_go() -> None:
    source, blobs = Source(), MemoryBlobs()
    assert fetch(source, blobs)[-1] == len(DATA)
    assert (blobs.whole, source.asked) == (True, [0])
    assert fetch(source, blobs) == [len(DATA)]
    assert source.asked == [0]


def test_goes_on_at_the_byte() -> None:
    source, blobs = Source(cuts=[130_001, 1, 9_999]), MemoryBlobs()
    fetch(source, blobs)
    assert source.asked == [0, 130_001, 130_002, 140_001]
    assert blobs.data == DATA


def test_gives_up_without_progress() -> None:
    source = Source(cuts=[5, 0, 0, 0, 0])
    with pytest.raises(OfflineError):
        fetch(source, MemoryBlobs())
    assert source.asked == [0, 5, 5, 5]


@pytest.mark.parametrize("code", ["lab.slow", "lab.busy", "lab.not_a_lab"])
def test_what_came_is_kept_when_the_lab_is_away(code: str) -> None:
    source, blobs = Source(cuts=[42_000], code=code), MemoryBlobs()
    with pytest.raises(OfflineError):
        fetch(source, blobs)
    assert len(blobs.data) == 42_000


def test_cancelling_keeps_what_came() -> None:
    blobs = MemoryBlobs()
    with pytest.raises(Cancelled):
        fetch(Source(), blobs, cancelled=True)
    assert not blobs.whole


def test_wrong_bytes_are_not_kept() -> None:
    blobs = MemoryBlobs()
    with pytest.raises(TrustError):
        fetch(Source(DATA[:-1] + b"!"), blobs)
    assert blobs.data == b""


def test_more_than_there_can_be_begins_anew() -> None:
    blobs = MemoryBlobs()
    blobs.data += DATA + b"more"
    fetch(Source(), blobs)
    assert blobs.data == DATA
