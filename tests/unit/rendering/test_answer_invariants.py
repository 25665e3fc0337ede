"""What must hold for any text at all, and for every real answer at hand."""

from __future__ import annotations

import pyromark
from hypothesis import given, settings
from hypothesis import strategies as st

from app.rendering.answer import parse
from app.rendering.html import to_html
from app.rendering.offsets import code_points, normalise
from app.rendering.plain import to_plain
from app.rendering.runs import runs
from app.rendering.serialise import dump, load
from app.rendering.standins import mask
from app.rendering.tree import CodeSpan, Document, Node, Text, children
from tests.shared_data import real_answers

OWN_ANSWERS = [
    "## Plan\r\n\r\nSteps:\r\n1. **Do** `x`\r\n   - nested *y*\r\n\r\n```py\r\nprint(1)\r\n```\r\n",
    "| a | b |\n|---|---|\n| $x$ | <b> | surplus |\n\n**中文，**后面 3~5天 https://a.b/c。",
    "> - [x] \\(a_b\\) &amp; \\*\n> \n> \\[\n> x\n> =\n> y\n> \\]\n\nfoot[^1]\n\n[^1]: `note`",
]
TOKENS = [
    *"*_~`[]()<>!|#-+$\\&;: \n\t\r>1.=^\x00\ue000\ud800中，（é😀ab",
    "**", "***", "__", "~~", "``", "```", "~~~", "$$", "\\(", "\\)", "\\[", "\\]", "\r\n", "\n\n", "\n> ",
    "\n- ", "\n1. ", "\n    ", "\n# ", "\n---\n", "\n|a|b|\n|-|:-|\n|1|2|3|\n", "\n- [x] ",
    "[^1]", "\n[^1]: ",
    "](", "](<", "![", "\n[a]: <b>\n", "[a]", "<b>", "</b>", "<int:x>", "<https://a.b>",
    "https://a.b/c", "www.a.b",
    "a@b.cd", "&amp;", "&#35;", "&nosuch;", "\\begin{align}", "\\end{align}", "\u200d", "\u202e", "\ufeff",
    "\n```py\n", "\n```\n", "\n$$\nx\n$$\n", "中文", "한글",
]  # fmt: skip
soup = st.lists(st.sampled_from(TOKENS), max_size=40).map("".join)


def leaves(nodes: tuple[Node, ...]) -> list[Text | CodeSpan]:
    found: list[Text | CodeSpan] = []
    for node in nodes:
        if isinstance(node, (Text, CodeSpan)):
            found.append(node)
        found += leaves(children(node))
    return found


def check(text: str) -> Document:
    document = parse(text)
    position = 0
    for shown, start, end in runs(document):
        assert position <= start <= end <= len(text)
        assert not any(char == "\x00" or "\ud800" <= char <= "\udfff" for char in shown)
        position = end
    for leaf in leaves(document.blocks):
        assert not leaf.exact or text[leaf.start : leaf.end] == leaf.text
    assert load(dump(document)) == document
    to_plain(document).encode()
    to_html(document).encode()
    return document


def check_parser_texts(text: str) -> None:
    """The parser's ranges are right: what it calls text is what the masked answer holds there."""
    masked, _ = mask(normalise(text)[0])
    points = code_points(masked)
    options = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH
    for event, span in pyromark.events_with_range(masked, options=options):
        if isinstance(event, dict) and "Text" in event:
            value = event["Text"]
            start, end = span["start"], span["end"]
            if points is not None:
                start, end = points[start], points[end]
            if end - start == len(value):
                assert masked[start:end] == value


@settings(max_examples=400, deadline=None)
@given(soup)
def test_token_soup(text: str) -> None:
    check(text)
    check_parser_texts(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    check(text)


def test_real_answers() -> None:
    for name, text in [*((f"own:{i}", text) for i, text in enumerate(OWN_ANSWERS)), *real_answers()]:
        document = check(text)
        check_parser_texts(text)
        letters = {char for shown, _, _ in runs(document) for char in shown if char.isalpha()}
        assert letters, name


def test_masking_keeps_the_length() -> None:
    for text in OWN_ANSWERS:
        normal, _ = normalise(text)
        assert len(mask(normal)[0]) == len(normal)
