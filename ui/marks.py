"""Marks of the start, for benchmarks: with ASSAY_START_MARK set, each is a line on standard error.

painted    the frame of the window is on the screen
ready      the last lab's Desk is shown, its last task can be opened and answered
"""

from __future__ import annotations

import os
import sys


def reached(name: str) -> None:
    if os.environ.get("ASSAY_START_MARK"):
        sys.stderr.write(f"{name}\n")
        sys.stderr.flush()
