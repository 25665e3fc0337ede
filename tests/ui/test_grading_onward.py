"""The last open task of a batch: to the Desk, and for a lead's blind grade to the board or the queue."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.domain.ids import TaskId
from app.storage.papers import CaseRow
from tests.ui.grading_desk import GradingDesk
from tests.workspaces import task_json
from ui.theme.apply import ThemeHolder

LAST = "That was the last open task of this batch."
BLIND = "That was the last blind grade of this batch. The others’ open when the lab has yours."


@pytest.mark.parametrize(
    ("states", "said", "way", "went"),
    [
        ({}, LAST, "Desk", "desk"),
        ({"t-other": "open"}, LAST, "Desk", "desk"),
        ({"t1": "blind"}, BLIND, "Queue", "lead"),
        ({"t1": "blind", "t-other": "decided"}, BLIND, "Queue", "lead"),
        ({"t1": "blind", "t-other": "open"}, BLIND, "Lead board", "lead"),
        ({"t1": "blind", "t-other": "disputed"}, BLIND, "Lead board", "lead"),
    ],
)
def test_the_last_grade_leads_on(
    states: dict[str, str], said: str, way: str, went: str, look: ThemeHolder, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = GradingDesk(look, qtbot, tmp_path, tasks=[task_json(1, responses=1, criteria=1)])
    for task, state in states.items():
        desk.session.workspace.papers.put_case(CaseRow(0, TaskId(task), "b-1", task, state, "", 0, 4, 0, 50))
    desk.press("Y")
    desk.press("Ctrl+Return")
    desk.settle()
    at = desk.said.index(said)
    action = desk.actions[at]
    assert action is not None
    assert action[0] == way
    action[1]()
    assert desk.went[-1] == went
