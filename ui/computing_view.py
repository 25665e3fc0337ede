"""What stands in the place of a result that is not there: why, how far it is, and a way to stop it.

view = ComputingView(look, presenter.work); view.show_state(there=presenter.report is not None)
"""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.computing import Computing
from ui.i18n import tr
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.layout import Column, Row
from ui.widgets.notice import announce
from ui.widgets.text import Label, Paragraph


class ComputingView(QWidget):
    def __init__(self, look: ThemeHolder, work: Computing) -> None:
        super().__init__()
        self._work = work
        self._words = Paragraph(look, role="lead")
        self._steps = Label(look, role="second", figures=True)
        self.stop = Button(look, tr("Stop"), icon="x")
        self.stop.clicked.connect(work.stop)
        work.stepped.connect(self._steps.setText)
        self.setLayout(Column(look, self._words, self._steps, Row(look, self.stop, None), spacing=8))

    def show_state(self, *, there: bool) -> None:
        """there: the result is to be seen, so that nothing need be said here."""
        work = self._work
        self.setVisible(work.is_running or not there)
        self.stop.setVisible(work.is_running)
        self._steps.setText("")
        self._steps.setVisible(work.is_running)
        self._words.setText(work.words)
        if work.words and not work.is_running:
            announce(self, work.words)
