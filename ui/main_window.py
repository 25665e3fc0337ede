"""The view of the window: top bar, notice, the screen in front, status line; pages that cover all of it.

A covering page (first run, lock, trouble) hides everything of the work: nothing of it is shown or can be
reached by keys while it is there.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.commands import Keymap
from ui.i18n import tr
from ui.theme.apply import ThemeHolder
from ui.widgets.bars import StatusLine, TopBar
from ui.widgets.button import IconButton
from ui.widgets.layout import Column, Row, Still
from ui.widgets.notice import Banner
from ui.widgets.surface import Surface


class NoticeArea(Surface):
    """At most one banner under the top bar, until it is answered or put away."""

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__(look, "panel", spacing=0, margins=(16, 8, 16, 8))
        self._banner: Banner | None = None
        self._row = Row(look, spacing=6)
        self.body.add(self._row)
        self.hide()

    def say(
        self,
        tone: str,
        icon: str,
        text: str,
        *,
        hint: str = "",
        action: str = "",
        on_action: Callable[[], None] | None = None,
    ) -> None:
        self._row.clear()
        banner = Banner(self._look, tone, icon, text, hint=hint, action=action)
        if on_action is not None:
            banner.acted.connect(on_action)
            banner.acted.connect(self.clear)
        away = IconButton(self._look, "x", tr("Put away"))
        away.clicked.connect(self.clear)
        self._row.add((banner, 1))
        self._row.put(away, Qt.AlignmentFlag.AlignTop)
        self._banner = banner
        self.show()

    @property
    def text(self) -> str:
        """What is said now, `""` when nothing is."""
        return self._banner.accessibleName() if self._banner is not None else ""

    def clear(self) -> None:
        self._banner = None
        self._row.clear()
        self.hide()


class MainWindow(QWidget):
    """Knows no session: the shell fills it. covered: a page lies over the work."""

    covered = Signal()

    def __init__(self, look: ThemeHolder, keymap: Keymap) -> None:
        super().__init__()
        self.bar = TopBar(look, search_key=keymap.first("palette"), lock_key=keymap.first("lock"))
        self.notice = NoticeArea(look)
        self.screens = QStackedWidget()
        self.line = StatusLine(look, keys_key=keymap.first("keys"))
        work = QWidget()
        work.setLayout(Column(look, self.bar, self.notice, (Still(self.screens), 1), self.line, spacing=0))
        self._work = work
        self._pages = QStackedWidget()
        self._pages.addWidget(work)
        self.setLayout(Column(look, (self._pages, 1), spacing=0))

    @property
    def is_covered(self) -> bool:
        return self._pages.currentWidget() is not self._work

    def cover(self, page: QWidget) -> None:
        """Show a page instead of everything; the page before it is deleted."""
        self._drop_page()
        self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)
        self.covered.emit()

    def uncover(self) -> None:
        """Back to the work."""
        self._pages.setCurrentWidget(self._work)
        self._drop_page()

    def _drop_page(self) -> None:
        for at in reversed(range(self._pages.count())):
            page = self._pages.widget(at)
            if page is not None and page is not self._work:
                self._pages.removeWidget(page)
                page.deleteLater()

    def add(self, screen: QWidget) -> None:
        self.screens.addWidget(screen)

    def show_screen(self, screen: QWidget) -> None:
        self.screens.setCurrentWidget(screen)

    def remove(self, screen: QWidget) -> None:
        """Take a screen out and delete it."""
        self.screens.removeWidget(screen)
        screen.hide()
        screen.deleteLater()
