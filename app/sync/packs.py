"""Packs of tasks, read line by line as they are staged: every line is checked before it is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.domain.ids import Digest, TaskId
from app.domain.task import Task
from app.errors import AssayError, Cancelled, TrustError
from app.sync.protocols import Blobs
from app.sync.seen import SeenFile
from app.wire import jsonio
from app.wire.work import MAX_TASK_LINE, check_task


class PackReader:
    """reading: the digest of the pack that is being read, so that a failure can be laid at its door."""

    def __init__(self, blobs: Blobs, cancelled: Callable[[], bool]) -> None:
        self._blobs = blobs
        self._cancelled = cancelled
        self.reading: Digest | None = None

    def lines(self, pack: SeenFile, tasks: frozenset[TaskId]) -> Iterator[tuple[Task, bytes]]:
        """(task, exact line) of each line. tasks: the ids that were assigned with this pack.

        Raises TrustError `pack.…` with the pack's path and the line, Cancelled.
        """
        self.reading = Digest(pack.sha256)
        count = 0
        with self._blobs.open(Digest(pack.sha256)) as stream:
            try:
                for number, line in jsonio.lines(stream, limit=MAX_TASK_LINE, where=pack.path):
                    if self._cancelled():
                        raise Cancelled
                    task, _ = check_task(line, f"{pack.path}, line {number}")
                    if task.id not in tasks:
                        raise TrustError("pack.task", "The file holds a task that was not assigned.")
                    count += 1
                    yield task, line
            except TrustError:
                raise
            except AssayError as exc:
                if not exc.code.startswith(("json.", "document.", "task.", "rubric.")):
                    raise
                raise TrustError(
                    exc.code, exc.template, hint=exc.hint_template, where=exc.where, params=exc.params
                ) from None
        if count != pack.count:
            raise TrustError(
                "pack.count",
                "The file holds {found} tasks instead of {wanted}.",
                params={"found": count, "wanted": pack.count},
            )
