"""The Desk's lines to a team's screens: by key, in the whole window, and for a lead alone where it is hers."""

from __future__ import annotations

import json

from PySide6.QtWidgets import QApplication, QPushButton

from app.services.sending import Report
from app.storage.changes import FeedChanges, SignedDocument
from app.storage.papers import CaseRow
from tests.keyboard import press
from tests.window_home import WindowHome
from ui.application import Application
from ui.lead.screen import LeadScreen
from ui.widgets.button import NavItem
from ui.widgets.toast import Toast


def ways(application: Application) -> dict[str, bool]:
    """The lines of the Desk's panel by name: whether each is on show."""
    items = application.shell.window.findChildren(NavItem)
    return {item.accessibleName().split(",")[0]: not item.isHidden() for item in items}


def active(home: WindowHome, application: Application) -> None:
    """Keys go to this window from now on."""
    frame = application.shell.window.window()
    frame.activateWindow()
    home.wait(frame.isActiveWindow)
    application.shell.go_desk()
    home.wait(lambda: QApplication.focusWidget() is not None)


def test_an_expert_goes_to_returns_and_never_to_the_board(window_home: WindowHome) -> None:
    window_home.add_lab(local=False)
    window_home.settings.change(metered=True)
    with window_home.window() as application:
        lab = application.shell.lab
        assert lab is not None
        window_home.counted(application)
        shown = ways(application)
        assert shown["Returns"]
        assert not shown["Lead board"]
        active(window_home, application)
        press("Ctrl+6")
        assert lab.screens.front_name == "desk"
        said = application.shell.window.window().findChildren(Toast)
        assert [toast.accessibleName() for toast in said if toast.isVisible()] == [
            "The Lead board is for those whom the lab made leads of a team."
        ]
        press("Ctrl+3")
        assert lab.screens.front_name == "returns"


def test_a_lead_has_her_queue_one_key_away(window_home: WindowHome) -> None:
    window_home.add_lab(local=False)
    window_home.settings.change(metered=True)
    with window_home.window() as application:
        lab = application.shell.lab
        assert lab is not None
        payload = json.dumps({"role": "lead"}).encode()
        document = SignedDocument("registration", 1, payload, b"{}")
        workspace = lab.session.workspace
        workspace.lab.apply(FeedChanges(documents=(document,)))
        task = workspace.lab.tasks()[0]
        workspace.papers.put_case(CaseRow(1, task, "b-1", "Case 1", "blind", "", 0, 4, 0, 50))
        lab.live.refreshed()
        window_home.wait(lambda: ways(application)["Lead board"])
        active(window_home, application)
        press("Ctrl+6")
        assert lab.screens.front_name == "lead"
        press("Return")
        assert lab.screens.front_name == "grading"


def lead_of(home: WindowHome, *states: str) -> None:
    """The lab's workspace is a lead's, with a case in each of these states, in the queue's order."""
    session = home.workstation().labs.open(None, None)
    payload = json.dumps({"role": "lead"}).encode()
    session.workspace.lab.apply(FeedChanges(documents=(SignedDocument("registration", 1, payload, b"{}"),)))
    for number, (task, state) in enumerate(zip(session.workspace.lab.tasks(), states, strict=False), 1):
        session.workspace.papers.put_case(CaseRow(number, task, "b-1", task, state, "", 1, 4, 1, number))
    session.close()


def test_what_a_sync_opened_is_told_as_a_way_to_its_board(window_home: WindowHome) -> None:
    window_home.add_lab(local=False)
    window_home.settings.change(metered=True)
    lead_of(window_home, "open", "blind")
    with window_home.window() as application:
        lab = application.shell.lab
        assert lab is not None
        lab.syncing.done.emit(Report(0, 0, 1, 0, 0, 0, opened=2))
        said = [t for t in application.shell.window.window().findChildren(Toast) if t.isVisible()]
        assert [toast.accessibleName() for toast in said] == [
            "1 receipt came. Others’ grades of 2 tasks can be read now."
        ]
        (way,) = said[0].findChildren(QPushButton)
        assert way.text() == "Lead board"
        way.click()
        assert lab.screens.front_name == "lead"
        screen = lab.screens.front
        assert isinstance(screen, LeadScreen)
        assert screen.crumbs()[-1].text == lab.session.open(lab.session.workspace.lab.tasks()[0]).task.title
