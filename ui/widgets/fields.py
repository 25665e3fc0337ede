"""Fields. Each has a name that screen readers say and, in a `FormRow`, a label above and an error below.

invitation = TextField(look, "Invitation code", placeholder="Paste it here")
row = FormRow(look, "Invitation code", invitation, help="It came with your e-mail.")
row.set_error(tr("This invitation has expired."), tr("Ask the lab for a new one."))
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QTextCursor
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QStyle,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QWidget,
)

from ui.theme.apply import ThemeHolder, set_property
from ui.theme.tokens import RADIUS
from ui.widgets.history import takes_step
from ui.widgets.layout import Column
from ui.widgets.notice import InlineError
from ui.widgets.text import IconLabel, Label


class TextField(QLineEdit):
    """One line of text; secret = a passphrase, never shown, never remembered by the input method."""

    def __init__(
        self, look: ThemeHolder, name: str, *, text: str = "", placeholder: str = "", secret: bool = False
    ) -> None:
        super().__init__(text)
        self._look = look
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        if secret:
            self.setEchoMode(QLineEdit.EchoMode.Password)
            self.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhHiddenText)

    def event(self, event: QEvent) -> bool:
        return takes_step(self, event) or super().event(event)


def _takes_escape(event: QEvent) -> bool:
    """True if the event asks whether Esc is a shortcut: not in a field that handles Esc itself."""
    override = event.type() == QEvent.Type.ShortcutOverride
    if override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
        event.accept()
        return True
    return False


class SearchField(TextField):
    """A field with a magnifier and a clear button. Esc empties it, a second Esc asks to leave."""

    left = Signal()

    def __init__(self, look: ThemeHolder, name: str, *, placeholder: str = "") -> None:
        super().__init__(look, name, placeholder=placeholder)
        self._mark = IconLabel(look, "search", "t3", 16)
        self._mark.setParent(self)
        self.setClearButtonEnabled(True)
        look.changed.connect(self._fit)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.text():
            self.clear()
        else:
            self.left.emit()

    def event(self, event: QEvent) -> bool:
        return _takes_escape(event) or super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._mark.move(self._look.px(10), (self.height() - self._mark.height()) // 2)

    def _fit(self) -> None:
        self.setTextMargins(self._look.px(24), 0, 0, 0)


class NumberField(QSpinBox):
    """A whole number, typed or with the arrow keys."""

    def __init__(
        self, look: ThemeHolder, name: str, *, least: int, most: int, value: int, width: int = 60
    ) -> None:
        super().__init__()
        self._look = look
        self._width = width
        self.setAccessibleName(name)
        self.setRange(least, most)
        self.setValue(value)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setKeyboardTracking(False)
        look.changed.connect(self._fit)
        self._fit()

    def event(self, event: QEvent) -> bool:
        return takes_step(self.lineEdit(), event) or super().event(event)

    def _fit(self) -> None:
        self.setFixedWidth(self._look.px(self._width))


class Select(QComboBox):
    """One of a list: `Select(look, "Language", [("en", "English"), …])`; `.value()`, `.choose(value)`.

    As wide as its longest entry, whenever entries come; where there is less room, what is chosen ends in an
    ellipsis and stands whole in the tooltip.
    """

    picked = Signal(str)
    NARROWEST = 120
    """px at 100 %."""

    def __init__(self, look: ThemeHolder, name: str, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._look = look
        self.setAccessibleName(name)
        for value, text in choices:
            self.addItem(text, value)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.activated.connect(self._pick)
        self.currentTextChanged.connect(self._tip)
        look.changed.connect(self.update)

    def value(self) -> str:
        return str(self.currentData())

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """Other choices, if they are others; without one it is disabled."""
        if list(choices) != [(self.itemData(at), self.itemText(at)) for at in range(self.count())]:
            self.clear()
            for value, text in choices:
                self.addItem(text, value)
        self.setEnabled(bool(choices))

    def _pick(self, at: int) -> None:
        self.picked.emit(str(self.itemData(at)))

    def choose(self, value: str) -> None:
        """Show a value, without the signal."""
        self.setCurrentIndex(self.findData(value))

    def sizeHint(self) -> QSize:
        """Qt's own, and what its arrow would take of the longest entry (whose width Qt rounds down)."""
        option, hint = QStyleOptionComboBox(), super().sizeHint()
        super().initStyleOption(option)
        option.rect = QRect(QPoint(0, 0), hint)
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(self.itemText(at)) for at in range(self.count())), default=0)
        return QSize(hint.width() + max(0, widest + 1 - self._room(option)), hint.height())

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), self._look.px(self.NARROWEST)), hint.height())

    def showPopup(self) -> None:
        """The list with its last entry whole: Qt takes some px too few, then scrolls."""
        view = self.view()
        view.ensurePolished()
        rows, edges = range(min(self.count(), self.maxVisibleItems())), view.contentsMargins()
        view.setMinimumHeight(sum(map(view.sizeHintForRow, rows)) + edges.top() + edges.bottom())
        super().showPopup()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tip()

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        super().initStyleOption(option)
        option.currentText = self.fontMetrics().elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, self._room(option)
        )

    def _room(self, option: QStyleOptionComboBox) -> int:
        """px for words."""
        part = QStyle.SubControl.SC_ComboBoxEditField
        return self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, self).width() - 2

    def _tip(self) -> None:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        self.setToolTip(self.currentText() if option.currentText != self.currentText() else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        look = self._look
        tone = "t2" if self.isEnabled() else "t3"
        mark = look.pixmap("chevron-down", tone, 16, self.devicePixelRatioF())
        side = look.px(16)
        at = QPointF(self.width() - side - look.px(8), (self.height() - side) / 2)
        QPainter(self).drawPixmap(at, mark)


class TextArea(QPlainTextEdit):
    """Several lines of text; grows with them from `lines` to `most`. Tab leaves it; Esc asks to leave."""

    left = Signal()

    def __init__(
        self, look: ThemeHolder, name: str, *, placeholder: str = "", lines: int = 2, most: int = 8
    ) -> None:
        super().__init__()
        self._look = look
        self._lines, self._most = lines, most
        self.setProperty("field", "1")
        self.setAccessibleName(name)
        self._placeholder = placeholder
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.textChanged.connect(self._fit)
        look.changed.connect(self._fit)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        return _takes_escape(event) or takes_step(self, event) or super().event(event)

    def go_on(self) -> None:
        """Take the keyboard, to write on behind what stands there."""
        if self.textCursor().atStart():
            self.moveCursor(QTextCursor.MoveOperation.End)
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def setReadOnly(self, ro: bool) -> None:
        """What cannot be written is no field to look at: no ground, no edge, no invitation to write."""
        if ro != self.isReadOnly():  # Qt sets its flags anew each time
            super().setReadOnly(ro)
            self.setPlaceholderText("" if ro else self._placeholder)

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(240), self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        rows = min(max(round(self.document().size().height()), self._lines), self._most)
        frame = self._look.px(4) + self._look.theme.focus_width + round(self.document().documentMargin())
        edges = max(self._look.px(22), 2 * frame + 2)
        self.setFixedHeight(rows * self.fontMetrics().lineSpacing() + edges)


class Check(QCheckBox):
    """Yes or no, with its words beside it."""

    def __init__(self, look: ThemeHolder, text: str, *, on: bool = False) -> None:
        super().__init__(text)
        self._look = look
        self.setAccessibleName(text)
        self.setChecked(on)
        look.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        look, option = self._look, QStyleOptionButton()
        self.initStyleOption(option)
        part = QStyle.SubElement.SE_CheckBoxIndicator
        box = QRectF(self.style().subElementRect(part, option, self)).adjusted(0.5, 0.5, -0.5, -0.5)
        on = self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.colour("fill" if on else "line2"), 1))
        painter.setBrush(look.colour("fill" if on else "page"))
        painter.drawRoundedRect(box, look.px(RADIUS.key), look.px(RADIUS.key))
        if on:
            side = look.px(12)
            mark = look.pixmap("check", "on_fill", 12, self.devicePixelRatioF())
            centre = box.center()
            painter.drawPixmap(QPointF(centre.x() - side / 2, centre.y() - side / 2), mark)


class FormRow(QWidget):
    """A label above a field, help and errors below it."""

    def __init__(self, look: ThemeHolder, label: str, field: QWidget, *, help: str = "") -> None:
        super().__init__()
        self._field = field
        caption = Label(look, label, role="strong")
        caption.setBuddy(field)
        self._help = Label(look, help, role="quiet", wrap=True)
        if not help:
            self._help.hide()
        self._error = InlineError(look)
        if not field.accessibleName():
            field.setAccessibleName(label)
        field.setAccessibleDescription(help)
        self.setLayout(Column(look, caption, field, self._help, self._error, spacing=6))

    def set_error(self, message: str, hint: str = "") -> None:
        """Show what is wrong at the field; an empty message clears it."""
        self._error.say(message, hint)
        set_property(self._field, "state", "bad" if message else "")
        self._field.setAccessibleDescription(" ".join((message, hint)).strip() or self._help.text())
        if message:
            self._field.setFocus(Qt.FocusReason.OtherFocusReason)
