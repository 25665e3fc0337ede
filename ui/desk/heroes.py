"""The two cards on top of the Desk: where one left off, and what fits into a shift."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ui.desk.presenter import DeskPresenter
from ui.i18n import tr, trn
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.chip import KeyCap
from ui.widgets.fields import NumberField
from ui.widgets.layout import Column, Row
from ui.widgets.surface import Card
from ui.widgets.text import IconLabel, Label, Paragraph

SHOWN = 3


class ContinueCard(Card):
    def __init__(self, look: ThemeHolder, presenter: DeskPresenter) -> None:
        super().__init__(look, hero=True, spacing=6)
        self._presenter = presenter
        self.setAccessibleName(tr("Where you left off"))
        self._over = Label(look, role="quiet")
        self._title = Paragraph(look, role="title")
        self._words = Paragraph(look, role="lead")
        self._left = Label(look, role="small", wrap=True)
        self.button = Button(look, tr("Continue"), kind="primary", icon="play", key="Return", least=132)
        self.button.clicked.connect(presenter.go_on)
        self.body.add(self._over, self._title, self._words, None, 8)
        self.body.add(Row(look, self.button, KeyCap(look, "Return"), (self._left, 1), spacing=10))

    def show_now(self) -> None:
        place = self._presenter.place
        self.setVisible(place is not None)
        if place is None:
            return
        fresh = place.criterion is None
        self._over.setText(tr("Up next") if fresh else tr("Where you left off"))
        self._title.setText(place.title)
        self._words.setText(self._presenter.place_words())
        self._left.setText(self._presenter.place_left())
        self.button.set_words(tr("Start") if fresh else tr("Continue"))
        self.button.setAccessibleDescription(f"{place.title}. {self._presenter.place_words()}")


class Minutes(NumberField):
    """Esc asks to leave it; Return says that the number stands."""

    left = Signal()
    given = Signal()

    def event(self, event: QEvent) -> bool:
        asks = event.type() == QEvent.Type.ShortcutOverride
        if asks and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.given.emit()


class ShiftCard(Card):
    """“I have 20 minutes”, what fits, and what is left over."""

    def __init__(self, look: ThemeHolder, presenter: DeskPresenter) -> None:
        super().__init__(look, hero=True, spacing=8)
        self._look = look
        self._presenter = presenter
        self.setAccessibleName(tr("Plan a shift"))
        self.minutes = Minutes(look, tr("Minutes I have"), least=5, most=240, value=presenter.minutes)
        self.minutes.setSingleStep(5)
        self.minutes.valueChanged.connect(presenter.set_minutes)
        self._lines = Column(look, spacing=6)
        self._list = QWidget()
        self._list.setLayout(self._lines)
        self._spare = Label(look, role="quiet", wrap=True)
        self._spare.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.button = Button(look, tr("Start this shift"))
        self.button.clicked.connect(presenter.start_shift)
        self.minutes.given.connect(lambda: self.button.setFocus(Qt.FocusReason.ShortcutFocusReason))
        self.body.add(
            Row(look, Label(look, tr("I have"), role="section"), self.minutes,
                Label(look, tr("minutes"), role="section"), None),
            self._list, None,
            Row(look, self.button, (self._spare, 1), spacing=10),
        )  # fmt: skip
        self._shown: tuple[object, ...] | None = None

    def show_now(self) -> None:
        lines = self._presenter.plan_lines()
        self.button.set_blocked("" if lines else tr("No open task fits into these minutes."))
        self._spare.setText(self._presenter.spare_words() if lines else "")
        if (lines, self._presenter.minutes) == self._shown:
            return
        self._shown = (lines, self._presenter.minutes)
        self._lines.clear()
        for line in lines[:SHOWN]:
            mark = IconLabel(self._look, "circle-dot" if line.started else "circle-dashed", "t3", 15)
            self._lines.add(
                Row(self._look, mark, (Label(self._look, line.text, elide=True), 1),
                    Label(self._look, line.time, role="small", figures=True))
            )  # fmt: skip
        more = len(lines) - SHOWN
        if more > 0:
            self._lines.add(
                Paragraph(self._look, trn("and {n} more task", "and {n} more tasks", more), role="quiet")
            )
        if not lines:
            self._lines.add(Paragraph(self._look, tr("No open task fits into these minutes."), role="second"))
