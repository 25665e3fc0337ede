"""Ratings and steps, with the keyboard alone, on a real workspace."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ui.asking.asking_desk import Make, asking, card, on, values, zone
from tests.ui.grading_desk import WAIT_MS

TEXT = "First, 2 + 2 = 4.\n\nThen, 4 + 4 = 9.\n\nSo the answer is 9.\n"

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
            {"id": "pct", "text": "Risk", "low": 0, "high": 100, "step": 5},
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
    desk.press("0")
    assert "Choose with 1 to 9." in card(desk).error.accessibleName(), "its keys are no values"
    desk.press("+", "+")
    assert values(desk)["/responses/r1/ratings/help/value"] == 1.5
    assert desk.panel.place[1] == "/responses/r1/ratings/help/value"
    desk.press("Down", "1", "5", "0")
    assert (
        "150 is not on this scale, which goes from 0 to 100 in steps of 5."
        in card(desk).error.accessibleName()
    )
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


def test_an_error_found_late_takes_away_what_was_said_of_later_steps_until_undone(make: Make) -> None:
    desk = make(steps())
    desk.press("+", "+", "+")
    on(desk, "/responses/r1/finish")
    desk.press("Up", "Up", "-")
    on(desk, "/responses/r1/finish")
    first, second, third = (f"/responses/r1/steps/{n}/value" for n in (1, 2, 3))
    assert values(desk) == {first: 1, second: -1}, "the third is not asked, so the result may not say it"
    desk.press("Ctrl+Z")
    desk.qtbot.waitUntil(lambda: values(desk) == {first: 1, second: 1, third: 1}, timeout=WAIT_MS)


def test_a_click_on_a_step_in_the_text_focuses_it(make: Make) -> None:
    desk = make(steps(first_error=False))
    page = desk.screen.reading.page
    desk.qtbot.waitUntil(lambda: page.complete, timeout=WAIT_MS)
    desk.screen.reading.pressed.emit(40)
    assert desk.panel.place[1] == "/responses/r1/steps/3/value"


TENS = {"ratings": {"attributes": [{"id": i, "text": i, "low": 0, "high": 10} for i in ("acc", "help")]}}


def test_ten_is_typed_as_a_one_and_a_nought(make: Make) -> None:
    desk = make(asking(["ratings"], TENS, responses=1))
    first, second = (f"/responses/r1/ratings/{i}/value" for i in ("acc", "help"))
    desk.press("1", "0")
    on(desk, second)
    assert values(desk) == {first: 10}
    desk.press("1")
    assert values(desk)[second] == 1, "it stands, and waits whether a nought follows"
    desk.press("Up", "7")
    assert values(desk) == {first: 7, second: 1}


@pytest.mark.parametrize("enter", [["Return"], []])
def test_a_one_goes_on_with_enter_or_by_itself_where_no_nought_follows(make: Make, enter: list[str]) -> None:
    desk = make(asking(["ratings"], TENS, responses=1))
    desk.press("1", *enter)
    on(desk, "/responses/r1/ratings/help/value")
    desk.press("0")
    assert values(desk) == {"/responses/r1/ratings/acc/value": 1, "/responses/r1/ratings/help/value": 0}
