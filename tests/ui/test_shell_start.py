"""Start: first run when there is nothing, the last lab's Desk, a second copy, trouble."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.domain.ids import TaskId
from tests.window_home import PASSPHRASE, WindowHome
from ui.desk.screen import DeskScreen
from ui.first_run.screen import FirstRunScreen
from ui.frame import TITLE
from ui.lock.page import LockPage
from ui.trouble import TroublePage


def page_of(window: QWidget, kind: type[QWidget]) -> list[QWidget]:
    return [page for page in window.findChildren(kind) if page.isVisible()]


def test_with_no_lab_the_first_run_is_shown(window_home: WindowHome) -> None:
    with window_home.window() as application:
        shell = application.shell
        assert shell.window.is_covered
        assert page_of(shell.window, FirstRunScreen)
        assert not shell.binder.run("palette")


def test_the_last_lab_opens_at_its_desk_with_its_task_prepared(window_home: WindowHome) -> None:
    window_home.add_lab("lab-1", name="First")
    second = window_home.add_lab("lab-2", name="Second")
    with window_home.window() as application:
        shell = application.shell
        assert shell.lab is not None
        assert shell.lab.folder == second
        assert isinstance(shell.lab.screens.front, DeskScreen)
        assert shell.lab.screens.has("grading")
        assert shell.window.line.accessibleName() == "Safe to close"
        assert shell.window.window().windowTitle() == TITLE


def test_a_second_copy_is_told_in_plain_words(window_home: WindowHome) -> None:
    folder = window_home.add_lab()
    first = window_home.workstation().labs.open(folder)
    try:
        with window_home.window() as application:
            page = page_of(application.shell.window, TroublePage)[0]
            assert "open already" in page.accessibleName()
            first.close()
            assert isinstance(page, TroublePage)
            page.again.click()
            window_home.wait(lambda: application.shell.lab is not None)
            assert not application.shell.window.is_covered
    finally:
        first.close()


def test_a_lab_under_a_passphrase_starts_at_the_lock(window_home: WindowHome) -> None:
    window_home.add_lab(passphrase=PASSPHRASE)
    with window_home.window() as application:
        shell = application.shell
        page = page_of(shell.window, LockPage)[0]
        assert isinstance(page, LockPage)
        page.field.setText("not this one")
        page.unlock.click()
        window_home.wait(lambda: page.unlock.isEnabled())
        assert "passphrase" in page.field.accessibleDescription()
        page.field.setText(PASSPHRASE)
        page.unlock.click()
        window_home.wait(lambda: shell.lab is not None)
        assert not shell.window.is_covered


def test_damaged_settings_are_said_and_nothing_is_opened(window_home: WindowHome) -> None:
    window_home.add_lab()
    window_home.home.app_json.write_text("{")
    with window_home.window() as application:
        page = page_of(application.shell.window, TroublePage)[0]
        assert "settings file is damaged" in page.accessibleName()


def test_the_window_comes_back_as_it_was(window_home: WindowHome) -> None:
    window_home.add_lab()
    with window_home.window() as application:
        frame = application.shell.window.window()
        frame.resize(1024, 700)
    with window_home.window() as application:
        # No wider: the screen of the tests is not.
        assert application.shell.window.window().height() == 700
    assert len(window_home.settings.load().window["grounds"]) == 3


def test_a_task_opens_from_anywhere_and_undo_goes_back_to_it(window_home: WindowHome) -> None:
    window_home.add_lab()
    with window_home.window() as application:
        shell = application.shell
        shell.go_task(TaskId("t2"))
        assert shell.lab is not None
        assert shell.lab.screens.front_name == "grading"
        assert shell.binder.run("met")
        window_home.wait(lambda: shell.lab is not None and not shell.lab.live.pending)
        assert shell.binder.run("desk")
        assert shell.binder.run("undo")
        window_home.wait(lambda: shell.lab is not None and shell.lab.screens.front_name == "grading")
        window_home.wait(lambda: shell.lab is not None and not shell.lab.live.pending)
        assert not shell.lab.session.open(TaskId("t2")).review.started
