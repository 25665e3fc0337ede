"""Every text a person reads has a translation in every catalog, and every catalog only such texts.

    python packaging/check_translations.py                 # exit 1 and a list of what is wrong
    python packaging/check_translations.py --missing zh_TW # the missing texts as JSON, to fill in

Found in the code: literals of `tr`, `trn` (its second text), `mark`; titles and help of `Command`; messages
and hints of our errors raised in app/ and ui/.
"""

from __future__ import annotations

import argparse
import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from app.i18n import LANGUAGES, fields, read_catalog  # noqa: E402

ERRORS = {
    "AssayError", "InputError", "OfflineError", "RefusedError", "TrustError", "StorageError", "LockedError",
}  # fmt: skip


class NotLiteral(Exception):
    """A text that no scanner can find."""


def texts_of(source: str, where: str) -> Iterator[str]:
    """The translatable texts of one module. Raises NotLiteral with its place."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        named = {k.arg: k.value for k in node.keywords}
        if name in ("tr", "mark") and isinstance(node.func, ast.Name):
            yield _literal(node.args[0], f"{where}:{node.lineno}")
        elif name == "trn" and isinstance(node.func, ast.Name):
            yield _literal(node.args[1], f"{where}:{node.lineno}")
        elif name == "Command":
            yield _literal(node.args[1], where)
            yield _literal(node.args[3], where)
        elif name in ERRORS:
            parts = [*node.args[1:2], *(v for k, v in named.items() if k in ("message", "hint"))]
            yield from (p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str))


def _literal(node: ast.expr, where: str) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise NotLiteral(where)


def texts_in_code(root: Path) -> dict[str, str]:
    """Text → the file it was found in."""
    found: dict[str, str] = {}
    for room in ("app", "ui"):
        for path in sorted((root / room).rglob("*.py")):
            where = path.relative_to(root).as_posix()
            for text in texts_of(path.read_text(encoding="utf-8"), where):
                if text:
                    found.setdefault(text, where)
    return found


def problems(root: Path) -> list[str]:
    """What is wrong, a line each; empty when all is well."""
    try:
        wanted = texts_in_code(root)
    except NotLiteral as place:
        return [f"{place}: the text is not a literal"]
    lines = []
    for language in LANGUAGES[1:]:
        folder = root / "resources" / "translations" / language
        try:
            catalog = read_catalog(folder)
        except ValueError as error:
            return [f"{language}: {error}"]
        lines += [f"{language}: missing {text!r} ({wanted[text]})" for text in wanted.keys() - catalog.keys()]
        lines += [f"{language}: stale {text!r}" for text in catalog.keys() - wanted.keys()]
        lines += [
            f"{language}: other fields in {text!r}"
            for text in wanted.keys() & catalog.keys()
            if fields(text) != fields(catalog[text]) or not catalog[text].strip()
        ]
    return sorted(lines)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--missing", metavar="LANGUAGE", choices=LANGUAGES[1:])
    chosen = parser.parse_args(arguments)
    if chosen.missing:
        catalog = read_catalog(ROOT / "resources" / "translations" / chosen.missing)
        absent = sorted(texts_in_code(ROOT).keys() - catalog.keys())
        print(json.dumps(dict.fromkeys(absent, ""), ensure_ascii=False, indent=1))
        return 0
    lines = problems(ROOT)
    for line in lines:
        print(line)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
