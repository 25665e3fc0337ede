"""The end: what was typed is kept, the file closed; and bugs on the way are reported, redacted."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.domain.ids import TaskId
from app.domain.review import COMMENT
from app.errors import StorageError
from tests.window_home import WindowHome
from ui.widgets.dialog import Dialog


def test_closing_drains_what_is_on_its_way(window_home: WindowHome) -> None:
    folder = window_home.add_lab()
    with window_home.window() as application:
        live = application.shell.lab.live if application.shell.lab else None
        assert live is not None
        opened = live.session.open(TaskId("t1"))
        live.change(opened, {COMMENT: "typed in the last moment"})
        assert live.pending
        application.quit()
        window_home.wait(lambda: not live.pending)
    session = window_home.workstation().labs.open(folder)
    assert session.open(TaskId("t1")).review.comment == "typed in the last moment"
    session.close()


def test_after_the_end_the_file_is_free_and_closed(window_home: WindowHome) -> None:
    folder = window_home.add_lab()
    with window_home.window() as application:
        assert application.shell.lab is not None
        workspace = application.shell.lab.session.workspace
    with pytest.raises(StorageError, match="closed"):
        workspace.lab.batches()
    window_home.workstation().labs.open(folder).close()


def test_a_bug_writes_a_redacted_report_and_says_so_once(window_home: WindowHome, qapp: QApplication) -> None:
    window_home.add_lab()
    with window_home.window() as application:
        secret = "the text of an answer"
        try:
            raise ValueError(secret)
        except ValueError as error:
            sys.excepthook(type(error), error, error.__traceback__)
            sys.excepthook(type(error), error, error.__traceback__)
        window_home.wait(lambda: _dialog(qapp) is not None)
        dialog = _dialog(qapp)
        assert dialog is not None
        assert "bug" in dialog.windowTitle()
        assert application.shell.lab is not None
        dialog.verb.click()
        window_home.wait(lambda: _dialog(qapp) is None)
    reports = list(window_home.home.reports.iterdir())
    assert len(reports) == 2
    assert all(secret not in report.read_text() for report in reports)
    assert "ValueError" in reports[0].read_text()


def test_a_bug_in_a_slot_reaches_the_hook(window_home: WindowHome, qapp: QApplication) -> None:
    window_home.add_lab()
    with window_home.window() as application:
        application.jobs.run(_break, done=lambda _: None, failed=lambda _: None)
        window_home.wait(lambda: _dialog(qapp) is not None)
        dialog = _dialog(qapp)
        assert dialog is not None
        dialog.verb.click()
    assert len(list(window_home.home.reports.iterdir())) == 1


def test_quit_is_a_command(window_home: WindowHome) -> None:
    window_home.add_lab()
    with window_home.window() as application:
        ended: list[bool] = []
        application.ended.connect(lambda: ended.append(True))
        QTimer.singleShot(0, lambda: application.shell.binder.run("quit"))
        window_home.wait(lambda: bool(ended))


def _break(_: object) -> None:
    raise RuntimeError("broken")


def _dialog(qapp: QApplication) -> Dialog | None:
    return next((w for w in qapp.topLevelWidgets() if isinstance(w, Dialog) and w.isVisible()), None)
