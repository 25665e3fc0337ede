"""The reusable widgets: names for screen readers, sizes at 200 %, what they say and do."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from ui.theme.apply import ThemeHolder
from ui.widgets.bars import Crumb, Fact, StatusLine, TopBar
from ui.widgets.button import Button, Choosable, IconButton, Kind, NavItem, OptionButton, VerdictButton
from ui.widgets.chip import Chip, KeyCap, KeyHint, key_text
from ui.widgets.choice import SegmentedControl, TabStrip
from ui.widgets.dialog import Dialog
from ui.widgets.drawn import TextLine
from ui.widgets.fields import Check, FormRow, NumberField, SearchField, Select, TextArea, TextField
from ui.widgets.flow import Flow
from ui.widgets.layout import Column, Row
from ui.widgets.meter import ProgressRing, ScoreMeter
from ui.widgets.notice import Banner, EmptyState, InlineError
from ui.widgets.palette import PaletteDialog, PaletteEntry, ranked
from ui.widgets.rows import RowData, RowList
from ui.widgets.scroll import ScrollArea, Splitter
from ui.widgets.surface import Card, Surface, Well
from ui.widgets.text import Label, Paragraph
from ui.widgets.toast import ToastHost

LONG = "Sets a target for reperfusion and says from when it counts, at every step of the way."


def shown(widget: QWidget, qtbot: QtBot, width: int = 400) -> QWidget:
    qtbot.addWidget(widget)
    widget.resize(width, 300)
    widget.show()
    QApplication.processEvents()
    return widget


MAKERS: dict[str, Callable[[ThemeHolder], QWidget]] = {
    "label": lambda k: Label(k, "Batches"),
    "paragraph": lambda k: Paragraph(k, LONG),
    "chip": lambda k: Chip(k, "Ready for offline", icon="circle-check", tone="good"),
    "keycap": lambda k: KeyCap(k, "Ctrl+Return"),
    "keyhint": lambda k: KeyHint(k, "C", "comment"),
    "button": lambda k: Button(k, "Continue", kind="primary", icon="play", key="Return"),
    "iconbutton": lambda k: IconButton(k, "lock", "Lock", key="Ctrl+L"),
    "verdict": lambda k: VerdictButton(k, "Met", "check", key="Y", tone="good"),
    "nav": lambda k: NavItem(k, "Outbox", icon="send", count="3"),
    "segments": lambda k: SegmentedControl(k, "View", [("a", "Rendered"), ("b", "Raw")]),
    "tabs": lambda k: TabStrip(k, "Responses", [("a", "Response A")]),
    "text": lambda k: TextField(k, "Invitation code"),
    "search": lambda k: SearchField(k, "Find in this task"),
    "number": lambda k: NumberField(k, "Minutes", least=5, most=240, value=20),
    "select": lambda k: Select(k, "Language", [("en", "English")]),
    "area": lambda k: TextArea(k, "Comment"),
    "check": lambda k: Check(k, "Less motion"),
    "banner": lambda k: Banner(k, "warn", "triangle-alert", "Due on Friday.", action="Open it"),
    "empty": lambda k: EmptyState(k, "Tasks of a batch appear here.", action="Check for work"),
    "list": lambda k: RowList(k, "Tasks"),
    "splitter": lambda k: Splitter(k, "Panels"),
}


def spoken(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface is not None else ""


@pytest.mark.parametrize("kind", MAKERS)
def test_every_widget_has_a_name_and_so_has_what_can_be_focused(
    look: ThemeHolder, qtbot: QtBot, kind: str
) -> None:
    widget = shown(MAKERS[kind](look), qtbot)
    assert widget.accessibleName() or spoken(widget)
    for child in widget.findChildren(QWidget):
        inner = child.objectName().startswith("qt_") or child.metaObject().className().startswith("Q")
        if child.focusPolicy() != Qt.FocusPolicy.NoFocus and not inner:
            assert spoken(child), child


@pytest.mark.parametrize(
    "kind", [k for k in MAKERS if k not in ("splitter", "list", "area", "banner", "empty")]
)
def test_every_widget_grows_at_200_per_cent(look: ThemeHolder, qtbot: QtBot, kind: str) -> None:
    widget = shown(MAKERS[kind](look), qtbot)
    before = widget.sizeHint().height()
    look.choose(appearance="light", scale=2.0, language="en", reduce_motion=True)
    QApplication.processEvents()
    assert widget.sizeHint().height() >= 1.7 * before


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_a_list_to_choose_from_shows_its_last_entry_whole(
    look: ThemeHolder, qtbot: QtBot, scale: float
) -> None:
    look.choose(appearance="light", scale=scale, language="en", reduce_motion=True)
    names = ("As the system", "English", "繁體中文", "简体中文")
    select = shown(Select(look, "Language", [(name, name) for name in names]), qtbot)
    select.showPopup()
    view = select.view()
    qtbot.waitUntil(lambda: view.isVisible() and view.verticalScrollBar().maximum() == 0)
    last = view.visualRect(view.model().index(len(names) - 1, 0))
    assert last.bottom() <= view.viewport().rect().bottom()
    assert view.window().screen().availableGeometry().contains(view.window().geometry())
    select.hidePopup()


@pytest.mark.parametrize("appearance", ["light", "dark", "hc-light", "hc-dark"])
def test_everything_can_be_drawn_in_every_theme(look: ThemeHolder, qtbot: QtBot, appearance: str) -> None:
    page = QWidget()
    column = Column(look, *(make(look) for make in MAKERS.values()))
    meter, ring, card = ScoreMeter(look), ProgressRing(look), Card(look)
    meter.set(won=15.5, lost=8, total=26, words="29 %")
    ring.set(0.5, "50 %", "12 of 24 tasks")
    column.add(meter, ring, card, Well(look))
    page.setLayout(column)
    shown(page, qtbot)
    look.choose(appearance=appearance, scale=1.0, language="en", reduce_motion=True)
    assert not page.grab().isNull()
    assert meter.accessibleName() == "29 %"
    ring.set(1.0, "", "done")
    assert not page.grab().isNull()


def test_a_paragraph_takes_the_height_that_its_words_need(look: ThemeHolder, qtbot: QtBot) -> None:
    paragraph = Paragraph(look, LONG)
    qtbot.addWidget(paragraph)
    one = paragraph.heightForWidth(4000)
    assert one == 21
    assert paragraph.heightForWidth(200) == 21 * round(paragraph.heightForWidth(200) / 21) > 2 * one
    assert spoken(paragraph) == LONG
    paragraph.setText("First\nSecond")
    assert paragraph.heightForWidth(4000) == 42


def test_key_caps_read_like_keys() -> None:
    caps = {"Ctrl+Return": "Ctrl ↵", "Shift+H": "⇧H", "Down": "↓", "+": "+", "Ctrl++": "Ctrl +",
            "Ctrl+Shift+Z": "Ctrl ⇧ Z", "Y": "Y"}  # fmt: skip
    assert {key: key_text(key) for key in caps} == caps


def test_a_blocked_button_says_why(look: ThemeHolder, qtbot: QtBot) -> None:
    button = Button(look, "Submit", key="Ctrl+Return")
    qtbot.addWidget(button)
    assert button.toolTip() == "Submit (Ctrl ↵)"
    button.set_blocked("Two criteria are open.")
    assert not button.isEnabled()
    assert button.toolTip() == button.accessibleDescription() == "Two criteria are open."
    button.set_blocked("")
    assert button.isEnabled()


def test_a_click_on_a_verdict_presses_it_through_its_labels(look: ThemeHolder, qtbot: QtBot) -> None:
    button = VerdictButton(look, "Met", "check", key="Y", tone="good")
    shown(button, qtbot)
    assert button.minimumSizeHint().height() >= 60
    with qtbot.waitSignal(button.toggled):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.focusPolicy() == Qt.FocusPolicy.TabFocus


def test_one_of_a_few(look: ThemeHolder, qtbot: QtBot) -> None:
    control = SegmentedControl(look, "View", [("rendered", "Rendered"), ("raw", "Raw")])
    shown(control, qtbot)
    assert control.value() == "rendered"
    with qtbot.assertNotEmitted(control.chosen):
        control.choose("raw")
    with qtbot.waitSignal(control.chosen) as got:
        qtbot.keyClick(control, Qt.Key.Key_Right)
    assert got.args == ["rendered"]
    control.choose("raw")
    control.set_choices([("raw", "Raw"), ("diff", "Diff")])
    assert control.value() == "raw"


def test_a_form_row_shows_the_error_at_its_field(look: ThemeHolder, qtbot: QtBot) -> None:
    field = TextField(look, "Invitation code")
    row = FormRow(look, "Invitation code", field, help="It came by e-mail.")
    shown(row, qtbot)
    row.set_error("It has expired.", "Ask for a new one.")
    assert row.findChild(InlineError).isVisible()
    assert field.property("state") == "bad"
    assert field.accessibleDescription() == "It has expired. Ask for a new one."
    row.set_error("")
    assert not row.findChild(InlineError).isVisible()
    assert field.accessibleDescription() == "It came by e-mail."


def test_escape_empties_a_search_and_then_leaves_it(look: ThemeHolder, qtbot: QtBot) -> None:
    field = SearchField(look, "Find")
    shown(field, qtbot)
    field.setText("dose")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""
    with qtbot.waitSignal(field.left):
        qtbot.keyClick(field, Qt.Key.Key_Escape)


def test_a_text_area_grows_with_its_lines_up_to_its_most(look: ThemeHolder, qtbot: QtBot) -> None:
    area = TextArea(look, "Comment", lines=2, most=4)
    shown(area, qtbot)
    low = area.height()
    area.setPlainText("a\nb\nc")
    middle = area.height()
    area.setPlainText("\n".join("abcdefgh"))
    assert low < middle < area.height() < 2 * middle


@pytest.mark.parametrize("appearance", ["light", "dark", "hc-light", "hc-dark"])
@pytest.mark.parametrize("scale", [0.9, 1.0, 1.5, 2.0])
def test_a_text_area_of_one_line_never_scrolls(
    look: ThemeHolder, qtbot: QtBot, appearance: str, scale: float
) -> None:
    look.choose(appearance=appearance, scale=scale, language="en", reduce_motion=True)
    area = TextArea(look, "Criterion", lines=1, most=6)
    area.setPlainText("Names the dose, the route and the site of the injection")
    area.resize(900, area.height())
    shown(area, qtbot)
    assert area.verticalScrollBar().maximum() == 0
    area.resize(260, area.height())
    QApplication.processEvents()
    assert area.document().size().height() > 1
    assert area.verticalScrollBar().maximum() == 0


def test_what_cannot_be_written_looks_like_no_field(look: ThemeHolder, qtbot: QtBot) -> None:
    area = TextArea(look, "Comment", placeholder="Why?")
    qtbot.addWidget(area)
    area.show()
    field = area.grab().toImage()
    area.setReadOnly(True)
    assert area.placeholderText() == ""
    assert area.grab().toImage() != field
    edge, ground = (area.grab().toImage().pixelColor(area.width() // 2, y) for y in (0, 5))
    assert edge == ground == look.colour("sunken")
    area.setReadOnly(False)
    assert area.grab().toImage() == field


@pytest.mark.parametrize("make", [OptionButton, lambda look: VerdictButton(look, "Met", "check", key="Y")])
def test_what_was_chosen_stays_clear_where_nothing_can_be_chosen(
    look: ThemeHolder, qtbot: QtBot, make: Callable[[ThemeHolder], Choosable]
) -> None:
    def darkest() -> int:
        image = button.grab().toImage()
        at = ((x, y) for x in range(4, image.width() - 4) for y in range(4, image.height() - 4))
        return min(image.pixelColor(x, y).lightness() for x, y in at)

    button = make(look)
    if isinstance(button, OptionButton):
        button.set("Both are bad")
    qtbot.addWidget(button)
    button.show()
    live = darkest()
    button.setEnabled(False)
    assert darkest() > live + 40
    button.setChecked(True)
    assert darkest() < live + 20


@pytest.mark.parametrize("appearance", ["hc-light", "hc-dark"])
@pytest.mark.parametrize("kind", ["plain", "primary", "quiet", "danger"])
def test_a_blocked_button_has_a_dashed_edge_in_high_contrast(
    look: ThemeHolder, qtbot: QtBot, appearance: str, kind: Kind
) -> None:
    look.choose(appearance=appearance, scale=1.0, language="en", reduce_motion=True)
    button = Button(look, "Send to the lab", kind=kind)
    button.setEnabled(False)
    window = QMainWindow()
    window.setCentralWidget(button)
    shown(window, qtbot)
    picture = window.grab(button.geometry()).toImage()
    line = [picture.pixelColor(x, 0).lightness() for x in range(12, picture.width() - 12)]
    assert max(line) - min(line) > 150
    changes = sum(abs(a - b) > 100 for a, b in pairwise(line))
    assert changes > 8


def test_a_flow_wraps_and_an_even_one_fills_its_lines(look: ThemeHolder, qtbot: QtBot) -> None:
    page = QWidget()
    chips = [Chip(look, f"chip {i}") for i in range(6)]
    flow = Flow(look, *chips)
    page.setLayout(flow)
    shown(page, qtbot, 180)
    assert len({chip.y() for chip in chips}) > 1
    assert all(chip.geometry().right() <= 180 for chip in chips)
    buttons = [VerdictButton(look, word, "check") for word in ("Met", "Not met", "Partly", "N/A", "Cannot")]
    board = QWidget()
    board.setLayout(Flow(look, *buttons, equal=True))
    shown(board, qtbot, 420)
    assert len({b.y() for b in buttons}) == 1
    board.resize(230, 300)
    QApplication.processEvents()
    lines = sorted({b.y() for b in buttons})
    assert [sum(b.y() == y for b in buttons) for y in lines] == [3, 2]
    flow.clear()
    assert flow.count() == 0


def test_rows_and_columns_grow_and_can_be_emptied(look: ThemeHolder, qtbot: QtBot) -> None:
    page = QWidget()
    row = Row(look, Label(look, "a"), 10, Row(look, Label(look, "b")), spacing=8, margins=(4, 4, 4, 4))
    page.setLayout(row)
    shown(page, qtbot)
    look.choose(appearance="light", scale=2.0, language="en", reduce_motion=True)
    assert row.spacing() == 16
    assert row.contentsMargins().left() == 8
    row.clear()
    assert row.count() == 0


def test_a_list_of_a_hundred_thousand_asks_only_for_what_is_seen(look: ThemeHolder, qtbot: QtBot) -> None:
    asked: set[int] = set()

    def row_at(row: int) -> RowData:
        asked.add(row)
        return RowData(f"Task {row}", "Not started", icon="circle-dashed", tone="t3", number=str(row))

    tasks = RowList(look, "Tasks")
    tasks.set_source(100_000, row_at)
    shown(tasks, qtbot)
    assert 0 < len(asked) < 200
    tasks.set_current(50_000)
    assert tasks.currentIndex().row() == 50_000
    index = tasks.model().index(7, 0)
    assert tasks.model().data(index, Qt.ItemDataRole.AccessibleTextRole) == "7, Task 7, Not started"
    with qtbot.waitSignal(tasks.chosen) as got:
        qtbot.keyClick(tasks, Qt.Key.Key_Return)
    assert got.args == [50_000]
    tall = tasks.row_height()
    tasks.set_compact(True)
    assert tasks.row_height() == 44
    tasks.set_compact(False)
    assert tasks.row_height() == tall
    tasks.set_source(3, row_at)
    assert tasks.currentIndex().row() == -1


def test_a_splitter_starts_where_told_and_goes_back_there(look: ThemeHolder, qtbot: QtBot) -> None:
    splitter = Splitter(look, "Panels")
    splitter.add(Surface(look, "panel"), least=100, start=150)
    splitter.add(Surface(look, "page"), least=100, start=249, grows=True)
    shown(splitter, qtbot, 400)
    splitter.reset()
    start = splitter.sizes()
    splitter.setSizes([250, 149])
    assert splitter.sizes() != start
    qtbot.mouseDClick(splitter.handle(1), Qt.MouseButton.LeftButton)
    assert splitter.sizes() == start
    assert splitter.handle(1).width() == 7


def test_a_scroll_area_brings_a_part_into_view(look: ThemeHolder, qtbot: QtBot) -> None:
    page, parts = QWidget(), [Label(look, f"line {i}") for i in range(100)]
    page.setLayout(Column(look, *parts))
    area = ScrollArea(look, page, name="Rubric")
    shown(area, qtbot)
    for part in (parts[60], parts[3]):
        area.show_part(part)
        top = part.mapTo(area.viewport(), part.rect().topLeft())
        assert area.viewport().rect().contains(QRect(top, part.size()))
    assert area.page()
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    assert not area.page()


def test_crumbs_share_the_room_that_the_rest_leaves(look: ThemeHolder, qtbot: QtBot) -> None:
    look.choose(appearance="light", scale=2.0, language="en", reduce_motion=True)
    bar = TopBar(look)
    qtbot.addWidget(bar)
    bar.resize(1280, 104)
    bar.show()
    names = ("Harbor Medical", "Emergency medicine: first minutes", "Agreement")
    bar.set_crumbs([Crumb(names[0], lambda: None), Crumb(names[1]), Crumb(names[2])])
    QApplication.processEvents()

    def ends() -> list[int]:
        labels = [w for w in bar.findChildren(QWidget) if w.accessibleName() in names or w.toolTip() in names]
        return [w.mapTo(bar, w.rect().topRight()).x() for w in labels if w.isVisible()]

    assert len(ends()) == 3
    assert max(ends()) < bar.search.x()
    (end,) = (line for line in bar.findChildren(TextLine) if line.accessibleName() == "Agreement")
    assert end.width() >= look.metrics("strong").horizontalAdvance("Agreement")  # short: it stays whole
    link = next(b for b in bar.findChildren(Button) if b.toolTip() == names[0])
    assert link.width() >= link.sizeHint().width()  # its words end in an ellipsis, they are not cut
    bar.resize(2400, 104)
    QApplication.processEvents()
    assert link.text() == names[0]


def test_the_top_bar_asks_and_its_crumbs_lead_back(look: ThemeHolder, qtbot: QtBot) -> None:
    bar, went = TopBar(look), []
    shown(bar, qtbot, 1200)
    bar.set_crumbs([Crumb("Harbor Medical", lambda: went.append("desk")), Crumb("Task 13 of 24")])
    for signal, button in (
        (bar.palette_asked, bar.search), (bar.lock_asked, bar.lock), (bar.preferences_asked, bar.preferences),
    ):  # fmt: skip
        with qtbot.waitSignal(signal):
            button.click()
    next(b for b in bar.findChildren(Button) if b.accessibleName() == "Harbor Medical").click()
    assert went == ["desk"]


def test_the_status_line_says_its_facts(look: ThemeHolder, qtbot: QtBot) -> None:
    line = StatusLine(look)
    shown(line, qtbot, 900)
    line.set_facts([Fact("Saved 14:03", "circle-check", "good"), Fact("safe to close")])
    assert line.accessibleName() == "Saved 14:03 · safe to close"
    assert line.height() >= 32


def test_a_toast_undoes_and_gives_way_to_the_next(look: ThemeHolder, qtbot: QtBot) -> None:
    window, undone = QMainWindow(), []
    shown(window, qtbot, 800)
    host = ToastHost(look, window)
    first = host.show_toast("Submitted.", action="Undo", on_action=lambda: undone.append(1))
    assert first.geometry().bottom() <= window.height() - 32
    first.findChild(Button).click()
    assert undone == [1]
    host.show_toast("One.")
    second = host.show_toast("Two.")
    assert second.accessibleName() == "Two."


def test_a_dialog_puts_cancel_first_and_the_verb_on_its_button(look: ThemeHolder, qtbot: QtBot) -> None:
    dialog = Dialog(look, None, "Leave the lab?", LONG, verb="Leave and wipe", danger=True, details="a.b")
    shown(dialog, qtbot)
    assert dialog.cancel.hasFocus()
    assert dialog.width() == 480
    with qtbot.waitSignal(dialog.accepted):
        dialog.verb.click()


def entry(title: str, run: Callable[[], None] = lambda: None, detail: str = "") -> PaletteEntry:
    return PaletteEntry(title, title, "F", detail, run)


def test_the_palette_ranks_titles_that_start_with_the_words_first() -> None:
    entries = [entry("Go to the Desk", detail="lock"), entry("Lock"), entry("Unlock all"), entry("Submit")]
    assert [e.title for e in ranked(entries, "lock")] == ["Lock", "Unlock all", "Go to the Desk"]
    assert ranked(entries, "no such") == []
    assert ranked(entries, "") == entries


def test_the_palette_runs_the_chosen_command_and_gives_the_focus_back(
    look: ThemeHolder, qtbot: QtBot
) -> None:
    window, ran = QMainWindow(), []
    field = TextField(look, "Title")
    window.setCentralWidget(field)
    shown(window, qtbot, 900)
    field.setFocus()
    palette = PaletteDialog(look, window)
    palette.open_with([entry("Flag"), entry("Find", lambda: ran.append("find")), entry("Lock")])
    qtbot.keyClicks(palette.field, "f")
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert ran == ["find"]
    assert not palette.isVisible()
    assert window.focusWidget() is field


def test_verdict_buttons_stand_side_by_side_in_order(look: ThemeHolder, qtbot: QtBot) -> None:
    board = QWidget()
    buttons = [VerdictButton(look, word, "check") for word in ("Met", "Not met", "Partly")]
    board.setLayout(Flow(look, *buttons, equal=True))
    shown(board, qtbot, 500)
    assert all(a.geometry().right() < b.x() for a, b in pairwise(buttons))


def test_a_line_that_is_squeezed_ends_in_an_ellipsis(look: ThemeHolder, qtbot: QtBot) -> None:
    line = TextLine(look, "Swallowed button battery, an hour from hospital", role="strong")
    qtbot.addWidget(line)
    line.resize(line.sizeHint())
    line.grab()
    assert line.toolTip() == ""
    whole = line.grab().toImage().copy(0, 0, 120, line.height())
    line.resize(120, line.height())
    assert line.grab().toImage() != whole, "it was cut without a sign"
    assert line.toolTip() == line.accessibleName()
