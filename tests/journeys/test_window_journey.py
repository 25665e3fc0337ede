"""The main job in the window, by keyboard alone: from an invitation to a receipt that anyone can verify.

The lab is really served; the person is new, has no key store, and locks the computer in between.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.domain.ids import CriterionId, ResponseId
from app.domain.review import Review, Status
from app.domain.rubric import Criterion, Kind
from app.domain.verdict import Doubt, Mark
from app.paths import resources
from app.wire import invitation, jsonio
from lab import desk
from tests.command_line import Program
from tests.faults.test_canary_search import WORDS, found_in
from tests.keyboard import press, write
from tests.lab_server import payload_of, serving
from tests.window_home import PASSPHRASE, WindowHome
from ui.application import Application
from ui.desk.screen import DeskScreen
from ui.first_run.screen import FirstRunScreen
from ui.frame import Frame
from ui.grading.screen import GradingScreen
from ui.lock.page import LockPage
from ui.outbox.screen import OutboxScreen
from ui.panels.rubric.panel import RubricPanel
from ui.theme.apply import ThemeHolder

SAMPLE = "emergency-medicine"
MORE: list[dict[str, Any]] = [
    {"id": "part", "kind": "ternary", "text": "Says what to tell the family", "points": 2},
    {"id": "number", "kind": "count", "text": "Numbers without a unit", "points": -1},
    {"id": "clear", "kind": "scale", "text": "Clarity", "points": 4, "low": 1, "high": 5, "step": 1},
]
"""So that every task has every kind of criterion, whichever comes first."""


@dataclass
class Journey:
    """A lab with a batch of four tasks and an invitation; the window over an empty home; hands on the keyboard."""

    home: WindowHome
    lab: desk.Lab
    link: str
    folder: Path
    batch: str
    application: Application | None = None

    def begin(self, application: Application) -> None:
        """The window is the program's own from here, and a key has somewhere to go."""
        self.application = application
        self.shell.window.window().activateWindow()
        self.home.wait(lambda: QApplication.focusWidget() is not None)

    @property
    def shell(self) -> Any:
        assert self.application is not None
        return self.application.shell

    @property
    def screen(self) -> GradingScreen:
        found = self.shell.lab.screens.front
        assert isinstance(found, GradingScreen)
        return found

    def page(self, kind: type) -> Any:
        return next(page for page in self.shell.window.findChildren(kind) if page.isVisible())

    def settle(self) -> None:
        """Everything is in the file, and the key that was pressed has had its effect."""
        self.home.wait(lambda: self.shell.lab is not None and not self.shell.lab.live.pending)

    def task(self) -> str:
        opened = self.screen.panel.opened
        assert opened is not None
        return opened.task.id

    def review(self, task: str) -> Review:
        """As it stands in the file."""
        found: Review = self.shell.lab.session.workspace.work.review(task)
        return found


@contextmanager
def invited(home: WindowHome, folder: Path, source: Path) -> Iterator[Journey]:
    """A lab in a folder with a sample batch for the one expert it has invited; her home has no key store."""
    home.store.there = False
    desk.init(folder, name="Harbor Medical")
    with desk.open_lab(folder) as lab:
        link, expert = desk.invite(lab, "expert", "Dr Okafor")
        batch = desk.import_batch(lab, "sample", source).batch
        desk.assign(lab, batch, [expert])
        yield Journey(home, lab, link, home.home.root.parent, batch)


class StrayWindows(QObject):
    """Notes every window that is shown beside the program's own: a widget shown before it has its place."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen += [type(watched).__name__] if not isinstance(watched, Frame) else []
        return False


@pytest.fixture
def journey(
    tmp_path: Path, qtbot: QtBot, qapp: QApplication, look: ThemeHolder, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Journey]:
    """Canaries stand in the lab's texts; whatever the program may write to lies in one folder."""
    folder = tmp_path / "all"
    (folder / "tmp").mkdir(parents=True)
    for name in ("TMPDIR", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(folder / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    home = WindowHome(folder / "home", qtbot, qapp, look)
    with invited(home, tmp_path / "lab", sample(tmp_path / "sample")) as journey:
        yield journey


def sample(folder: Path) -> Path:
    """A sample batch with unmistakable words in its prompts, answers, criteria and titles."""
    shutil.copytree(resources() / "samples" / SAMPLE / "en", folder)
    path = folder / "tasks.jsonl"
    tasks = [jsonio.loads(line) for line in path.read_bytes().splitlines()]
    for task in tasks:
        task["title"] += f" {WORDS['tasktitle']}"
        task["prompt"][0]["text"] += f" {WORDS['prompt']}"
        for response in task["responses"]:
            response["text"] += f"\n\n`{WORDS['answer']}`"
        task["rubric"]["criteria"][0]["text"] += f" {WORDS['criterion']}"
        task["rubric"]["criteria"][-1:-1] = MORE
    path.write_bytes(b"".join(jsonio.dumps(task) + b"\n" for task in tasks))
    return folder


def test_from_the_invitation_to_the_receipt_by_keyboard(journey: Journey, qapp: QApplication) -> None:
    strays = StrayWindows()
    qapp.installEventFilter(strays)
    with serving(journey.lab), journey.home.window() as application:
        journey.begin(application)
        join(journey)
        first = continue_from_the_desk(journey)
        grade(journey)
        second = submit_take_back_and_submit_again(journey, first)
        send(journey, first)
        lock_and_unlock(journey)
        assert journey.review(first).status is Status.SUBMITTED
        assert not journey.review(second).started
        press("Ctrl+Q")
        journey.home.wait(lambda: application.shell.lab is None)
    assert strays.seen == []
    the_lab_has_it(journey, first)
    nothing_lies_in_clear(journey)


def join(journey: Journey, tasks: int = 4) -> None:
    """Paste, compare, a passphrase twice, a recovery code; so many tasks come."""
    page: FirstRunScreen = journey.page(FirstRunScreen)
    wait = journey.home.wait
    QApplication.clipboard().setText(journey.link)
    press("Ctrl+V", "Tab", "Return")
    assert page.shown is page.compare
    assert "Harbor Medical" in texts(page.compare)
    assert page.compare.words.text() == " ".join(invitation.read(journey.link).words)
    press("Return")
    wait(lambda: page.shown is page.passphrase)
    write(PASSPHRASE)
    press("Return")
    write(PASSPHRASE)
    press("Return")
    wait(lambda: page.shown is page.code)
    press("Return")
    wait(lambda: bool(page.code.code.text()))
    assert QApplication.focusWidget() is page.code.go
    press("Return")
    wait(lambda: journey.shell.lab is not None)
    wait(
        lambda: (
            len(journey.shell.lab.session.workspace.lab.tasks()) == tasks
            and not journey.shell.lab.syncing.running
        )
    )


def continue_from_the_desk(journey: Journey) -> str:
    """The Desk has the batch; Enter goes to its first task."""
    front = journey.shell.lab.screens.front
    assert isinstance(front, DeskScreen)
    journey.home.wait(lambda: "Emergency medicine: first minutes" in texts(front))
    press("Return")
    journey.home.wait(lambda: journey.shell.lab.screens.front_name == "grading")
    return journey.task()


def grade(journey: Journey) -> None:
    """Every criterion of every response with a key of its kind; a comment, raw text and scrolling in between."""
    panel, reading = journey.screen.panel, journey.screen.reading
    opened = panel.opened
    assert opened is not None
    leaves = opened.task.rubric.leaves
    assert {leaf.kind for leaf in leaves} >= {Kind.BINARY, Kind.TERNARY, Kind.COUNT, Kind.SCALE}
    plain = cycle((("Y", Mark.MET), ("N", Mark.NOT_MET), ("X", Mark.NOT_APPLICABLE)))
    expected: dict[tuple[str, str], object] = {}
    for response in opened.order:
        press("R")
        assert reading.raw
        press("R", "Space")
        for leaf in leaves:
            here = (response, leaf.id)
            journey.home.wait(partial(stands_at, panel, here))
            if leaf.kind is Kind.COUNT:
                press("1", "+", "Return")
                expected[here] = 2
            elif leaf.kind is Kind.SCALE:
                press("2")
                expected[here] = 2
            elif leaf.kind is Kind.TERNARY:
                press("P")
                expected[here] = Mark.PARTLY
            elif not expected:
                press("U", "2")
                expected[here] = Mark.CANNOT_JUDGE
            else:
                key, expected[here] = next(plain)
                press(key)
    journey.settle()
    review = journey.review(opened.task.id)
    assert {here: review.verdict(*here).value for here in expected} == expected
    comment(journey, opened.order[0], leaves)


def stands_at(panel: RubricPanel, spot: tuple[ResponseId, CriterionId]) -> bool:
    return panel.place == spot


def comment(journey: Journey, response: ResponseId, leaves: Sequence[Criterion]) -> None:
    """Arrows go back to a criterion; C writes on it, letters are letters there, Esc leaves."""
    panel = journey.screen.panel
    press("Left", "Left", "Up", "Up", "Down")
    assert panel.place == (response, leaves[-2].id)
    press("C")
    write(f"Y n x {WORDS['comment']}")
    press("Esc")
    journey.settle()
    verdict = journey.review(journey.task()).verdict(response, leaves[-2].id)
    assert verdict.comment == f"Y n x {WORDS['comment']}"
    first = journey.review(journey.task()).verdict(response, leaves[0].id)
    assert first.reason is tuple(Doubt)[1]


def submit_take_back_and_submit_again(journey: Journey, first: str) -> str:
    """Submit opens the next task; undo comes back to the one that was sent off, from the next one."""
    wait = journey.home.wait
    assert journey.task() == first
    press("Ctrl+Return")
    wait(lambda: journey.task() != first)
    second = journey.task()
    journey.settle()
    assert journey.review(first).status is Status.SUBMITTED
    press("Y")
    journey.settle()
    press("Ctrl+Z")
    wait(lambda: not journey.review(second).started)
    press("Ctrl+Z")
    wait(lambda: journey.task() == first)
    journey.settle()
    assert journey.review(first).status is Status.DRAFT
    press("Ctrl+Return")
    wait(lambda: journey.task() == second)
    journey.settle()
    assert journey.review(first).status is Status.SUBMITTED
    return second


def send(journey: Journey, first: str) -> None:
    """F5 sends; the Outbox has the receipt."""
    outbox = journey.shell.lab.session.workspace.outbox
    press("F5")
    journey.home.wait(
        lambda: [(row.task, row.receipt is not None) for row in outbox.all()] == [(first, True)]
    )
    journey.home.wait(lambda: not journey.shell.lab.syncing.running)
    press("Ctrl+2")
    front = journey.shell.lab.screens.front
    assert isinstance(front, OutboxScreen)
    journey.home.wait(lambda: "receipt" in texts(front).lower())


def lock_and_unlock(journey: Journey) -> None:
    press("Ctrl+L")
    assert journey.shell.lab is None
    assert texts(journey.shell.window) == texts(journey.page(LockPage))
    folder = journey.home.workstation().labs.folders()[0]
    journey.home.wait(lambda: journey.home.workstation().labs.vault(folder).is_locked())
    write(PASSPHRASE)
    press("Return")
    journey.home.wait(lambda: journey.shell.lab is not None)
    assert not journey.shell.window.is_covered


def texts(widget: QWidget) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def the_lab_has_it(journey: Journey, task: str) -> None:
    """What the lab gives to anyone verifies with its keys, and says what was pressed."""
    results, keys = journey.lab.folder / "results.jsonl", journey.lab.folder / "keys.json"
    documents = list(desk.results(journey.lab))
    results.write_bytes(b"".join(document + b"\n" for document in documents))
    keys.write_bytes(jsonio.dumps(desk.keys(journey.lab)))
    (document,) = documents
    assert jsonio.loads(payload_of(jsonio.loads(document)))["task"] == task
    assay = Program(journey.home.home.root, passphrase=PASSPHRASE, secrets=journey.lab.folder)
    assert [row["ok"] for row in assay.json("verify", results, "--keys", keys)] == [True]
    assert assay.json("show", task)["review"]["status"] == "submitted"
    assert assay.json("backup")


def nothing_lies_in_clear(journey: Journey) -> None:
    """R12: no file of the home, its settings, snapshots or of the folder for temporary files has a word of it."""
    assert found_in(journey.folder) == []
    assert list((journey.folder / "home").rglob("app.json"))
    assert len(list(journey.folder.rglob("*.db"))) >= 2, "a workspace and a snapshot"
    assert list((journey.folder / "tmp").iterdir()) == []
