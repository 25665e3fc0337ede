"""Texts, numbers, dates and durations in the person's language.

How to add a text: write `tr("Nothing here yet, {name}.", name=who)` and put the same English sentence with
its translation into one JSON file of each language: `resources/translations/zh_TW/<area>.json` and
`…/zh_CN/<area>.json`, one area a screen (`grading.json`, `desk.json`, …). The texts must be literals, so that
`packaging/check_translations.py` finds them. Counts: `trn("{n} task", "{n} tasks", n)`; only the second
form stands in the catalogs. A text kept in a table for later: `mark("Not started")`, then `tr_later(text)`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLibraryInfo, QLocale, QTranslator

from app.i18n import Translator, closest_language, mark

__all__ = [
    "MINUS", "NBSP", "chosen_language", "clock_time", "day", "duration", "full_moment", "language", "mark",
    "moment", "number", "percent", "points", "size_of", "tr", "tr_later", "trn", "use",
]  # fmt: skip

MINUS = "−"
NBSP = "\u00a0"

_in_force = [Translator("en", Path())]


def use(translator: Translator, app: QCoreApplication | None = None) -> None:
    """Speak this language from now on; with `app`, Qt's own dialogs too."""
    _in_force[:] = [translator]
    QLocale.setDefault(QLocale(translator.language))
    if app is not None:
        for old in app.findChildren(QTranslator, "qtbase"):
            app.removeTranslator(old)
            old.deleteLater()
        own = QTranslator(app)
        own.setObjectName("qtbase")
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if own.load(f"qtbase_{translator.language}", folder):
            app.installTranslator(own)


def language() -> str:
    """The language in force: `en`, `zh_TW` or `zh_CN`."""
    return _in_force[0].language


def tr(text: str, /, **params: object) -> str:
    """A literal English text in the person's language."""
    return tr_later(text, **params)


def trn(one: str, many: str, n: int, /, **params: object) -> str:
    """A literal English text with a count, `{n}` in both forms."""
    return _in_force[0].counted(one, many, n, {"n": number(n), **params})


def tr_later(text: str, /, **params: object) -> str:
    """A text that was marked elsewhere: a command's title, an error's template."""
    return _in_force[0].text(text, params)


def sentences(*texts: str) -> str:
    """Whole sentences one after the other; in Chinese there is no space between them. Empty ones are left out."""
    return ("" if language().startswith("zh") else " ").join(text for text in texts if text)


def chosen_language(setting: str, system: Iterable[str] = ()) -> str:
    """A setting (`system`, `en`, …) as a shipped language; the system's first wish decides."""
    if setting != "system":
        return setting
    wishes = list(system) or QLocale.system().uiLanguages()
    return closest_language(wishes[0]) if wishes else "en"


def number(value: float, digits: int = 2) -> str:
    """A number with the locale's grouping and at most `digits` decimals: `1,234.5`."""
    return _number(language(), value, digits)


@lru_cache(maxsize=4096)
def _number(locale: str, value: float, digits: int) -> str:
    rounded = round(value, digits)
    places = 0 if rounded == int(rounded) else len(f"{rounded:.{digits}f}".rstrip("0").split(".")[1])
    shown = QLocale(locale).toString(abs(float(rounded)), "f", places)
    return MINUS + shown if rounded < 0 else shown


def percent(fraction: float, digits: int = 0) -> str:
    """`0.62` → `62 %`, with a space that does not break."""
    return f"{number(fraction * 100, digits)}{NBSP}%"


def points(value: float) -> str:
    """Points with their sign: `+5`, `−8`, `+1.5`, `0`."""
    return f"+{number(value)}" if value > 0 else number(value)


def duration(seconds: float, *, with_seconds: bool = False) -> str:
    """`1 h 50 min`; under an hour and with_seconds: `6 min 42 s`. Rounds to the unit shown."""
    if with_seconds and seconds < 3600:
        minutes, rest = divmod(round(seconds), 60)
        return tr("{m} min {s} s", m=minutes, s=rest) if minutes else tr("{s} s", s=rest)
    whole = max(1, round(seconds / 60)) if seconds > 0 else 0
    hours, minutes = divmod(whole, 60)
    if not hours:
        return tr("{m} min", m=minutes)
    return tr("{h} h {m} min", h=hours, m=minutes) if minutes else tr("{h} h", h=hours)


def clock_time(at: datetime) -> str:
    """The local time of day, `09:12`."""
    return at.astimezone().strftime("%H:%M")


def day(at: datetime, now: datetime) -> str:
    """`Today`, `Yesterday`, `Tomorrow`, a weekday within six days, else `18 November` (year if another)."""
    then, today = at.astimezone().date(), now.astimezone().date()
    apart = (then - today).days
    if apart in (-1, 0, 1):
        return (tr("Yesterday"), tr("Today"), tr("Tomorrow"))[apart + 1]
    locale, date = QLocale(language()), QDate(then.year, then.month, then.day)
    if -7 < apart < 7:
        return locale.standaloneDayName(date.dayOfWeek())
    if language().startswith("zh"):
        return locale.toString(date, "M月d日" if then.year == today.year else "yyyy年M月d日")
    return locale.toString(date, "d MMMM" if then.year == today.year else "d MMMM yyyy")


def moment(at: datetime, now: datetime) -> str:
    """A day and, within a week, the time: `Today 09:12`, `Friday 17:00`, `18 November`."""
    name = day(at, now)
    near = abs((at.astimezone().date() - now.astimezone().date()).days) < 7
    return f"{name} {clock_time(at)}" if near else name


def full_moment(at: datetime) -> str:
    """The whole local date and time, for tooltips and records."""
    local = at.astimezone()
    stamp = QDateTime.fromSecsSinceEpoch(int(local.timestamp()))
    return QLocale(language()).toString(stamp, QLocale.FormatType.LongFormat)


def size_of(count: int) -> str:
    """A number of bytes: `1.4 MB`. Qt has no word for the byte itself in Chinese."""
    if count < 1000:
        return trn("{n} byte", "{n} bytes", count)
    return QLocale(language()).formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeSIFormat)
