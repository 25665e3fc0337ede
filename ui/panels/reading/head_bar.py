"""The line over a response: tabs at its left, warnings and the kind of view at its right.

Where there is no room for both, tabs say only their letter; then the right part goes on a line of its own.
In little height it is one slim line, which has the prompt's button and a remark too, and no kind of view that
has no room.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from ui.i18n import tr
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.chip import Chip
from ui.widgets.choice import SegmentedControl, TabStrip
from ui.widgets.layout import Row
from ui.widgets.surface import Surface

BESIDE = "beside"
_GAP = 24
REMARK = 200
"""px at 100 %: the beginning of a remark, in the slim line."""


class HeadBar(Surface):
    def __init__(self, look: ThemeHolder, tabs: TabStrip, warning: Chip, modes: SegmentedControl) -> None:
        super().__init__(look, "bar", spacing=0, margins=(36, 0, 24, 0), height=48)
        self._tabs, self._warning, self._modes = tabs, warning, modes
        self._names: Sequence[str] = ()
        self._letters: Sequence[str] = ()
        self._more: Sequence[tuple[str, str]] = ()
        self._tab_choices: list[tuple[str, str]] = []
        self._mode_choices: list[tuple[str, str]] = []
        self.prompt = Button(look, tr("Prompt"), kind="link", icon="chevron-right", key="V")
        self.prompt.setVisible(False)
        self._slim = False
        self._remark: QWidget | None = None
        self._upper = Row(look, self.prompt, tabs, None, spacing=8)
        self._lower = Row(look, None, spacing=8)
        self._right = Row(look, warning, modes, spacing=8)
        self._upper.addLayout(self._right)
        self._low = False
        self.body.add(self._upper, self._lower)
        self._widths: dict[str, int] = {}
        look.changed.connect(self._again)

    def set_responses(self, names: Sequence[str], letters: Sequence[str]) -> None:
        """The names of the responses, whose tabs are "0", "1", …"""
        self._names, self._letters = names, letters

    def set_more(self, more: Sequence[tuple[str, str]]) -> None:
        """Tabs behind those of the responses: value and words."""
        self._more = more

    def set_slim(self, remark: QWidget | None) -> None:
        """One slim line with a remark of its own; None: as it was."""
        self._slim = remark is not None
        self._remark = remark
        if remark is not None:
            shown = not remark.isHidden()
            self._upper.insertWidget(2, remark, 100)
            remark.setVisible(shown)
            remark.installEventFilter(self)
        self.prompt.setVisible(self._slim)
        self.fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._slim and event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self.fit()
        return False

    def fit(self) -> None:
        """Choose names and lines for the width there is."""
        modes = [("rendered", tr("Rendered")), ("raw", tr("Raw"))]
        if len(self._names) > 1:
            modes.append((BESIDE, tr("Side by side")))
        if modes != self._mode_choices:
            self._mode_choices = modes
            self._modes.set_choices(modes)
        room = self.width() - self._look.px(60 + _GAP)
        right = self._wish([words for _, words in modes], pad=26, gap=0)
        if not self._warning.isHidden():
            right += self._warning.sizeHint().width() + self._look.px(8)
        more = [words for _, words in self._more]
        if self._slim:
            room -= self.prompt.sizeHint().width() + self._look.px(8)
            remarked = self._remark is not None and not self._remark.isHidden()
            views = not remarked and self._wish([*self._letters, *more]) + right <= room
            self._modes.setVisible(views)
            right = right if views else self._look.px(REMARK) if remarked else 0
        else:
            self._modes.setVisible(True)
        names = self._names
        if self._wish([*names, *more]) + right > room and len(names) > 1:
            names = self._letters
        self._name(names)
        self._put(low=not self._slim and self._wish([*names, *more]) + right > room)

    def _wish(self, words: Sequence[str], *, pad: int = 10, gap: int = 20) -> int:
        """The width that buttons with these words take; pad and gap in px at 100 %."""
        px = self._look.px
        return sum(self._wide(word) + px(pad) for word in words) + px(gap) * max(0, len(words) - 1)

    def _wide(self, word: str) -> int:
        """Few words, asked for with every task."""
        found = self._widths.get(word)
        if found is None:
            found = self._widths[word] = self._look.metrics("strong").horizontalAdvance(word)
        return found

    def _again(self) -> None:
        self._widths.clear()
        self.fit()

    def _name(self, names: Sequence[str]) -> None:
        choices = [(f"{i}", name) for i, name in enumerate(names)] + list(self._more)
        if choices != self._tab_choices:
            self._tab_choices = choices
            self._tabs.set_choices(choices)

    def _put(self, *, low: bool) -> None:
        if low == self._low:
            return
        self._low = low
        (self._upper if not low else self._lower).addLayout(self._take())
        self.body.setContentsMargins(*self._margins(low))

    def _take(self) -> Row:
        for row in (self._upper, self._lower):
            row.removeItem(self._right)
        self._right.setParent(None)
        return self._right

    def _margins(self, low: bool) -> tuple[int, int, int, int]:
        px = self._look.px
        return px(36), 0, px(24), px(8) if low else 0

    def minimumSizeHint(self) -> QSize:
        """Names give way before the panel does."""
        return QSize(self._look.px(120), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()
