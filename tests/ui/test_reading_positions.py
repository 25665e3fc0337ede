"""From the document to the source and back, for any selection of any text."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QTextDocument

from app.rendering.answer import parse
from ui.panels.reading.builder import Builder
from ui.panels.reading.formats import PageFormats
from ui.panels.reading.inline import MARK
from ui.panels.reading.positions import Positions, Run
from ui.theme.apply import ThemeHolder
from ui.theme.tokens import Theme

PIECES = (
    "plain words", "**bold 🩺 text**", "*斜體字*", "`code 🧪`", "مرحبا بالعالم", "שלום", "&amp;", "\\*",
    "[link](https://example.org/👩‍⚕️)", "![pic](file:///x.png)", "$x^2$", "a\u202eb", "\u200b", "<b>", "~~gone~~",
    "\n", "\n\n", "  \n", "\n- item 🙂\n", "\n  - inner\n", "\n3. three\n", "\n> quoted 引用\n", "\n# Title\n",
    "\n```py\nx = '🙂'\n\ty\n```\n", "\n| a | b🙂 |\n|---|---|\n| 中 | `c` |\n", "\n---\n", "[^1]", "\n[^1]: note\n",
    "\n| دواء | جرعة |\n|---|---|\n| أسبرين | 300 |\n", "\r\n", "\u2028", "\u2029", "\x00", "\ufffc", "\U000e0041",
)  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


def built(text: str) -> tuple[QTextDocument, Builder]:
    page = QTextDocument()
    builder = Builder(page, PageFormats(Theme(), "en"), text)
    for _ in builder.build(parse(text)):
        pass
    return page, builder


def shown(page: QTextDocument) -> list[bytes]:
    """The units of the document."""
    raw = page.toRawText().encode("utf-16-le", "surrogatepass")
    return [raw[at : at + 2] for at in range(0, len(raw), 2)]


STAND_INS = {char.encode("utf-16-le") for char in ("\ufffd", MARK, "\u2029")}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts, st.data())
def test_a_selection_goes_to_the_source_and_comes_back(
    look: ThemeHolder, text: str, data: st.DataObject
) -> None:
    page, builder = built(text)
    positions, last = builder.positions, page.characterCount() - 1
    begin = data.draw(st.integers(0, last))
    end = data.draw(st.integers(begin, last))
    span = positions.to_source(begin, end)
    if span is None:
        return
    assert 0 <= span[0] <= span[1] <= len(text)
    back = positions.to_document(*span)
    assert back is not None
    assert positions.to_source(*back) == span
    for start in range(span[0], span[1]):
        found = positions.pieces(start, start + 1)
        assert all(0 <= b < e <= last for b, e in found)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts)
def test_runs_follow_each_other_and_exact_ones_show_their_source(look: ThemeHolder, text: str) -> None:
    page, builder = built(text)
    at, page_units = 0, shown(page)
    for run in builder.positions.runs:
        assert run.position >= at
        at = run.position + run.length
        assert at <= page.characterCount()
        if run.exact:
            source = text[run.start : run.end].encode("utf-16-le", "surrogatepass")
            assert run.length * 2 == len(source)
            for i, unit in enumerate(page_units[run.position : at]):
                assert unit == source[2 * i : 2 * i + 2] or unit in STAND_INS


def test_a_character_of_two_units_is_never_halved() -> None:
    positions = Positions("a🙂b")
    positions.add(Run(0, 4, 0, 3, wide="a🙂b"))
    assert positions.to_source(2, 3) == (1, 2)
    assert positions.to_source(0, 2) == (0, 2)
    assert positions.to_document(1, 2) == (1, 3)
    assert positions.position_near(2) == 3
    assert positions.offset_near(2) == 1


def test_an_atomic_run_is_taken_whole() -> None:
    positions = Positions("x &amp; y")
    for run in (Run(0, 2, 0, 2), Run(2, 1, 2, 7, exact=False, copy="&"), Run(3, 2, 7, 9)):
        positions.add(run)
    assert positions.to_source(2, 3) == (2, 7)
    assert positions.to_document(4, 5) == (2, 3)
    assert positions.copied(1, 5, lambda b, e: "?") == " & y"


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "\ufeff"])
def test_nothing_shown_has_no_place(look: ThemeHolder, text: str) -> None:
    _, builder = built(text)
    assert builder.positions.to_source(0, 1) is None
    assert builder.positions.to_document(0, 1) is None
    assert builder.positions.position_near(3) == 0
