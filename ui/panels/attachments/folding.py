"""Code whose blocks fold: a line and what is indented deeper below it.

view = FoldingCode(look, supply); view.show_code(…)
view.toggle()          # the block that the cursor is in, or begins
view.fold_all(True)    # all of the outermost
"""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QTextBlock, QTextCursor

from ui.i18n import trn
from ui.panels.reading.code_view import CodeView

TAB = 4
LEAST = 2
"""Lines that are worth folding."""


def regions(lines: list[str]) -> dict[int, int]:
    """First line → last line of each block, from 0: what follows is indented deeper; blank lines end none."""
    found: dict[int, int] = {}
    open_: list[tuple[int, int]] = []  # (indent, line) of heads that may still grow
    last = -1  # the last line that is not blank
    for at, line in enumerate(lines):
        if not line.strip():
            continue
        indent = len(line.expandtabs(TAB)) - len(line.expandtabs(TAB).lstrip())
        while open_ and open_[-1][0] >= indent:
            _, head = open_.pop()
            if last - head >= LEAST:
                found[head] = last
        open_.append((indent, at))
        last = at
    for _, head in open_:
        if last - head >= LEAST:
            found[head] = last
    return found


class FoldingCode(CodeView):
    """A code view that hides blocks; a folded head says how many lines stand behind it."""

    _regions: dict[int, int] | None = None
    _folded: frozenset[int] = frozenset()

    @property
    def folded(self) -> frozenset[int]:
        """The heads whose blocks are hidden."""
        return self._folded

    def regions(self) -> dict[int, int]:
        """Made when it is first asked for: a long file is shown before its blocks are known."""
        self.finish()
        if self._regions is None:
            self._regions = regions(self.toPlainText().split("\n"))
        return self._regions

    def forget(self) -> None:
        """Another text is shown."""
        self._regions, self._folded = None, frozenset()

    def toggle(self) -> bool:
        """Fold or unfold the innermost block at the cursor; False where there is none."""
        line = self.textCursor().blockNumber()
        if line in self._folded:
            self._fold(self._folded - {line})
            return True
        heads = [head for head, end in self.regions().items() if head <= line <= end]
        if not heads:
            return False
        head = max(heads)
        cursor = QTextCursor(self.document().findBlockByNumber(head))
        self.setTextCursor(cursor)
        self._fold(self._folded | {head})
        return True

    def fold_all(self, fold: bool) -> None:
        """All of the outermost blocks, or none."""
        outer: set[int] = set()
        end = -1
        for head, last in sorted(self.regions().items()):
            if head > end:
                outer.add(head)
                end = last
        self._fold(frozenset(outer) if fold else frozenset())

    def show_position(self, position: int) -> None:
        self.finish()
        line = self.document().findBlock(position).blockNumber()
        hiding = {head for head in self._folded if head < line <= self.regions()[head]}
        if hiding:
            self._fold(self._folded - hiding)
        super().show_position(position)

    def _fold(self, heads: frozenset[int]) -> None:
        self._folded = heads
        hidden = [(head, self.regions()[head]) for head in sorted(heads)]
        block, at, until = self.document().firstBlock(), 0, -1
        while block.isValid():
            number_ = block.blockNumber()
            shown = number_ > until
            if block.isVisible() != shown:
                block.setVisible(shown)
                block.setLineCount(max(1, block.layout().lineCount()) if shown else 0)
            while at < len(hidden) and hidden[at][0] <= number_:
                until = max(until, hidden[at][1])
                at += 1
            block = block.next()
        self.document().markContentsDirty(0, self.document().characterCount())
        layout = self.document().documentLayout()
        layout.documentSizeChanged.emit(layout.documentSize())
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._folded:
            painter = QPainter(self.viewport())
            painter.setFont(self._look.font("small"))
            painter.setPen(QColor(self._look.theme.colours.accent))
            for block, rect in self._marks():
                count = self.regions()[block.blockNumber()] - block.blockNumber()
                words = trn("{n} line", "{n} lines", count)
                painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter), f"  ⋯ {words}")

    def _marks(self) -> list[tuple[QTextBlock, QRect]]:
        """The folded heads in view, and where their marks stand."""
        found = []
        block = self.firstVisibleBlock()
        while block.isValid():
            area = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if area.top() > self.viewport().height():
                break
            if block.isVisible() and block.blockNumber() in self._folded and block.layout().lineCount():
                line = block.layout().lineAt(block.layout().lineCount() - 1)
                left = area.left() + line.naturalTextWidth() + self._look.px(6)
                top = area.top() + line.y()
                found.append(
                    (block, QRect(round(left), round(top), self._look.px(160), round(line.height())))
                )
            block = block.next()
        return found

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for block, rect in self._marks() if self._folded else ():
            if rect.contains(event.position().toPoint()):
                self._fold(self._folded - {block.blockNumber()})
                return
        super().mousePressEvent(event)
