"""Each kind of judgement from import to a verified result: the shipped sample, graded by keys in the whole window.

What is pressed is the sample's own key; what the lab gives out at the end says the same, leaf for leaf.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.domain.controls import Control, controls
from app.domain.ids import ResponseId, TaskId
from app.domain.judgement import as_review
from app.domain.preference import as_shown
from app.domain.questions import Panel
from app.domain.ranking import places_of
from app.domain.review import Review, Status, safety_path, step_path
from app.formats import samples
from app.wire import jsonio
from lab import desk
from tests.command_line import Program
from tests.keyboard import press, write
from tests.lab_server import payload_of, serving
from tests.window_home import WindowHome
from ui.grading.screen import GradingScreen
from ui.panels.asking.words import CALL_WORD, FINISH_WORD, attribute_of, note_path
from ui.panels.rubric.words import scale_keys
from ui.theme.apply import ThemeHolder

KINDS = ("preference-triage", "ranking-clauses", "ratings-explanations", "steps-dosing", "safety-calls")


@dataclass
class Grading:
    """The window with one lab's batch open in it."""

    home: WindowHome
    shell: Any

    @property
    def screen(self) -> GradingScreen:
        found = self.shell.lab.screens.front
        assert isinstance(found, GradingScreen)
        return found

    @property
    def opened(self) -> Any:
        return self.screen.panel.opened

    def wait_for(self, control: Control) -> None:
        panel = self.screen.panel
        self.home.wait(lambda: panel.place[1] == control.path)

    def settle(self) -> None:
        self.home.wait(lambda: not self.shell.lab.live.pending)


@pytest.fixture
def joined(
    request: pytest.FixtureRequest, tmp_path: Path, qtbot: QtBot, qapp: QApplication, look: ThemeHolder
) -> Iterator[tuple[WindowHome, desk.Lab]]:
    """A home that has enrolled with a lab of one sample batch, and has fetched it; the lab is served."""
    home = WindowHome(tmp_path / "home", qtbot, qapp, look)
    desk.init(tmp_path / "lab", name="Harbor Medical")
    with desk.open_lab(tmp_path / "lab") as lab:
        link, expert = desk.invite(lab, "expert", "Dr Okafor")
        batch = desk.import_batch(lab, "sample", samples.sample(request.param).path).batch
        desk.assign(lab, batch, [expert])
        with serving(lab):
            station = home.workstation()
            session = station.enrolling.enrol(link)
            station.sending.sync(session)
            session.close()
            yield home, lab


@pytest.mark.parametrize("joined", KINDS, indirect=True)
def test_a_sample_of_this_kind_from_import_to_a_verified_result(
    joined: tuple[WindowHome, desk.Lab], request: pytest.FixtureRequest
) -> None:
    home, lab = joined
    name = request.node.callspec.params["joined"]
    key = samples.key(samples.sample(name).path)
    with home.window() as application:
        grading = Grading(home, application.shell)
        home.wait(lambda: has_focus(application.shell.window.window()))
        press("Return")
        home.wait(lambda: grading.shell.lab.screens.front_name == "grading")
        read_the_warning(grading, warned=name == "safety-calls")
        for _ in key:
            opened = grading.opened
            wanted = as_review(opened.task, key[opened.task.id])
            for control in controls(opened.task, wanted, opened.order):
                answer(grading, control, wanted)
            grading.settle()
            kept = grading.shell.lab.session.workspace.work.review(opened.task.id)
            assert dict(kept.values) == dict(wanted.values)
            press("Ctrl+Return")
            grading.settle()
            assert status_of(grading, opened.task.id) is Status.SUBMITTED
        press("F5")
        outbox = grading.shell.lab.session.workspace.outbox
        home.wait(lambda: all(row.receipt is not None for row in outbox.all()))
        home.wait(lambda: not grading.shell.lab.syncing.running)
        tasks = {task: grading.shell.lab.session.open(TaskId(task)).task for task in key}
    verified(lab, home, tasks, key)


def has_focus(window: QWidget) -> bool:
    """Where there is no window manager, a window becomes the active one when it asks for it."""
    window.activateWindow()
    if (child := window.focusWidget()) is not None:
        child.setFocus()
    return QApplication.focusWidget() is not None


def status_of(grading: Grading, task: TaskId) -> Status:
    found: Review = grading.shell.lab.session.workspace.work.review(task)
    return found.status


def read_the_warning(grading: Grading, *, warned: bool) -> None:
    """A batch with disturbing content shows nothing of it before she wants to see it; its keys are dead."""
    screen = grading.screen
    assert screen.covered is warned
    if warned:
        assert not screen.reading.isVisible()
        assert not screen.panel.isVisible()
        press("Y", "1", "Ctrl+Return")
        assert "attempt to end their life" in screen.cover.accessibleName()
        assert grading.shell.lab.session.workspace.outbox.all() == []
        press("Return")
        grading.home.wait(lambda: not screen.covered)
        assert screen.reading.isVisible()


def answer(grading: Grading, control: Control, wanted: Review) -> None:
    """Press what gives this control its answer, whichever response stands where."""
    opened = grading.opened
    grading.wait_for(control)
    value = wanted.values.get(control.path)
    match control.panel:
        case Panel.PREFERENCE:
            shown = as_shown(opened.task.questions.preference, opened.order, value)
            press(str(int(shown) + 4) if isinstance(shown, int) else "Shift+E")
        case Panel.RANKING:
            rank(grading, places_of(opened.task, wanted))
        case Panel.RATINGS:
            attribute = attribute_of(opened, control.item)
            assert attribute is not None
            steps = int((attribute.high - attribute.low) / attribute.step) + 1
            scale = tuple(attribute.low + at * attribute.step for at in range(steps))
            press(*scale_keys(scale)[scale.index(float(value or 0))])
        case Panel.STEPS if control.item:
            press({1: "+", 0: "0", -1: "-"}[int(value or 0)])
            own = wanted.text(step_path(control.response or ResponseId(""), int(control.item), "own"))
            if own:
                grading.home.wait(lambda: grading.screen.panel.place[1] != control.path)
                press("Up")
                grading.wait_for(control)
                zone = grading.screen.panel.tail.zone
                assert zone is not None
                zone.card.own.write()  # type: ignore[union-attr]
                write(own)
                press("Esc", "Down")
        case Panel.STEPS:
            press(str(list(FINISH_WORD).index(str(value)) + 1))  # type: ignore[arg-type]
        case Panel.SAFETY:
            call(grading, control, wanted)
    note(grading, control, wanted)


def rank(grading: Grading, places: dict[ResponseId, int]) -> None:
    """The best first: each is gone to by the arrow keys of responses, then given its place."""
    order = grading.opened.order
    for response in sorted(places, key=lambda r: places[r]):
        steps = order.index(response) - order.index(grading.screen.panel.place[0])
        press(*(["Right"] * steps if steps > 0 else ["Left"] * -steps))
        press(str(places[response]))


def call(grading: Grading, control: Control, wanted: Review) -> None:
    safety = grading.opened.task.questions.safety
    response = control.response or ResponseId("")
    press(str(list(CALL_WORD).index(wanted.values[control.path]) + 1))  # type: ignore[arg-type]
    for leaf, choices in (("severity", safety.severities), ("harmed", safety.harmed)):
        chosen = wanted.text(safety_path(response, leaf))
        if chosen:
            press(str(choices.index(chosen) + 1))


def note(grading: Grading, control: Control, wanted: Review) -> None:
    """The text beside the answer, typed on the control itself."""
    text = wanted.text(note_path(control)) if note_path(control) else ""
    if text:
        panel = grading.screen.panel
        if panel.place[1] == control.path:
            press("C")
        else:
            panel.go(control)
            press("C")
        write(text)
        press("Esc", "Return")


def verified(lab: desk.Lab, home: WindowHome, tasks: dict[str, Any], key: dict[str, Any]) -> None:
    """What the lab gives to anyone verifies with its keys, and says what the key says."""
    results, keys = lab.folder / "results.jsonl", lab.folder / "keys.json"
    documents = list(desk.results(lab))
    results.write_bytes(b"".join(document + b"\n" for document in documents))
    keys.write_bytes(jsonio.dumps(desk.keys(lab)))
    assay = Program(home.home.root, secrets=lab.folder)
    assert [row["ok"] for row in assay.json("verify", results, "--keys", keys)] == [True] * len(key)
    found = {
        p["task"]: p["judgement"] for p in (jsonio.loads(payload_of(jsonio.loads(d))) for d in documents)
    }
    assert set(found) == set(key)
    for task, judgement in found.items():
        said, wanted = as_review(tasks[task], judgement), as_review(tasks[task], key[task])
        assert dict(said.values) == dict(wanted.values)
