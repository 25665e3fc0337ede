"""The states of a result and its receipt, in words."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QDate, QLocale

from app.services.outbox import Letter, Line
from ui.i18n import day, language, moment, tr
from ui.widgets.rows import RowData

MARKS = {
    "ready": ("circle-check", "good"),
    "sent": ("send", "accent"),
    "receipted": ("check-check", "good"),
    "accepted": ("shield-check", "good"),
    "returned": ("undo-2", "bad"),
    "rejected": ("circle-x", "bad"),
    "parked": ("hand", "unsure"),
}


def state_words(state: str) -> str:
    """One line for the list."""
    return {
        "ready": tr("Ready to be sent; can still be withdrawn"),
        "sent": tr("Sent, waiting for the receipt"),
        "receipted": tr("Confirmed by the lab, receipt kept"),
        "accepted": tr("Accepted by the lab"),
        "returned": tr("Returned by the lab"),
        "rejected": tr("Rejected by the lab"),
        "parked": tr("Set aside: the lab did not take it"),
    }[state]


def row_data(line: Line, now: datetime) -> RowData:
    icon, tone = MARKS[line.state]
    title = (
        line.title if line.revision == 1 else tr("{title}, revision {n}", title=line.title, n=line.revision)
    )
    return RowData(
        title,
        state_words(line.state),
        icon=icon,
        tone=tone,
        number=str(line.task_number) if line.task_number else "",
        trailing=day(line.at, now),
    )


def explained(letter: Letter, lab: str, *, local: bool) -> str:
    """What the state means for the person: what is safe, what comes next."""
    state = letter.line.state
    if state == "ready" and local:
        return tr(
            "Signed and kept on this computer. This lab has nobody to send it to; export it when you like."
        )
    if state == "ready":
        return tr(
            "Signed and kept on this computer. It leaves with the next sync; until then you can withdraw it."
        )
    if state == "sent":
        return tr(
            "It may have left this computer, so it is frozen. Assay asks {lab} until the receipt is here.",
            lab=lab,
        )
    if state == "parked":
        return tr(
            "{lab} did not take this result. Your work is kept as it was. Put right what it says, then send it again.",
            lab=lab,
        )
    if state == "returned":
        return tr("{lab} gave this result back. Open the task: a new revision takes its place.", lab=lab)
    if state == "rejected":
        return tr("{lab} decided not to use this result. Your work and its receipt are kept.", lab=lab)
    if state == "accepted":
        return tr("{lab} accepted this result. There is nothing left to do.", lab=lab)
    return tr("{lab} holds it. There is nothing left to do until it is read.", lab=lab)


def receipt_words(letter: Letter, lab: str) -> str:
    if letter.received_at is None:
        return ""
    held = tr(
        "{lab} confirmed on {when} that it holds exactly these bytes.",
        lab=lab,
        when=_date(letter.received_at),
    )
    return (
        tr("{first} {second}", first=held, second=tr("It came after the due date.")) if letter.late else held
    )


def when_words(at: datetime | None, now: datetime) -> str:
    return moment(at, now) if at is not None else ""


def _date(at: datetime) -> str:
    local = at.astimezone()
    return QLocale(language()).toString(
        QDate(local.year, local.month, local.day), QLocale.FormatType.LongFormat
    )
