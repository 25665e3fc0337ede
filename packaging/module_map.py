"""docs/module-map.md: every module and the first sentence of what it says of itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import tracked

ROOMS = ("app", "ui", "lab", "cli", "benchmarks", "packaging")


def first_sentence(path: Path) -> str:
    """The first paragraph of a module's docstring on one line; a dash where there is none."""
    text = ast.get_docstring(ast.parse(path.read_bytes(), str(path))) or ""
    return " ".join(text.split("\n\n")[0].split()).replace("|", "\\|") or "–"


def rows(root: Path, files: list[Path], room: str) -> Iterator[str]:
    """A table row for each module of `room`; empty package files are left out."""
    for path in files:
        if path.parts[0] != room or path.suffix != ".py":
            continue
        sentence = first_sentence(root / path)
        if path.name == "__init__.py" and sentence == "–":
            continue
        yield f"| `{path.as_posix()}` | {sentence} |"


def module_map(root: Path = tracked.ROOT) -> str:
    """The whole page as Markdown."""
    files = tracked.files(root)
    parts = ["# Module map", "", "Made by `make docs` from the modules' own first sentences.", ""]
    for room in ROOMS:
        parts += [f"## {room}", "", "| module | what it is |", "|---|---|", *rows(root, files, room), ""]
    return "\n".join(parts)
