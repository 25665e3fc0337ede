"""Toasts: bottom left above the status line, one action, six seconds, longer while they have the focus.

toasts = ToastHost(look, main_window, bottom=32)
toasts.show_toast("Submitted. Next task.", action="Undo", on_action=presenter.undo)
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QFrame, QWidget

from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.layout import Row
from ui.widgets.notice import announce
from ui.widgets.text import Label
from ui.widgets.watch import ResizeWatch

TOAST_MS = 6000


class Toast(QFrame):
    """One message over the window."""

    def __init__(
        self,
        look: ThemeHolder,
        parent: QWidget,
        text: str,
        *,
        action: str = "",
        on_action: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("surface", "toast")
        self.setAccessibleName(text)
        row = Row(look, Label(look, text, role="body", tone="page"), spacing=16, margins=(16, 6, 10, 6))
        self._on_action = on_action
        self._said = (text, action)
        if action:
            link = Button(look, action, kind="toastlink")
            link.clicked.connect(self._act)
            row.add(link)
        else:
            row.add(4)
        self.setLayout(row)
        self.setMinimumHeight(look.px(44))
        self._timer = QTimer(self)
        self._timer.setInterval(TOAST_MS)
        self._timer.timeout.connect(self._end)
        self._timer.start()

    def says(self, text: str, action: str) -> bool:
        return not self.isHidden() and self._said == (text, action)

    def again(self, on_action: Callable[[], None] | None) -> None:
        """The same words for something new: their time begins anew."""
        self._on_action = on_action
        self._timer.start()

    def _act(self) -> None:
        self.close()
        self.deleteLater()
        if self._on_action is not None:
            self._on_action()

    def _end(self) -> None:
        if not self.underMouse() and not self.isAncestorOf(self.window().focusWidget() or self.window()):
            self.close()
            self.deleteLater()


class ToastHost(QObject):
    """Shows one toast at a time over a window, `bottom` px above its lower edge."""

    def __init__(self, look: ThemeHolder, window: QWidget, *, bottom: int = 32) -> None:
        super().__init__(window)
        self._look = look
        self._window = window
        self._bottom = bottom
        self._toast: Toast | None = None
        ResizeWatch(window).resized.connect(self._place)

    def show_toast(
        self, text: str, *, action: str = "", on_action: Callable[[], None] | None = None
    ) -> Toast:
        """A new toast takes the place of the one before; the same words stay where they are."""
        if self._toast is not None and self._toast.says(text, action):
            self._toast.again(on_action)
            announce(self._toast, text)
            return self._toast
        self.clear()
        toast = Toast(self._look, self._window, text, action=action, on_action=on_action)
        toast.destroyed.connect(self._gone)
        self._toast = toast
        self._place()
        toast.show()
        toast.raise_()
        announce(toast, text)
        return toast

    def clear(self) -> None:
        if self._toast is not None:
            self._toast.destroyed.disconnect(self._gone)
            self._toast.close()
            self._toast.deleteLater()
            self._toast = None

    def _gone(self) -> None:
        self._toast = None

    def _place(self) -> None:
        if self._toast is not None:
            px = self._look.px
            self._toast.adjustSize()
            top = self._window.height() - px(self._bottom) - px(12) - self._toast.height()
            self._toast.move(px(16), top)
