"""Locking: the file is closed, the key gone, nothing is shown; unlocking, wrong secrets, the idle lock."""

from __future__ import annotations

import pytest

from app.commands import COMMANDS, Scope
from app.domain.ids import TaskId
from app.errors import LockedError, StorageError
from tests.window_home import PASSPHRASE, WindowHome
from ui.application import Application
from ui.idle import IdleWatch
from ui.lock.page import LockPage
from ui.theme.apply import ThemeHolder


def lock_page(application: Application) -> LockPage:
    return next(page for page in application.shell.window.findChildren(LockPage) if page.isVisible())


def test_lock_closes_the_file_drops_the_key_and_holds_for_the_command_line(window_home: WindowHome) -> None:
    folder = window_home.add_lab()
    with window_home.window() as application:
        shell = application.shell
        assert shell.lab is not None
        workspace = shell.lab.session.workspace
        assert shell.binder.run("lock")
        assert shell.window.is_covered
        window_home.wait(lambda: window_home.workstation().labs.vault(folder).is_locked())
        assert shell.lab is None
        with pytest.raises(StorageError, match="closed"):
            workspace.lab.batches()
        with pytest.raises(LockedError):
            window_home.workstation().labs.open(folder)
        page = lock_page(application)
        assert page.row.isHidden()
        assert not shell.binder.run("undo")
        page.unlock.click()
        window_home.wait(lambda: shell.lab is not None)
        assert not shell.window.is_covered
        assert not window_home.workstation().labs.vault(folder).is_locked()


def test_the_lock_screen_shows_nothing_of_the_work(window_home: WindowHome) -> None:
    window_home.add_lab(name="Harbor Medical", passphrase=PASSPHRASE)
    with window_home.window() as application:
        page = lock_page(application)
        from PySide6.QtWidgets import QLabel

        shown = " ".join(label.text() for label in page.window().findChildren(QLabel) if label.isVisible())
        assert "Locked" in shown
        assert "Harbor" not in shown
        assert "pain" not in shown


def test_too_many_wrong_tries_make_a_pause_that_counts_down(window_home: WindowHome) -> None:
    window_home.add_lab(passphrase=PASSPHRASE)
    with window_home.window() as application:
        page = lock_page(application)
        for _ in range(7):
            page.field.setText("wrong and wrong")
            page.unlock.click()
            window_home.wait(lambda: page.unlock.text().strip() != "Opening…")
            if "in" in page.unlock.text():
                break
        assert "Unlock in" in page.unlock.text()
        assert not page.unlock.isEnabled()
        window_home.wait(lambda: page.unlock.isEnabled())
        assert page.unlock.accessibleName() == "Unlock"


def test_idle_locks_and_input_puts_it_off(look: ThemeHolder) -> None:
    now = [0.0, 100.0]
    idle = IdleWatch(look, (lambda: now[0], lambda: now[1]))
    asked: list[bool] = []
    idle.asked.connect(lambda: asked.append(True))
    idle.set_limit(300)
    now[0] = 299
    idle.look()
    assert not asked
    idle.input()
    now[0] = 500
    idle.look()
    assert not asked
    now[0] = 599
    idle.look()
    assert asked == [True]
    # Time asleep moves the wall clock only.
    now[1] += 400
    idle.look()
    assert asked == [True, True]
    idle.set_limit(0)
    now[0] += 10_000
    idle.look()
    assert asked == [True, True]
    idle.deleteLater()


def test_the_idle_lock_of_the_settings_is_in_force(window_home: WindowHome) -> None:
    window_home.add_lab()
    window_home.settings.change(idle_lock_s=1)
    with window_home.window() as application:
        window_home.wait(lambda: application.shell.window.is_covered)
        assert lock_page(application).isVisible()


def test_no_key_reaches_the_work_while_it_is_covered(
    window_home: WindowHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the lock page, with Grading gone under it, or by "add a lab", with Grading still there."""
    window_home.add_lab()
    bugs: list[BaseException | None] = []
    monkeypatch.setattr(Application, "bug", lambda self, error: bugs.append(error))
    with window_home.window() as application:
        shell = application.shell
        shell.go_task(TaskId("t1"))
        own = {c.id for c in COMMANDS if c.scope is not Scope.EVERYWHERE} | {"find-batch"}
        shell.add_lab()
        assert not any(shell.binder.run(command) for command in own)
        assert shell.lab is not None
        assert not shell.lab.live.pending
        shell.lock()
        assert not any(shell.binder.run(c.id) for c in COMMANDS if not c.id.startswith(("text-", "quit")))
        window_home.wait(lambda: shell.lab is None)
    assert bugs == []
