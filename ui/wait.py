"""What covers the window while a closed lab is worked on."""

from __future__ import annotations

from ui.i18n import tr
from ui.theme.apply import ThemeHolder
from ui.widgets.layout import Row
from ui.widgets.surface import Surface
from ui.widgets.text import Paragraph


class WaitPage(Surface):
    def __init__(self, look: ThemeHolder) -> None:
        super().__init__(look, "desk", spacing=0)
        words = tr("One moment, please.")
        self.setAccessibleName(words)
        self.body.add(None, Row(look, None, Paragraph(look, words, role="lead"), None), None)
