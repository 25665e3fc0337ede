"""Pages for texts that are long: a supply that parses them when it is let."""

from __future__ import annotations

from threading import Event

from pytestqt.qtbot import QtBot

from app.rendering.answer import parse
from app.rendering.tree import Document
from ui.jobs import Jobs
from ui.panels.reading.supply import Supply
from ui.panels.reading.text_page import TextPage
from ui.theme.apply import ThemeHolder


class SlowSupply(Supply):
    """Parses texts of `long` characters and more when it is let."""

    def __init__(self, jobs: Jobs, long: int) -> None:
        self.let = Event()
        self._long = long
        super().__init__(jobs, self._when_let)

    def _when_let(self, text: str) -> Document:
        assert len(text) < self._long or self.let.wait(30)
        return parse(text)


def text_page(look: ThemeHolder, qtbot: QtBot, supply: Supply) -> TextPage:
    """Shown, 900 px square."""
    made = TextPage(look, supply)
    qtbot.addWidget(made)
    made.resize(900, 900)
    made.show()
    made.grab()
    return made
