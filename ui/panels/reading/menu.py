"""The context menu of texts, and the question before a link is opened."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMenu, QPlainTextEdit, QTextEdit, QWidget

from ui.i18n import tr
from ui.theme.apply import ThemeHolder
from ui.widgets.dialog import Dialog


def reading_menu(
    view: QTextEdit | QPlainTextEdit, url: str = "", open_link: Callable[[str], None] | None = None
) -> QMenu:
    """Copy, select all and, over a link, open it."""
    menu = QMenu(view)
    copy = menu.addAction(tr("Copy"))
    copy.setEnabled(view.textCursor().hasSelection())
    copy.triggered.connect(view.copy)
    menu.addAction(tr("Select all")).triggered.connect(view.selectAll)
    if url and open_link is not None:
        menu.addSeparator()
        ask = open_link
        menu.addAction(tr("Open link…")).triggered.connect(lambda: ask(url))
    menu.aboutToHide.connect(menu.deleteLater)
    return menu


def real_host(url: str) -> str:
    """Where a link really leads: the host in ASCII for https, the address for mailto; empty = not to be opened."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
        if parts.scheme == "mailto":
            return parts.path
        return host.encode("idna").decode() if parts.scheme == "https" else ""
    except (ValueError, UnicodeError):
        return ""


class LinkGate:
    """Asks before a link is opened, and names the host that it leads to."""

    def __init__(
        self, look: ThemeHolder, window: QWidget, open_url: Callable[[QUrl], object] | None = None
    ) -> None:
        self._look = look
        self._window = window
        self._open = open_url or QDesktopServices.openUrl
        self.dialog: Dialog | None = None

    def ask(self, url: str) -> None:
        host = real_host(url)
        if not host:
            self._show(
                tr("This link is not opened"),
                tr("Only https and mail links are opened. You can copy the address."),
                tr("Close"),
                url,
                cancel="",
            )
            return
        dialog = self._show(
            tr("Open {host}?", host=host),
            tr("The link stands in text from outside. It opens in your web browser, not in Assay."),
            tr("Open"),
            url,
        )
        dialog.accepted.connect(lambda: self._open(QUrl(url.strip())))

    def _show(self, title: str, text: str, verb: str, url: str, cancel: str | None = None) -> Dialog:
        self.dialog = Dialog(
            self._look, self._window, title, text, verb=verb, details=url[:2000], cancel=cancel
        )
        self.dialog.finished.connect(self.dialog.deleteLater)
        self.dialog.open()
        return self.dialog
