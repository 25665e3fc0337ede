"""Errors speak the person's language: templates keep their fields, params and inner errors are put in."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.domain.ids import CriterionId
from app.domain.rubric import Criterion, Kind
from app.domain.verdict import check_value
from app.errors import AssayError, InputError
from app.formats import registry
from app.i18n import LANGUAGES, Translator, fields
from app.paths import resources
from app.storage.driver import problem
from app.wire import jsonio
from app.wire.signatures import members
from ui import i18n
from ui.problems import words_of
from ui.theme.apply import ThemeHolder

CATALOGS = sorted(
    path
    for language in LANGUAGES[1:]
    for path in (resources() / "translations" / language).glob("errors_*.json")
)
COMMAND = re.compile(r"`[^`]+`|--[a-z-]+|https?://[a-z.]*[a-z]")


@pytest.fixture
def taiwan(look: ThemeHolder, qapp: QApplication) -> None:
    i18n.use(Translator("zh_TW", resources() / "translations"), qapp)


@pytest.mark.parametrize("path", CATALOGS, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_translated_errors_keep_their_fields_and_commands(path: Path) -> None:
    for source, text in json.loads(path.read_text(encoding="utf-8")).items():
        assert fields(text) == fields(source), source
        assert set(COMMAND.findall(text)) == set(COMMAND.findall(source)), source


@pytest.mark.parametrize("path", CATALOGS, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_chinese_is_set_in_its_own_punctuation(path: Path) -> None:
    quotes = "“”" if path.parent.name == "zh_TW" else "「」"
    for text in json.loads(path.read_text(encoding="utf-8")).values():
        assert not re.search(r"[\u4e00-\u9fff][,.;:?!()]|[,;:?!()][\u4e00-\u9fff]", text), text
        assert not set(quotes) & set(text), text


def test_an_error_with_params_is_said_in_chinese(taiwan: None) -> None:
    error = InputError("task.unknown", "There is no task “{id}” in this workspace.", params={"id": "{n}"})
    assert words_of(error).message == "此工作區沒有任務「{n}」。"


def test_an_error_from_a_table_brings_its_hint(taiwan: None) -> None:
    words = words_of(problem("storage.disk_full"))
    assert words.message == "磁碟已滿。"
    assert words.hint == "先前儲存的內容都是安全的。請騰出一些空間後再試一次。"


def test_an_error_inside_another_is_said_in_chinese_too(taiwan: None) -> None:
    with pytest.raises(AssayError) as caught:
        members(b"[" * (jsonio.MAX_DEPTH + 1) + b"]" * (jsonio.MAX_DEPTH + 1))
    assert words_of(caught.value).message == "這不是已簽章的文件：巢狀超過 64 層。"
    assert caught.value.message == "It is no signed document: Nested more than 64 levels deep."


def test_what_would_be_an_answer_is_said_in_the_persons_language(taiwan: None) -> None:
    criterion = Criterion(CriterionId("c1"), "How many?", kind=Kind.COUNT)
    with pytest.raises(InputError) as caught:
        check_value(criterion, -1)
    assert str(caught.value) == (
        "“-1” is no answer to criterion “c1”: a whole number from 0 to 10000, or not_applicable, cannot_judge."
    )
    assert words_of(caught.value).message == (
        "「-1」不能作為評分項目「c1」的評定：應為 0 到 10000 的整數，或 not_applicable, cannot_judge。"
    )


def test_why_a_record_was_skipped_is_said_in_the_persons_language(taiwan: None, tmp_path: Path) -> None:
    file = tmp_path / "tasks.jsonl"
    rubrics = [{"criterion": "Names the dose", "points": True}]
    record = {"prompt": [{"role": "user", "content": "Q"}], "rubrics": rubrics, "ideal_completions_data": {}}
    file.write_text(json.dumps(record) + "\n{broken\n", encoding="utf-8")
    reading = registry.read("healthbench", file)
    assert list(reading) == []
    points, broken = reading.skipped
    assert points.reason == "the points of criterion 1 is no number"
    assert words_of(points.error).message == "第 1 個評分項目的分數不是數字"
    assert words_of(broken.error).message.startswith("它不是有效的 JSON（")
    whole = InputError(
        "import.empty", "Not one record of the file became a task: {reason}.", params={"reason": points.error}
    )
    assert words_of(whole).message == "檔案中沒有任何一筆能成為任務：第 1 個評分項目的分數不是數字。"
