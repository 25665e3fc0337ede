"""Where one goes from the last open task of a batch."""

from __future__ import annotations

from app.domain.ids import TaskId
from app.services.session import Session
from ui.i18n import tr
from ui.navigator import Action, Navigator


def onward(session: Session, navigator: Navigator, task: TaskId) -> tuple[str, Action]:
    """(words, way): to the Desk; for a lead's blind grade to the board where one can be decided, else to the queue."""
    from app.services.leading import is_second_grade, waits_for_decision

    if not is_second_grade(session, task):
        return tr("That was the last open task of this batch."), (tr("Desk"), navigator.go_desk)
    words = tr("That was the last blind grade of this batch. The others’ open when the lab has yours.")
    way = tr("Lead board") if waits_for_decision(session) else tr("Queue")
    return words, (way, navigator.go_lead)
