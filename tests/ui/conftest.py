"""The whole window over a home of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.window_home import WindowHome
from ui.features import leave_imports_alone
from ui.theme.apply import ThemeHolder

leave_imports_alone()


@pytest.fixture
def window_home(tmp_path: Path, qtbot: QtBot, qapp: QApplication, look: ThemeHolder) -> WindowHome:
    return WindowHome(tmp_path / "home", qtbot, qapp, look)
