"""The status line counts what waits to be sent, whatever it is: results, other signed documents, what was undone."""

from __future__ import annotations

import threading

import pytest

from app.domain.ids import CriterionId, TaskId
from app.domain.review import verdict_path
from app.errors import AssayError, StorageError
from app.services import authoring
from app.services.authoring import drafts
from app.services.returns import propose_now
from app.services.submitting import Submitted
from tests.keyboard import write
from tests.window_home import WindowHome
from ui.application import Application
from ui.authoring import presenter
from ui.i18n import clock_time
from ui.open_lab import OpenLab

DISPUTE = {"kind": "criterion.dispute", "task": "t3", "criterion_id": "c1", "text": "Two things in one."}


def facts(application: Application) -> str:
    return application.shell.window.line.accessibleName()


def answer(lab: OpenLab, task: str) -> None:
    opened = lab.session.open(TaskId(task))
    values = {
        verdict_path(response.id, CriterionId(leaf.id)): "not_applicable"
        for response in opened.task.responses
        for leaf in opened.task.rubric.leaves
    }
    lab.live.change(opened, values)


def submit(home: WindowHome, application: Application, task: str) -> None:
    """Answer and submit a task as the Grading screen does it."""
    lab = application.shell.lab
    assert lab is not None
    answer(lab, task)
    there: list[Submitted] = []
    failed: list[AssayError] = []
    lab.live.submit(TaskId(task), there.append, failed.append)
    home.wait(lambda: bool(there or failed))
    assert not failed


def test_everything_that_waits_to_be_sent_is_counted(window_home: WindowHome) -> None:
    window_home.add_lab(local=False)
    window_home.settings.change(metered=True)  # nothing leaves by itself
    with window_home.window() as application:
        lab = application.shell.lab
        assert lab is not None
        session = lab.session

        def says(waiting: int) -> None:
            workspace = session.workspace
            assert workspace.outbox.waiting() + workspace.letters.waiting() == waiting
            window_home.wait(lambda: (f"{waiting} waiting to be sent" in facts(application)) == bool(waiting))

        submit(window_home, application, "t1")
        says(1)
        submit(window_home, application, "t2")
        says(2)
        lab.live.perform(lambda _: propose_now(session, DISPUTE), what="letters")
        window_home.wait(lambda: not lab.live.pending)
        says(3)
        assert lab.syncing._next.isActive(), "a letter leaves by itself, as a result does"
        lab.live.undo(lambda _: None)
        window_home.wait(lambda: not lab.live.pending)
        says(2)


def test_nothing_is_counted_twice_that_is_written_while_the_window_is_busy(window_home: WindowHome) -> None:
    window_home.add_lab(local=False)
    window_home.settings.change(metered=True)
    with window_home.window() as application:
        lab = application.shell.lab
        assert lab is not None
        answer(lab, "t1")
        lab.live.perform(lambda _: propose_now(lab.session, DISPUTE), what="letters")
        failed: list[AssayError] = []
        lab.live.submit(TaskId("t1"), lambda _: None, failed.append)
        written = threading.Event()
        lab.session.perform(lambda _: written.set())
        assert written.wait(10), "both are in the file before the window hears of the first"
        window_home.wait(lambda: not lab.live.pending)
        assert not failed
        window_home.wait(lambda: "2 waiting to be sent" in facts(application))


def test_what_waits_from_before_is_counted_when_the_lab_opens(window_home: WindowHome) -> None:
    window_home.add_lab(local=False)
    window_home.settings.change(metered=True)
    session = window_home.workstation().labs.open(None, None)
    propose_now(session, DISPUTE)
    session.close()
    with window_home.window() as application:
        window_home.wait(lambda: "1 waiting to be sent" in facts(application))


def test_a_task_that_is_written_is_saved_as_any_other_work(window_home: WindowHome) -> None:
    window_home.add_lab()
    with window_home.window() as application:
        lab = application.shell.lab
        assert lab is not None
        window_home.wait(lambda: not lab.live.pending)
        assert "Saved" not in facts(application)
        begun = lab.live.clock_now
        application.shell.binder.run("authoring")
        window_home.wait(lambda: application.shell.binder.run("new-draft"))
        write("Wasp sting")
        window_home.wait(lambda: len(drafts(lab.session)) == 1)
        window_home.wait(lambda: not lab.live.pending)
        window_home.wait(
            lambda: any(f"Saved {clock_time(at)}" in facts(application) for at in (begun, lab.live.clock_now))
        )
        assert "safe to close" in facts(application)


def test_a_task_that_the_disk_refuses_is_neither_saved_nor_lost(
    window_home: WindowHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presenter, "AGAIN_MS", 200)
    window_home.add_lab()
    with window_home.window() as application:
        shell, lab = application.shell, application.shell.lab
        assert lab is not None
        shell.binder.run("authoring")
        window_home.wait(lambda: shell.binder.run("new-draft"))
        write("Wasp")
        window_home.wait(lambda: "Saved" in facts(application))
        full = StorageError("storage.full", "The disk is full.")

        def refused(*_: object) -> None:
            raise full

        with monkeypatch.context() as disk:
            disk.setattr(authoring, "store", refused)
            write(" sting")
            window_home.wait(lambda: "Saving" in facts(application) and bool(lab.live._owing))
            assert "safe to close" not in facts(application).lower()
            screen = shell._screens.front  # type: ignore[union-attr]
            screen._presenter.leave()  # type: ignore[union-attr]
            window_home.wait(lambda: lab.live.pending == 1)
            assert "safe to close" not in facts(application).lower(), "it is held, though it is shown no more"
        window_home.wait(lambda: not lab.live.pending)
        assert [draft.title for draft in drafts(lab.session)] == ["Wasp sting"]
        window_home.wait(lambda: "safe to close" in facts(application))
