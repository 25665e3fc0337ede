"""A grading desk over one task that asks something beyond its rubric."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.asking.asking_desk import Make
from tests.ui.grading_desk import GradingDesk
from tests.workspaces import task_json
from ui.theme.apply import ThemeHolder


@pytest.fixture
def make(look: ThemeHolder, qtbot: QtBot, tmp_path: Path) -> Make:
    def made(task: dict[str, Any], **batch: Any) -> GradingDesk:
        return GradingDesk(look, qtbot, tmp_path, tasks=[task, task_json(2, responses=1)], **batch)

    return made
