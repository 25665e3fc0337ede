"""Tasks, places and undone steps in words and icons."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.controls import Control, control_of, kept
from app.domain.ids import CriterionId, ResponseId
from app.domain.order import letter
from app.domain.questions import Panel
from app.domain.review import FLAG_KIND, TEXT_LEAVES, FlagKind, parts
from app.services.reviewing import OpenTask
from app.services.submitting import Undone
from app.services.values import TaskRow
from ui.i18n import mark, number, tr, tr_later
from ui.panels.asking.words import answer_words
from ui.widgets.rows import RowData

RESULT = {
    "ready": ("circle-check", "good", mark("Waiting to be sent")),
    "sent": ("check-check", "good", mark("Sent")),
    "receipted": ("check-check", "good", mark("Sent, receipt kept")),
    "accepted": ("check-check", "good", mark("Accepted")),
    "returned": ("undo-2", "bad", mark("Returned")),
    "rejected": ("octagon-alert", "bad", mark("Not taken by the lab")),
    "parked": ("hand", "unsure", mark("Held back: see the Outbox")),
}
FLAG = {
    FlagKind.FLAGGED: ("flag", "warn", mark("Flagged")),
    FlagKind.PARKED: ("hand", "unsure", mark("Parked")),
    FlagKind.SKIPPED: ("arrow-right", "t2", mark("Skipped")),
    FlagKind.DECLINED: ("circle-slash", "t2", mark("Declined")),
}


def row_data(row: TaskRow, place: int) -> RowData:
    """A task in the list. place: in the batch, from 1."""
    icon, tone, words = _state(row)
    return RowData(row.title or row.id, words, icon=icon, tone=tone, number=str(place))


def _state(row: TaskRow) -> tuple[str, str, str]:
    answered = (
        tr("{done} of {total} answered", done=number(row.answered), total=number(row.total))
        if row.total
        else tr("Begun")  # only highlights are asked for: they are not counted here
    )
    if row.status == "submitted" and row.result in RESULT:
        icon, tone, words = RESULT[row.result]
        return icon, tone, tr_later(words)
    if row.flag is not None and row.flag in tuple(FlagKind):
        icon, tone, words = FLAG[FlagKind(row.flag)]
        said = tr_later(words)
        return icon, tone, f"{said} · {answered}" if row.answered else said
    if row.status == "draft" and row.revision > 1:
        return "circle-dot", "t2", tr("Revision {n} · {answered}", n=row.revision, answered=answered)
    if row.answered or row.status == "draft":
        return "circle-dot", "t2", answered
    return "circle-dashed", "t3", tr("Not started")


@dataclass(frozen=True, slots=True)
class Notice:
    """Why a task is shown and cannot be changed. short: for the foot of the judging panel.

    came_back: a lead decided over it, which Returns tells of; else the Outbox does.
    """

    tone: str
    icon: str
    text: str
    short: str
    came_back: bool = False

    @property
    def action(self) -> str:
        return tr("Returns") if self.came_back else tr("Outbox")


def submitted_notice(result: str, *, undo_key: str, again_key: str) -> Notice:
    """undo_key: empty when undo would take back something else first. again_key: opens it as its next revision."""
    icon, tone, words = RESULT.get(result, RESULT["ready"])
    if result in ("ready", ""):
        text = tr("Submitted, waiting to be sent.")
        if undo_key:
            text = tr("Submitted, waiting to be sent. Undo ({key}) takes it back.", key=undo_key)
        return Notice(tone, icon, text, tr("Submitted"))
    if result == "sent":
        text = tr("Sent, waiting for the lab’s receipt. Undo opens a new revision.") if undo_key else tr(
            "Sent, waiting for the lab’s receipt. {key} opens a new revision.", key=again_key
        )  # fmt: skip
        return Notice(tone, icon, text, tr("Sent"))
    if result in ("accepted", "returned"):
        text = tr("{state}. It can be read, not changed.", state=tr_later(words))
        return Notice(tone, icon, text, tr_later(words), came_back=True)
    text = tr("{state}. {key} opens it again as its next revision.", state=tr_later(words), key=again_key)
    return Notice(tone, icon, text, tr_later(words))


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a path of a review points to. criterion: the control, as places are kept."""

    response: ResponseId | None = None
    criterion: CriterionId | None = None
    control: Control | None = None
    leaf: str = ""


def spot_of(paths: tuple[str, ...]) -> Spot:
    """The place of the first path that belongs to a control."""
    for path in paths:
        control = control_of(path)
        if control is not None:
            return Spot(control.response, kept(control), control, parts(path)[-1])
    return Spot(leaf=parts(paths[0])[0] if paths else "")


def undone_words(found: Undone, opened: OpenTask, numbers: dict[CriterionId, int], *, again: bool) -> str:
    """What was taken back (or done again), for the toast. numbers: of the criteria as shown."""
    if found.what == "submit":
        return tr("Submitted again: {title}", title=opened.task.title)
    if found.what == "withdrawn":
        return tr("Taken back before it was sent: {title}", title=opened.task.title)
    if found.what == "revision":
        return tr("Opened again as revision {n}. What was sent stays as it is.", n=opened.review.revision)
    what = changed_words(found.paths, opened, numbers)
    return tr("Done again: {what}", what=what) if again else tr("Undone: {what}", what=what)


def changed_words(paths: tuple[str, ...], opened: OpenTask, numbers: dict[CriterionId, int]) -> str:
    """The place of a change: `answer to criterion 3, response A`. numbers: of the criteria as shown."""
    spot = spot_of(paths)
    control = spot.control
    if control is None:
        if FLAG_KIND in paths or any(p.startswith("/flag") for p in paths):
            return tr("the flag of “{title}”", title=opened.task.title)
        if any("/spans/" in p for p in paths):
            return tr("a highlight in “{title}”", title=opened.task.title)
        return tr("comment on “{title}”", title=opened.task.title)
    if control.panel is Panel.RUBRIC:
        n = numbers.get(CriterionId(control.item), 0)
        what = {
            "comment": tr("comment on criterion {n}", n=n),
            "confidence": tr("confidence on criterion {n}", n=n),
        }.get(spot.leaf, tr("answer to criterion {n}", n=n))
    else:
        what = answer_words(opened, control, text=spot.leaf in TEXT_LEAVES)
    if control.response is None or len(opened.order) < 2 or control.response not in opened.order:
        return what
    return tr("{what}, response {letter}", what=what, letter=letter(opened.order, control.response))
