"""P12: one expert's sync while 500 others sync, beside the same sync alone.

A sync: a poll with nothing new, a range of a pack, one result in and its receipt out. The 500 others do the same,
each every twenty seconds (three times as often as the lab asks for), from a process of their own; alone, they rest.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from random import Random
from typing import Any

from benchmarks.__main__ import Bed
from benchmarks.crowd import Line, Person, body_of, join, processes, take_all, tasks_file
from benchmarks.measure import Bench, Budget
from lab import desk

OTHERS = 500
EVERY_S = 20.0
SAMPLES = 60
TASKS = 1000
PAUSE_S = 0.02


@contextmanager
def benches(bed: Bed) -> Iterator[list[Bench]]:
    folder = bed.folder / "lab"
    desk.init(folder)
    with desk.open_lab(folder) as lab:
        mine = desk.import_batch(lab, "auto", tasks_file(bed.folder / "mine.jsonl", TASKS, size=500)).batch
        theirs = desk.import_batch(lab, "auto", tasks_file(bed.folder / "theirs.jsonl", 50)).batch
        one, *others = join(lab, OTHERS + 1)
        desk.assign(lab, mine, [one.expert])
        desk.assign(lab, theirs, [other.expert for other in others])
        for person in (one, *others):
            take_all(lab, person)
    context = multiprocessing.get_context("spawn")
    with processes(folder, 1) as (place,):
        busy, end = context.Event(), context.Event()
        crowd = context.Process(target=_crowd, args=(place, [_portable(p) for p in others], busy, end))
        crowd.start()
        tasks = iter(one.given)

        def measured(with_others: bool) -> list[float]:
            (busy.set if with_others else busy.clear)()
            # The others look every half second whether they are to work, and what they began has an end:
            # so long until they have found their stride, or come to rest.
            time.sleep(1.5)
            return asyncio.run(_samples(place, one, tasks))

        yield [
            Bench(
                "P12",
                f"one sync beside {OTHERS} others",
                lambda: measured(False),
                lambda: measured(True),
                (Budget(of="p95", ratio=3.0),),
            )
        ]
        end.set()
        crowd.join(20)


async def _samples(place: tuple[str, int], person: Person, tasks: Iterator[str]) -> list[float]:
    """Milliseconds of each sync."""
    line = Line(*place)
    cursor, etag = await _head(line, person)
    found = []
    for _ in range(SAMPLES):
        document = person.result(next(tasks))
        began = time.perf_counter()
        await _sync(line, person, cursor, etag, document)
        found.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(PAUSE_S)
    await line.close()
    return found


async def _head(line: Line, person: Person) -> tuple[str, str]:
    reply = await line.ask("GET", "/v1/feed?limit=500", person.headers())
    return reply.json["next"], reply.headers["etag"]


async def _sync(line: Line, person: Person, cursor: str, etag: str, document: bytes) -> None:
    poll = await line.ask("GET", f"/v1/feed?cursor={cursor}", person.headers(If_None_Match=etag))
    pack = next(iter(person.given.values()))[1]["packs"][0]["sha256"]
    blob = await line.ask("GET", f"/v1/blobs/{pack}", person.headers(Range="bytes=0-4095"))
    sent = await line.ask("POST", "/v1/results", person.headers(), body_of([document]))
    if (poll.status, blob.status, sent.status) != (304, 206, 200):
        raise RuntimeError(f"{poll.status} {blob.status} {sent.status} {sent.body[:200]!r}")


Portable = tuple[dict[str, Any], dict[str, Any]]


def _portable(person: Person) -> Portable:
    return person.key.as_jwk(), {name: value for name, value in vars(person).items() if name != "key"}


def _crowd(place: tuple[str, int], people: list[Portable], busy: Event, end: Event) -> None:
    """The process of the others."""
    from app.wire.signatures import PrivateKey

    found = [Person(key=PrivateKey.from_jwk(jwk), **more) for jwk, more in people]
    asyncio.run(_syncing(place, found, busy, end))


async def _syncing(place: tuple[str, int], people: list[Person], busy: Event, end: Event) -> None:
    random = Random(1)

    async def live(person: Person) -> None:
        line = Line(*place)
        tasks = list(person.given)
        await asyncio.sleep(random.uniform(0, EVERY_S))
        cursor, etag = await _head(line, person)
        turn = 0
        while not end.is_set():
            if busy.is_set():
                # When her tasks are through, she sends them again: duplicates cost the lab the same.
                await _sync(line, person, cursor, etag, person.result(tasks[turn % len(tasks)]))
                turn += 1
            await asyncio.sleep(random.uniform(0.5, 1.5) * EVERY_S if busy.is_set() else 0.5)
        await line.close()

    await asyncio.gather(*(live(person) for person in people))
