"""A grading desk over one task with attachments that are here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.domain.ids import Digest
from tests.attached_files import attachment
from tests.ui.attached.viewing import File, Make
from tests.ui.grading_desk import GradingDesk
from tests.workspaces import task_json
from ui.theme.apply import ThemeHolder


@pytest.fixture
def make(look: ThemeHolder, qtbot: QtBot, tmp_path: Path) -> Make:
    def made(files: Sequence[File], text: str = "See p. 3 of it.", **more: Any) -> GradingDesk:
        entries = [attachment(*file) for file in files]
        first = task_json(1, responses=1, attachments=entries)
        first["responses"][0]["text"] = text
        desk = GradingDesk(look, qtbot, tmp_path, tasks=[first, task_json(2, responses=1)], **more)
        kept = desk.session.workspace.attachments
        for entry, (_, _, data) in zip(entries, files, strict=True):
            kept.append(Digest(entry["sha256"]), data, offset=0)
            kept.finish(Digest(entry["sha256"]))
        return desk

    return made
