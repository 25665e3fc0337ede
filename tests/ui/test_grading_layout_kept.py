"""Where the splitters stand is kept once they rest, not at every move."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from tests.window_home import WindowHome
from ui.grading.screen import GradingScreen


def test_many_moves_are_one_write_of_the_last(window_home: WindowHome, qtbot: QtBot) -> None:
    window_home.add_lab()
    with window_home.window() as application:
        screen = application.shell.window.findChild(GradingScreen)
        assert screen is not None
        for width in range(200, 260, 5):
            screen.layout_changed.emit([width, 700, 400])
        assert "grading" not in window_home.settings.load().window
        window_home.wait(lambda: window_home.settings.load().window.get("grading") == [255, 700, 400])


def test_hiding_the_score_reaches_the_next_task(window_home: WindowHome) -> None:
    window_home.add_lab()
    with window_home.window() as application:
        shell = application.shell
        shell.apply(window_home.settings.change(hide_score=True))
        screen = shell.window.findChild(GradingScreen)
        assert screen is not None
        lab = shell.lab
        assert lab is not None
        shell.go_task(lab.session.workspace.lab.tasks()[1])
        assert screen.panel.head.isHidden()
