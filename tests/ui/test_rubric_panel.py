"""The judging panel: polarity, score and why, trees, scales, names, room."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.domain.ids import CriterionId, ResponseId
from app.domain.rubric import Criterion, Kind
from app.domain.verdict import Mark, Verdict
from tests.ui.grading_desk import WAIT_MS, GradingDesk, focusable
from tests.workspaces import task_json
from ui.panels.inline import inline
from ui.panels.rubric.row import CriterionRow, GroupRow
from ui.panels.rubric.words import OPEN_ICON, icon_of, scale_keys, verdict_words
from ui.theme.apply import ThemeHolder

Make = Callable[..., GradingDesk]


@pytest.fixture
def make(look: ThemeHolder, qtbot: QtBot, tmp_path: Path) -> Make:
    def made(**more: Any) -> GradingDesk:
        return GradingDesk(look, qtbot, tmp_path, **more)

    return made


def with_criteria(criteria: list[dict[str, Any]]) -> list[dict[str, Any]]:
    task = task_json(1, responses=1)
    task["rubric"]["criteria"] = criteria
    return [task]


def row_of(desk: GradingDesk, number: int) -> CriterionRow:
    found = [r for r in desk.panel.findChildren(CriterionRow) if r.isVisible() and r.state is not None]
    return next(r for r in found if r.state is not None and r.state.entry.number == number)


def words(desk: GradingDesk) -> str:
    return " | ".join(label.text() for label in desk.panel.head.findChildren(QLabel) if label.isVisible())


def test_a_negative_criterion_says_so_in_every_state(make: Make) -> None:
    desk = make()
    assert "Bad if this is met" in row_of(desk, 2).accessibleName()
    desk.open("t1", "r1", "c2")
    card = desk.panel.card
    assert "Bad if this is met" in card.accessibleName()
    tones = {
        b.accessibleName(): b.property("tone") for b in card.verdicts.children() if hasattr(b, "set_tone")
    }
    assert tones["Met"] == "bad"
    assert tones["Not met"] == ""
    desk.press("Y")
    assert "−8 points" in row_of(desk, 2).accessibleName()
    assert "Met" in row_of(desk, 2).accessibleName()


def test_the_score_and_why_it_is_so(make: Make) -> None:
    desk = make()
    for criterion, mark in (("c1", Mark.MET), ("c2", Mark.NOT_MET)):
        desk.panel.go_to(ResponseId("r1"), CriterionId(criterion))
        desk.panel.answering.press(mark)
    said = words(desk)
    assert "5 ÷ 8 possible · policy healthbench 1" in said
    assert "5 earned" in said
    assert "will end at 100\xa0% at most" in said, "how often it is wrong (the last criterion) has no bound"
    desk.press("W")
    assert desk.panel.head.unfolded
    assert "points of the criteria that are met" in words(desk)
    line = desk.panel.head._line(desk.panel.head._shown[2].lines[0])  # type: ignore[index]
    assert line.detail == "Met: +5 × 1 = +5"


@pytest.mark.parametrize("by", ["batch", "setting"])
def test_a_hidden_score_is_gone_whole(make: Make, by: str) -> None:
    desk = make(hide_score=True) if by == "batch" else make(**{"hide_score": True})
    desk.press("Y")
    assert not desk.panel.head.isVisible()
    desk.press("W")
    assert not desk.panel.head.isVisible()


def test_a_tree_folds_and_unfolds_for_what_is_gone_to(make: Make) -> None:
    desk = make(
        tasks=with_criteria(
            [
                {"id": "g1", "text": "Method", "kind": "group", "points": 0},
                {"id": "a", "text": "One", "kind": "binary", "points": 2, "parent": "g1"},
                {"id": "g2", "text": "Style", "kind": "group", "points": 0},
                {"id": "b", "text": "Two", "kind": "binary", "points": 1, "parent": "g2"},
            ]
        )
    )
    desk.panel.answering.press(Mark.MET)
    heads = [g for g in desk.panel.findChildren(GroupRow) if g.isVisible()]
    assert [g.accessibleName() for g in heads] == ["Method, 1 of 1, unfolded", "Style, 0 of 1, unfolded"]
    heads[0].click()
    QApplication.processEvents()
    assert desk.criterion == "b"
    assert not [r for r in desk.panel.findChildren(CriterionRow) if r.isVisible()]
    desk.press("K")
    assert desk.criterion == "a"


def test_scales_take_the_digit_beside_the_value(make: Make) -> None:
    desk = make(
        tasks=with_criteria(
            [
                {"id": "s", "text": "How usable?", "kind": "scale", "points": 2, "low": 0, "high": 2, "step": 0.5,
                 "anchors": [{"value": 2, "label": "at once"}]},
                {"id": "wide", "text": "How likely?", "kind": "scale", "points": 2, "low": 0, "high": 100},
                {"id": "f", "text": "Why?", "kind": "free", "points": 0},
                {"id": "ten", "text": "How sure?", "kind": "scale", "points": 2, "low": 1, "high": 10},
            ]
        )
    )  # fmt: skip
    desk.press("5")
    desk.qtbot.waitUntil(lambda: desk.criterion == "wide")
    desk.press("7", "5")
    desk.panel.go_to(ResponseId("r1"), CriterionId("f"))
    desk.panel.card.answer.setFocus()
    desk.write("met")
    desk.press("Esc")
    desk.panel.go_to(ResponseId("r1"), CriterionId("ten"))
    desk.press("1", "0")
    desk.settle()
    assert [desk.stored("t1", c).value for c in ("s", "wide", "f", "ten")] == [2.0, 75.0, "met", 10.0]


def test_what_is_off_a_scale_or_below_none_is_refused_at_the_field(make: Make) -> None:
    """It is neither brought to the nearest end nor told in a toast."""
    desk = make(
        tasks=with_criteria(
            [
                {"id": "wide", "text": "How likely?", "kind": "scale", "points": 2, "low": 20, "high": 100, "step": 5},
                {"id": "n", "text": "False claims", "kind": "count", "points": -1},
                {"id": "s", "text": "How usable?", "kind": "scale", "points": 2, "low": 0, "high": 2, "step": 0.5},
            ]
        )
    )  # fmt: skip
    card = desk.panel.card
    refused: list[str] = []

    def said(*keys: str) -> str:
        desk.press(*keys)
        assert card.error is not None
        refused.append(card.error.accessibleName())
        return refused[-1] if card.error.isVisible() else ""

    shown, late = card._stepper._shown, card._stepper._late
    late.setInterval(60_000)
    desk.press("8")
    assert shown.text() == "8 …", "it may become 85"
    desk.press("5")
    assert shown.text() == "85"
    assert "850 is not on this scale" in said("0")
    assert said("-") == ""
    desk.press("Down", "-")
    assert "−1 is no count: one goes from 0" in said("-")
    desk.press("Down")
    assert "Choose with 1 to 5." in said("0")
    desk.press("Up", "Up", "-")
    late.setInterval(0)
    desk.press("8")
    desk.qtbot.waitUntil(lambda: said() != "", timeout=WAIT_MS)
    assert "8 is not on this scale, which goes from 20 to 100 in steps of 5." in said()
    assert shown.text() == "75", "nothing more was typed"
    desk.settle()
    assert [desk.stored("t1", c).value for c in ("wide", "n", "s")] == [75.0, 0, None]
    assert all("Nothing was changed." in words for words in refused if words)
    assert not desk.problems


def test_keys_beside_values() -> None:
    assert scale_keys((1.0, 2.0, 3.0)) == ("1", "2", "3")
    assert scale_keys(tuple(float(i) for i in range(11)))[-2:] == ("9", "10")
    assert scale_keys((0.0, 5.0, 10.0)) == ("0", "5", ""), "no 1 stands for itself there"
    assert scale_keys((0.0, 0.5, 1.0)) == ("1", "2", "3")


def test_a_free_answer_of_white_space_is_open() -> None:
    criterion = Criterion(CriterionId("c1"), "Why?", kind=Kind.FREE, points=0)
    for text, icon, words in ((" \n", OPEN_ICON, ""), (" so", "circle-check", "Written")):
        verdict = Verdict(text)
        assert (icon_of(criterion, verdict), verdict_words(criterion, verdict)) == (icon, words)


def test_little_markdown() -> None:
    plain, styles = inline("Gives **250 mL** and *not* `x`; 2 * 3 * 4")
    assert plain == "Gives 250 mL and not x; 2 * 3 * 4"
    assert [(plain[s.start : s.start + s.length], s.style) for s in styles] == [
        ("250 mL", "strong"), ("not", "emphasis"), ("x", "code"),
    ]  # fmt: skip


def test_everything_that_takes_the_focus_has_a_name(make: Make) -> None:
    desk = make()
    desk.press("U", "Shift+C", "F")
    desk.panel.show_list()
    desk.press("Ctrl+Shift+F", "W")
    QApplication.processEvents()
    found = focusable(desk.screen)
    assert len(found) > 10
    for widget in found:
        interface = QAccessible.queryAccessibleInterface(widget)
        name = widget.accessibleName() or (interface.text(QAccessible.Text.Name) if interface else "")
        assert name, widget
    for row in desk.panel.findChildren(CriterionRow):
        assert row.accessibleName().startswith("Criterion"), row


@pytest.mark.parametrize("size", [(1440, 900), (1024, 640)])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_every_control_stays_inside_the_window(
    make: Make, look: ThemeHolder, size: tuple[int, int], scale: float
) -> None:
    look.choose(appearance="light", scale=scale, language="en", reduce_motion=True)
    desk = make(size=size)
    desk.press("U")
    QApplication.processEvents()
    assert (desk.window.width(), desk.window.height()) == size
    room = desk.screen.rect()
    for widget in (*focusable(desk.panel), *focusable(desk.screen.tasks)):
        left = widget.mapTo(desk.screen, widget.rect().topLeft()).x()
        assert left >= 0, widget
        assert left + widget.width() <= room.width(), (widget.accessibleName(), left, widget.width())
    foot = desk.panel.foot
    assert foot.mapTo(desk.screen, foot.rect().bottomLeft()).y() <= room.height()
    card = desk.panel.card
    assert card.visibleRegion().boundingRect().height() > 0


def test_a_long_rubric_has_widgets_only_for_what_is_in_view(make: Make) -> None:
    criteria = [
        {
            "id": f"c{i}",
            "text": f"Statement {i} " + "and more words " * (i % 7),
            "kind": "binary",
            "points": 1,
        }
        for i in range(361)
    ]
    desk = make(tasks=with_criteria(criteria))
    assert len(desk.panel.findChildren(CriterionRow)) < 40
    for at in (180, 360, 0, 17):
        desk.panel.go_to(ResponseId("r1"), CriterionId(f"c{at}"))
        QApplication.processEvents()
        card, view = desk.panel.card, desk.panel.list.viewport()
        top = card.mapTo(view, card.rect().topLeft()).y()
        assert top >= 0
        assert top + card.height() <= view.height()


def test_the_sum_under_the_score_is_the_score(make: Make) -> None:
    """PRBench counts from the worst sum there is; a line that says otherwise looks like a mistake."""
    tasks = with_criteria(
        [{"id": "a", "text": "Good", "points": 6}, {"id": "b", "text": "Bad", "points": -4}]
    )
    desk = make(tasks=tasks, scoring={"policy": "prbench_norm", "version": 1})
    desk.press("Y")
    desk.settle()
    said = [label.text() for label in desk.panel.head.findChildren(QLabel)]
    assert "(6 + 4) ÷ 10 possible · policy prbench_norm 1" in said


def test_a_comment_right_after_an_answer_belongs_to_it(make: Make, look: ThemeHolder) -> None:
    """While the answer breathes its criterion is still the one on the screen."""
    look.choose(appearance="light", scale=1.0, language="en", reduce_motion=False)
    desk = make()
    first = desk.criterion
    desk.press("Y", "C")
    desk.write("seen")
    desk.press("Esc")
    desk.settle()
    assert first is not None
    assert desk.stored("t1", first).comment == "seen"
