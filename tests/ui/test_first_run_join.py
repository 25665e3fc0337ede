"""The first run against a lab that is really served: look, compare, join; and everything that can be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.wire import invitation
from lab import desk
from tests.lab_server import serving, write_tasks
from tests.window_home import PASSPHRASE, WindowHome
from ui.application import Application
from ui.first_run.screen import FirstRunScreen


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[desk.Lab]:
    desk.init(tmp_path / "lab", name="Harbor Medical")
    with desk.open_lab(tmp_path / "lab") as opened:
        yield opened


def invited(lab: desk.Lab, tmp_path: Path) -> str:
    """A link for somebody with three tasks assigned."""
    source = write_tasks(tmp_path / "tasks.jsonl", 3)
    link, expert = desk.invite(lab, "expert", "Dr Okafor", tmp_path / "invitation.json")
    batch = desk.import_batch(lab, "healthbench", source, title="ED reasoning").batch
    desk.assign(lab, batch, [expert])
    return link


def page(application: Application) -> FirstRunScreen:
    return application.shell.window.findChildren(FirstRunScreen)[-1]


def paste(screen: FirstRunScreen, text: str) -> None:
    screen.invite.field.setPlainText(text)
    screen.invite.go.click()


def test_paste_compare_join_and_the_tasks_come(
    window_home: WindowHome, lab: desk.Lab, tmp_path: Path
) -> None:
    link = invited(lab, tmp_path)
    with serving(lab), window_home.window() as application:
        screen = page(application)
        assert not screen.invite.go.isEnabled()
        paste(screen, link)
        assert screen.shown is screen.compare
        assert len(screen.compare.words.text().split()) == 6
        assert screen.compare.words.text() == " ".join(invitation.read(link).words)
        screen.compare.agree.click()
        assert screen.shown is screen.working
        window_home.wait(lambda: screen.shown is screen.code)
        screen.code.make.click()
        window_home.wait(lambda: bool(screen.code.code.text()))
        screen.code.go.click()
        window_home.wait(lambda: application.shell.lab is not None)
        shell = application.shell
        assert shell.lab is not None
        window_home.wait(lambda: shell.lab is not None and len(shell.lab.session.workspace.lab.tasks()) == 3)
        window_home.wait(lambda: shell.lab is not None and not shell.lab.syncing.running)
        assert shell.lab.session.identity.lab_name == "Harbor Medical"
        assert not shell.lab.syncing.offline


def test_without_a_key_store_a_passphrase_is_asked_for(
    window_home: WindowHome, lab: desk.Lab, tmp_path: Path
) -> None:
    window_home.store.there = False
    link = invited(lab, tmp_path)
    with serving(lab), window_home.window() as application:
        screen = page(application)
        paste(screen, link)
        screen.compare.agree.click()
        window_home.wait(lambda: screen.shown is screen.passphrase)
        card = screen.passphrase
        card.one.setText("short")
        card.go.click()
        assert "too short" in card.one.accessibleDescription()
        card.one.setText(PASSPHRASE)
        card.two.setText(PASSPHRASE + "!")
        card.go.click()
        assert "not the same" in card.two.accessibleDescription()
        card.two.setText(PASSPHRASE)
        card.go.click()
        window_home.wait(lambda: screen.shown is screen.code)
        screen.code.go.click()
        window_home.wait(lambda: application.shell.lab is not None)
        folder = window_home.workstation().labs.folders()[0]
        assert window_home.workstation().labs.vault(folder).state().asks == "passphrase"


def test_an_invitation_file_is_looked_at(window_home: WindowHome, lab: desk.Lab, tmp_path: Path) -> None:
    invited(lab, tmp_path)
    with window_home.window() as application:
        screen = page(application)
        screen.presenter.look_at_file(tmp_path / "invitation.json")
        assert screen.shown is screen.compare
        screen.presenter.look_at_file(tmp_path / "nothing.json")
        assert screen.shown is screen.invite
        assert "cannot be read" in screen.invite.field.accessibleDescription()


@pytest.mark.parametrize(
    ("text", "said"),
    [("hello", "not an invitation"), ("assay://enrol?v=1", "has no"), ("assay://other?v=1", "no invitation")],
)
def test_what_is_no_invitation_is_said_at_the_field(window_home: WindowHome, text: str, said: str) -> None:
    with window_home.window() as application:
        screen = page(application)
        paste(screen, text)
        assert screen.shown is screen.invite
        assert said in screen.invite.field.accessibleDescription()


def test_expired_used_and_offline_are_said_and_leave_nothing(
    window_home: WindowHome, lab: desk.Lab, tmp_path: Path
) -> None:
    link = invited(lab, tmp_path)
    found = invitation.read(link)
    with window_home.window() as application:
        screen = page(application)
        paste(screen, replace(found, expires_at=found.expires_at - timedelta(days=400)).link())
        assert "expired" in screen.invite.field.accessibleDescription()
        paste(screen, link)
        screen.compare.agree.click()
        window_home.wait(lambda: bool(screen.compare.error.accessibleName()))
        assert screen.shown is screen.compare
        with serving(lab):
            paste(screen, replace(found, code="AAAAAAAAAAAAAAAAAAAA").link())
            screen.compare.agree.click()
            window_home.wait(lambda: screen.shown is not screen.working)
            said = screen.compare.error.accessibleName() or screen.invite.field.accessibleDescription()
            assert "invitation" in said.lower()
    assert window_home.workstation().labs.folders() == ()


def test_a_followed_link_opens_its_invitation_beside_a_lab(
    window_home: WindowHome, lab: desk.Lab, tmp_path: Path
) -> None:
    window_home.add_lab()
    link = invited(lab, tmp_path)
    with window_home.window(link) as application:
        screen = page(application)
        assert screen.shown is screen.compare
        screen.compare.back.click()
        assert screen.shown is screen.invite
        screen.invite.back.click()
        assert not application.shell.window.is_covered
