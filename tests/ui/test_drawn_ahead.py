"""What is drawn before it is seen looks as it does when it is painted anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from grading_desk import GradingDesk
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.domain.controls import Control
from app.domain.ids import CriterionId, ResponseId
from app.domain.questions import Panel
from app.domain.review import IDEAL_TEXT, rating_path, span_path, verdict_path
from tests.workspaces import task_json
from ui.jobs import Jobs
from ui.panels.asking.rest import RestRow
from ui.panels.asking.words import RestState
from ui.panels.reading.supply import Supply
from ui.panels.rubric.texts import Texts
from ui.theme.apply import ThemeHolder
from ui.widgets.drawn import TextLine
from ui.widgets.rows import RowData, RowList
from ui.widgets.surface import Surface
from ui.widgets.text import Paragraph

QUESTIONS: dict[str, Any] = {
    "ratings": {
        "attributes": [{"id": "clear", "text": "How clear is it?"}, {"id": "kind", "text": "How kind?"}]
    },
    "safety": {},
    "spans": {"labels": [{"id": "wrong", "text": "Wrong"}]},
    "ideal": {},
}
TASKS = [
    task_json(n, responses=1, criteria=4, panels=["rubric", *QUESTIONS], questions=QUESTIONS)
    for n in (1, 2, 3)
]
FIRST = ResponseId("r1")


def seen(widget: QWidget) -> QImage:
    return widget.grab().toImage()


@pytest.mark.parametrize(("appearance", "scale"), [("light", 1.0), ("dark", 1.5)])
def test_a_task_looks_the_same_drawn_ahead(
    look: ThemeHolder,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    appearance: str,
    scale: float,
) -> None:
    look.choose(appearance=appearance, scale=scale, language="en", reduce_motion=True)
    desk = GradingDesk(look, qtbot, tmp_path, tasks=TASKS)
    screen = desk.screen
    desk.open("t2")
    desk.presenter.edit(
        {
            **{verdict_path(FIRST, CriterionId(c)): m for c, m in (("c1", "met"), ("c2", "not_met"))},
            rating_path(FIRST, "clear"): 4,
            IDEAL_TEXT: "Call for help.\nThen wait.",
            span_path(FIRST, "s1", "start"): 0,
            span_path(FIRST, "s1", "end"): 6,
            span_path(FIRST, "s1", "quote"): TASKS[1]["responses"][0]["text"][:6],
            span_path(FIRST, "s1", "label"): "wrong",
        }
    )
    desk.settle()
    desk.open("t1")
    screen.writing.open()
    pool = screen.reading.pool
    following = TASKS[1]["responses"][0]["text"]
    qtbot.waitUntil(lambda: not pool.preparing and any(page.text == following for page in pool._pages))
    qtbot.waitUntil(lambda: screen.writing.editor._spare.toPlainText() == "Call for help.\nThen wait.")
    copied: list[object] = []
    drawn = Texts.drawn

    def counted(texts: Texts, state: object, *size: Any) -> Any:
        found = drawn(texts, state, *size)
        copied.extend([state] if found is not None else [])
        return found

    monkeypatch.setattr(Texts, "drawn", counted)
    desk.presenter.step_task(1)
    parts = (screen.panel, screen.reading, screen.tasks, screen.writing.editor)
    ahead = [seen(part) for part in parts]
    assert len(copied) >= 2, "nothing was copied"
    assert [seen(part) for part in parts] == ahead


def test_a_row_of_a_list_looks_the_same_drawn_ahead(look: ThemeHolder, qtbot: QtBot) -> None:
    rows, under = RowList(look, "Tasks"), Surface(look, "panel")
    under.body.add(rows)
    qtbot.addWidget(under)
    rows.set_source(9, lambda at: RowData(f"Task {at}", "Open", icon="clock", number=str(at + 1)))
    under.resize(220, 400)
    rows.set_current(0)
    rows.prepare(1, "panel")
    assert len(rows._delegate._ahead) == 2
    rows.set_current(1)
    ahead = seen(under)
    assert not rows._delegate._ahead
    assert seen(under) == ahead


LINE = "A pharmacist asks which of the two tablets should be taken with food, and when"


@pytest.mark.parametrize("appearance", ["light", "dark"])
@pytest.mark.parametrize(
    ("words", "elide"),
    [("746 words", False), ("746 words", True), (LINE, True), ("هل يؤخذ الدواء مع الطعام؟", True)],
)
def test_a_line_looks_the_same_drawn_ahead(
    look: ThemeHolder,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    appearance: str,
    words: str,
    elide: bool,
) -> None:
    look.choose(appearance=appearance, scale=1.0, language="en", reduce_motion=True)
    line, under = TextLine(look, "Before", role="second", tone="t2", elide=elide), Surface(look, "page")
    under.body.add(line)
    qtbot.addWidget(under)
    under.resize(200, 60)
    seen(under)
    line.prepare(words, "page")
    line.setText(words)
    with monkeypatch.context() as copying:
        copying.setattr(TextLine, "_draw", lambda *_: pytest.fail("it was painted anew"))
        ahead = seen(under)
        tip = line.toolTip()
    line._ahead = None
    assert seen(under) == ahead
    assert line.toolTip() == tip == (words if words == LINE else "")


def test_a_line_that_came_to_stand_otherwise_is_painted_anew(look: ThemeHolder, qtbot: QtBot) -> None:
    line, under = TextLine(look, "Before", role="second"), Surface(look, "page")
    under.body.add(line)
    qtbot.addWidget(under)
    under.resize(300, 60)
    seen(under)

    def painted(words: str, change: Callable[[], object]) -> QImage:
        line.prepare("After", "page")
        change()
        line.setText(words)
        kept = seen(under)
        line._ahead = None
        assert seen(under) == kept
        line.setText("Before")
        return kept

    plain = painted("After", lambda: None)
    assert painted("Other words", lambda: None) != plain
    assert painted("After", lambda: line.set_tone("warn")) != plain
    assert painted("After", lambda: under.resize(340, 80)).size() != plain.size()
    look.choose(appearance="dark", scale=1.0, language="en", reduce_motion=True)
    assert painted("After", lambda: None) != plain


def test_lines_of_a_paragraph_laid_out_ahead_are_those_of_its_words(look: ThemeHolder, qtbot: QtBot) -> None:
    said, under = Paragraph(look, "Before", role="second"), Surface(look, "page")
    under.body.add(said)
    qtbot.addWidget(under)
    under.resize(180, 200)
    seen(under)
    said.prepare(LINE)
    said.setText(LINE)
    high, ahead = said.heightForWidth(said.width()), seen(under)
    said._forget()
    assert (said.heightForWidth(said.width()), seen(under)) == (high, ahead)
    said.prepare("A")
    said.setText("B")
    assert said._laid is None or said._laid[1].text() == "B"


def test_a_row_asks_for_room_only_when_its_height_changes(look: ThemeHolder, qtbot: QtBot) -> None:
    desk = QWidget()
    texts = Texts(look, Supply(Jobs(desk)), desk)
    row, column = RestRow(look, texts), QVBoxLayout(desk)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(row)
    qtbot.addWidget(desk)
    control = Control(Panel.RATINGS, FIRST, "clear")

    def bound(text: str, width: int) -> int:
        row.bind(RestState(control, "1", text, "", "circle-dashed", "t2"))
        desk.resize(width, column.totalHeightForWidth(width))
        column.activate()
        assert row.height() >= row.heightForWidth(width)
        return row.height()

    short, long = bound("How clear?", 500), bound(LINE * 2, 500)
    assert long > short
    assert bound("How kind?", 500) == short
    assert bound(LINE * 2, 300) > long
