"""What precedes unlocking: appearance, language, keys and which lab was open last (`app.json`).

Nothing in it tells what a person works on: a lab appears by its opaque folder name only.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from app.errors import InputError, StorageError

APPEARANCES = ("system", "light", "dark", "hc-light", "hc-dark")
BREAKS = (0, 25, 50)
LANGUAGES = ("system", "en", "zh_TW", "zh_CN")


@dataclass(frozen=True, slots=True)
class Settings:
    """break_minutes: of work before a reminder, 0 = never. by_criterion: one criterion across all responses first.

    scale: text size, 1.0 to 2.0. idle_lock_s: seconds without input before the lock, 0 = never.

    salt: hexadecimal; names the labs' folders.
    """

    appearance: str = "system"
    language: str = "system"
    scale: float = 1.0
    reduce_motion: bool = False
    keys: dict[str, list[str]] = field(default_factory=dict)
    idle_lock_s: int = 300
    hide_score: bool = False
    by_criterion: bool = False
    break_minutes: int = 0
    metered: bool = False
    salt: str = ""
    last_lab: str = ""
    window: dict[str, Any] = field(default_factory=dict)

    def checked(self) -> Settings:
        if self.appearance not in APPEARANCES:
            raise InputError(
                "settings.appearance",
                "The appearance “{value}” is not known.",
                params={"value": self.appearance},
            )
        if self.language not in LANGUAGES:
            raise InputError(
                "settings.language", "The language “{value}” is not known.", params={"value": self.language}
            )
        if self.break_minutes not in BREAKS:
            raise InputError(
                "settings.breaks",
                "Reminders come after 25 or 50 minutes, or never (0).",
            )
        if not 1.0 <= self.scale <= 2.0:
            raise InputError("settings.scale", "The text size must be between 100 % and 200 %.")
        return self


class SettingsFile:
    """Reads and writes `app.json`: temporary file, fsync, rename, fsync of the folder."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> Settings:
        try:
            raw = self._path.read_bytes()
        except FileNotFoundError:
            return Settings()
        except OSError as exc:
            raise StorageError(
                "settings.read",
                "The settings file cannot be read.",
                hint="Your work is not in it. Check the folder's permissions.",
                where=str(self._path),
            ) from exc
        try:
            data = json.loads(raw)
            known = {k: v for k, v in data.items() if k in Settings.__slots__}
            return Settings(**known).checked()
        except (ValueError, TypeError, AttributeError, InputError) as exc:
            raise StorageError(
                "settings.damaged",
                "The settings file is damaged.",
                hint="Your work is safe in its workspace. Move the file away and start again.",
                where=str(self._path),
            ) from exc

    def save(self, settings: Settings) -> None:
        settings.checked()
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temp = self._path.with_suffix(".tmp")
        try:
            with open(temp, "w", encoding="utf-8") as out:
                json.dump(asdict(settings), out, ensure_ascii=False, indent=1)
                out.flush()
                os.fsync(out.fileno())
            os.replace(temp, self._path)
            fsync_folder(self._path.parent)
        except OSError as exc:
            raise StorageError(
                "settings.write",
                "The settings could not be kept.",
                hint="The disk may be full. Your work is safe in its workspace.",
                where=str(self._path),
            ) from exc

    def change(self, **changes: Any) -> Settings:
        new = replace(self.load(), **changes).checked()
        self.save(new)
        return new


def fsync_folder(folder: Path) -> None:
    """Make a rename durable. A no-op on Windows, where folders cannot be opened."""
    if os.name == "nt":
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
