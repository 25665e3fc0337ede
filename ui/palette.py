"""What the command palette offers: commands, batches, the next tasks, and tasks by their words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.domain.ids import TaskId
from app.services.session import Session
from ui.commands import CommandBinder
from ui.i18n import tr
from ui.widgets.palette import PaletteEntry

NEXT_TASKS = 20
HITS = 8
LEAST_LETTERS = 2


def entries(
    binder: CommandBinder, session: Session | None, go_task: Callable[[TaskId], None]
) -> list[PaletteEntry]:
    """Commands that are possible now, then where one can go."""
    found = binder.palette()
    if session is None:
        return found
    lab = session.workspace.lab
    for row in lab.batches():
        task = session.desk.entrance(row.id) if row.withdrawn is None else None
        if task is not None:
            detail = tr("Batch, {field}", field=row.field) if row.field else tr("Batch")
            found.append(
                PaletteEntry(f"batch.{row.id}", row.title, "", detail, partial(go_task, task), "package")
            )
    found += tasks(session, [load.task for load in lab.loads(limit=NEXT_TASKS)], go_task)
    return found


def tasks(session: Session, wanted: list[TaskId], go_task: Callable[[TaskId], None]) -> list[PaletteEntry]:
    return [
        PaletteEntry(
            f"task.{row.id}",
            row.title,
            "",
            tr("Task {number}", number=row.number),
            partial(go_task, row.id),
            "file-text",
        )
        for row in session.workspace.lab.task_rows(wanted)
    ]


def matching(session: Session, words: str, go_task: Callable[[TaskId], None]) -> list[PaletteEntry]:
    """Tasks of all batches that hold these words: first hits, at once."""
    if len(words.strip()) < LEAST_LETTERS:
        return []
    hits = session.workspace.search(words, limit=HITS, snippets=False)
    return tasks(session, [hit.task for hit in hits], go_task)
