"""What keeps a review from being sent, one line a point: what it is about, and what it lacks."""

from __future__ import annotations

from app.domain.checks import Lack, Missing
from app.domain.questions import Panel
from app.services.reviewing import OpenTask
from ui.i18n import mark, tr, tr_later
from ui.panels.asking.words import PANEL_WORD, name_of, text_of
from ui.panels.inline import inline
from ui.panels.rubric.entries import Outline
from ui.widgets.rows import RowData

MOST_TEXT = 160
LACK_WORD = {
    Lack.UNANSWERED: mark("Not answered"),
    Lack.NO_REASON: mark("Why can it not be judged?"),
    Lack.NO_EVIDENCE: mark("Needs a highlight as evidence"),
    Lack.NO_JUSTIFICATION: mark("Needs its reason in words"),
    Lack.TOO_SHORT: mark("Its reason is too short"),
    Lack.NO_SEVERITY: mark("How severe is the harm?"),
    Lack.NO_HARMED: mark("Who may be harmed?"),
}


def lack_row(opened: OpenTask, outline: Outline, lack: Missing) -> RowData:
    """A line of “Before you submit”."""
    control = lack.control
    rubric = control.panel is Panel.RUBRIC
    words = _words(lack, outline)
    where = [name_of(opened, control.response), "" if rubric else tr_later(PANEL_WORD[control.panel]), words]
    text = text_of(opened, control)
    is_open = lack.lack is Lack.UNANSWERED
    number = str(outline.number.get(lack.criterion, "")) if lack.criterion is not None else ""
    return RowData(
        inline(text)[0] if rubric else " ".join(text[:MOST_TEXT].split()),
        " · ".join(w for w in where if w),
        icon="circle-dashed" if is_open else "triangle-alert",
        tone="t3" if is_open else "warn",
        number=number or (control.item if control.panel is Panel.STEPS else ""),
    )


def _words(lack: Missing, outline: Outline) -> str:
    if lack.lack is Lack.CONTRADICTORY:
        other = outline.number.get(lack.other, 0) if lack.other is not None else 0
        return tr("Contradicts {n}, which is not met", n=other)
    if lack.lack is Lack.TOO_SHORT and lack.control.panel is Panel.IDEAL:
        return tr("It is too short")
    return tr_later(LACK_WORD[lack.lack])
