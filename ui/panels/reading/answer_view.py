"""A text as it was meant to be read: headings, lists, tables, code, formulas. Nothing is ever loaded.

view = AnswerView(look, supply, name="Response A")
view.show_text(response.text, "en")
view.show_parts([("User", turn.text), …])       # a conversation
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from time import perf_counter

from PySide6.QtCore import QMimeData, QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QTextEdit

from ui.clipboard import plain
from ui.panels.reading import caret
from ui.panels.reading.ahead import DrawnAhead
from ui.panels.reading.builder import Builder
from ui.panels.reading.finding import Finder
from ui.panels.reading.formats import FORMULA, TIP, URL, PageFormats, content_language
from ui.panels.reading.formula_object import FormulaObject
from ui.panels.reading.marks import Mark, Marks
from ui.panels.reading.menu import reading_menu
from ui.panels.reading.paint import blocks_in, paint_under
from ui.panels.reading.positions import Positions
from ui.panels.reading.supply import Supply
from ui.panels.reading.touches import Touches
from ui.panels.reading.wide_browser import WideBrowser
from ui.theme.apply import ThemeHolder
from ui.widgets.wrapping import wrap_option

FIRST_S, SLICE_S, SLICE_CHARS = 0.010, 0.006, 24_000
"""Seconds of building before the first paint, and in each idle slice after it; characters that Qt lays out then."""
FIT_MS = 150
"""After so long without another width tables get columns that fit it."""
BETWEEN = "\n\n"
"""What stands between two texts in their joined source."""

Part = tuple[str, str]
"""A label of ours (or none) and a text."""


class AnswerView(WideBrowser):
    """waiting: it shows nothing yet, as a text is still being parsed. filled: all of it is there.

    link_asked(url): a click on a link. pressed(offset): on the text itself. entered: Enter while it reads with a
    caret.
    """

    filled = Signal()
    link_asked = Signal(str)
    pressed = Signal(int)
    entered = Signal()

    def __init__(
        self,
        look: ThemeHolder,
        supply: Supply,
        *,
        name: str = "",
        left: int = 40,
        top: int = 24,
        bottom: int = 40,
        ground: str = "",
    ) -> None:
        """left, top, bottom: px at 100 % around the text. ground: see `WideBrowser`."""
        super().__init__(look, ground)
        self._look = look
        self._supply = supply
        self._frame = (left, top, bottom)
        self._by_itself = True
        self._parts: tuple[Part, ...] = ()
        self._language = ""
        self._goal: int | None = None
        self._page: QTextDocument | None = None
        self._steps: Iterator[None] | None = None
        self.waiting = False
        self.formats = PageFormats(look.theme, "en")
        self._builder = Builder(self.document(), self.formats)
        self.finder = Finder(self)
        self.marks = Marks(look)
        self._idle = QTimer(self)
        self._idle.timeout.connect(self.work)
        self._built_at = 0
        self._fitting = QTimer(self, singleShot=True, interval=FIT_MS)
        self._fitting.timeout.connect(self._fit_tables)
        self.ahead = DrawnAhead(look, self, self.marks)
        self._touches = Touches(self, supply, self.document(), self._builder)
        self._touches.changed.connect(self.ahead.again)
        self._touches.changed.connect(self.repaint_bands)
        self.moved.connect(self.ahead.forget)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(name)
        self.setLineWrapMode(QTextEdit.LineWrapMode.FixedPixelWidth)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.viewport().setMouseTracking(True)
        supply.parsed.connect(self._parsed)
        supply.coloured.connect(self._touches.colour)
        supply.drawn.connect(self._touches.resize)
        look.changed.connect(self._rebuild)

    # What is shown

    @property
    def positions(self) -> Positions:
        return self._builder.positions

    @property
    def complete(self) -> bool:
        return self._steps is None and not self.waiting

    @property
    def parts(self) -> tuple[Part, ...]:
        return self._parts

    def show_text(self, text: str, language: str = "", *, by_itself: bool = True) -> None:
        self.show_parts((("", text),), language, by_itself=by_itself)

    def show_parts(self, parts: Sequence[Part], language: str = "", *, by_itself: bool = True) -> None:
        """Show texts one after the other. Their joined source (`positions.source`) has blank lines between.

        by_itself: the beginning at once, the rest when there is nothing else to do; otherwise `work` builds.
        """
        self._by_itself = by_itself
        parts = tuple(parts)
        if (parts, language) == (self._parts, self._language) and not self.waiting:
            return
        self._parts, self._language = parts, language
        self._goal = None
        self._begin()

    def carry_on(self) -> None:
        """Build by itself what `work` has left."""
        self._by_itself = True
        if self._steps is not None and not self.work(FIRST_S):
            self._idle.start(0)

    def work(self, seconds: float = SLICE_S) -> bool:
        """Build for about so long; True when nothing is left to do."""
        if self._steps is None:
            return not self.waiting
        until, written = perf_counter() + seconds, self._builder.cursor
        cursor, last = QTextCursor(self.document()), written.position() + SLICE_CHARS
        cursor.beginEditBlock()
        more = next(self._steps, False) is None
        while more and written.position() < last and perf_counter() < until:
            more = next(self._steps, False) is None
        cursor.endEditBlock()
        self._touches.colour()  # before more follows: Qt lays out anew all that stands behind
        if more:
            return False
        self._steps = None
        self._idle.stop()
        if not self.textCursor().hasSelection():
            self.moveCursor(QTextCursor.MoveOperation.Start)
        if self._goal is not None:
            self.go_to(self._goal)
        self.filled.emit()
        return True

    def _rebuild(self) -> None:
        if self._parts:
            self._goal = self.place()
            self._begin()

    def _fit_tables(self) -> None:
        if not (caret.is_on(self) or self.textCursor().hasSelection()):  # they would be lost
            self._rebuild()

    def _begin(self) -> None:
        self.ahead.forget()
        texts = [text for _, text in self._parts]
        found = [self._supply.document(text) for text in texts]
        self.waiting = None in found
        documents = [document for document in found if document is not None]
        source = BETWEEN.join(texts)
        theme = self._look.theme
        self.formats = PageFormats(theme, content_language(source, self._language, theme.language))
        page = self._new_page(source)
        self._builder = Builder(page, self.formats, source)
        self._touches.begin(page, self._builder)
        self.wide.begin(page, self._builder.wide)
        self.finder.find("")
        self.setExtraSelections([])
        self._idle.stop()
        self._steps = None if self.waiting else self._build(documents)
        if self._steps is not None and self._by_itself:
            self.carry_on()

    def _build(self, documents: Sequence[object]) -> Iterator[None]:
        shift = 0
        for at, ((label, text), document) in enumerate(zip(self._parts, documents, strict=True)):
            if label:
                self._builder.label(label, first=at == 0)
            yield from self._builder.build(document, shift)  # type: ignore[arg-type]
            shift += len(text) + len(BETWEEN)

    def _new_page(self, source: str) -> QTextDocument:
        old, page = self._page, QTextDocument(self)
        page.setUndoRedoEnabled(False)
        page.setDefaultFont(self.formats.body_font)
        page.setDocumentMargin(0)
        page.setIndentWidth(self.formats.step)
        left, top, bottom = (self._look.px(side) for side in self._frame)
        frame = page.rootFrame().frameFormat()
        frame.setLeftMargin(left)
        frame.setRightMargin(0)
        frame.setTopMargin(top)
        frame.setBottomMargin(bottom)
        page.rootFrame().setFrameFormat(frame)
        page.documentLayout().registerHandler(FORMULA, FormulaObject(page, self._supply, self.formats))
        self._measure()
        self._fitting.stop()
        self._built_at = self.width()
        self.setDocument(page)
        self.setWordWrapMode(wrap_option(source).wrapMode())
        self._page = page
        if old is not None:  # Qt itself deletes the one it made
            old.deleteLater()
        return page

    def _parsed(self, text: str) -> None:
        if self.waiting and any(part == text for _, part in self._parts):
            self._begin()

    # Places

    def place(self) -> int:
        """The source offset at the top of the view."""
        at = QPoint(self._look.px(self._frame[0]) + 1, 1)
        if self.verticalScrollBar().value() == 0:
            return 0
        return self.positions.offset_near(self.cursorForPosition(at).position())

    def go_to(self, offset: int) -> None:
        """Bring a source offset to the top of the view; once it is there, if it is still to come."""
        self._goal = offset if self._steps is not None else None
        if offset <= 0:
            self.verticalScrollBar().setValue(0)
            return
        position = self.positions.position_near(offset)
        self._to_top(position, air=0)
        self.show_across(position)

    def show_position(self, position: int) -> None:
        """Bring a document position into view, a quarter from the top, if it is not in view."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(position)
        rect = self.cursorRect(cursor)
        if not 0 <= rect.center().y() < self.viewport().height() - self._look.px(30):
            self._to_top(position, air=self.viewport().height() // 4)
        self.show_across(position)

    def scroll_of(self, offset: int) -> int:
        """The scroll bar's value at which a source offset stands at the top."""
        block = self.document().findBlock(self.positions.position_near(offset))
        top = self.document().documentLayout().blockBoundingRect(block).top()
        return 0 if offset <= 0 else round(top)

    def show_marks(self, marks: Iterable[Mark]) -> None:
        if self.marks.show(marks):
            self.viewport().update()

    def _to_top(self, position: int, air: int) -> None:
        cursor = QTextCursor(self.document())
        cursor.setPosition(position)
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + self.cursorRect(cursor).top() - air)

    def page(self, direction: int = 1) -> bool:
        """Scroll by a page less two lines; False when it already stood at the end."""
        bar = self.verticalScrollBar()
        before = bar.value()
        bar.setValue(before + direction * (self.viewport().height() - 2 * self.formats.line("body")))
        return bar.value() != before

    def selected_span(self) -> tuple[int, int] | None:
        """The source span of what is selected."""
        cursor = self.textCursor()
        return self.positions.to_source(cursor.selectionStart(), cursor.selectionEnd())

    def _measure(self) -> None:
        """The reading column keeps its measure; a narrow view narrows it."""
        left = self._look.px(self._frame[0])
        room = self.viewport().width() - self._look.px(16)
        width = min(left + self._look.px(self.formats.reading.measure), max(room, left + self._look.px(160)))
        if width != self.lineWrapColumnOrWidth():
            self.setLineWrapColumnOrWidth(width)
            if self._builder.has_tables and self.width() != self._built_at:  # not for a scroll bar that comes
                self._fitting.start()

    # Qt

    def loadResource(self, kind: int, name: object) -> None:
        """Nothing is ever loaded: no picture, no style sheet, no file."""

    def createMimeDataFromSelection(self) -> QMimeData:
        cursor = self.textCursor()
        return plain(self.positions.copied(cursor.selectionStart(), cursor.selectionEnd(), self._shown_text))

    def _shown_text(self, begin: int, end: int) -> str:
        cursor = QTextCursor(self.document())
        cursor.setPosition(begin)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        return cursor.selectedText().replace("\u2029", "\n").replace("\u2028", "\n")

    def format_at(self, point: QPointF) -> QTextCharFormat | None:
        """The format of the character under a point of the viewport."""
        exact, layout = Qt.HitTestAccuracy.ExactHit, self.document().documentLayout()
        position = layout.hitTest(self.on_page(point), exact) if self.covers(point) else -1
        if position < 0:
            return None
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(position + 1, self.document().characterCount() - 1))
        return cursor.charFormat()

    def _property_at(self, point: QPointF, name: int) -> str:
        found = self.format_at(point)
        return str(found.property(name)) if found is not None and found.hasProperty(name) else ""

    def _link_at(self, point: QPointF) -> tuple[str, str]:
        """Where a click on a point of the viewport leads, and what is said of what stands there."""
        url, tip = self._property_at(point, URL), self._property_at(point, TIP)
        if not url and self.marks.shown and self.covers(point):
            at = self.on_page(point)
            blocks = blocks_in(self.document(), QRectF(at.x(), at.y(), 1, 1))
            mark = self.marks.leading_at(at, blocks, self.positions)
            return (mark.target, mark.tip) if mark is not None else ("", tip)
        return url, tip

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if not event.buttons():
            link, tip = self._link_at(event.position())
            self.viewport().setToolTip(tip)
            shape = Qt.CursorShape.PointingHandCursor if link else Qt.CursorShape.IBeamCursor
            self.viewport().setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            url, _ = self._link_at(event.position())
            if url:
                self.link_asked.emit(url)
            else:
                self.pressed.emit(self.positions.offset_near(self.textCursor().position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if caret.is_on(self) and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif not caret.take_key(self, event):
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        url, _ = self._link_at(QPointF(event.pos()))
        reading_menu(self, url, self.link_asked.emit).popup(event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()  # the text size belongs to the whole window
        else:
            super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._measure()
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.ahead.paint():
            super().paintEvent(event)

    def under_text(self, painter: QPainter, seen: QRectF) -> None:
        paint_under(painter, self.document(), self.formats, seen)

    def under_marks(self, painter: QPainter, seen: QRectF) -> None:
        if self.marks.shown:
            self.marks.under(painter, blocks_in(self.document(), seen), self.positions)

    def over_marks(self, painter: QPainter, seen: QRectF) -> None:
        if self.marks.shown:
            self.marks.over(painter, blocks_in(self.document(), seen), self.positions)
