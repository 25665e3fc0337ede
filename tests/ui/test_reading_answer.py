"""The reading page on real widgets: what it shows, finds, copies, and never loads."""

from __future__ import annotations

from collections.abc import Iterator
from time import thread_time

import pytest
from PySide6.QtCore import QPointF, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QTextCursor, QTextFormat
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from ui.jobs import Jobs
from ui.panels.reading import answer_view
from ui.panels.reading.answer_view import AnswerView
from ui.panels.reading.code_view import CodeView
from ui.panels.reading.formats import CODE_LINE, URL, content_language, direction_of
from ui.panels.reading.menu import LinkGate, real_host
from ui.panels.reading.supply import AT_ONCE, Supply
from ui.panels.reading.text_page import TextPage
from ui.theme.apply import ThemeHolder
from ui.theme.fonts import emoji_family
from ui.widgets.dialog import Dialog

HOSTILE = (
    "![a](file:///etc/passwd) ![b](https://tracker.example/x.png) <img src=x onerror=alert(1)>",
    "<script>fetch('https://evil.example')</script><style>@import url(http://e.example/x)</style>",
    "[click](javascript:alert(1)) [file](file:///etc/passwd) <http://user@evil.example>",
    "<table background='http://e.example/b.png'><tr><td><iframe src='file:///'></iframe>",
    "[![img](data:image/png;base64,AAAA)](data:text/html,x)\n\n![r][1]\n\n[1]: file:///etc/passwd",
)


class Counting(AnswerView):
    asked = 0

    def loadResource(self, kind: int, name: object) -> None:
        type(self).asked += 1
        super().loadResource(kind, name)


@pytest.fixture
def supply(qapp: object) -> Iterator[Supply]:
    jobs = Jobs()
    yield Supply(jobs)
    assert jobs.shutdown()


def shown(view: AnswerView, qtbot: QtBot, width: int = 730) -> AnswerView:
    qtbot.addWidget(view)
    view.resize(width, 600)
    view.show()
    qtbot.waitUntil(lambda: view.complete, timeout=20_000)
    return view


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_and_asks_for_nothing(
    look: ThemeHolder, qtbot: QtBot, supply: Supply, text: str
) -> None:
    Counting.asked = 0
    view = Counting(look, supply)
    view.show_text(text)
    shown(view, qtbot).grab()
    assert Counting.asked == 0
    page = view.document()
    formats = page.allFormats()
    assert not any(f.isImageFormat() or f.toCharFormat().isAnchor() for f in formats)
    assert all(not f.hasProperty(QTextFormat.Property.AnchorHref.value) for f in formats)
    if text.startswith("<script>"):
        assert page.toPlainText().startswith("<script>fetch(")


@pytest.mark.parametrize(
    "text",
    [
        ">" * 10_000 + " deep",
        "| a | b | c |\n|---|---|---|\n" + "| 1 | 2 | 3 |\n" * 1200,
        "|" + " c |" * 60 + "\n|" + "---|" * 60 + "\n" + ("|" + " wide words |" * 60 + "\n") * 12,
        "- " * 300 + "x",
        "word " * 12_000,
        "```\n" + "line of code\n" * 4000 + "```",
    ],
    ids=["quotes", "long table", "wide table", "lists", "one paragraph", "code"],
)
def test_hostile_shapes_come_in_slices_and_keep_the_measure(
    look: ThemeHolder, qtbot: QtBot, supply: Supply, text: str
) -> None:
    supply.document(text)
    view = AnswerView(look, supply)
    view.resize(730, 600)
    began = thread_time()
    view.show_text(text)
    first = thread_time() - began
    shown(view, qtbot)
    assert first < 2.0
    assert view.document().textWidth() <= 730
    assert view.positions.runs


def test_a_long_answer_has_its_first_screen_at_once_and_the_rest_later(
    look: ThemeHolder, qtbot: QtBot, supply: Supply
) -> None:
    text = "\n\n".join(f"## Part {i}\n\nSome **words** about part {i}, and `more`." for i in range(500))
    assert len(text) < AT_ONCE
    view = AnswerView(look, supply)
    view.resize(730, 600)
    view.show_text(text)
    assert not view.complete
    assert view.document().blockCount() > 1  # how far 10 ms reach is the machine's
    with qtbot.waitSignal(view.filled, timeout=20_000):
        view.show()
        qtbot.addWidget(view)
    assert view.complete
    assert "Part 499" in view.document().toRawText()


def test_roles_of_type_follow_the_language_of_the_answer(
    look: ThemeHolder, qtbot: QtBot, supply: Supply
) -> None:
    view = AnswerView(look, supply)
    view.show_text("# Title\n\nSome English words.")
    shown(view, qtbot)
    heading, body = view.document().firstBlock(), view.document().lastBlock()
    assert heading.begin().fragment().charFormat().font().pixelSize() == 26
    assert body.begin().fragment().charFormat().font().families()[0] == "Source Serif 4"
    view.show_text("# 標題\n\n病人仰賴前負荷，任何處置都可能有害。")
    fonts = [block.begin().fragment().charFormat().font() for block in (
        view.document().firstBlock(), view.document().lastBlock()
    )]  # fmt: skip
    assert [font.pixelSize() for font in fonts] == [22, 16]
    assert fonts[1].families()[:2] == ["Inter", "Noto Sans CJK TC"]


def test_a_theme_or_size_change_builds_the_page_again_at_its_place(
    look: ThemeHolder, qtbot: QtBot, supply: Supply
) -> None:
    text = "\n\n".join(f"Paragraph {i} with some words." for i in range(200))
    view = AnswerView(look, supply)
    view.show_text(text)
    shown(view, qtbot)
    place = text.index("Paragraph 90")
    view.go_to(place)
    assert view.place() == place
    look.choose(appearance="dark", scale=2.0, language="en", reduce_motion=True)
    qtbot.waitUntil(lambda: view.complete)
    body = view.document().firstBlock().begin().fragment().charFormat()
    assert body.font().pixelSize() == 36
    assert body.foreground().color().name().upper() == look.theme.colours.t1
    assert abs(view.place() - place) < 40


def test_direction_is_that_of_each_block(look: ThemeHolder, qtbot: QtBot, supply: Supply) -> None:
    view = AnswerView(look, supply)
    view.show_text("English first.\n\nمرحبا بالعالم and more.\n\n```\ncode עברית\n```")
    shown(view, qtbot)
    blocks = [view.document().findBlockByNumber(i) for i in range(3)]
    right, left = Qt.LayoutDirection.RightToLeft, Qt.LayoutDirection.LeftToRight
    assert [block.textDirection() for block in blocks] == [left, right, left]


@pytest.mark.parametrize(
    ("text", "said", "window", "expected"),
    [
        ("plain", "", "zh_TW", "en"),
        ("病人今天好多了", "", "en", "zh_TW"),
        ("病人今天好多了", "zh-Hans", "en", "zh-Hans"),
        ("病人今天好多了", "", "zh_CN", "zh_CN"),
        ("これは日本語です", "", "en", "ja"),
        ("한국어 문장입니다", "", "en", "ko"),
        ("Words with 中文 inside them", "zh_TW", "zh_TW", "en"),
    ],
)
def test_the_face_is_that_of_the_text(text: str, said: str, window: str, expected: str) -> None:
    assert content_language(text, said, window) == expected
    assert direction_of(text) is Qt.LayoutDirection.LeftToRight


def test_copy_gives_the_source_of_what_is_selected(look: ThemeHolder, qtbot: QtBot, supply: Supply) -> None:
    view = AnswerView(look, supply)
    view.show_text("One **two** $x^2$ hid\u202eden\u00a0end\n\n- item 🙂\n")
    shown(view, qtbot)
    view.selectAll()
    view.copy()
    assert QGuiApplication.clipboard().text() == "One two x^2 hid\u202eden\u00a0end\nitem 🙂"
    assert view.selected_span() is not None


def test_hidden_characters_have_a_visible_mark_that_tells_their_name(
    look: ThemeHolder, qtbot: QtBot, supply: Supply
) -> None:
    view = AnswerView(look, supply)
    view.show_text("pay\u200bload and ```x```\n\n```py\nif a:\u202e # x\n```")
    shown(view, qtbot)
    assert view.document().toRawText().count("▯") == 2
    rect = view.cursorRect(cursor_at(view, 3))
    found = view.format_at(QPointF(rect.left() + 3, rect.center().y()))
    assert found is not None
    assert "ZERO WIDTH SPACE" in str(found.property(URL + 1))


def cursor_at(view: AnswerView, position: int) -> QTextCursor:
    cursor = QTextCursor(view.document())
    cursor.setPosition(position)
    return cursor


def test_code_is_numbered_and_coloured_without_touching_the_text(
    look: ThemeHolder, qtbot: QtBot, supply: Supply
) -> None:
    view = AnswerView(look, supply)
    code = "def f(x):\n    return x -> 1\n\n# end"
    view.show_text(f"Look:\n\n```python\n{code}\n```")
    shown(view, qtbot)
    lines = [view.document().findBlockByNumber(i) for i in range(1, 5)]
    assert [line.blockFormat().property(CODE_LINE) for line in lines] == [1, 2, 3, 4]
    assert "\n".join(line.text() for line in lines) == code
    qtbot.waitUntil(lambda: bool(lines[0].layout().formats()))
    span = view.positions.to_source(lines[1].position(), lines[1].position() + 4)
    assert span is not None
    assert view.positions.source[span[0] : span[1]] == "    "


def test_formulas_are_drawn_and_keep_their_tex(look: ThemeHolder, qtbot: QtBot, supply: Supply) -> None:
    view = AnswerView(look, supply)
    view.show_text(r"Area \(\pi r^2\) and \(\nosuchthing{中}\).")
    shown(view, qtbot)
    view.grab()
    qtbot.waitUntil(lambda: any(v for v, _ in supply._formulas._entries.values()), timeout=20_000)
    view.grab()
    view.selectAll()
    assert r"\pi r^2" in view.createMimeDataFromSelection().text()


def test_find_counts_and_walks_round(look: ThemeHolder, qtbot: QtBot, supply: Supply) -> None:
    view = AnswerView(look, supply)
    view.show_text("🙂 Dose one.\n\n| dose |\n|---|\n| DOSE two |\n\n" + "filler\n\n" * 80 + "last dose")
    shown(view, qtbot)
    assert view.finder.find("dose") == 4
    assert [view.finder.step(1) for _ in range(5)] == [0, 1, 2, 3, 0]
    begin, end = view.finder.places[0]
    cursor = cursor_at(view, begin)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    assert cursor.selectedText() == "Dose"
    view.finder.mark(look.theme)
    assert len(view.extraSelections()) == 4
    view.show_position(view.finder.places[3][0])
    assert view.verticalScrollBar().value() > 0


def test_a_link_opens_only_after_a_question_that_names_the_real_host(
    look: ThemeHolder, qtbot: QtBot, supply: Supply
) -> None:
    view = AnswerView(look, supply)
    view.show_text("[https://bank.example](https://evil.example/x) tail")
    shown(view, qtbot)
    opened: list[QUrl] = []
    gate = LinkGate(look, view, opened.append)
    view.link_asked.connect(gate.ask)
    rect = view.cursorRect(cursor_at(view, 2))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    dialog = gate.dialog
    assert isinstance(dialog, Dialog)
    assert "evil.example" in dialog.windowTitle()
    assert opened == []
    dialog.accept()
    assert opened == [QUrl("https://evil.example/x")]


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://user:pw@evil.example:8443/a", "evil.example"),
        ("https://аpple.com/", "xn--pple-43d.com"),
        ("mailto:a@b.example?subject=x", "a@b.example"),
        ("http://plain.example", ""),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("https://[bad", ""),
        ("//x", ""),
    ],
)
def test_only_https_and_mail_have_a_host(url: str, host: str) -> None:
    assert real_host(url) == host


def test_a_refused_link_has_nothing_to_press_but_close(
    look: ThemeHolder, qtbot: QtBot, supply: Supply
) -> None:
    view = AnswerView(look, supply)
    qtbot.addWidget(view)
    opened: list[QUrl] = []
    gate = LinkGate(look, view, opened.append)
    gate.ask("file:///etc/passwd")
    assert gate.dialog is not None
    gate.dialog.accept()
    assert opened == []
    assert gate.dialog.findChildren(QPushButton)


def test_raw_and_rendered_keep_the_reading_place(look: ThemeHolder, qtbot: QtBot, supply: Supply) -> None:
    text = "\r\n".join(f"## Part {i}\r\n\r\nWords 🙂 of **part {i}**.\r\n" for i in range(120))
    page = TextPage(look, supply)
    qtbot.addWidget(page)
    page.resize(730, 600)
    page.show()
    page.show_text(text, "en", name="Response A")
    qtbot.waitUntil(lambda: page.complete)
    place = text.index("Part 70")
    page.view.go_to(place)
    page.set_raw(True)
    assert isinstance(page.view, CodeView)
    assert abs(page.view.place() - place) <= 3
    assert page.view.accessibleName() == "Response A"
    page.set_raw(False)
    assert abs(page.view.place() - place) <= 3
    page.set_raw(True)
    page.view.selectAll()
    assert page.view.createMimeDataFromSelection().text().replace("\n", "\r\n") == text


def test_an_answer_of_nothing_but_code_is_shown_as_code(
    look: ThemeHolder, qtbot: QtBot, supply: Supply
) -> None:
    page = TextPage(look, supply)
    qtbot.addWidget(page)
    page.resize(600, 300)
    page.show()
    text = "```sql\nSELECT 1;\nSELECT '🙂';\n```\n"
    page.show_text(text)
    assert isinstance(page.view, CodeView)
    assert page.view.toPlainText().startswith("SELECT 1;")
    page.view.selectAll()
    span = page.view.selected_span()
    assert span is not None
    assert text[span[0] : span[1]].startswith("SELECT 1;")
    qtbot.waitUntil(lambda: bool(page.code.document().firstBlock().layout().formats()))


def test_a_very_long_answer_is_raw_until_it_is_parsed(
    look: ThemeHolder, qtbot: QtBot, supply: Supply
) -> None:
    page = TextPage(look, supply)
    qtbot.addWidget(page)
    page.resize(730, 500)
    page.show()
    text = "# Long\n\n" + "Some **words**.\n\n" * 5000
    assert len(text) > AT_ONCE
    page.show_text(text)
    assert isinstance(page.view, CodeView)
    qtbot.waitUntil(lambda: isinstance(page.view, AnswerView), timeout=20_000)
    qtbot.waitUntil(lambda: page.complete, timeout=60_000)


def test_no_slice_builds_long_past_its_time(look: ThemeHolder, qtbot: QtBot, supply: Supply) -> None:
    view = AnswerView(look, supply)
    qtbot.addWidget(view)
    text = "Words and `code` and **more**.\n\n- item\n- item\n\n" * 300
    view.show_text(text, by_itself=False)
    steps = 0
    while not view.work(0.0):
        steps += 1
    assert steps > 900
    assert answer_view.SLICE_S < 0.015


def test_the_digit_and_the_cap_of_a_key_are_one_sign(look: ThemeHolder, qtbot: QtBot, supply: Supply) -> None:
    view = AnswerView(look, supply)
    view.show_text("1\ufe0f\u20e3 Call **2\u20e3** now", "en")
    shown(view, qtbot)
    layout = view.document().firstBlock().layout()
    text = view.toPlainText()
    for key in ("1\ufe0f\u20e3", "2\u20e3"):
        runs = layout.glyphRuns(text.index(key), len(key))
        assert {run.rawFont().familyName() for run in runs} == {emoji_family()}
        assert len({(p.x(), p.y()) for run in runs for p in run.positions()}) == 1
    assert view.positions.to_source(0, 3) == (0, 3)
