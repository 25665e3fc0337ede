"""The Outbox's view."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from app.commands import Scope
from ui.i18n import tr
from ui.outbox.presenter import OutboxPresenter
from ui.outbox.words import MARKS
from ui.theme.apply import ThemeHolder
from ui.widgets.bars import Crumb
from ui.widgets.button import Button
from ui.widgets.facts import FactList
from ui.widgets.flow import Flow
from ui.widgets.layout import Column, Hairline, Row
from ui.widgets.notice import EmptyState
from ui.widgets.panes import ListAndDetail
from ui.widgets.rows import RowList
from ui.widgets.scroll import ScrollArea
from ui.widgets.surface import Card, Surface
from ui.widgets.text import IconLabel, Label, Paragraph


class LetterCard(Card):
    """One result: what its state means, its receipt, what can be done, and the facts."""

    def __init__(self, look: ThemeHolder, presenter: OutboxPresenter) -> None:
        super().__init__(look, hero=True, spacing=10)
        self._presenter = presenter
        self._mark = IconLabel(look, "send", "t2", 18)
        self._title = Paragraph(look, role="title")
        self._explained = Paragraph(look, role="lead")
        self._receipt = Paragraph(look, role="lead", tone="good")
        self.withdraw = Button(look, tr("Withdraw"), icon="undo-2")
        self.again = Button(look, tr("Send again"), icon="send")
        self.task = Button(look, tr("Open the task"), icon="arrow-right")
        self.save = Button(look, tr("Save a copy…"), icon="download")
        self.facts = FactList(look)
        self.withdraw.clicked.connect(presenter.withdraw)
        self.again.clicked.connect(presenter.send_again)
        self.task.clicked.connect(presenter.open_task)
        self.save.clicked.connect(self._save)
        self.facts.copied.connect(lambda _: presenter.copied())
        head = Row(look, spacing=10)
        head.put(self._mark, Qt.AlignmentFlag.AlignVCenter)
        head.add((self._title, 1))
        acts = QWidget()
        acts.setLayout(Flow(look, self.withdraw, self.again, self.task, self.save, spacing=8))
        self.body.add(head, self._explained, self._receipt, acts, Hairline(), self.facts, None)

    def show_now(self) -> None:
        presenter, letter = self._presenter, self._presenter.letter
        self.setVisible(letter is not None)
        if letter is None:
            return
        self.setAccessibleName(letter.line.title)
        self._mark.set_icon(*MARKS[letter.line.state])
        self._title.setText(letter.line.title)
        self._explained.setText(presenter.explained())
        self._receipt.setText(presenter.receipt_words())
        self._receipt.setVisible(letter.received_at is not None)
        self.withdraw.setVisible(presenter.can_withdraw())
        self.again.setVisible(presenter.can_send_again())
        self.task.setVisible(bool(letter.line.task_number))
        self.facts.set(presenter.facts())

    def _save(self) -> None:
        chosen = QFileDialog.getSaveFileName(self, tr("Save a copy"), self._presenter.file_name())[0]
        self._presenter.save(chosen)


class OutboxScreen(QWidget):
    """A `ui.navigator.Screen`."""

    def __init__(self, look: ThemeHolder, presenter: OutboxPresenter) -> None:
        super().__init__()
        self._look = look
        self._presenter = presenter
        self._mark = IconLabel(look, "circle-check", "good", 18)
        self._light = Paragraph(look, role="second")
        self.send = Button(look, tr("Send now"), kind="primary", icon="send", key="F5")
        self.send.clicked.connect(presenter.send_now)
        self.rows = RowList(look, tr("Results"))
        self.rows.moved.connect(self._moved)
        self.letter = LetterCard(look, presenter)
        self._panes = ListAndDetail(look, self.rows, self.letter)
        self._empty = EmptyState(
            look,
            tr("Every review that you submit appears here, signed, until its receipt is kept and after."),
        )
        self._count = -1
        self._settling = False
        light = Row(look, spacing=8)
        light.put(self._mark, Qt.AlignmentFlag.AlignVCenter)
        light.add((self._light, 1))
        head = Row(
            look, (Column(look, Label(look, tr("Outbox"), role="title"), light, spacing=4), 1), spacing=16
        )
        head.put(self.send, Qt.AlignmentFlag.AlignVCenter)
        inside = Column(look, spacing=0, margins=(40, 22, 40, 24))
        inside.add(head, 16, (self._panes, 1), self._empty)
        page, ground = QWidget(), Surface(look, "desk", spacing=0)
        page.setLayout(inside)
        ground.body.add((ScrollArea(look, page, name=tr("Outbox")), 1))
        self.setLayout(Row(look, (ground, 1)))
        presenter.changed.connect(self._show_now)
        presenter.light.connect(self._show_light)
        presenter.stale.connect(self._read_again)

    # ui.navigator.Screen

    @property
    def widget(self) -> QWidget:
        return self

    @property
    def scopes(self) -> frozenset[Scope]:
        return frozenset()

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(tr("Outbox")),)

    def extras(self) -> Sequence[QWidget]:
        return ()

    def entered(self) -> None:
        self._presenter.refresh()
        self.rows.setFocus(Qt.FocusReason.OtherFocusReason)

    def flush(self) -> None:
        """Nothing is typed here."""

    def closed(self) -> None:
        presenter = self._presenter
        presenter.changed.disconnect(self._show_now)
        presenter.light.disconnect(self._show_light)
        presenter.stale.disconnect(self._read_again)
        self.rows.set_source(0, presenter.row)
        presenter.closed()

    # Inside

    def _read_again(self) -> None:
        if self.isVisible():
            self._presenter.refresh()

    def _show_now(self) -> None:
        presenter = self._presenter
        self._settling = True
        if presenter.count != self._count:
            self._count = presenter.count
            self.rows.set_source(self._count, presenter.row)
        at = presenter.chosen_row()
        if at >= 0 and at != self.rows.currentIndex().row():
            self.rows.set_current(at)
        self.rows.refresh()
        self._settling = False
        self._panes.setVisible(bool(self._count))
        self._empty.setVisible(not self._count)
        self.send.setVisible(not presenter.local)
        waiting = presenter.waiting
        self.send.set_blocked("" if waiting else tr("No result waits to be sent."))
        self.letter.show_now()

    def _show_light(self) -> None:
        safe = self._presenter.is_safe()
        self._mark.set_icon("circle-check" if safe else "clock", "good" if safe else "warn")
        self._light.setText(self._presenter.light_words())

    def _moved(self, at: int) -> None:
        if not self._settling:
            self._presenter.choose(at)
