"""Font families by language, and fonts by type role.

Latin faces ship with the program (resources/fonts); CJK faces come from the system, and so do emoji where it has
any: else there are plain ones. The order of the CJK families matters: with the wrong one first, Chinese text shows
Japanese glyphs.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase

from ui.theme.tokens import TYPE, Theme, is_cjk

SANS = "Inter"
SERIF = "Source Serif 4"
MONO = "JetBrains Mono"

EMOJI = "Noto Emoji"
SYSTEM_EMOJI = (
    "Noto Color Emoji", "Apple Color Emoji", "Segoe UI Emoji", "Twitter Color Emoji", "Twemoji", "JoyPixels",
    "OpenMoji", "Blobmoji",
)  # fmt: skip
"""Faces of emoji that systems bring; in their colours they go before the shipped ones, which have none."""

_TC = ("Noto Sans CJK TC", "Microsoft JhengHei UI", "PingFang TC")
_SC = ("Noto Sans CJK SC", "Microsoft YaHei UI", "PingFang SC")
_JP = ("Noto Sans CJK JP", "Yu Gothic UI", "Hiragino Sans")
_KR = ("Noto Sans CJK KR", "Malgun Gothic", "Apple SD Gothic Neo")


def load_fonts(folder: Path, has_family: Callable[[str], bool] = QFontDatabase.hasFamily) -> tuple[str, ...]:
    """Give Qt the shipped faces, emoji only where the system has none (has_family); returns the families it found.
    Call once, after QApplication."""
    families: set[str] = set()
    emoji = any(map(has_family, SYSTEM_EMOJI))
    for path in sorted(folder.iterdir()):
        if path.suffix in (".ttf", ".otf") and not (emoji and path.name.startswith("NotoEmoji")):
            families.update(
                QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(path)))
            )
    return tuple(sorted(families))


@cache
def emoji_family() -> str:
    """The face of emoji in use, once the shipped ones are loaded; empty where there is none."""
    return next((family for family in (*SYSTEM_EMOJI, EMOJI) if QFontDatabase.hasFamily(family)), "")


def cjk_families(language: str) -> tuple[str, ...]:
    """CJK families, best first, for a language as BCP 47 (`zh-Hans`) or Qt's name (`zh_CN`)."""
    tag = language.replace("-", "_").lower()
    if tag.startswith("ja"):
        return _JP
    if tag.startswith("ko"):
        return _KR
    if tag.startswith(("zh_cn", "zh_sg", "zh_hans")):
        return _SC
    return _TC


def interface_families(language: str) -> list[str]:
    return [SANS, *cjk_families(language)]


def reading_families(content_language: str) -> list[str]:
    """The face of an answer: a book face for Latin text; CJK text in sans (a serif is thin at 1×)."""
    first = SANS if is_cjk(content_language) else SERIF
    return [first, *cjk_families(content_language)]


def mono_families(content_language: str) -> list[str]:
    script = cjk_families(content_language)[0].removeprefix("Noto Sans CJK ")
    return [MONO, f"Noto Sans Mono CJK {script}", *cjk_families(content_language)]


def plain_font(families: list[str], px: int, weight: int = 400, *, figures: bool = False) -> QFont:
    """A font without hinting (13 px Inter turns uneven with it); figures = tabular ones.

    Words are shown as they were written: alternates of Inter and of the code face would turn `0x1F` into `0×1F` and
    `->` into an arrow. The book face has none; what it falls back to (Arabic) keeps its own.
    """
    font = QFont()
    font.setFamilies(families)
    font.setPixelSize(px)
    font.setWeight(QFont.Weight(weight))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if families[0] in (SANS, MONO):
        font.setFeature(QFont.Tag("calt"), 0)
    if figures:
        font.setFeature(QFont.Tag("tnum"), 1)
    return font


def role_font(theme: Theme, role: str, *, weight: int | None = None, figures: bool = False) -> QFont:
    """The font of an interface type role at the person's text size."""
    kind = TYPE[role]
    mono = role.startswith("code")
    families = mono_families(theme.language) if mono else interface_families(theme.language)
    return plain_font(families, theme.px(kind.px), weight or kind.weight, figures=figures)
