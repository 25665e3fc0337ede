"""The sample lab of the first run: made, served, joined, pulled, and gone with the window."""

from __future__ import annotations

import pytest

from app.services.sample_lab import SAMPLES
from app.settings import Settings
from tests.window_home import WindowHome
from ui.application import Application
from ui.desk.presenter import NAME
from ui.first_run.screen import FirstRunScreen


@pytest.fixture(autouse=True)
def from_the_checkout(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """The child process finds the program where this one did."""
    monkeypatch.setenv("PYTHONPATH", str(request.config.rootpath))


def page(application: Application) -> FirstRunScreen:
    return application.shell.window.findChildren(FirstRunScreen)[-1]


def test_the_sample_lab_is_tried_with_progress_and_comes_back(window_home: WindowHome) -> None:
    with window_home.window() as application:
        screen, shell = page(application), application.shell
        screen.invite.sample.click()
        assert screen.shown is screen.working
        window_home.wait_long(lambda: shell.lab is not None)
        window_home.wait_long(
            lambda: shell.lab is not None and len(shell.lab.session.workspace.lab.batches()) == len(SAMPLES)
        )
        assert shell.samples.is_running
    assert not shell.samples.is_running
    with window_home.window() as application:
        lab = application.shell.lab
        assert lab is not None
        window_home.wait_long(lambda: not lab.syncing.running)
        assert not lab.syncing.offline
        application.shell.add_lab()
        assert page(application).invite.sample.isHidden()


def test_the_sample_lab_can_be_cancelled_and_tried_again(window_home: WindowHome) -> None:
    with window_home.window() as application:
        screen = page(application)
        screen.invite.sample.click()
        screen.working.cancel.click()
        window_home.wait_long(lambda: screen.shown is screen.invite)
        assert application.shell.lab is None
    assert not window_home.workstation().labs.folders()


def test_without_a_key_store_the_sample_lab_is_made_once(
    window_home: WindowHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.sample_lab.SAMPLES", SAMPLES[:1])
    window_home.store.there = False
    window_home.settings.save(Settings(language="zh_TW"))
    with window_home.window() as application:
        screen, shell = page(application), application.shell
        screen.invite.sample.click()
        window_home.wait_long(lambda: screen.shown is screen.passphrase)
        made = (shell.samples.folder / "lab.json").stat()
        screen.passphrase.given.emit("a sentence nobody knows")
        window_home.wait_long(lambda: shell.lab is not None)
        again = (shell.samples.folder / "lab.json").stat()
        assert (again.st_ino, again.st_mtime_ns) == (made.st_ino, made.st_mtime_ns)
        assert shell.lab is not None
        assert shell.lab.session.workspace.work.note(NAME) == "您"
