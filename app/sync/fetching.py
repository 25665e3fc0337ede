"""Blobs by digest: fetched once, resumed at the byte where the last attempt broke off, checked before use."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from app.domain.ids import Digest
from app.errors import AssayError, Cancelled, OfflineError
from app.sync.ahead import Ahead
from app.sync.protocols import Blobs, Connector, Progress
from app.sync.seen import SeenFile

CHUNK = 1024 * 1024
"""What is stored at once of a long file."""
SHORT = 2 * 1024 * 1024
"""A file up to here comes whole before any of it is stored, and ahead of its turn."""
WITHOUT_PROGRESS = 3

Came = tuple[SeenFile, bytearray, AssayError | Cancelled | None]
"""A short file, what came of it, and why not all of it did."""


class Fetcher:
    """total: bytes over all that will be asked for, for the progress. To be closed when something was expected."""

    def __init__(
        self,
        blobs: Blobs,
        connector: Connector,
        progress: Progress,
        cancelled: Callable[[], bool],
        total: int,
    ) -> None:
        self._blobs = blobs
        self._connector = connector
        self._progress = progress
        self._cancelled = cancelled
        self._done = 0
        self._total = total
        self._expected: list[SeenFile] = []
        self._ahead: Ahead[Came] | None = None
        self._closed = False
        self._line = threading.Lock()

    def expect(self, files: Iterable[SeenFile]) -> None:
        """These will be asked for, in this order: while one is used, the next short one is on its way."""
        self._expected = [file for file in files if self._comes_whole(file)]
        self._ahead = Ahead(map(self._at_once, tuple(self._expected)))

    def close(self) -> None:
        self._closed = True
        if self._ahead is not None:
            self._ahead.close()

    def fetch(self, file: SeenFile) -> None:
        """Afterwards the blob is whole and its digest is right.

        Raises TrustError `blob.length`, `attachment.digest`, OfflineError, RefusedError, Cancelled; what came
        stays for the next attempt unless it was wrong.
        """
        sha256 = Digest(file.sha256)
        if self._blobs.complete(sha256):
            self._advance(file.size)
            return
        if self._comes_whole(file):
            self._blobs.put(sha256, bytes(self._taken(file)))
            self._advance(file.size)
        else:
            self._piecewise(sha256, file.size)
            self._blobs.finish(sha256)

    def whole(self, file: SeenFile) -> BinaryIO:
        """The bytes of a file that is read once, checked; a short one is not stored.

        Raises as `fetch` does.
        """
        if self._comes_whole(file):
            data = self._taken(file)
            if hashlib.sha256(data).hexdigest() == file.sha256:
                return io.BytesIO(data)
            self._keep(Digest(file.sha256), data, 0)
        self.fetch(file)
        return self._blobs.open(Digest(file.sha256))

    # Short files

    def _comes_whole(self, file: SeenFile) -> bool:
        return 0 < file.size <= SHORT and not self._blobs.have(Digest(file.sha256))

    def _taken(self, file: SeenFile) -> bytearray:
        """All of a short file; what came before a cut is kept."""
        found: Came | None = None
        while self._ahead is not None and file in self._expected and (found is None or found[0] != file):
            found = next(self._ahead)
            self._expected.remove(found[0])
        _, data, failure = found or self._at_once(file)
        if failure is None:
            return data
        if isinstance(failure, OfflineError | Cancelled):
            self._keep(Digest(file.sha256), data, 0)
        raise failure

    def _at_once(self, file: SeenFile) -> Came:
        """In any thread: it touches no store."""
        data, idle = bytearray(), 0
        while len(data) < file.size:
            start = len(data)
            try:
                with self._line:
                    for chunk in self._chunks(Digest(file.sha256), file.size, start):
                        data += chunk
            except OfflineError as exc:
                idle = 0 if len(data) > start else idle + 1
                if exc.code != "lab.cut" or idle >= WITHOUT_PROGRESS:
                    return file, data, exc
            except (AssayError, Cancelled) as exc:
                return file, data, exc
        return file, data, None

    # Long ones, and those begun before

    def _piecewise(self, sha256: Digest, size: int) -> None:
        if self._blobs.have(sha256) > size:
            self._blobs.drop(sha256)
        self._advance(self._blobs.have(sha256))
        idle = 0
        while (offset := self._blobs.have(sha256)) < size:
            try:
                with self._line:
                    self._pass(sha256, size, offset)
            except OfflineError as exc:
                idle = 0 if self._blobs.have(sha256) > offset else idle + 1
                if exc.code != "lab.cut" or idle >= WITHOUT_PROGRESS:
                    raise

    def _pass(self, sha256: Digest, size: int, offset: int) -> None:
        waiting = bytearray()
        try:
            for chunk in self._chunks(sha256, size, offset):
                waiting += chunk
                self._advance(len(chunk))
                if len(waiting) >= CHUNK:
                    offset = self._keep(sha256, waiting[:CHUNK], offset)
                    del waiting[:CHUNK]
        except (OfflineError, Cancelled):
            self._keep(sha256, waiting, offset)
            raise
        self._keep(sha256, waiting, offset)

    def _chunks(self, sha256: Digest, size: int, offset: int) -> Iterator[bytes]:
        for chunk in self._connector.fetch(sha256, size, offset):
            if self._closed or self._cancelled():
                raise Cancelled
            yield chunk

    def _keep(self, sha256: Digest, data: bytearray, offset: int) -> int:
        """Where the blob ends now."""
        return self._blobs.append(sha256, bytes(data), offset=offset) if data else offset

    def _advance(self, count: int) -> None:
        self._done += count
        self._progress(self._done, self._total, "files")
