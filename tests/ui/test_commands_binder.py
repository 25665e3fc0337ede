"""Keys pressed in a real window: scopes, text fields, buttons, the palette."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMainWindow, QTextBrowser, QWidget
from pytestqt.qtbot import QtBot

from app.commands import Scope, resolve
from ui.commands import CommandBinder, is_text_field, keeps
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.choice import SegmentedControl
from ui.widgets.fields import NumberField, TextArea, TextField
from ui.widgets.layout import Column
from ui.widgets.rows import RowList


class Desk:
    """A window with a field, a button and a reading page."""

    def __init__(self, look: ThemeHolder, qtbot: QtBot) -> None:
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        page = QWidget()
        self.field = TextField(look, "Comment")
        self.area = TextArea(look, "Reason")
        self.button = Button(look, "Start")
        self.reading = QTextBrowser()
        page.setLayout(Column(look, self.field, self.area, self.button, self.reading))
        self.window.setCentralWidget(page)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()
        QApplication.processEvents()
        self.ran: list[str] = []
        self.binder = CommandBinder(self.window, resolve({}))
        self.binder.set_scopes({Scope.TASK, Scope.ANSWER})

    def note(self, word: str) -> Callable[[], None]:
        return lambda: self.ran.append(word)


@pytest.fixture
def desk(look: ThemeHolder, qtbot: QtBot) -> Desk:
    return Desk(look, qtbot)


def test_a_letter_answers_while_reading_and_writes_while_typing(desk: Desk, qtbot: QtBot) -> None:
    desk.binder.bind("met", desk.note("met"))
    desk.reading.setFocus()
    qtbot.keyClick(desk.reading, Qt.Key.Key_Y)
    assert desk.ran == ["met"]
    desk.field.setFocus()
    qtbot.keyClick(desk.field, Qt.Key.Key_Y)
    assert desk.field.text() == "y"
    desk.area.setFocus()
    qtbot.keyClick(desk.area, Qt.Key.Key_Y)
    assert desk.area.toPlainText() == "y"
    assert desk.ran == ["met"]


def test_keys_with_ctrl_work_while_typing(desk: Desk, qtbot: QtBot) -> None:
    desk.binder.bind("submit", desk.note("submit"))
    desk.area.setFocus()
    qtbot.keyClick(desk.area, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert desk.ran == ["submit"]


def test_only_the_scopes_in_front_are_alive(desk: Desk, qtbot: QtBot) -> None:
    desk.binder.bind("continue", desk.note("continue"))
    desk.binder.bind("next-answer", desk.note("next"))
    desk.binder.bind("lock", desk.note("lock"))
    desk.reading.setFocus()
    qtbot.keyClick(desk.reading, Qt.Key.Key_Return)
    desk.binder.set_scopes({Scope.DESK})
    qtbot.keyClick(desk.reading, Qt.Key.Key_Return)
    qtbot.keyClick(desk.reading, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert desk.ran == ["next", "continue", "lock"]
    assert not desk.binder.run("next-answer")


def test_a_command_that_is_not_possible_does_nothing(desk: Desk, qtbot: QtBot) -> None:
    possible: list[bool] = []
    desk.binder.bind("flag", desk.note("flag"), enabled=lambda: bool(possible))
    desk.reading.setFocus()
    qtbot.keyClick(desk.reading, Qt.Key.Key_F)
    assert desk.binder.palette() == []
    possible.append(True)
    qtbot.keyClick(desk.reading, Qt.Key.Key_F)
    assert desk.ran == ["flag"]


def test_digits_say_which_one_was_pressed(desk: Desk, qtbot: QtBot) -> None:
    digits: list[int] = []
    desk.binder.bind_each("value", digits.append)
    desk.reading.setFocus()
    for key in (Qt.Key.Key_0, Qt.Key.Key_7):
        qtbot.keyClick(desk.reading, key)
    assert digits == [0, 7]


def test_space_presses_a_button_that_has_the_focus(desk: Desk, qtbot: QtBot) -> None:
    desk.binder.bind("scroll", desk.note("scroll"))
    desk.button.clicked.connect(desk.note("pressed"))
    desk.button.setFocus()
    qtbot.keyClick(desk.button, Qt.Key.Key_Space)
    desk.reading.setFocus()
    qtbot.keyClick(desk.reading, Qt.Key.Key_Space)
    assert desk.ran == ["pressed", "scroll"]


def test_escape_in_a_field_that_handles_it_stays_there(desk: Desk, qtbot: QtBot) -> None:
    desk.binder.bind("leave", desk.note("leave"))
    desk.area.left.connect(desk.note("left"))
    desk.area.setFocus()
    qtbot.keyClick(desk.area, Qt.Key.Key_Escape)
    desk.field.setFocus()
    qtbot.keyClick(desk.field, Qt.Key.Key_Escape)
    assert desk.ran == ["left", "leave"]


def test_binding_again_takes_the_place_and_unbinding_forgets(desk: Desk, qtbot: QtBot) -> None:
    desk.binder.bind("met", desk.note("old"))
    desk.binder.bind("met", desk.note("new"))
    desk.reading.setFocus()
    qtbot.keyClick(desk.reading, Qt.Key.Key_Y)
    desk.binder.unbind(["met"])
    qtbot.keyClick(desk.reading, Qt.Key.Key_Y)
    assert desk.ran == ["new"]


def test_other_keys_take_effect_at_once(desk: Desk, qtbot: QtBot) -> None:
    desk.binder.bind("met", desk.note("met"))
    desk.binder.set_keymap(resolve({"met": ["Z"]}))
    desk.reading.setFocus()
    qtbot.keyClick(desk.reading, Qt.Key.Key_Y)
    qtbot.keyClick(desk.reading, Qt.Key.Key_Z)
    assert desk.ran == ["met"]
    assert desk.binder.key("met") == "Z"


def test_the_palette_lists_what_is_bound_and_possible(desk: Desk) -> None:
    desk.binder.bind("lock", desk.note("lock"))
    desk.binder.bind("met", desk.note("met"))
    desk.binder.bind("continue", desk.note("continue"))
    desk.binder.bind("scroll", desk.note("scroll"))
    entries = desk.binder.palette()
    assert [(e.title, e.key) for e in entries] == [("Lock", "Ctrl+L"), ("Met", "Y")]
    entries[0].run()
    assert desk.ran == ["lock"]


def test_who_keeps_which_keys(look: ThemeHolder, qtbot: QtBot) -> None:
    field, number = TextField(look, "a"), NumberField(look, "b", least=0, most=9, value=1)
    rows, segments, page = RowList(look, "c"), SegmentedControl(look, "d", [("x", "X")]), QTextBrowser()
    for widget in (field, number, rows, segments, page):
        qtbot.addWidget(widget)
    button = segments.findChild(QWidget)
    assert keeps(field, "Y")
    assert keeps(number, "5")
    assert keeps(rows, "Down")
    assert keeps(button, "Right")
    assert not keeps(rows, "Y")
    assert not keeps(field, "Ctrl+Return")
    assert not keeps(None, "Y")
    field.setReadOnly(True)
    assert not is_text_field(field)
    assert not is_text_field(page)
