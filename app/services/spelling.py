"""Spelling, offline: hunspell dictionaries read by spylls, the field's own words, one's own, and the task's.

Only what is written in Latin letters is looked at: Chinese and Japanese have no such dictionaries. Loading takes half
a second and some 60 MB: make a Speller in a worker, when a person first writes.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.paths import resources
from app.services.session import Session

if TYPE_CHECKING:
    from app.storage.workspace import Workspace

WORDS = "spelling/words"
SUGGESTIONS = 5
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ASIDE = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]*`|\$[^$\n]+\$|\\\(.*?\\\)|https?://\S+|\S+@\S+|[\w-]*\d[\w-]*", re.DOTALL
)
_LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ'’]+")


@dataclass(slots=True)
class Speller:
    """known: words that are right besides the dictionary's, in lower case. own: those that the person kept."""

    language: str
    known: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)
    _dictionary: Any = None
    _seen: dict[str, bool] = field(default_factory=dict)

    def load(self) -> None:
        """Read the dictionary; nothing when it is read already. Half a second."""
        if self._dictionary is None:
            self._dictionary = _read(_folder() / self.language)

    def borrow(self, other: Speller) -> None:
        """Use the dictionary that another one has read."""
        self._dictionary = other._dictionary

    def learn(self, words: Iterable[str]) -> None:
        self.known.update(word.casefold() for word in words)

    def keep(self, word: str) -> None:
        self.own.add(word.casefold())

    def drop(self, word: str) -> None:
        self.own.discard(word.casefold())

    def is_own(self, word: str) -> bool:
        return word.casefold() in self.own

    def mistakes(self, text: str) -> list[tuple[int, int]]:
        """[start, end) in code points of words that are not known. Code, formulas, addresses, numbers, other scripts
        and abbreviations in capitals are left alone."""
        aside = [match.span() for match in _ASIDE.finditer(text)]
        found = []
        at = 0
        for match in _WORD.finditer(text):
            while at < len(aside) and aside[at][1] <= match.start():
                at += 1
            hidden = at < len(aside) and aside[at][0] < match.end()
            word = match[0]
            if hidden or len(word) < 2 or word.isupper() or not _LATIN.fullmatch(word):
                continue
            if not self.right(word):
                found.append(match.span())
        return found

    def right(self, word: str) -> bool:
        plain = word.casefold()
        if plain in self.known or plain in self.own:
            return True
        kept = self._seen.get(word)
        if kept is None:
            kept = self._looked_up(word)
            if len(self._seen) < 50_000:
                self._seen[word] = kept
        return kept

    def _looked_up(self, word: str) -> bool:
        self.load()
        plain = word.replace("’", "'")
        return bool(self._dictionary.lookup(plain))

    def suggestions(self, word: str) -> list[str]:
        """The nearest words, best first: up to five. About 0.2 s."""
        self.load()
        found: list[str] = []
        for suggestion in self._dictionary.suggest(word.replace("’", "'")):
            found.append(str(suggestion))
            if len(found) == SUGGESTIONS:
                break
        return found


def _read(path: Path) -> Any:
    """The dictionary beside this path, which ships as UTF-8. (The library's own way in leaves its files open.)"""
    from spylls.hunspell import Dictionary, readers
    from spylls.hunspell.readers.file_reader import BaseReader

    class Text(BaseReader):  # type: ignore[misc]
        def reset_encoding(self, _: str) -> None:
            """Said in the file, and known before."""

    def text(suffix: str) -> Text:
        return Text(io.StringIO(path.with_suffix(suffix).read_text(encoding="utf-8")))

    affixes, context = readers.read_aff(text(".aff"))
    return Dictionary(affixes, readers.read_dic(text(".dic"), aff=affixes, context=context))


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The dictionaries that ship, such as en_US."""
    return tuple(sorted(path.stem for path in _folder().glob("*.aff")))


def speller(session: Session, field_: str, task_text: str = "") -> Speller:
    """For a batch of this field: its words, one's own, and those that stand in the task itself."""
    made = Speller(languages()[0])
    made.learn(field_words(field_))
    made.own.update(own_words(session))
    made.learn(word for word in _WORD.findall(task_text) if len(word) > 3)
    return made


FIELDS = {
    "medicine": r"medic|clinic|nurs|pharm|psychi|surg|health|dent|patient|doctor|醫|医|護|护|藥|药",
    "law": r"law|legal|contract|litig|compliance|法|律|契約|合同",
    "code": r"code|software|program|engineer|data|security|程式|程序|軟體|软件",
}
"""Which list of words a batch's field calls for."""


def field_words(field_: str) -> list[str]:
    """Words of medicine, law or code that no general dictionary holds; plain lists that we wrote."""
    found: list[str] = []
    for name, told in FIELDS.items():
        if re.search(told, field_, re.IGNORECASE):
            found += _words_of(name)
    return found


@lru_cache(maxsize=8)
def _words_of(name: str) -> tuple[str, ...]:
    return tuple((_folder() / f"field-{name}.txt").read_text(encoding="utf-8").split())


def own_words(session: Session) -> list[str]:
    """Words that this person added, kept in the encrypted workspace."""
    return _own(session.workspace)


def _own(workspace: Workspace) -> list[str]:
    kept = workspace.work.note(WORDS)
    return [str(word) for word in json.loads(kept)] if kept else []


def _keep(workspace: Workspace, words: Iterable[str]) -> None:
    workspace.work.set_note(WORDS, json.dumps(sorted(words), ensure_ascii=False))


def add_word(workspace: Workspace, word: str) -> None:
    """Keep a word as right, for every task of this lab. For the writer, as is `remove_word`."""
    _keep(workspace, {*_own(workspace), word.casefold()})


def remove_word(workspace: Workspace, word: str) -> None:
    _keep(workspace, {*_own(workspace)} - {word.casefold()})


def _folder() -> Path:
    return resources() / "dictionaries"
