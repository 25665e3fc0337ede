"""`python -m benchmarks.load [--experts 500] [--tasks 20] [--processes 2] [--embedded]`: many experts, then the count.

A lab on PostgreSQL and SeaweedFS, served by two processes, or (--embedded) on SQLite and files, by one. Every expert
claims work, follows her feed, fetches her packs, sends real signed results, now to one process and now to the other,
sends some of them again and some calls twice at once; an operator follows the export meanwhile. In the end what was
sent, what was receipted, what the lab holds and what the export gave are held against each other. Prints one JSON
document; the exit code is 1 when anything was lost, doubled or out of order.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from app.domain.ids import digest
from app.wire.signatures import KeySet, verify
from benchmarks.crowd import Line, Person, Reply, body_of, join, offer, payload, processes, tasks_file
from benchmarks.measure import quantile
from benchmarks.servers import servers
from lab import desk

A_REQUEST = 10
AT_ONCE = 64
"""Experts at work at a time."""


@dataclass
class Tally:
    """sent: digest → its expert. receipts: digest → the receipts that came for it."""

    sent: dict[str, str] = field(default_factory=dict)
    receipts: dict[str, set[bytes]] = field(default_factory=dict)
    tasks: Counter[tuple[str, str]] = field(default_factory=Counter)
    calls: dict[str, list[float]] = field(default_factory=dict)
    exported: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def fault(self, text: str) -> None:
        self.faults.append(text)


class Robot:
    """One expert's laptop, on a line to each process."""

    def __init__(self, person: Person, places: list[tuple[str, int]], tally: Tally, random: Random) -> None:
        self.person, self._tally, self._random = person, tally, random
        self._lines = [Line(*place) for place in places]

    async def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Reply:
        line = self._random.choice(self._lines)
        began = time.perf_counter()
        reply = await line.ask(method, path, self.person.headers(**headers), body)
        name = f"{method} {'/v1/blobs' if '/blobs/' in path else path.partition('?')[0]}"
        self._tally.calls.setdefault(name, []).append((time.perf_counter() - began) * 1000)
        if reply.status >= 400:
            self._tally.fault(f"{name}: {reply.status} {reply.body[:200].decode(errors='replace')}")
        return reply

    async def live(self, tasks: int) -> None:
        """A day in short."""
        wanted = json.dumps({"tasks": tasks}).encode()
        first, second = await asyncio.gather(
            Robot(self.person, [self._place(0)], self._tally, self._random).once(
                "POST", "/v1/claims", wanted
            ),
            Robot(self.person, [self._place(-1)], self._tally, self._random).once(
                "POST", "/v1/claims", wanted
            ),
        )
        if first.body != second.body:
            self._tally.fault("the same claim at once was answered in two ways")
        await self._follow()
        mine = list(self.person.given)
        for start in range(0, len(mine), A_REQUEST):
            documents = [self.person.result(task) for task in mine[start : start + A_REQUEST]]
            await self._send(documents, again=self._random.random() < 0.2)
        await self._own()
        await self.close()

    async def close(self) -> None:
        for line in self._lines:
            await line.close()

    async def once(self, method: str, path: str, body: bytes) -> Reply:
        reply = await self.ask(method, path, body, Idempotency_Key="the-one")
        await self.close()
        return reply

    def _place(self, number: int) -> tuple[str, int]:
        return self._lines[number].place

    async def _follow(self) -> None:
        cursor, expected = "", 1
        batches: dict[str, tuple[dict[str, Any], str]] = {}
        while True:
            page = (await self.ask("GET", f"/v1/feed?limit=3&cursor={cursor}")).json
            for item in page["items"]:
                if item["n"] != expected:
                    self._tally.fault(f"the feed goes from {expected - 1} to {item['n']}")
                expected = item["n"] + 1
                if "document" not in item:
                    continue
                raw = payload(item["document"])
                found = json.loads(raw)
                if item["kind"] == "batch.offered":
                    batches[found["batch"]] = (found, digest(raw))
                elif item["kind"] == "batch.assigned":
                    for pack in found["packs"]:
                        blob = await self.ask("GET", f"/v1/blobs/{pack['sha256']}")
                        if digest(blob.body) != pack["sha256"]:
                            self._tally.fault("a pack has other bytes")
                        self.person.learn(blob.body, found, *batches[found["batch"]])
            cursor = page["next"]
            if not page["more"]:
                return

    async def _send(self, documents: list[bytes], *, again: bool) -> None:
        for document in documents:
            self._tally.sent[digest(payload(json.loads(document)))] = self.person.expert
        posts = [self.ask("POST", "/v1/results", body_of(documents))]
        if again:  # at the same moment, to another process as likely as not
            other = Robot(self.person, [line.place for line in self._lines], self._tally, self._random)
            posts.append(other.once("POST", "/v1/results", body_of(documents)))
        for reply in await asyncio.gather(*posts):
            for one in reply.json["outcomes"]:
                if one["status"] not in ("stored", "duplicate"):
                    self._tally.fault(f"a result is {one['status']} {one.get('code')}")
                    continue
                self._tally.receipts.setdefault(one["digest"], set()).add(payload(one["receipt"]))

    async def _own(self) -> None:
        """Her own list holds each once, and its receipts are one chain."""
        cursor, previous, count = "", None, 0
        while True:
            page = (await self.ask("GET", f"/v1/results?limit=100&cursor={cursor}")).json
            for one in page["items"]:
                receipt = payload(one["receipt"])
                if json.loads(receipt)["previous"] != previous:
                    self._tally.fault("a receipt does not name the one before it")
                previous, count = digest(receipt), count + 1
            cursor = page["next"]
            if not page["more"]:
                break
        if count != len(self.person.given):
            self._tally.fault(f"{len(self.person.given)} results were sent, {count} are listed")


async def follow_export(robot: Robot, tally: Tally, done: asyncio.Event) -> None:
    """The lab's pipeline: from its cursor on, while others write, and to the end when they are done."""
    cursor = ""
    while True:
        last = done.is_set()
        page = (await robot.ask("GET", f"/v1/export?limit=200&cursor={cursor}")).json
        tally.exported += [digest(payload(one["result"])) for one in page["items"]]
        cursor = page["next"]
        if not page["items"] and last:
            return
        if not page["more"]:
            await asyncio.sleep(0.05)


async def play(
    crowd: list[Person], operator: Person, places: list[tuple[str, int]], tasks: int
) -> tuple[Tally, float]:
    tally, random, done = Tally(), Random(5), asyncio.Event()
    gate = asyncio.Semaphore(AT_ONCE)

    async def live(person: Person) -> None:
        async with gate:
            await Robot(person, places, tally, random).live(tasks)

    pipeline = Robot(operator, places, tally, random)
    following = asyncio.create_task(follow_export(pipeline, tally, done))
    began = time.perf_counter()
    await asyncio.gather(*(live(person) for person in crowd))
    took = time.perf_counter() - began
    done.set()
    await following
    await pipeline.close()
    return tally, took


def judge(tally: Tally, held: list[bytes], receipts: list[bytes], keys: KeySet) -> dict[str, int]:
    """What was lost, doubled or different; all 0 when all is well."""
    stored = Counter(digest(payload(json.loads(document))) for document in held)
    kept = {json.loads(verify(one, keys, None).payload)["digest"] for one in receipts}
    return {
        "lost": len(tally.sent.keys() - stored.keys()),
        "doubled": sum(n - 1 for n in stored.values()),
        "unknown": len(stored.keys() - tally.sent.keys()),
        "without_receipt": len(tally.sent.keys() - tally.receipts.keys()) + len(stored.keys() - kept),
        "two_receipts": sum(len(found) != 1 for found in tally.receipts.values()),
        "export_missing": len(stored.keys() - set(tally.exported)),
        "export_doubled": len(tally.exported) - len(set(tally.exported)),
        "faults": len(tally.faults),
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.load", description="Many experts, then the count."
    )
    parser.add_argument("--experts", type=int, default=500)
    parser.add_argument("--tasks", type=int, default=20, help="tasks that each expert claims")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--embedded", action="store_true", help="SQLite and files, one process")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="assay-load-")))
        places: dict[str, Any] = (
            {} if options.embedded else stack.enter_context(servers(folder / "servers")).places()
        )
        desk.init(folder / "lab", **places)
        count = 1 if options.embedded else options.processes
        with desk.open_lab(folder / "lab") as lab:
            total = options.experts * (options.tasks + 10)
            overlap = 5
            batch = desk.import_batch(lab, "auto", tasks_file(folder / "tasks.jsonl", total // overlap)).batch
            offer(lab, batch, overlap)
            crowd, (operator,) = join(lab, options.experts), join(lab, 1, "operator")
            keys = KeySet.from_jwks(desk.keys(lab))
            with processes(folder / "lab", count) as at:
                tally, took = asyncio.run(play(crowd, operator, at, options.tasks))
            held, receipts = list(desk.results(lab)), list(desk.receipts(lab))
        wrong = judge(tally, held, receipts, keys)
    calls = {
        name: {
            "n": len(found),
            "p50_ms": round(quantile(found, "p50"), 1),
            "p95_ms": round(quantile(found, "p95"), 1),
        }
        for name, found in sorted(tally.calls.items())
    }
    told = {
        "store": "SQLite and files" if options.embedded else "PostgreSQL and SeaweedFS",
        "processes": count,
        "experts": options.experts,
        "results": len(held),
        "seconds": round(took, 1),
        "results_per_s": round(len(held) / took),
        "calls_per_s": round(sum(len(found) for found in tally.calls.values()) / took),
        "wrong": wrong,
        "calls": calls,
        "first_faults": tally.faults[:5],
    }
    print(json.dumps(told, indent=1))
    return 1 if any(wrong.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
