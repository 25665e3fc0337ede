"""The table of all commands with their keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.commands import Scope, plain
from ui.i18n import mark, tr, tr_later
from ui.preferences.presenter import KeyLine, PreferencesPresenter
from ui.preferences.recorder import KeyRecorder
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button, IconButton
from ui.widgets.chip import KeyCap
from ui.widgets.layout import Column, Hairline, Row
from ui.widgets.notice import InlineError
from ui.widgets.text import Label, Paragraph

SCOPES = {
    Scope.EVERYWHERE: mark("Everywhere"),
    Scope.DESK: mark("On the Desk"),
    Scope.TASK: mark("In a task"),
    Scope.ANSWER: mark("On the focused criterion"),
    Scope.AUTHORING: mark("In Authoring"),
    Scope.LEAD: mark("On the Lead board"),
}


class KeyRow(QWidget):
    def __init__(self, look: ThemeHolder, presenter: PreferencesPresenter, line: KeyLine) -> None:
        super().__init__()
        self._look = look
        self._presenter = presenter
        self.line = line
        self._caps = Row(look, spacing=4)
        self.error = InlineError(look)
        self.recorder = KeyRecorder(look, tr("Change the keys of “{title}”", title=line.title))
        self.recorder.recorded.connect(self._record)
        self.reset = IconButton(look, "rotate-ccw", tr("Default keys for “{title}”", title=line.title))
        self.reset.clicked.connect(self._reset)
        words = Column(
            look,
            Label(look, line.title, wrap=True),
            Paragraph(look, line.help, role="quiet"),
            self.error,
            spacing=2,
        )
        row = Row(look, (words, 1), spacing=10, margins=(0, 6, 0, 6))
        middle = Qt.AlignmentFlag.AlignVCenter
        caps = QWidget()
        caps.setLayout(self._caps)
        row.put(caps, middle)
        row.put(self.reset, middle)
        row.put(self.recorder, middle)
        self.setLayout(row)
        self.set(line, force=True)

    def set(self, line: KeyLine, *, force: bool = False) -> None:
        if line == self.line and not force:
            return
        self.line = line
        self._caps.clear()
        if line.keys:
            # Ten digits in a row say less than their first and last.
            # Return and Enter, which are two names of one key here, stand once.
            keys = tuple({plain(key): key for key in reversed(line.keys)}.values())[::-1]
            many = len(keys) > 4
            shown = (keys[0], keys[-1]) if many else keys
            for at, key in enumerate(shown):
                if many and at:
                    self._caps.add(Label(self._look, "…", role="quiet"))
                self._caps.add(KeyCap(self._look, key))
        else:
            self._caps.add(Label(self._look, tr("no key"), role="quiet"))
        self.recorder.setVisible(not line.fixed)
        self.reset.setVisible(line.changed)
        self.setAccessibleName(f"{line.title}: {', '.join(line.keys) or tr('no key')}")

    def _record(self, key: str) -> None:
        self.error.say(self._presenter.set_key(self.line.id, key))

    def _reset(self) -> None:
        self.error.say(self._presenter.reset_key(self.line.id))
        self.recorder.setFocus(Qt.FocusReason.OtherFocusReason)


class KeysSection(QWidget):
    def __init__(self, look: ThemeHolder, presenter: PreferencesPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self.reset_all = Button(look, tr("Reset all keys"), icon="rotate-ccw")
        self.reset_all.clicked.connect(presenter.reset_keys)
        self.rows: dict[str, KeyRow] = {}
        column = Column(look, spacing=0)
        column.add(
            Paragraph(
                look,
                tr("Press “Change”, then the new keys. Backspace takes the key away, Esc leaves it as it was."),
                role="second",
            ), 10, Row(look, self.reset_all, None),
        )  # fmt: skip
        scope: Scope | None = None
        for line in presenter.key_lines():
            if line.scope is not scope:
                scope = line.scope
                column.add(20, Label(look, tr_later(SCOPES[scope]), role="section"), 6)
            self.rows[line.id] = KeyRow(look, presenter, line)
            column.add(self.rows[line.id], Hairline())
        column.add(None)
        self.setLayout(column)
        presenter.applied.connect(self.show_now)
        self.show_now()

    def show_now(self) -> None:
        lines = self._presenter.key_lines()
        for line in lines:
            self.rows[line.id].set(line)
        changed = any(line.changed for line in lines)
        self.reset_all.set_blocked("" if changed else tr("All keys are the default ones."))
