"""From the criterion in front to a signed proposal: what is written is kept, and sent with the next sync.

proposing = Proposing(look, panel); proposing.follow(presenter.proposals, presenter); proposing.bind(binder)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.domain.task import Task
from app.errors import AssayError, InputError
from ui.commands import CommandBinder
from ui.i18n import tr
from ui.live import LiveSession
from ui.navigator import Navigator
from ui.panels.rubric.buffer import BUFFER_MS, once
from ui.panels.rubric.panel import RubricPanel
from ui.panels.spans.work import Work
from ui.theme.apply import ThemeHolder

if TYPE_CHECKING:
    from app.services.lettering import Letter
    from app.services.proposing import Begun
    from ui.grading.propose_sheet import ProposeSheet
    from ui.grading.showing import Showing


class Proposals:
    """What the sheet needs of the session."""

    def __init__(self, live: LiveSession, navigator: Navigator) -> None:
        self._live = live
        self._navigator = navigator

    def refused(self) -> bool:
        """True, and said, where there is no lab to propose to."""
        local = self._live.session.identity.local
        if local:
            self._navigator.toast(tr("These files are on this computer only; there is no lab to propose to."))
        return local

    def begun(self, task: Task) -> Begun | None:
        from app.services import proposing

        return proposing.begun_of(self._live.session, task)

    def keep(self, task: Task, begun: Begun) -> None:
        from app.services import proposing

        self._live.perform(lambda ws: proposing.store(ws, task.id, begun), what="place")

    def send(self, task: Task, begun: Begun, looked_at: set[str]) -> None:
        """Raises InputError at once when something is missing, or may name a person and is not in `looked_at` yet."""
        from app.services import proposing

        session, navigator = self._live.session, self._navigator
        proposing.document(task, begun, "new")
        proposing.check_names(task, begun, looked_at)

        def sent(_: Letter) -> None:
            navigator.toast(
                tr(
                    "Your proposal is signed and leaves with the next sync. Authoring lists what you proposed."
                ),
                (tr("Send now"), navigator.sync),
            )

        def failed(error: AssayError) -> None:
            self.keep(task, begun)
            navigator.problem(error)

        self._live.perform(
            lambda _: proposing.propose_begun_now(session, task, begun), sent, failed, what="letters"
        )


class Proposing(QObject):
    def __init__(self, look: ThemeHolder, panel: RubricPanel) -> None:
        super().__init__(panel)
        self._look = look
        self._panel = panel
        self._proposals: Proposals | None = None
        self._task: Task | None = None
        self._dirty = False
        self._looked_at: set[str] = set()
        self._sheet: ProposeSheet | None = None
        self._low = False
        self._pause = once(self, BUFFER_MS, self.flush)

    @property
    def sheet(self) -> ProposeSheet:
        """Made when it is first asked for."""
        if self._sheet is None:
            from ui.grading.propose_sheet import ProposeSheet

            made = self._sheet = ProposeSheet(self._look)
            made.typed.connect(self._typed)
            made.signed.connect(self.send)
            made.closed.connect(self.leave)
            made.set_low(self._low)
            self._panel.body.insertWidget(self._panel.body.count() - 1, made)
        return self._sheet

    @property
    def is_open(self) -> bool:
        return self._sheet is not None and not self._sheet.isHidden()

    def follow(self, proposals: Proposals, work: Work) -> None:
        self._proposals = proposals
        work.leaving.connect(self.flush)
        work.shown.connect(self._shown)

    def _shown(self, showing: Showing) -> None:
        """Another task closes it; the same one, read again, does not."""
        if self._task is None or showing.opened.task.id != self._task.id:
            self._close()

    def set_low(self, low: bool) -> None:
        """Little height."""
        self._low = low
        if self._sheet is not None:
            self._sheet.set_low(low)

    def bind(self, binder: CommandBinder) -> None:
        binder.bind("propose", self.open)

    def open(self) -> None:
        opened, proposals = self._panel.opened, self._proposals
        if opened is None or proposals is None or proposals.refused():
            return
        self._panel.flush()
        self._panel.close_list()
        self._task = opened.task
        self._looked_at.clear()
        criterion = self._panel.place[1]
        now = str(criterion) if criterion is not None and criterion in opened.task.rubric else ""
        self.sheet.show_for(opened.task, now, proposals.begun(opened.task))

    def send(self) -> bool:
        """Sign what is written; False when the sheet is not open."""
        if not self.is_open or self._task is None or self._proposals is None:
            return False
        self._pause.stop()
        try:
            self._proposals.send(self._task, self.sheet.begun(), self._looked_at)
        except InputError as error:
            self.sheet.say(error)
            return True
        self._dirty = False
        self._close()
        self._panel.take_focus()
        return True

    def digit(self, digit: int) -> bool:
        """1 to 4 choose what is proposed, while the sheet is open."""
        if self.is_open:
            self.sheet.choose_at(digit)
        return self.is_open

    def leave(self) -> bool:
        """Esc: what was written is kept, the sheet closes. False when it is not open."""
        if not self.is_open:
            return False
        self._close()
        self._panel.take_focus()
        return True

    def flush(self) -> None:
        """What was written goes to the file's queue."""
        self._pause.stop()
        if self._dirty and self._task is not None and self._proposals is not None:
            self._dirty = False
            self._proposals.keep(self._task, self.sheet.begun())

    def _typed(self) -> None:
        self._dirty = True
        self._pause.start()

    def _close(self) -> None:
        self.flush()
        if self._sheet is not None:
            self._sheet.setVisible(False)
