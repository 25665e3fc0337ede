"""What Lead shows and does, without a widget: the queue in pages, the board of the task that is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.domain.controls import Control, kept
from app.domain.places import check_single
from app.domain.questions import Panel
from app.errors import AssayError, InputError
from app.services import leading
from app.services.board import Board, BoardRow
from app.services.lead_store import queue
from app.services.leading import Decided
from app.services.lettering import Letter, letters
from app.services.reviewing import OpenTask
from ui.i18n import tr, tr_later
from ui.lead import words
from ui.lead.queue import Queue
from ui.live import LiveSession
from ui.navigator import Navigator
from ui.panels.judged import as_read
from ui.widgets.rows import RowData

if TYPE_CHECKING:
    from app.services.values import Workspace


class LeadPresenter(QObject):
    """changed: the queue. board_changed: the board, or which row is in focus. stale: read again when shown.

    reading(OpenTask): the task of the board is to be read here.
    """

    changed = Signal()
    board_changed = Signal()
    stale = Signal()
    reading = Signal(object)

    def __init__(self, live: LiveSession, navigator: Navigator, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._live = live
        self._navigator = navigator
        self.queue = Queue(live)
        self.board: Board | None = None
        self.decision: Letter | None = None
        self.task = ""
        """The task whose board is open."""
        self._left: int | None = None
        """Where the task stood that was decided last: the one after it moved up there."""
        self.is_folded = True
        self.place: Control | None = None
        live.changed.connect(self._old)

    def closed(self) -> None:
        self._live.changed.disconnect(self._old)
        self.queue.forget()
        self.board = None

    def _old(self, what: str) -> None:
        if what in ("lab", "submit", "letters", "undo"):
            self.stale.emit()

    def tell(self, words: str) -> None:
        """A line for the person, over the screen."""
        self._navigator.toast(words)

    # The queue

    def refresh(self) -> None:
        """Read the numbers of the queue and the open board again."""
        self.queue.read()
        if self.task:
            self._read_board()
        self.changed.emit()
        self.board_changed.emit()

    @property
    def count(self) -> int:
        return len(self.queue)

    def row(self, at: int) -> RowData:
        return words.row_data(self.queue.row(at))

    def set_show(self, show: str) -> None:
        self.queue.show = show
        self.refresh()

    def at(self) -> int:
        """Where the chosen task stands now; -1 if it is not in the list."""
        return self.queue.place(self.queue.chosen)

    def choose(self, at: int) -> None:
        """Somebody moved to this line of the queue; -1: there is none."""
        self.queue.chosen = self.queue.number(at)
        self._left = None

    def open(self, at: int) -> None:
        """Blind: to Grading. Graded: the board, once the lab has the grade."""
        found = self.queue.row(at)
        self.choose(at)
        if found.state == "blind":
            self._navigator.go_task(found.task)
            return
        if found.state == "waiting":
            self._navigator.toast(tr("Your grade is on its way. The others’ open when the lab has it."))
            return
        self.task, self.place, self.is_folded = found.task, None, True
        self._read_board()
        self.board_changed.emit()
        self._navigator.refresh_bar()

    def find(self, task: str = "") -> int:
        """Where a task stands in the whole queue, or the first that waits for a decision; -1: there is none."""
        if self.queue.show != "all":
            self.set_show("all")
        if task:
            case = self._live.session.workspace.papers.case(task)
            return self.queue.place(case.number) if case is not None else -1
        found = self.count and self.queue.row(0).state in ("open", "disputed")
        return 0 if found else -1

    def step(self, by: int) -> None:
        """The next task of the queue whose board can be opened."""
        at = self.at()
        if self._left is not None:
            at = self._left if by > 0 else self._left - 1
        else:
            at = at + by if at >= 0 else 0
        while 0 <= at < self.count:
            if self.queue.row(at).state in ("open", "disputed", "decided"):
                self.open(at)
                self.changed.emit()
                return
            at += by
        self._navigator.toast(tr("There is no further task to decide in this direction."))

    # The board

    def _read_board(self) -> None:
        try:
            self._set_board(leading.board(self._live.session, self.task))
        except InputError as error:
            self.board, self.task = None, ""
            self._navigator.problem(error)

    def _set_board(self, board: Board) -> None:
        self.board = board
        self.decision = next(
            (one for one in letters(self._live.session, "decision") if one.task == self.task), None
        )
        rows = self.rows()
        if self.place is None or all(row.place != self.place for row in rows):
            first = next((row for row in rows if row.final is None and self._is_disputed(row)), None)
            first = first or next((row for row in rows if row.final is None), None)
            first = first or next(iter(rows), None)
            self.place = first.place if first is not None else None

    def _is_disputed(self, row: BoardRow) -> bool:
        """Whether a grader says why her verdict here stands against the decision."""
        past = self.board.past if self.board is not None else ()
        return any(place == row.place for one in past for place, _ in one.reasons)

    def rows(self) -> list[BoardRow]:
        """What differs, undecided or not, in the order she reads the responses; with the agreed ones once unfolded."""
        if self.board is None:
            return []
        asked = [row for row in self.board.rows if row.asked]
        found = [row for row in asked if not self.is_folded or row.differs or row.ruling]
        order = self.board.order
        return sorted(found, key=lambda row: as_read(order, row.place))

    def agreed(self) -> list[BoardRow]:
        rows = self.board.rows if self.board is not None else ()
        return [row for row in rows if row.asked and not row.differs and not row.ruling]

    @property
    def focused(self) -> BoardRow | None:
        return next((row for row in self.rows() if row.place == self.place), None)

    def focus(self, place: Control) -> None:
        self.place = place
        self.board_changed.emit()

    def move(self, by: int) -> None:
        rows = self.rows()
        if rows:
            at = next((n for n, row in enumerate(rows) if row.place == self.place), 0)
            self.focus(rows[min(max(at + by, 0), len(rows) - 1)].place)

    def toggle_agreed(self) -> None:
        self.is_folded = not self.is_folded
        if self.board is not None:
            self._set_board(self.board)
        self.board_changed.emit()

    # Ruling

    @property
    def is_open(self) -> bool:
        """Whether there is something to rule here."""
        return self.board is not None

    def adopt(self, number: int) -> None:
        """Take the answer of the column with this number for what is in focus, and go on."""
        row, board = self.focused, self.board
        if row is None or board is None or number > len(board.columns):
            return
        task, place = self.task, row.place
        self._rule(lambda _: leading.adopt_now(self._live.session, task, place, str(number)))

    def to_answer(self) -> OpenTask:
        """The task as an answer of her own is given to it. InputError where there can be none."""
        if self.place is not None:
            check_single(self.place)
        return leading.read(self._live.session, self.task)

    @property
    def on_criterion(self) -> bool:
        """Whether a criterion is in focus."""
        return self.place is not None and self.place.panel is Panel.RUBRIC

    def override(
        self,
        value: object,
        error_class: str,
        reason: str,
        failed: Callable[[AssayError], None],
        doubt: str = "",
    ) -> None:
        """An answer of her own. doubt: why it cannot be judged, where that is the verdict."""
        row = self.focused
        if row is None:
            return
        task, place = self.task, row.place
        self._rule(
            lambda _: leading.override_now(
                self._live.session, task, place, value, error_class, reason, doubt
            ),
            failed,
        )

    def unrule(self) -> None:
        row = self.focused
        if row is not None and row.ruling is not None:
            task, place = self.task, row.place
            self._live.perform(
                lambda _: leading.unrule_now(self._live.session, task, place),
                self._ruled,
                self._navigator.problem,
            )

    def _rule(
        self, change: Callable[[Workspace], Board], failed: Callable[[AssayError], None] | None = None
    ) -> None:
        def done(board: Board) -> None:
            self._ruled(board)
            following = next((row for row in self.rows() if row.final is None), None)
            if following is not None:
                self.focus(following.place)

        self._live.perform(change, done, failed or self._navigator.problem)

    def _ruled(self, board: Board) -> None:
        if board.task.id == self.task:
            self._set_board(board)
            self.board_changed.emit()

    def flag_gap(self, text: str, *, here: bool) -> None:
        """Keep the gap for the decision. here: about the focused criterion; else the whole guideline."""
        row, task = self.focused, self.task
        criteria = (row.place.item,) if here and row is not None else ()

        def done(board: Board) -> None:
            self._ruled(board)
            self._navigator.toast(
                tr("Kept. The team is told with your decision.") if text else tr("The flag is taken away.")
            )

        self._live.perform(
            lambda _: leading.flag_gap_now(self._live.session, task, text, criteria),
            done,
            self._navigator.problem,
        )

    # Deciding

    def closing(self) -> str:
        """accept | fix | adjudicate: what closing the task means as it stands."""
        board = self.board
        if board is None:
            return "accept"
        graders = [one for one in board.columns if one.kind == "grader" and not one.outdated]
        if len(graders) > 1 or board.state == "disputed":
            return "adjudicate"
        return "fix" if any(row.ruling for row in board.rows) else "accept"

    def close_task(self, failed: Callable[[AssayError], None]) -> None:
        """Sign the decision. While something is undecided nothing is signed, and the first of it gets the focus."""
        board = self.board
        if board is None:
            return
        if board.undecided and self.closing() != "accept":
            self.focus(next(row.place for row in self.rows() if row.final is None))
            failed(
                InputError(
                    "board.undecided",
                    "What is not decided yet: {n}.",
                    params={"n": len(board.undecided)},
                )
            )
            return
        self._decide(self.closing(), "", failed)

    def accept(self, failed: Callable[[AssayError], None]) -> None:
        """The grader's own verdicts stand."""
        self._decide("accept", "", failed)

    def give_back(self, reason: str, failed: Callable[[AssayError], None]) -> None:
        """Return the work with a reason."""
        self._decide("return", reason, failed)

    def _decide(self, kind: str, comment: str, failed: Callable[[AssayError], None]) -> None:
        session, task = self._live.session, self.task

        def change(workspace: Workspace) -> Decided:
            with workspace.together():
                if comment:
                    leading.comment_now(session, task, comment)
                return leading.decide_now(session, task, kind)

        self._live.perform(change, self._decided, failed, what="letters")

    def _decided(self, done: Decided) -> None:
        at = self.at()
        self.refresh()
        self._left = at
        said = tr_later(words.DECISIONS[done.kind])
        self._navigator.toast(
            tr("{what}. Signed; it leaves with the next sync.", what=said),
            (tr("Withdraw"), lambda: self._withdraw(done)),
        )

    def _withdraw(self, done: Decided) -> None:
        def change(workspace: Workspace) -> None:
            with workspace.together():
                workspace.letters.withdraw(done.decision)
                queue(workspace, [done.task])

        self._live.perform(change, lambda _: self.refresh(), self._navigator.problem, what="letters")

    # Words

    def read(self) -> None:
        """The task: with her own grade of it in Grading; one that she did not grade, here."""
        board, place = self.board, self.place
        if board is None:
            return
        if not board.own:
            self.reading.emit(leading.read(self._live.session, self.task))
        elif place is None:
            self._navigator.go_task(board.task.id)
        else:
            self._navigator.go_task(board.task.id, place.response, kept(place))

    def heading(self) -> str:
        return self.board.task.title if self.board is not None else ""

    def about(self) -> list[str]:
        """How far the graders agree, why the task is here, and what came to pass since it was decided."""
        return words.about_words(self.board) if self.board is not None else []

    def footing(self) -> str:
        """How much is undecided, or how the decision stands."""
        return words.foot_words(self.board, self.decision) if self.board is not None else ""
