"""Three columns where her laptops differ: 1, 2 or 3 chooses, Esc leaves the rest for later."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QWidget

from app.errors import AssayError
from ui.differing.presenter import DifferingPresenter
from ui.i18n import tr
from ui.problems import words_of
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.layout import Column, Row
from ui.widgets.notice import InlineError, announce
from ui.widgets.scroll import ScrollArea
from ui.widgets.surface import Well
from ui.widgets.text import Label, Paragraph

WIDTH, VALUE_HEIGHT = 820, 130
KEYS = {Qt.Key.Key_1: 0, Qt.Key.Key_2: 1, Qt.Key.Key_3: 2}


class DifferencesDialog(QDialog):
    def __init__(self, look: ThemeHolder, parent: QWidget, presenter: DifferingPresenter) -> None:
        super().__init__(parent)
        self._look = look
        self._presenter = presenter
        title = tr("Your laptops differ")
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setModal(True)
        self._place = Label(look, role="quiet")
        self._task = Paragraph(look, role="section")
        self._what = Paragraph(look, role="lead")
        self.values: list[Paragraph] = []
        self.buttons: list[Button] = []
        columns = Row(look, spacing=12)
        for at, name in enumerate((tr("This laptop"), tr("The other laptop"), tr("Before both"))):
            columns.add((self._column(at, name), 1))
        self.error = InlineError(look)
        self.later = Button(look, tr("Later"), least=88)
        self.later.clicked.connect(self.reject)
        hint = tr("Press 1, 2 or 3. A choice is a step like any other: Undo takes it back.")
        self.setLayout(
            Column(
                look, Row(look, (Label(look, title, role="title"), 1), self._place), 8, self._task, self._what,
                10, columns, 8, self.error, Row(look, (Paragraph(look, hint, role="quiet"), 1), self.later),
                spacing=4, margins=(24, 22, 24, 20),
            )
        )  # fmt: skip
        presenter.changed.connect(self._show_now)
        presenter.refused.connect(self._refused)
        self.finished.connect(self._over)
        look.changed.connect(self._fit)
        self._fit()

    def _column(self, at: int, name: str) -> Well:
        look = self._look
        well = Well(look, spacing=8)
        value = Paragraph(look, role="body")
        inside = QWidget()
        inside.setLayout(Column(look, value, None))
        area = ScrollArea(look, inside, name=name)
        area.setFixedHeight(look.px(VALUE_HEIGHT))
        button = Button(look, tr("{key}  Take this", key=at + 1), key=str(at + 1))
        button.setAccessibleName(tr("Take this: {name}", name=name))
        button.clicked.connect(lambda: self._presenter.choose(at))
        well.body.add(Label(look, name, role="strong"), area, Row(look, button, None))
        self.values.append(value)
        self.buttons.append(button)
        return well

    def begin(self) -> None:
        self._presenter.begin()
        self.open()
        self.buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        column = KEYS.get(Qt.Key(event.key()))
        if column is not None and not event.isAutoRepeat():
            self._presenter.choose(column)
        else:
            super().keyPressEvent(event)

    def _show_now(self) -> None:
        shown = self._presenter.shown()
        if shown is None:
            self.accept()
            return
        self.error.say("")
        self._place.setText(shown.place)
        self._task.setText(shown.title)
        self._what.setText(
            tr("{what}. {when}", what=shown.what[:1].upper() + shown.what[1:], when=shown.when)
        )
        for paragraph, text in zip(self.values, shown.columns, strict=True):
            paragraph.setText(text or tr("nothing"))
            paragraph.set_tone("t1" if text else "t3")
        announce(
            self, f"{shown.title}. {shown.what}. " + "; ".join(c or tr("nothing") for c in shown.columns)
        )

    def _refused(self, error: AssayError) -> None:
        words = words_of(error)
        self.error.say(words.message, words.hint)

    def _over(self) -> None:
        self._presenter.changed.disconnect(self._show_now)
        self._presenter.refused.disconnect(self._refused)
        self.deleteLater()

    def _fit(self) -> None:
        parent = self.parentWidget()
        most = parent.width() - 40 if parent is not None else 10**6
        self.setFixedWidth(max(480, min(self._look.px(WIDTH), most)))
