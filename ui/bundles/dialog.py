"""A bundle under way, and how it went: one small dialog over the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QProgressBar, QWidget

from app.services.bundles import SUFFIX
from ui.bundles.presenter import BundlesPresenter
from ui.i18n import tr
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.layout import Column, Row
from ui.widgets.notice import announce
from ui.widgets.text import IconLabel, Paragraph

WIDTH = 480


class BundleDialog(QDialog):
    """Cancel while it works, Close when it has ended. Esc does the same."""

    def __init__(self, look: ThemeHolder, parent: QWidget, presenter: BundlesPresenter) -> None:
        super().__init__(parent)
        self._look = look
        self._presenter = presenter
        self._over = False
        self.setModal(True)
        self._mark = IconLabel(look, "package", "t2", 20)
        self.title = Paragraph(look, role="title")
        self.words = Paragraph(look, role="lead")
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress"))
        self.button = Button(look, tr("Cancel"), least=88)
        self.button.clicked.connect(self._press)
        head = Row(look, spacing=10)
        head.put(self._mark, Qt.AlignmentFlag.AlignTop)
        head.add((self.title, 1))
        self.setLayout(
            Column(
                look, head, 8, self.words, self.bar, 20, Row(look, None, self.button),
                spacing=6, margins=(24, 22, 24, 20),
            )
        )  # fmt: skip
        presenter.began.connect(self._began)
        presenter.stepped.connect(self.words.setText)
        presenter.ended.connect(self._ended)
        self.finished.connect(self.deleteLater)
        self.setFixedWidth(look.px(WIDTH))

    def reject(self) -> None:
        """Esc: stops what works; closes what has ended."""
        self._press()

    def _press(self) -> None:
        if self._over:
            self.done(QDialog.DialogCode.Accepted)
        else:
            self.button.set_blocked(tr("Stopping…"))
            self._presenter.cancel()

    def _began(self, words: str) -> None:
        self._say(words)
        self.open()
        self.button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ended(self, title: str, words: str, good: bool) -> None:
        self._over = True
        presenter = self._presenter
        presenter.began.disconnect(self._began)
        presenter.stepped.disconnect(self.words.setText)
        presenter.ended.disconnect(self._ended)
        self._mark.set_icon("circle-check" if good else "octagon-alert", "good" if good else "bad")
        self.words.setText(words)
        self.bar.hide()
        self.button.set_blocked("")
        self.button.set_words(tr("Close"))
        self._say(title)
        self.button.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self, f"{title}. {words}")
        self.adjustSize()

    def _say(self, title: str) -> None:
        self.title.setText(title)
        self.setWindowTitle(title)
        self.setAccessibleName(title)


def ask_open(look: ThemeHolder, window: QWidget, presenter: BundlesPresenter) -> QFileDialog:
    """Which file; then take it in."""
    dialog = QFileDialog(window, tr("Open a bundle…"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([f"Assay (*{SUFFIX})", tr("All files (*)")])
    return _ask(look, window, presenter, dialog, presenter.take_in)


def ask_save(look: ThemeHolder, window: QWidget, presenter: BundlesPresenter) -> QFileDialog:
    """Which folder, a stick for example; then write into it."""
    dialog = QFileDialog(window, tr("Folder for the bundle"))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return _ask(look, window, presenter, dialog, presenter.save)


def _ask(
    look: ThemeHolder,
    window: QWidget,
    presenter: BundlesPresenter,
    dialog: QFileDialog,
    act: Callable[[Path], None],
) -> QFileDialog:
    def chosen(path: str) -> None:
        if not presenter.running:
            BundleDialog(look, window, presenter)
            act(Path(path))

    dialog.fileSelected.connect(chosen)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
