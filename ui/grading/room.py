"""How tasks, reading and judging share the window: folded and stacked by the room there is, dragged, remembered.

Narrow windows fold the tasks to icons; where judging cannot keep its width beside the reading (large text) it
goes under it. Where then the height is little too, the criterion in focus keeps its buttons in view, and the reading
whole lines of its text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from app.domain.ids import TaskId
from ui.grading.task_panel import NARROW, WIDE, TaskPanel
from ui.i18n import tr
from ui.panels.reading.reading_panel import ReadingPanel
from ui.panels.rubric.panel import RubricPanel
from ui.theme.apply import ThemeHolder
from ui.widgets.layout import Row
from ui.widgets.scroll import Splitter

READING, JUDGING = 520, 380
FOLD_BELOW = 1100
ROOMY = 660
"""px of reading that a folded window gives before judging gets more than its least."""
STARTS = (226, 756, 458)
READING_SHARE = 0.42
"""Of the height, where judging stands under the reading: the focused criterion with its verdicts must fit."""
READING_MORE = 0.68
"""The same while something of the reading side is asked, a label, a highlight of the list, or written there."""
CRAMPED = 560
"""px at 100 %: in less height, reading over judging has room only without what can be folded away."""
LINES = (4, 3, 2)
"""Lines of text that stay in view then: as many as what is open leaves room for."""


class Room(QWidget):
    """layout_changed([tasks, reading, judging]) after a splitter was moved. cramped(bool): see `CRAMPED`."""

    layout_changed = Signal(object)
    cramped = Signal(bool)

    def __init__(
        self,
        look: ThemeHolder,
        tasks: TaskPanel,
        page: QWidget,
        reading: ReadingPanel,
        beside: Callable[[], int],
        panel: RubricPanel,
        cover: QWidget,
    ) -> None:
        """page: all of the reading side; reading: the part of it that has the texts; beside: the least height, px, of
        all else that it has in little height."""
        super().__init__()
        self._look = look
        self._tasks, self._page, self._panel, self._cover = tasks, page, panel, cover
        self._reading, self._beside = reading, beside
        self._dragged = self._stacked = self._compact = False
        self._favoured: set[str] = set()
        self._cramped = False
        self._task: TaskId | None = None
        self._tallest = 0  # of what was in focus in this task: the parts do not move with every criterion
        self._needs: tuple[int, ...] = ()
        self._inner = Splitter(look, tr("Reading and judging"))
        self._inner.add(page, least=0, start=STARTS[1], grows=True)
        self._inner.add(panel, least=0, start=STARTS[2])
        self._outer = Splitter(look, tr("Tasks and task"))
        self._outer.add(tasks, least=0, start=STARTS[0])
        self._work = QStackedWidget()
        self._work.addWidget(self._inner)
        self._work.addWidget(cover)
        self._outer.add(self._work, least=0, start=STARTS[1] + STARTS[2], grows=True)
        self.setLayout(Row(look, (self._outer, 1), spacing=0))
        self._outer.splitterMoved.connect(self._moved)
        self._inner.splitterMoved.connect(self._moved)
        panel.place_moved.connect(self._focus_moved)
        look.changed.connect(self.arrange)

    @property
    def is_cramped(self) -> bool:
        return self._cramped

    @property
    def covered(self) -> bool:
        return self._work.currentWidget() is self._cover

    def set_covered(self, covered: bool) -> None:
        """The cover in place of reading and judging."""
        self._work.setCurrentWidget(self._cover if covered else self._inner)

    def restore(self, sizes: Sequence[int]) -> None:
        """Widths of a session before: [tasks, reading, judging]."""
        if len(sizes) == len(STARTS) and all(size > 0 for size in sizes):
            self._outer.setSizes([sizes[0], sizes[1] + sizes[2]])
            self._inner.setSizes([sizes[1], sizes[2]])

    def favour_reading(self, whom: str, more: bool) -> None:
        """Where judging stands under the reading: more height for reading while somebody asks for it."""
        before = bool(self._favoured)
        (self._favoured.add if more else self._favoured.discard)(whom)
        if bool(self._favoured) != before:
            self.arrange()

    def _moved(self) -> None:
        self._dragged = True
        if not self._stacked and not self._compact:
            self.layout_changed.emit([self._outer.sizes()[0], *self._inner.sizes()])

    def arrange(self) -> None:
        """Fold and stack by the room there is; minimums are px at 100 % times the text size."""
        px, room = self._look.px, self.width()
        narrow = px(NARROW)
        compact = room < FOLD_BELOW or room < px(WIDE + READING + JUDGING)
        stacked = room - narrow < px(READING + JUDGING)
        self._tasks.setMinimumWidth(narrow if compact else px(WIDE))
        self._tasks.setMaximumWidth(narrow if compact else room // 2)
        self._page.setMinimumWidth(0 if stacked else px(READING))
        self._panel.setMinimumWidth(0 if stacked else px(JUDGING))
        self._panel.set_low(stacked)
        if compact != self._compact:
            self._compact = compact
            self._tasks.set_compact(compact)
            if not compact:
                self._outer.setSizes([px(STARTS[0]), room - px(STARTS[0])])
        if compact and self._outer.sizes()[0] != narrow:
            self._outer.setSizes([narrow, room - narrow])
        if compact and not stacked:
            rest = room - narrow
            judging = max(px(JUDGING), min(px(STARTS[2]), rest - px(ROOMY)))
            self._inner.setSizes([rest - judging, judging])
        if stacked != self._stacked:
            self._stacked = stacked
            across = Qt.Orientation.Vertical if stacked else Qt.Orientation.Horizontal
            self._inner.setOrientation(across)
            self._dragged = False
            if not stacked:
                self._inner.setSizes([room - narrow - px(STARTS[2]), px(STARTS[2])])
        self._set_cramped(stacked and self.height() < px(CRAMPED))
        least = self._make_room()
        if stacked and (self._favoured or self._cramped or not self._dragged):
            reading = round(self.height() * (READING_MORE if self._favoured else READING_SHARE))
            if self._cramped:
                reading = min(reading, self.height() - self._inner.handleWidth() - sum(self._needs[2:]))
            reading = max(reading, least)
            self._inner.setSizes([reading, self.height() - reading])

    def _set_cramped(self, cramped: bool) -> None:
        if cramped == self._cramped:
            return
        self._cramped = cramped
        self._tallest = self._panel.list.height_in_focus if cramped else 0
        self._panel.list.setMinimumHeight(
            1 if cramped else 0
        )  # it may give way to what is open over the foot
        for part in (self._page, self._reading, self._panel):
            if cramped:
                part.installEventFilter(self)
            else:
                part.removeEventFilter(self)
        if not cramped:
            self._reading.set_low(0)
        self.cramped.emit(cramped)

    def _make_room(self) -> int:
        """Whole lines of the text beside all that is open in judging; the least height of the reading side."""
        if not self._cramped:
            self._page.setMinimumHeight(0)
            return 0
        self._needs = self._needed()
        _, beside, judging, focus = self._needs
        height = self.height() - self._inner.handleWidth()
        for lines in LINES:
            least = self._reading.least_height(lines) + beside
            if least + judging + focus <= height:
                break
        self._reading.set_low(lines)
        least = max(0, min(least, height - judging))
        self._page.setMinimumHeight(least)
        return least

    def _needed(self) -> tuple[int, ...]:
        """Least heights, whatever lines are in view now: of reading without text, of what is beside it, of judging
        without a criterion, of what is in focus there (unless something else is worked in)."""
        held, panel = QApplication.focusWidget(), self._panel
        elsewhere = held is not None and panel.isAncestorOf(held) and not panel.list.isAncestorOf(held)
        focus = 0 if self._favoured or elsewhere else self._tallest
        return self._reading.least_height(0), self._beside(), self._judging(), focus

    def _focus_moved(self) -> None:
        opened = self._panel.opened
        if not self._cramped or opened is None:
            return
        if opened.task.id != self._task:
            self._task, self._tallest = opened.task.id, 0
        QTimer.singleShot(0, self, self._needs_changed)

    def _judging(self) -> int:
        """The least height of judging with all that is open in it."""
        body = self._panel.body
        return max(body.totalMinimumHeightForWidth(self._panel.width()), body.totalMinimumSize().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Something opened or closed in little height, or something else is in focus."""
        if event.type() == QEvent.Type.LayoutRequest:
            QTimer.singleShot(0, self, self._needs_changed)
        return False

    def _needs_changed(self) -> None:
        if self._cramped:
            self._tallest = max(self._tallest, self._panel.list.height_in_focus)
            if self._needs != self._needed():
                self.arrange()

    def minimumSizeHint(self) -> QSize:
        """Stacked, the parts make do with the height there is; the window need not grow for them."""
        least = super().minimumSizeHint()
        return QSize(least.width(), 0) if self._stacked else least
