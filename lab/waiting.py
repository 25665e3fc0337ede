"""Held feed calls. One look at the database serves everyone who waits, whoever wrote to it: the desk is
another process."""

from __future__ import annotations

import asyncio
from collections import defaultdict

from starlette.concurrency import run_in_threadpool

from app.errors import StorageError
from lab import feeds
from lab.database import Database

TICK_S = 0.25


class Waiting:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiters: dict[str, list[tuple[int, asyncio.Future[int]]]] = defaultdict(list)
        self._watch: asyncio.Task[None] | None = None
        self._stopped = False

    async def beyond(self, who: str, head: int, seconds: float) -> int:
        """The head of her feed as soon as it is beyond `head`; `head` itself when the time is up."""
        if self._stopped or seconds <= 0:
            return head
        entry: tuple[int, asyncio.Future[int]] = (head, asyncio.get_running_loop().create_future())
        self._waiters[who].append(entry)
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._look())
        try:
            async with asyncio.timeout(seconds):
                return await entry[1]
        except TimeoutError:
            return head
        finally:
            self._waiters[who].remove(entry)
            if not self._waiters[who]:
                del self._waiters[who]

    def stop(self) -> None:
        """Everyone who waits is answered within a tick. Safe from any thread."""
        self._stopped = True

    async def _look(self) -> None:
        """Runs while somebody waits."""
        while self._waiters:
            await asyncio.sleep(TICK_S)
            try:
                heads = await run_in_threadpool(self._heads, list(self._waiters))
            except StorageError:
                continue  # each waiter's own call reports it when its time is up
            for who, entries in self._waiters.items():
                for head, future in entries:
                    if (self._stopped or heads.get(who, 0) > head) and not future.done():
                        future.set_result(max(head, heads.get(who, 0)))

    def _heads(self, experts: list[str]) -> dict[str, int]:
        with self._database.reading() as connection:
            return feeds.heads(connection, experts)
