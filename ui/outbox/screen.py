"""The Outbox's view."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from ui.i18n import tr
from ui.outbox.presenter import OutboxPresenter
from ui.outbox.words import MARKS
from ui.page import ListPage
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.facts import FactList
from ui.widgets.flow import Flow
from ui.widgets.layout import Column, Hairline, Row
from ui.widgets.rows import RowList
from ui.widgets.surface import Card
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


class OutboxScreen(ListPage):
    """A `ui.navigator.Screen`."""

    def __init__(self, look: ThemeHolder, presenter: OutboxPresenter) -> None:
        super().__init__(look, tr("Outbox"), RowList(look, tr("Results")), presenter.row, presenter.choose)
        self._presenter = presenter
        self._mark = IconLabel(look, "circle-check", "good", 18)
        self._light = Paragraph(look, role="second")
        self.send = Button(look, tr("Send now"), kind="primary", icon="send", key="F5")
        self.send.clicked.connect(presenter.send_now)
        self.letter = LetterCard(look, presenter)
        self._empty.set(
            tr("Every review that you submit appears here, signed, until its receipt is kept and after.")
        )
        light = Row(look, spacing=8)
        light.put(self._mark, Qt.AlignmentFlag.AlignVCenter)
        light.add((self._light, 1))
        head = Row(
            look, (Column(look, Label(look, tr("Outbox"), role="title"), light, spacing=4), 1), spacing=16
        )
        head.put(self.send, Qt.AlignmentFlag.AlignVCenter)
        self.lay_out(head, detail=self.letter)
        self.wire(
            (presenter.changed, self._show_now),
            (presenter.light, self._show_light),
            (presenter.stale, self._read_again),
        )

    # ui.navigator.Screen

    def entered(self) -> None:
        self._presenter.refresh()
        self.rows.setFocus(Qt.FocusReason.OtherFocusReason)

    def closed(self) -> None:
        super().closed()
        self._presenter.closed()

    # Inside

    def _read_again(self) -> None:
        if self.isVisible():
            self._presenter.refresh()

    def _show_now(self) -> None:
        presenter = self._presenter
        self.show_rows(presenter.count, presenter.chosen_row())
        self.send.setVisible(not presenter.local)
        waiting = presenter.waiting
        self.send.set_blocked("" if waiting else tr("No result waits to be sent."))
        self.letter.show_now()

    def _show_light(self) -> None:
        safe = self._presenter.is_safe()
        self._mark.set_icon("circle-check" if safe else "clock", "good" if safe else "warn")
        self._light.setText(self._presenter.light_words())
