"""What is drawn before it is seen looks as it does when it is painted anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from grading_desk import GradingDesk
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.domain.ids import CriterionId, ResponseId
from app.domain.review import IDEAL_TEXT, rating_path, span_path, verdict_path
from tests.workspaces import task_json
from ui.panels.rubric.texts import Texts
from ui.theme.apply import ThemeHolder
from ui.widgets.rows import RowData, RowList
from ui.widgets.surface import Surface

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
