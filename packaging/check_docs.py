"""Generated documents are what their generators make today; `--write` makes them so.

A generator is a function without arguments that returns the text of one file, or {file name: text} of a
folder. A path that ends in "/" is a folder, and files in it that no generator makes are named too.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import tracked

Generator = Callable[[], str | Mapping[str, str]]
GENERATORS = {
    "docs/cli.md": "generated:command_line",
    "docs/formats.md": "generated:formats_page",
    "docs/keys.md": "generated:keys_page",
    "docs/module-map.md": "module_map:module_map",
    "resources/schemas/": "generated:schemas",
    "resources/schemas/replies/": "generated:replies",
}


def load(reference: str) -> Generator:
    """The function that "module:function" names."""
    module, _, function = reference.partition(":")
    generator: Generator = getattr(importlib.import_module(module), function)
    return generator


def wanted(path: str, made: str | Mapping[str, str]) -> dict[Path, str]:
    """Each generated file's path, relative to the root, and its text."""
    if isinstance(made, str):
        return {Path(path): made}
    return {Path(path) / name: text for name, text in made.items()}


def drift(root: Path, path: str, made: str | Mapping[str, str]) -> list[str]:
    """One line for each file at `path` that is not what was made."""
    texts = wanted(path, made)
    found = []
    for file, text in texts.items():
        target = root / file
        if not target.exists():
            found.append(f"{file}: missing; make docs")
        elif target.read_text(encoding="utf-8") != text:
            found.append(f"{file}: out of date; make docs")
    if path.endswith("/"):
        here = {file.relative_to(root) for file in (root / path).glob("*") if file.is_file()}
        found += [f"{file}: no generator makes it" for file in sorted(here - set(texts))]
    return found


def write(root: Path, path: str, made: str | Mapping[str, str]) -> None:
    """Bring `path` to what was made; files of a folder that are not made any more are removed."""
    texts = wanted(path, made)
    for file, text in texts.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(text, encoding="utf-8", newline="\n")
    if path.endswith("/"):
        for file in (root / path).glob("*"):
            if file.is_file() and file.relative_to(root) not in texts:
                file.unlink()


def main(arguments: list[str]) -> int:
    sys.path.insert(0, str(tracked.ROOT))
    made = {path: load(reference)() for path, reference in GENERATORS.items()}
    if arguments == ["--write"]:
        for path, text in made.items():
            write(tracked.ROOT, path, text)
    found = [line for path, text in made.items() for line in drift(tracked.ROOT, path, text)]
    print("\n".join([*found, f"docs: {len(found)} out of date" if found else "docs: ok"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
