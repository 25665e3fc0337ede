"""`sample`: the batches that ship with the program, a folder each.

batch.json (title, field, policy, warnings), guideline.md, tasks.jsonl (task lines), key.jsonl (judgements of ours).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.domain.batch import PolicyRef
from app.errors import InputError
from app.formats import plain
from app.formats.base import About, Format, Reading
from app.paths import resources
from app.wire import jsonio


@dataclass(frozen=True, slots=True)
class Sample:
    """name: `emergency-medicine`; language: `en` or `zh_TW`; tasks: how many; path: the folder."""

    name: str
    language: str
    title: str
    field: str
    tasks: int
    path: Path


def samples(folder: Path | None = None) -> list[Sample]:
    """Every shipped sample, by name and language."""
    root = folder if folder is not None else resources() / "samples"
    return list(_samples(root))


def _samples(root: Path) -> Iterator[Sample]:
    for meta in sorted(root.glob("*/*/batch.json")):
        about = _meta(meta.parent)
        count = sum(1 for line in (meta.parent / "tasks.jsonl").read_bytes().splitlines() if line.strip())
        yield Sample(
            meta.parent.parent.name, about["language"], about["title"], about["field"], count, meta.parent
        )


def sample(name: str, language: str = "en") -> Sample:
    """The sample of this name in a language, else in English. InputError if there is none."""
    found = {s.language: s for s in samples() if s.name == name}
    if not found:
        raise InputError(
            "sample.unknown",
            "There is no sample “{name}”.",
            params={"name": name, "known": ", ".join(sorted({s.name for s in samples()}))},
            hint="There are: {known}.",
        )
    return found.get(language) or found["en"]


def read_sample(path: Path, limit: int | None = None) -> Reading:
    from app.formats.reading import read

    about = _meta(path)
    reading = read(plain.FORMAT, path / "tasks.jsonl", limit=limit)
    reading.format = "sample"
    reading.about = About(
        about["title"],
        PolicyRef(about["scoring"]["policy"], about["scoring"]["version"]),
        about["field"],
        about["language"],
        (path / "guideline.md").read_text(encoding="utf-8"),
        tuple(about["warnings"]),
    )
    return reading


def key(path: Path) -> dict[str, dict[str, Any]]:
    """The author's own judgement of every task of a sample, by task id: for the demo and for practice."""
    found = (jsonio.loads(line) for line in (path / "key.jsonl").read_bytes().splitlines() if line.strip())
    return {entry["task"]: entry["judgement"] for entry in found}


def is_sample(path: Path) -> bool:
    return path.is_dir() and (path / "batch.json").is_file() and (path / "tasks.jsonl").is_file()


def _meta(folder: Path) -> dict[str, Any]:
    found = jsonio.loads((folder / "batch.json").read_bytes(), where="batch.json")
    if not isinstance(found, dict):
        raise InputError("sample.shape", "“{name}” is no sample.", params={"name": folder.name})
    return found


FORMAT = Format("sample", "a sample batch of this program: a folder with batch.json", read_folder=read_sample)
