"""The first run where there is no network: the request by file, the lab's answer, and what can be wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from app.settings import SettingsFile
from lab import bundling, desk, unbundling
from tests.keyboard import press
from tests.lab_server import write_tasks
from tests.ui.test_first_run_join import page, paste
from tests.window_home import PASSPHRASE, WindowHome
from ui.first_run.screen import FirstRunScreen
from ui.widgets.dialog import Dialog


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[desk.Lab]:
    """It is never served."""
    desk.init(tmp_path / "lab", name="Harbor Medical")
    with desk.open_lab(tmp_path / "lab") as opened:
        yield opened


def invited(lab: desk.Lab, tmp_path: Path) -> str:
    link, expert = desk.invite(lab, "expert", "Dr Okafor")
    batch = desk.import_batch(lab, "auto", write_tasks(tmp_path / "tasks.jsonl", 3), title="ED").batch
    desk.assign(lab, batch, [expert])
    return link


def choose(screen: FirstRunScreen, path: Path) -> None:
    screen.findChildren(QFileDialog)[-1].fileSelected.emit(str(path))


def written(window_home: WindowHome, screen: FirstRunScreen, stick: Path) -> Path:
    """The request, by the button of the card that compares."""
    stick.mkdir()
    screen.compare.by_file.click()
    choose(screen, stick)
    window_home.wait(lambda: screen.shown is not screen.working and screen.shown is not screen.compare)
    return next(stick.glob("join-*"))


def answer_to(lab: desk.Lab, request: Path, stick: Path) -> Path:
    return bundling.export(lab, unbundling.take_in(lab, request).expert, stick).path


def test_request_answer_and_the_tasks_are_there(
    window_home: WindowHome, lab: desk.Lab, tmp_path: Path
) -> None:
    link, stick = invited(lab, tmp_path), tmp_path / "stick"
    with window_home.window() as application:
        screen = page(application)
        assert not screen.invite.requests.isVisible()
        paste(screen, link)
        screen.compare.agree.click()
        window_home.wait(lambda: bool(screen.compare.error.accessibleName()))
        assert screen.compare.by_file.hasFocus()
        request = written(window_home, screen, stick)
        assert screen.shown is screen.waiting
        assert request.name in screen.waiting.words.text()
    answer = answer_to(lab, request, stick)
    with window_home.window() as application:
        screen = page(application)
        requests = screen.invite.requests
        assert requests.answer.isVisible()
        assert "Harbor Medical, as expert." in requests.give_up[0].accessibleDescription()
        requests.answer.click()
        choose(screen, answer)
        window_home.wait(lambda: screen.shown is screen.code)
        screen.code.go.click()
        window_home.wait(lambda: application.shell.lab is not None)
        shell = application.shell
        assert shell.lab is not None
        assert len(shell.lab.session.workspace.lab.tasks()) == 3
        window_home.wait(lambda: shell.lab is not None and not shell.lab.syncing.running)
    with window_home.window() as application:
        assert application.shell.window.findChildren(FirstRunScreen) == []


def test_a_request_is_given_up_by_keyboard_after_a_question(
    window_home: WindowHome, lab: desk.Lab, tmp_path: Path
) -> None:
    window_home.workstation().joining.request(invited(lab, tmp_path), tmp_path / "stick")
    kept = dict(window_home.store.texts)
    assert len(kept) == 1
    with window_home.window() as application:
        screen = page(application)
        requests = screen.invite.requests
        window_home.wait(screen.invite.field.hasFocus)

        def asked() -> Dialog:
            application.shell.window.window().activateWindow()
            requests.give_up[0].setFocus()
            window_home.wait(requests.give_up[0].hasFocus)
            press("Space")
            window_home.wait(lambda: bool(application.shell.window.window().findChildren(Dialog)))
            return application.shell.window.window().findChildren(Dialog)[-1]

        dialog = asked()
        assert "Harbor Medical" in dialog.windowTitle()
        assert dialog.cancel.hasFocus()
        press("Return")
        window_home.wait(lambda: not application.shell.window.window().findChildren(Dialog))
        assert requests.isVisible()
        assert window_home.store.texts == kept
        asked().verb.setFocus()
        press("Return")
        window_home.wait(lambda: not requests.isVisible())
        assert application.shell.window.window().focusWidget() is screen.invite.field
        assert window_home.store.texts == {}
        assert window_home.workstation().joining.waiting() == ()


def test_where_nothing_is_tried_again_nothing_says_so(
    window_home: WindowHome, lab: desk.Lab, tmp_path: Path
) -> None:
    with window_home.window() as application:
        screen = page(application)
        paste(screen, invited(lab, tmp_path))
        screen.compare.agree.click()
        window_home.wait(lambda: bool(screen.compare.error.accessibleName()))
        assert "not tried again by itself" in screen.compare.error.accessibleName()


def test_another_answer_is_said_where_the_right_one_is_opened(
    window_home: WindowHome, lab: desk.Lab, tmp_path: Path
) -> None:
    link, stick = invited(lab, tmp_path), tmp_path / "stick"
    with window_home.window() as application:
        screen = page(application)
        paste(screen, link)
        request = written(window_home, screen, stick)
        screen.waiting.answer.click()
        choose(screen, request)
        window_home.wait(lambda: bool(screen.waiting.error.accessibleName()))
        assert screen.shown is screen.waiting
        assert "not made for this key" in screen.waiting.error.accessibleName()
        assert window_home.workstation().labs.folders() == ()
        choose(screen, answer_to(lab, request, stick))
        window_home.wait(lambda: screen.shown is screen.code)


def test_the_passphrase_of_a_request_is_typed_once_for_its_answer(
    window_home: WindowHome, lab: desk.Lab, tmp_path: Path
) -> None:
    window_home.store.there = False
    link, stick = invited(lab, tmp_path), tmp_path / "stick"
    with window_home.window() as application:
        screen = page(application)
        paste(screen, link)
        stick.mkdir()
        screen.compare.by_file.click()
        choose(screen, stick)
        card = screen.passphrase
        window_home.wait(lambda: screen.shown is card)
        assert card.again.isVisible()
        card.one.setText(PASSPHRASE)
        card.two.setText(PASSPHRASE)
        card.go.click()
        window_home.wait(lambda: screen.shown is screen.waiting)
        answer = answer_to(lab, next(stick.glob("join-*")), stick)
        screen.waiting.answer.click()
        choose(screen, answer)
        window_home.wait(lambda: screen.shown is card)
        assert not card.again.isVisible()
        card.one.setText(PASSPHRASE + "!")
        card.go.click()
        window_home.wait(lambda: bool(card.one.accessibleDescription()) and screen.shown is card)
        assert window_home.workstation().labs.folders() == ()
        card.one.setText(PASSPHRASE)
        card.go.click()
        window_home.wait(lambda: screen.shown is screen.code)


def test_the_other_way_is_in_sight_at_200_percent(
    window_home: WindowHome, lab: desk.Lab, tmp_path: Path
) -> None:
    SettingsFile(window_home.home.app_json).change(scale=2.0, reduce_motion=True)
    link = invited(lab, tmp_path)
    with window_home.window() as application:
        application.shell.window.resize(1024, 640)
        screen = page(application)
        paste(screen, link)
        screen.compare.agree.click()
        window_home.wait(lambda: bool(screen.compare.error.accessibleName()))
        window_home.wait(lambda: not screen.compare.by_file.visibleRegion().isEmpty())
