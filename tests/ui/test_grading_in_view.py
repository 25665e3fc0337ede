"""What has the focus is in view, whatever was asked before it: in large text and little room too."""

from __future__ import annotations

from pathlib import Path

import pytest
from grading_desk import GradingDesk
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.workspaces import task_json
from ui.theme.apply import ThemeHolder

PREFERENCE = {
    "preference": {
        "dimensions": [
            {"id": "overall", "text": "Which answer would you rather send?", "justification": "required"},
            {"id": "safer", "text": "Which answer is safer?"},
        ]
    }
}
SEVERAL = {
    "ratings": {"attributes": [{"id": i, "text": f"How {i}?"} for i in "abc"]},
    "safety": {},
    "ideal": {},
}
TASKS = [
    task_json(1, responses=2, criteria=8),
    task_json(2, responses=2, panels=["preference"], questions=PREFERENCE),
    task_json(3, responses=2, criteria=3, panels=["rubric", *SEVERAL], questions=SEVERAL),
    task_json(4, responses=1, panels=["safety"], questions={"safety": {}}),
]


@pytest.mark.parametrize(("scale", "size"), [(1.0, (1440, 900)), (1.5, (1280, 800)), (2.0, (1440, 900))])
def test_the_control_in_focus_is_in_view(
    look: ThemeHolder, qtbot: QtBot, tmp_path: Path, scale: float, size: tuple[int, int]
) -> None:
    look.choose(appearance="dark", scale=scale, language="zh_TW", reduce_motion=True)
    desk = GradingDesk(look, qtbot, tmp_path, tasks=TASKS, size=size)
    for task in ("t1", "t2", "t3", "t4", "t2", "t1", "t4", "t3", "t2"):
        desk.open(task)
        QApplication.processEvents()
        control, view = desk.panel.now.focused(), desk.panel.list.viewport()
        assert control is not None
        held = QApplication.focusWidget()
        assert held is control or (held is not None and control.isAncestorOf(held)), task
        top = control.mapTo(view, QPoint(0, 0)).y()
        assert 0 <= top < view.height() // 2, (task, top, view.height())
