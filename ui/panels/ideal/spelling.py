"""Words that are not known, under a wavy line while one writes; what to do about one, by mouse or by key."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QMenu, QPlainTextEdit

from app.services.spelling import Speller
from ui.i18n import tr
from ui.panels.ideal.words import Words
from ui.theme.apply import ThemeHolder

MOST = 20_000
"""Characters of a line that is still looked through."""
SLICE_S = 0.004


class Mistakes(QSyntaxHighlighter):
    """Until a speller is given nothing is marked; then the lines are looked through in slices."""

    def __init__(self, look: ThemeHolder, document: QTextDocument) -> None:
        super().__init__(document)
        self._look = look
        self.speller: Speller | None = None
        self._at = 0  # the line that is looked through next
        self._slices = QTimer(self)
        self._slices.timeout.connect(self._slice)
        look.changed.connect(self._begin)

    def stop(self) -> None:
        """Another text comes, whose words are not known yet."""
        self.speller = None
        self._slices.stop()

    def use(self, speller: Speller | None) -> None:
        self.speller = speller
        self._begin()

    def _begin(self) -> None:
        self._at = 0
        self._slices.start(0)

    def _slice(self) -> None:
        began, document = time.perf_counter(), self.document()
        while self._at < document.blockCount():
            self.rehighlightBlock(document.findBlockByNumber(self._at))
            self._at += 1
            if time.perf_counter() - began > SLICE_S:
                return
        self._slices.stop()

    def highlightBlock(self, text: str) -> None:
        if self.speller is None or not text.strip() or len(text) > MOST:
            return
        wavy = QTextCharFormat()
        wavy.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SpellCheckUnderline)
        wavy.setUnderlineColor(self._look.colour("bad"))
        for start, end in self.speller.mistakes(text):
            # Qt counts UTF-16 units.
            first = len(text[:start].encode("utf-16-le")) // 2
            self.setFormat(first, len(text[start:end].encode("utf-16-le")) // 2, wavy)


class SpellMenu:
    """The context menu of a field: suggestions for the word under it; adding it to one's own words, and back."""

    def __init__(self, field: QPlainTextEdit, mistakes: Mistakes, words: Words) -> None:
        self._field = field
        self._mistakes = mistakes
        self._words = words

    def open_at(self, event: QContextMenuEvent) -> None:
        """By the mouse, or by the menu key at the caret."""
        keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        cursor = self._field.textCursor() if keyboard else self._field.cursorForPosition(event.pos())
        menu = self._field.createStandardContextMenu()
        self._put_first(menu, cursor)
        place = self._field.cursorRect(cursor).bottomLeft() if keyboard else event.pos()
        menu.exec(self._field.viewport().mapToGlobal(QPoint(place)))
        menu.deleteLater()

    def words_for(self, cursor: QTextCursor) -> tuple[str, list[str]]:
        """(the unknown word at the cursor, suggestions); an empty word where all is well."""
        cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        word, speller = cursor.selectedText(), self._mistakes.speller
        if speller is None or not word or not speller.mistakes(word):
            return "", []
        return word, speller.suggestions(word)

    def own_word_at(self, cursor: QTextCursor) -> str:
        """The word at the cursor if the person kept it as right; else empty."""
        cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        word, speller = cursor.selectedText(), self._mistakes.speller
        return word if speller is not None and speller.is_own(word) else ""

    def keep(self, word: str) -> None:
        """From now on it is right."""
        self._words.keep_word(word)
        if self._mistakes.speller is not None:
            self._mistakes.speller.keep(word)
            self._mistakes.use(self._mistakes.speller)

    def drop(self, word: str) -> None:
        """It was kept by mistake."""
        self._words.drop_word(word)
        if self._mistakes.speller is not None:
            self._mistakes.speller.drop(word)
            self._mistakes.use(self._mistakes.speller)

    def _put_first(self, menu: QMenu, cursor: QTextCursor) -> None:
        made = self._actions(menu, cursor)
        before = menu.actions()[0] if menu.actions() else None
        if before is None:
            menu.addActions(made)
        elif made:
            menu.insertActions(before, made)
            menu.insertSeparator(before)

    def _actions(self, menu: QMenu, cursor: QTextCursor) -> list[QAction]:
        word, suggestions = self.words_for(cursor)
        if word:
            made = [self._action(menu, text, partial(cursor.insertText, text)) for text in suggestions]
            if not suggestions:
                made.append(self._action(menu, tr("No suggestion"), None))
            keep = tr("Keep “{word}” as right", word=word)
            return [*made, self._action(menu, keep, partial(self.keep, word))]
        own = self.own_word_at(cursor)
        drop = tr("No longer keep “{word}” as right", word=own)
        return [self._action(menu, drop, partial(self.drop, own))] if own else []

    @staticmethod
    def _action(menu: QMenu, text: str, call: Callable[[], None] | None) -> QAction:
        made = QAction(text, menu)
        made.setEnabled(call is not None)
        if call is not None:
            made.triggered.connect(lambda _=False: call())
        return made
