"""The pages of a PDF: pictures from the decoder, text to select over them, places that were found.

view = PdfView(look, "label.pdf"); view.set_pages(look_.pages)
view.picture_wanted.connect(…)      # (page, px a point); then view.put_picture(page, scale, picture)
view.text_wanted.connect(…)         # (page); then view.put_text(page, page_text)
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent

from app.decoding.values import PageText, Picture
from ui.panels.attachments.canvas import CONTROL, SHIFT, Canvas
from ui.panels.attachments.pdf_layout import PageLayout
from ui.panels.attachments.pdf_marks import Marks, Spot
from ui.panels.attachments.pdf_text import character_at, next_boundary, rectangles, word_around
from ui.theme.apply import ThemeHolder
from ui.theme.tokens import COLOURS

_INK = COLOURS["light"]
"""A page is white paper in every theme."""
CACHE = 48 * 1024 * 1024
"""Bytes of page pictures that are kept."""
TEXTS = 40
"""Pages whose text and boxes are kept."""
_ASK_MS = 40
"""A page that is scrolled by faster than this is not asked for."""


def pixmap_of(picture: Picture) -> QPixmap:
    image = QImage(
        picture.pixels, picture.width, picture.height, picture.width * 3, QImage.Format.Format_RGB888
    )
    return QPixmap.fromImage(image)


class PdfView(Canvas):
    """page_changed(int), from 0. selected(): another stretch is chosen, or none."""

    picture_wanted = Signal(int, float)
    text_wanted = Signal(int)
    page_changed = Signal(int)
    selected = Signal()

    def __init__(self, look: ThemeHolder, name: str) -> None:
        super().__init__(look, name)
        self.pages = PageLayout((), look.px(12))
        self.marks = Marks()
        self.texts: dict[int, PageText] = {}
        self._pictures: OrderedDict[int, tuple[float, QPixmap]] = OrderedDict()
        self._asked: set[tuple[int, float]] = set()
        self._fit: str = "width"
        self._page = 0
        self._pressed = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_ASK_MS)
        self._soon.timeout.connect(self._ask)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.horizontalScrollBar().valueChanged.connect(self.viewport().update)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)

    def set_pages(self, sizes: Sequence[tuple[float, float]]) -> None:
        """A file's pages, in points."""
        self.pages = PageLayout(sizes, self._look.px(12))
        self.marks = Marks()
        self.texts.clear()
        self._pictures.clear()
        self._asked.clear()
        self._page, self._fit = 0, "width"
        self._refit()
        self.verticalScrollBar().setValue(0)
        self._ask()

    # What the decoder sends

    def put_picture(self, page: int, scale: float, picture: Picture) -> None:
        self._asked.discard((page, scale))
        made = pixmap_of(picture)
        self._pictures[page] = scale, made
        self._pictures.move_to_end(page)
        kept = sum(p.width() * p.height() * 4 for _, p in self._pictures.values())
        while kept > CACHE and len(self._pictures) > 2:
            _, (_, gone) = self._pictures.popitem(last=False)
            kept -= gone.width() * gone.height() * 4
        self.viewport().update()

    def put_text(self, page: int, text: PageText) -> None:
        self.texts[page] = text
        while len(self.texts) > TEXTS:
            del self.texts[max(self.texts, key=lambda n: abs(n - self._page))]
        if page == self._page:
            self.setAccessibleDescription(text.text[:4000])
        if self.marks.chosen is not None:
            self.selected.emit()
        self.viewport().update()

    def has_picture(self, page: int) -> bool:
        """Whether a page can be seen."""
        have = self._pictures.get(page)
        return have is not None and not have[1].isNull()

    def give_up(self, page: int, scale: float) -> None:
        """The page did not come; it is not asked for again at this size."""
        self._pictures.setdefault(page, (scale, QPixmap()))

    # Places

    @property
    def page(self) -> int:
        """The page that fills most of the view, from 0."""
        return self._page

    def go_to(self, page: int, area: QRectF | None = None) -> None:
        """Bring a page, or a part of it in points, into view."""
        page = max(0, min(page, len(self.pages.sizes) - 1))
        if self.pages.alone and page != self.pages.front:
            self.pages.front = page
            self._refit()
        rect = self.pages.rect(page, self._canvas_width())
        bar = self.verticalScrollBar()
        if area is None:
            bar.setValue(round(rect.top()) - self._look.px(12))
        else:
            scale, room = self.pages.scale, self.viewport().height()
            top = rect.top() + area.top() * scale
            if not bar.value() + 20 < top < bar.value() + room - 60:
                bar.setValue(round(top - room / 3))
            across, left = self.horizontalScrollBar(), rect.left() + area.left() * scale
            if not across.value() < left < across.value() + self.viewport().width() - 40:
                across.setValue(round(left - self.viewport().width() / 3))
        self._note(page)
        self._soon.start()

    def set_alone(self, alone: bool) -> None:
        """One page at a time, whole; or all below each other."""
        page = self._page
        self.pages.alone, self.pages.front = alone, page
        self._fit = "page" if alone else "width"
        self._refit()
        self.go_to(page)

    # Zoom

    def fit(self) -> None:
        """The width of the view; in single pages the whole page."""
        self._fit = "page" if self.pages.alone else "width"
        self._refit()

    def zoom_by(self, factor: float, at: QPoint | None = None) -> None:
        self._fit = ""
        self._rescale(self.pages.scale * factor, at)

    def _refit(self) -> None:
        if self._fit and self.pages.sizes:
            room = QSizeF(self.viewport().size())
            self._rescale(self.pages.fitting(room, whole=self._fit == "page"), None)

    def _rescale(self, scale: float, at: QPoint | None) -> None:
        before, bar = self.pages.scale, self.verticalScrollBar()
        y = at.y() if at is not None else 0
        page = self.pages.at(bar.value() + y)
        inside = bar.value() + y - self.pages.rect(page, self._canvas_width()).top()
        self.pages.set_scale(scale)
        self._set_bars()
        now = self.pages.rect(page, self._canvas_width()).top()
        bar.setValue(round(now + inside * self.pages.scale / before) - y)
        self.zoomed.emit()
        self._soon.start()
        self.viewport().update()

    def _set_bars(self) -> None:
        extent, room = self.pages.extent(), self.viewport().size()
        for bar, size, have in (
            (self.horizontalScrollBar(), extent.width(), room.width()),
            (self.verticalScrollBar(), extent.height(), room.height()),
        ):
            bar.setRange(0, max(0, round(size) - have))
            bar.setPageStep(have)
            bar.setSingleStep(self._look.px(40))

    def _canvas_width(self) -> float:
        return max(self.pages.extent().width(), float(self.viewport().width()))

    def _scrolled(self) -> None:
        self._soon.start()
        middle = self.verticalScrollBar().value() + self.viewport().height() / 3
        if self.pages.sizes:
            self._note(self.pages.at(middle))
        self.viewport().update()

    def _note(self, page: int) -> None:
        if page != self._page:
            self._page = page
            text = self.texts.get(page)
            self.setAccessibleDescription(text.text[:4000] if text is not None else "")
            self.page_changed.emit(page)

    def _seen(self) -> range:
        top = self.verticalScrollBar().value()
        return self.pages.seen(top, top + self.viewport().height()) if self.pages.sizes else range(0)

    def _ask(self) -> None:
        """For the pages in view and the one after, at the size they are shown in."""
        scale = round(self.pages.scale * self.devicePixelRatioF(), 3)
        seen = self._seen()
        ahead = [seen.stop] if seen and seen.stop < len(self.pages.sizes) and not self.pages.alone else []
        for page in (*seen, *ahead):
            have = self._pictures.get(page)
            if (have is None or have[0] != scale) and (page, scale) not in self._asked:
                self._asked.add((page, scale))
                self.picture_wanted.emit(page, scale)
            if page in seen and page not in self.texts:
                self.text_wanted.emit(page)

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._look.colour("sunken"))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        left, top = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        painter.translate(-left, -top)
        for page in self._seen():
            rect = self.pages.rect(page, self._canvas_width())
            painter.fillRect(rect, Qt.GlobalColor.white)
            have = self._pictures.get(page)
            if have is not None and not have[1].isNull():
                self._pictures.move_to_end(page)
                painter.drawPixmap(rect, have[1], QRectF(have[1].rect()))
            painter.setPen(self._look.colour("line2"))
            painter.drawRect(rect)
            text = self.texts.get(page)
            if text is not None:
                self._draw_marks(painter, page, text, rect)

    def _draw_marks(self, painter: QPainter, page: int, text: PageText, rect: QRectF) -> None:
        """Multiplied over the white page, as a marker pen does: black letters stay black in every theme."""
        painter.save()
        painter.translate(rect.topLeft())
        painter.scale(self.pages.scale, self.pages.scale)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
        front: list[QRectF] = []
        for at, (start, end) in enumerate(self.marks.on(page)):
            boxes = rectangles(text, start, end)
            front += boxes if self.marks.is_front(page, at) else []
            for box in boxes:
                painter.fillRect(box, QColor(_INK.hl_unsupported))
        chosen = self.marks.chosen_on(page, len(text.text))
        if chosen is not None:
            for box in rectangles(text, *chosen):
                painter.fillRect(box, QColor(_INK.sel))
        painter.setPen(QPen(QColor(_INK.accent), 1))
        for box in front:
            painter.drawRect(box.adjusted(-1, -1, 1, 1))
        painter.restore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fit:
            self._refit()
        else:
            self._set_bars()

    # Choosing text

    def show_marks(
        self, found: Mapping[int, Sequence[tuple[int, int]]], front: tuple[int, int] | None
    ) -> None:
        """Places that were found, by page; front: (page, which of its places)."""
        self.marks.show(found, front)
        self.viewport().update()

    def choose(self, anchor: Spot | None, head: Spot | None = None) -> None:
        """Select from one boundary to another; None: nothing."""
        self.marks.choose(anchor, head)
        self.selected.emit()
        self.viewport().update()

    def _spot(self, at: QPoint) -> Spot | None:
        x = at.x() + self.horizontalScrollBar().value()
        y = at.y() + self.verticalScrollBar().value()
        if not self.pages.sizes:
            return None
        page = self.pages.at(y)
        text, rect = self.texts.get(page), self.pages.rect(page, self._canvas_width())
        if text is None:
            return None
        inside = QPointF(x - rect.left(), y - rect.top()) / self.pages.scale
        found = character_at(text, inside)
        return (page, found) if found >= 0 else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if event.button() == Qt.MouseButton.MiddleButton:
            self.grab_view(at)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._pressed = True
            spot = self._spot(at)
            if event.modifiers() & SHIFT and self.marks.anchor is not None:
                self.choose(self.marks.anchor, spot)
            else:
                self.choose(spot)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if not self.move_view(at) and self._pressed and self.marks.anchor is not None:
            spot = self._spot(at)
            if spot is not None:
                self.choose(self.marks.anchor, spot)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self._pressed = False
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        spot = self._spot(event.position().toPoint())
        if spot is not None:
            start, end = word_around(self.texts[spot[0]].text, spot[1])
            self.choose((spot[0], start), (spot[0], end))

    # Keys

    def keeps(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        if modifiers & CONTROL and not modifiers & ~(CONTROL | SHIFT):
            if key in (Qt.Key.Key_A, Qt.Key.Key_C) and not modifiers & SHIFT:
                return True
            if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and modifiers & SHIFT:
                return True
        return super().keeps(key, modifiers)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        if modifiers & SHIFT and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._extend(1 if key == Qt.Key.Key_Right else -1, word=bool(modifiers & CONTROL))
        elif modifiers == CONTROL and key == Qt.Key.Key_A:
            text = self.texts.get(self._page)
            self.choose((self._page, 0), (self._page, len(text.text) if text is not None else 0))
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self._page_step(1 if key == Qt.Key.Key_PageDown else -1)
        elif key == Qt.Key.Key_Home:
            self.go_to(0)
        elif key == Qt.Key.Key_End:
            self.go_to(len(self.pages.sizes) - 1)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and not self.horizontalScrollBar().maximum():
            self.go_to(self._page + (1 if key == Qt.Key.Key_Right else -1))
        else:
            return False
        return True

    def _page_step(self, step: int) -> None:
        """A view's height on; between single pages to the next one."""
        bar = self.verticalScrollBar()
        before = bar.value()
        bar.setValue(before + step * (self.viewport().height() - self._look.px(40)))
        if bar.value() == before and self.pages.alone:
            self.go_to(self._page + step)

    def _extend(self, step: int, *, word: bool) -> None:
        """Move the end of the selection; without one it begins at the top of the page."""
        head = self.marks.head
        if head is None or head[0] not in self.texts:
            if self._page not in self.texts:
                return
            head = (self._page, 0)
        anchor = self.marks.anchor or head
        text = self.texts[head[0]].text
        found = next_boundary(text, head[1], step, word=word)
        self.choose(anchor, (head[0], found))
        boxes = rectangles(self.texts[head[0]], max(0, found - 1), found + 1)
        if boxes:
            self.go_to(head[0], boxes[0])
