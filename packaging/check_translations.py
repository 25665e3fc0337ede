"""Every text a person reads has a translation in every catalog, in the words of the house, and no other text is there.

    python packaging/check_translations.py                 # exit 1 and a list of what is wrong
    python packaging/check_translations.py --missing zh_TW # the missing texts as JSON, to fill in

Found in the code: literals of `tr`, `trn` (its second text), `mark`; titles and help of `Command`; messages
and hints of our errors in app/, lab/ and ui/, reasons of `Unfit`. Those may also be constants of their module, sums
and f-strings of such constants, entries of a table, or come through a function of the module that passes its
parameter on.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from app.i18n import LANGUAGES, fields, read_catalog  # noqa: E402

ERRORS = {
    "AssayError", "InputError", "OfflineError", "RefusedError", "TrustError", "StorageError", "LockedError",
}  # fmt: skip
PARTS = {"Unfit"}
"""Errors of ours that are part of another one's sentence: their first argument is the text."""
REFUSALS = {"app.sync.protocols": "Refused", "lab.problems": "Refusal"}
"""Errors of ours whose first argument is an HTTP status, before code and message: module → name."""
PASSED_ON = {"template", "hint_template", "message", "title", "detail"}
"""Attributes of another error of ours, or of a lab's problem: their text is found where they are made."""

ONE_WORD = {
    "zh_TW": (
        ("簽署", "簽章", ""), ("邀請碼", "邀請", ""), ("標記", "標示", r"\bhighlight"),
        ("理想答案", "理想回答", r"\bideal answer"),
        ("回應", "回答", r"\bresponses?\b"), ("題目", "任務", r"\btasks?\b"), ("註解", "評語", r"\bcomment"),
        ("版本", "修訂版", r"\brevision"), ("計分方式", "計分規則", r"\bscoring polic"), ("送出", "提交", r"\bsubmi"),
    ),
    "zh_CN": (
        ("签署", "签名", ""), ("邀请码", "邀请", ""), ("标记", "标示", r"\bhighlight"),
        ("理想答案", "理想回答", r"\bideal answer"),
        ("回应", "回答", r"\bresponses?\b"), ("题目", "任务", r"\btasks?\b"), ("注释", "评语", r"\bcomment"),
        ("版本", "修订版", r"\brevision"), ("计分方式", "计分规则", r"\bscoring polic"), ("发送", "提交", r"\bsubmi"),
    ),
}  # fmt: skip
"""One word an idea: what is not said, what is said, and for which English word (empty: for none). A text that names
both, as `submit` and `send`, holds both words."""


class NotLiteral(Exception):
    """A text that no scanner can find."""


def texts_of(source: str, where: str) -> Iterator[str]:
    """The translatable texts of one module. Raises NotLiteral with its place."""
    tree = ast.parse(source)
    module = _Module(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = _name(node)
        place = f"{where}:{node.lineno}"
        if name in ("tr", "mark") and isinstance(node.func, ast.Name):
            yield _literal(node.args[0], place)
        elif name == "trn" and isinstance(node.func, ast.Name):
            yield _literal(node.args[1], place)
        elif name == "Command":
            yield _literal(node.args[1], where)
            yield _literal(node.args[3], where)
        else:
            for part in _error_parts(node, name, module.helpers):
                yield from module.texts(part, place)


class _Module:
    """What a message may be made of: constants, tables and helpers of one module."""

    def __init__(self, tree: ast.Module) -> None:
        self.assigned = {
            target.id: node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        self.imported = {
            alias.asname or alias.name
            for node in tree.body
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        self.parameters: set[str] = set()
        self.helpers: dict[str, list[tuple[int, str]]] = {
            alias.name: [(2, "message"), (-1, "hint")]
            for node in tree.body
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
            if REFUSALS.get(node.module or "") == alias.name
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                self._read_helper(node)

    def _read_helper(self, function: ast.FunctionDef) -> None:
        names = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
        keywords = [a.arg for a in function.args.kwonlyargs]
        calls = [n for n in ast.walk(function) if isinstance(n, ast.Call)]
        parts = [part for call in calls for part in _error_parts(call, _name(call), self.helpers)]
        passed = {part.id for part in parts if isinstance(part, ast.Name)} & {*names, *keywords}
        if passed:
            self.parameters |= passed
            offset = 1 if names[:1] == ["self"] else 0
            self.helpers[function.name] = [
                (names.index(name) - offset if name in names else -1, name) for name in sorted(passed)
            ]

    def texts(self, node: ast.expr, place: str) -> Iterator[str]:
        """Every text that the expression may be."""
        if isinstance(node, ast.IfExp):
            yield from self.texts(node.body, place)
            yield from self.texts(node.orelse, place)
        elif isinstance(node, ast.Subscript):
            yield from self._table(node, place)
        elif self._is_from_elsewhere(node) or (isinstance(node, ast.Call) and _name(node) == "mark"):
            return
        elif isinstance(node, ast.Name) and node.id in self.assigned:
            yield from self.texts(self.assigned[node.id], place)
        else:
            yield self._joined(node, place)

    def _is_from_elsewhere(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return node.id in self.parameters | self.imported
        return isinstance(node, ast.Attribute) and node.attr in PASSED_ON

    def _table(self, node: ast.Subscript, place: str) -> Iterator[str]:
        base: ast.expr = node
        while isinstance(base, ast.Subscript):
            base = base.value
        table = self.assigned.get(base.id) if isinstance(base, ast.Name) else None
        if not isinstance(table, ast.Dict):
            raise NotLiteral(place)
        for value in table.values:
            for entry in value.elts if isinstance(value, ast.Tuple) else [value]:
                yield _literal(entry, place)

    def _joined(self, node: ast.expr, place: str) -> str:
        if isinstance(node, ast.Name) and node.id in self.assigned:
            return self._joined(self.assigned[node.id], place)
        if isinstance(node, ast.FormattedValue):
            return self._joined(node.value, place)
        if isinstance(node, ast.JoinedStr):
            return "".join(self._joined(part, place) for part in node.values)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self._joined(node.left, place) + self._joined(node.right, place)
        return _literal(node, place)


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _error_parts(
    call: ast.Call, name: str, helpers: Mapping[str, list[tuple[int, str]]]
) -> Iterator[ast.expr]:
    """The expressions that become message and hint: of an error of ours, or of a helper that makes one."""
    made = [(1, "message"), (-1, "hint")]
    if name in PARTS:
        made = [(0, "reason")]
    for position, keyword in made if name in ERRORS | PARTS else helpers.get(name, []):
        if 0 <= position < len(call.args):
            yield call.args[position]
        yield from (k.value for k in call.keywords if k.arg == keyword)


def _literal(node: ast.expr, where: str) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise NotLiteral(where)


def texts_in_code(root: Path) -> dict[str, str]:
    """Text → the file it was found in."""
    found: dict[str, str] = {}
    for room in ("app", "lab", "ui"):
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
        lines += [
            f"{language}: “{other}” for “{word}” in {text!r}"
            for other, word, english in ONE_WORD[language]
            for text, said in catalog.items()
            if other in said and word not in said and re.search(english, text, re.IGNORECASE)
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
