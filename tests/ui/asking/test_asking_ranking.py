"""A ranking of responses, by keys and by drag, on a real workspace."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.ui.asking.asking_desk import Make, asking, card, shown, values
from tests.ui.grading_desk import WAIT_MS, GradingDesk
from ui.panels.asking.ranking import RankingCard, RankRow


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


def test_taking_out_what_has_no_place_changes_nothing_for_the_others(make: Make) -> None:
    desk = make(asking(["ranking"], responses=3))
    desk.press("3", "0", "2", "1")
    assert places(desk) == {"A": 3, "B": 2, "C": 1}


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


@pytest.mark.parametrize("ties", [True, False])
@pytest.mark.parametrize("digits", ["321", "312", "213", "231"])
def test_what_is_called_the_last_first_stays_behind(make: Make, ties: bool, digits: str) -> None:
    desk = make(asking(["ranking"], {"ranking": {"ties": ties}}, responses=3))
    desk.press(*digits[:2])
    assert max(places(desk).values()) == 2
    desk.press(digits[2])
    assert places(desk) == dict(zip("ABC", map(int, digits), strict=True))


def test_typed_places_follow_what_is_undone_moved_and_shown(make: Make) -> None:
    desk = make(asking(["ranking"], {"ranking": {"ties": True}}, responses=3))
    desk.press("3", "1", "Ctrl+Z")
    desk.qtbot.waitUntil(lambda: desk.said[-1:] == ["Undone: ranking"], timeout=WAIT_MS)
    assert places(desk) == {"A": 1}
    desk.press("Right", "2")
    assert places(desk) == {"A": 2, "B": 1}
    desk.press("3")
    assert places(desk) == {"A": 2, "B": 1, "C": 2}
    desk.press("1")  # all are placed: what is shown counts
    assert places(desk) == {"A": 2, "B": 1, "C": 1}


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
