"""A7 in the window: connecting a Label Studio project; what is missing or wrong is said on its card."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from tests.keyboard import press, write
from tests.window_home import WindowHome
from ui.first_run.screen import FirstRunScreen


def test_what_is_missing_or_not_there_is_said_and_leaves_nothing(window_home: WindowHome) -> None:
    with window_home.window() as application:
        screen = application.shell.window.findChildren(FirstRunScreen)[-1]
        screen.invite.studio.setFocus()
        press("Return")
        card = screen.studio
        assert screen.shown is card
        assert QApplication.focusWidget() is card.url
        card.go.setFocus()
        press("Return")
        assert card.url.accessibleDescription() == "Type where Label Studio is."
        write("http://127.0.0.1:9")
        card.go.setFocus()
        press("Return")
        assert card.token.accessibleDescription() == "Paste your token."
        write("a token")
        press("Return")
        assert screen.shown is screen.working
        screen.presenter.cancel()
        window_home.wait(lambda: screen.shown is card)
        card.back.setFocus()
        press("Return")
        assert screen.shown is screen.invite
    assert window_home.workstation().labs.folders() == ()


def test_an_address_that_is_none_is_said_on_the_card(window_home: WindowHome) -> None:
    with window_home.window() as application:
        screen = application.shell.window.findChildren(FirstRunScreen)[-1]
        screen.invite.studio.click()
        card = screen.studio
        card.url.setText("no address at all")
        card.token.setText("a token")
        card.go.click()
        window_home.wait(lambda: bool(card.error.accessibleName()))
        assert screen.shown is card
        assert application.shell.lab is None
