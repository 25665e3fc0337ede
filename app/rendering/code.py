"""Colours for code: Pygments' tokens, reduced to the few roles a theme knows."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from time import monotonic
from typing import Any, Literal, TypeAlias, get_args

Role: TypeAlias = Literal[
    "keyword",
    "string",
    "comment",
    "number",
    "name",
    "function",
    "operator",
    "error",
    "inserted",
    "deleted",
    "heading",
    "plain",
]
ROLES: tuple[Role, ...] = get_args(Role)
LIMIT = 50_000
"""Longer code (in characters) is left plain: Pygments would hold up the view."""

_LANGUAGE = re.compile(r"[A-Za-z0-9_+#.-]{1,40}")
_ALIASES = {"assembly": "nasm", "vb": "vb.net", "vba": "vb.net", "vbs": "vbscript", "svelte": "html"}
"""What answers call a language, where Pygments has only another name or a near relative."""

_ROLE_OF: dict[str, Role] = {
    "Token.Keyword": "keyword",
    "Token.Operator.Word": "keyword",
    "Token.Literal.String": "string",
    "Token.Literal.Number": "number",
    "Token.Literal": "number",
    "Token.Comment": "comment",
    "Token.Operator": "operator",
    "Token.Punctuation": "operator",
    "Token.Error": "error",
    "Token.Name": "name",
    "Token.Name.Function": "function",
    "Token.Name.Class": "function",
    "Token.Name.Decorator": "function",
    "Token.Name.Tag": "keyword",
    "Token.Generic.Inserted": "inserted",
    "Token.Generic.Deleted": "deleted",
    "Token.Generic.Heading": "heading",
    "Token.Generic.Subheading": "heading",
    "Token.Generic.Error": "error",
    "Token": "plain",
}


def language_of(info: str) -> str:
    """The language a fence's info string names (`python`, `{.python}`, `py title="a"`), or nothing."""
    words = info.replace("{", " ").replace("}", " ").split(maxsplit=1)
    if not words:
        return ""
    m = _LANGUAGE.match(words[0].split(",")[0].lstrip(".").removeprefix("language-"))
    return m[0].lower() if m else ""


def tokens(
    source: str, language: str, *, budget_s: float = 0.5, now: Callable[[], float] = monotonic
) -> tuple[tuple[int, int, Role], ...] | None:
    """(start, end, role) of every part of `source`, offsets in code points.

    None for an unknown language, for long code, when the lexer's tokens do not join to exactly `source`, and
    when they take more than `budget_s` seconds by `now` (50,000 line ends of C++ would take it 90 seconds).
    """
    if not language or len(source) > LIMIT:
        return None
    lexer_class = _lexer_class(language)
    if lexer_class is None:
        return None
    lexer = lexer_class(stripnl=False, ensurenl=False)  # lexers keep state: a new one a call, for threads
    spans: list[tuple[int, int, Role]] = []
    pos = 0
    deadline = now() + budget_s
    for token_type, value in lexer.get_tokens(source):
        if not source.startswith(value, pos) or now() > deadline:
            return None
        end = pos + len(value)
        role = _role(token_type)
        if spans and spans[-1][2] == role:
            spans[-1] = (spans[-1][0], end, role)
        elif value:
            spans.append((pos, end, role))
        pos = end
    return tuple(spans) if pos == len(source) else None


@lru_cache(maxsize=64)
def _lexer_class(language: str) -> Any:
    from pygments.lexers import find_lexer_class_by_name
    from pygments.util import ClassNotFound

    try:
        return find_lexer_class_by_name(_ALIASES.get(language, language))
    except ClassNotFound:
        return None


@lru_cache(maxsize=512)
def _role(token_type: Any) -> Role:
    """The role of a token type or of its nearest ancestor that has one."""
    name = str(token_type)
    while name not in _ROLE_OF:
        name = name.rpartition(".")[0] or "Token"
    return _ROLE_OF[name]
