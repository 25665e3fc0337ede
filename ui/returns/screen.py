"""Returns' view."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.errors import AssayError
from ui.i18n import tr
from ui.page import ListPage
from ui.problems import words_of
from ui.returns.pairs import PairView
from ui.returns.presenter import ReturnsPresenter
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.choice import SegmentedControl
from ui.widgets.fields import TextArea
from ui.widgets.flow import Flow
from ui.widgets.layout import Column, Row
from ui.widgets.notice import InlineError
from ui.widgets.rows import RowList
from ui.widgets.surface import Card
from ui.widgets.text import Label, Paragraph


class DetailCard(Card):
    """What the chosen line says. A dispute or a change of mind is written in it: `writing` says which."""

    def __init__(self, look: ThemeHolder, presenter: ReturnsPresenter) -> None:
        super().__init__(look, hero=True, spacing=10)
        self._presenter = presenter
        self.writing = ""
        self.pairs: list[PairView] = []
        self._title = Paragraph(look, role="title")
        self._lines = Column(look, spacing=4)
        self._pairs = Column(look, spacing=0)
        self.accept = Button(look, tr("Accept"), icon="check")
        self.dispute = Button(look, tr("Dispute"), icon="message-square")
        self.again = Button(look, tr("Grade again"), icon="rotate-ccw")
        self.mind = Button(look, tr("Change my mind…"), icon="pencil")
        self.open = Button(look, tr("Open the task"), icon="arrow-right")
        self._buttons = {
            "again": self.again, "accept": self.accept, "dispute": self.dispute, "mind": self.mind, "open": self.open,
        }  # fmt: skip
        self.text = TextArea(look, tr("Reason"), lines=3)
        self.send = Button(look, "", kind="primary")
        self.cancel = Button(look, tr("Cancel"), kind="quiet")
        self.error = InlineError(look)
        self._acts, self._form = QWidget(), QWidget()
        self._acts.setLayout(Flow(look, *self._buttons.values(), spacing=8))
        self._form.setLayout(Column(look, self.text, Row(look, None, self.cancel, self.send), spacing=8))
        self.body.add(self._title, self._lines, self._acts, self._form, self.error, self._pairs, None)
        self.accept.clicked.connect(lambda: presenter.accept(self.refused))
        self.dispute.clicked.connect(lambda: self._write("dispute"))
        self.again.clicked.connect(self._grade_again)
        self.mind.clicked.connect(lambda: self._write("mind"))
        self.open.clicked.connect(presenter.open_task)
        self.send.clicked.connect(self._send)
        self.cancel.clicked.connect(self.stop)
        self.text.left.connect(self.stop)

    def show_now(self) -> None:
        detail, look = self._presenter.detail, self._look
        self.setVisible(detail is not None)
        self._close()
        self._lines.clear()
        self._pairs.clear()
        self.pairs = []
        if detail is None:
            return
        self.setAccessibleName(detail.title)
        self._title.setText(detail.title)
        self._lines.add(*(Paragraph(look, line, role="lead") for line in detail.lines))
        self.pairs = [PairView(look, pair) for pair in detail.pairs]
        self._pairs.add(*self.pairs)
        possible = [button for act, button in self._buttons.items() if act in detail.acts]
        for button in self._buttons.values():
            button.setVisible(button in possible)
            leads = button in possible[:1] and button not in (self.open, self.mind)
            button.set_kind("primary" if leads else "plain")

    def take_focus(self) -> None:
        """On the first thing that can be done."""
        for button in self._buttons.values():
            if button.isVisible():
                button.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def _grade_again(self) -> None:
        if self._presenter.needs_reason():
            self._write("mind")
        else:
            self._presenter.again("", self.refused)

    def _write(self, what: str) -> None:
        self.writing = what
        disputes = what == "dispute"
        self.send.set_words(tr("Send the dispute") if disputes else tr("Open it for a change"))
        self.text.setPlaceholderText(
            tr("Why your verdict stands; a third reader sees this, without your name")
            if disputes
            else tr("Why you change your mind; it is kept with the new revision")
        )
        for pair in self.pairs:
            pair.ask(disputes)
        self._acts.hide()
        self._form.show()
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def stop(self) -> None:
        self._close()
        self.take_focus()

    def _close(self) -> None:
        self.writing = ""
        self.error.say("")
        self.text.clear()
        self._form.hide()
        self._acts.show()
        for pair in self.pairs:
            pair.ask(False)

    def _send(self) -> None:
        text = self.text.toPlainText().strip()
        if self.writing == "dispute":
            reasons = {pair.pair.place: pair.reason.text().strip() for pair in self.pairs}
            self._presenter.dispute({p: said for p, said in reasons.items() if said}, text, self.refused)
        else:
            self._presenter.again(text, self.refused)

    def refused(self, error: AssayError) -> None:
        words = words_of(error)
        self.error.say(words.message, words.hint)


class ReturnsScreen(ListPage):
    """A `ui.navigator.Screen`."""

    def __init__(self, look: ThemeHolder, presenter: ReturnsPresenter) -> None:
        rows = RowList(look, tr("What came back"))
        super().__init__(look, tr("Returns"), rows, presenter.row, presenter.choose)
        self._presenter = presenter
        self.tabs = SegmentedControl(look, tr("Show"), presenter.tabs())
        self.tabs.chosen.connect(presenter.set_tab)
        rows.chosen.connect(lambda _: self._into())
        self.card = DetailCard(look, presenter)
        head = Label(look, tr("Returns"), role="title")
        self.lay_out(head, 12, Row(look, self.tabs, None), detail=self.card)
        self.wire((presenter.changed, self._show_now), (presenter.stale, self._read_again))

    # ui.navigator.Screen

    def entered(self) -> None:
        self._presenter.enter()
        self.rows.setFocus(Qt.FocusReason.OtherFocusReason)

    def closed(self) -> None:
        super().closed()
        self._presenter.closed()

    # Inside

    def _read_again(self) -> None:
        if self.isVisible() and not self.card.writing:
            self._presenter.refresh()

    def _into(self) -> None:
        """Enter in the list: to the first thing that can be done."""
        self.card.take_focus()

    def _show_now(self) -> None:
        presenter = self._presenter
        self.tabs.choose(presenter.tab)
        self.show_rows(presenter.count, presenter.at)
        self._empty.set(presenter.empty_words())
        within = self.card.isAncestorOf(QApplication.focusWidget() or self)
        self.card.show_now()
        if within:
            self.card.take_focus()
