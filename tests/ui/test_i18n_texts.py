"""Texts and formats in three languages, and the check that keeps the catalogs whole."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtWidgets import QApplication, QDialogButtonBox
from pytestqt.qtbot import QtBot

from app.errors import TrustError
from app.i18n import Translator, closest_language, fields, fill, read_catalog
from app.paths import resources
from app.wire.bundle import read
from ui import i18n
from ui.problems import words_of
from ui.theme.apply import ThemeHolder

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)


@pytest.fixture
def speak(look: ThemeHolder, qapp: QApplication) -> Callable[[str], None]:
    return lambda language: i18n.use(Translator(language, resources() / "translations"), qapp)


@pytest.fixture
def checker() -> ModuleType:
    path = ROOT / "packaging" / "check_translations.py"
    spec = importlib.util.spec_from_file_location("check_translations", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_fields_are_filled_once() -> None:
    assert fill("{a} and {b}", {"a": "{b}", "b": 2}) == "{b} and 2"
    assert fill("{a} stays", {}) == "{a} stays"
    assert fields("{n} of {total}") == {"n", "total"}


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("zh-Hant-HK", "zh_TW"),
        ("zh_TW.UTF-8", "zh_TW"),
        ("zh-Hans-CN", "zh_CN"),
        ("zh", "zh_CN"),
        ("de-AT", "en"),
    ],
)
def test_the_system_language_finds_the_closest_shipped_one(tag: str, language: str) -> None:
    assert closest_language(tag) == language
    assert i18n.chosen_language("system", [tag]) == language
    assert i18n.chosen_language("zh_TW", ["en"]) == "zh_TW"


def test_a_text_follows_the_language(speak: Callable[[str], None]) -> None:
    assert i18n.tr("Cancel") == "Cancel"
    speak("zh_TW")
    assert i18n.tr("Lock") == "鎖定"
    assert i18n.tr_later("A text without a translation {n}", n=3) == "A text without a translation 3"
    speak("zh_CN")
    assert i18n.tr("Lock") == "锁定"


def test_counts_have_two_forms_in_english(speak: Callable[[str], None]) -> None:
    assert i18n.trn("{n} task", "{n} tasks", 1) == "1 task"
    assert i18n.trn("{n} task", "{n} tasks", 1200) == "1,200 tasks"


def test_chinese_counts_take_the_second_form(tmp_path: Path) -> None:
    folder = tmp_path / "zh_TW"
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps({"{n} tasks": "{n} 題"}), encoding="utf-8")
    assert Translator("zh_TW", tmp_path).counted("{n} task", "{n} tasks", 1, {}) == "1 題"


def test_two_translations_of_a_text_are_refused(tmp_path: Path) -> None:
    for name, text in (("a.json", "甲"), ("b.json", "乙")):
        (tmp_path / name).write_text(json.dumps({"A": text}), encoding="utf-8")
    with pytest.raises(ValueError, match=r"b\.json"):
        read_catalog(tmp_path)


def test_qt_itself_speaks_the_language(speak: Callable[[str], None], qtbot: QtBot) -> None:
    speak("zh_TW")
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    assert box.button(QDialogButtonBox.StandardButton.Cancel).text() == "取消"


def test_numbers(speak: Callable[[str], None]) -> None:
    assert i18n.number(1234.5) == "1,234.5"
    assert i18n.percent(0.62) == "62\u00a0%"
    assert i18n.percent(0.6249, 1) == "62.5\u00a0%"
    assert [i18n.points(x) for x in (5, -8, 1.5, 0, -0.25)] == ["+5", "−8", "+1.5", "0", "−0.25"]
    assert i18n.size_of(1_400_000) == "1.4 MB"
    assert i18n.size_of(274) == "274 bytes"


def test_durations(speak: Callable[[str], None]) -> None:
    assert i18n.duration(6600) == "1 h 50 min"
    assert i18n.duration(7200) == "2 h"
    assert i18n.duration(402, with_seconds=True) == "6 min 42 s"
    assert i18n.duration(12, with_seconds=True) == "12 s"
    assert i18n.duration(12) == "1 min"
    assert i18n.duration(0) == "0 min"
    speak("zh_TW")
    assert i18n.duration(6600) == "1 小時 50 分"


def test_days(speak: Callable[[str], None]) -> None:
    days = {
        0: "Today",
        -1: "Yesterday",
        1: "Tomorrow",
        3: "Saturday",
        20: "8 December",
        400: "23 December 2027",
    }
    assert {n: i18n.day(NOW + timedelta(days=n), NOW) for n in days} == days
    local = NOW.astimezone().strftime("%H:%M")
    assert i18n.moment(NOW, NOW) == f"Today {local}"
    assert i18n.moment(NOW + timedelta(days=20), NOW) == "8 December"
    speak("zh_TW")
    assert i18n.day(NOW + timedelta(days=20), NOW) == "12月8日"
    assert i18n.day(NOW + timedelta(days=3), NOW) == "星期六"
    assert "2026" in i18n.full_moment(NOW)


def test_the_scanner_finds_every_kind_of_text(checker: ModuleType) -> None:
    source = (
        'tr("a {n}", n=1)\ntrn("one", "many", 2)\nmark("b")\n'
        'raise InputError("x.y", "c", hint="d")\nCommand("id", "e", (), "f", E)\n'
    )
    assert set(checker.texts_of(source, "x.py")) == {"a {n}", "many", "b", "c", "d", "e", "f"}


def test_a_text_that_is_not_a_literal_is_refused(checker: ModuleType) -> None:
    with pytest.raises(checker.NotLiteral, match=r"x\.py:1"):
        list(checker.texts_of("tr(word)", "x.py"))


def test_the_check_names_what_is_missing_stale_or_different(checker: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "ui").mkdir()
    (tmp_path / "ui" / "a.py").write_text('tr("A {n}", n=1)\ntr("B")\n', encoding="utf-8")
    for language in ("zh_TW", "zh_CN"):
        folder = tmp_path / "resources" / "translations" / language
        folder.mkdir(parents=True)
        (folder / "a.json").write_text(json.dumps({"A {n}": "甲", "C": "丙"}), encoding="utf-8")
    found = checker.problems(tmp_path)
    assert [line for line in found if line.startswith("zh_TW")] == [
        "zh_TW: missing 'B' (ui/a.py)",
        "zh_TW: other fields in 'A {n}'",
        "zh_TW: stale 'C'",
    ]


def test_the_check_names_a_second_word_for_one_idea(checker: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "ui").mkdir()
    texts = {
        "Submit the highlight": "送出標記",
        "Send the task": "送出任務",
        "Submit, then send": "先提交再送出",
        "Signed": "已簽署",
    }
    (tmp_path / "ui" / "a.py").write_text("".join(f"tr({t!r})\n" for t in texts), encoding="utf-8")
    for language, said in (("zh_TW", texts), ("zh_CN", dict.fromkeys(texts, "好"))):
        folder = tmp_path / "resources" / "translations" / language
        folder.mkdir(parents=True)
        (folder / "a.json").write_text(json.dumps(said), encoding="utf-8")
    assert checker.problems(tmp_path) == [
        "zh_TW: “標記” for “標示” in 'Submit the highlight'",
        "zh_TW: “簽署” for “簽章” in 'Signed'",
        "zh_TW: “送出” for “提交” in 'Submit the highlight'",
    ]


def test_sentences_stand_side_by_side_as_the_language_has_it() -> None:
    for language, said in (("en", "One. Two."), ("zh_TW", "One.Two.")):
        i18n.use(Translator(language, resources() / "translations"))
        assert i18n.sentences("One.", "", "Two.") == said
    assert i18n.size_of(274) == "274 位元組"


def test_the_check_runs_as_a_program() -> None:
    program = ROOT / "packaging" / "check_translations.py"
    done = subprocess.run(
        [sys.executable, str(program), "--missing", "zh_TW"], capture_output=True, text=True, check=True
    )
    assert isinstance(json.loads(done.stdout), dict)


def test_the_scanner_follows_constants_tables_and_helpers(checker: ModuleType) -> None:
    source = (
        'from x import ELSEWHERE\nSAFE = "Safe."\nTABLE = {"a": ("one", "two"), "b": ("three", "four")}\n'
        "def bad(code, message):\n    return InputError(code, message, hint=SAFE)\n"
        'raise bad("x.y", "said")\nraise StorageError(c, TABLE[c][0], hint=f"{SAFE} Wait.")\n'
        "raise InputError(c, exc.template, hint=ELSEWHERE)\n"
    )
    found = set(checker.texts_of(source, "x.py"))
    assert found == {"Safe.", "said", "one", "two", "three", "four", "Safe. Wait."}


def test_an_error_whose_text_cannot_be_found_is_refused(checker: ModuleType) -> None:
    with pytest.raises(checker.NotLiteral, match=r"x\.py:1"):
        list(checker.texts_of('raise InputError("x.y", f"{n} of them")', "x.py"))


def test_the_scanner_finds_what_a_lab_refuses_with(checker: ModuleType) -> None:
    source = (
        "from lab.problems import Refusal\n"
        'def no(code, message):\n    return Refusal(401, code, message)\nno("x.y", "said")\n'
        'raise Refusal(404, "x.z", "gone", hint="Wait.")\n'
        "raise Refusal(404, found.code, found.title, hint=mark('Ask.'))\n"
    )
    assert set(checker.texts_of(source, "x.py")) == {"said", "gone", "Wait.", "Ask."}
    assert set(checker.texts_of(source.partition("\n")[2], "x.py")) == {"Ask."}, "another thing of this name"


def test_what_is_wrong_with_a_bundle_is_said_in_the_language(speak: Callable[[str], None]) -> None:
    with pytest.raises(TrustError) as found:
        read(b"no zip", lambda document: pytest.fail("nothing to verify"))
    assert found.value.message == "This bundle cannot be trusted: It is no whole zip file."
    speak("zh_CN")
    words = words_of(found.value)
    assert "zip 文件" in words.message
    assert "It is" not in words.message


def test_the_scanner_finds_why_a_record_is_skipped(checker: ModuleType) -> None:
    code = 'def f(n):\n    raise Unfit("step {n} has no text", n=n)\n'
    assert list(checker.texts_of(code, "x.py")) == ["step {n} has no text"]
    with pytest.raises(checker.NotLiteral):
        list(checker.texts_of('raise Unfit(f"step {n} has no text")', "x.py"))
