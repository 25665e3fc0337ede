"""Translations as plain JSON, keyed by the English text.

`resources/translations/<language>/*.json` are merged: one file an area (`widgets.json`, `grading.json`, …),
each an object {English text: translation}. Fields are written `{name}` in both. English needs no file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

LANGUAGES = ("en", "zh_TW", "zh_CN")
NAMES = {"en": "English", "zh_TW": "繁體中文", "zh_CN": "简体中文"}
"""Each in its own words."""

_FIELD = re.compile(r"\{([a-z_][a-z0-9_]*)\}")


def fields(text: str) -> frozenset[str]:
    """The names of the `{fields}` in a text."""
    return frozenset(_FIELD.findall(text))


def fill(text: str, params: Mapping[str, object]) -> str:
    """Put params into the `{fields}` of a text; one without a param stays. Values are not read again."""
    if not params:
        return text
    return _FIELD.sub(lambda m: str(params[m[1]]) if m[1] in params else m[0], text)


def closest_language(tag: str) -> str:
    """The shipped language for a system's tag (`zh-Hant-HK`, `zh_CN.UTF-8`, `en-GB`); English if none."""
    parts = tag.replace("_", "-").split(".")[0].lower().split("-")
    if parts[0] != "zh":
        return "en"
    return "zh_TW" if {"tw", "hk", "mo", "hant"} & set(parts) else "zh_CN"


def environment_language(environment: Mapping[str, str]) -> str:
    """The shipped language of a shell's locale (POSIX: the first of these that says something)."""
    return closest_language(next(filter(None, map(environment.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "en"))


def mark(text: str, /) -> str:
    """Mark a literal for the catalogs without translating it now."""
    return text


class Translator:
    """The texts of one language. Catalogs are read at the first use; a text without one stays English."""

    def __init__(self, language: str, translations: Path) -> None:
        self.language = language if language in LANGUAGES else "en"
        self._folder = translations / self.language
        self._texts: dict[str, str] | None = None

    def text(self, source: str, params: Mapping[str, object]) -> str:
        if self._texts is None:
            self._texts = {} if self.language == "en" else read_catalog(self._folder)
        return fill(self._texts.get(source, source), params)

    def counted(self, one: str, many: str, n: int, params: Mapping[str, object]) -> str:
        """English has two forms, Chinese one; catalogs translate the second. `{n}` is the number."""
        source = one if self.language == "en" and n == 1 else many
        return self.text(source, {"n": n, **params})


def read_catalog(folder: Path) -> dict[str, str]:
    """All `*.json` of a language merged. Raises ValueError when two files differ on a text."""
    merged: dict[str, str] = {}
    for path in sorted(folder.glob("*.json")):
        for source, text in json.loads(path.read_text(encoding="utf-8")).items():
            if merged.setdefault(source, text) != text:
                raise ValueError(f"{path.name}: a second translation of {source!r}")
    return merged
