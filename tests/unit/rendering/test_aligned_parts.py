"""Parts of two answers that belong together."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from app.rendering.aligning import align, parts_of
from app.rendering.answer import parse

PIECES = ("# Dose\n\n", "# Why\n\n", "Give aspirin at once.\n\n", "It stops platelets.\n\n", "- one\n- two\n\n",
          "```py\nx\n```\n\n", "| a |\n|---|\n| b |\n\n",
          "> quoted words\n\n", "立即給予阿斯匹靈。\r\n\r\n", "---\n\n")  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


def heads(a: str, b: str) -> list[tuple[str, str]]:
    found = align(parse(a), parse(b))
    return [
        (a[i : i + 12].split("\n", maxsplit=1)[0], b[j : j + 12].split("\n", maxsplit=1)[0]) for i, j in found
    ]


def test_headings_and_paragraphs_find_their_like_across_what_only_one_says() -> None:
    a = "# Dose\n\nGive aspirin 300 mg at once.\n\n# Follow-up\n\nSee her in eight days.\n"
    b = "A word before.\n\n# Dose\n\nGive aspirin 75 mg at once.\n\nMore.\n\n## Follow-up\n\nSee her in a week.\n"
    assert ("Give aspirin", "Give aspirin") in heads(a, b)
    assert ("See her in e", "See her in a") in heads(a, b)
    assert ("# Follow-up", "## Follow-up"[:12]) in heads(a, b)


def test_chinese_and_code_too() -> None:
    a = "# 劑量\n\n立即給予阿斯匹靈 300 毫克。\n\n```py\nx = 1\n```\n"
    b = "前言很長。\n\n# 劑量\n\n立即給予阿斯匹靈 75 毫克。\n\n```py\nx = 2\n```\n"
    found = align(parse(a), parse(b))
    assert (a.index("立即"), b.index("立即")) in found
    assert (a.index("```"), b.index("```")) in found


@settings(max_examples=150, deadline=None)
@given(texts, texts)
def test_pairs_rise_and_begin_at_the_beginning(a: str, b: str) -> None:
    found = align(parse(a), parse(b))
    assert found[0] == (0, 0)
    assert all(i < k and j < m for (i, j), (k, m) in pairwise(found))
    assert all(0 <= i <= len(a) and 0 <= j <= len(b) for i, j in found)


@settings(max_examples=50, deadline=None)
@given(texts)
def test_an_answer_stands_beside_itself(a: str) -> None:
    assert all(i == j for i, j in align(parse(a), parse(a)))


def test_many_parts_take_no_time() -> None:
    long = parse("".join(f"Paragraph {n} of the same words.\n\n" for n in range(3000)))
    other = parse("".join(f"Absatz {n} mit anderem.\n\n" for n in range(3000)))
    assert len(parts_of(long)) == 3000
    assert len(align(long, long)) == 3000
    assert align(long, other)[0] == (0, 0)
