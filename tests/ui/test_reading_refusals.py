"""A command of the reading panel that has nothing to do says so where it is seen, not to screen readers alone."""

from __future__ import annotations

from tests.window_home import WindowHome
from ui.widgets.toast import Toast


def test_a_refused_command_is_told(window_home: WindowHome) -> None:
    window_home.add_lab()
    with window_home.window() as application:
        shell = application.shell
        lab = shell.lab
        assert lab is not None
        shell.go_task(lab.session.workspace.lab.tasks()[0])

        def told() -> list[str]:
            toasts = shell.window.window().findChildren(Toast)
            return [toast.accessibleName() for toast in toasts if toast.isVisible()]

        assert shell.binder.run("fold")
        assert told()[-1] == "There is nothing to fold here."
        shell.window.window().resize(1000, 700)
        assert shell.binder.run("side-by-side")
        assert "two responses" in told()[-1] or "only one" in told()[-1]
