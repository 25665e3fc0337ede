"""Everything a task asks beyond its rubric under one focus, with the keyboard alone, on a real workspace."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QApplication

from app.domain.ids import TaskId
from tests.ui.asking.asking_desk import Make, asking, card, on, shown, values, zone
from tests.ui.grading_desk import WAIT_MS
from ui.panels.asking.preference import PreferenceCard


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


def test_what_is_laid_out_alike_keeps_its_rows(make: Make) -> None:
    desk = make(
        asking(["ratings", "safety"], {"ratings": {"attributes": [{"id": i, "text": i} for i in "ab"]}})
    )
    shown = zone(desk)
    first, second = desk.presenter.opened.order  # type: ignore[union-attr]
    rows = list(shown._rows)
    assert [h.accessibleName() for h in shown._headings] == ["Ratings, Response A", "Safety, Response A"]
    desk.panel.show_response(second)
    assert [h.accessibleName() for h in shown._headings] == ["Ratings, Response B", "Safety, Response B"]
    assert shown._rows == rows
    assert {row.state.control.response for row in rows if row.state is not None} == {second}
    desk.panel.show_response(first)
    assert {row.state.control.response for row in rows if row.state is not None} == {first}
