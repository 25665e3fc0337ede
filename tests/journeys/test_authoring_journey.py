"""A task is written in the window by keyboard, the program is closed in the middle of a word, what may name a person is
found and taken out, and the lab has the signed proposal, which verifies; then a criterion is disputed (E4, C6)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from app.paths import resources
from app.services.lettering import letters
from app.wire import jsonio
from lab import desk, leads_desk
from lab.tables_leads import letter
from tests.command_line import Program
from tests.journeys.test_window_journey import Journey, invited, join
from tests.keyboard import press, write
from tests.lab_server import serving
from tests.window_home import PASSPHRASE, WindowHome
from ui.authoring.screen import AuthoringScreen
from ui.desk.screen import DeskScreen
from ui.lock.page import LockPage
from ui.theme.apply import ThemeHolder


def test_from_the_first_word_to_the_signed_proposal(
    tmp_path: Path, qtbot: QtBot, qapp: QApplication, look: ThemeHolder
) -> None:
    home = WindowHome(tmp_path / "home", qtbot, qapp, look)
    with invited(home, tmp_path / "lab", resources() / "samples" / "emergency-medicine" / "en") as journey:
        lab = journey.lab
        with serving(lab):
            with home.window() as application:
                journey.begin(application)
                join(journey)
                write_half(journey)
                press("Ctrl+Q")
                home.wait(lambda: application.shell.lab is None)
            with home.window() as application:
                journey.begin(application)
                unlock(journey)
                finish(journey)
                send(journey)
                dispute(journey)
                press("Ctrl+Q")
                home.wait(lambda: application.shell.lab is None)
        the_lab_has_both(tmp_path, lab, journey.batch)


def screen(journey: Journey) -> AuthoringScreen:
    found = journey.shell.lab.screens.front
    assert isinstance(found, AuthoringScreen)
    return found


def standing(journey: Journey) -> Any:
    """Of the draft as it is now."""
    presenter = screen(journey)._presenter
    presenter.flush()
    journey.home.wait(lambda: not presenter.checking and presenter.standing is not None)
    return presenter.standing


def write_half(journey: Journey) -> None:
    """Both wordings; the program is asked to close in the middle of a word, before the pause."""
    press("Ctrl+5", "Return")
    write("Wasp sting")
    press("Tab", "Tab")
    write("I am Ada Brown. A wasp stung me, I cannot breathe.")
    press("Tab")
    write("Anaphylaxis, stri")


def unlock(journey: Journey) -> None:
    if journey.shell.lab is None:
        journey.page(LockPage)
        write(PASSPHRASE)
        press("Return")
    journey.home.wait(lambda: journey.shell.lab is not None)
    journey.home.wait(lambda: isinstance(journey.shell.lab.screens.front, DeskScreen))


def finish(journey: Journey) -> None:
    press("Ctrl+5", "Return")
    page = screen(journey).page
    assert page.title.text() == "Wasp sting"
    assert page.professional.toPlainText() == "Anaphylaxis, stri", "what was typed before the pause is there"
    press("Tab", "Tab", "Tab", "Ctrl+End")
    write("dor, BP 80/40. First drug?")
    press("Ctrl+Return")
    write("Names 0.5 mg of adrenaline")
    press("Tab", "Up", "Up", "Ctrl+Return")
    write("Advises waiting")
    press("Tab", "Down", "Down", "Down")
    assert [(c.text, c.points) for c in screen(journey)._presenter.criteria] == [
        ("Names 0.5 mg of adrenaline", 3), ("Advises waiting", -2),
    ]  # fmt: skip
    press("F8")
    assert standing(journey).lacks == ("ideal",)
    while not page.ideal.hasFocus():
        press("F8")
    write("Adrenaline 0.5 mg into the thigh.")
    (found,) = standing(journey).suspects
    assert (found.where, found.found.text) == ("layman", "I am Ada Brown")


def send(journey: Journey) -> None:
    page, session = screen(journey).page, journey.shell.lab.session
    assert not page.send.isEnabled()
    press("Ctrl+Shift+Return")
    journey.settle()
    assert letters(session) == [], "nothing leaves that may name a person"
    if QApplication.activeModalWidget() is not None:
        press("Escape")
    while not page.layman.textCursor().hasSelection():
        press("F8")
    assert page.layman.textCursor().selectedText() == "I am Ada Brown"
    write("I am 40")
    assert standing(journey).ready
    press("Ctrl+Shift+Return")
    journey.home.wait(lambda: [one.state for one in letters(session)] == ["ready"])
    journey.settle()
    press("F5")
    journey.home.wait(lambda: [one.state for one in letters(session)] == ["receipted"])
    journey.home.wait(lambda: not journey.shell.lab.syncing.running)
    journey.home.wait(lambda: screen(journey)._presenter.state == "receipted")
    assert "Harbor Medical confirmed" in screen(journey)._presenter.state_words()


def dispute(journey: Journey) -> None:
    """In Grading, on the first criterion."""
    press("Ctrl+1", "Return")
    journey.home.wait(lambda: journey.shell.lab.screens.front_name == "grading")
    press("Shift+P")
    write("It asks for two things.")
    press("Ctrl+Return")
    session = journey.shell.lab.session
    journey.home.wait(lambda: len(letters(session)) == 2)
    journey.settle()
    press("F5")
    journey.home.wait(lambda: {one.state for one in letters(session)} == {"receipted"})
    journey.home.wait(lambda: not journey.shell.lab.syncing.running)


def the_lab_has_both(folder: Path, lab: desk.Lab, batch: str) -> None:
    written, disputed = leads_desk.proposals(lab)
    assert written["kind"] == "task"
    line = written["line"]
    assert line["title"] == "Wasp sting"
    assert line["wordings"]["layman"] == "I am 40. A wasp stung me, I cannot breathe."
    assert line["prompt"][0]["text"] == "Anaphylaxis, stridor, BP 80/40. First drug?"
    assert [c["points"] for c in line["rubric"]["criteria"]] == [3, -2]
    assert (disputed["kind"], disputed["batch"]) == ("criterion.dispute", batch)
    with lab.database.reading() as connection:
        documents = [bytes(d) for d in connection.execute(select(letter.c.document)).scalars()]
    assert b"Ada Brown" not in json.dumps([written, disputed]).encode()
    kept, keys = folder / "proposals.jsonl", folder / "keys.json"
    kept.write_bytes(b"".join(document + b"\n" for document in documents))
    keys.write_bytes(jsonio.dumps(desk.keys(lab)))
    assay = Program(folder / "other", passphrase=PASSPHRASE, secrets=folder / "lab")
    assert [row["ok"] for row in assay.json("verify", kept, "--keys", keys)] == [True, True]
