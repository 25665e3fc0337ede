"""P6: sending finished results, beside a loop of the bare libraries that signs and posts the same payloads.

Both send to the same lab, a process of its own, over one connection, a hundred results a request. Ours are in the
outbox already and have been signed there, so the floor signs them too; ours marks them before the first byte leaves,
checks every receipt and keeps it. Each round sends its own: as many as `ASSAY_BENCH_TASKS` says, at most 10,000.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from app.domain.ids import TaskId
from benchmarks.__main__ import Bed
from benchmarks.crowd import Person, body_of, join, served, take_all, tasks_file
from benchmarks.measure import Bench, Budget
from benchmarks.workspaces import PASSPHRASE, station_at
from lab import desk
from lab.lab import open_lab

MOST, ROUNDS, A_REQUEST = 10_000, 5, 100
CHARACTERS = 500


@contextmanager
def benches(bed: Bed) -> Iterator[list[Bench]]:
    a_round = min(bed.tasks, MOST)
    desk.init(bed.folder / "lab")
    with open_lab(bed.folder / "lab") as lab:
        source = tasks_file(bed.folder / "tasks.jsonl", a_round * (ROUNDS + 1), size=CHARACTERS)
        batch = desk.import_batch(lab, "auto", source).batch
        (bare,) = join(lab, 1)
        link, expert = desk.invite(lab, "expert", "Bench")
        desk.assign(lab, batch, [expert, bare.expert])
        take_all(lab, bare)
        station = station_at(bed.folder / "home")
        with served(bed.folder / "lab"):
            session = station.enrolling.enrol(link, passphrase=PASSPHRASE)
            station.sending.sync(session)
            mine = iter(session.workspace.lab.tasks())
            theirs = iter(bare.given)

            def ours() -> float:
                for _ in range(a_round):
                    graded(session, next(mine))
                began = time.perf_counter()
                found = station.sending.sync(session)
                took = time.perf_counter() - began
                if found.receipted != a_round:
                    raise RuntimeError(f"{found.receipted} of {a_round} receipts came")
                return took

            def floor() -> float:
                return _floor(bare, [next(theirs) for _ in range(a_round)], lab.config.url)

            title = f"send {a_round:,} results"
            yield [Bench("P6", title, floor, ours, (Budget(ratio=1.5),), unit="s", rounds=ROUNDS)]
            session.close()


def graded(session: Any, task: TaskId) -> None:
    opened = session.open(task)
    values = {
        f"/responses/{response.id}/verdicts/{criterion.id}/value": "met"
        for response in opened.task.responses
        for criterion in opened.task.rubric.leaves
    }
    _, edits = session.reviewing.changed(opened, values)
    session.perform_now(lambda workspace: workspace.work.record(edits))
    session.perform_now(lambda _: session.submit_now(task))


def _floor(person: Person, tasks: list[str], url: str) -> float:
    import httpx2

    began = time.perf_counter()
    with httpx2.Client(timeout=60) as client:
        for start in range(0, len(tasks), A_REQUEST):
            body = body_of([person.result(task) for task in tasks[start : start + A_REQUEST]])
            reply = client.post(f"{url}/v1/results", content=body, headers=dict(person.headers()))
            stored = json.loads(reply.content)
            if reply.status_code != 200 or reply.content.count(b'"stored"') < A_REQUEST:
                raise RuntimeError(str(stored)[:300])
    return time.perf_counter() - began
