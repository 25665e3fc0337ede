"""Short input that makes Markdown parsers hang or crash: each must be rendered in bounded time."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from app.rendering.answer import parse
from app.rendering.code import LIMIT, tokens
from app.rendering.formula import svg
from app.rendering.html import to_html
from app.rendering.plain import to_plain
from app.rendering.runs import runs
from app.rendering.serialise import dump, load

N = 10_000
SECONDS = 5.0

REPEATED = [
    "*a **a ",
    "a** ",
    "**a ",
    "*a_ ",
    "[a",
    "a]",
    "*a[",
    "[a](<b",
    "[a](b",
    "![[]()",
    "* ",
    "~~a ",
    "<",
    "<a ",
    "&",
    "&amp;",
    "www.",
    "a@",
    "\\(",
    "$a ",
    "<!--",
    "\x00\x01\x02\x1b",
    "\t",
    "$$",
    "\\[",
    "\\begin{align}",
    "\\",
    "`a``",
    "http://",
    "www._",
    "**中，",
    "<a@",
    "<https:",
    "]( <a",
    "a@b.c-",
    "https://a_b.c/",
    "\u202e",
    "\r\n> ",
    "\r",
    "$`",
]


def rising_backticks(count: int) -> str:
    return "".join("e" + "`" * i for i in range(1, count))


def nested_list(marker: str, step: int, depth: int) -> str:
    return "".join(" " * (step * i) + marker + "a\n" for i in range(depth))


def wide_table(columns: int, rows: int) -> str:
    return "|a" * columns + "|\n" + "|-" * columns + "|\n" + "|1|\n" * rows


SHAPED: dict[str, Callable[[int], str]] = {
    "brackets": lambda n: "[" * n + "a" + "]" * n,
    "uneven backticks": lambda n: "`" * n + "a" + "`" * (n - 1),
    "rising backticks": lambda n: rising_backticks(1500),
    "underscores": lambda n: "_" * n + "a" + "_" * n,
    "stars": lambda n: "*" * n + "a" + "*" * n,
    "mixed marks": lambda n: "*_" * n + "a" + "_*" * n,
    "parentheses in an address": lambda n: "http://a.b/" + "(" * n + ")" * n,
    "closing parentheses in an address": lambda n: "http://a.b/" + ")" * n,
    "labels of an address": lambda n: "a." * n + "@",
    "quotes": lambda n: "> " * n + "a",
    "bullets on a line": lambda n: "- " * n + "a",
    "nested bullets": lambda n: nested_list("- ", 2, 700),
    "nested numbers": lambda n: nested_list("1. ", 3, 700),
    "quotes and bullets": lambda n: ("> - " * (n // 20) + "a\n") * 3,
    "lazy lines": lambda n: "> " * 500 + "a\n" + "a\n" * n,
    "unclosed fence": lambda n: "```\n" + "a\n" * n,
    "fences of one line": lambda n: "```a\n```\n" * n,
    "unclosed fences": lambda n: "~~~\n```\n" * n,
    "headings": lambda n: "# a\n" * n,
    "rules": lambda n: "---\n" * n,
    "underlined text": lambda n: "a\n" * n + "===\n",
    "blank lines in an item": lambda n: "- a\n" + "\n" * n + "  b\n",
    "link definitions": lambda n: "".join(f"[{i}]: /u\n" for i in range(n))
    + "".join(f"[{i}] " for i in range(n)),
    "footnotes": lambda n: "".join(f"[^{i}]: x\n\n" for i in range(n // 10)) + "[^1] " * n,
    "columns": lambda n: wide_table(n, 1),
    "rows": lambda n: wide_table(2, n),
    "short rows": lambda n: wide_table(n // 10, n // 10),
    "surplus cells": lambda n: "|a|\n|-|\n" + "|1" * n + "|\n",
    "escaped bars": lambda n: "|a|\n|-|\n|1|" + "\\|" * n + "x|\n",
    "a long word": lambda n: "a" * (5 * n),
    "blanks": lambda n: "a" + " " * (5 * n) + "b",
    "tabs and a letter": lambda n: "\t" * n + "a",
    "lines of blanks": lambda n: ("> " * 20 + "\n") * (n // 10),
    "formulas": lambda n: "$a$ " * n,
    "display formulas": lambda n: "$$a$$\n" * n,
    "lines of a formula": lambda n: "$$\n" + "x + y \\\\\n" * n + "$$",
    "cells": lambda n: ("|a" * (n // 10) + "|\n") + "|-" * (n // 10) + "|\n" + ("|1" * (n // 10) + "|\n") * (n // 10),
    "quoted formula": lambda n: "> $$a\n" + "> b\n" * n + "> c$$",
    "formula lines of quotes": lambda n: "> $$a\n> " + ">" * n + "b\n> c$$",
    "backslashes": lambda n: "\\" * (5 * n) + "(",
    "dollars": lambda n: "$" * (5 * n),
    "links inside emphasis": lambda n: "*https://a.b* " * n,
    "code over lines": lambda n: "`" + "a\n" * n + "`",
    "wide code span in quotes": lambda n: "> `" + "a\n> " * n + "`",
    "tags": lambda n: "a" + "\U000e0041" * n,
    "wide letters": lambda n: "中**，" * n,
}  # fmt: skip


def render(text: str) -> None:
    started = time.process_time()
    document = parse(text)
    to_html(document)
    assert time.process_time() - started < SECONDS
    position = 0
    for _, start, end in runs(document):
        assert position <= start <= end <= len(text)
        position = end
    to_plain(document)
    assert load(dump(document)) == document


@pytest.mark.parametrize("language", ["c++", "markdown", "java", "html", "perl"])
@pytest.mark.parametrize("pattern", ["\n", "//", "a<", "<!--", "a "], ids=repr)
def test_colouring_is_bounded(language: str, pattern: str) -> None:
    started = time.process_time()
    tokens((pattern * LIMIT)[:LIMIT], language, budget_s=0.1)
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize(
    "tex",
    [
        "\\frac{" * 300 + "x" + "}{y}" * 300,
        "x^{" * 700 + "}" * 700,
        "x" * 3000,
        "\\left(" * 400,
        "{" * 3000,
        "\\def\\a{\\a}\\a",
    ],
    ids=["fractions", "powers", "letters", "brackets", "braces", "definition"],
)
def test_formula_is_bounded(tex: str) -> None:
    started = time.process_time()
    svg(tex, 16, "#000000", True)
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize("pattern", REPEATED, ids=repr)
def test_repeated(pattern: str) -> None:
    render(pattern * N)


@pytest.mark.parametrize("shape", SHAPED)
def test_shaped(shape: str) -> None:
    render(SHAPED[shape](N))
