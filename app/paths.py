"""Where things live: the person's home of Assay, and the resources that ship with the program."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Home:
    """The folder with everything that Assay keeps for one person (mode 0700).

    app.json                  what precedes unlocking: opaque lab ids, appearance, language, keys
    labs/<opaque id>/         one encrypted workspace a lab
    reports/                  redacted crash reports
    """

    root: Path

    @property
    def app_json(self) -> Path:
        return self.root / "app.json"

    @property
    def labs(self) -> Path:
        return self.root / "labs"

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    def ensure(self) -> Home:
        for folder in (self.root, self.labs):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self


def default_home() -> Home:
    """`ASSAY_HOME`, else the platform's data folder."""
    chosen = os.environ.get("ASSAY_HOME")
    if chosen:
        return Home(Path(chosen).expanduser().absolute())
    from platformdirs import user_data_path

    return Home(user_data_path("assay", appauthor=False))


def import_path() -> dict[str, str]:
    """For the environment of a process that is this very program, run by the interpreter with `-P`: our own code comes
    first, whatever lies in the folder one works in. Nothing where the program is frozen and holds its code itself."""
    if getattr(sys, "frozen", False):
        return {}
    own = str(Path(__file__).resolve().parent.parent)
    return {"PYTHONPATH": os.pathsep.join(filter(None, (own, os.environ.get("PYTHONPATH"))))}


def resources() -> Path:
    """The folder `resources/`, in the source tree, a wheel or a PyInstaller folder."""
    bundled = getattr(sys, "_MEIPASS", None)
    base = Path(bundled) if bundled else Path(__file__).resolve().parent.parent
    return base / "resources"
