"""Drafts, doubts, suspects and proposals in words."""

from __future__ import annotations

from datetime import datetime

from app.domain.identifiers import Identifier
from app.domain.lint import Doubt, Finding
from app.domain.rubric import Kind
from app.services.authoring import Draft, Suspect
from app.services.lettering import Letter
from ui.i18n import day, mark, moment, number, sentences, tr, tr_later, trn
from ui.widgets.rows import RowData

MARKS = {
    "draft": ("pencil", "t2"),
    "ready": ("circle-check", "good"),
    "sent": ("send", "accent"),
    "receipted": ("check-check", "good"),
    "parked": ("hand", "unsure"),
}
PLACES = {
    "title": mark("Title"),
    "field": mark("Field"),
    "layman": mark("In a layman’s words"),
    "professional": mark("In a professional’s words"),
    "ideal": mark("Ideal answer"),
    "rubric": mark("Rubric"),
}
KINDS = {
    Kind.BINARY: mark("Met or not met"),
    Kind.TERNARY: mark("Met, partly or not met"),
    Kind.COUNT: mark("Points for each occurrence"),
    Kind.SCALE: mark("A scale"),
    Kind.FREE: mark("A free text"),
}
IDENTIFIERS = {
    Identifier.NAME: mark("A name"),
    Identifier.BIRTH: mark("A date of birth"),
    Identifier.DATE: mark("A date"),
    Identifier.RECORD: mark("A record number"),
    Identifier.PHONE: mark("A phone number"),
    Identifier.EMAIL: mark("An e-mail address"),
    Identifier.ADDRESS: mark("An address"),
    Identifier.NATIONAL_ID: mark("An identity number"),
    Identifier.ACCOUNT: mark("An account or card number"),
    Identifier.LINK: mark("A link"),
}
ABOUT = {
    "criterion.add": mark("A missing criterion"),
    "criterion.edit": mark("Better words or points for a criterion"),
    "criterion.dispute": mark("A disputed criterion"),
    "guideline_gap": mark("A gap in the guideline"),
    "task": mark("A task that you wrote"),
}


def doubt_words(doubt: Finding, number_of: dict[str, int]) -> str:
    """What is doubtful and what to do about it. number_of: criteria by their ids, as they are numbered."""
    quoted = doubt.words
    match doubt.doubt:
        case Doubt.EMPTY:
            return tr("It has no words yet.")
        case Doubt.NOT_ATOMIC:
            return tr("“{words}”: it seems to ask for two things. Make two criteria of it.", words=quoted)
        case Doubt.NOT_VERIFIABLE:
            return tr(
                "“{words}”: two readers may differ. Say what one would see in the answer.", words=quoted
            )
        case Doubt.OVERLAP:
            other = number_of.get(str(doubt.other), 0)
            return tr(
                "It says much the same as criterion {n}. Keep one of them, or say what sets them apart.",
                n=number(other),
            )
        case Doubt.NO_POINTS:
            return tr("It has no points, so it changes nothing.")
        case Doubt.TOO_HEAVY:
            return tr("It has more than half of all points: it decides nearly alone.")
        case Doubt.NO_NEGATIVE:
            return tr("No criterion takes points away. Is there a mistake that an answer must not make?")
        case Doubt.ONLY_NEGATIVE:
            return tr("No criterion earns points, so no answer can score above zero.")


def place_words(where: str, number_of: dict[str, int]) -> str:
    """A field's name, or `Criterion 3`."""
    if where in PLACES:
        return tr_later(PLACES[where])
    criterion, _, part = where.partition("/")
    n = number(number_of.get(criterion, 0))
    return tr("Criterion {n}, tags", n=n) if part else tr("Criterion {n}", n=n)


def suspect_words(suspect: Suspect) -> str:
    return tr("{kind}: “{text}”", kind=tr_later(IDENTIFIERS[suspect.found.kind]), text=suspect.found.text)


def passed_words(cleared: int) -> str:
    """Nothing is missing and nothing is left to look at: what that means of persons, and what it does not.

    cleared: places of which the author said that they name nobody.
    """
    if cleared:
        found = trn(
            "Of {n} place that may name a person you said that it names nobody.",
            "Of {n} places that may name a person you said that they name nobody.",
            cleared,
        )
    else:
        found = tr(
            "No date, number or address was recognised, and no name beside a word such as “Dr” or “patient”."
        )
    return sentences(
        tr("Nothing is missing."),
        found,
        tr("Plain names like “Maria Rossi” are not recognised: look for them yourself before it leaves."),
    )


def title_of(draft: Draft) -> str:
    return draft.title.strip() or tr("Task without a title")


def draft_state(draft: Draft, letter: Letter | None) -> str:
    """`draft`, or the state of the letter that it was sent as."""
    return letter.state if letter is not None else "sent" if draft.sent else "draft"


def draft_row(draft: Draft, letter: Letter | None, now: datetime) -> RowData:
    from app.domain.times import from_text

    state = draft_state(draft, letter)
    icon, tone = MARKS[state]
    leaves = sum(c.kind is not Kind.GROUP for c in draft.criteria)
    criteria = trn("{n} criterion", "{n} criteria", leaves)
    detail = tr("{state} · {more}", state=state_words(state), more=criteria)
    at = draft.sent_at or draft.changed_at
    return RowData(
        title_of(draft), detail, icon=icon, tone=tone, trailing=day(from_text(at), now) if at else ""
    )


def state_words(state: str) -> str:
    """One line for a list, for drafts and proposals."""
    return {
        "draft": tr("Draft"),
        "ready": tr("Signed, leaves with the next sync"),
        "sent": tr("Sent, waiting for the receipt"),
        "receipted": tr("At the lab, receipt kept"),
        "parked": tr("Set aside: the lab did not take it"),
    }[state]


def state_long(draft: Draft, letter: Letter | None, lab: str, now: datetime) -> str:
    """What the state of a sent task means for its author."""
    if letter is None:
        return tr("It was sent.")
    if letter.state == "ready":
        return tr(
            "Signed and kept on this computer. It leaves with the next sync; until then it can be taken back."
        )
    if letter.state == "sent":
        return tr("It may have left this computer. Assay asks {lab} until the receipt is here.", lab=lab)
    if letter.state == "parked":
        return tr(
            "{lab} did not take it: {reason} Write on, then send it again.",
            lab=lab,
            reason=tr_later(letter.reason),
        )
    when = moment(letter.received_at, now) if letter.received_at is not None else ""
    return tr(
        "{lab} confirmed at {when} that it holds exactly this task. A person there decides on it.",
        lab=lab,
        when=when,
    )


def proposal_row(letter: Letter, title: str, now: datetime) -> RowData:
    """title: of the task that it is about."""
    icon, tone = MARKS[letter.state]
    about = tr_later(ABOUT[letter.about])
    first = tr("{about}: {title}", about=about, title=title) if title else about
    detail = state_words(letter.state)
    if letter.state == "parked" and letter.reason:
        detail = tr("{state} · {more}", state=detail, more=tr_later(letter.reason))
    return RowData(first, detail, icon=icon, tone=tone, trailing=day(letter.created_at, now))
