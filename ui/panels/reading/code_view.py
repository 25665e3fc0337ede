"""Text as it was written: monospace, line numbers, colours for the lines in view only.

Used for the raw view of an answer, and for answers that are nothing but one piece of code.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from time import perf_counter

from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCursor,
    QTextLayout,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from ui.clipboard import plain
from ui.panels.reading import caret
from ui.panels.reading.colouring import line_ranges
from ui.panels.reading.finding import Finder
from ui.panels.reading.marks import Mark, Marks
from ui.panels.reading.menu import reading_menu
from ui.panels.reading.positions import Positions
from ui.panels.reading.raw import lines_of, numbers_of, raw_positions, slices
from ui.panels.reading.supply import Supply
from ui.theme.apply import ThemeHolder
from ui.theme.fonts import mono_families, plain_font
from ui.theme.tokens import TYPE
from ui.widgets.wrapping import wrap_option

SLICE_S = 0.006
"""Seconds of filling in each idle slice."""


class _Gutter(QWidget):
    def __init__(self, view: CodeView) -> None:
        super().__init__(view)
        self._view = view

    def paintEvent(self, event: QPaintEvent) -> None:
        self._view.paint_numbers(self, event.rect())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._view.select_line(round(event.position().y()))


class CodeView(QPlainTextEdit):
    """place(), go_to(), page(), selected_span(), work() and `positions` mean what they mean in `AnswerView`.

    The beginning of a long text is there at once, the rest comes in slices; filled: it came.
    """

    filled = Signal()
    link_asked = Signal(str)
    pressed = Signal(int)
    entered = Signal()

    def __init__(self, look: ThemeHolder, supply: Supply, *, name: str = "") -> None:
        super().__init__()
        self._look = look
        self._supply = supply
        self._gutter = _Gutter(self)
        self._text = ""
        self._language = ""
        self._content_language = ""
        self._ranges: list[list[QTextLayout.FormatRange]] | None = None
        self._coloured: set[int] = set()
        self._lines = 1
        self._shown_lines: Sequence[int] | None = (
            None  # of each block, where lines are cut; 0: of the one before
        )
        self._rest: Iterator[str] | None = None
        self._goal: int | None = None
        self._idle = QTimer(self)
        self._idle.timeout.connect(self.work)
        self.positions = Positions()
        self.wraps = True  # else each line stays one row, and is moved across
        self.numbers: Sequence[int] | None = None  # of the lines, where they are not their own; 0: none
        self.finder = Finder(self)
        self.marks = Marks(look)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(name)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setProperty("kind", "raw")
        self.viewport().setMouseTracking(True)
        self.updateRequest.connect(self._scrolled)
        supply.coloured.connect(self._colour)
        look.changed.connect(self._restyle)
        self._restyle()

    def show_text(self, text: str, language: str = "") -> None:
        """Show a whole source as it is."""
        self._show(text, "", language, raw_positions(text))

    def show_code(self, code: str, language: str, positions: Positions) -> None:
        """Show the code of an answer that is one code block; positions: its runs in the whole source."""
        self._show(code, language, "", positions)

    def _show(self, text: str, language: str, content: str, positions: Positions) -> None:
        if (text, language) == (self._text, self._language) and positions.source == self.positions.source:
            return
        self._text, self._language, self.positions = text, language, positions
        self._content_language = content
        self._ranges, self._coloured = None, set()
        self.finder.find("")
        self.setExtraSelections([])
        self._lines, self._shown_lines = lines_of(text), numbers_of(text)
        self._fit()
        self._rest, self._goal = slices(text), None
        self.clear()  # what was here is not laid out anew
        self.setWordWrapMode(wrap_option(text).wrapMode() if self.wraps else QTextOption.WrapMode.NoWrap)
        self.setPlainText(next(self._rest, ""))
        self._colour()
        self._idle.start(0)

    @property
    def complete(self) -> bool:
        """All of the text is there."""
        return self._rest is None

    def work(self, seconds: float = SLICE_S) -> bool:
        """Fill in for about so long; True when nothing is left to do."""
        if self._rest is None:
            return True
        until = perf_counter() + seconds
        end = QTextCursor(self.document())
        end.movePosition(QTextCursor.MoveOperation.End)
        for piece in self._rest:
            end.insertText(piece)
            if perf_counter() >= until:
                return False
        self._rest = None
        self._idle.stop()
        if self._goal is not None:
            self.go_to(self._goal)
        self.filled.emit()
        return True

    def finish(self) -> None:
        """Fill in all that is left, for who needs the whole text now."""
        while not self.work():
            continue

    # Places

    def place(self) -> int:
        if self._goal is not None:
            return self._goal
        if self.verticalScrollBar().value() == 0:
            return 0
        return self.positions.offset_near(self.firstVisibleBlock().position())

    def go_to(self, offset: int) -> None:
        self._goal = offset if self._rest is not None and offset > 0 else None
        if self._goal is not None:
            return
        cursor = QTextCursor(self.document())
        cursor.setPosition(self.positions.position_near(offset) if offset > 0 else 0)
        block = cursor.block()
        line = block.layout().lineForTextPosition(cursor.positionInBlock()).lineNumber()
        self.verticalScrollBar().setValue(block.firstLineNumber() + max(0, line))

    def show_position(self, position: int) -> None:
        """Bring a document position into view if it is not."""
        if position >= self.document().characterCount():
            self.finish()
        cursor = QTextCursor(self.document())
        cursor.setPosition(position)
        if not self.viewport().rect().contains(self.cursorRect(cursor).center()):
            bar = self.verticalScrollBar()
            bar.setValue(cursor.block().firstLineNumber() - bar.pageStep() // 4)

    def page(self, direction: int = 1) -> bool:
        bar = self.verticalScrollBar()
        before = bar.value()
        bar.setValue(before + direction * max(1, bar.pageStep() - 2))
        return bar.value() != before

    def selected_span(self) -> tuple[int, int] | None:
        cursor = self.textCursor()
        return self.positions.to_source(cursor.selectionStart(), cursor.selectionEnd())

    def select_line(self, y: int) -> None:
        """Select the whole line of text at a height of the viewport."""
        cursor = self.cursorForPosition(QPoint(0, y))
        cursor.movePosition(QTextCursor.MoveOperation.StartOfBlock)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)

    def scroll_of(self, offset: int) -> int:
        """The scroll bar's value at which a source offset stands at the top."""
        self.finish()
        block = self.document().findBlock(self.positions.position_near(offset))
        return block.firstLineNumber() if offset > 0 else 0

    def show_marks(self, marks: Iterable[Mark]) -> None:
        if self.marks.show(marks):
            self.viewport().update()

    # Looks

    def _restyle(self) -> None:
        language = self._content_language or self._look.theme.language
        self.setFont(plain_font(mono_families(language), self._look.px(TYPE["code"].px)))
        self.document().setDefaultFont(self.font())
        self.document().setDocumentMargin(self._look.px(12))
        self._ranges, self._coloured = None, set()
        self._colour()
        self._fit()

    def _fit(self) -> None:
        digits = len(str(max(100, self._lines)))
        width = self._look.px(16) + digits * self.fontMetrics().horizontalAdvance("0")
        left = max(self._look.px(40) - self._look.px(12), width)
        self.setViewportMargins(left, 0, 0, 0)
        area = self.contentsRect()
        self._gutter.setGeometry(QRect(area.left(), area.top(), left, area.height()))

    def _colour(self) -> None:
        if self._ranges is None and self._language and self._shown_lines is None:
            tokens = self._supply.tokens(self._text, self._language)
            if tokens is not None:
                self._ranges = line_ranges(self._text, tokens, self._look.theme)
                self.viewport().update()

    def _colour_visible(self) -> None:
        if self._ranges is None:
            return
        block, bottom = self.firstVisibleBlock(), self.viewport().height()
        while block.isValid():
            number = block.blockNumber()
            if number not in self._coloured and number < len(self._ranges):
                self._coloured.add(number)
                block.layout().setFormats(self._ranges[number])
            if self.blockBoundingGeometry(block).translated(self.contentOffset()).top() > bottom:
                break
            block = block.next()

    def _scrolled(self, rect: QRect, dy: int) -> None:
        if dy:
            self._gutter.scroll(0, dy)
        else:
            self._gutter.update(0, rect.y(), self._gutter.width(), rect.height())

    def paint_numbers(self, gutter: QWidget, area: QRect) -> None:
        """Line numbers beside the blocks in view."""
        painter = QPainter(gutter)
        painter.setFont(self._look.font("code-small"))
        painter.setPen(QColor(self._look.theme.colours.t3))
        block, width = self.firstVisibleBlock(), gutter.width()
        while block.isValid():
            rect = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if rect.top() > area.bottom():
                break
            line = block.layout().lineAt(0)
            if line.isValid() and block.isVisible():
                text = self._number(block.blockNumber())
                x = width - painter.fontMetrics().horizontalAdvance(text)
                painter.drawText(QPoint(x, round(rect.top() + line.y() + line.ascent())), text)
            block = block.next()

    def _number(self, at: int) -> str:
        line = self._shown_lines[at] if self._shown_lines is not None else at + 1
        if not line or self.numbers is None:
            return str(line or "")
        return str(self.numbers[line - 1] or "") if line <= len(self.numbers) else ""

    # Qt

    def createMimeDataFromSelection(self) -> QMimeData:
        cursor = self.textCursor()
        begin, end = cursor.selectionStart(), cursor.selectionEnd()
        return plain(self.positions.copied(begin, end, lambda b, e: "\n" * (e - b)))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        mark = self._leading_at(QPointF(event.pos()))
        reading_menu(self, mark.target if mark else "", self.link_asked.emit).popup(event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        else:
            super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if caret.is_on(self) and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif not caret.take_key(self, event):
            super().keyPressEvent(event)

    def _leading_at(self, point: QPointF) -> Mark | None:
        if not self.marks.shown:
            return None
        blocks = self._blocks_in(QRect(point.toPoint(), point.toPoint()))
        return self.marks.leading_at(point, blocks, self.positions)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if not event.buttons():
            mark = self._leading_at(event.position())
            self.viewport().setToolTip(mark.tip if mark else "")
            shape = Qt.CursorShape.PointingHandCursor if mark else Qt.CursorShape.IBeamCursor
            self.viewport().setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            mark = self._leading_at(event.position())
            if mark is not None:
                self.link_asked.emit(mark.target)
                return
            self.pressed.emit(self.positions.offset_near(self.textCursor().position()))

    def paintEvent(self, event: QPaintEvent) -> None:
        self._colour_visible()
        blocks = self._blocks_in(event.rect()) if self.marks.shown else ()
        if blocks:
            painter = QPainter(self.viewport())
            self.marks.under(painter, blocks, self.positions)
            painter.end()
        super().paintEvent(event)
        if blocks:
            painter = QPainter(self.viewport())
            self.marks.over(painter, blocks, self.positions)
            painter.end()

    def _blocks_in(self, area: QRect) -> list[tuple[QTextBlock, QPointF]]:
        found, block = [], self.firstVisibleBlock()
        while block.isValid():
            origin = self.blockBoundingGeometry(block).translated(self.contentOffset()).topLeft()
            if origin.y() > area.bottom():
                break
            found.append((block, origin))
            block = block.next()
        return found
