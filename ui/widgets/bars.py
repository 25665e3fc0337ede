"""The bar on top of the window and the line at its foot.

bar = TopBar(look, search=tr("Search or run a command"), search_key="Ctrl+K")
bar.set_crumbs([Crumb("Harbor Medical", go_desk), Crumb("Task 13 of 24")])
bar.set_extras([timer_chip])
bar.palette_asked.connect(…); bar.lock_asked.connect(…); bar.preferences_asked.connect(…)

line = StatusLine(look)
line.set_facts([Fact("Saved 14:03", "circle-check", "good"), Fact("safe to close")])
line.set_trailing("Last synced 11:20 · offline"); line.keys_asked.connect(…)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui.i18n import tr
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button, IconButton, Pressable
from ui.widgets.chip import KeyCap
from ui.widgets.drawn import Remark, Remarks, TextLine
from ui.widgets.layout import Hairline, Row
from ui.widgets.surface import Surface
from ui.widgets.text import IconLabel, Label


class Mark(QLabel):
    """Assay's mark: a hallmark lozenge with a check."""

    def __init__(self, look: ThemeHolder, side: int = 24) -> None:
        super().__init__()
        self._look = look
        self._side = side
        self.setAccessibleName("Assay")
        look.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        side = self._look.px(self._side)
        self.setFixedSize(side, side)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self.width() / 24, self.height() / 24)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour("fill"))
        lozenge = QPainterPath()
        lozenge.moveTo(12, 1)
        for x, y in ((23, 12), (12, 23), (1, 12)):
            lozenge.lineTo(x, y)
        lozenge.closeSubpath()
        painter.drawPath(lozenge)
        pen = QPen(self._look.colour("on_fill"), 2)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPolyline([QPointF(7.8, 12.3), QPointF(11, 15.2), QPointF(16.2, 9)])


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the way here; the last one is where you are."""

    text: str
    go: Callable[[], None] | None = None


LEAST_CRUMB = 48
"""px at 100 %."""


class TopBar(Surface):
    """Mark, crumbs, what the screen adds, search, lock, preferences."""

    palette_asked = Signal()
    lock_asked = Signal()
    preferences_asked = Signal()

    def __init__(self, look: ThemeHolder, *, search_key: str = "Ctrl+K", lock_key: str = "Ctrl+L") -> None:
        super().__init__(look, "top", across=True, spacing=10, margins=(16, 0, 12, 0), height=52)
        rule = Hairline(upright=True)
        rule.setFixedHeight(20)
        self._crumbs = Row(look, spacing=2)
        self._extras = Row(look, spacing=6)
        self._steps: list[Button | TextLine] = []
        self._way: tuple[Crumb, ...] = ()
        self._end: TextLine | None = None
        self._end_room = 0
        """What the end was given so far: other words of its width move nothing around it."""
        self.search = SearchButton(look, tr("Search or run a command"), search_key)
        self.lock = IconButton(look, "lock", tr("Lock"), key=lock_key)
        self.preferences = IconButton(look, "settings", tr("Preferences"))
        self.search.clicked.connect(self.palette_asked)
        self.lock.clicked.connect(self.lock_asked)
        self.preferences.clicked.connect(self.preferences_asked)
        look.changed.connect(self._fit_crumbs)
        self.body.add(Mark(look), Label(look, "Assay", role="section"), 4, rule, 4)
        self.body.add((self._crumbs, 1), self._extras, 4, self.search, self.lock, self.preferences)

    def set_crumbs(self, crumbs: Sequence[Crumb]) -> None:
        """The way here; where only its end differs, only the end is written anew."""
        if self._end is not None and crumbs and tuple(crumbs[:-1]) == self._way[:-1]:
            self._way = tuple(crumbs)
            self._end.setText(crumbs[-1].text)
            if self._wanted(self._end, crumbs[-1].text) > self._end_room:
                self._fit_crumbs()
            return
        self._crumbs.clear()
        self._steps = []
        self._way, self._end, self._end_room = tuple(crumbs), None, 0
        for i, crumb in enumerate(crumbs):
            last = i == len(crumbs) - 1
            if i:
                self._crumbs.add(IconLabel(self._look, "chevron-right", "t3", 14))
            if crumb.go is None or last:
                label = TextLine(self._look, crumb.text, role="strong" if last else "second", elide=True)
                label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
                self._crumbs.add(6, label, 6)
                self._steps.append(label)
                self._end = label if last else None
            else:
                link = Button(self._look, crumb.text, kind="quiet")
                link.clicked.connect(crumb.go)
                link.setToolTip(crumb.text)
                self._steps.append(link)
                self._crumbs.add(link)
        self._crumbs.add(None)
        self._fit_crumbs()

    def _fit_crumbs(self) -> None:
        """The way here has the room that the rest leaves; of names that are too long each gets as much."""
        wanted = [self._wanted(step, crumb.text) for step, crumb in zip(self._steps, self._way, strict=True)]
        if self._end is not None:
            self._end_room = wanted[-1] = max(self._end_room, wanted[-1])
        room = self._room()
        end = min(wanted[-1], max(room // 2, _share(wanted, room))) if wanted else 0
        most = max(_share(wanted[:-1], room - end), self._look.px(LEAST_CRUMB))
        for step, crumb, width in zip(self._steps, self._way, wanted, strict=True):
            given = end if step is self._steps[-1] else min(width, most)
            if isinstance(step, TextLine):
                step.setFixedWidth(given)
                continue
            metrics = QFontMetrics(step.font())
            room = given - (width - metrics.horizontalAdvance(crumb.text)) + 1
            shown = metrics.elidedText(crumb.text, Qt.TextElideMode.ElideRight, room)
            if step.text() != shown:
                step.setText(shown)

    def _wanted(self, step: Button | TextLine, text: str) -> int:
        if isinstance(step, TextLine):
            return self._look.metrics("strong" if step is self._end else "second").horizontalAdvance(text) + 1
        metrics = QFontMetrics(step.font())
        return (
            step.sizeHint().width() - metrics.horizontalAdvance(step.text()) + metrics.horizontalAdvance(text)
        )

    def _room(self) -> int:
        """For the words of the crumbs: without what stands around them, and without what stands between them."""
        edges = self.body.contentsMargins()
        taken = edges.left() + edges.right()
        for box, spared in ((self.body, [self.search]), (self._crumbs, self._steps)):
            for at in range(box.count()):
                item = box.itemAt(at)
                widget = item.widget() if item is not None else None
                if widget is not None:
                    # What is new is not shown yet, and its item says 0.
                    wide = max(widget.sizeHint().width(), widget.minimumWidth())
                    taken += box.spacing() + (0 if widget in spared else wide)
                elif item is not None and item.layout() is not self._crumbs:
                    taken += item.sizeHint().width()
        return max(self.width() - taken - self.search.minimumWidth(), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_crumbs()

    def set_extras(self, widgets: Sequence[QWidget]) -> None:
        """What the screen adds before the search; the widgets before them are deleted."""
        if not widgets and not self._extras.count():
            return
        self._extras.clear()
        self._extras.add(*widgets)
        self._fit_crumbs()

    def set_enabled(self, on: bool) -> None:
        """Search, lock and preferences make no sense while locked or before the first lab."""
        for button in (self.search, self.lock):
            button.setVisible(on)


def _share(wanted: Sequence[int], room: int) -> int:
    """The width that none may exceed so that all together have room."""
    left, rest = room, sorted(wanted)
    while rest and rest[0] * len(rest) <= left:
        left -= rest.pop(0)
    return left // len(rest) if rest else max(wanted, default=0)


class SearchButton(Pressable):
    """Looks like a field, opens the command palette."""

    def __init__(self, look: ThemeHolder, text: str, key: str) -> None:
        super().__init__()
        self._look = look
        self.setProperty("kind", "search")
        self.setAccessibleName(text)
        self.setAccessibleDescription(key)
        row = Row(look, spacing=8, margins=(10, 0, 8, 0))
        row.add(IconLabel(look, "search", "t3", 15), Label(look, text, role="quiet"), None, KeyCap(look, key))
        self.setLayout(row)
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        look.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        layout = self.layout()
        natural = layout.minimumSize().width() if layout is not None else 0
        self.setMinimumWidth(max(natural, min(self._look.px(264), 360)))


@dataclass(frozen=True, slots=True)
class Fact:
    """A short true sentence on the status line."""

    text: str
    icon: str = ""
    tone: str = ""


class StatusLine(Surface):
    """One line that always tells the truth."""

    keys_asked = Signal()

    def __init__(self, look: ThemeHolder, *, keys_key: str = "?") -> None:
        super().__init__(look, "status", across=True, spacing=8, margins=(16, 0, 8, 0), height=32)
        self._facts = Remarks(look, gap=8, icon_gap=8, between="·", toned=True)
        self._trailing = Label(look, role="quiet", figures=True)
        self._keys = Button(look, tr("Keys"), kind="quiet", key=keys_key)
        self._keys.clicked.connect(self.keys_asked)
        self.action = Button(look, "", kind="link")
        self.action.clicked.connect(self._act)
        self.action.setVisible(False)
        self._on_action: Callable[[], None] | None = None
        self.body.add((self._facts, 1), self.action, self._trailing, KeyCap(look, keys_key), self._keys)
        self._said: tuple[Fact, ...] = ()

    def set_facts(self, facts: Sequence[Fact]) -> None:
        if tuple(facts) == self._said:
            return
        self._said = tuple(facts)
        self._facts.say([Remark(fact.text, fact.icon, fact.tone) for fact in facts])
        self.setAccessibleName(" · ".join(f.text for f in facts))

    def set_trailing(self, text: str) -> None:
        self._trailing.setText(text)

    def set_action(self, words: str, on_action: Callable[[], None] | None) -> None:
        """One thing that can be done about what is said (cancel); no words hide it."""
        self._on_action = on_action
        if words != self.action.accessibleName():
            self.action.set_words(words)
        self.action.setVisible(bool(words))

    def _act(self) -> None:
        if self._on_action is not None:
            self._on_action()
