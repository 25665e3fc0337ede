"""The steps of the first run, a card each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QProgressBar, QWidget

from app.errors import AssayError, OfflineError
from app.services.join_requests import JoinRequest
from ui.first_run.presenter import LEAST_PASSPHRASE
from ui.first_run.requests import ROLES, WaitingRequests
from ui.i18n import full_moment, number, sentences, tr, tr_later
from ui.jobs import Step
from ui.problems import words_of
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.fields import FormRow, NumberField, TextArea, TextField
from ui.widgets.flow import Flow
from ui.widgets.layout import Column, Hairline, Row
from ui.widgets.notice import InlineError
from ui.widgets.surface import Surface, Well
from ui.widgets.text import Label, Paragraph

if TYPE_CHECKING:
    from app.wire.invitation import Invitation


class Card(Surface):
    """One card. first: what has the focus when it is shown."""

    first: QWidget

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__(look, "hero", spacing=12, margins=(32, 28, 32, 28))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.first.setFocus(Qt.FocusReason.OtherFocusReason)


class InvitePage(Card):
    """Paste it, open it, or try the sample lab."""

    given = Signal(str)
    file_asked = Signal()
    sample_asked = Signal()
    bundle_asked = Signal()
    studio_asked = Signal()
    left = Signal()

    def __init__(
        self, look: ThemeHolder, requests: Sequence[JoinRequest], *, has_sample: bool, has_lab: bool
    ) -> None:
        """requests: written by file, not answered yet. has_lab: there is one to go back to, and for a bundle."""
        super().__init__(look)
        self.field = TextArea(look, tr("Invitation"), placeholder="assay://enrol?…", lines=3, most=5)
        self.field.textChanged.connect(self._typed)
        self.row = FormRow(
            look, tr("Invitation"), self.field, help=tr("The link that the lab sent you. It works once.")
        )
        self.go = Button(look, tr("Look at it"), kind="primary", icon="arrow-right", least=132)
        self.go.clicked.connect(self._give)
        self.file = Button(look, tr("Open an invitation file…"), icon="file-text")
        self.file.clicked.connect(self.file_asked)
        self.back = Button(look, tr("Back"), kind="link")
        self.back.clicked.connect(self.left)
        if not has_lab:
            self.back.hide()
        self.body.add(
            Paragraph(look, tr("Join a lab"), role="title"),
            Paragraph(
                look,
                tr("A lab invites you with a link or a small file. Nothing is sent before you agree."),
                role="second",
            ),
            self.row,
            Flow(look, self.go, self.file, self.back, spacing=10),
        )
        self.requests = WaitingRequests(look)
        self.body.add(self.requests)
        self.requests.show_requests(requests)
        self.sample = Button(look, tr("Try the sample lab"), icon="graduation-cap")
        self.sample.clicked.connect(self.sample_asked)
        if has_sample:
            words = Paragraph(
                look,
                tr("No invitation yet? The sample lab runs on this computer, without a network: medicine, law, code."),
                role="second",
            )  # fmt: skip
            self.body.add(4, Hairline(), 4, words, Row(look, self.sample, None))
        self.bundle = Button(look, tr("Open a bundle…"), icon="package")
        self.bundle.clicked.connect(self.bundle_asked)
        self.studio = Button(look, tr("Connect a Label Studio project…"), icon="link")
        self.studio.clicked.connect(self.studio_asked)
        self.body.add(
            4, Hairline(), 4,
            Paragraph(look, tr("No network here, or no Assay lab?"), role="second"),
            Flow(look, self.bundle, self.studio, spacing=10),
        )  # fmt: skip
        if not has_lab:  # a bundle is encrypted to a device that its lab knows
            why = sentences(
                tr("A bundle opens only on a computer that has joined its lab."),
                tr("Look at the invitation first: where there is no network, joining goes by a file too."),
            )
            self.bundle.set_blocked(why)
            self.body.add(Paragraph(look, why, role="quiet"))
        self.first = self.field
        self._typed()

    def _typed(self) -> None:
        self.row.set_error("")
        self.go.set_blocked("" if self.field.toPlainText().strip() else tr("Paste an invitation first"))

    def _give(self) -> None:
        self.given.emit(self.field.toPlainText().strip())

    def failed(self, error: AssayError) -> None:
        words = words_of(error)
        self.row.set_error(words.message, words.hint)


class ComparePage(Card):
    """Who invites, and the six words to compare before anything is sent."""

    agreed = Signal()
    by_file_asked = Signal()
    own_passphrase = Signal()
    left = Signal()

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__(look)
        self._title = Paragraph(look, role="title")
        facts = Column(look, spacing=4)
        self._values: list[Paragraph] = []
        self._names: list[Label] = []
        for name in (tr("Address"), tr("Your role"), tr("Valid until")):
            value = Paragraph(look, role="body")
            label = Label(look, name, role="second")
            row = Row(look, spacing=16)
            row.put(label, Qt.AlignmentFlag.AlignTop)
            row.add((value, 1))
            facts.add(row)
            self._names.append(label)
            self._values.append(value)
        well = Well(look, spacing=6)
        self.words = Label(look, role="code", wrap=True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        well.body.add(
            Paragraph(
                look,
                tr("Compare these six words with the lab, by telephone or in its letter:"),
                role="second",
            ),
            self.words,
        )
        self.error = InlineError(look)
        self.agree = Button(look, tr("They are the same, join"), kind="primary", icon="check", least=132)
        self.agree.clicked.connect(self.agreed)
        self.passphrase = Button(look, tr("Use a passphrase of my own"), kind="link")
        self.passphrase.clicked.connect(self.own_passphrase)
        self.by_file = Button(look, tr("Join by a file…"), icon="package")
        self.by_file.setToolTip(tr("Where the lab cannot be reached: carry the request there."))
        self.by_file.clicked.connect(self.by_file_asked)
        self.back = Button(look, tr("Back"))
        self.back.clicked.connect(self.left)
        keys = Paragraph(
            look,
            tr(
                "The key of this lab's workspace goes into this computer's key store; where there is none, you choose"
                " a passphrase."
            ),
            role="quiet",
        )
        self.body.add(
            self._title, facts, well, keys, self.error,
            Flow(look, self.agree, self.by_file, self.back, self.passphrase, spacing=10),
        )  # fmt: skip
        self.first = self.agree
        look.changed.connect(self._fit_names)
        self._fit_names()

    def _fit_names(self) -> None:
        for label in self._names:
            label.setFixedWidth(self._look.px(84))

    def show_invitation(self, found: Invitation) -> None:
        name = found.lab_name or found.url
        self._title.setText(tr("{lab} invites you", lab=name))
        texts = (found.url, tr_later(ROLES.get(found.role, found.role)), full_moment(found.expires_at))
        for value, text in zip(self._values, texts, strict=True):
            value.setText(text)
        self.words.setText(" ".join(found.words))
        self.words.setAccessibleName(tr("Six words: {words}", words=" ".join(found.words)))
        self.error.say("")
        self.by_file.setVisible(bool(found.recipient))

    def failed(self, error: AssayError) -> None:
        """Where the lab cannot be reached, the other way to it is offered."""
        words = words_of(error)
        self.error.say(words.message, words.hint)
        if isinstance(error, OfflineError) and self.by_file.isVisible():
            self.by_file.setFocus(Qt.FocusReason.OtherFocusReason)


class PassphrasePage(Card):
    """A passphrase instead of the computer's key store, typed twice; once where it was chosen with a request."""

    given = Signal(str)
    left = Signal()

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__(look)
        self._why = Paragraph(look, role="second")
        self.one = TextField(look, tr("Passphrase"), secret=True)
        self.two = TextField(look, tr("The same again"), secret=True)
        self.row = FormRow(
            look,
            tr("Passphrase"),
            self.one,
            help=tr(
                "At least {n} characters; a sentence is best. Nobody can give it back to you.",
                n=LEAST_PASSPHRASE,
            ),
        )
        self.again = FormRow(look, tr("The same again"), self.two)
        self.two.returnPressed.connect(self._give)
        self.one.returnPressed.connect(self.two.setFocus)
        self.go = Button(look, tr("Join with it"), kind="primary", least=132)
        self.go.clicked.connect(self._give)
        back = Button(look, tr("Back"))
        back.clicked.connect(self.left)
        self._title = Paragraph(look, role="title")
        self._chosen = False
        self.body.add(
            self._title, self._why, self.row, self.again,
            Flow(look, self.go, back, spacing=10),
        )  # fmt: skip
        self.first = self.one

    def explain(self, error: AssayError | None) -> None:
        """Why it is asked for: the error of the key store, or None when it was one's own wish.

        `passphrase.needed`: it was chosen already.
        """
        self._chosen = error is not None and error.code == "passphrase.needed"
        self._title.setText(tr("Type your passphrase") if self._chosen else tr("Choose a passphrase"))
        self.again.setVisible(not self._chosen)
        own = tr("Your work is encrypted under it. It is asked for whenever you open or unlock this lab.")
        self._why.setText(own if error is None else sentences(words_of(error).message, own))
        self.one.clear()
        self.two.clear()

    def failed(self, error: AssayError) -> None:
        words = words_of(error)
        self.row.set_error(words.message, words.hint)

    def _give(self) -> None:
        one, two = self.one.text(), self.two.text()
        self.row.set_error("")
        self.again.set_error("")
        if len(one) < LEAST_PASSPHRASE:
            self.row.set_error(tr("It is too short."))
        elif one != two and not self._chosen:
            self.again.set_error(tr("These two are not the same."))
        else:
            self.one.clear()
            self.two.clear()
            self.given.emit(one)


class WorkingPage(Card):
    """What is under way, how much is left, and Cancel."""

    cancelled = Signal()

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__(look)
        self._title = Paragraph(look, role="title")
        self._step = Paragraph(look, role="second")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress"))
        self.cancel = Button(look, tr("Cancel"))
        self.cancel.clicked.connect(self._stop)
        self.body.add(self._title, self._step, self.bar, Row(look, self.cancel, None))
        self.first = self.cancel

    def begin(self, title: str, step: str) -> None:
        self._title.setText(title)
        self._step.setText(step)
        self.bar.setRange(0, 0)
        self.cancel.set_blocked("")

    def at(self, step: Step) -> None:
        self.bar.setRange(0, step.total)
        self.bar.setValue(step.done)
        self._step.setText(tr("Step {done} of {total}", done=number(step.done), total=number(step.total)))

    def _stop(self) -> None:
        self.cancel.set_blocked(tr("Stopping…"))
        self._step.setText(tr("Stopping…"))
        self.cancelled.emit()


class StudioPage(Card):
    """A project of Label Studio: where it is, which one, and the token that opens it."""

    given = Signal(str, int, str)
    left = Signal()

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__(look)
        self.url = TextField(look, tr("Address"), placeholder="https://label-studio.example.org")
        self.url_row = FormRow(look, tr("Address"), self.url)
        self.project = NumberField(look, tr("Project number"), least=1, most=10**9, value=1, width=120)
        self.project_row = FormRow(
            look,
            tr("Project number"),
            self.project,
            help=tr("The number in the address of the project’s page."),
        )
        self.token = TextField(look, tr("Access token"), secret=True)
        self.token_row = FormRow(
            look,
            tr("Access token"),
            self.token,
            help=tr("From your account page there, of either kind. It is kept encrypted with your work."),
        )
        self.token.returnPressed.connect(self._give)
        self.error = InlineError(look)
        self.go = Button(look, tr("Connect"), kind="primary", icon="link", least=132)
        self.go.clicked.connect(self._give)
        self.back = Button(look, tr("Back"))
        self.back.clicked.connect(self.left)
        self.body.add(
            Paragraph(look, tr("Connect a Label Studio project"), role="title"),
            Paragraph(
                look,
                tr("Its tasks come here to be graded, without a network too; what you finish goes back as annotations."),  # noqa: E501
                role="second",
            ),
            self.url_row, self.project_row, self.token_row, self.error,
            Flow(look, self.go, self.back, spacing=10),
        )  # fmt: skip
        self.first = self.url

    def _give(self) -> None:
        url, token = self.url.text().strip(), self.token.text().strip()
        self.error.say("")
        self.url_row.set_error("" if url else tr("Type where Label Studio is."))
        self.token_row.set_error("" if token or not url else tr("Paste your token."))
        if url and token:
            self.given.emit(url, self.project.value(), token)

    def failed(self, error: AssayError) -> None:
        words = words_of(error)
        self.error.say(words.message, words.hint)
