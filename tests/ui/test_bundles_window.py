"""A6 in the window: a bundle of the lab is taken in, one for it is saved, without a network; by keyboard."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QWidget

from app.domain.ids import TaskId, digest
from app.domain.review import verdict_path
from app.services.bundles import Bundles, Written
from app.services.session import Session
from lab import bundling, desk, unbundling
from lab.lab import open_lab
from tests.keyboard import press
from tests.lab_server import serving, write_tasks
from tests.window_home import WindowHome
from ui.application import Application
from ui.bundles.dialog import BundleDialog
from ui.bundles.presenter import beside
from ui.first_run.screen import FirstRunScreen
from ui.widgets.text import Paragraph


@pytest.fixture
def joined(window_home: WindowHome, tmp_path: Path) -> Path:
    """A home that has joined a lab with three tasks, which is not served any more; the lab's folder."""
    folder = tmp_path / "lab"
    desk.init(folder, name="Harbor Medical")
    source = write_tasks(tmp_path / "tasks.jsonl", 3)
    with desk.open_lab(folder) as lab:
        link, expert = desk.invite(lab, "expert", "Dr Okafor")
        desk.assign(lab, desk.import_batch(lab, "healthbench", source, title="ED reasoning").batch, [expert])
        with serving(lab):
            window_home.workstation().enrolling.enrol(link).close()
    window_home.settings.change(metered=True)
    return folder


def from_lab(folder: Path, stick: Path) -> Path:
    with open_lab(folder) as lab:
        return bundling.export(lab, "Dr Okafor", stick).path


def choose(window: QWidget, path: Path) -> None:
    """As a person would in the dialog of the system, which no key of a test reaches."""
    (dialog,) = [d for d in window.findChildren(QFileDialog) if d.isVisible()]
    dialog.reject()
    dialog.fileSelected.emit(str(path))


def shown(application: Application) -> BundleDialog:
    return next(d for d in application.shell.window.window().findChildren(BundleDialog) if d.isVisible())


def ended(home: WindowHome, application: Application) -> BundleDialog:
    dialog = shown(application)
    home.wait(lambda: dialog.button.accessibleName() == "Close")
    home.wait(lambda: QApplication.focusWidget() is dialog.button)
    return dialog


def test_work_comes_and_results_go_by_stick(window_home: WindowHome, joined: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    path = from_lab(joined, stick)
    with window_home.window() as application:
        shell = application.shell
        assert shell.lab is not None
        window = shell.window.window()
        assert shell.binder.run("open-bundle")
        choose(window, path)
        dialog = ended(window_home, application)
        assert dialog.title.text() == "The bundle was taken in"
        assert "3 tasks came." in dialog.words.text()
        press("Return")
        window_home.wait(lambda: not window.findChildren(BundleDialog))
        workspace = shell.lab.session.workspace
        tasks = workspace.lab.tasks()
        assert len(tasks) == 3
        opened = shell.lab.session.open(TaskId(tasks[0]))
        assert opened.task.rubric is not None
        criteria = opened.task.rubric.criteria
        values = {verdict_path(r, c.id): "met" for r in opened.order for c in criteria}
        shell.lab.live.change(opened, values)
        done: list[object] = []
        shell.lab.live.submit(TaskId(tasks[0]), done.append, done.append)
        window_home.wait(lambda: bool(done))
        assert workspace.outbox.counts() == {"ready": 1}
        assert shell.binder.run("save-bundle")
        choose(window, stick)
        dialog = ended(window_home, application)
        assert "1 result is in it." in dialog.words.text()
        press("Esc")
        (written,) = stick.glob("to-lab-*")
        with open_lab(joined) as lab:
            assert unbundling.take_in(lab, written).stored == 1
        assert shell.binder.run("open-bundle")
        choose(window, from_lab(joined, stick))
        dialog = ended(window_home, application)
        assert dialog.words.text() == "1 receipt came."
        assert workspace.outbox.counts() == {"receipted": 1}
        press("Return")


def test_letters_that_go_along_are_counted(window_home: WindowHome, joined: Path, tmp_path: Path) -> None:
    with window_home.window() as application:
        shell = application.shell
        assert shell.lab is not None
        window_home.wait(lambda: shell.lab is not None and not shell.lab.syncing.running)
        letters = shell.lab.session.workspace.letters
        letters.put("proposal", "p-1", digest(b"{}"), b"{}", b"{}", task=None, batch=None)
        assert shell.binder.run("save-bundle")
        choose(shell.window.window(), tmp_path / "stick")
        words = ended(window_home, application).words.text()
        assert "0 results are in it. 1 decision, answer or proposal too." in words
        press("Esc")


def test_drafts_and_leases_are_told_beside_the_results(tmp_path: Path) -> None:
    both = Written(tmp_path, results=0, letters=0, drafts=2, leases=1, size=1)
    assert beside(both) == [
        "2 drafts for your other devices.",
        "It asks for more time for 1 lease that ends soon.",
    ]
    assert beside(replace(both, drafts=0, leases=0)) == []


def test_locking_waits_for_the_bundle_and_says_nothing_over_the_lock(
    window_home: WindowHome, joined: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is closed only when nothing works on it any more."""
    real, begun, go_on = Bundles.take_in, threading.Event(), threading.Event()
    read: list[int] = []

    def slowly(self: Bundles, session: Session, *rest: Any) -> object:
        begun.set()
        go_on.wait(10)
        read.append(len(session.workspace.lab.tasks()))  # raises when the file is closed
        return real(self, session, *rest)

    monkeypatch.setattr(Bundles, "take_in", slowly)
    path = from_lab(joined, tmp_path / "stick")
    with window_home.window() as application:
        shell = application.shell
        assert shell.lab is not None
        window, vault = shell.window.window(), window_home.workstation().labs.vault(shell.lab.folder)
        assert shell.binder.run("open-bundle")
        choose(window, path)
        window_home.wait(begun.is_set)
        shell.lock()
        assert shell.window.is_covered
        go_on.set()
        window_home.wait(vault.is_locked)
        assert read == [0]
        assert not [d for d in window.findChildren(QDialog) if d.isVisible()]


def test_what_is_no_bundle_is_said_and_changes_nothing(
    window_home: WindowHome, joined: Path, tmp_path: Path
) -> None:
    (tmp_path / "x.assay-bundle").write_bytes(b"no bundle at all")
    with window_home.window() as application:
        assert application.shell.lab is not None
        assert application.shell.binder.run("open-bundle")
        choose(application.shell.window.window(), tmp_path / "x.assay-bundle")
        dialog = ended(window_home, application)
        assert dialog.title.text() == "This file was not made for this key, or it was changed on its way."
        assert application.shell.lab.session.workspace.lab.tasks() == []
        press("Return")


def test_the_first_run_says_what_a_bundle_needs(window_home: WindowHome) -> None:
    with window_home.window() as application:
        invite = application.shell.window.findChildren(FirstRunScreen)[-1].invite
        assert not invite.bundle.isEnabled()
        why = invite.bundle.accessibleDescription()
        assert "has joined its lab" in why
        assert why in [label.text() for label in invite.findChildren(Paragraph) if label.isVisible()]
        assert invite.studio.isEnabled()


def test_from_add_a_lab_the_bundle_goes_into_the_open_lab(window_home: WindowHome, joined: Path) -> None:
    with window_home.window() as application:
        shell = application.shell
        shell.add_lab()
        screen = shell.window.findChildren(FirstRunScreen)[-1]
        assert not shell.binder.run("open-bundle")
        screen.invite.bundle.setFocus()
        press("Return")
        assert not shell.window.is_covered
        assert [d for d in shell.window.window().findChildren(QFileDialog) if d.isVisible()]


def test_a_local_lab_has_no_bundles(window_home: WindowHome) -> None:
    window_home.add_lab()
    with window_home.window() as application:
        assert not application.shell.binder.run("open-bundle")
