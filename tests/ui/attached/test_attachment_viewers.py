"""Attachments inside Grading, by keyboard: each viewer over a real decoder and a real workspace."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app.domain.ids import Digest
from tests.attached_files import attachment, dicom, letter, picture, workbook
from tests.ui.attached.viewing import LABEL, Make, opened, wait
from tests.ui.grading_desk import focusable
from tests.ui.screens import nameless_buttons
from ui.panels.attachments.pdf_viewer import PdfViewer
from ui.panels.attachments.picture_viewer import PictureViewer
from ui.panels.attachments.table_viewer import TableModel, TableViewer
from ui.panels.attachments.text_viewer import TextViewer


def ct() -> bytes:
    values = np.arange(64 * 64, dtype=np.uint16).reshape(64, 64)
    return dicom(np.stack([values, values]), intercept=-1024, WindowCenter=40, WindowWidth=400)


# PDF


def test_a_pdf_is_opened_searched_cited_and_left_by_keys(make: Make) -> None:
    desk = make([("label.pdf", "application/pdf", LABEL)])
    cited: list[tuple[str, int, str]] = []
    desk.screen.files.cited.connect(lambda *found: cited.append(found))
    desk.press("Ctrl+O")
    viewer: PdfViewer = opened(desk, PdfViewer)
    assert viewer.view.hasFocus()
    assert viewer.cite_button.toolTip() == "Choose some text first."
    desk.press("Ctrl+F")
    desk.write("aspirin  300")
    wait(desk, lambda: len(viewer.search.places) == 12)
    desk.press("Return", "Return")
    wait(desk, lambda: viewer.search.at == 1 and viewer.view.page == 1)
    desk.press("Esc")
    wait(desk, lambda: viewer.chosen() == ("Aspirin 300", 2))
    assert viewer.view.hasFocus()
    assert viewer.cite_button.isEnabled()
    desk.press("Ctrl+Shift+Right", "Ctrl+Shift+C")
    assert cited == [("label.pdf", 2, "Aspirin 300 mg")]
    assert QGuiApplication.clipboard().text() == "“Aspirin 300 mg” (label.pdf, p. 2)"
    desk.press("Esc")
    assert not desk.screen.files.is_open
    assert desk.task == "t1"


def test_every_control_of_a_pdf_is_whole_in_a_narrow_window(make: Make) -> None:
    desk = make([("label.pdf", "application/pdf", LABEL)])
    desk.window.resize(1366, 700)
    desk.press("Ctrl+O")
    viewer: PdfViewer = opened(desk, PdfViewer)
    wait(desk, lambda: viewer.modes.width() >= viewer.modes.sizeHint().width())
    for part in (viewer.modes, viewer.cite_button, viewer.field):
        assert part.visibleRegion().boundingRect().size() == part.size()


def test_go_to_a_page_by_its_number_and_turn_pages(make: Make) -> None:
    desk = make([("label.pdf", "application/pdf", LABEL)])
    desk.press("Ctrl+O")
    viewer: PdfViewer = opened(desk, PdfViewer)
    desk.press("Ctrl+G")
    desk.write("9")
    desk.press("Return")
    wait(desk, lambda: viewer.view.page == 8)
    assert viewer.view.hasFocus()
    desk.press("Right")
    assert viewer.view.page == 9
    assert viewer.field.value() == 10
    desk.press("Ctrl+G")
    desk.write("13")
    assert viewer.field.text() == "13", "no digit is left out, which would make another page of it"
    desk.press("Return")
    assert viewer.view.page == 9
    assert viewer._of.text() == "The file has 12 pages."
    desk.press("Home", "End")
    assert viewer.view.page == 11
    assert viewer._of.text() == "of 12"
    viewer.modes.chosen.emit("single")
    desk.press("Left")
    assert viewer.view.page == 10
    before = viewer.view.pages.scale
    desk.press("+")
    assert viewer.view.pages.scale > before
    desk.press("0")
    assert viewer.view.pages.scale == pytest.approx(before, rel=0.05)


def test_text_is_chosen_by_mouse(make: Make) -> None:
    desk = make([("label.pdf", "application/pdf", LABEL)])
    desk.press("Ctrl+O")
    viewer: PdfViewer = opened(desk, PdfViewer)
    wait(desk, lambda: 0 in viewer.view.texts)
    view, text = viewer.view, viewer.view.texts[0]
    at = text.text.index("300")
    left, top, _, bottom = text.box(at)
    _, _, right, _ = text.box(at + 2)
    rect = view.pages.rect(0, view._canvas_width())
    scroll = view.verticalScrollBar().value()
    y = round(rect.top() + (top + bottom) / 2 * view.pages.scale) - scroll
    begin = view.viewport().rect().topLeft()
    begin.setX(round(rect.left() + left * view.pages.scale) + 1)
    begin.setY(y)
    end = begin.__class__(round(rect.left() + right * view.pages.scale), y)
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=begin)
    QTest.mouseMove(view.viewport(), end)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)
    assert viewer.chosen() == ("300", 1)


def test_pages_in_view_are_drawn_and_old_ones_given_back(make: Make) -> None:
    desk = make([("label.pdf", "application/pdf", LABEL)])
    desk.press("Ctrl+O")
    viewer: PdfViewer = opened(desk, PdfViewer)
    view = viewer.view
    wait(desk, lambda: view.has_picture(0))
    shown = view.viewport().grab().toImage()
    middle = shown.pixelColor(shown.width() // 2, shown.height() - 4)
    assert middle.lightness() > 250


# Pictures


def test_a_picture_by_keys(make: Make) -> None:
    desk = make([("ecg.png", "image/png", picture("PNG", (800, 600), (100, 100, 100)))])
    desk.press("Ctrl+O")
    viewer: PictureViewer = opened(desk, PictureViewer)
    wait(desk, lambda: not viewer.view._picture.isNull())
    fitted = viewer.view.zoom
    desk.press("+", "+")
    assert viewer.view.zoom > fitted
    desk.press("Ctrl+Up")
    assert viewer.first.value() == 8
    wait(desk, lambda: _grey(viewer) > 110)
    viewer.reset()
    wait(desk, lambda: _grey(viewer) == 100)
    desk.press("0")
    assert viewer.view.zoom == pytest.approx(fitted)


def _grey(viewer: PictureViewer) -> int:
    return viewer.view._picture.toImage().pixelColor(5, 5).red()


def test_windows_and_frames_of_a_series(make: Make) -> None:
    desk = make([("ct.dcm", "application/dicom", ct())])
    desk.press("Ctrl+O")
    viewer: PictureViewer = opened(desk, PictureViewer)
    assert (viewer.first.value(), viewer.second.value()) == (40, 400)
    desk.press("Ctrl+Right")
    assert viewer.second.value() > 400
    viewer.choose_window("lung")
    assert (viewer.first.value(), viewer.second.value()) == (-600, 1500)
    viewer.choose_window("whole")
    assert viewer.second.value() == 4095
    desk.press("PgDown")
    assert viewer.frame.value() == 2
    assert viewer.place == "Frame 2 of 2"
    viewer.frame.setFocus()
    viewer.frame.selectAll()
    desk.write("7")
    desk.press("Return")
    assert viewer.frame.value() == 2
    assert viewer._said.text() == "The file has 2 frames."


# Tables and text


def test_a_table_grows_as_it_is_scrolled(make: Make) -> None:
    rows: list[list[object]] = [["day", "value"], *([f"2026-11-{n % 28 + 1:02}", n] for n in range(1500))]
    data = workbook({"Labs": rows, "Vitals": [["BP", "pulse"], ["120/80", 70]]})
    desk = make([("labs.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", data)])
    desk.press("Ctrl+O")
    viewer: TableViewer = opened(desk, TableViewer)
    model = viewer.view.model()
    assert isinstance(model, TableModel)
    wait(desk, lambda: model.rowCount() > 0)
    assert model.headerData(1, Qt.Orientation.Horizontal) == "value"
    assert model.headerData(0, Qt.Orientation.Vertical) == "2"
    assert viewer.view.hasFocus()
    desk.press("Right", "Down")
    assert viewer.line.text() == "1"
    while model.canFetchMore(QModelIndex()):
        before = model.rowCount()
        model.fetchMore(QModelIndex())
        wait(desk, lambda before=before: model.rowCount() > before or not model.more)  # type: ignore[misc]
    assert model.rowCount() == 1500
    viewer.sheets.chosen.emit("1")
    wait(desk, lambda: viewer.view.model().rowCount() == 1)
    desk.press("Ctrl+C")
    assert QGuiApplication.clipboard().text() == "120/80"


def test_a_letter_is_read_like_an_answer(make: Make) -> None:
    media = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    desk = make([("letter.docx", media, letter())])
    desk.press("Ctrl+O")
    viewer: TextViewer = opened(desk, TextViewer)
    wait(
        desk,
        lambda: (
            "stable at last" not in viewer.view.toPlainText() and "Ticagrelor" in viewer.view.toPlainText()
        ),
    )
    assert "# Discharge" not in viewer.view.toPlainText()
    desk.press("Ctrl+F")
    desk.write("ticagrelor")
    desk.press("Return", "Esc")
    assert viewer.view.hasFocus()


CODE = "".join(
    f"def f{n}(x):\n    if x:\n        y = {n}\n        z = y\n        return z\n    return 0\n\n"
    for n in range(30)
)


def test_code_folds_by_keys(make: Make) -> None:
    desk = make([("dose.py", "text/x-python", CODE.encode())])
    desk.press("Ctrl+O")
    viewer: TextViewer = opened(desk, TextViewer)
    wait(desk, lambda: viewer.code.blockCount() > 200)
    assert viewer.code.hasFocus()
    document = viewer.code.document()
    viewer.code.toggle()
    assert viewer.code.folded == {0}
    assert [document.findBlockByNumber(n).isVisible() for n in (0, 1, 5, 7)] == [True, False, False, True]
    desk.press("Ctrl+Shift+[")
    assert len(viewer.code.folded) == 30
    desk.press("Ctrl+F")
    desk.write("y = 17")
    desk.press("Return")
    assert document.findBlockByNumber(17 * 7 + 2).isVisible()
    desk.press("Esc", "Ctrl+Shift+[")
    assert viewer.code.folded == frozenset()


def test_svg_shows_its_source_and_why(make: Make) -> None:
    desk = make([("x.svg", "image/svg+xml", b"<svg><script>alert(1)</script></svg>")])
    desk.press("Ctrl+O")
    viewer: TextViewer = opened(desk, TextViewer)
    wait(desk, lambda: "alert(1)" in viewer.code.toPlainText())
    assert viewer._note.isVisible()


# The panel


def test_a_file_that_cannot_be_shown_says_so_and_the_next_one_opens(make: Make) -> None:
    desk = make([("bad.png", "image/png", b"\x89PNG\r\n\x1a\nxx"), ("ok.txt", "text/plain", b"words")])
    desk.press("Ctrl+O")
    panel = desk.screen.files.panel
    wait(desk, panel._said.isVisible)
    assert "damaged" in panel._error.accessibleName()
    desk.press("Ctrl+PgDown")
    viewer: TextViewer = opened(desk, TextViewer)
    wait(desk, lambda: "words" in viewer.code.toPlainText())
    desk.press("Ctrl+PgDown")
    wait(desk, panel._said.isVisible)
    assert panel.hasFocus(), "the keyboard stays with the files"
    desk.press("Esc")
    assert not desk.screen.files.is_open


def test_a_file_that_was_not_fetched_yet_says_so(make: Make) -> None:
    desk = make([("a.txt", "text/plain", b"words")])
    desk.session.workspace.attachments.drop(Digest(attachment("a.txt", "", b"words")["sha256"]))
    desk.press("Ctrl+O")
    panel = desk.screen.files.panel
    wait(desk, panel._said.isVisible)
    assert "not on this computer yet" in panel._error.accessibleName()


def test_the_next_task_closes_the_file_and_keys_of_judging_go_on(make: Make) -> None:
    desk = make([("label.pdf", "application/pdf", LABEL)])
    desk.press("Ctrl+O")
    opened(desk, PdfViewer)
    desk.press("Y")
    desk.settle()
    assert desk.stored("t1", "c1").value == "met"
    desk.press("Alt+Right")
    assert desk.task == "t2"
    assert not desk.screen.files.is_open
    assert not desk.screen.reading.attachments.isVisible()
    desk.press("Ctrl+O")
    assert not desk.screen.files.is_open


def test_the_same_files_keep_their_buttons(make: Make) -> None:
    desk = make([("a.txt", "text/plain", b"words"), ("b.txt", "text/plain", b"more")])
    strip = desk.screen.reading.attachments
    task = desk.presenter.opened.task  # type: ignore[union-attr]
    before = list(strip._buttons)
    strip.show_files(tuple(task.attachments))
    assert strip._buttons == before
    strip.show_files(task.attachments[:1])
    assert [b.text().strip() for b in strip._buttons] == ["a.txt · 5 bytes"]


def test_many_files_leave_the_answer_its_room_and_the_open_one_is_in_view(make: Make) -> None:
    desk = make([(f"a-file-with-a-long-name-{n}.txt", "text/plain", b"%d" % n) for n in range(20)])
    strip = desk.screen.reading.attachments
    assert strip.height() <= strip._look.px(130)
    assert desk.screen.reading.page.height() > strip.height()
    desk.press("Ctrl+O")
    for _ in range(15):
        desk.press("Ctrl+PgDown")
    button = next(b for b in strip._buttons if b.isChecked())
    assert "name-15" in button.text()
    area = strip._area
    seen = button.mapTo(area.viewport(), QPoint(0, 0)).y()
    assert 0 <= seen <= area.viewport().height() - button.height()
    assert area.horizontalScrollBar().maximum() == 0
    ground = button.grab().toImage().pixelColor(button.width() - 6, button.height() // 2)
    assert ground.name().upper() == strip._look.theme.colours.accent_soft.upper()


def test_beside_the_answer_where_both_have_room(make: Make) -> None:
    desk = make([("a.txt", "text/plain", b"words")], size=(2400, 1000))
    desk.press("Ctrl+O")
    opened(desk, TextViewer)
    files = desk.screen.files
    assert files._split.orientation() == Qt.Orientation.Horizontal
    desk.window.resize(1200, 900)
    wait(desk, lambda: files._split.orientation() == Qt.Orientation.Vertical)
    files.toggle_spread()
    assert not desk.screen.reading.isVisible()
    desk.press("Esc")
    assert desk.screen.reading.isVisible()


@pytest.mark.parametrize(
    ("name", "media", "data"),
    [
        ("label.pdf", "application/pdf", LABEL),
        ("ct.dcm", "application/dicom", ct()),
        ("t.csv", "text/csv", b"a,b\n1,2\n"),
        ("dose.py", "text/x-python", CODE.encode()),
    ],
)
def test_every_control_has_a_name_and_tab_reaches_it(make: Make, name: str, media: str, data: bytes) -> None:
    desk = make([(name, media, data)])
    desk.press("Ctrl+O")
    panel = desk.screen.files.panel
    wait(desk, lambda: panel.viewer is not None)
    unnamed = [b for b in nameless_buttons(panel) if b.objectName() != "qt_tableview_cornerbutton"]
    assert unnamed == []
    assert [w for w in focusable(panel) if not w.accessibleName()] == []
