"""`python -m benchmarks.sizing [--experts 100000]`: what a lab of so many experts needs, from costs measured now.

Measured on one process of the lab on PostgreSQL, its own CPU time from /proc (a busy machine disturbs it little):
milliseconds for a result in a request of 50, for a poll with nothing new, for a first page of the feed; memory
at rest and for a connection that is held; bytes that a result takes in the database. The model is then arithmetic,
printed with it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.crowd import Line, Person, body_of, join, processes, take_all, tasks_file
from benchmarks.servers import postgres
from lab import desk

PEOPLE, TASKS, A_REQUEST = 40, 200, 50
POLLS = 1500
HELD = 300
HOURS = 8
RESULTS_AN_HOUR = 12
POLL_S = 60
PEAK = 3.0
"""The busiest minutes against the mean."""
FULL = 0.5
"""How much of a core is planned for; the rest is for peaks and for a process that is down."""


def cpu_ms(pid: int) -> float:
    """CPU time of a process so far (Linux: proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def resident_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


async def polls(line: Line, person: Person, count: int, **headers: str) -> None:
    first = await line.ask("GET", "/v1/feed?limit=500", person.headers())
    path = f"/v1/feed?cursor={first.json['next']}"
    for _ in range(count):
        reply = await line.ask("GET", path, person.headers(If_None_Match=first.headers["etag"]))
        if reply.status != 304:
            raise RuntimeError(f"{reply.status} {reply.body[:200]!r}")


async def held(place: tuple[str, int], crowd: list[Person], pid: int) -> float:
    """Kilobytes of memory for a held call."""
    before = resident_kb(pid)

    async def hold(number: int) -> None:
        line, person = Line(*place), crowd[number % len(crowd)]
        first = await line.ask("GET", "/v1/feed?limit=500", person.headers())
        path = f"/v1/feed?cursor={first.json['next']}&wait=10"
        await line.ask("GET", path, person.headers(If_None_Match=first.headers["etag"]))
        await line.close()

    waiting = [asyncio.create_task(hold(number)) for number in range(HELD)]
    await asyncio.sleep(6)
    after = resident_kb(pid)
    await asyncio.gather(*waiting)
    return max(0.0, (after - before) / HELD)


async def results(line: Line, crowd: list[Person]) -> int:
    count = 0
    for person in crowd:
        tasks = list(person.given)
        for start in range(0, TASKS, A_REQUEST):
            body = body_of([person.result(task) for task in tasks[start : start + A_REQUEST]])
            reply = await line.ask("POST", "/v1/results", person.headers(), body)
            if reply.status != 200:
                raise RuntimeError(f"{reply.status} {reply.body[:200]!r}")
            count += A_REQUEST
    return count


def inputs(folder: Path) -> dict[str, float]:
    """The measured costs."""
    import psycopg

    with ExitStack() as stack:
        server = stack.enter_context(postgres())
        database = stack.enter_context(psycopg.connect(f"{server}/postgres", autocommit=True))
        database.execute("CREATE DATABASE lab")
        desk.init(folder / "lab", database=f"{server}/lab")
        with desk.open_lab(folder / "lab") as lab:
            batch = desk.import_batch(lab, "auto", tasks_file(folder / "tasks.jsonl", TASKS)).batch
            crowd = join(lab, PEOPLE)
            desk.assign(lab, batch, [person.expert for person in crowd])
            for person in crowd:
                take_all(lab, person)
        pids: list[int] = []
        (place,) = stack.enter_context(processes(folder / "lab", 1, pids))
        (pid,) = pids

        def size() -> int:
            row = database.execute("SELECT pg_database_size('lab')").fetchone()
            return int(row[0]) if row else 0

        async def measured() -> dict[str, float]:
            line = Line(*place)
            await polls(line, crowd[0], 50)
            rest, empty = resident_kb(pid), size()
            began = cpu_ms(pid)
            await polls(line, crowd[0], POLLS)
            poll = (cpu_ms(pid) - began) / POLLS
            began, clock = cpu_ms(pid), time.perf_counter()
            count = await results(line, crowd)
            result, rate = (cpu_ms(pid) - began) / count, count / (time.perf_counter() - clock)
            database.execute("CHECKPOINT")
            grown = (size() - empty) / count
            document = len(crowd[0].result(next(iter(crowd[0].given))))
            await line.close()
            return {
                "cpu_ms_a_poll": round(poll, 3),
                "cpu_ms_a_result": round(result, 3),
                "results_per_s_one_caller": round(rate),
                "bytes_of_a_result": document,
                "database_bytes_a_result": round(grown),
                "memory_mb_a_process": round(rest / 1024),
                "memory_kb_a_held_call": round(await held(place, crowd, pid), 1),
            }

        return asyncio.run(measured())


def model(costs: dict[str, float], experts: int) -> dict[str, Any]:
    """What so many experts at work at once need; each line is arithmetic on the costs above it."""
    results_s = experts * RESULTS_AN_HOUR / 3600
    polls_s = experts / POLL_S
    cores = (results_s * costs["cpu_ms_a_result"] + polls_s * costs["cpu_ms_a_poll"]) / 1000
    a_day = experts * RESULTS_AN_HOUR * HOURS
    return {
        "experts": experts,
        "results_per_s_mean": round(results_s),
        "results_per_s_peak": round(results_s * PEAK),
        "polls_per_s": round(polls_s),
        "cores_mean": round(cores, 2),
        "cores_to_provide": round(cores * PEAK / FULL, 1),
        "processes_to_run": max(2, round(cores * PEAK / FULL + 0.5)),
        "memory_gb_held_calls_of_all": round(experts * costs["memory_kb_a_held_call"] / 2**20, 1),
        "results_a_day": a_day,
        "database_gb_a_day": round(a_day * costs["database_bytes_a_result"] / 1e9, 1),
        "packs_gb_a_day": round(experts * 2 * 50 * 8000 / 1e9, 1),
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sizing", description="What a lab needs.")
    parser.add_argument("--experts", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="assay-sizing-") as folder:
        costs = inputs(Path(folder))
    print(json.dumps({"measured": costs, "model": model(costs, options.experts)}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
