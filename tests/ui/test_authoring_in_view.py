"""What one writes in is whole and in view: when advice comes late, in little height, while it grows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from app.domain.ids import CriterionId
from app.domain.rubric import Criterion
from app.i18n import Translator
from app.paths import resources
from tests.keyboard import write
from tests.ui.authoring_stage import Stage, opened, whole
from tests.workspaces import make_session
from ui import i18n
from ui.theme.apply import ThemeHolder

HEAD_AND_STATUS = 86
"""Of the window's height, what the shell's bars take at 100 %."""
SIX = tuple(
    Criterion(CriterionId(f"c{n}"), f"Names {what}", points=2)
    for n, what in enumerate(("aspirin", "bleeding", "coughs", "diets", "exercise", "fever"), 1)
)
Make = Callable[[float, str], Stage]


@pytest.fixture
def make(tmp_path: Path, look: ThemeHolder, qtbot: QtBot) -> Iterator[Make]:
    stages: list[Stage] = []

    def made(scale: float, language: str) -> Stage:
        i18n.use(Translator(language, resources() / "translations"))
        look.choose(appearance="light", scale=scale, language=language, reduce_motion=True)
        stage = Stage(make_session(tmp_path, threaded=True), look, qtbot)
        stages.append(stage)
        stage.window.setMinimumSize(1, 1)
        stage.window.resize(1366, 768 - round(HEAD_AND_STATUS * scale))
        settle()
        return stage

    yield made
    for stage in stages:
        stage.close()


def settle() -> None:
    for _ in range(6):
        QApplication.processEvents()


def seen(stage: Stage, part: QWidget) -> bool:
    """All of it, in what is seen of the form."""
    view = stage.screen.page._form.viewport()
    return part.isVisible() and view.rect().contains(QRect(part.mapTo(view, QPoint(0, 0)), part.size()))


def test_late_advice_leaves_the_criterion_one_writes_in_where_it_is_seen(make: Make) -> None:
    stage = make(1.0, "en")
    opened(stage, replace(whole(stage.session), criteria=SIX))
    editor = stage.screen.page.rubric.editors[-1]
    stage.screen.page.go_to("c6")
    write("Gives appropriate advice and explains it ")
    for one in SIX[:5]:
        stage.presenter.set_criterion(one.id, text=f"{one.text} as appropriate, and explains it")
    settle()
    assert seen(stage, editor)
    before = editor.y()
    stage.checked()
    settle()
    assert editor.y() > before, "advice came above it"
    assert editor.doubts.isVisible()
    assert seen(stage, editor)


def test_who_scrolled_away_is_left_there(make: Make) -> None:
    stage = make(1.0, "en")
    opened(stage, replace(whole(stage.session), criteria=SIX))
    page = stage.screen.page
    page.go_to("c6")
    settle()
    bar = page._form.verticalScrollBar()
    bar.setValue(0)
    settle()
    stage.presenter.set_criterion("c1", text="Gives appropriate advice")
    stage.checked()
    settle()
    assert bar.value() == 0
    write("x")
    settle()
    assert seen(stage, page.rubric.editors[-1])


@pytest.mark.parametrize("language", ["en", "zh_TW"])
@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_the_field_one_writes_in_is_whole(make: Make, scale: float, language: str) -> None:
    stage = make(scale, language)
    opened(stage, replace(whole(stage.session), layman="I am Ada Brown, phone 0912 345 678.", title=""))
    page = stage.screen.page
    for where in ("title", "field", "layman", "professional", "c1", "c2", "ideal"):
        page.go_to(where)
        write("x")
        stage.checked()
        settle()
        now = QApplication.focusWidget()
        assert now is not None
        assert seen(stage, now), where
    first = page.before.clears[0]
    first.setFocus()
    settle()
    assert seen(stage, first) or page._checks.isVisible()


def test_a_field_taller_than_the_room_shows_the_line_one_writes(make: Make) -> None:
    stage = make(2.0, "en")
    opened(stage, whole(stage.session, looked_at=frozenset()))
    page = stage.screen.page
    page.go_to("ideal")
    for _ in range(14):
        page.ideal.appendPlainText("Adrenaline")
        page.ideal.moveCursor(page.ideal.textCursor().MoveOperation.End)
        settle()
    assert page.ideal.height() > page._form.viewport().height()
    assert caret_seen(stage, page.ideal)
    page.ideal.moveCursor(page.ideal.textCursor().MoveOperation.Start)
    settle()
    assert caret_seen(stage, page.ideal)


def caret_seen(stage: Stage, field: QPlainTextEdit) -> bool:
    view = stage.screen.page._form.viewport()
    caret = field.cursorRect()
    return view.rect().contains(QRect(field.viewport().mapTo(view, caret.topLeft()), caret.size()))


def test_another_size_of_text_moves_the_card_with_what_it_says(make: Make, look: ThemeHolder) -> None:
    stage = make(1.0, "en")
    opened(stage, replace(whole(stage.session), ideal=""))
    page = stage.screen.page
    assert page._checks.isAncestorOf(page.before)
    for scale, holder in ((2.0, page._form), (1.0, page._checks)):
        look.choose(appearance="light", scale=scale, language="en", reduce_motion=True)
        settle()
        assert holder.isAncestorOf(page.before)
        assert page.before.isVisible()
        assert page._checks.isVisible() == (holder is page._checks)
    stage.run("next-check")
    assert page.ideal.hasFocus()
