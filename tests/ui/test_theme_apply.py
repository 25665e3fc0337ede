"""The theme on a running application."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QFontDatabase, QFontInfo, QTextLayout
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.paths import resources
from ui.theme.apply import ThemeHolder
from ui.theme.fonts import (
    EMOJI,
    cjk_families,
    interface_families,
    load_fonts,
    mono_families,
    plain_font,
    reading_families,
)
from ui.theme.icons import Icons
from ui.widgets.text import IconLabel, Label

ROOT = Path(__file__).resolve().parents[2]


def test_a_change_of_theme_reaches_what_is_shown(look: ThemeHolder, qtbot: QtBot) -> None:
    label = Label(look, "Batches", role="title", tone="good")
    icon = IconLabel(look, "check", "good", 16)
    for widget in (label, icon):
        qtbot.addWidget(widget)
        widget.show()
    light, small = label.palette().windowText().color().name(), label.fontInfo().pixelSize()
    pixels = icon.pixmap().toImage()
    with qtbot.waitSignal(look.changed):
        look.choose(appearance="dark", scale=2.0, language="en", reduce_motion=True)
    assert label.palette().windowText().color().name() != light
    assert label.fontInfo().pixelSize() == 2 * small
    assert icon.width() == 32
    assert icon.pixmap().toImage() != pixels


def test_the_same_choice_again_changes_nothing(look: ThemeHolder, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(look.changed):
        look.choose(appearance="light", scale=1.0, language="en", reduce_motion=True)


def test_less_motion_means_none(look: ThemeHolder) -> None:
    assert look.theme.motion.breath == 0


@pytest.mark.parametrize("family", ["Inter", "Source Serif 4", "JetBrains Mono"])
def test_the_shipped_faces_load(look: ThemeHolder, family: str) -> None:
    assert family in QFontDatabase.families()


def test_the_interface_is_set_in_inter(look: ThemeHolder, qapp: QApplication) -> None:
    assert QFontInfo(qapp.font()).family() == "Inter"


@pytest.mark.parametrize(
    "families", [reading_families("en"), mono_families("en"), interface_families("zh_TW")]
)
@pytest.mark.parametrize("text", ["✅", "❌", "🚨", "🩺", "🧪", "🙂", "👍🏽", "👩‍⚕️", "🇹🇼"])
def test_emoji_have_their_pictures_where_the_system_brings_none(
    look: ThemeHolder, families: list[str], text: str
) -> None:
    layout = QTextLayout(text, plain_font(families, 16))
    layout.beginLayout()
    layout.createLine().setLineWidth(400)
    layout.endLayout()
    glyphs = [index for run in layout.glyphRuns() for index in run.glyphIndexes()]
    assert glyphs
    assert all(glyphs), "glyph 0 is a box"


def test_the_systems_emoji_go_before_ours(look: ThemeHolder) -> None:
    assert EMOJI not in load_fonts(resources() / "fonts", lambda name: name == "Apple Color Emoji")
    assert EMOJI in load_fonts(resources() / "fonts", lambda name: False)


def test_fonts_stay_under_eight_megabytes() -> None:
    assert sum(p.stat().st_size for p in (resources() / "fonts").iterdir()) < 8_000_000, (
        "four of them for Chinese in reports as PDF, one for emoji"
    )


def test_chinese_faces_follow_the_language_of_the_text() -> None:
    assert cjk_families("zh_TW")[0] == cjk_families("zh-Hant-HK")[0] == "Noto Sans CJK TC"
    assert cjk_families("zh-Hans")[0] == cjk_families("zh_CN")[0] == "Noto Sans CJK SC"
    assert reading_families("en")[0] == "Source Serif 4"
    assert reading_families("zh-TW")[0] == "Inter"
    assert mono_families("zh_CN")[1] == "Noto Sans Mono CJK SC"


def icon_names_in_code() -> set[str]:
    """Literals that stand where an icon is named: `icon=…`, and the icon argument of our widgets."""
    names: set[str] = set()
    places = {"IconLabel": 1, "IconButton": 1, "VerdictButton": 2, "Banner": 2, "Fact": 1}
    for path in (ROOT / "ui").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            found = [k.value for k in node.keywords if k.arg == "icon"]
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            at = {"pixmap": 0, "icon": 0, "set_icon": 0}.get(called, places.get(called))
            if at is not None and len(node.args) > at:
                found.append(node.args[at])
            names.update(x.value for x in found if isinstance(x, ast.Constant) and isinstance(x.value, str))
    return names - {""}


def test_every_icon_named_in_the_code_ships() -> None:
    shipped = {p.stem for p in (resources() / "icons").glob("*.svg")}
    names = icon_names_in_code()
    assert names
    assert names <= shipped


def test_every_shipped_icon_draws_in_the_colour_asked_for(qapp: QApplication) -> None:
    icons = Icons(resources() / "icons")
    for path in (resources() / "icons").glob("*.svg"):
        image = icons.pixmap(path.stem, "#A5380F", 24, 2.0).toImage()
        assert image.width() == 48
        inks = {
            image.pixelColor(x, y).name().upper()
            for x in range(48)
            for y in range(48)
            if image.pixelColor(x, y).alpha() == 255
        }
        assert inks == {"#A5380F"}, path.stem


def test_an_icon_that_does_not_ship_is_an_error(qapp: QApplication) -> None:
    with pytest.raises(KeyError):
        Icons(resources() / "icons").pixmap("no-such-icon", "#000000", 16)


def test_qt_calls_do_not_lose_references_to_none(look: ThemeHolder, qtbot: QtBot) -> None:
    """PySide6 6.12 on Python 3.11 drops one reference of None a call and aborts after some 4,000."""
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for _ in range(1000):
        widget.setWindowTitle("a")
    assert sys.getrefcount(None) > before - 500


@pytest.mark.parametrize("role", ["body", "criterion", "code", "title"])
def test_words_are_shown_as_they_were_written(look: ThemeHolder, role: str) -> None:
    """Inter's alternates would show a hexadecimal number as a product and `->` as an arrow."""

    def drawn(text: str, *, apart: bool) -> list[int]:
        """The glyphs of a text; apart: each character by itself, where nothing can stand for two."""
        found: list[int] = []
        for piece in text if apart else [text]:
            layout = QTextLayout(piece, look.font(role))
            layout.beginLayout()
            layout.createLine()
            layout.endLayout()
            found += [glyph for run in layout.glyphRuns() for glyph in run.glyphIndexes()]
        return found

    for text in ("0x1F", "a->b", "10x3", "<-c"):
        assert drawn(text, apart=False) == drawn(text, apart=True)
