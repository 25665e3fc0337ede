"""Tables of hundreds of thousands of cells: their source, in little time and memory; what stands around them stays."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from app.rendering import tree
from app.rendering.answer import parse
from app.rendering.large_tables import MOST_CELLS, find_large_tables

SECONDS, MEMORY = 2.0, 256 << 20
"""What a hostile text may cost in the worker (R10)."""


def table(columns: int, rows: int, cell: str = "12") -> str:
    line = f"|{cell}" * columns + "|\n"
    return line + "|-" * columns + "|\n" + line * rows


@pytest.mark.parametrize(
    "text",
    [table(1000, 999), table(100, 9000), "|a" * 1000 + "|\n" + "|-" * 1000 + "|\n" + "|1|\n" * 2000],
    ids=["square", "long", "short rows"],
)
def test_a_million_cells_are_shown_as_written_in_time(text: str) -> None:
    before = time.process_time()
    document = parse(text)
    spent = time.process_time() - before
    (block,) = document.blocks
    assert isinstance(block, tree.Code)
    assert block.as_written
    assert block.text == text
    assert spent < SECONDS


def test_a_fifth_of_a_million_cells_takes_a_fifth_of_the_memory() -> None:
    text = table(1000, 200)
    tracemalloc.start()
    parse(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < MEMORY // 5


def test_what_stands_around_it_stays() -> None:
    text = f"# Head\n\nBefore | it\n\n{table(30, 1000)}\n| a | b |\n|---|---|\n| 1 | 2 |\n\nafter\n"
    blocks = parse(text).blocks
    assert [type(block).__name__ for block in blocks] == [
        "Heading",
        "Paragraph",
        "Code",
        "Table",
        "Paragraph",
    ]
    assert isinstance(blocks[2], tree.Code)
    assert blocks[2].text == table(30, 1000)


@pytest.mark.parametrize("prefix", ["> ", "- ", "1. "])
def test_in_a_quote_or_an_item_nothing_of_it_is_lost(prefix: str) -> None:
    rest = prefix if prefix == "> " else " " * len(prefix)
    text = prefix + table(30, 1000).rstrip("\n").replace("\n", "\n" + rest)
    (outer,) = parse(text).blocks
    found: list[tree.Node] = [outer]
    while found and not isinstance(found[0], tree.Code):
        found = [*tree.children(found[0]), *found[1:]]
    assert isinstance(found[0], tree.Code)
    assert found[0].text.count("|12") == 30 * 1001


@pytest.mark.parametrize(
    "text",
    [
        table(10, MOST_CELLS // 10 - 20),
        "a | b\n\n" * 50_000,
        "---\n" * 9000,
        "```\n" + "x | y\n" * 9000 + "```",
    ],
)
def test_what_is_none_of_them(text: str) -> None:
    assert find_large_tables(text) == []


def test_lines_of_bars_are_searched_in_linear_time() -> None:
    before = time.process_time()
    for text in ("|-\n" * 100_000, "|-\n\n" * 100_000, "|- \t>:" * 100_000, ("|" * 5000 + "-\n") * 100):
        parse(text)
    assert time.process_time() - before < 4 * SECONDS
