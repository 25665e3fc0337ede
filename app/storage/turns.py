"""Whose turn it is to write: a person's keystroke goes before the next chunk of a bulk load."""

from __future__ import annotations

import threading


class Turns:
    """A lock, entered again by its owner, that lets bulk work in only while nobody else waits."""

    def __init__(self) -> None:
        self._condition = threading.Condition(threading.Lock())
        self._owner: int | None = None
        self._depth = 0
        self._waiting = 0

    @property
    def mine(self) -> bool:
        return self._owner == threading.get_ident()

    def take(self, *, bulk: bool = False) -> None:
        me = threading.get_ident()
        with self._condition:
            if self._owner == me:
                self._depth += 1
                return
            if not bulk:
                self._waiting += 1
            try:
                while self._owner is not None or (bulk and self._waiting):
                    self._condition.wait()
            finally:
                if not bulk:
                    self._waiting -= 1
            self._owner, self._depth = me, 1

    def give(self) -> None:
        with self._condition:
            self._depth -= 1
            if self._depth == 0:
                self._owner = None
                self._condition.notify_all()
