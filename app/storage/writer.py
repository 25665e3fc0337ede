"""The one thread that writes for the screens: keystrokes queue here and are acknowledged when durable.

What waits together is committed together, each piece of work in a savepoint of its own, so that one that
fails takes no other with it.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from app.storage.ballast import is_full
from app.storage.workspace import Workspace

T = TypeVar("T")
TOGETHER = 64


@dataclass(slots=True)
class _Item:
    work: Callable[[Workspace], Any]
    done: Callable[[Any], None] | None
    failed: Callable[[Exception], None] | None
    value: Any = None
    error: Exception | None = None


class Writer:
    """`done` and `failed` are called in the writer's thread, `done` only after the commit.

    Work must be short and use `ws.work`, `ws.outbox` and small calls of `ws.lab`: bulk loads (`lab.apply`)
    and `snapshot` bring their own transactions and run in the thread that needs them.
    unhandled: told of errors of work without `failed`.
    """

    def __init__(
        self, workspace: Workspace, unhandled: Callable[[Exception], None], name: str = "writer"
    ) -> None:
        self._workspace = workspace
        self._unhandled = unhandled
        self._queue: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._closed = False
        self._gate = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(
        self,
        work: Callable[[Workspace], T],
        on_done: Callable[[T], None] | None = None,
        on_failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Queue the work; returns at once. RuntimeError after `close`."""
        with self._gate:
            if self._closed:
                raise RuntimeError("the writer is closed")
            self._queue.put(_Item(work, on_done, on_failed))

    def flush(self, timeout: float | None = None) -> bool:
        """Wait until everything queued before is durable (or has failed). False when the time is over."""
        if self._closed:
            return not self._thread.is_alive()
        reached = threading.Event()
        self.submit(lambda _: None, lambda _: reached.set(), lambda _: reached.set())
        return reached.wait(timeout)

    def close(self) -> None:
        """Finish what is queued, then end the thread. The workspace stays open."""
        with self._gate:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while True:
            item = self._queue.get()
            items: list[_Item] = []
            while item is not None:
                items.append(item)
                if len(items) >= TOGETHER or self._queue.empty():
                    break
                item = self._queue.get()
            if items:
                self._together(items)
                if any(is_full(i.error) for i in items) and self._workspace.ballast.release():
                    again = [one for one in items if one.error is not None]
                    for one in again:
                        one.error = None
                    self._together(again)
                for one in items:
                    self._deliver(one)
            if item is None:
                return

    def _together(self, items: list[_Item]) -> None:
        try:
            with self._workspace.together():
                for item in items:
                    self._attempt(item)
        except Exception as exc:  # noqa: BLE001 — the commit failed, nothing of the group is kept: each is told
            for item in items:
                item.error = item.error or exc

    def _attempt(self, item: _Item) -> None:
        try:
            with self._workspace.together():
                item.value = item.work(self._workspace)
        except Exception as exc:  # noqa: BLE001 — handed to whoever queued the work
            item.error = exc

    def _deliver(self, item: _Item) -> None:
        try:
            if item.error is None:
                if item.done is not None:
                    item.done(item.value)
            elif item.failed is not None:
                item.failed(item.error)
            else:
                self._unhandled(item.error)
        except Exception as exc:  # noqa: BLE001 — a faulty callback must not stop the saving of later work
            self._unhandled(exc)
