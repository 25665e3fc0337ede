"""From what is selected on the screen to its exact place in the text as it was received, or why there is none.

    found = selection_in(view)        # AnswerView or CodeView
    match found:
        case Place(start, end): …     # code points of `view.positions.source`
        case Refusal(words): …        # nothing is marked; the words say why

A piece that is drawn from something else (a formula, an entity, a picture's label, hidden characters) stands in
a place as a whole or not at all. Whatever lies between the two ends must be selected too: nothing is marked that
the person did not see selected. Blanks at the two ends, which selecting by words brings along, are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QTextCursor, QTextTable
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from ui.i18n import tr
from ui.panels.reading.positions import Positions, Run

_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Place:
    """[start, end) in code points of the source."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """words: why nothing is marked, for the person."""

    words: str


def place_of(positions: Positions, begin: int, end: int) -> Place | Refusal:
    """The exact place of the document's [begin, end)."""
    if begin >= end:
        return Refusal(tr("Nothing is selected."))
    runs = positions.touching(begin, end)
    if not runs:
        return Refusal(tr("This is drawn by Assay and does not stand in the response."))
    for run in runs:
        cut = _cut(positions, run, begin, end)
        if cut is not None:
            return cut
    first, last = min(runs, key=lambda r: r.start), max(runs, key=lambda r: r.end)
    start = first.offset_at(max(begin, first.position)) if first.exact else first.start
    stop = last.offset_at(min(end, last.position + last.length)) if last.exact else last.end
    if any(piece[0] < begin or piece[1] > end for piece in positions.pieces(start, stop)):
        return Refusal(tr("Between the ends stands text that is not selected. Select it in one piece."))
    text = positions.source[start:stop]
    if not text.strip():
        return Refusal(tr("There is only blank space here."))
    return Place(start + len(text) - len(text.lstrip()), stop - len(text) + len(text.rstrip()))


def _cut(positions: Positions, run: Run, begin: int, end: int) -> Refusal | None:
    """Why an end of the selection may not stand inside this run."""
    for at in (begin, end):
        if not run.position < at < run.position + run.length:
            continue
        if not run.exact:
            text = positions.source[run.start : run.end]
            shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
            return Refusal(tr("This is drawn from “{text}” and can only be marked as a whole.", text=shown))
        if run.offset_at(at) != run.offset_at(at, up=True):
            return Refusal(tr("The selection ends inside a character."))
    return None


def selection_in(view: QTextEdit | QPlainTextEdit) -> Place | Refusal:
    """The exact place of what is selected in a reading view (it has `positions`)."""
    cursor = view.textCursor()
    if not cursor.hasSelection():
        return Refusal(tr("Nothing is selected."))
    begin, end = cursor.selectionStart(), cursor.selectionEnd()
    if cursor.hasComplexSelection() or _cell(view, begin) != _cell(view, end):
        return Refusal(tr("The selection crosses the border of a table's cell. Select inside one cell."))
    positions: Positions = view.positions  # type: ignore[union-attr]
    return place_of(positions, begin, end)


def _cell(view: QTextEdit | QPlainTextEdit, position: int) -> tuple[int, int, int] | None:
    """Which cell of which table a document position stands in."""
    cursor = QTextCursor(view.document())
    cursor.setPosition(position)
    table: QTextTable | None = cursor.currentTable()  # the binding's types leave the None out
    if table is None:
        return None
    cell = table.cellAt(cursor)
    return table.firstPosition(), cell.row(), cell.column()
