"""One criterion being written: its words, points, kind, tags, what is doubtful about it, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.rubric import Criterion, Kind
from ui.authoring.words import KINDS
from ui.i18n import number, sentences, tr, tr_later
from ui.panels.ideal.field import Writing
from ui.panels.ideal.words import Words
from ui.theme.apply import ThemeHolder
from ui.widgets.button import IconButton
from ui.widgets.fields import NumberField, Select, TextField
from ui.widgets.flow import Flow
from ui.widgets.layout import Column, Row
from ui.widgets.points import PointsField
from ui.widgets.surface import Card
from ui.widgets.text import IconLabel, Label, Paragraph

MOST = 100


class Doubts(QWidget):
    """Advice, a line each, behind an icon; hidden while there is none."""

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__()
        self._look = look
        self._shown: tuple[str, ...] = ()
        self._column = Column(look, spacing=4)
        self.setLayout(self._column)
        self.setVisible(False)

    def say(self, doubts: Sequence[str]) -> None:
        if tuple(doubts) == self._shown:
            return
        self._shown = tuple(doubts)
        self._column.clear()
        for text in doubts:
            row = Row(self._look, spacing=6)
            row.put(IconLabel(self._look, "info", "unsure", 16), Qt.AlignmentFlag.AlignTop)
            row.add((Paragraph(self._look, text, role="second"), 1))
            self._column.add(row)
        self.setAccessibleName(sentences(*doubts))
        self.setVisible(bool(doubts))


class CriterionEditor(Card):
    """changed(id, {part: value}) · left()."""

    changed = Signal(str, object)
    moved = Signal(str, int)
    removed = Signal(str)
    left = Signal()

    def __init__(self, look: ThemeHolder, words: Words) -> None:
        super().__init__(look, spacing=8)
        self.id = ""
        self._number = Label(look, role="strong", figures=True)
        self.text = Writing(
            look, "", words, placeholder=tr("One thing that one can see in an answer"), lines=1, most=6
        )
        self.points = PointsField(look, tr("Points"))
        self.kind = Select(look, tr("How it is answered"), [(k, tr_later(text)) for k, text in KINDS.items()])
        self.low = NumberField(look, tr("Lowest value"), least=-MOST, most=MOST, value=1)
        self.high = NumberField(look, tr("Highest value"), least=-MOST, most=MOST, value=5)
        self.tags = TextField(look, tr("Tags"), placeholder=tr("Tags, with commas"))
        self.up = IconButton(look, "arrow-up", tr("Criterion up"))
        self.down = IconButton(look, "arrow-down", tr("Criterion down"))
        self.gone = IconButton(look, "trash-2", tr("Remove the criterion"))
        self.doubts = Doubts(look)
        self._scale = QWidget()
        self._scale.setLayout(
            Row(look, Label(look, tr("from")), self.low, Label(look, tr("to")), self.high, spacing=6)
        )
        self._lay_out()
        self._connect()
        look.changed.connect(self._widen)
        self._widen()

    def _lay_out(self) -> None:
        look = self._look
        first = Row(look, spacing=10)
        first.add(Column(look, 8, self._number, None, spacing=0))
        first.add((self.text, 1))
        first.put(self.points, Qt.AlignmentFlag.AlignTop)
        acts = QWidget()
        acts.setLayout(Row(look, self.up, self.down, self.gone, spacing=2))
        more = Flow(look, self.kind, self._scale, self.tags, acts, spacing=8)
        self.body.add(first)
        self.body.addLayout(more)
        self.body.add(self.doubts)

    def _connect(self) -> None:
        self.text.wrote.connect(lambda text: self._say(text=text))
        self.text.left.connect(self.left)
        self.points.gave.connect(lambda value: self._say(points=value))
        self.kind.picked.connect(lambda kind: self._say(kind=Kind(kind)))
        self.tags.textEdited.connect(lambda text: self._say(tags=tags_of(text)))
        self.low.valueChanged.connect(lambda value: self._say(low=float(value)))
        self.high.valueChanged.connect(lambda value: self._say(high=float(value)))
        self.up.clicked.connect(lambda: self.moved.emit(self.id, -1))
        self.down.clicked.connect(lambda: self.moved.emit(self.id, 1))
        self.gone.clicked.connect(lambda: self.removed.emit(self.id))

    def _widen(self) -> None:
        self.tags.setMinimumWidth(self._look.px(170))

    def set_keys(self, up: str, down: str, gone: str) -> None:
        for button, key in ((self.up, up), (self.down, down), (self.gone, gone)):
            button.set_key(key)

    def bind(self, criterion: Criterion, at: int, total: int, *, readonly: bool) -> None:
        """Show a criterion at its place, 0 the first."""
        self.id = str(criterion.id)
        self._number.setText(number(at + 1))
        name = tr("Criterion {n}", n=number(at + 1))
        self.setAccessibleName(name)
        self.text.setAccessibleName(name)
        self.points.setAccessibleName(tr("{what}, points", what=name))
        self.tags.setAccessibleName(tr("{what}, tags", what=name))
        self.text.put(criterion.text)
        self.points.put(criterion.points)
        self.kind.choose(criterion.kind)
        if tags_of(self.tags.text()) != criterion.tags:
            self.tags.setText(", ".join(criterion.tags))
        self._scale.setVisible(criterion.kind is Kind.SCALE)
        for field, value in ((self.low, criterion.low), (self.high, criterion.high)):
            field.blockSignals(True)
            field.setValue(round(value or 0))
            field.blockSignals(False)
        self.points.setVisible(criterion.kind is not Kind.FREE)
        self.text.setReadOnly(readonly)
        for part in (self.points, self.kind, self.low, self.high, self.tags, self.gone):
            part.setEnabled(not readonly)
        self.up.setEnabled(not readonly and at > 0)
        self.down.setEnabled(not readonly and at < total - 1)

    def has_focus(self) -> bool:
        now = QApplication.focusWidget()
        return now is not None and self.isAncestorOf(now)

    def _say(self, **parts: object) -> None:
        if self.id:
            self.changed.emit(self.id, parts)


def tags_of(text: str) -> tuple[str, ...]:
    """Tags as they were typed, with commas of any script between."""
    plain = text.replace("，", ",").replace("、", ",")
    return tuple(dict.fromkeys(tag.strip() for tag in plain.split(",") if tag.strip()))


def shown(editors: Sequence[CriterionEditor]) -> CriterionEditor | None:
    """The one that has the focus."""
    return next((editor for editor in editors if editor.has_focus()), None)
