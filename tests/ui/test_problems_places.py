"""Every kind of error gets its place, in the person's words."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from app.errors import (
    AssayError,
    InputError,
    LockedError,
    OfflineError,
    RefusedError,
    StorageError,
    TrustError,
)
from app.i18n import Translator
from app.paths import resources
from ui import i18n
from ui.problems import Place, Problems, Words, place_of, words_of
from ui.theme.apply import ThemeHolder
from ui.widgets.dialog import Dialog
from ui.widgets.fields import FormRow, TextField
from ui.widgets.notice import InlineError
from ui.widgets.toast import Toast, ToastHost

KINDS = {
    InputError: Place.INLINE,
    OfflineError: Place.STATUS,
    RefusedError: Place.BANNER,
    TrustError: Place.QUARANTINE,
    StorageError: Place.DIALOG,
    LockedError: Place.LOCK,
    AssayError: Place.DIALOG,
}


class Screen:
    def __init__(self, look: ThemeHolder, qtbot: QtBot) -> None:
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.window.resize(800, 500)
        self.window.show()
        self.said: list[tuple[str, str]] = []
        self.problems = Problems(
            look, self.window, ToastHost(look, self.window),
            status=lambda words: self.said.append(("status", words.message)),
            banner=lambda words, place: self.said.append((place.value, words.both)),
            locked=lambda: self.said.append(("lock", "")),
        )  # fmt: skip


@pytest.fixture
def screen(look: ThemeHolder, qtbot: QtBot) -> Screen:
    return Screen(look, qtbot)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_place(kind: type[AssayError]) -> None:
    assert place_of(kind("a.b", "It happened.")) is KINDS[kind]


def test_an_error_is_told_in_the_persons_language(look: ThemeHolder) -> None:
    i18n.use(Translator("zh_TW", resources() / "translations"))
    error = InputError(
        "keys.fixed", "The keys of “{title}” cannot be changed.", params={"title": "X"}, where="f"
    )
    assert words_of(error) == Words("「X」的按鍵無法變更。", "", "keys.fixed: f")


def test_an_input_error_stands_at_its_field(screen: Screen, look: ThemeHolder, qtbot: QtBot) -> None:
    row = FormRow(look, "Code", TextField(look, "Code"))
    qtbot.addWidget(row)
    row.show()
    screen.problems.show(InputError("a.b", "Not complete.", hint="Copy all of it."), row)
    assert row.findChild(InlineError).accessibleName() == "Not complete. Copy all of it."
    screen.problems.show(InputError("a.b", "Not complete.", hint="Copy all of it."))
    assert screen.window.findChild(Toast).accessibleName() == "Not complete. Copy all of it."


def test_the_window_is_told_of_the_rest(screen: Screen) -> None:
    for error in (
        OfflineError("a", "Offline."), RefusedError("b", "Refused.", hint="Ask."), TrustError("c", "Forged."),
        LockedError("d", "Locked."),
    ):  # fmt: skip
        screen.problems.show(error)
    assert screen.said == [
        ("status", "Offline."), ("banner", "Refused. Ask."), ("quarantine", "Forged."), ("lock", ""),
    ]  # fmt: skip


def test_a_storage_error_opens_a_dialog_with_its_code(screen: Screen) -> None:
    screen.problems.show(StorageError("disk.full", "The disk is full.", hint="Your work is kept."))
    dialog = screen.window.findChild(Dialog)
    assert dialog.isVisible()
    assert dialog.windowTitle() == "The disk is full."
    assert dialog.verb.hasFocus() or dialog.focusWidget() is dialog.verb
    dialog.verb.click()
    assert not dialog.isVisible()
