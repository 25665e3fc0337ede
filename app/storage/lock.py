"""One writer a workspace: a lock held by the operating system, gone with the process that held it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from app.storage.driver import problem


class FileLock:
    """Held from construction to `release`. StorageError `storage.in_use` when someone else holds it."""

    def __init__(self, path: Path) -> None:
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as exc:
            raise problem("storage.io", str(path)) from exc
        try:
            _lock(self._fd)
        except OSError as exc:
            os.close(self._fd)
            self._fd = -1
            raise problem("storage.in_use", str(path)) from exc

    def release(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


if sys.platform == "win32":
    import msvcrt

    def _lock(fd: int) -> None:
        msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(fd: int) -> None:
        # flock, not POSIX record locks: those vanish when any descriptor of the file is closed.
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
