"""Pages of a PDF that an answer speaks of: links in its text and in the strip, by mouse and by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor

from tests.attached_files import pdf
from tests.ui.attached.viewing import LABEL, Make, opened, wait
from tests.ui.grading_desk import GradingDesk, focusable
from ui.panels.attachments.pdf_viewer import PdfViewer
from ui.panels.attachments.text_viewer import TextViewer
from ui.panels.reading.marks import Mark


def test_a_page_that_the_answer_speaks_of_is_one_press_away(make: Make) -> None:
    desk = make([("label.pdf", "application/pdf", LABEL)], text="The dose stands on page 7, see also p. 2.")
    wait(desk, lambda: len(focusable(desk.screen.reading.attachments)) == 3)
    names = [w.accessibleName() for w in focusable(desk.screen.reading.attachments)]
    assert names == ["Open label.pdf, 8.1 kB".replace("8.1 kB", names[0].split(", ")[1]),
                     "Page 7 of label.pdf", "Page 2 of label.pdf"]  # fmt: skip
    link = focusable(desk.screen.reading.attachments)[1]
    link.setFocus()
    desk.press("Return")
    viewer: PdfViewer = opened(desk, PdfViewer)
    wait(desk, lambda: viewer.view.page == 6)


def leading(desk: GradingDesk) -> list[Mark]:
    return [mark for mark in desk.screen.reading.page.view.marks.shown if mark.target]


def click(desk: GradingDesk, at: int) -> None:
    """Click on the character at an offset of the response's source."""
    view = desk.screen.reading.page.view
    found = view.positions.to_document(at, at + 1)
    assert found is not None
    cursor = QTextCursor(view.document())
    cursor.setPosition(found[0])
    point = view.cursorRect(cursor).center() + QPoint(3, 0)
    desk.qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)


@pytest.mark.parametrize("raw", [False, True])
def test_a_page_in_the_answer_is_a_link_in_its_text(make: Make, raw: bool) -> None:
    text = "Words **before** it, 🙂 p. 2 of it. But p. 99 is not there; 第 7 頁 is.\n"
    desk = make([("label.pdf", "application/pdf", LABEL)], text=text)
    wait(desk, lambda: bool(leading(desk)))
    if raw:
        desk.press("R")
    marks = leading(desk)
    assert [text[m.start : m.end] for m in marks] == ["p. 2", "第 7 頁"]
    assert [m.tip for m in marks] == ["Page 2 of label.pdf", "Page 7 of label.pdf"]
    shown = desk.screen.reading.page.view.toPlainText()
    assert shown.strip() == (text.strip() if raw else text.replace("**", "").strip())
    desk.screen.reading.page.view.grab()
    click(desk, text.index("99"))
    assert not desk.screen.files.is_open
    click(desk, text.index("第") + 2)
    viewer: PdfViewer = opened(desk, PdfViewer)
    wait(desk, lambda: viewer.view.page == 6)


def test_pages_stand_behind_their_own_file_also_if_it_is_named_after_them(make: Make) -> None:
    text = (
        "See p. 2 of label.pdf, pp. 3–5 in the **other.pdf**, 第 7 頁（label.pdf）; label.pdf says on page 4."
    )
    other = pdf([[f"Leaf {n}"] for n in range(1, 6)])
    desk = make([("label.pdf", "application/pdf", LABEL), ("other.pdf", "application/pdf", other)], text=text)
    strip = desk.screen.reading.attachments
    wait(desk, lambda: len(focusable(strip)) == 6)
    names = [w.accessibleName().partition(",")[0] for w in focusable(strip)]
    assert names == [
        "Open label.pdf", "Page 2 of label.pdf", "Page 7 of label.pdf", "Page 4 of label.pdf",
        "Open other.pdf", "Page 3 of other.pdf",
    ]  # fmt: skip


def test_pages_in_the_answer_are_gone_to_by_keys(make: Make) -> None:
    desk = make([("label.pdf", "application/pdf", LABEL)], text="See p. 2, p. 2 again and pp. 3–5.")
    wait(desk, lambda: bool(leading(desk)))
    desk.press("Ctrl+Shift+K")
    rows = desk.screen.reading.going.sheet.list.model()
    assert rows is not None
    assert rows.rowCount() == 2
    desk.press("Down", "Return")
    viewer: PdfViewer = opened(desk, PdfViewer)
    wait(desk, lambda: viewer.view.page == 2)


def test_no_page_is_a_link_without_a_pdf_that_has_it(make: Make) -> None:
    desk = make([("notes.txt", "text/plain", b"words"), ("label.pdf", "application/pdf", b"no PDF")],
                text="See p. 2 of it, and [more](attachment:1#page=2).")  # fmt: skip
    asked: list[str] = []
    desk.screen.reading.links.ask = asked.append  # type: ignore[method-assign]
    desk.screen.reading.follow("attachment:1#page=2")
    assert asked == ["attachment:1#page=2"]
    desk.screen.files.open(0)
    opened(desk, TextViewer)  # asked of the decoder after the pages were
    assert leading(desk) == []
