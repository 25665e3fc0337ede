"""Undo and redo inside a field go by every key that they have in the window, not only by those that Qt knows here.

Which keys Qt knows differs from system to system, so there is one more of each here that no system has.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from app.commands import resolve
from tests.keyboard import press, write
from ui.commands import CommandBinder
from ui.theme.apply import ThemeHolder
from ui.widgets.fields import NumberField, SearchField, TextArea, TextField
from ui.widgets.layout import Column
from ui.widgets.points import PointsField

UNDO, REDO = ("Ctrl+Z", "Ctrl+Alt+U"), ("Ctrl+Shift+Z", "Ctrl+Y", "Ctrl+Alt+Y")
Field = TextField | TextArea | NumberField | PointsField
FIELDS: dict[str, Callable[[ThemeHolder], Field]] = {
    "line": lambda look: TextField(look, "Title"),
    "search": lambda look: SearchField(look, "Find"),
    "area": lambda look: TextArea(look, "Comment"),
    "number": lambda look: NumberField(look, "Minutes", least=0, most=9999, value=0),
    "points": lambda look: PointsField(look, "Points"),
}


class Window(QWidget):
    """A field, and around it what a window undoes by the same keys."""

    def __init__(self, look: ThemeHolder, field: Field) -> None:
        super().__init__()
        self.got: list[str] = []
        self.field = field
        self.setLayout(Column(look, field))
        self.binder = CommandBinder(self, resolve({"undo": UNDO, "redo": REDO}))
        for step in ("undo", "redo"):
            self.binder.bind(step, partial(self.got.append, step))

    def text(self) -> str:
        return self.field.toPlainText() if isinstance(self.field, QPlainTextEdit) else self.field.text()


def shown(window: Window, qtbot: QtBot) -> Window:
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    window.field.setFocus()
    QApplication.processEvents()
    return window


@pytest.mark.parametrize("undo", UNDO)
@pytest.mark.parametrize("redo", REDO)
@pytest.mark.parametrize("kind", FIELDS)
def test_what_is_typed_is_taken_back_and_done_again(
    look: ThemeHolder, qtbot: QtBot, kind: str, undo: str, redo: str
) -> None:
    window = shown(Window(look, FIELDS[kind](look)), qtbot)
    before = window.text()
    write("12")
    after = window.text()
    assert after != before
    press(undo)
    assert window.text() == before
    press(redo)
    assert window.text() == after
    press(undo, undo, redo, redo)
    assert window.got == [], "nothing of the task was touched from inside the field"


@pytest.mark.parametrize("kind", FIELDS)
def test_what_cannot_be_written_leaves_both_to_the_window(look: ThemeHolder, qtbot: QtBot, kind: str) -> None:
    window = Window(look, FIELDS[kind](look))
    window.field.setReadOnly(True)
    shown(window, qtbot)
    press(*UNDO, *REDO)
    assert window.got == ["undo"] * len(UNDO) + ["redo"] * len(REDO)


def test_other_keys_are_followed_at_once_and_a_letter_stays_a_letter(look: ThemeHolder, qtbot: QtBot) -> None:
    window = shown(Window(look, TextArea(look, "Comment")), qtbot)
    window.binder.set_keymap(resolve({"undo": ("Ctrl+Alt+N", "Shift+U"), "redo": ("Ctrl+Alt+M",)}))
    write("U")
    press("Ctrl+Alt+N")
    assert window.text() == ""
    press("Ctrl+Alt+M")
    assert window.text() == "U"
    assert window.got == []
