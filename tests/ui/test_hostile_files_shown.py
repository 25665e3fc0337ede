"""Hostile attachments in the window: the event loop never stops for 200 ms, whatever a file does (R10)."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.domain.ids import Digest
from tests.attached_files import attachment
from tests.hostile.bombs import OWN
from tests.ui.grading_desk import GradingDesk
from tests.ui.stalls import GAP_S, Gaps, least_stall
from tests.workspaces import task_json
from ui.panels.attachments.pdf_viewer import PdfViewer
from ui.theme.apply import ThemeHolder

SHOWN = ("acts.pdf", "shared.pdf", "60000.png", "bomb.png", "laughs.docx", "wide.csv", "drawing.svg")


@pytest.mark.parametrize("name", SHOWN)
def test_no_stall(look: ThemeHolder, qtbot: QtBot, tmp_path: Path, name: str) -> None:
    data = OWN[name]()
    entry = attachment(name, "", data)
    tasks = [task_json(1, responses=1, attachments=[entry]), task_json(2, responses=1)]

    def show(at: int) -> float:
        desk = GradingDesk(look, qtbot, tmp_path / str(at), tasks=tasks)
        kept = desk.session.workspace.attachments
        kept.append(Digest(entry["sha256"]), data, offset=0)
        kept.finish(Digest(entry["sha256"]))
        panel = desk.screen.files.panel
        panel.open(0)  # the libraries of the viewers are there now
        panel.show_files(panel._attachments)
        gaps = Gaps()
        desk.press("Ctrl+O")

        def over() -> bool:
            viewer = panel.viewer
            if isinstance(viewer, PdfViewer):
                return viewer.view.has_picture(0) or panel._said.isVisible()
            return viewer is not None or panel._said.isVisible()

        qtbot.waitUntil(over, timeout=30_000)
        qtbot.wait(100)  # what still comes may not stall either; no signal tells that nothing more comes
        assert not desk.problems
        return gaps.stop()

    assert least_stall(show) < GAP_S
