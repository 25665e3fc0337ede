"""Room kept in reserve: a file of zeros that is given back when the disk is full, so that one's last work is kept.

It is larger than the log of a day's work grows between two checkpoints. Made only where there is plenty of room.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from app.errors import StorageError
from app.storage import driver

SIZE = 16 << 20
PLENTY = 2 << 30


class Ballast:
    def __init__(self, folder: Path) -> None:
        self._path = folder / "ballast"

    @property
    def held(self) -> bool:
        return self._path.exists()

    def hold(self, size: int = SIZE, plenty: int = PLENTY) -> bool:
        """Reserve the room; False when there is not plenty, or the system cannot reserve. Never an error."""
        try:
            if self.held or shutil.disk_usage(self._path.parent).free < plenty:
                return self.held
            temp = self._path.with_suffix(".new")
            with open(temp, "wb") as out:
                os.posix_fallocate(out.fileno(), 0, size)
            os.replace(temp, self._path)
        except (OSError, AttributeError):
            return False
        return True

    def release(self) -> bool:
        """Give the room back, once. True when there was some."""
        try:
            self._path.unlink()
        except FileNotFoundError:
            return False
        except OSError as exc:
            raise driver.problem("storage.io", str(self._path)) from exc
        return True


def is_full(error: BaseException | None) -> bool:
    """Whether the disk had no room."""
    return isinstance(error, StorageError) and error.code == "storage.disk_full"
