"""The view of the first run: one card at a time in the middle of a quiet ground."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from app.errors import AssayError, InputError
from ui.first_run.by_file import WaitingPage, ask_answer, ask_folder
from ui.first_run.code import CodePage
from ui.first_run.pages import (
    Card,
    ComparePage,
    InvitePage,
    PassphrasePage,
    StudioPage,
    WorkingPage,
)
from ui.first_run.presenter import FirstRunPresenter
from ui.i18n import tr
from ui.jobs import Step
from ui.theme.apply import ThemeHolder
from ui.widgets.bars import Mark
from ui.widgets.layout import Column, Row
from ui.widgets.scroll import ScrollArea
from ui.widgets.surface import Surface
from ui.widgets.text import Label, Paragraph

WIDTH = 560


class FirstRunScreen(Surface):
    """Covers the whole window. left: back without a lab. bundle_asked: to open one in the lab that is open."""

    left = Signal()
    bundle_asked = Signal()

    def __init__(self, look: ThemeHolder, presenter: FirstRunPresenter, *, can_go_back: bool) -> None:
        super().__init__(look, "desk", spacing=0)
        self.presenter = presenter
        self.invite = InvitePage(
            look, presenter.requests, has_sample=presenter.offers_sample, has_lab=can_go_back
        )
        self.compare = ComparePage(look)
        self.passphrase = PassphrasePage(look)
        self.working = WorkingPage(look)
        self.waiting = WaitingPage(look)
        self.studio = StudioPage(look)
        self.code = CodePage(look)
        self.cards: tuple[Card, ...] = (
            self.invite, self.compare, self.studio, self.passphrase, self.working, self.waiting, self.code,
        )  # fmt: skip
        self._back_to: Card = self.invite
        head = Row(look, Mark(look, 32), Label(look, "Assay", role="display"), None, spacing=12)
        lead = Paragraph(
            look,
            tr("Grade AI answers on this computer, with or without a network. Your work stays yours."),
            role="lead",
        )
        self._column = QWidget()
        self._column.setLayout(Column(look, head, 6, lead, 20, *self.cards, spacing=0))
        page = QWidget()
        page.setLayout(
            Column(look, None, Row(look, None, self._column, None), None, margins=(24, 24, 24, 24))
        )
        self._scroll = ScrollArea(look, page, name=tr("Join a lab"))
        self.body.add((self._scroll, 1))
        self._connect()
        self._show(self.invite)
        look.changed.connect(self._fit_column)
        self.destroyed.connect(presenter.closed)

    def _connect(self) -> None:
        presenter = self.presenter
        self.invite.given.connect(presenter.look)
        self.invite.file_asked.connect(self._choose_file)
        self.invite.sample_asked.connect(self._join_sample)
        self.invite.bundle_asked.connect(self.bundle_asked)
        self.invite.studio_asked.connect(lambda: self._show(self.studio))
        self.invite.requests.answer_asked.connect(lambda: ask_answer(self, self._open_answer))
        self.invite.requests.given_up.connect(presenter.give_up)
        self.invite.left.connect(self.left)
        self.waiting.answer_asked.connect(lambda: ask_answer(self, self._open_answer))
        self.waiting.left.connect(lambda: self._show(self.invite))
        self.studio.given.connect(self._connect_project)
        self.studio.left.connect(lambda: self._show(self.invite))
        self.compare.agreed.connect(self._join)
        self.compare.by_file_asked.connect(lambda: ask_folder(self, self._request_into))
        self.compare.own_passphrase.connect(lambda: self._ask_passphrase(None))
        self.compare.left.connect(lambda: self._show(self.invite))
        self.passphrase.given.connect(presenter.join_with)
        self.passphrase.left.connect(lambda: self._show(self._back_to))
        self.working.cancelled.connect(presenter.cancel)
        self.code.asked.connect(presenter.make_code)
        self.code.saved.connect(self._save_code)
        self.code.finished.connect(presenter.finish)
        presenter.looked.connect(self._looked)
        presenter.passphrase_needed.connect(self._ask_passphrase)
        presenter.working.connect(self._busy)
        presenter.stepped.connect(self._stepped)
        presenter.failed.connect(self._failed)
        presenter.requested.connect(self._requested)
        presenter.joined.connect(lambda: self._show(self.code))
        presenter.code.connect(self.code.show_code)
        presenter.given_up.connect(self._given_up)

    def take_invitation(self, link: str) -> None:
        """An invitation that came with the start of the program."""
        self.invite.field.setPlainText(link)
        self.presenter.look(link)

    @property
    def shown(self) -> Card:
        return next(card for card in self.cards if not card.isHidden())

    def _show(self, wanted: Card) -> None:
        for card in self.cards:
            card.setVisible(card is wanted)

    def _looked(self, found: object) -> None:
        from app.wire.invitation import Invitation

        assert isinstance(found, Invitation)
        self.compare.show_invitation(found)
        self._back_to = self.compare
        self._show(self.compare)

    def _join(self) -> None:
        self._back_to = self.compare
        self.presenter.join()

    def _request_into(self, folder: Path) -> None:
        self._back_to = self.compare
        self.presenter.request_into(folder)

    def _requested(self, request: Path) -> None:
        self.invite.requests.show_requests(self.presenter.requests)
        self.waiting.written(request)
        self._show(self.waiting)

    def _given_up(self, failure: AssayError | None) -> None:
        requests = self.invite.requests
        requests.show_requests(self.presenter.requests)
        if failure is not None:
            requests.failed(failure)
        else:
            self.invite.first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open_answer(self, path: Path) -> None:
        self._back_to = self.waiting
        self.presenter.open_answer(path)

    def _join_sample(self) -> None:
        self._back_to = self.invite
        self.presenter.join_sample()

    def _connect_project(self, url: str, project: int, token: str) -> None:
        self._back_to = self.studio
        self.presenter.connect_project(url, project, token)

    def _ask_passphrase(self, error: AssayError | None) -> None:
        self.passphrase.explain(error)
        self._show(self.passphrase)

    def _busy(self, busy: bool) -> None:
        if busy:
            self.working.begin(*self._under_way())
            self._show(self.working)
        elif self.shown is self.working:
            self._show(self._back_to)

    def _under_way(self) -> tuple[str, str]:
        """(what, its first step)."""
        if self.presenter.is_request:
            return tr("Writing the request"), tr("Making keys…")
        if self.presenter.is_answer:
            return tr("Opening the lab’s answer"), tr("Checking it and taking in the work…")
        step = tr("Making keys and asking the lab…")
        if self.presenter.is_project:
            return tr("Connecting to Label Studio"), step
        return tr("Making the sample lab") if self.presenter.is_sample else tr("Joining the lab"), step

    def _stepped(self, step: Step) -> None:
        self.working.at(step)

    def _failed(self, error: AssayError) -> None:
        """At the card where it can be mended; what is wrong with the invitation itself, where it was pasted."""
        if self.shown is self.code:
            self.code.failed(error)
        elif error.code.startswith("passphrase."):
            self._show(self.passphrase)
            self.passphrase.failed(error)
        elif self._back_to is self.waiting:
            self._show(self.waiting)
            self.waiting.failed(error)
        elif self._back_to is self.studio:
            self._show(self.studio)
            self.studio.failed(error)
        elif self._back_to is self.compare and not _is_of_invitation(error):
            self.compare.failed(error)
            QTimer.singleShot(0, self, self._show_ways)
        else:
            self._back_to = self.invite
            self._show(self.invite)
            self.invite.failed(error)

    def _show_ways(self) -> None:
        """The buttons below what was just said, once it has its room."""
        self._scroll.show_part(self.compare.by_file)

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, tr("Open an invitation file…"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.presenter.look_at_file(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _save_code(self) -> None:
        dialog = QFileDialog(self, tr("Save as text…"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile("assay-recovery-code.txt")
        dialog.fileSelected.connect(self._write_code)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _write_code(self, path: str) -> None:
        try:
            Path(path).write_text(self.code.code.text() + "\n", encoding="utf-8")
        except OSError:
            self.code.failed(
                InputError("recovery.save", "The file could not be written.", hint="Choose another place.")
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_column()

    def _fit_column(self) -> None:
        self._column.setFixedWidth(min(self._look.px(WIDTH + 64), max(320, self.width() - self._look.px(72))))


def _is_of_invitation(error: AssayError) -> bool:
    return error.code.startswith("invitation.")
