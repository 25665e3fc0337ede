"""What opens over a task: the flags at the foot of the judging panel, the search through the batch.

over = OverTask(look, screen, panel, presenter, reading.search.seek)
over.bind(binder, enabled); over.digit(2); over.leave(); over.fit()
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.domain.review import FlagKind
from app.services.values import Hit
from ui.commands import CommandBinder
from ui.grading.find_sheet import FindSheet
from ui.grading.flag_panel import FlagPanel
from ui.grading.presenter import GradingPresenter
from ui.grading.words import spot_of
from ui.panels.rubric.panel import RubricPanel
from ui.theme.apply import ThemeHolder

SHEET = 420


class OverTask(QObject):
    """One of them is open, or none."""

    def __init__(
        self,
        look: ThemeHolder,
        screen: QWidget,
        panel: RubricPanel,
        presenter: GradingPresenter,
        seek: Callable[[str], None],
    ) -> None:
        """seek(words): find them in the task in front."""
        super().__init__(screen)
        self._seek = seek
        self._look = look
        self._screen = screen
        self._panel = panel
        self._presenter = presenter
        self.flags = FlagPanel(look)
        panel.body.insertWidget(panel.body.count() - 1, self.flags)
        self.find_sheet = FindSheet(look)
        self.find_sheet.setParent(screen)
        presenter.shown.connect(lambda _: self.flags.setVisible(False))
        presenter.beside.found.connect(self.find_sheet.show_hits)
        self.flags.chosen.connect(self._flag)
        self.flags.closed.connect(self.leave)
        self.find_sheet.asked.connect(presenter.find)
        self.find_sheet.picked.connect(self._go_to_hit)
        self.find_sheet.left.connect(self._close_find)

    def bind(self, binder: CommandBinder, enabled: Callable[[], bool]) -> None:
        """enabled: whether texts of the batch may be seen now."""
        binder.bind("find-batch", self.find_sheet.open_sheet, enabled=enabled)

    def open_flags(self) -> None:
        opened = self._presenter.opened
        if opened is not None and not opened.submitted:
            self._panel.flush()
            self._panel.close_list()
            self.flags.open_for(opened.review)

    def digit(self, digit: int) -> bool:
        """Whether the digit chose a flag."""
        if self.flags.isHidden():
            return False
        self.flags.digit(digit)
        return True

    def leave(self) -> bool:
        """Esc: what is open closes. False when nothing is."""
        if not self.find_sheet.isHidden():
            self._close_find()
        elif not self.flags.isHidden():
            self.flags.setVisible(False)
            self._panel.take_focus()
        else:
            return False
        return True

    def fit(self) -> None:
        """The screen has another size."""
        px, room = self._look.px, self._screen.size()
        width = min(px(SHEET), room.width() - px(16))
        self.find_sheet.setGeometry(px(8), px(8), width, room.height() - px(16))

    def _flag(self, kind: FlagKind | None, reason: str) -> None:
        self.flags.setVisible(False)
        self._panel.take_focus()
        self._presenter.aside.flag(kind, reason)

    def _go_to_hit(self, hit: Hit) -> None:
        """To the task, and in it to the control with one's own words, or to the words in what is read."""
        self._close_find()
        spot = spot_of((hit.path,)) if hit.path else None
        if spot is not None:
            self._presenter.open_task(hit.task, spot.response, spot.criterion)
        elif self._presenter.open_task(hit.task) and hit.words:
            self._seek(hit.words)

    def _close_find(self) -> None:
        self.find_sheet.setVisible(False)
        self._panel.take_focus()
