"""Where the lines of a text may end."""

from __future__ import annotations

import re

from PySide6.QtGui import QTextOption

WINDOW = 8_000
"""Letters; a word of as many takes some 3 ms, one of twelve times as many half a second."""
_UNBROKEN = re.compile(rf"[^\s\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]{{{WINDOW}}}")
"""Chinese, Japanese and Korean lines end between any two letters."""


def wrap_option(text: str) -> QTextOption:
    """At words and, where one does not fit, within it; anywhere at all in a text with an endless word.

    For each line Qt looks for the end of its last word: a picture in Base64 would stop the window for minutes. Qt has
    one way for a whole text, so that there the other words break too.
    """
    endless = any(_UNBROKEN.match(text, at) for at in range(0, len(text) - WINDOW + 1, WINDOW))
    option = QTextOption()
    option.setWrapMode(
        QTextOption.WrapMode.WrapAnywhere if endless else QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
    )
    return option
