"""By response or by criterion, in the whole window: one key, kept in the settings."""

from __future__ import annotations

from tests.keyboard import press
from tests.window_home import WindowHome
from ui.grading.screen import GradingScreen


def test_the_order_of_work_is_changed_by_its_key_and_kept(window_home: WindowHome) -> None:
    window_home.add_lab()
    with window_home.window() as application:
        shell = application.shell
        assert shell.lab is not None
        session = shell.lab.session
        shell.go_task(session.workspace.lab.tasks()[0])
        screen = shell.lab.screens.front
        assert isinstance(screen, GradingScreen)
        screen.panel.take_focus()
        window_home.wait(lambda: screen.panel.place[1] == "c1")
        press("Ctrl+B")
        assert window_home.settings.load().by_criterion
        opened = screen.panel.opened
        assert opened is not None
        press("Down")
        assert screen.panel.place == (opened.order[1], "c1")
        press("Down")
        assert screen.panel.place == (opened.order[0], "c2")
        shell.go_task(session.workspace.lab.tasks()[1])
        press("Down")
        assert screen.panel.place[1] == "c1"
        press("Ctrl+B")
        assert not window_home.settings.load().by_criterion
