"""What the queue and the board say: states, why a task was drawn, graders, decisions."""

from __future__ import annotations

from collections.abc import Sequence

from app.services.board import Board, Column
from app.services.leading import QueueRow
from app.services.lettering import Letter
from app.services.past import Past
from ui.i18n import mark, number, percent, tr, tr_later, trn
from ui.widgets.rows import RowData

WHY = {
    "disagreement": mark("graders disagree"),
    "gold_miss": mark("a known answer was missed"),
    "low_confidence": mark("low confidence"),
    "too_fast": mark("too fast for the text"),
    "random": mark("drawn at random"),
}
MARKS = {
    "blind": ("eye", "accent"),
    "waiting": ("lock", "t3"),
    "open": ("table-2", "t2"),
    "disputed": ("circle-alert", "bad"),
    "decided": ("check-check", "good"),
}
DECISIONS = {
    "accept": mark("Accepted"),
    "fix": mark("Fixed and accepted"),
    "return": mark("Returned to the grader"),
    "adjudicate": mark("Adjudicated"),
}
ANSWERS = {"accept": mark("Agreed with the decision"), "dispute": mark("Disputed the decision")}
LETTERS = {
    "ready": mark("signed, leaves with the next sync"),
    "sent": mark("sent, waiting for the receipt"),
    "receipted": mark("the lab’s receipt is kept"),
    "parked": mark("set aside, the lab did not take it"),
}


def why_words(why: Sequence[str]) -> str:
    words = ""
    for one in why:
        if one in WHY:
            said = tr_later(WHY[one])
            words = tr("{first}; {second}", first=words, second=said) if words else said
    return words


def state_words(row: QueueRow) -> str:
    if row.state == "blind":
        return tr("Grade it blind first")
    if row.state == "waiting":
        return tr("Opens at the next sync")
    if row.state == "disputed":
        return tr("Disputed: read it again")
    if row.state == "decided":
        return tr("Decided")
    differ = trn("{n} of {all} differs", "{n} of {all} differ", row.differ, all=number(row.places))
    why = why_words(row.why)
    return tr("{first}; {second}", first=differ, second=why) if why else differ


def row_data(row: QueueRow) -> RowData:
    icon, tone = MARKS[row.state]
    return RowData(row.title, state_words(row), icon=icon, tone=tone, number=number(row.number))


def about_words(board: Board) -> list[str]:
    """What stands under the title: one line, and one for each thing that was done to the task before."""
    counted = [c for c in board.columns if c.kind in ("own", "grader") and not c.outdated]
    rows = [row for row in board.rows if row.counts and row.asked]
    differ = sum(row.differs for row in rows)
    if any(c.kind == "own" for c in counted):
        text = trn(
            "{n} grader, you among them; {differ} of {all} questions differ.",
            "{n} graders, you among them; {differ} of {all} questions differ.",
            len(counted), differ=differ, all=len(rows),
        )  # fmt: skip
    else:
        text = trn(
            "{n} grader; {differ} of {all} questions differ.", "{n} graders; {differ} of {all} questions differ.",
            len(counted), differ=differ, all=len(rows),
        )  # fmt: skip
    why = why_words(board.why)
    first = tr("{first} Why it is here: {second}.", first=text, second=why) if why else text
    found = [first, *(past_words(board, one) for one in board.past)]
    if board.since:
        names = ", ".join(column_name(board, one) for one in board.since)
        found.append(tr("Graded since the decision: {names}.", names=names))
    elif board.state == "disputed":
        found.append(tr("A third reader grades it without names; the verdicts become a column here."))
    return found


def foot_words(board: Board, decision: Letter | None) -> str:
    """How much is undecided, or how the decision of one's own stands."""
    if board.state == "decided" and decision is not None:
        return tr(
            "{what}: {state}.",
            what=tr_later(DECISIONS[decision.about]),
            state=tr_later(LETTERS[decision.state]),
        )
    if not board.undecided:
        return tr("Everything is decided. The graders’ originals are kept, whatever you decide.")
    return trn(
        "{n} question is undecided. The graders’ originals are kept, whatever you decide.",
        "{n} questions are undecided. The graders’ originals are kept, whatever you decide.",
        len(board.undecided),
    )


def past_words(board: Board, one: Past) -> str:
    """Who did what, and what they said to it."""
    who = tr("You") if one.own else name_of(board, one.who)
    what = tr_later((DECISIONS if one.what == "decision" else ANSWERS)[one.kind])
    said = tr("{who}: {what}", who=who, what=what)
    return tr("{first} “{text}”", first=said, text=one.comment) if one.comment else said


def name_of(board: Board, who: str) -> str:
    for column in board.columns:
        if column.kind == "grader" and column.who == who:
            return column_name(board, column)
    return tr("Another lead")


def column_name(board: Board, column: Column) -> str:
    """Graders are numbered: whose grade it is must not weigh."""
    if column.kind == "own":
        return tr("You")
    if column.kind == "gold":
        return tr("The key")
    if column.kind == "judge":
        return column.who or tr("AI judge")
    graders = [one.key for one in board.columns if one.kind == "grader"]
    return tr("Grader {n}", n=graders.index(column.key) + 1)


def score_words(board: Board, column: Column) -> str:
    """The score of the only response; several have no one score."""
    found = [score for score in column.scores.values() if score.value is not None]
    if len(board.task.responses) != 1 or not found:
        return ""
    return percent((found[0].value or 0.0) / (found[0].unit or 1.0))
