"""The licence texts of everything that the package brings along, each in the words of its authors."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

TEXTS = ("licen", "copying", "notice", "authors")


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
    return classifiers[-1].rpartition(":: ")[2] if classifiers else "see its text"


def collect(target: Path) -> None:
    """Copy each distribution's licence files to `target`/<name> and list them all in `target`/INDEX.md."""
    target.mkdir(parents=True)
    lines = ["# Licences of what Assay brings along", ""]
    for distribution in shipped():
        name, version = distribution.metadata["Name"], distribution.version
        lines.append(f"- {name} {version}: {licence_of(distribution)}")
        for file in distribution.files or []:
            is_text = any(word in file.name.lower() for word in TEXTS) and file.suffix not in {".py", ".pyc"}
            if not is_text or not any(part.endswith(".dist-info") for part in file.parts):
                continue
            source = Path(str(file.locate()))
            if source.is_file():
                folder = target / name
                folder.mkdir(exist_ok=True)
                shutil.copyfile(source, folder / file.name)
    (target / "INDEX.md").write_text("\n".join([*lines, ""]), encoding="utf-8")
