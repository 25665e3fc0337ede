"""Reports in the window: made in the worker from real workspaces, read and left by keyboard, saved as files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QStyleOptionComboBox, QWidget
from pytestqt.qtbot import QtBot

from app.agreement.reports.blocks import Heat, Report, Section, Square
from app.domain.ids import digest
from app.i18n import Translator
from app.paths import resources
from app.services.judging import grade, submit
from app.services.reporting import reportable, source_of
from app.services.session import Session
from app.storage.papers import Paper
from app.wire import jsonio
from tests.keyboard import press
from tests.ui.screens import Behind, in_window, nameless_buttons
from tests.unit.services.test_delegating import judged
from tests.workspaces import make_session, task_json
from ui import i18n
from ui.reports.grids import HeatGrid, TableGrid, said
from ui.reports.page import ReportPage
from ui.reports.plots import DistributionPlot, DriftPlot, IntervalPlot, Plot
from ui.reports.presenter import ReportsPresenter
from ui.reports.screen import ReportsScreen
from ui.theme.apply import ThemeHolder
from ui.widgets.dialog import Dialog
from ui.widgets.text import Label, Paragraph

MATE = "expert-2"
TASKS = 6


def verdicts(*values: str | int) -> bytes:
    return json.dumps(
        {"responses": {"r1": {"verdicts": {f"c{n}": v for n, v in enumerate(values, 1)}}}}
    ).encode()


def graded(folder: Path, *, team: bool = True) -> Session:
    """Own results on every task; with a team, a teammate's too, who differs on the first criterion of t1 and t2."""
    session = make_session(folder, tasks=[task_json(n, responses=1) for n in range(1, TASKS + 1)])
    for n in range(1, TASKS + 1):
        grade(session, f"t{n}", verdicts("met", "not_met", "partly", n % 2), where="-")
    assert submit(session, [f"t{n}" for n in range(1, TASKS + 1)])["refused"] == []
    if team:
        rows = session.workspace.outbox.all()
        session.workspace.papers.keep([mates(session, row.payload, str(row.batch)) for row in rows])
    return session


def mates(session: Session, payload: bytes, batch: str) -> Paper:
    """A teammate's result on the same task, as a verified paper."""
    said = json.loads(payload)
    first = "not_met" if said["task"] in ("t1", "t2") else "met"
    said |= {"expert": MATE, "result": f"x-{said['task']}"}
    said["judgement"]["responses"]["r1"]["verdicts"]["c1"] = first
    made = jsonio.dumps(said)
    at = said["times"]["submitted"]
    return Paper("result", said["result"], digest(made), said["task"], batch, MATE, at, made, b"{}")


class Stage(Behind):
    def __init__(self, session: Session, look: ThemeHolder, qtbot: QtBot) -> None:
        super().__init__(session)
        self.qtbot = qtbot
        self.presenter = ReportsPresenter(self.live, self.went, self.jobs)
        self.screen = ReportsScreen(look, self.presenter)
        self.window = in_window(self.screen, qtbot, 1280, 900)
        self.screen.entered()

    def ready(self) -> None:
        self.qtbot.waitUntil(lambda: not self.presenter.work.is_running, timeout=20_000)
        self.qtbot.waitUntil(lambda: self.screen.page is None or self.screen.page.whole)

    def choose(self, kind: str) -> None:
        self.screen.kinds.choose(kind)
        self.presenter.choose_kind(kind)
        self.ready()

    def close(self) -> None:
        self.screen.closed()
        self.jobs.shutdown()
        self.session.close()


def test_every_report_of_a_team(tmp_path: Path, look: ThemeHolder, qtbot: QtBot) -> None:
    stage = Stage(graded(tmp_path), look, qtbot)
    assert stage.screen.waiting.stop.isVisible()
    stage.ready()
    assert not stage.screen.waiting.stop.isVisible()
    batch = stage.presenter.batch
    assert [(b.results, b.team) for b in reportable(stage.session)] == [(TASKS, TASKS)]
    assert {one.rater for one in source_of(stage.session, batch).graded} == {"expert-1", MATE}
    wanted: dict[str, type[QWidget]] = {
        "batch": DistributionPlot, "model": IntervalPlot, "expert": DriftPlot, "team": HeatGrid,
    }  # fmt: skip
    for kind, widget in wanted.items():
        stage.choose(kind)
        page = stage.screen.page
        assert page is not None
        assert page.findChildren(widget), kind
        assert page.findChildren(TableGrid)
        assert nameless_buttons(stage.screen) == []
        for plot in page.findChildren(Plot):
            assert plot.accessibleName()
            assert plot.accessibleDescription()
    stage.choose("delegation")
    assert stage.presenter.report is not None
    assert stage.went.problems == []
    stage.close()


def test_a_square_of_the_heat_map_leads_to_its_tasks(tmp_path: Path, look: ThemeHolder, qtbot: QtBot) -> None:
    stage = Stage(graded(tmp_path), look, qtbot)
    stage.ready()
    page = stage.screen.page
    assert page is not None
    (heat,) = page.heats
    texts = [heat.item(row, 0).text() for row in range(heat.rowCount())]
    assert texts[0] == "67 %, n 6"  # the least agreed row first: differs on t1 and t2
    heat.setFocus()
    heat.setCurrentCell(0, 0)
    asked: list[list[str]] = []
    heat.asked.connect(lambda name, tasks: asked.append(tasks))
    heat.cellActivated.emit(0, 0)
    assert asked == [["t1", "t2"]]
    buttons = [b for b in page.findChildren(QWidget) if b.accessibleName() == "Open task t2"]
    buttons[0].click()  # type: ignore[attr-defined]
    assert stage.went.places == [("task", "t2", "", "")]
    stage.presenter.open_task("t-elsewhere")
    assert [p.code for p in stage.went.problems] == ["task.unknown"]
    stage.close()


def test_saving_writes_the_same_bytes_again(
    tmp_path: Path, look: ThemeHolder, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(graded(tmp_path), look, qtbot)
    stage.ready()
    for suffix, button in zip((".html", ".pdf", ".csv"), stage.screen.saves, strict=True):
        files = [tmp_path / f"{name}{suffix}" for name in ("one", "two")]
        for file in files:
            path = str(file.with_suffix(""))
            monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, path=path: (path, ""))
            button.click()
            qtbot.waitUntil(file.exists, timeout=10_000)
        qtbot.waitUntil(lambda: len(stage.went.toasts) % 2 == 0, timeout=5_000)
        assert files[0].read_bytes() == files[1].read_bytes()
    assert stage.went.toasts[0] == "Saved as one.html."
    stage.close()


def test_one_can_stop_and_choose_again(tmp_path: Path, look: ThemeHolder, qtbot: QtBot) -> None:
    stage = Stage(graded(tmp_path), look, qtbot)
    stage.screen.waiting.stop.click()
    assert stage.presenter.work.words == "Stopped. Nothing was changed."
    assert stage.screen.page is None
    stage.screen.entered()
    stage.ready()
    assert stage.screen.page is not None
    stage.close()


def test_a_report_grows_section_by_section(tmp_path: Path, look: ThemeHolder, qtbot: QtBot) -> None:
    """So that the window answers in between."""
    stage = Stage(graded(tmp_path), look, qtbot)
    stage.ready()
    report = stage.presenter.report
    assert report is not None
    page = ReportPage(look, report, [], lambda task: None)
    qtbot.addWidget(page)

    def titles() -> list[str]:
        found = [one.text() for one in page.findChildren(Paragraph)]
        return [section.title for section in report.sections if section.title in found]

    stood = [len(titles())]
    page._timer.timeout.connect(lambda: stood.append(len(titles())))
    qtbot.waitUntil(lambda: page.whole)
    assert titles() == [section.title for section in report.sections]
    assert stood == [*range(len(report.sections) + 1), len(report.sections)]
    stage.close()


def test_nothing_submitted_yet(tmp_path: Path, look: ThemeHolder, qtbot: QtBot) -> None:
    stage = Stage(make_session(tmp_path), look, qtbot)
    stage.ready()
    assert stage.screen.page is None
    assert "none yet" in stage.presenter.work.words
    assert not any(button.isEnabled() for button in stage.screen.saves)
    stage.close()


def test_what_went_wrong_is_said_in_her_language(tmp_path: Path, look: ThemeHolder, qtbot: QtBot) -> None:
    stage = Stage(graded(tmp_path), look, qtbot)
    i18n.use(Translator("zh_TW", resources() / "translations"))
    stage.presenter.choose_batch("b-9")
    qtbot.waitUntil(lambda: not stage.presenter.work.is_running)
    assert stage.presenter.work.words == "此工作區沒有批次「b-9」。"
    stage.close()


def test_alone_figures_have_reasons(tmp_path: Path, look: ThemeHolder, qtbot: QtBot) -> None:
    stage = Stage(graded(tmp_path, team=False), look, qtbot)
    stage.ready()
    page = stage.screen.page
    assert page is not None
    plots = [p for p in page.findChildren(IntervalPlot) if p.accessibleName() == "All graders"]
    assert "Only one grader" in plots[0].accessibleDescription()
    assert "nan" not in plots[0].accessibleDescription().lower()
    stage.close()


def test_by_keyboard_alone(tmp_path: Path, look: ThemeHolder, qtbot: QtBot) -> None:
    stage = Stage(graded(tmp_path), look, qtbot)
    stage.ready()
    page = stage.screen.page
    assert page is not None
    (heat,) = page.heats
    heat.setFocus()
    heat.setCurrentCell(0, 0)
    asked: list[str] = []
    heat.asked.connect(lambda name, tasks: asked.append(name))
    qtbot.keyClick(heat, Qt.Key.Key_Right)
    assert heat.currentColumn() == 1
    qtbot.keyClick(heat, Qt.Key.Key_Return)
    assert len(asked) == 1
    assert said(heat._block.squares[0][1]) in ("67 %, n 6",)
    before = heat.currentColumn()
    qtbot.keyClick(heat, Qt.Key.Key_Tab)
    assert heat.currentColumn() == before
    QWidget.event(heat, QEvent(QEvent.Type.FocusOut))
    stage.close()


def test_the_head_says_times_and_batches_as_people_do(
    tmp_path: Path, look: ThemeHolder, qtbot: QtBot
) -> None:
    stage = Stage(graded(tmp_path), look, qtbot)
    stage.ready()
    report, page = stage.presenter.report, stage.screen.page
    assert report is not None
    assert page is not None
    told = dict(report.facts)
    assert told["Newest result"] == report.until
    assert told["Batch"] == f"{report.subtitle} ({stage.presenter.batch})"
    shown = [label.text() for label in page.findChildren(Label)]
    assert report.subtitle in shown
    assert any(text.startswith("Today ") for text in shown)
    assert not any(report.until in text or stage.presenter.batch in text for text in shown)
    stage.close()


def test_the_batch_is_whole_or_ends_in_an_ellipsis(tmp_path: Path, look: ThemeHolder, qtbot: QtBot) -> None:
    stage = Stage(graded(tmp_path), look, qtbot)
    stage.ready()
    chooser = stage.screen.batches
    option = QStyleOptionComboBox()

    def shown() -> str:
        chooser.initStyleOption(option)
        return option.currentText

    assert shown() == chooser.currentText() == "Emergency reasoning"
    assert chooser.toolTip() == ""
    chooser.setItemText(0, whole := "Emergency medicine: first minutes")
    qtbot.waitUntil(lambda: shown() == whole)
    chooser.setItemText(0, long := "A batch with a title that is longer than any page is wide, " * 6)
    stage.window.resize(1040, 700)
    qtbot.waitUntil(lambda: bool(chooser.toolTip()))
    assert shown().endswith("…")
    assert chooser.toolTip() == chooser.currentText() == long
    assert chooser.width() <= chooser.parentWidget().width() <= stage.window.width()
    stage.close()


def test_heads_stand_over_their_cells(tmp_path: Path, look: ThemeHolder, qtbot: QtBot) -> None:
    """The first ink of a head and of the cells below it, in one column of pixels (letters differ by a bearing)."""
    stage = Stage(graded(tmp_path), look, qtbot)
    stage.ready()
    page = stage.screen.page
    assert page is not None
    grid = page.findChildren(TableGrid)[0]
    head, last = grid.horizontalHeader(), grid.item(grid.rowCount() - 1, 0)
    qtbot.waitUntil(lambda: grid.viewport().rect().contains(grid.visualItemRect(last)))
    starts = [first_ink(head.viewport(), 0, head.height() - 4)]
    cells = [grid.visualItemRect(grid.item(row, 0)) for row in range(grid.rowCount())]
    starts += [first_ink(grid.viewport(), at.top(), at.bottom() - 4) for at in cells]
    assert max(starts) - min(starts) <= 2, starts
    stage.close()


def first_ink(widget: QWidget, top: int, bottom: int) -> int:
    """The leftmost px between two lines where something dark stands."""
    image = widget.grab().toImage()
    return next(
        x
        for x in range(image.width())
        if any(
            image.pixelColor(x, y).lightness() < 128 < image.pixelColor(x, y).alpha()
            for y in range(top, bottom)
        )
    )


def test_a_lead_suggests_what_may_be_left_to_the_judge(
    tmp_path: Path, look: ThemeHolder, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(judged(tmp_path), look, qtbot)
    stage.ready()
    assert not stage.screen.suggest.isVisible()
    stage.choose("delegation")
    assert stage.screen.suggest.isVisible()
    monkeypatch.setattr("ui.reports.screen.NAMED", len(stage.presenter.delegable) - 1)
    stage.screen.suggest.setFocus()
    press("Space")
    dialog = stage.screen.findChild(Dialog)
    assert dialog is not None
    assert any(one.text().endswith("\nand 1 more") for one in dialog.findChildren(Paragraph))
    qtbot.waitUntil(dialog.isVisible)
    qtbot.keyClicks(QApplication.focusWidget(), "Doses stay with people.")
    dialog.verb.click()
    qtbot.waitUntil(lambda: stage.went.toasts != [])
    stage.ready()
    payload = json.loads(stage.session.workspace.letters.all("decision")[0].payload)
    assert (payload["kind"], payload["comment"]) == ("delegate", "Doses stay with people.")
    assert stage.went.problems == []
    assert stage.went.toasts[-1].startswith("Your suggestion is signed")
    stage.choose("batch")
    assert not stage.screen.suggest.isVisible()
    stage.close()


def test_an_expert_suggests_nothing(tmp_path: Path, look: ThemeHolder, qtbot: QtBot) -> None:
    stage = Stage(judged(tmp_path, role="expert"), look, qtbot)
    stage.ready()
    stage.choose("delegation")
    assert stage.presenter.report is not None
    assert stage.presenter.report.delegable
    assert not stage.screen.suggest.isVisible()
    stage.close()


def test_a_square_s_names_stand_under_each_other_and_widen_nothing(look: ThemeHolder, qtbot: QtBot) -> None:
    name = "Fever in a baby 19 days old, late at night · " + "Sends the family to a hospital now. " * 12
    block = Heat("Agreement", (name,), ("e-1", "e-2"), ((Square(0.5, 4, ("t1",)), Square(1.0, 4)),))
    report = Report("batch", "Batch report", "", "", "en", (), (Section("Agreement", (block,)),), "", "")
    page = ReportPage(look, report, [], lambda task: None)
    window = in_window(page, qtbot, 900, 600)
    qtbot.waitUntil(lambda: bool(page.heats))
    grid = page.heats[0]
    first, second = grid.verticalHeaderItem(0).text().split("\n")
    assert first == "Fever in a baby 19 days old, late at night"
    assert second.endswith("…")
    grid.cellActivated.emit(0, 0)
    QApplication.processEvents()
    assert any(label.text().startswith(name) for label in page.findChildren(Paragraph))
    assert page.minimumSizeHint().width() <= window.width()
