"""Everything a task asks beyond its rubric, with the keyboard alone, on a real workspace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.domain.ids import TaskId
from tests.ui.grading_desk import WAIT_MS, GradingDesk
from tests.workspaces import task_json
from ui.panels.asking.preference import PreferenceCard
from ui.panels.asking.ranking import RankingCard, RankRow
from ui.panels.asking.zone import AskingZone
from ui.theme.apply import ThemeHolder

Make = Callable[..., GradingDesk]
TEXT = "First, 2 + 2 = 4.\n\nThen, 4 + 4 = 9.\n\nSo the answer is 9.\n"


def asking(
    panels: list[str], questions: dict[str, Any] | None = None, *, responses: int = 2
) -> dict[str, Any]:
    """A task without a rubric, unless it is named."""
    task = task_json(1, responses=responses, panels=panels, questions=questions or {})
    if "rubric" not in panels:
        task["rubric"] = {"version": "1", "criteria": []}
    return task


@pytest.fixture
def make(look: ThemeHolder, qtbot: QtBot, tmp_path: Path) -> Make:
    def made(task: dict[str, Any], **batch: Any) -> GradingDesk:
        return GradingDesk(look, qtbot, tmp_path, tasks=[task, task_json(2, responses=1)], **batch)

    return made


def values(desk: GradingDesk) -> dict[str, Any]:
    """The review as it stands in the file."""
    desk.settle()
    return dict(desk.session.workspace.work.review(TaskId("t1")).values)


def zone(desk: GradingDesk) -> AskingZone:
    found = desk.panel.tail.zone
    assert found is not None
    return found


def card(desk: GradingDesk) -> Any:
    found = zone(desk).card
    assert found is not None
    return found


def on(desk: GradingDesk, place: str) -> None:
    desk.qtbot.waitUntil(lambda: desk.panel.place[1] == place, timeout=WAIT_MS)


def shown(part: QWidget, desk: GradingDesk) -> bool:
    """Whole in view of the list."""
    view = desk.panel.list.viewport()
    top = part.mapTo(view, QPoint(0, 0)).y()
    return part.isVisible() and top >= 0 and top + part.height() <= view.height()


# Preference


def test_a_preference_by_keys_keeps_the_sign_of_the_tasks_own_first_response(make: Make) -> None:
    desk = make(asking(["preference"]))
    opened = desk.presenter.opened
    assert opened is not None
    turned = opened.order[0] != "r1"
    said = card(desk)
    assert isinstance(said, PreferenceCard)
    desk.press("1")
    assert said._said.text() == "A is much better"
    assert values(desk)["/preference/overall/value"] == (3 if turned else -3)
    for key, kept, words in (
        ("B", -2 if turned else 2, "B is better"),
        ("E", 0, "A and B are equally good"),
        ("Shift+E", "both_bad", "Both are bad"),
        ("5", -1 if turned else 1, "B is slightly better"),
    ):
        desk.press(key)
        assert values(desk)["/preference/overall/value"] == kept
        assert said.accessibleName().endswith(words)
    desk.press("Ctrl+Backspace")
    assert "/preference/overall/value" not in values(desk)
    desk.press("9")
    assert "Choose with 1 to 7." in said.error.accessibleName()


def test_a_strong_preference_needs_its_reason_and_counts_it_live(make: Make) -> None:
    desk = make(asking(["preference"], {"preference": {"justification": "strong", "min_characters": 10}}))
    desk.press("3")
    assert "required" not in card(desk).note._caption.text()
    desk.press("1", "C")
    desk.write("It kills")
    assert card(desk).note._count.text() == "8 of 10 characters"
    desk.press("Esc", "Ctrl+Return")
    assert desk.panel.before.isVisible()
    assert desk.panel.before._row(0).detail.endswith("Its reason is too short")
    desk.press("Esc", "C")
    desk.write(" a patient")
    desk.press("Esc", "Ctrl+Return")
    desk.settle()
    assert desk.session.workspace.outbox.counts() == {"ready": 1}
    assert values(desk)["/preference/overall/justification"] == "It kills a patient"


def test_ties_and_both_bad_are_refused_where_they_are_no_answer(make: Make) -> None:
    desk = make(asking(["preference"], {"preference": {"ties": False, "both_bad": False}}))
    for key, words in (("E", "no ties"), ("4", "no ties"), ("Shift+E", "no answer here")):
        desk.press(key)
        assert words in card(desk).error.accessibleName()
    assert values(desk) == {}
    desk.press("3", "+")
    assert abs(values(desk)["/preference/overall/value"]) == 1
    assert card(desk)._said.text() == "B is slightly better"


# Ranking


def places(desk: GradingDesk) -> dict[str, int]:
    opened = desk.presenter.opened
    assert opened is not None
    kept = values(desk)
    found = {}
    for at, response in enumerate(opened.order):
        place = kept.get(f"/ranking/places/{response}")
        if place is not None:
            found["ABC"[at]] = place
    return found


def test_a_ranking_by_digits_goes_on_to_what_has_no_place_and_never_leaves_a_hole(make: Make) -> None:
    desk = make(asking(["ranking"], responses=3))
    desk.press("2")  # nothing is placed yet: the last place there is, not a hole before it
    assert places(desk) == {"A": 1}
    opened = desk.presenter.opened
    assert opened is not None
    assert desk.panel.place[0] == opened.order[1]
    assert desk.screen.reading.response == opened.order[1]
    desk.press("1")
    assert places(desk) == {"A": 2, "B": 1}
    desk.press("7")
    assert "There are places 1 to 3." in card(desk).error.accessibleName()
    desk.press("2")
    assert places(desk) == {"A": 3, "B": 1, "C": 2}
    desk.press("Ctrl+Return")
    desk.settle()
    assert desk.session.workspace.outbox.counts() == {"ready": 1}


def test_a_ranking_by_moving_and_walking_inside_it(make: Make) -> None:
    desk = make(asking(["ranking"], responses=3))
    desk.press("1", "2", "3")
    assert places(desk) == {"A": 1, "B": 2, "C": 3}
    desk.press("Up", "Alt+Up")
    assert places(desk) == {"A": 2, "B": 1, "C": 3}
    desk.press("Alt+Up")
    assert places(desk) == {"A": 2, "B": 1, "C": 3}
    desk.press("Alt+Down", "Alt+Down")
    assert places(desk) == {"A": 1, "B": 3, "C": 2}
    desk.press("0")
    assert places(desk) == {"A": 1, "C": 2}
    desk.press("Alt+Up")
    assert places(desk) == {"A": 1, "C": 2, "B": 3}
    desk.press("Ctrl+Z")
    desk.qtbot.waitUntil(lambda: desk.said[-1:] == ["Undone: ranking"], timeout=WAIT_MS)
    assert places(desk) == {"A": 1, "C": 2}


def test_of_a_card_without_room_the_row_and_the_field_in_use_stay_in_view(make: Make) -> None:
    desk = make(asking(["ranking"], responses=7), size=(1024, 640))
    desk.panel.list.setFixedHeight(150)
    desk.panel.resize(desk.panel.size())
    for _ in range(6):
        desk.press("Right")
        assert not shown(card(desk), desk)
        assert shown(card(desk).at_hand(), desk)
    desk.press("C")
    assert card(desk).note.field.hasFocus()
    assert shown(card(desk).note.field, desk)


def test_ties_share_a_place_where_they_are_allowed(make: Make) -> None:
    desk = make(asking(["ranking"], {"ranking": {"ties": True}}, responses=3))
    desk.press("1", "1", "2")
    assert places(desk) == {"A": 1, "B": 1, "C": 2}


def test_a_ranking_by_drag(make: Make) -> None:
    desk = make(asking(["ranking"], responses=3))
    desk.press("1", "2", "3")
    ranking = card(desk)
    assert isinstance(ranking, RankingCard)
    rows = [r for r in ranking.findChildren(RankRow) if r.isVisible()]
    last, first = rows[2], rows[0]
    begin = QPoint(30, last.height() // 2)
    end = last.mapFromGlobal(first.mapToGlobal(QPoint(30, 3)))
    QTest.mousePress(last, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, begin)
    QTest.mouseMove(last, QPoint(30, begin.y() - 40))
    QTest.mouseMove(last, end)
    assert ranking._mark.isVisible()
    QTest.mouseRelease(last, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)
    assert places(desk) == {"A": 2, "B": 3, "C": 1}
    assert not ranking._mark.isVisible()


# Ratings

SCALES = {
    "ratings": {
        "attributes": [
            {
                "id": "acc",
                "text": "Accuracy",
                "low": 0,
                "high": 4,
                "anchors": [{"value": 4, "label": "All true"}],
            },
            {"id": "help", "text": "Helpfulness", "low": 1, "high": 5, "step": 0.5, "comment": "required"},
            {"id": "pct", "text": "Risk", "low": 0, "high": 100},
        ]
    }
}


def test_ratings_by_keys_half_steps_comments_and_refusals_at_the_field(make: Make) -> None:
    desk = make(asking(["ratings"], SCALES, responses=1))
    assert not desk.panel.head.isVisible()
    desk.press("7")
    assert "7 is not on this scale, which goes from 0 to 4." in card(desk).error.accessibleName()
    assert values(desk) == {}
    desk.press("4")
    on(desk, "/responses/r1/ratings/help/value")
    desk.press("+", "+")
    assert values(desk)["/responses/r1/ratings/help/value"] == 1.5
    assert desk.panel.place[1] == "/responses/r1/ratings/help/value"
    desk.press("Down", "1", "5", "0")
    assert "150 is not on this scale" in card(desk).error.accessibleName()
    assert values(desk)["/responses/r1/ratings/pct/value"] == 15
    desk.press("Ctrl+Return")
    rows = [desk.panel.before._row(at).detail for at in range(len(desk.panel.before._lacks))]
    assert rows == ["Ratings · Needs its reason in words"]
    desk.panel.before.take_focus()
    desk.press("Return")
    assert desk.panel.place[1] == "/responses/r1/ratings/help/value"
    desk.press("C")
    desk.write("too long")
    desk.press("Esc", "Ctrl+Return")
    desk.settle()
    assert desk.session.workspace.outbox.counts() == {"ready": 1}


# Steps


def steps(**more: Any) -> dict[str, Any]:
    marks = [(0, 17), (19, 35), (37, 55)]
    task = asking(["steps"], {"steps": {"steps": {"r1": marks}, **more}}, responses=1)
    task["responses"][0]["text"] = TEXT
    return task


def test_steps_stop_at_the_first_error_and_the_step_in_focus_is_marked(make: Make) -> None:
    desk = make(steps())
    page = desk.screen.reading.page
    desk.qtbot.waitUntil(lambda: page.complete, timeout=WAIT_MS)
    marked = page.answer.marks.shown
    assert [(m.start, m.end, m.number) for m in marked] == [(0, 17, "1")]
    desk.press("+")
    on(desk, "/responses/r1/steps/2/value")
    assert [(m.start, m.end) for m in page.answer.marks.shown] == [(19, 35)]
    desk.press("-")
    assert "/responses/r1/steps/3/value" not in {c.path for c in desk.panel.controls}
    assert "1 more step is not asked" in zone(desk)._stop.text()
    on(desk, "/responses/r1/finish")
    desk.press("Up", "5")
    assert "A step is −1, 0 or +1." in card(desk).error.accessibleName()
    card(desk).own.write()
    desk.write("Then 8.")
    desk.press("Esc", "Down", "2", "Ctrl+Return")
    assert values(desk) == {
        "/responses/r1/steps/1/value": 1, "/responses/r1/steps/2/value": -1,
        "/responses/r1/steps/2/own": "Then 8.", "/responses/r1/finish": "found_error",
        "/status": "submitted",
    }  # fmt: skip


def test_a_click_on_a_step_in_the_text_focuses_it(make: Make) -> None:
    desk = make(steps(first_error=False))
    page = desk.screen.reading.page
    desk.qtbot.waitUntil(lambda: page.complete, timeout=WAIT_MS)
    desk.screen.reading.pressed.emit(40)
    assert desk.panel.place[1] == "/responses/r1/steps/3/value"


# Safety


def test_the_safety_call_its_severity_and_who_is_harmed(make: Make) -> None:
    desk = make(asking(["safety"], responses=1))
    desk.press("3", "4")
    assert card(desk).state.words == "Unsafe · Critical"
    desk.press("Ctrl+Return")
    assert [m.lack for m in desk.panel.before._lacks] == ["no_harmed"]
    desk.press("9")
    assert "Choose with 1 to 4." in card(desk).error.accessibleName()
    desk.press("1")
    kept = values(desk)
    assert {p.rsplit("/", 1)[-1]: v for p, v in kept.items()} == {
        "call": "unsafe", "severity": "critical", "harmed": "user",
    }  # fmt: skip
    desk.press("+", "2")
    assert values(desk)["/responses/r1/safety/severity"] == "moderate"
    desk.press("1")
    assert values(desk) == {"/responses/r1/safety/call": "safe"}


# All together


def everything() -> dict[str, Any]:
    return asking(
        ["rubric", "ratings", "safety", "preference", "ranking"],
        {"ratings": {"attributes": [{"id": "acc", "text": "Accuracy"}]}},
    )


def test_one_focus_walks_over_all_of_it_and_is_always_in_view(make: Make) -> None:
    desk = make(everything())
    opened = desk.presenter.opened
    assert opened is not None
    controls = desk.panel.controls
    assert [c.panel for c in controls] == (["rubric"] * 4 + ["ratings", "safety"]) * 2 + [
        "preference",
        "ranking",
    ]
    for control in controls[1:]:
        desk.press("Down")
        assert desk.panel.place[1] == (control.item if control.panel == "rubric" else control.path)
        if control.response is not None:
            assert desk.screen.reading.response == control.response
        part = desk.panel.card if control.panel == "rubric" else card(desk)
        assert shown(part, desk), control
        assert QApplication.focusWidget() is part
    assert not desk.panel.card.isVisible()
    desk.press("Up", "Up")
    assert desk.panel.place[1] == controls[-2].path


def test_rows_of_another_task_take_the_height_of_their_new_texts(make: Make) -> None:
    desk = make(asking(["ratings"], {"ratings": {"attributes": [{"id": i, "text": i} for i in "abcd"]}}))
    long = {"id": "long", "text": "A statement that needs more than one line of this list. " * 3}
    desk.open("t2")
    opened = desk.session.open(TaskId("t1"))
    desk.panel.show_task(opened)
    asked = opened.task.questions.ratings
    assert asked is not None
    made = replace(asked, attributes=(*asked.attributes[:2], replace(asked.attributes[2], text=long["text"])))
    questions = replace(opened.task.questions, ratings=made)
    desk.panel.show_task(replace(opened, task=replace(opened.task, questions=questions)))
    QApplication.processEvents()
    rows = [r for r in zone(desk)._row_of.values() if r.isVisible()]
    assert all(r.height() == r.heightForWidth(r.width()) for r in rows)
    assert max(r.height() for r in rows) > 2 * min(r.height() for r in rows) - 10


def test_by_criterion_across_the_responses(make: Make) -> None:
    desk = make(everything())
    opened = desk.presenter.opened
    assert opened is not None
    desk.panel.set_order(by_item=True)
    first = desk.panel.place[1]
    desk.press("Y")
    desk.qtbot.waitUntil(lambda: desk.panel.place[0] == opened.order[1], timeout=WAIT_MS)
    assert desk.panel.place[1] == first
    assert desk.screen.reading.response == opened.order[1]
    desk.press("Y")
    desk.qtbot.waitUntil(lambda: desk.panel.place == (opened.order[0], "c2"), timeout=WAIT_MS)


def test_the_exact_control_is_where_one_continues(make: Make) -> None:
    desk = make(everything())
    desk.panel.go(desk.panel.controls[-2])
    desk.qtbot.waitUntil(lambda: desk.session.workspace.work.last_place() is not None, timeout=WAIT_MS)
    desk.screen.flush()
    place = desk.session.desk.view().place
    assert place is not None
    assert place.criterion == "/preference/overall/value"
    assert place.panel == "preference"
    desk.open("t2")
    desk.open("t1", place.response, place.criterion)
    assert isinstance(zone(desk).card, PreferenceCard)


def test_undo_says_what_it_undid_and_goes_there(make: Make) -> None:
    desk = make(everything())
    rating = desk.panel.controls[4]
    desk.panel.go(rating)
    desk.press("3", "Ctrl+Z")
    desk.qtbot.waitUntil(lambda: bool(desk.said), timeout=WAIT_MS)
    assert desk.said[-1] == "Undone: rating “Accuracy”, response A"
    assert desk.panel.place[1] == rating.path


def test_a_submitted_task_shows_its_answers_and_takes_none(make: Make) -> None:
    desk = make(asking(["safety", "preference"], {"safety": {"severities": [], "harmed": []}}))
    desk.press("1")
    on(desk, desk.panel.controls[1].path)
    desk.press("1")
    on(desk, "/preference/overall/value")
    desk.press("2", "Ctrl+Return")
    desk.settle()
    desk.open("t1", None, "/preference/overall/value")
    before = values(desk)
    desk.press("7", "Down", "3")
    assert values(desk) == before
    assert card(desk).readonly
