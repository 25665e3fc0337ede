"""Blobs by digest: fetched once, resumed at the byte where the last attempt broke off, checked before use."""

from __future__ import annotations

from collections.abc import Callable

from app.domain.ids import Digest
from app.errors import Cancelled, OfflineError
from app.sync.protocols import Blobs, Connector, Progress
from app.sync.seen import SeenFile

CHUNK = 128 * 1024
WITHOUT_PROGRESS = 3


class Fetcher:
    """total: bytes over all that will be asked for, for the progress."""

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

    def fetch(self, file: SeenFile) -> None:
        """Afterwards the blob is whole and its digest is right.

        Raises TrustError `blob.length`, `attachment.digest`, OfflineError, RefusedError, Cancelled; what came
        stays for the next attempt unless it was wrong.
        """
        sha256 = Digest(file.sha256)
        if self._blobs.complete(sha256):
            self._advance(file.size)
            return
        if self._blobs.have(sha256) > file.size:
            self._blobs.drop(sha256)
        self._advance(self._blobs.have(sha256))
        idle = 0
        while (offset := self._blobs.have(sha256)) < file.size:
            try:
                self._pass(sha256, file.size, offset)
            except OfflineError as exc:
                idle = 0 if self._blobs.have(sha256) > offset else idle + 1
                if exc.code != "lab.cut" or idle >= WITHOUT_PROGRESS:
                    raise
        self._blobs.finish(sha256)

    def _pass(self, sha256: Digest, size: int, offset: int) -> None:
        waiting = bytearray()
        try:
            for chunk in self._connector.fetch(sha256, size, offset):
                if self._cancelled():
                    raise Cancelled
                waiting += chunk
                if len(waiting) >= CHUNK:
                    offset = self._keep(sha256, waiting, offset, len(waiting) // CHUNK * CHUNK)
        except (OfflineError, Cancelled):
            self._keep(sha256, waiting, offset, len(waiting))
            raise
        self._keep(sha256, waiting, offset, len(waiting))

    def _keep(self, sha256: Digest, waiting: bytearray, offset: int, count: int) -> int:
        if count:
            self._blobs.append(sha256, bytes(waiting[:count]), offset=offset)
            del waiting[:count]
            self._advance(count)
        return offset + count

    def _advance(self, count: int) -> None:
        self._done += count
        self._progress(self._done, self._total, "files")
