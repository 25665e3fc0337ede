"""Full-text search over titles, prompts, responses and what one wrote oneself: comments, reasons, an ideal answer.

Chinese, Japanese and Korean have no spaces to split at: their characters are indexed one by one and
searched as a phrase. The index holds no text of its own (contentless); snippets come from the stored line.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

from app.domain.ids import BatchId
from app.domain.review import IDEAL_REASON, IDEAL_TEXT
from app.storage.database import Database
from app.storage.rows import Hit

_CJK = re.compile(r"([぀-ヿ㐀-䶿一-鿿豈-﫿가-힯\U00020000-\U0003ffff])")
_WORDS = re.compile(r'"([^"]*)"|(\S+)')
MOST_WORDS = 16
BEFORE, AFTER = 24, 100
"""Characters of a snippet around what was found; one of Chinese before it counts as two."""
_WRITTEN = ("/comment", "/justification", "/own")


def spaced(text: str) -> str:
    """The text as it is indexed: CJK characters apart."""
    return text if text.isascii() else " ".join(_CJK.split(text))


def written(values: Mapping[str, object]) -> dict[str, str]:
    """What somebody wrote into a review, by path."""
    return {path: str(value) for path, value in sorted(values.items()) if is_written(path)}


def is_written(path: str) -> bool:
    """Whether the leaf is text of one's own."""
    return path.endswith(_WRITTEN) or path in (IDEAL_TEXT, IDEAL_REASON)


def match_expression(query: str) -> str:
    """An FTS5 expression for what a person typed: all words, a phrase whole, the last word as a beginning.

    Every word is quoted, so nothing a person types is FTS5 syntax. Empty when there is nothing to look for.
    """
    phrases = [phrase or word for phrase, word in _WORDS.findall(query.replace("\x00", " "))]
    terms = [
        '"' + " ".join(spaced(p.replace('"', " ")).split()) + '"' for p in phrases[:MOST_WORDS] if _any(p)
    ]
    if terms and not query[-1:].isspace() and not query.endswith('"') and _prefix_worthy(phrases[-1]):
        terms[-1] += "*"
    return " ".join(terms)


def _any(text: str) -> bool:
    return any(c.isalnum() for c in text)


def _prefix_worthy(word: str) -> bool:
    return len(word) >= 3 and _any(word) and not _CJK.search(word)


def find(
    db: Database, query: str, *, batch: BatchId | None, limit: int, ranked: bool, snippets: bool
) -> list[Hit]:
    """Hits in the order of the tasks, or the best first when `ranked` (slower: for a worker)."""
    expression = match_expression(query)
    if not expression:
        return []
    within = "AND s.batch = ?3" if batch is not None else ""
    order = "f.rank" if ranked else "f.rowid"
    rows = db.all(
        "SELECT s.number, s.id, s.batch, s.title FROM task_search f JOIN shown_task s ON s.number = f.rowid"
        f" WHERE task_search MATCH ?1 {within} ORDER BY {order} LIMIT ?2",
        (expression, limit, batch)[: 3 if batch is not None else 2],
    )
    if len(rows) < limit:
        seen = {row[0] for row in rows}
        own = db.all(
            "SELECT s.number, s.id, s.batch, s.title FROM comment_search f"
            " JOIN review r ON r.number = f.rowid JOIN shown_task s ON s.id = r.task"
            f" WHERE comment_search MATCH ?1 {within} ORDER BY f.rowid LIMIT ?2",
            (expression, limit, batch)[: 3 if batch is not None else 2],
        )
        rows += [row for row in own if row[0] not in seen][: limit - len(rows)]
    return [Hit(*row, *(_shown(db, row, query) if snippets else ())) for row in rows]


def _shown(db: Database, row: tuple[int, str, str, str], query: str) -> tuple[str, str, str]:
    """Snippet, words and path of a hit: all words as they were typed before the longest alone, one's own texts last."""
    number, task, *_ = row
    texts = [("", text) for text in _texts(db.value("SELECT bytes FROM line WHERE task = ?", (number,)))]
    leaves = db.value("SELECT leaves FROM review WHERE task = ?", (task,))
    texts += written(json.loads(leaves)).items() if leaves else ()
    words = [p or w for p, w in _WORDS.findall(query) if _any(p or w)]
    for fold in (str, _folded):
        plain = [fold(text) for _, text in texts]
        for wanted in dict.fromkeys((" ".join(words), *sorted(words, key=len, reverse=True))):
            parts = r"\s+".join(map(re.escape, fold(wanted).split()))
            for whole in (rf"(?<!\w){parts}(?!\w)", rf"(?<!\w){parts}", parts):
                pattern = re.compile(whole, re.IGNORECASE)
                for (path, text), searched in zip(texts, plain, strict=True):
                    if found := pattern.search(searched):
                        start, end = found.span()
                        return _cut(text, _before(text, start), end + AFTER), text[start:end], path
    return (_cut(texts[0][1], 0, AFTER) if texts else ""), "", ""


def _folded(text: str) -> str:
    """As the index compares: without diacritics, character for character."""
    return text if text.isascii() else "".join([_base(char) for char in text])


@lru_cache(maxsize=4096)
def _base(char: str) -> str:
    return unicodedata.normalize("NFD", char)[0]


def _before(text: str, at: int) -> int:
    """Where the cut begins, so that what was found is in view in a narrow list: at a word, where one begins."""
    room, begin = BEFORE, at
    while begin and room > 0:
        begin -= 1
        room -= 2 if _CJK.match(text[begin]) else 1
    blank = text.find(" ", begin, at)
    return blank + 1 if begin and blank >= 0 else begin


def _texts(line: bytes) -> Iterator[str]:
    data = json.loads(line)
    yield from (turn["text"] for turn in data["prompt"])
    yield from (response["text"] for response in data["responses"])


def _cut(text: str, start: int, end: int) -> str:
    return ("…" if start else "") + " ".join(text[start:end].split()) + ("…" if end < len(text) else "")
