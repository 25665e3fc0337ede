"""The floor of launching: an empty QMainWindow that says `painted` at its first paint.

python -m benchmarks.bare
"""

from __future__ import annotations

import sys

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget


class _Page(QWidget):
    def paintEvent(self, event: QPaintEvent) -> None:
        sys.stderr.write("painted\n")
        sys.stderr.flush()


def main() -> int:
    app = QApplication(["bare"])
    window = QMainWindow()
    window.setCentralWidget(_Page())
    window.resize(1200, 800)
    window.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
