"""Packs of tasks, fetched and read line by line as they are staged: every line is checked before it is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.domain.ids import Digest, TaskId
from app.domain.task import Task
from app.errors import AssayError, Cancelled, TrustError
from app.sync.fetching import Fetcher
from app.sync.seen import SeenFile
from app.wire import jsonio
from app.wire.work import MAX_TASK_LINE, check_task


class PackReader:
    """reading: the digest of the pack that is being read, so that a failure can be laid at its door.

    arrived: called with the number of tasks of each pack when it is read.
    """

    def __init__(
        self, fetcher: Fetcher, cancelled: Callable[[], bool], arrived: Callable[[int], None]
    ) -> None:
        self._fetcher = fetcher
        self._cancelled = cancelled
        self._arrived = arrived
        self.reading: Digest | None = None

    def lines(self, pack: SeenFile, tasks: frozenset[TaskId]) -> Iterator[tuple[Task, bytes]]:
        """(task, exact line) of each line. tasks: the ids that were assigned with this pack.

        Raises TrustError `pack.…` with the pack's path and the line, Cancelled, and as fetching does.
        """
        self.reading = Digest(pack.sha256)
        count = 0
        with self._fetcher.whole(pack) as stream:
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
        self._arrived(count)
