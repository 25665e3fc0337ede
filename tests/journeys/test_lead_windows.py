"""A lead and her experts, each in a window of her own over a served lab, by keyboard: overlap, blind second grade,
reveal, return with a reason, dispute, third reader, settled, exported (H2–H7, K2)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.domain.sampling import Plan
from lab import desk, leads_desk
from tests.keyboard import press, write
from tests.lab_server import serving, write_tasks
from tests.window_home import WindowHome
from ui.application import Application
from ui.desk.screen import DeskScreen
from ui.grading.screen import GradingScreen
from ui.lead.answering import AnswerForm
from ui.lead.screen import LeadScreen
from ui.lead.words import column_name
from ui.open_lab import OpenLab
from ui.returns.screen import ReturnsScreen
from ui.theme.apply import ThemeHolder
from ui.widgets.button import NavItem
from ui.widgets.toast import Toast

EXPERTS = ("ada", "bo", "cy")


@dataclass
class Person:
    """Her home and, while she is at work, her window. Everything is done with keys."""

    home: WindowHome
    application: Application | None = None

    @contextmanager
    def at_work(self) -> Iterator[Person]:
        """The window, synced: what the lab had for her is here, and what she left goes out at the end."""
        with self.home.window() as self.application:
            frame = self.application.shell.window.window()
            frame.activateWindow()
            self.home.wait(frame.isActiveWindow)
            self.application.shell.go_desk()
            self.home.wait(lambda: QApplication.focusWidget() is not None)
            self.keys("F5", "Ctrl+1")
            yield self
            self.keys("F5")

    @property
    def lab(self) -> OpenLab:
        assert self.application is not None
        assert self.application.shell.lab is not None
        return self.application.shell.lab

    def settle(self) -> None:
        assert self.application is not None
        self.home.wait(lambda: not self.lab.live.pending and not self.lab.syncing.running)
        QApplication.processEvents()
        self.home.counted(self.application)

    def keys(self, *keys: str) -> None:
        """Each after the one before has had its effect, in the file and at the lab."""
        for key in keys:
            press(key)
            self.settle()

    def front(self, kind: type) -> Any:
        found = self.lab.screens.front
        assert isinstance(found, kind), found
        return found

    @property
    def grading(self) -> GradingScreen:
        return cast("GradingScreen", self.front(GradingScreen))

    @property
    def lead(self) -> LeadScreen:
        return cast("LeadScreen", self.front(LeadScreen))

    @property
    def returns(self) -> ReturnsScreen:
        return cast("ReturnsScreen", self.front(ReturnsScreen))

    def queue(self) -> list[tuple[str, str]]:
        """(title, state in words) of every line."""
        presenter = self.lead._presenter
        rows = [presenter.row(at) for at in range(presenter.count)]
        return [(row.title, row.detail) for row in rows]

    def grade(self, **answers: str) -> None:
        """Y for every criterion of the open task but those named `r1_c1`, and submit it."""
        panel = self.grading.panel
        opened = panel.opened
        assert opened is not None
        for response in opened.order:
            for leaf in opened.task.rubric.leaves:
                spot = (response, leaf.id)
                self.home.wait(lambda spot=spot: panel.place == spot)  # type: ignore[misc]
                self.keys(answers.get(f"{response}_{leaf.id}", "Y"))
        self.keys("Ctrl+Return")

    def told(self) -> str:
        """The toast, and the text on the screen in front."""
        assert self.application is not None
        window = self.application.shell.window.window()
        toasts = [toast.accessibleName() for toast in window.findChildren(Toast) if toast.isVisible()]
        front = self.lab.screens.front
        assert front is not None
        labels = [label.text() for label in front.widget.findChildren(QLabel) if label.isVisible()]
        return "\n".join([*toasts, *labels])

    def waiting(self, name: str) -> str:
        """What stands beside a line of the Desk."""
        items = self.front(DeskScreen).findChildren(NavItem)
        return next(
            item.accessibleName().partition(", ")[2]
            for item in items
            if item.accessibleName().startswith(name)
        )


@dataclass
class World:
    lab: desk.Lab
    batch: str
    people: dict[str, Person]

    def rows(self) -> dict[str, dict[str, Any]]:
        """What the lab exports of each task."""
        return {row["task"]: row for row in leads_desk.task_rows(self.lab, self.batch)}


@pytest.fixture
def world(tmp_path: Path, qtbot: QtBot, qapp: QApplication, look: ThemeHolder) -> Iterator[World]:
    """A served lab with two tasks for ada and bo, a team with cy as the third, and lea who leads it."""
    desk.init(tmp_path / "lab", name="Harbor Medical")
    with desk.open_lab(tmp_path / "lab") as lab, serving(lab):
        invited = {name: desk.invite(lab, "expert", name) for name in EXPERTS}
        invited["lea"] = desk.invite(lab, "lead", "lea")
        ids = {name: expert for name, (_, expert) in invited.items()}
        leads_desk.teams.make(lab, "Hearts")
        leads_desk.teams.add(lab, "Hearts", leads=[ids["lea"]], experts=[ids[name] for name in EXPERTS])
        batch = desk.import_batch(lab, "auto", write_tasks(tmp_path / "tasks.jsonl", 2)).batch
        desk.assign(lab, batch, [ids["ada"], ids["bo"]], overlap=2)
        leads_desk.set_plan(lab, batch, "Hearts", Plan(percent=0, seed="s", too_fast=False))
        people = {}
        for name, (link, _) in invited.items():
            home = WindowHome(tmp_path / name, qtbot, qapp, look)
            home.workstation().enrolling.enrol(link).close()
            people[name] = Person(home)
        yield World(lab, batch, people)


def test_from_the_overlap_to_what_is_settled(world: World) -> None:
    for name, answers in (("ada", {}), ("bo", {"r1_c1": "N"})):
        with world.people[name].at_work() as expert:
            expert.keys("Return")
            expert.grade(**answers)
            expert.grade()
    blind_grade_and_return(world.people["lea"])
    dispute(world.people["bo"])
    accept(world.people["ada"])
    with world.people["cy"].at_work() as third:
        third.keys("Return")
        third.grade(r1_c1="N")
    adjudicate(world.people["lea"])
    settled(world.people["bo"])
    rows = world.rows()
    assert {task: row["standing"] for task, row in rows.items()} == {"t-0": "adjudicated", "t-1": "unanimous"}
    final = rows["t-0"]["final"]["responses"]
    assert final["r1"]["verdicts"]["c1"]["value"] == "not_met"
    assert final["r2"]["verdicts"]["c2"]["value"] == "not_met"
    assert [made["kind"] for made in rows["t-0"]["decisions"]] == ["return", "adjudicate"]
    assert sorted(made["kind"] for made in rows["t-0"]["answers"]) == ["accept", "accept", "dispute"]


def blind_grade_and_return(lead: Person) -> None:
    """Nothing of the others before her own grade is at the lab; then the board, and back to the graders."""
    with lead.at_work():
        assert lead.waiting("Lead board") == "2"
        lead.keys("Ctrl+6")
        assert lead.queue() == [
            ("Question 1? 🚑", "0 of 4 differ"),
            ("Question 0? 🚑", "Grade it blind first"),
        ]
        lead.keys("End", "Return")
        lead.grade(r2_c2="N")
        assert "That was the last blind grade of this batch." in lead.told()
        lead.keys("Ctrl+6")
        assert lead.queue()[1] == ("Question 0? 🚑", "Opens at the next sync")
        lead.keys("Return")
        assert "The others’ open when the lab has it." in lead.told()
        lead.lab.syncing.start()  # by itself, as some time after a submit
        lead.settle()
        assert "Others’ grades of 1 task can be read now." in lead.told()
        assert lead.queue()[0] == ("Question 0? 🚑", "2 of 4 differ; graders disagree")
        lead.keys("Return")
        presenter = lead.lead._presenter
        board = presenter.board
        assert board is not None
        assert board.task.id == "t-0", "the chosen task stays chosen where the sync moved it"
        assert [column_name(board, column) for column in board.columns] == ["You", "Grader 1", "Grader 2"]
        assert [row.place.response for row in presenter.rows()] == list(board.order), "as she reads them"
        to_response(lead, "r1")
        lead.keys("Shift+R")
        assert lead.grading.panel.place == ("r1", "c1")
        lead.keys("Ctrl+6", "T", "Ctrl+Return")
        assert "A return needs a reason." in lead.told()
        write("Look at the first line again.")
        lead.keys("Ctrl+Return")
        assert "Returned to the grader. Signed; it leaves with the next sync." in lead.told()
        lead.keys("Alt+Right")
        assert presenter.task == "t-1"
        assert presenter.about() == ["2 graders; 0 of 4 questions differ."]


def to_response(lead: Person, response: str) -> None:
    """By the arrows to the row of a response, wherever it is read."""
    presenter = lead.lead._presenter
    at = [row.place.response for row in presenter.rows()].index(response)
    lead.keys(*(["Up"] * len(presenter.rows())), *(["Down"] * at))
    assert presenter.place is not None
    assert presenter.place.response == response


def dispute(expert: Person) -> None:
    """What came back, why, and an answer to it."""
    with expert.at_work():
        assert expert.waiting("Returns") == "1"
        expert.keys("Ctrl+3")
        assert "“Look at the first line again.”" in expert.told()
        expert.keys("Return", "Tab", "Tab")
        assert QApplication.focusWidget() is expert.returns.card.dispute
        expert.keys("Space", "Tab", "Tab", "Space")
        assert "A dispute needs a reason." in expert.told()
        expert.keys("Shift+Tab", "Shift+Tab")
        write("The first line names no danger.")
        expert.keys("Tab", "Tab", "Space")
        assert "Disputed. A third reader sees it without names" in expert.told()
        assert QApplication.focusWidget() is expert.returns.card.again, "the keyboard stays in the card"
        expert.keys("Ctrl+1")
        assert expert.waiting("Returns") == ""


def accept(expert: Person) -> None:
    with expert.at_work():
        expert.keys("Ctrl+3", "Return", "Tab", "Space")
        assert "Returned: to be graded again; you accepted" in expert.told()
        expert.keys("Ctrl+1")
        assert expert.waiting("Returns") == "1", "it is still to be graded again"


def adjudicate(lead: Person) -> None:
    """What was disputed, by whom and why; a third column; adopt, override, decide."""
    with lead.at_work():
        lead.keys("Ctrl+6")
        assert lead.queue()[0] == ("Question 0? 🚑", "Disputed: read it again")
        lead.keys("Return")
        presenter, view = lead.lead._presenter, lead.lead.board
        said = presenter.about()
        assert "You: Returned to the grader “Look at the first line again.”" in said
        assert any(line.endswith("Disputed the decision “The first line names no danger.”") for line in said)
        assert said[-1] == "Graded since the decision: Grader 3."
        assert len(presenter.rows()) == 2
        to_response(lead, "r1")
        lead.keys("4", "Ctrl+Return")
        assert "What is not decided yet: 1." in lead.told()
        lead.keys("O")
        assert isinstance(view.form, AnswerForm)
        lead.keys("N", "Tab")
        write("It gives no dose at all.")
        lead.keys("Ctrl+Return")
        assert presenter.footing().startswith("Everything is decided.")
        lead.keys("Ctrl+Return")
        assert presenter.footing() == "Adjudicated: signed, leaves with the next sync."


def settled(expert: Person) -> None:
    """The final verdicts beside hers."""
    with expert.at_work():
        assert expert.waiting("Returns") == "1"
        expert.keys("Ctrl+3")
        (pair,) = [shown.pair for shown in expert.returns.card.pairs if shown.pair.differs]
        assert [(side.who, side.said) for side in pair.sides] == [("You", "Met"), ("Decided", "Not met")]
        assert pair.why == "A slip: It gives no dose at all."
        assert pair.where.startswith("Response ")
        expert.keys("Return", "Space")
        assert "Adjudicated; you accepted" in expert.told()
