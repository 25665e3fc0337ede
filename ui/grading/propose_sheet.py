"""Propose or dispute a criterion: inline over the foot, while one judges."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QWidget

from app.domain.ids import CriterionId
from app.domain.task import Task
from app.errors import AssayError
from app.services.proposing import ADD, DISPUTE, EDIT, GAP, KINDS, Begun
from ui.i18n import mark, number, tr, tr_later
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button, IconButton
from ui.widgets.choice import SegmentedControl
from ui.widgets.fields import TextArea
from ui.widgets.layout import Column, Row
from ui.widgets.notice import InlineError
from ui.widgets.points import PointsField
from ui.widgets.scroll import ScrollArea
from ui.widgets.surface import Surface
from ui.widgets.text import Label, Paragraph

WORDS = {DISPUTE: mark("Dispute"), EDIT: mark("Reword"), ADD: mark("Add"), GAP: mark("Guideline gap")}
HELP = {
    ADD: mark("One thing that an answer should, or must not, have."),
    GAP: mark("What does the guideline not say?"),
}

LEAST = 102
"""px at 100 %: the criterion and a field to write in, in little height."""


class _Whole(ScrollArea):
    """Asks for the room of all that is in it, and scrolls where there is less."""

    def sizeHint(self) -> QSize:
        return self._content.sizeHint()


class ProposeSheet(Surface):
    """typed(): something was written. signed(): it is to be sent. closed(): the person is done here."""

    typed = Signal()
    signed = Signal()
    closed = Signal()

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__(look, "tail", margins=(20, 12, 14, 14), spacing=8)
        self.setAccessibleName(tr("Propose or dispute a criterion"))
        self._task: Task | None = None
        self._criterion = ""
        self._putting = False
        close = IconButton(look, "x", tr("Close"), key="Esc")
        close.clicked.connect(self.closed)
        self.kinds = SegmentedControl(look, tr("What"), [(kind, tr_later(WORDS[kind])) for kind in KINDS])
        self.kinds.chosen.connect(self._kind_chosen)
        self._about = Paragraph(look, role="small")
        self.wording = TextArea(look, tr("The criterion as it should be"), lines=2, most=5)
        self.wording.setPlaceholderText(tr("The criterion as it should be"))
        self.points = PointsField(look, tr("Points"))
        self.why = TextArea(look, tr("Why"), lines=2, most=5)
        self._error = InlineError(look)
        self.sign = Button(look, tr("Sign the proposal"), icon="send", key="Ctrl+Return")
        self.sign.clicked.connect(self.signed)
        self._rewording = QWidget()
        line = Row(look, (self.wording, 1), spacing=8)
        line.put(self.points, Qt.AlignmentFlag.AlignTop)
        self._rewording.setLayout(line)
        inside = QWidget()
        fields = Column(look, self._about, self._rewording, self.why, margins=(0, 0, 6, 0), spacing=8)
        inside.setLayout(fields)
        self._scroll = _Whole(look, inside, name=self.accessibleName())
        after = Label(look, tr("It leaves with the next sync."), role="quiet", elide=True)
        self._title = Label(look, self.accessibleName(), role="section")
        self._head = Row(look, self._title, None, close)
        self.body.add(self._head, self.kinds, (self._scroll, 1), self._error)
        self.body.add(Row(look, self.sign, (after, 1)))
        for field in (self.wording, self.why):
            field.left.connect(self.closed)
            field.textChanged.connect(self._typed)
        self.points.gave.connect(lambda _: self._typed())
        self.setVisible(False)

    def show_for(self, task: Task, criterion: str, begun: Begun | None) -> None:
        """On a criterion (empty: none has the focus), with what was begun before."""
        self._task, self._criterion = task, criterion
        now = begun or Begun(DISPUTE if criterion else GAP)
        if begun is not None and begun.criterion in task.rubric:
            self._criterion = begun.criterion
        self.kinds.choose(now.kind)
        self._put(now)
        self._arrange()
        self._error.say("")
        self.setVisible(True)
        self.take_focus()

    def set_low(self, low: bool) -> None:
        """Little height: what is proposed stands in the line of the title."""
        self._title.setVisible(not low)
        if low:
            self._head.insertWidget(0, self.kinds)
        else:
            self.body.insertWidget(1, self.kinds)
        self._scroll.setMinimumHeight(self._look.px(LEAST) if low else 0)

    def begun(self) -> Begun:
        kind = self.kinds.value()
        own = kind in (EDIT, ADD)
        return Begun(
            kind, self._criterion if kind in (DISPUTE, EDIT) else "", self.why.toPlainText(),
            self.wording.toPlainText() if own else "", self.points.value() if own else 1.0,
        )  # fmt: skip

    def say(self, error: AssayError) -> None:
        """What is wrong, at the field; the focus goes there."""
        self._error.say(tr_later(error.template, **error.params), tr_later(error.hint_template))
        (self.wording if error.where == "wording" else self.why).setFocus(Qt.FocusReason.OtherFocusReason)

    def choose(self, kind: str) -> None:
        self.kinds.choose(kind)
        self._kind_chosen()

    def choose_at(self, digit: int) -> None:
        """By its key, from 1."""
        if 1 <= digit <= len(KINDS):
            self.choose(KINDS[digit - 1])

    def take_focus(self) -> None:
        field = self.wording if not self._rewording.isHidden() else self.why
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._scroll.show_part(field, 4)

    # Inside

    def _put(self, begun: Begun) -> None:
        self._putting = True
        self.wording.setPlainText(begun.wording)
        self.why.setPlainText(begun.why)
        self.points.put(begun.points)
        self._putting = False

    def _kind_chosen(self) -> None:
        """The words of the criterion are there to be changed; what was written is never written over."""
        kind, task = self.kinds.value(), self._task
        if (
            task is not None
            and kind == EDIT
            and not self.wording.toPlainText()
            and self._criterion in task.rubric
        ):
            now = task.rubric[CriterionId(self._criterion)]
            self._put(Begun(kind, self._criterion, self.why.toPlainText(), now.text, now.points))
        self._arrange()
        self._typed()

    def _arrange(self) -> None:
        kind, task = self.kinds.value(), self._task
        named = kind in (DISPUTE, EDIT) and task is not None
        leaves = [str(c.id) for c in task.rubric.leaves] if task is not None else []
        if named and task is not None and self._criterion in leaves:
            n = number(leaves.index(self._criterion) + 1)
            text = task.rubric[CriterionId(self._criterion)].text
            self._about.setText(tr("Criterion {n}: {text}", n=n, text=text))
        else:
            self._about.setText(
                tr("Go to the criterion that is meant first.") if named else tr_later(HELP[kind])
            )
        self._rewording.setVisible(kind in (EDIT, ADD))
        self._scroll.updateGeometry()
        wanted = tr("Why, if you like") if kind in (EDIT, ADD) else tr("In your words")
        self.why.setPlaceholderText(
            tr("It is wrong, or nobody can judge it. Say why.") if kind == DISPUTE else wanted
        )

    def _typed(self) -> None:
        if not self._putting:
            self._error.say("")
            self.typed.emit()
