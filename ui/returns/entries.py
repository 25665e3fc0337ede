"""What Returns lists: its lines, each read when it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from app.domain.ids import TaskId
from app.services import opinions, practice, returns
from app.services.consistency import Consistency, consistency
from app.services.practice import Keys, Practice
from app.services.returns import Regrade, TeamNote
from app.services.session import Session
from ui.i18n import day, number, tr
from ui.returns.details import (
    KINDS,
    Detail,
    differing_words,
    of_answer,
    of_consistency,
    of_note,
    of_opinion,
    of_practice,
    of_regrade,
    of_return,
    practice_words,
    return_words,
    right_words,
)
from ui.widgets.rows import RowData


@dataclass(frozen=True, slots=True)
class Entry:
    """key: the task, or the batch of a practice or of a note.

    row, detail: what the list and the card show of it, read when it is shown. InputError when it is no longer here.
    """

    what: str
    key: str
    row: Callable[[], RowData]
    detail: Callable[[], Detail]


def entries(session: Session, tab: str) -> list[Entry]:
    """The lines of a tab: back | opinions | practice | team. What they say is read as they are shown."""
    if tab == "back":
        return [
            Entry("return", task, partial(_return_row, session, task), partial(of_return, session, task))
            for task in returns.came_back(session)
        ]
    if tab == "opinions":
        return [
            Entry("opinion", task, partial(_opinion_row, session, task), partial(of_opinion, session, task))
            for task in opinions.opened_on(session)
        ]
    if tab == "practice":
        return [*_practices(session), *_consistencies(session)]
    again = [
        Entry("regrade", one.task, partial(_regrade_row, one), partial(of_regrade, one))
        for one in returns.regrades(session)
    ]
    notes = [
        Entry("note", f"{one.batch} {one.version}", partial(_note_row, session, one), partial(of_note, one))
        for one in returns.notes(session)
    ]
    return [*again, *notes]


def _practices(session: Session) -> Iterable[Entry]:
    papers = practice.calibrations(session)
    keys = practice.practice_keys(papers)
    for one in practice.practices(session, papers):
        yield Entry("practice", one.batch, partial(_practice_row, one), partial(of_practice, one))
        for task in practice.explained(session, one.batch, keys):
            yield Entry(
                "answer",
                task,
                partial(_answer_row, session, task, keys),
                partial(of_answer, session, task, keys),
            )


def _consistencies(session: Session) -> Iterable[Entry]:
    for batch in session.workspace.lab.batches():
        found = consistency(session, batch.id)
        if found is not None:
            yield Entry(
                "consistency", batch.id, partial(_consistency_row, found), partial(of_consistency, found)
            )


# What the list shows of a line. Where it can be gone since the list was read: its name alone


def _return_row(session: Session, task: TaskId) -> RowData:
    one = returns.open_return(session, task).about
    now = session.parts.clock.now()
    return RowData(one.title, return_words(one), *KINDS[one.kind][1:], "", day(one.at, now))


def _opinion_row(session: Session, task: TaskId) -> RowData:
    view = opinions.opinion(session, task)
    if view is None:
        return RowData(task)
    differ, now = len(view.differing), session.parts.clock.now()
    tone = "accent" if differ else "good"
    return RowData(view.title, differing_words(differ), "lock-open", tone, "", day(view.opened_at, now))


def _practice_row(one: Practice) -> RowData:
    tone = "good" if one.passed else "bad" if one.passed is False else "t2"
    return RowData(one.title, practice_words(one), "graduation-cap", tone)


def _answer_row(session: Session, task: TaskId, keys: Keys) -> RowData:
    found = practice.practice_answer(session, task, keys)
    if found is None:
        return RowData(task)
    tone = "good" if found.right == found.keyed else "warn"
    return RowData(found.task.title, right_words(found), "list-checks", tone)


def _consistency_row(found: Consistency) -> RowData:
    words = tr("Answered alike: {n} of {all}", n=number(found.same), all=number(found.verdicts))
    return RowData(found.title, words, "scale", "accent")


def _regrade_row(one: Regrade) -> RowData:
    return RowData(one.title, tr("Grade it again: the rules have changed"), "rotate-ccw", "warn")


def _note_row(session: Session, one: TeamNote) -> RowData:
    words = tr("Guideline {version}", version=one.version)
    now = session.parts.clock.now()
    return RowData(one.text.split("\n")[0], words, "book-open", "accent", "", day(one.at, now))
