"""`assay lock` binds the window that is open."""

from __future__ import annotations

from tests.window_home import WindowHome


def test_a_lab_locked_from_elsewhere_is_closed_in_the_window(window_home: WindowHome) -> None:
    folder = window_home.add_lab()
    with window_home.window() as application:
        assert application.shell.lab is not None
        window_home.workstation().labs.lock(folder)
        window_home.wait(lambda: application.shell.lab is None)
        assert application.shell.window.is_covered
        window_home.workstation().labs.vault(folder).unlock()
