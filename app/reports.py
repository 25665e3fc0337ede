"""A redacted report of a bug: places in our code and kinds of errors; never a value or a task's text."""

from __future__ import annotations

import os
import platform
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

from app.paths import Home, default_home


def redacted(error: BaseException) -> str:
    """Type names and code places, newest last; messages and variables are left out."""
    lines = [f"Assay on Python {platform.python_version()}, {sys.platform}"]
    current: BaseException | None = error
    while current is not None:
        lines.append(f"{type(current).__module__}.{type(current).__qualname__}")
        lines += [
            f"  {Path(frame.filename).name}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(current.__traceback__)
        ]
        current = current.__cause__ or current.__context__
    return "\n".join(lines) + "\n"


def write_report(home: Path | None, error: BaseException) -> Path:
    """Write the report into the home's `reports` folder (0600) and return its path."""
    folder = (Home(home) if home else default_home()).reports
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}.txt"
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "w", encoding="utf-8") as out:
        out.write(redacted(error))
    return path
