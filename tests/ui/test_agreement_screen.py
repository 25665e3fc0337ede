"""Agreement in the window: the square with the least agreement first, by keyboard to the task behind it."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.ids import digest
from app.services.judging import grade, submit
from app.services.lead_store import queue
from app.services.session import Session
from app.storage.changes import FeedChanges, SignedDocument
from app.storage.papers import Paper
from app.wire import jsonio
from tests.keyboard import press
from tests.lead_home import compared_task, preferred
from tests.ui.screens import Behind, in_window, nameless_buttons
from tests.ui.test_reports_screen import TASKS, graded, verdicts
from tests.workspaces import make_session, task_json
from ui.agreement.presenter import AgreementPresenter
from ui.agreement.screen import AgreementScreen
from ui.agreement.tiles import FigureTile
from ui.theme.apply import ThemeHolder


class Stage(Behind):
    def __init__(self, session: Session, look: ThemeHolder, qtbot: QtBot, size: tuple[int, int]) -> None:
        super().__init__(session)
        self.qtbot = qtbot
        self.presenter = AgreementPresenter(self.live, self.went, self.jobs)
        self.screen = AgreementScreen(look, self.presenter)
        self.window = in_window(self.screen, qtbot, *size)
        self.screen.entered()

    def ready(self) -> None:
        self.qtbot.waitUntil(lambda: not self.presenter.work.is_running, timeout=20_000)

    def facts(self) -> dict[str, str]:
        found = self.presenter.details(*self.screen.grid.chosen()) if self.screen.grid is not None else None
        return dict(found.facts) if found is not None else {}

    def close(self) -> None:
        self.screen.closed()
        self.jobs.shutdown()
        self.session.close()


def staged(folder: Path, look: ThemeHolder, qtbot: QtBot, size: tuple[int, int] = (1280, 860)) -> Stage:
    stage = Stage(graded(folder), look, qtbot, size)
    stage.ready()
    return stage


def test_from_the_least_agreed_square_to_the_task_by_keyboard(
    tmp_path: Path, look: ThemeHolder, qtbot: QtBot
) -> None:
    stage = staged(tmp_path, look, qtbot)
    grid = stage.screen.grid
    assert grid is not None
    qtbot.waitUntil(grid.hasFocus)
    assert grid.chosen() == (0, 0)  # differs on t1 and t2 of six
    assert grid.item(0, 2).text() == "67\xa0%"
    tiles = stage.screen.findChildren(FigureTile)
    assert [tile.name for tile in tiles] == ["Raw agreement", "Krippendorff α", "Cohen κ", "Gwet AC1"]
    assert all(tile.accessibleName() for tile in tiles)
    assert stage.facts()["Equal to the others"] == "4 of 6 (67\xa0%)"
    assert nameless_buttons(stage.screen) == []
    press("Down")
    assert grid.chosen() == (1, 0)
    assert stage.facts()["Equal to the others"] == "6 of 6 (100\xa0%)"
    press("Left")
    assert grid.chosen() == (1, 0)  # the label cannot be chosen
    press("Up")
    press("Right")
    assert grid.chosen() == (0, 1)
    press("Return")
    rows = stage.screen.details.rows
    assert rows.hasFocus()
    press("Down")
    press("Return")
    assert stage.went.places[-1] == ("task", "t2", "r1", "c1")
    assert stage.went.problems == []
    stage.close()


def test_a_screen_reader_hears_each_square(tmp_path: Path, look: ThemeHolder, qtbot: QtBot) -> None:
    stage = staged(tmp_path, look, qtbot)
    grid = stage.screen.grid
    assert grid is not None
    heard = [grid.item(0, column).data(Qt.ItemDataRole.AccessibleTextRole) for column in (2, 3)]
    label = grid.item(0, 0).text()
    assert sorted(heard) == [f"{label}, Grader 1: 67\xa0%, 4 of 6", f"{label}, You: 67\xa0%, 4 of 6"]
    stage.close()


def test_rubrics_of_their_own_stand_under_the_titles_of_their_tasks(
    tmp_path: Path, look: ThemeHolder, qtbot: QtBot
) -> None:
    tasks = [task_json(n, responses=1) for n in (1, 2)]
    for n, task in enumerate(tasks, 1):
        task["rubric"]["criteria"] = [
            {"id": f"c{k}", "text": f"Case {n} says **{k}**", "points": k} for k in (1, 2)
        ]
    session = make_session(tmp_path, tasks=tasks)
    for name in ("t1", "t2"):
        grade(session, name, verdicts("met", "not_met"), where="-")
    assert submit(session, ["t1", "t2"])["refused"] == []
    stage = Stage(session, look, qtbot, (1280, 860))
    stage.ready()
    grid = stage.screen.grid
    assert grid is not None
    shown = [grid.item(row, 0).text() for row in range(grid.rowCount())]
    titles = [task["title"] for task in tasks]
    assert shown == [titles[0], "Case 1 says 1", "Case 1 says 2", titles[1], "Case 2 says 1", "Case 2 says 2"]
    qtbot.waitUntil(grid.hasFocus)
    walk = []
    for key in ("Up", "Down", "Down", "Down", "Up", "Up", "Up"):
        press(key)
        walk.append(grid.chosen()[0])
    assert walk == [0, 1, 2, 3, 2, 1, 0]
    stage.close()


def test_preferences_and_ratings_stand_without_criteria_too(
    tmp_path: Path, look: ThemeHolder, qtbot: QtBot
) -> None:
    session = make_session(tmp_path, tasks=[compared_task("preference", "ratings")])
    grade(session, "t1", json.dumps(preferred(-2)).encode(), where="-")
    assert submit(session, ["t1"])["refused"] == []
    (row,) = session.workspace.outbox.all()
    said = json.loads(row.payload) | {"expert": "expert-2", "result": "x-t1", "judgement": preferred(1, r2=4)}
    made = jsonio.dumps(said)
    at = said["times"]["submitted"]
    paper = Paper("result", "x-t1", digest(made), "t1", str(row.batch), "expert-2", at, made, b"{}")
    session.workspace.papers.keep([paper])
    stage = Stage(session, look, qtbot, (1280, 860))
    stage.ready()
    grid = stage.screen.grid
    assert grid is not None
    shown = {grid.item(row, 0).text(): grid.item(row, 2).text() for row in range(grid.rowCount())}
    assert sorted(shown.values()) == ["0\xa0%", "100\xa0%", "50\xa0%"]
    assert stage.screen.findChildren(FigureTile) == []  # those are of criteria
    at_preference = next(n for n, value in enumerate(shown.values()) if value == "0\xa0%")
    found = stage.presenter.details(at_preference, 0)
    assert found is not None
    ((miss, words),) = found.misses
    assert words == "−2, others: 1"
    stage.presenter.open(miss)
    assert stage.went.places[-1] == ("task", "t1", "", "")
    stage.close()


def test_parts_and_what_low_may_mean(tmp_path: Path, look: ThemeHolder, qtbot: QtBot) -> None:
    stage = staged(tmp_path, look, qtbot)
    found = stage.presenter.details(0, 0)
    assert found is not None
    assert found.hint == "Low for all 2 graders, so the wording is a likelier cause than any one of them."
    assert len(found.misses) == 2
    stage.presenter.choose_slice("negative")
    stage.ready()
    shown = stage.presenter.overview
    assert shown is not None
    assert all(line.is_negative for line in shown.lines)
    assert not stage.screen.beside.isVisible()  # nothing was decided
    stage.close()


def test_a_lead_is_led_to_the_board_of_the_task(tmp_path: Path, look: ThemeHolder, qtbot: QtBot) -> None:
    session = graded(tmp_path)
    registered = SignedDocument("registration", 1, b'{"role": "lead"}', b"{}")
    session.workspace.lab.apply(FeedChanges(documents=(registered,)))
    with session.workspace.together():
        queue(session.workspace, ["t1"])
    stage = Stage(session, look, qtbot, (1280, 860))
    stage.ready()
    found = stage.presenter.details(0, 0)
    assert found is not None
    for miss, _ in found.misses:
        stage.presenter.open(miss)
    assert stage.went.places[-2:] == [("lead", "t1"), ("task", "t2", "r1", "c1")]
    stage.close()


def test_a_narrow_window_has_the_details_under_the_grid(
    tmp_path: Path, look: ThemeHolder, qtbot: QtBot
) -> None:
    look.choose(appearance="dark", scale=2.0, language="en", reduce_motion=True)
    stage = staged(tmp_path, look, qtbot, (1280, 860))
    screen = stage.screen
    assert screen.grid is not None
    grid, details = screen.grid, screen.details
    qtbot.waitUntil(
        lambda: details.geometry().top() > grid.mapTo(details.parentWidget(), grid.rect().bottomLeft()).y()
    )
    qtbot.waitUntil(grid.hasFocus)
    press("Return")
    assert details.rows.hasFocus()
    qtbot.waitUntil(lambda: not screen.details.rows.visibleRegion().isEmpty())
    stage.close()


def test_one_grader_and_none_have_words_instead_of_figures(
    tmp_path: Path, look: ThemeHolder, qtbot: QtBot
) -> None:
    stage = Stage(graded(tmp_path / "one", team=False), look, qtbot, (1280, 860))
    stage.ready()
    grid = stage.screen.grid
    assert grid is not None
    assert "Nobody else judged it" in grid.item(0, 2).data(Qt.ItemDataRole.AccessibleTextRole)
    assert all(figure.value is None for _, figure in stage.presenter.figures())
    assert stage.facts()["Equal to the others"] == "nothing to compare"
    stage.close()
    empty = make_session(tmp_path / "none", tasks=[task_json(1, responses=1)])
    stage = Stage(empty, look, qtbot, (1280, 860))
    stage.ready()
    assert "none yet" in stage.presenter.work.words
    assert stage.screen.grid is None
    stage.close()


def test_stopping_leaves_words(tmp_path: Path, look: ThemeHolder, qtbot: QtBot) -> None:
    stage = Stage(graded(tmp_path), look, qtbot, (1280, 860))
    stage.presenter.work.stop()
    assert stage.presenter.work.words == "Stopped. Nothing was changed."
    stage.presenter.refresh()
    stage.ready()
    assert stage.presenter.overview is not None
    assert stage.presenter.overview.tasks == TASKS
    assert stage.presenter.summary().startswith("6 tasks, 2 graders, ")
    stage.close()
