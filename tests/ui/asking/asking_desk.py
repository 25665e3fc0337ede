"""Tasks that ask something beyond a rubric, and what of it stands on the screen and in the file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from app.domain.ids import TaskId
from tests.ui.grading_desk import WAIT_MS, GradingDesk
from tests.workspaces import task_json
from ui.panels.asking.zone import AskingZone

Make = Callable[..., GradingDesk]


def asking(
    panels: list[str], questions: dict[str, Any] | None = None, *, responses: int = 2
) -> dict[str, Any]:
    """A task without a rubric, unless it is named."""
    task = task_json(1, responses=responses, panels=panels, questions=questions or {})
    if "rubric" not in panels:
        task["rubric"] = {"version": "1", "criteria": []}
    return task


def values(desk: GradingDesk) -> dict[str, Any]:
    """The review as it stands in the file."""
    desk.settle()
    return dict(desk.session.workspace.work.review(TaskId("t1")).values)


def zone(desk: GradingDesk) -> AskingZone:
    found = desk.panel.tail.zone
    assert found is not None
    return found


def card(desk: GradingDesk) -> Any:
    found = zone(desk).card
    assert found is not None
    return found


def on(desk: GradingDesk, place: str) -> None:
    desk.qtbot.waitUntil(lambda: desk.panel.place[1] == place, timeout=WAIT_MS)


def shown(part: QWidget, desk: GradingDesk) -> bool:
    """Whole in view of the list."""
    view = desk.panel.list.viewport()
    top = part.mapTo(view, QPoint(0, 0)).y()
    return part.isVisible() and top >= 0 and top + part.height() <= view.height()
