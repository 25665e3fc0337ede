"""Palette, keys, text size, language, status line and syncs, in the whole window."""

from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.ids import TaskId
from app.domain.review import COMMENT
from app.errors import RefusedError, TrustError
from lab import desk
from tests.lab_server import serving, write_tasks
from tests.window_home import WindowHome
from ui.application import Application
from ui.shell import Shell


def facts(application: Application) -> str:
    return application.shell.window.line.accessibleName()


def pick(shell: Shell, words: str, qtbot: QtBot) -> None:
    """Type into the palette and press Enter."""
    assert shell.binder.run("palette")
    assert shell.palette.isVisible()
    qtbot.keyClicks(shell.palette.field, words)
    qtbot.keyClick(shell.palette.field, Qt.Key.Key_Return)
    assert not shell.palette.isVisible()


def test_the_palette_runs_commands_and_goes_to_tasks_and_batches(
    window_home: WindowHome, qtbot: QtBot
) -> None:
    window_home.add_lab()
    with window_home.window() as application:
        shell = application.shell
        assert shell.lab is not None
        screens = shell.lab.screens
        pick(shell, "go to the outbox", qtbot)
        assert screens.front_name == "outbox"
        pick(shell, "case 3", qtbot)
        assert screens.front_name == "grading"
        assert screens.front is not None
        assert screens.front.crumbs()[-1].text == "Task 3 of 3"
        pick(shell, "emergency reason", qtbot)
        assert screens.front_name == "grading"
        # Words inside a task, by the full-text index.
        pick(shell, "person of 42", qtbot)
        assert screens.front.crumbs()[-1].text == "Task 2 of 3"
        pick(shell, "preferences", qtbot)
        assert screens.front_name == "preferences"


def test_the_palette_closes_and_gives_the_focus_back(window_home: WindowHome, qtbot: QtBot) -> None:
    window_home.add_lab()
    with window_home.window() as application:
        shell = application.shell
        before = shell.window.window().focusWidget()
        shell.open_palette()
        qtbot.keyClick(shell.palette.field, Qt.Key.Key_Escape)
        assert not shell.palette.isVisible()
        assert shell.window.window().focusWidget() is before


def test_the_sheet_of_keys_opens_and_closes_with_its_own_key(window_home: WindowHome, qtbot: QtBot) -> None:
    window_home.add_lab()
    with window_home.window() as application:
        shell = application.shell
        assert shell.binder.run("keys")
        assert shell.keys.isVisible()
        qtbot.keyClick(shell.keys.area, Qt.Key.Key_Escape)
        assert not shell.keys.isVisible()


def test_saved_is_said_only_when_it_is(window_home: WindowHome) -> None:
    window_home.add_lab()
    with window_home.window() as application:
        lab = application.shell.lab
        assert lab is not None
        gate = threading.Event()
        lab.session.perform(lambda _: gate.wait(10))
        lab.live.change(lab.session.open(TaskId("t1")), {COMMENT: "a"})
        window_home.wait(lambda: facts(application) == "Saving…")
        gate.set()
        window_home.wait(lambda: not lab.live.pending)
        window_home.wait(lambda: facts(application).startswith("Saved "))
        assert facts(application).endswith("safe to close")


def test_text_size_and_language_reach_everything_at_once(window_home: WindowHome) -> None:
    window_home.add_lab()
    with window_home.window() as application:
        shell = application.shell
        high = shell.window.bar.minimumHeight()
        laid_out: list[object] = []
        shell.applied.connect(laid_out.append)
        for _ in range(15):
            shell.binder.run("text-larger")
        window_home.wait(lambda: window_home.settings.load().scale == 2.0)
        assert len(laid_out) == 1
        assert shell.window.bar.minimumHeight() == 2 * high
        shell.go_preferences()
        shell.apply(window_home.settings.change(language="zh_TW", scale=1.0))
        assert shell.window.bar.lock.accessibleName() == "鎖定"
        assert shell.lab is not None
        assert shell.lab.screens.front_name == "preferences"
        assert facts(application) == "可以安全關閉"
        assert shell.binder.run("desk")


def test_offline_is_no_error_and_work_goes_on(window_home: WindowHome, tmp_path: Path) -> None:
    desk.init(tmp_path / "lab", name="Harbor Medical")
    with desk.open_lab(tmp_path / "lab") as lab:
        link, expert = desk.invite(lab, "expert", "Dr Okafor")
        source = write_tasks(tmp_path / "tasks.jsonl", 2)
        desk.assign(lab, desk.import_batch(lab, "healthbench", source).batch, [expert])
        with serving(lab):
            workstation = window_home.workstation()
            session = workstation.enrolling.enrol(link)
            workstation.sending.sync(session)
            session.close()
    with window_home.window() as application:
        opened = application.shell.lab
        assert opened is not None
        assert not opened.syncing.offline
        window_home.wait_long(lambda: opened.syncing.offline)
        assert not application.shell.window.notice.text
        assert not application.shell.window.is_covered
        assert application.shell.binder.run("continue")
        assert opened.screens.front_name == "grading"


def test_a_metered_network_is_used_on_demand_only(window_home: WindowHome) -> None:
    window_home.add_lab(local=False)
    window_home.settings.change(metered=True)
    with window_home.window() as application:
        lab = application.shell.lab
        assert lab is not None
        assert not lab.syncing.running
        application.shell.sync()
        assert lab.syncing.running
        window_home.wait_long(lambda: not lab.syncing.running)


def test_what_the_lab_refuses_stands_in_the_notice_until_it_is_put_away(window_home: WindowHome) -> None:
    window_home.add_lab()
    with window_home.window() as application:
        shell = application.shell
        shell.problem(RefusedError("x", "The lab did not take it.", hint="Ask the lab."))
        assert shell.window.notice.text == "The lab did not take it. Ask the lab."
        shell.window.notice.clear()
        shell.problem(TrustError("y", "A signature is wrong."))
        assert "signature" in shell.window.notice.text
        assert not shell.window.is_covered


def test_another_lab_is_another_world(window_home: WindowHome) -> None:
    first = window_home.add_lab("lab-1", name="First")
    second = window_home.add_lab("lab-2", name="Second")
    with window_home.window() as application:
        shell = application.shell
        assert shell.lab is not None
        assert shell.lab.folder == second
        before = shell.lab.session.workspace
        shell.open_lab(first)
        window_home.wait(lambda: shell.lab is not None and shell.lab.folder == first)
        assert before.folder != shell.lab.session.workspace.folder
        window_home.workstation().labs.open(second).close()
        assert window_home.settings.load().last_lab == first
