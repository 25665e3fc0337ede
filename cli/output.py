"""What goes where: one JSON document or plain words on standard output, all else on standard error.

Text from outside is printed with control characters escaped, so that a task cannot drive the terminal.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from app.errors import AssayError

if TYPE_CHECKING:
    from cli.replies.errors import Failure

_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_STEERING = (set(range(0x20)) | set(range(0x7F, 0xA0)) | set(map(ord, _BIDI))) - {ord("\n"), ord("\t")}
_ESCAPES = {code: f"\\u{code:04x}" for code in _STEERING}


def safe(text: str) -> str:
    """Control and bidi format characters as visible escapes; in JSON text they mean the same as before."""
    return text.translate(_ESCAPES)


class Output:
    def __init__(self, *, as_json: bool, quiet: bool) -> None:
        self.as_json = as_json
        self.quiet = quiet

    def result(self, document: object, words: Callable[[], str] | str = "") -> None:
        """The answer of a command: the document with `--json`, else the words. `cli.replies` describes each."""
        if self.as_json:
            sys.stdout.write(safe(json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)) + "\n")
            return
        text = words() if callable(words) else words
        if text:
            sys.stdout.write(safe(text).rstrip("\n") + "\n")

    def say(self, text: str) -> None:
        """Progress and messages."""
        if not self.quiet:
            sys.stderr.write(safe(text) + "\n")

    def problem(self, error: AssayError) -> None:
        """What ended the command, for people and, with `--json`, for scripts."""
        self.explain(error)
        self.failure(**error.as_json())

    def explain(self, error: AssayError) -> None:
        """An error in words, on standard error alone."""
        sys.stderr.write(safe(f"assay: {error.message}") + "\n")
        if error.where:
            sys.stderr.write(safe(f"  where: {error.where}") + "\n")
        if error.hint:
            sys.stderr.write(safe(f"  {error.hint}") + "\n")

    def failure(self, kind: str, code: str, message: str, hint: str = "", where: str = "") -> None:
        """The one document of a command that failed; only with `--json`."""
        if self.as_json:
            said: Failure = {
                "error": {"kind": kind, "code": code, "message": message, "hint": hint, "where": where}
            }
            sys.stdout.write(safe(json.dumps(said, ensure_ascii=False, indent=1)) + "\n")


def table(rows: list[list[str]], head: list[str]) -> str:
    """Columns aligned with blanks, for people."""
    widths = [max(len(safe(row[i])) for row in [head, *rows]) for i in range(len(head))]
    lines = (
        "  ".join(safe(cell).ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in [head, *rows]
    )
    return "\n".join(line.rstrip() for line in lines)
