"""A task as Grading puts it on the screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.ids import CriterionId, ResponseId
from app.services.reviewing import OpenTask
from app.services.session import Session
from ui.grading.words import Notice, submitted_notice
from ui.widgets.chip import key_text


@dataclass(frozen=True, slots=True)
class Showing:
    """place: in its batch, from 0. notice: why it cannot be changed, or None.

    warnings: to be read before anything of the task is shown.
    """

    opened: OpenTask
    response: ResponseId | None
    criterion: CriterionId | None
    place: int
    total: int
    notice: Notice | None
    hide_score: bool
    warnings: tuple[str, ...] = ()


def notice_of(
    session: Session, opened: OpenTask, result: str, key_of: Callable[[str], str], *, sealing: bool
) -> Notice | None:
    """Why a task cannot be changed. result: the state of its result. sealing: the writer is making it just now."""
    if sealing:
        return submitted_notice("ready", undo_key="", again_key="")
    if not opened.submitted:
        return None
    work = session.workspace.work
    last = work.history().undo[:1]
    mine = bool(last) and work.edits_of_group(last[0])[0].task == opened.task.id
    undo_key = key_text(key_of("undo")) if mine else ""
    return submitted_notice(result, undo_key=undo_key, again_key=key_text(key_of("change-mind")))
