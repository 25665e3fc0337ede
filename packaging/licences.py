"""The licence texts of everything that the package brings along, each in the words of its authors."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

TEXTS = ("licen", "copying", "notice", "authors")
FOLDER = Path(__file__).resolve().parent / "texts"
# Wheels that state a licence but leave out its text. (LGPL-3.0 is written as additions to GPL-3.0.)
WITHOUT_TEXT = {
    "PySide6_Essentials": ("LGPL-3.0.txt", "GPL-3.0.txt"),
    "shiboken6": ("LGPL-3.0.txt", "GPL-3.0.txt"),
    "latex2mathml": ("latex2mathml-MIT.txt",),
    "obstore": ("obstore-MIT.txt",),
}


def shipped(root: str = "assay") -> list[metadata.Distribution]:
    """The distributions that `root` needs to run on this machine, by name, itself left out."""
    found: dict[str, metadata.Distribution] = {}
    waiting = list(required(metadata.distribution(root)))
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found[name] = metadata.distribution(name)
        waiting += required(found[name])
    return [found[name] for name in sorted(found)]


def required(distribution: metadata.Distribution) -> Iterator[str]:
    """Names that `distribution` requires here, without its extras."""
    for line in distribution.requires or []:
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield requirement.name.lower().replace("_", "-")


def licence_of(distribution: metadata.Distribution) -> str:
    """The licence as its metadata states it: the SPDX expression, else the field, else the classifier."""
    about = distribution.metadata
    classifiers = [line for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    stated = next((about[field] for field in ("License-Expression", "License") if field in about), "")
    if stated and "\n" not in stated.strip():
        return stated.strip()
    return classifiers[-1].rpartition(":: ")[2] if classifiers else "as its text says"


def texts_of(distribution: metadata.Distribution) -> Iterator[Path]:
    """The licence files that `distribution` was installed with."""
    for file in distribution.files or []:
        folders = [n for n, part in enumerate(file.parts) if part.endswith(".dist-info")]
        # Texts in a folder `licenses` may have any name.
        named = [part.lower() for part in file.parts[folders[0] + 1 :]] if folders else []
        is_text = any(word in part for part in named for word in TEXTS)
        if is_text and file.suffix not in {".py", ".pyc"}:
            source = Path(str(file.locate()))
            if source.is_file():
                yield source


def collect(target: Path) -> None:
    """Copy each distribution's licence files to `target`/<name> and list them all in `target`/INDEX.md."""
    target.mkdir(parents=True)
    lines = ["# Licences of what Assay brings along", ""]
    for distribution in shipped():
        name, version = distribution.metadata["Name"], distribution.version
        lines.append(f"- {name} {version}: {licence_of(distribution)}")
        folder = target / name
        folder.mkdir()
        for source in [*texts_of(distribution), *(FOLDER / text for text in WITHOUT_TEXT.get(name, ()))]:
            shutil.copyfile(source, folder / source.name)
    (target / "INDEX.md").write_text("\n".join([*lines, ""]), encoding="utf-8")
