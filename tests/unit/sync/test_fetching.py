"""Fetching with a source and a store in memory: resumed, bounded, never kept unchecked."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing

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

    def put(self, sha256: Digest, data: bytes) -> None:
        self.append(sha256, data, offset=0)
        self.finish(sha256)

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


SHORT = DATA[:1000]
SHORT_FILES = [SeenFile(f"{n}", hashlib.sha256(SHORT + bytes([n])).hexdigest(), 1001, 0) for n in range(3)]


class Shorts(Source):
    """Three short files; `wrong` comes with another last byte."""

    def __init__(self, cuts: Sequence[int] = (), wrong: int = -1) -> None:
        super().__init__(cuts=cuts)
        self.wrong = wrong
        self.names: list[str] = []

    def fetch(self, sha256: Digest, size: int, offset: int) -> Iterator[bytes]:
        (n,) = (n for n, file in enumerate(SHORT_FILES) if file.sha256 == sha256)
        self.names.append(f"{n}@{offset}")
        self.data = SHORT + bytes([9 if n == self.wrong else n])
        return super().fetch(sha256, size, offset)


def fetcher(source: Source, blobs: MemoryBlobs) -> Fetcher:
    return Fetcher(blobs, source, lambda *_: None, lambda: False, 0)


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


def test_what_is_read_once_is_stored_nowhere() -> None:
    source, blobs = Shorts(), MemoryBlobs()
    with closing(fetcher(source, blobs)) as found:
        found.expect(SHORT_FILES)
        for n, file in enumerate(SHORT_FILES):
            with found.whole(file) as stream:
                assert stream.read() == SHORT + bytes([n])
    assert (source.names, blobs.data) == (["0@0", "1@0", "2@0"], b"")


def test_what_was_expected_and_not_asked_for_is_passed_over() -> None:
    source, blobs = Shorts(), MemoryBlobs()
    with closing(fetcher(source, blobs)) as found:
        found.expect(SHORT_FILES)
        assert found.whole(SHORT_FILES[2]).read() == SHORT + bytes([2])
        assert found.whole(SHORT_FILES[0]).read() == SHORT + bytes([0])
    assert source.names == ["0@0", "1@0", "2@0", "0@0"]


def test_the_next_one_is_on_its_way_while_one_is_used() -> None:
    source, blobs = Shorts(), MemoryBlobs()
    asked = threading.Event()
    give = source.fetch

    def fetch(sha256: Digest, size: int, offset: int) -> Iterator[bytes]:
        if sha256 == SHORT_FILES[1].sha256:
            asked.set()
        return give(sha256, size, offset)

    source.fetch = fetch  # type: ignore[method-assign]
    with closing(fetcher(source, blobs)) as found:
        found.expect(SHORT_FILES)
        found.whole(SHORT_FILES[0])
        assert asked.wait(10)


def test_a_cut_of_a_short_one_goes_on_at_the_byte() -> None:
    source, blobs = Shorts(cuts=[400, 1]), MemoryBlobs()
    assert fetcher(source, blobs).whole(SHORT_FILES[1]).read() == SHORT + bytes([1])
    assert source.names == ["1@0", "1@400", "1@401"]
    assert blobs.data == b""


def test_what_came_of_a_short_one_is_kept_when_the_line_does_not_come_back() -> None:
    source, blobs = Shorts(cuts=[400, 0, 0, 0, 0]), MemoryBlobs()
    with closing(fetcher(source, blobs)) as found:
        found.expect(SHORT_FILES[:1])
        with pytest.raises(OfflineError):
            found.whole(SHORT_FILES[0])
    assert blobs.data == SHORT[:400]
    source.cuts = []
    assert fetcher(source, blobs).whole(SHORT_FILES[0]).read() == SHORT + bytes([0])
    assert source.names[-1] == "0@400"


def test_a_wrong_short_one_is_not_used_and_not_kept() -> None:
    source, blobs = Shorts(wrong=1), MemoryBlobs()
    with closing(fetcher(source, blobs)) as found:
        found.expect(SHORT_FILES)
        found.whole(SHORT_FILES[0])
        with pytest.raises(TrustError):
            found.whole(SHORT_FILES[1])
        assert blobs.data == b""
        assert found.whole(SHORT_FILES[2]).read() == SHORT + bytes([2])


def test_reading_ahead_ends_with_the_fetcher() -> None:
    source = Shorts()
    found = fetcher(source, MemoryBlobs())
    found.expect(SHORT_FILES)
    found.close()
    assert "assay-ahead" not in [thread.name for thread in threading.enumerate()]
    assert len(source.names) <= 2
