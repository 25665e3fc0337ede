"""An edit as one text: what went is struck out behind a minus, what came is underlined behind a plus."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QFont, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QTextEdit

from app.rendering.worddiff import Piece
from ui.theme.apply import ThemeHolder

SIGN = {"-": "−", "+": "+"}
TONE = {"-": "bad", "+": "good"}


class ChangesView(QTextEdit):
    """Read only; asks for no resource, since it is built by a cursor."""

    def __init__(self, look: ThemeHolder, name: str) -> None:
        super().__init__()
        self._look = look
        self._pieces: tuple[Piece, ...] = ()
        self.setReadOnly(True)
        self.setAcceptRichText(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(name)
        self.setProperty("surface", "page")
        look.changed.connect(self._build)

    def show_pieces(self, pieces: Sequence[Piece]) -> None:
        if tuple(pieces) != self._pieces:
            self._pieces = tuple(pieces)
            self._build()

    def _build(self) -> None:
        self.clear()
        self.document().setDocumentMargin(self._look.px(14))
        self.document().setDefaultFont(self._look.font("criterion"))
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for piece in self._pieces:
            cursor.insertText(f"{SIGN.get(piece.change, '')}{piece.text}", self._format(piece.change))
        cursor.endEditBlock()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _format(self, change: str) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setForeground(self._look.colour(TONE.get(change, "t1")))
        if change == "-":
            made.setFontStrikeOut(True)
        elif change == "+":
            made.setFontUnderline(True)
            made.setFontWeight(QFont.Weight.DemiBold)
        return made
