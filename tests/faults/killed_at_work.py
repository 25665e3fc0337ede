"""Grades without end until it is killed: `python -m tests.faults.killed_at_work HOME PASSPHRASE TASK TEXT`.

Prints a number when the comment that ends with it is durable.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from app import workstation
from app.domain.ids import TaskId


def main() -> None:
    home, passphrase, task, text = sys.argv[1:]
    session = workstation.build(Path(home)).labs.open(None, passphrase)
    path = "/responses/r1/verdicts/c1/comment"
    for number in itertools.count(1):
        _, edits = session.reviewing.changed(session.open(TaskId(task)), {path: f"{text} {number}"})
        session.keep(edits)
        print(number, flush=True)


if __name__ == "__main__":
    main()
