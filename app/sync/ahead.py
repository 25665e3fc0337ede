"""What an iterator yields, made in a thread of its own a little before it is asked for."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Ahead(Generic[T]):
    """An iterator over `source`, which runs in a thread at most `most` items ahead. To be closed.

    What `source` raises is raised where its next item is asked for.
    """

    def __init__(self, source: Iterator[T], most: int = 1) -> None:
        self._source = source
        self._most = most
        self._made: deque[T] = deque()
        self._failure: BaseException | None = None
        self._ended = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="assay-ahead", daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        with self._changed:
            self._changed.wait_for(lambda: self._made or self._ended)
            if self._made:
                item = self._made.popleft()
                self._changed.notify_all()
                return item
            failure, self._failure = self._failure, None
        if failure is not None:
            raise failure
        raise StopIteration

    def close(self) -> None:
        """No further item is begun. Waits for the one under way."""
        with self._changed:
            self._ended = True
            self._made.clear()
            self._changed.notify_all()
        self._thread.join()

    def _run(self) -> None:
        failure: BaseException | None = None
        try:
            while self._room():
                item = next(self._source)
                with self._changed:
                    if not self._ended:
                        self._made.append(item)
                    self._changed.notify_all()
        except StopIteration:
            pass
        except BaseException as exc:  # noqa: BLE001 (raised again in the thread that asks)
            failure = exc
        with self._changed:
            self._failure, self._ended = failure, True
            self._changed.notify_all()

    def _room(self) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._ended or len(self._made) < self._most)
            return not self._ended
