"""What Authoring says of a task is what is so, in sentences of the chosen language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.domain.ids import CriterionId
from app.domain.rubric import Criterion
from app.i18n import Translator
from app.paths import resources
from tests.keyboard import press, write
from tests.ui.authoring_stage import Stage, opened, whole
from tests.workspaces import make_session
from ui import i18n
from ui.problems import words_of
from ui.theme.apply import ThemeHolder


@pytest.fixture
def stage(tmp_path: Path, look: ThemeHolder, qtbot: QtBot) -> Iterator[Stage]:
    made = Stage(make_session(tmp_path, threaded=True), look, qtbot)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "The ideal answer is empty. The task is not whole yet. It is kept as a draft."),
        ("zh_TW", "理想回答是空的。任務尚不完整，內容已存為草稿。"),
        ("zh_CN", "理想回答是空的。任务尚不完整，内容已存为草稿。"),
    ],
)
def test_what_is_missing_is_a_sentence(stage: Stage, language: str, said: str) -> None:
    opened(stage, replace(whole(stage.session), ideal=" "))
    stage.run("send-draft")
    stage.settle()
    i18n.use(Translator(language, resources() / "translations"))
    assert words_of(stage.went.problems[-1]).both == said


def test_the_bar_follows_the_title_that_is_typed(stage: Stage) -> None:
    press("Return")
    assert stage.screen.crumbs()[-1].text == "Task without a title"
    for typed, title in (("Wasp", "Wasp"), (" sting", "Wasp sting")):
        stage.went.places.clear()
        write(typed)
        assert stage.went.places == [], "not at every key"
        stage.settle()
        assert stage.went.places == [("bar",)]
        assert stage.screen.crumbs()[-1].text == title
    press("Tab")
    write("Medicine")
    stage.settle()
    assert stage.went.places == [("bar",)], "other fields are no title"


OWN_EYES = "Plain names like “Maria Rossi” are not recognised: look for them yourself before it leaves."


def state(stage: Stage) -> str:
    stage.checked()
    return stage.screen.page.before._state.text()


def test_what_was_not_recognised_is_not_said_to_be_absent(stage: Stage) -> None:
    opened(stage, replace(whole(stage.session), layman="My ex Maria Rossi owes me money."))
    assert state(stage) == (
        "Nothing is missing. No date, number or address was recognised, and no name beside a word such as “Dr” or"
        f" “patient”. {OWN_EYES}"
    )


def test_what_was_waved_through_is_said_and_counted(stage: Stage) -> None:
    opened(
        stage, replace(whole(stage.session), ideal="Ask Dr. Jane Roe. Call 0912 345 678, or Dr. Jane Roe.")
    )
    assert "3 places may name a person" in state(stage)
    stage.run("next-check", "names-nobody")
    assert "1 place may name a person" in state(stage)
    stage.run("next-check", "names-nobody")
    assert state(stage) == (
        "Nothing is missing. Of 3 places that may name a person you said that they name nobody. " + OWN_EYES
    )
    field = stage.screen.page.ideal
    field.setFocus()
    field.selectAll()
    write("Call 0912 345 678.")
    assert "Of 1 place that may name a person you said that it names nobody." in state(stage)


def test_a_criterion_said_twice_gets_advice_in_a_sentence(stage: Stage) -> None:
    first, second = (
        Criterion(CriterionId(f"c{n}"), f"{verb} the exceptions of Art. 12 and their limits")
        for n, verb in ((1, "Names"), (2, "States"))
    )
    opened(stage, replace(whole(stage.session), criteria=(first, second)))
    said = stage.screen.page.rubric.editors[1].doubts.accessibleName()
    assert said == "It says much the same as criterion 1. Keep one of them, or say what sets them apart."
