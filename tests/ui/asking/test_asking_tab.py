"""Tab among the controls of a card: down as it reads, then on to the comment on the task; and what is written there."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from tests.ui.asking.asking_desk import Make, asking, card, on, values
from tests.ui.grading_desk import GradingDesk

STEPS = {"steps": {"steps": {"r1": [[0, 3], [3, 6]]}}}
RATED = {"ratings": {"attributes": [{"id": "acc", "text": "Accuracy", "comment": "required"}]}}


def focused(desk: GradingDesk, *keys: str) -> str:
    """What has the keyboard after these keys, as it is told to people."""
    desk.press(*keys)
    found = QApplication.focusWidget()
    assert found is not None
    return found.accessibleName()


def test_a_step_that_is_wrong_is_written_as_it_should_be_by_keys_alone(make: Make) -> None:
    desk = make(asking(["steps"], STEPS))
    on(desk, "/responses/r1/steps/1/value")
    tab = card(desk)._key_hints["Tab"]
    assert tab.isHidden()
    desk.press("-")
    on(desk, "/responses/r1/finish")
    desk.press("Up")
    on(desk, "/responses/r1/steps/1/value")
    assert tab.isVisible()
    assert focused(desk, "Tab") == "How should this step read?"
    desk.write("4 * 3 = 12")
    desk.press("Escape")
    assert values(desk) == {
        "/responses/r1/steps/1/value": -1,
        "/responses/r1/steps/1/own": "4 * 3 = 12",
    }


def test_tab_goes_down_the_card_then_to_the_comment_and_back(make: Make) -> None:
    desk = make(asking(["ratings"], RATED, responses=1))
    on(desk, "/responses/r1/ratings/acc/value")
    assert focused(desk, "Tab") == "1"
    down = [focused(desk, "Tab") for _ in range(2)]
    assert down == ["Comment", "Comment on the task"]
    assert [focused(desk, "Shift+Tab") for _ in range(2)] == ["Comment", "1"]
    desk.press("Escape", "4")
    assert focused(desk, "Tab") == "4"


def test_a_comment_that_is_opened_again_is_written_on(make: Make) -> None:
    desk = make(asking(["ratings", "safety"], RATED, responses=1))
    on(desk, "/responses/r1/ratings/acc/value")
    desk.press("C")
    desk.write("Right")
    desk.press("Escape", "Down", "Up", "C")
    desk.write(", mostly")
    desk.press("Escape")
    assert values(desk) == {"/responses/r1/ratings/acc/comment": "Right, mostly"}
