"""What Returns shows of the chosen line, as plain values, and the words for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from app.domain.controls import Control
from app.domain.ids import ResponseId
from app.domain.places import Answer
from app.domain.task import Task
from app.services import opinions, returns
from app.services.consistency import Consistency
from app.services.opinions import OpinionRow, OpinionView
from app.services.practice import Keys, Practice, PracticeView, practice_answer
from app.services.returns import Regrade, Return, ReturnRow, TeamNote
from app.services.session import Session
from ui.i18n import mark, number, percent, tr, tr_later, trn
from ui.panels.decisions import ERRORS, source_name
from ui.panels.judged import as_read, look_of, question_of, where_of, whole_words

Order = tuple[ResponseId, ...]
R = TypeVar("R", ReturnRow, OpinionRow)
KINDS = {
    "accept": (mark("Accepted as you graded it"), "check-check", "good"),
    "fix": (mark("Accepted with changes"), "pencil", "accent"),
    "return": (mark("Returned: to be graded again"), "undo-2", "bad"),
    "adjudicate": (mark("Adjudicated"), "scale", "accent"),
}


@dataclass(frozen=True, slots=True)
class Side:
    """One answer in words. who: whose it is."""

    who: str
    icon: str
    tone: str
    said: str
    comment: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A question: mine first, then theirs; why it was changed. where: the kind of judgement and the response, where
    they need saying.
    """

    place: Control
    number: int
    where: str
    text: str
    sides: tuple[Side, ...]
    why: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Detail:
    """acts: accept, dispute, again, mind (change of mind), open."""

    title: str
    lines: tuple[str, ...]
    pairs: tuple[Pair, ...] = ()
    acts: tuple[str, ...] = ()


def return_words(one: Return) -> str:
    """What was decided, and what I did with it."""
    words = tr_later(KINDS[one.kind][0])
    if one.answered:
        said = (
            tr("you accepted") if one.answered == "accept" else tr("you disputed; a third reader looks at it")
        )
        return tr("{first}; {second}", first=words, second=said)
    if one.regraded:
        return tr("{first}; {second}", first=words, second=tr("graded again"))
    return words


def practice_words(one: Practice) -> str:
    if one.passed is None:
        done = tr("{n} of {all} tasks graded", n=number(one.graded), all=number(one.tasks))
        return tr(
            "{first}; {second}", first=done, second=tr("passes at {share}", share=percent(one.pass_mark))
        )
    share = percent(one.share or 0.0)
    if one.passed:
        return tr("Passed with {share}", share=share)
    return tr("Not passed: {share}, and {mark} are needed", share=share, mark=percent(one.pass_mark))


def differing_words(n: int) -> str:
    if not n:
        return tr("You and the opinion agree")
    return trn("{n} question differs", "{n} questions differ", n)


def right_words(one: PracticeView) -> str:
    return tr("{right} of {all} right", right=number(one.right), all=number(one.keyed))


# By the kind of the line. Those that read raise InputError when what came back is no longer here


def of_return(session: Session, task: str) -> Detail:
    view = returns.open_return(session, task)
    lines = [return_words(view.about)]
    if view.about.comment:
        lines.append(tr("“{text}”", text=view.about.comment))
    if view.gap:
        lines.append(tr("A gap in the guideline: {text}", text=view.gap))
    pairs = tuple(_changed(view.task, row, view.order) for row in in_order(view.changed, view.order))
    if not pairs:
        lines.append(tr("No answer of yours was changed."))
    return Detail(view.about.title, tuple(lines), pairs, _acts(view.about))


def _acts(about: Return) -> tuple[str, ...]:
    """A return that was graded again needs no answer any more."""
    if about.kind == "return":
        if about.regraded:
            return ("open",)
        return ("again",) if about.answered else ("again", "accept", "dispute")
    return ("open",) if about.answered else ("accept", "dispute", "open")


def _changed(task: Task, row: ReturnRow, order: Order) -> Pair:
    sides = [side(task, order, row.place, tr("You"), row.mine.value, row.mine.comment)]
    if row.theirs is not None:
        sides.append(side(task, order, row.place, tr("Decided"), row.theirs, ""))
    kind = tr_later(ERRORS[row.error_class]) if row.error_class in ERRORS else ""
    why = (
        tr("{first}: {second}", first=kind, second=row.reason) if kind and row.reason else kind or row.reason
    )
    where, asked = where_of(task, order, row.place), question_of(task, order, row.place)
    return Pair(row.place, row.number, ", ".join(where), asked, tuple(sides), why, row.changed)


def of_opinion(session: Session, task: str) -> Detail:
    view = opinions.opinion(session, task)
    assert view is not None
    names = tuple(source_name(one) for one in view.sources)
    lines = [
        differing_words(len(view.differing)),
        tr("Your result was at the lab before this was opened. It stands unless you change your mind."),
    ]
    if view.changed:
        lines.append(tr("You changed your result after it was opened; both are kept."))
    return Detail(view.title, tuple(lines), _pairs(view, names), ("mind", "open"))


def of_answer(session: Session, task: str, keys: Keys) -> Detail:
    seen = practice_answer(session, task, keys)
    assert seen is not None
    return Detail(seen.task.title, (right_words(seen),), _pairs(seen, (tr("Right answer"),)), ("open",))


def of_practice(one: Practice) -> Detail:
    rule = tr("After each task that you submit, its answer is explained here. Only you see this.")
    return Detail(one.title, (practice_words(one), rule))


def of_regrade(one: Regrade) -> Detail:
    words = tr(
        "You graded it under rubric {was} and guideline {guide}; rubric {now} and guideline {new} are in force.",
        was=one.rubric_was, guide=one.guideline_was, now=one.rubric_now, new=one.guideline_now,
    )  # fmt: skip
    return Detail(one.title, (words,), (), ("again",))


def of_note(note: TeamNote) -> Detail:
    about = (
        tr("About criteria {list}", list=", ".join(note.criteria))
        if note.criteria
        else tr("About the whole guideline")
    )
    return Detail(tr("A note to the team"), (note.text, about))


def in_order(rows: Iterable[R], order: Order) -> list[R]:
    """Response by response, as she reads them."""
    return sorted(rows, key=lambda row: as_read(order, row.place))


def _pairs(view: OpinionView | PracticeView, names: tuple[str, ...]) -> tuple[Pair, ...]:
    """Those that differ first; what a source explains stands with it."""
    task, order = view.task, view.order
    found = [
        Pair(
            row.place,
            row.number,
            ", ".join(where_of(task, order, row.place)),
            question_of(task, order, row.place),
            (
                side(task, order, row.place, tr("You"), row.mine.value, row.mine.comment),
                *(
                    side(task, order, row.place, name, cell.value, cell.comment)
                    for name, cell in zip(names, row.theirs, strict=True)
                    if cell.value is not None
                ),
            ),
            "",
            row.differs,
        )
        for row in in_order(view.rows, order)
    ]
    return tuple(sorted(found, key=lambda pair: not pair.differs))


def of_consistency(found: Consistency) -> Detail:
    share = percent(found.same / found.verdicts) if found.verdicts else "–"
    repeats = trn(
        "{n} task came a second time; you answered {share} of its questions alike.",
        "{n} tasks came a second time; you answered {share} of their questions alike.",
        found.repeats,
        share=share,
    )
    sides = tr(
        "The response shown first came out ahead {first} times, the second {second} times, and {even} times neither.",
        first=number(found.first), second=number(found.second), even=number(found.even),
    )  # fmt: skip
    return Detail(found.title, (repeats, sides, tr("Only you see this.")))


def side(task: Task, order: Order, place: Control, who: str, value: Answer | None, comment: str) -> Side:
    icon, tone, said = look_of(task, order, place, value)
    written = "\n".join(words for words in (comment, whole_words(task, place, value)) if words)
    return Side(who, icon, tone, said, written)
