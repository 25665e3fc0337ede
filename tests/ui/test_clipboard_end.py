"""The program ends in order after something was copied from a text; it stays on the clipboard as long as Qt does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COPIES = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from app.paths import resources
from ui import clipboard
from ui.jobs import Jobs
from ui.panels.reading.answer_view import AnswerView
from ui.panels.reading.supply import Supply
from ui.theme.apply import ThemeHolder

app = QApplication(["copies"])
jobs = Jobs()
view = AnswerView(ThemeHolder(app, resources()), Supply(jobs))
view.show_text("Some **words**.")
view.selectAll()
view.copy()
QTimer.singleShot(0, app.quit)
app.exec()
assert jobs.shutdown()
{end}
assert QGuiApplication.clipboard().text() == "Some words."
"""


@pytest.mark.parametrize(("end", "held"), [("clipboard.hand_over()", True), ("", False)])
def test_the_end_after_copying(end: str, *, held: bool) -> None:
    """Without handing over the process crashes: the test would see it."""
    done = subprocess.run(
        [sys.executable, "-c", COPIES.format(end=end)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode == 0) is held, done.stderr
