"""The rubric being written: a card for each criterion, in their order; cards are kept and bound anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.domain.lint import Finding
from app.domain.rubric import Criterion, Kind
from app.services.spelling import Speller
from ui.authoring.criterion import CriterionEditor
from ui.authoring.words import doubt_words
from ui.i18n import number, points, tr, trn
from ui.panels.ideal.words import Words
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.layout import Column, Row
from ui.widgets.text import Label


class RubricEditor(QWidget):
    """changed(id, {part: value}) · moved(id, step) · removed(id) · add_asked(id) after which one · left()."""

    changed = Signal(str, object)
    moved = Signal(str, int)
    removed = Signal(str)
    add_asked = Signal(str)
    left = Signal()

    def __init__(self, look: ThemeHolder, words: Words, key_of: Callable[[str], str]) -> None:
        super().__init__()
        self._look = look
        self._words = words
        self._key_of = key_of
        self._speller: Speller | None = None
        self.editors: list[CriterionEditor] = []
        self._spare: list[CriterionEditor] = []
        self._sum = Label(look, role="quiet", figures=True)
        self.add = Button(look, tr("Add a criterion"), icon="plus", key=key_of("add-criterion"))
        self.add.clicked.connect(lambda: self.add_asked.emit(""))
        self._cards = Column(look, spacing=8)
        head = Row(look, Label(look, tr("Rubric"), role="strong"), None, self._sum, spacing=8)
        self.setLayout(Column(look, head, self._cards, Row(look, self.add, None), spacing=8))

    def show_criteria(self, criteria: Sequence[Criterion], *, readonly: bool) -> None:
        self._arrange([str(c.id) for c in criteria])
        for at, (editor, criterion) in enumerate(zip(self.editors, criteria, strict=True)):
            editor.bind(criterion, at, len(criteria), readonly=readonly)
        self.add.setVisible(not readonly)
        self.show_sum(criteria)

    def _arrange(self, wanted: Sequence[str]) -> None:
        """A card for each, in this order: one that is there moves with its caret and its own undo."""
        there = {editor.id: editor for editor in self.editors}
        order = [there.pop(one) if one in there else self._fresh() for one in wanted]
        for editor in there.values():
            editor.id = ""
            editor.setVisible(False)
            self._cards.removeWidget(editor)
            self._spare.append(editor)
        if order != self.editors:
            for editor in order:
                self._cards.removeWidget(editor)
                self._cards.add(editor)
                editor.setVisible(True)
            self.editors = order

    def _fresh(self) -> CriterionEditor:
        editor = self._spare.pop() if self._spare else self._make()
        editor.doubts.say(())
        return editor

    def show_sum(self, criteria: Sequence[Criterion]) -> None:
        """How many, and what the best and the worst answer get."""
        leaves = [c for c in criteria if c.kind not in (Kind.GROUP, Kind.FREE)]
        best = points(sum(c.points for c in leaves if c.points > 0))
        worst = points(sum(c.points for c in leaves if c.points < 0))
        count = trn("{n} criterion", "{n} criteria", len(criteria), n=number(len(criteria)))
        self._sum.setText(tr("{count} · {worst} to {best} points", count=count, worst=worst, best=best))
        self._sum.setVisible(bool(criteria))

    def show_doubts(self, doubts: Sequence[Finding], numbers: dict[str, int]) -> None:
        """Advice at each criterion."""
        for editor in self.editors:
            own = [doubt_words(d, numbers) for d in doubts if d.criterion == editor.id]
            editor.doubts.say(own)

    def use(self, speller: Speller | None) -> None:
        self._speller = speller
        for editor in self.editors:
            editor.text.use(speller)

    def editor(self, criterion: str) -> CriterionEditor | None:
        return next((one for one in self.editors if one.id == criterion), None)

    def current(self) -> str:
        """The criterion that has the focus, empty for none."""
        return next((one.id for one in self.editors if one.has_focus()), "")

    def take_focus(self, criterion: str = "") -> None:
        """Into the words of a criterion; without one of the first, or to the button that adds one."""
        found = self.editor(criterion) or (self.editors[0] if self.editors else None)
        target: QWidget = found.text if found is not None else self.add
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _make(self) -> CriterionEditor:
        editor = CriterionEditor(self._look, self._words)
        editor.set_keys(*map(self._key_of, ("criterion-up", "criterion-down", "remove-criterion")))
        editor.text.use(self._speller)
        editor.changed.connect(self.changed)
        editor.moved.connect(self.moved)
        editor.removed.connect(self.removed)
        editor.left.connect(self.left)
        return editor
