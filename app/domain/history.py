"""One undo history over everything that is judged, in every task and across restarts.

The journal is the truth: undo is an edit that names the group it takes back, redo takes back an undo.
Given groups in journal order, this says what the next undo and redo would take back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """A group of edits done together. undoes: the group it took back, or None for fresh work."""

    group: str
    undoes: str | None = None


@dataclass(frozen=True, slots=True)
class History:
    """undo, redo: groups, last first. New work empties the redo side."""

    undo: tuple[str, ...] = ()
    redo: tuple[str, ...] = ()


def replay(steps: Iterable[Step]) -> History:
    """The history after these steps. A step that takes back an unknown group counts as fresh work."""
    undo: list[str] = []
    redo: list[str] = []
    for step in steps:
        if step.undoes is not None and undo and undo[-1] == step.undoes:
            undo.pop()
            redo.append(step.group)
        elif step.undoes is not None and redo and redo[-1] == step.undoes:
            redo.pop()
            undo.append(step.group)
        else:
            undo.append(step.group)
            redo.clear()
    return History(tuple(reversed(undo)), tuple(reversed(redo)))
