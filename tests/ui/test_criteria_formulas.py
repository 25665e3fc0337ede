"""Formulas in criteria: drawn in the line, in the room they need, while what is read stays where it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from tests.ui.grading_desk import GradingDesk
from tests.workspaces import task_json
from ui.panels.asking.rest import RestRow
from ui.panels.rubric.laying import Laid
from ui.panels.rubric.row import CriterionRow
from ui.theme.apply import ThemeHolder

FRACTION = r"The bound $\frac{\sum_{i=1}^{n} x_i^2}{\sqrt{1+\frac{a}{b}}}$ is derived"
SHORT = r"The rate is $\lambda$, as in $E=mc^2$"
WAIT_MS = 20_000

Make = Callable[..., GradingDesk]


@pytest.fixture
def make(look: ThemeHolder, qtbot: QtBot, tmp_path: Path) -> Make:
    def made(*texts: str, **more: Any) -> GradingDesk:
        return GradingDesk(look, qtbot, tmp_path, tasks=[asked(*texts)], **more)

    return made


def asked(*texts: str) -> dict[str, Any]:
    task = task_json(1, responses=1)
    task["rubric"]["criteria"] = [
        {"id": f"c{i}", "text": text, "kind": "binary", "points": 1} for i, text in enumerate(texts, 1)
    ]
    return task


def laid(desk: GradingDesk, text: str) -> list[Laid]:
    """Every layout of a text that is kept now."""
    return [one for key, one in desk.panel.texts._kept.items() if key[0] == text]


def row_of(desk: GradingDesk, number: int) -> CriterionRow:
    found = [r for r in desk.panel.findChildren(CriterionRow) if r.isVisible() and r.state is not None]
    return next(r for r in found if r.state is not None and r.state.entry.number == number)


def drawn(desk: GradingDesk, text: str, pictures: int = 1) -> None:
    """Wait until all layouts of a text have their pictures."""
    desk.qtbot.waitUntil(
        lambda: bool(laid(desk, text)) and all(len(one.pictures) == pictures for one in laid(desk, text)),
        timeout=WAIT_MS,
    )


def test_a_formula_is_drawn_in_its_row_and_in_the_card(make: Make) -> None:
    desk = make(FRACTION, FRACTION.replace("bound", "limit"))
    before = row_of(desk, 2).height()
    source = row_of(desk, 2).accessibleName()
    for text in (FRACTION, FRACTION.replace("bound", "limit")):
        drawn(desk, text)
    row = row_of(desk, 2)
    assert row.height() > before, "a fraction is higher than a line of text"
    assert row.accessibleName() == source
    assert "(√(1 + a/b))" in source
    assert "(√(1 + a/b))" in desk.panel.card._head.accessibleName()
    assert all(not one.waits for one in laid(desk, FRACTION))


def test_the_room_in_the_line_is_that_of_the_picture(make: Make) -> None:
    desk = make(SHORT, FRACTION)
    drawn(desk, FRACTION)
    drawn(desk, SHORT, pictures=2)
    theme = desk.panel._look.theme
    for one in laid(desk, SHORT):
        assert one.height % theme.line_px("criterion") == 0, "what fits into a line moves none"
    for one in laid(desk, FRACTION):
        (renderer, place), layout = one.pictures[0], one.layout
        line = layout.lineForTextPosition(layout.text().index("x"))
        assert (place.width(), place.height()) == pytest.approx(
            (renderer.viewBoxF().width(), renderer.viewBoxF().height())
        )
        assert place.bottom() <= one.height
        assert place.top() > -0.1
        after = line.cursorToX(layout.text().index("x") + 1)[0]
        assert after == pytest.approx(place.right(), abs=0.5)


def test_the_focused_criterion_stays_where_it_is(make: Make, look: ThemeHolder) -> None:
    texts = [FRACTION.replace("bound", f"bound {i}") for i in range(1, 21)]
    desk = make(*texts)
    drawn(desk, texts[0])
    desk.open("t1", "r1", "c12")
    card, view, bar = desk.panel.card, desk.panel.list.viewport(), desk.panel.list.verticalScrollBar()
    bar.setValue(bar.value() + 150)  # the middle of the view
    choose(look, appearance="dark")  # other ink: all formulas are drawn again
    assert not any(one.pictures for one in laid(desk, texts[12]))
    at, high = card.mapTo(view, card.rect().topLeft()).y(), row_of(desk, 11).height()
    assert 100 < at < view.height() - card.height() - 100
    for text in texts[8:14]:
        drawn(desk, text)
    assert row_of(desk, 11).height() > high
    assert card.mapTo(view, card.rect().topLeft()).y() == at


def test_formulas_wear_the_ink_and_the_size_of_the_text(make: Make, look: ThemeHolder) -> None:
    desk = make("Plain", FRACTION)
    drawn(desk, FRACTION)
    small = laid(desk, FRACTION)[0].pictures[0][1].height()
    for appearance, scale in (("dark", 1.0), ("hc-dark", 1.0), ("light", 2.0)):
        choose(look, appearance=appearance, scale=scale)
        drawn(desk, FRACTION)
        ink = look.theme.colour("t1").lower()
        assert ink in colours(laid(desk, FRACTION)[0])
    assert laid(desk, FRACTION)[0].pictures[0][1].height() > 1.5 * small


def test_what_cannot_be_drawn_stays_text(make: Make) -> None:
    unknown, money, long = r"Names \(\nosuchthing{x}\) first", "Costs $5 and $10", "$" + "x+" * 300 + "1$"
    desk = make(unknown, money, long, SHORT)
    drawn(desk, SHORT, pictures=2)
    for text in (unknown, money, long):
        assert not any(one.pictures for one in laid(desk, text))
    assert r"\nosuchthing" in laid(desk, unknown)[0].layout.text()


def test_the_next_task_is_laid_out_with_its_pictures(look: ThemeHolder, qtbot: QtBot, tmp_path: Path) -> None:
    tasks = [asked("Plain", "Plain too"), {**asked("Begin", FRACTION), "id": "t2"}]
    desk = GradingDesk(look, qtbot, tmp_path, tasks=tasks)
    drawn(desk, FRACTION)
    ahead = desk.panel.list._high.ahead
    assert ahead is not None
    desk.open("t2")
    assert row_of(desk, 2).height() == ahead.heights[1]


def test_what_else_is_asked_draws_its_formulas_too(look: ThemeHolder, qtbot: QtBot, tmp_path: Path) -> None:
    other = FRACTION.replace("bound", "limit")
    attributes = [{"id": "a", "text": FRACTION}, {"id": "b", "text": other}]
    task = task_json(
        1, responses=1, criteria=0, panels=["ratings"], questions={"ratings": {"attributes": attributes}}
    )
    desk = GradingDesk(look, qtbot, tmp_path, tasks=[task])
    for text in (FRACTION, other):
        drawn(desk, text)
    zone = desk.panel.tail.zone
    assert zone is not None
    row = next(r for r in zone.findChildren(RestRow) if r.isVisible())
    assert row.state is not None
    assert row.state.text == other
    need = laid(desk, other)[-1].height
    assert need > look.theme.line_px("criterion")
    assert row.height() >= need


def choose(look: ThemeHolder, *, appearance: str = "light", scale: float = 1.0) -> None:
    look.choose(appearance=appearance, scale=scale, language="en", reduce_motion=True)


def colours(one: Laid) -> set[str]:
    """The colours of its first formula."""
    renderer, place = one.pictures[0]
    image = QImage(round(place.width() + 1), round(place.height() + 1), QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
