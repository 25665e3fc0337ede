"""Joining where there is no network: the request is written, and the lab's answer is to be opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.errors import AssayError
from app.services.bundles import SUFFIX
from ui.first_run.pages import Card
from ui.i18n import tr
from ui.problems import words_of
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.flow import Flow
from ui.widgets.layout import Row
from ui.widgets.notice import InlineError
from ui.widgets.text import IconLabel, Paragraph


class WaitingPage(Card):
    """What to do with the request; the answer may come days later, so it can be opened from the first card too."""

    answer_asked = Signal()
    left = Signal()

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__(look)
        self.words = Paragraph(look, tr("Open the file that the lab gave you in return."), role="second")
        self.error = InlineError(look)
        self.answer = Button(look, tr("Open the lab’s answer…"), kind="primary", icon="package")
        self.answer.clicked.connect(self.answer_asked)
        back = Button(look, tr("Back"))
        back.clicked.connect(self.left)
        head = Row(look, spacing=10)
        head.put(IconLabel(look, "circle-check", "good", 18), Qt.AlignmentFlag.AlignTop)
        head.add((Paragraph(look, tr("Your request to join is written"), role="title"), 1))
        then = Paragraph(
            look,
            tr("You may close Assay meanwhile. Your keys stay on this computer and open the answer."),
            role="second",
        )
        self.body.add(head, self.words, then, self.error, Flow(look, self.answer, back, spacing=10))
        self.first = self.answer

    def written(self, request: Path) -> None:
        self.error.say("")
        self.words.setText(
            tr(
                "{file}: take this file to the lab; nobody else can open it. The lab gives you a file in return.",
                file=request.name,
            )
        )

    def failed(self, error: AssayError) -> None:
        words = words_of(error)
        self.error.say(words.message, words.hint)


def ask_folder(parent: QWidget, act: Callable[[Path], None]) -> None:
    """Where the request is to lie, a stick for example."""
    dialog = QFileDialog(parent, tr("Folder for the request"))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    _open(dialog, act)


def ask_answer(parent: QWidget, act: Callable[[Path], None]) -> None:
    """Which file the lab answered with."""
    dialog = QFileDialog(parent, tr("Open the lab’s answer…"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([f"Assay (*{SUFFIX})", tr("All files (*)")])
    _open(dialog, act)


def _open(dialog: QFileDialog, act: Callable[[Path], None]) -> None:
    dialog.fileSelected.connect(lambda path: act(Path(path)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
