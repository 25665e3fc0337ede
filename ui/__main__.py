"""The window. `run` shows its frame first and imports nearly everything after the first paint.

python -m ui        the same as `assay` without a command
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path

SWITCH_S = 0.001
"""Threads change places this often: the worst stall of the window then is about 13 ms."""


def run(home: Path | None, link: str = "", *, secret: str | None = None) -> int:
    """Open the window over a home folder, with an invitation if one was followed. Returns the exit code.

    secret: opens the last lab without asking; the demo knows the one of its throw-away home.
    """
    forbid_core_dumps()
    sys.setswitchinterval(SWITCH_S)
    gc.disable()  # for good: see `ui.garbage`
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from ui.features import leave_imports_alone

    leave_imports_alone()
    from app.paths import Home, default_home
    from ui.frame import TITLE, Frame, first_look
    from ui.marks import reached

    place = Home(home) if home is not None else default_home()
    app = QApplication([TITLE])
    app.setApplicationName(TITLE)
    frame = Frame(*first_look(place.app_json))

    def begin() -> None:
        reached("painted")
        from ui.application import Application

        # The frame's child: it lives as long as the window.
        application = Application(app, frame, place, link, secret=secret)
        application.ended.connect(app.exit)
        application.end_on_signals()
        application.start()

    frame.painted.connect(lambda: QTimer.singleShot(0, begin))
    frame.show()
    code = app.exec()
    from ui.clipboard import hand_over

    hand_over()
    return code


def forbid_core_dumps() -> None:
    """A dump of this process would hold keys and texts in clear."""
    try:
        import resource
    except ImportError:  # Windows writes none by itself
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(run(None, sys.argv[1] if len(sys.argv) > 1 else ""))
