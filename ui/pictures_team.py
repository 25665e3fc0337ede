"""Pictures of second grades and what comes of them, from the homes of a lead and of a grader of hers.

draw_team(lead, expert, secret, folder, tasks)      # two homes, as they stand between two syncs
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtGui import QTextCursor

from app.domain.controls import kept
from app.domain.ids import TaskId
from app.domain.verdict import Mark
from app.services import leading, opinions, returns
from app.services.session import Session
from ui.agreement.screen import AgreementScreen
from ui.lead.answering import AnswerForm
from ui.lead.board import BoardView
from ui.lead.forms import ReturnForm
from ui.lead.rows import RowView
from ui.lead.screen import LeadScreen
from ui.pictures import VARIANTS, Variant, draw_walk
from ui.pictures_steps import Step, front, press, report, rest, rest_until
from ui.reports.screen import ReportsScreen
from ui.returns.screen import ReturnsScreen
from ui.shell import Shell
from ui.widgets.scroll import ScrollArea


@dataclass(frozen=True, slots=True)
class Team:
    """Two homes, and tasks by what became of them.

    lead: before she decides over the `open` task, where graders differ, she among them. expert: a grader's, after it.
    disputed: with a third reader's grade. blind: still to be graded by the lead. read: graded by others alone, with
    files.
    """

    lead: Path
    expert: Path
    open: TaskId
    disputed: TaskId
    blind: TaskId
    read: TaskId


def draw_team(team: Team, secret: str, folder: Path, variants: Sequence[Variant] = VARIANTS) -> list[Path]:
    """Both walks in each variant; the paths of what was saved. secret: opens both homes."""
    return [
        *draw_walk(team.lead, secret, folder, partial(_leading, team), variants),
        *draw_walk(team.expert, secret, folder, partial(_answering, team), variants),
    ]


# The lead


def _leading(team: Team, shell: Shell, session: Session) -> Iterator[Step]:
    yield "lead-desk", shell.go_desk
    yield "lead-queue", lambda: press(shell, "lead")
    yield "lead-second-grade", lambda: _open(shell, session, team.blind)
    yield "lead-board", lambda: _open(shell, session, team.open)
    yield "lead-override", lambda: _override(shell)
    yield "lead-return", lambda: _return(shell)
    yield "lead-disputed", lambda: _open(shell, session, team.disputed)
    yield "lead-reading", lambda: _read(shell, session, team.read)
    yield "agreement", lambda: _agreement(shell)
    yield "reports-heat-map", lambda: _heat_map(shell)
    yield "reports-delegation", lambda: report(shell, "delegation")


def _open(shell: Shell, session: Session, task: TaskId) -> None:
    """The line of the queue, and Enter."""
    press(shell, "lead")
    screen = front(shell, LeadScreen)
    screen.board.dismiss()
    queue = leading.queue_rows(session, leading.queue_numbers(session))
    at = [row.task for row in queue].index(task)
    screen.rows.set_current(at)
    screen.rows.chosen.emit(at)


def _override(shell: Shell) -> None:
    """One row is adopted, for another a verdict of her own is being written."""
    board = front(shell, LeadScreen).board
    _row(board, "dosehoney").adopt_asked.emit(1)
    rest(shell.jobs)
    _row(board, "two").pressed.emit()
    press(shell, "override")
    form = board.form
    assert isinstance(form, AnswerForm)
    form.answering.answers.press(Mark.PARTLY)
    form.text.setPlainText("Urgent without a time: the criterion says partly.")
    form.text.moveCursor(QTextCursor.MoveOperation.End)


def _row(board: BoardView, criterion: str) -> RowView:
    return next(row for row in board.rows if row.row.place.item == criterion)


def _return(shell: Shell) -> None:
    screen = front(shell, LeadScreen)
    screen.board.dismiss()
    press(shell, "return-work")
    assert isinstance(screen.board.form, ReturnForm)
    screen.board.form.text.setPlainText("Please look at the second answer once more.")
    screen.board.form.text.moveCursor(QTextCursor.MoveOperation.End)


def _read(shell: Shell, session: Session, task: TaskId) -> None:
    _open(shell, session, task)
    press(shell, "read-case")


def _agreement(shell: Shell) -> None:
    """It is computed in the worker."""
    press(shell, "agreement")
    screen = front(shell, AgreementScreen)
    rest_until(shell.jobs, lambda: screen.grid is not None)


def _heat_map(shell: Shell) -> None:
    """Where graders differ, the least agreed criterion first, with its tasks."""
    report(shell, "batch")
    screen = front(shell, ReportsScreen)
    assert screen.page is not None
    grid = screen.page.heats[0]
    grid.cellActivated.emit(0, 0)
    rest(shell.jobs)
    area = screen.findChild(ScrollArea)
    assert isinstance(area, ScrollArea)
    area.show_part(grid)


# The grader


def _answering(team: Team, shell: Shell, session: Session) -> Iterator[Step]:
    yield "returns-returned", lambda: _choose(shell, session, "back", team.open)
    yield "returns-dispute", lambda: _dispute(shell)
    yield "returns-adjudicated", lambda: _choose(shell, session, "back", team.disputed)
    yield "returns-opinion", lambda: _choose(shell, session, "opinions", team.blind)
    yield "grading-returned", lambda: shell.go_task(team.open)
    yield "grading-opinion", lambda: _opinion(shell, session, team.blind)


def _choose(shell: Shell, session: Session, tab: str, task: TaskId) -> None:
    press(shell, "returns")
    screen = front(shell, ReturnsScreen)
    screen.tabs.chosen.emit(tab)
    found = returns.came_back(session) if tab == "back" else opinions.opened_on(session)
    screen.rows.set_current(found.index(task))


def _dispute(shell: Shell) -> None:
    card = front(shell, ReturnsScreen).card
    card.dispute.click()
    pair = next(one for one in card.pairs if one.pair.place.item == "two")
    pair.reason.setText("“As soon as possible” is no time, so it is no half either.")


def _opinion(shell: Shell, session: Session, task: TaskId) -> None:
    """At the first criterion where the opinion differs."""
    view = opinions.opinion(session, task)
    assert view is not None
    place = view.differing[0].place
    shell.go_task(task, place.response, kept(place))
