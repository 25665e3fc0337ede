"""What lies over the window: it goes when the lab is locked, and no key works unseen behind it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMenu

from app.domain.ids import CriterionId, ResponseId, TaskId
from app.domain.review import verdict_path
from tests.keyboard import press
from tests.window_home import WindowHome
from ui.application import Application
from ui.widgets.toast import Toast

T1 = TaskId("t1")
MET = verdict_path(ResponseId("r1"), CriterionId("c1"))


def verdict(application: Application) -> object:
    assert application.shell.lab is not None
    return application.shell.lab.session.workspace.work.review(T1).values.get(MET)


def test_locking_takes_dialogs_and_menus_away(window_home: WindowHome) -> None:
    window_home.add_lab(local=False)
    window_home.settings.change(metered=True)
    with window_home.window() as application:
        shell = application.shell
        assert shell.binder.run("open-bundle")
        menu = QMenu(shell.window)
        menu.addAction("Cite “adrenaline 0.5 mg”")
        menu.popup(shell.window.mapToGlobal(shell.window.rect().center()))
        assert shell.window.window().findChildren(QDialog)
        shell.lock()
        assert shell.window.is_covered
        assert not [d for d in shell.window.window().findChildren(QDialog) if d.isVisible()]
        assert QApplication.activeModalWidget() is None
        assert QApplication.activePopupWidget() is None


def test_no_key_answers_the_criterion_behind_a_sheet(window_home: WindowHome) -> None:
    window_home.add_lab()
    with window_home.window() as application:
        shell = application.shell
        shell.go_task(T1)
        press("?")
        assert shell.keys.isVisible()
        press("Y")
        assert shell.keys.isVisible()
        press("Esc")
        assert not shell.keys.isVisible()
        press("N")
        window_home.wait(lambda: verdict(application) == "not_met")


def test_going_to_another_screen_closes_the_sheet(window_home: WindowHome) -> None:
    window_home.add_lab()
    with window_home.window() as application:
        shell = application.shell
        assert shell.lab is not None
        for sheet in ("keys", "palette"):
            shell.go_task(T1)
            assert shell.binder.run(sheet)
            press("Ctrl+2")
            assert shell.lab.screens.front_name == "outbox"
            assert not shell.keys.isVisible()
            assert not shell.palette.isVisible()
        assert shell.binder.run("keys")
        assert shell.binder.run("palette")
        assert not shell.keys.isVisible()


def test_what_is_taken_back_from_elsewhere_is_said_and_can_be_done_again(window_home: WindowHome) -> None:
    window_home.add_lab()
    with window_home.window() as application:
        shell = application.shell
        assert shell.lab is not None
        shell.go_task(T1)
        press("N")
        window_home.wait(lambda: verdict(application) == "not_met")
        shell.go_desk()
        assert shell.binder.run("undo")
        lab = shell.lab
        window_home.wait(lambda: lab.screens.front_name == "grading")
        assert verdict(application) is None
        (toast,) = [t for t in shell.window.window().findChildren(Toast) if t.isVisible()]
        words = [label.text() for label in toast.findChildren(QLabel)]
        assert any(text.startswith("Undone: answer to criterion 1") for text in words), words


def test_closing_while_something_is_taken_back_is_quiet(window_home: WindowHome) -> None:
    window_home.add_lab()
    with window_home.window() as application:
        shell = application.shell
        shell.go_task(T1)
        press("N")
        window_home.wait(lambda: verdict(application) == "not_met")
        shell.undo()
        shell.lock()
        window_home.wait(lambda: shell.lab is None)
        QApplication.processEvents()
        assert shell.window.is_covered
        assert not [t for t in shell.window.window().findChildren(Toast) if t.isVisible()]


def test_another_language_leaves_no_presenter_behind(window_home: WindowHome) -> None:
    window_home.add_lab(local=False)
    window_home.settings.change(metered=True)
    with window_home.window() as application:
        shell = application.shell
        lab = shell.lab
        assert lab is not None
        screens = ("outbox", "quarantine", "reports", "returns", "authoring", "preferences", "desk")

        def kinds() -> list[str]:
            """What belongs to the lab and outlives its screens."""
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            return sorted(type(one).__name__ for one in lab.live.findChildren(QObject))

        for name in screens:
            lab.screens.show(name)
        before = kinds()
        for _ in range(2):
            shell.rebuild()
            for name in screens:
                lab.screens.show(name)
        assert kinds() == before


def test_no_screen_changes_behind_a_page(window_home: WindowHome) -> None:
    window_home.add_lab(local=False)
    window_home.settings.change(metered=True)
    with window_home.window() as application:
        shell = application.shell
        assert shell.lab is not None
        shell.add_lab()
        assert shell.window.is_covered
        for command in ("desk", "outbox", "reports", "returns", "lead", "authoring", "open-bundle"):
            assert not shell.binder.run(command), command
        assert shell.lab.screens.front_name == "desk"
