"""What tests of attachments share: a label of twelve pages, and waiting for a viewer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QApplication

from tests.attached_files import pdf
from tests.ui.grading_desk import GradingDesk

WAIT_MS = 20_000
LABEL = pdf([[f"Page {n}", "Aspirin 300 mg at once", "unless allergic"] for n in range(1, 13)],
            link="https://example.org/label")  # fmt: skip
File = tuple[str, str, bytes]
Make = Callable[..., GradingDesk]


def opened(desk: GradingDesk, kind: type) -> Any:
    """The viewer in front, once it is there and has the focus."""
    panel = desk.screen.files.panel
    desk.qtbot.waitUntil(lambda: isinstance(panel.viewer, kind), timeout=WAIT_MS)
    QApplication.processEvents()
    return panel.viewer


def wait(desk: GradingDesk, condition: Callable[[], bool]) -> None:
    desk.qtbot.waitUntil(condition, timeout=WAIT_MS)
