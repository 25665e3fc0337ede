"""The one place where a QAction is born.

    binder = CommandBinder(window, resolve(settings.keys))
    binder.bind("submit", presenter.submit, enabled=presenter.can_submit)
    binder.bind_each("value", presenter.choose)     # called with 0 … 9, the place of the key
    binder.set_scopes({Scope.TASK, Scope.ANSWER})   # the screen in front; EVERYWHERE is always alive
    binder.key("submit")                            # "Ctrl+Return", for tooltips and key caps
    palette.open_with(binder.palette())

Keys without Ctrl or Alt are dead while a text field has the focus; buttons and lists keep the keys that press
and move in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

from app.commands import BY_ID, Keymap, Scope, is_typing, plain
from ui.i18n import tr_later
from ui.widgets.history import keys_are

if TYPE_CHECKING:
    from ui.widgets.palette import PaletteEntry

_PRESS = frozenset({"SPACE", "RETURN"})
_SWITCH = frozenset({"SPACE", "RETURN", "LEFT", "RIGHT"})
_MOVE = frozenset({"UP", "DOWN", "LEFT", "RIGHT", "RETURN", "SPACE"})
_CARET = frozenset({"UP", "DOWN", "LEFT", "RIGHT", "RETURN", "HOME", "END", "PGUP", "PGDOWN"})
"""What a text that is read with a caret needs (`ui/panels/reading/caret.py`), also with Shift and Ctrl."""


def is_text_field(widget: QWidget | None) -> bool:
    """True where letters are written."""
    if isinstance(widget, QLineEdit | QTextEdit | QPlainTextEdit | QAbstractSpinBox):
        return not widget.isReadOnly()
    return isinstance(widget, QComboBox) and widget.isEditable()


def keeps(widget: QWidget | None, key: str) -> bool:
    """True if the focused widget needs the key itself."""
    if is_text_field(widget):
        return is_typing(key)
    if isinstance(widget, QAbstractItemView | QComboBox):
        return plain(key) in _MOVE
    if widget is not None and widget.property("caret"):
        *with_, last = plain(key).split("+")
        return last in _CARET and not {"ALT", "META"} & set(with_)
    if isinstance(widget, QAbstractButton):
        return plain(key) in (_SWITCH if widget.property("kind") in ("seg", "tab") else _PRESS)
    return False


@dataclass
class _Binding:
    callback: Callable[[int], None]
    enabled: Callable[[], bool]
    keys: tuple[str, ...] = ()
    actions: list[QAction] = field(default_factory=list)


class CommandBinder(QObject):
    """Binds the commands of the table to one window."""

    def __init__(self, window: QWidget, keymap: Keymap) -> None:
        super().__init__(window)
        self._window = window
        self._keymap = keymap
        self._scopes = frozenset({Scope.EVERYWHERE})
        self._bindings: dict[str, _Binding] = {}
        self._live: dict[QAction, bool] = {}
        _tell_fields(keymap)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    def bind(
        self, command_id: str, callback: Callable[[], None], *, enabled: Callable[[], bool] | None = None
    ) -> None:
        """Bind a command, in place of what it was bound to. enabled is asked when the key is pressed."""
        self._bind(command_id, lambda _: callback(), enabled)

    def bind_each(
        self, command_id: str, callback: Callable[[int], None], *, enabled: Callable[[], bool] | None = None
    ) -> None:
        """Bind a command whose keys differ in meaning; the callback gets the place of the key."""
        self._bind(command_id, callback, enabled)

    @property
    def bound(self) -> frozenset[str]:
        return frozenset(self._bindings)

    def unbind(self, command_ids: Iterable[str]) -> None:
        """Forget commands, when the screen that bound them goes."""
        for command_id in command_ids:
            binding = self._bindings.pop(command_id, None)
            for action in binding.actions if binding else ():
                self._live.pop(action, None)
                self._window.removeAction(action)
                action.deleteLater()

    def set_scopes(self, scopes: Iterable[Scope]) -> None:
        """Which scopes are alive besides EVERYWHERE."""
        self._scopes = frozenset(scopes) | {Scope.EVERYWHERE}
        self._refresh()

    def set_keymap(self, keymap: Keymap) -> None:
        """Other keys, at once."""
        self._keymap = keymap
        _tell_fields(keymap)
        for command_id in list(self._bindings):
            binding = self._bindings[command_id]
            self._bind(command_id, binding.callback, binding.enabled)

    def key(self, command_id: str) -> str:
        """The first key of a command in portable text, empty if it has none."""
        return self._keymap.first(command_id)

    def run(self, command_id: str) -> bool:
        """Run a command as if its key was pressed; False if it is not possible now."""
        return self._run(command_id, 0)

    def palette(self) -> list[PaletteEntry]:
        """What the command palette offers now: bound, alive, possible."""
        from ui.widgets.palette import PaletteEntry

        entries = []
        for command_id, binding in self._bindings.items():
            command = BY_ID[command_id]
            if command.hidden or command.scope not in self._scopes or not binding.enabled():
                continue
            entries.append(
                PaletteEntry(
                    command_id, tr_later(command.title), self.key(command_id), tr_later(command.help),
                    partial(self._from_palette, command_id),
                )
            )  # fmt: skip
        return entries

    def _from_palette(self, command_id: str) -> None:
        self._run(command_id, 0)

    def _bind(
        self, command_id: str, callback: Callable[[int], None], enabled: Callable[[], bool] | None
    ) -> None:
        command = BY_ID[command_id]
        self.unbind((command_id,))
        binding = self._bindings[command_id] = _Binding(
            callback, enabled or _always, self._keymap.of(command_id)
        )
        for at, key in enumerate(binding.keys):
            action = QAction(tr_later(command.title), self)
            action.setShortcut(QKeySequence.fromString(key, QKeySequence.SequenceFormat.PortableText))
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.setAutoRepeat(command.hidden)
            action.setProperty("command", command_id)
            action.setProperty("key", key)
            action.setProperty("at", at)
            action.triggered.connect(self._triggered)
            self._window.addAction(action)
            binding.actions.append(action)
        self._refresh((command_id,))

    def _triggered(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self._run(str(action.property("command")), int(action.property("at")))

    def _run(self, command_id: str, at: int) -> bool:
        binding = self._bindings.get(command_id)
        if binding is None or BY_ID[command_id].scope not in self._scopes or not binding.enabled():
            return False
        binding.callback(at)
        return True

    def _focus_moved(self, _old: QWidget | None, _new: QWidget | None) -> None:
        if isValid(self._window):  # the focus moves once more while the window is taken down
            self._refresh()

    def _refresh(self, command_ids: Iterable[str] | None = None) -> None:
        """Which keys are alive now, of all commands or of these."""
        focused = self._window.focusWidget()
        for command_id in self._bindings if command_ids is None else command_ids:
            binding = self._bindings[command_id]
            alive = BY_ID[command_id].scope in self._scopes
            for key, action in zip(binding.keys, binding.actions, strict=True):
                on = alive and not keeps(focused, key)
                if self._live.get(action) is not on:
                    self._live[action] = on
                    action.setEnabled(on)


def _tell_fields(keymap: Keymap) -> None:
    """A key means the same in a field as around it."""
    keys_are(*([key for key in keymap.of(step) if not is_typing(key)] for step in ("undo", "redo")))


def _always() -> bool:
    return True
