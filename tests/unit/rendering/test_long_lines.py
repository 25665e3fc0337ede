"""Lines that never end are cut for showing: at blanks, never inside what belongs together, and nothing is lost."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from app.rendering import tree
from app.rendering.answer import parse
from app.rendering.long_lines import LONGEST, cut_inlines, line_cuts
from app.rendering.runs import runs
from app.rendering.serialise import dump, load

MOST = 40


def lines(text: str, most: int = MOST) -> list[str]:
    return [text[a:b] for a, b in pairwise((0, *line_cuts(text, most), len(text)))]


@pytest.mark.parametrize(
    "text", ["", "short", "word " * 7 + "\n" + "x" * MOST, ("y" * MOST + "\r\n") * 9, ("z" * MOST + "\r") * 3]
)
def test_lines_that_fit_are_not_cut(text: str) -> None:
    assert line_cuts(text, MOST) == []


def test_a_line_is_cut_behind_a_blank_where_there_is_one_near() -> None:
    text = "word and " * 30
    found = lines(text)
    assert len(found) > 6
    assert all(line.endswith(" ") for line in found)
    assert lines("x" * 100) == ["x" * 40, "x" * 40, "x" * 20]


def test_no_cut_parts_what_is_seen_as_one_character() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    for text in ("a" * 39 + "e\u0301\u0323" * 40, family * 20, "x" * 39 + "\u2764\ufe0f" * 50):
        for line in lines(text)[1:]:
            assert line[0] not in "\u0301\u0323\u200d\ufe0f"


@pytest.mark.parametrize("seed", range(20))
def test_every_line_fits_and_ends_are_kept(seed: int) -> None:
    random = Random(seed)
    text = "".join(random.choices(["word", " ", "\n", "\r\n", "中", "e\u0301", "🙂", "x" * 30], k=400))
    cuts = line_cuts(text, MOST)
    assert cuts == sorted(set(cuts))
    for cut in cuts:
        assert 0 < cut < len(text)
        assert text[cut - 1] not in "\r\n"
    for line in lines(text):
        assert max(map(len, line.splitlines())) <= MOST


def test_inlines_are_cut_with_their_marks_and_their_spans() -> None:
    text = (
        "Some **" + "bold words " * 20 + "** and [" + "a link " * 20 + "](https://e.example) and $x$ `code`."
    )
    document = parse(text)
    (block,) = document.blocks
    assert isinstance(block, tree.Paragraph)
    found = cut_inlines(block.inlines, MOST)
    assert len(found) > 7
    whole = tree.Document(text, tuple(tree.Paragraph(line, block.start, block.end) for line in found))
    assert "".join(shown for shown, _, _ in runs(whole)) == "".join(shown for shown, _, _ in runs(document))
    for line in found:
        parts = runs(tree.Document(text, (tree.Paragraph(line, 0, 0),)))
        assert sum(len(shown) for shown, _, _ in parts) <= MOST + 1
        assert all(text[start:end] in (shown, f"${shown}$") for shown, start, end in parts)
    links = [inline for line in found for inline in line if isinstance(inline, tree.Link)]
    assert len(links) > 2
    assert {link.url for link in links} == {"https://e.example"}


def test_short_inlines_stay_the_same_objects() -> None:
    (block,) = parse("Some **bold** words.").blocks
    assert isinstance(block, tree.Paragraph)
    assert cut_inlines(block.inlines) == [block.inlines]


def test_the_label_of_an_image_is_cut_into_pieces_that_span_all_of_it() -> None:
    text = "![x](data:image/png;base64," + "A" * 200 + ")"
    (block,) = parse(text).blocks
    assert isinstance(block, tree.Paragraph)
    found = [inline for line in cut_inlines(block.inlines, MOST) for inline in line]
    assert len(found) > 4
    assert "".join(inline.text for inline in found if isinstance(inline, tree.Text)).startswith("[image: x]")
    assert {(inline.start, inline.end) for inline in found} == {(0, len(text))}


@pytest.mark.parametrize(
    "text",
    [
        "$$\n" + "x + y \\\\\n" * 10_000 + "$$",
        "before $" + "x+" * 3_000 + "y$ after",
        ("$" + "x+" * 300 + "y$ ") * 40,
        "|a" * 100 + "|\n" + "|-" * 100 + "|\n" + ("|1" * 100 + "|\n") * 300,
        "|a|b|\n|-|-|\n|" + "word " * LONGEST + "|1|\n",
    ],
    ids=["lines of a formula", "letters of a formula", "formulas", "cells", "a cell"],
)
def test_what_is_too_much_to_lay_out_is_its_source(text: str) -> None:
    document = parse(text)
    assert runs(document)[0][0].startswith(text[:1])
    (block,) = document.blocks
    assert isinstance(block, tree.Code)
    assert block.as_written
    assert block.text == text[block.start : block.end].rstrip("\n") or block.text == text
    assert load(dump(document)) == document


@pytest.mark.parametrize(
    "text", ["$$\n" + "x + y \\\\\n" * 90 + "$$", "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 3000]
)
def test_what_is_large_but_not_too_much_is_laid_out(text: str) -> None:
    (block,) = parse(text).blocks
    assert not isinstance(block, tree.Code)
