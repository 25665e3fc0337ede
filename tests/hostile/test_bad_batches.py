"""What a person meets when a lab's news are bad: the right exit code, plain words, and nothing half-applied."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.clock import SystemClock
from app.domain.ids import digest
from app.domain.times import to_text
from app.wire import jsonio
from app.wire.signatures import sign
from app.wire.work import Batch
from tests.command_line import Program
from tests.contract.sync_rig import task
from tests.hostile.lying_home import changes, everything, invitation, registers
from tests.hostile.lying_lab import Handler, LyingLab, serving_lies
from tests.unit.wire.wire_fixtures import private_key


@dataclass
class HurriedClock:
    """Real time; `speed` makes its seconds shorter, for those who wait."""

    speed: int = 1

    def now(self) -> datetime:
        return SystemClock().now()

    def monotonic(self) -> float:
        return time.monotonic() * self.speed


@dataclass
class World:
    lab: LyingLab
    assay: Program
    clock: HurriedClock
    first: bytes
    """The payload of the batch that came well; a result for it waits in the outbox."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with serving_lies(LyingLab()) as lab:
        clock = HurriedClock()
        assay = Program(tmp_path / "home", clock=clock)
        registers(lab)
        assay.json("enrol", invitation(lab))
        first, _ = lab.honest("before", 100)
        assert assay.json("sync")["pulled"] == 3
        assay.judge("t100")
        assay.json("submit", "t100")
        yield World(lab, assay, clock, first)


def offered(to: LyingLab, **more: Any) -> bytes:
    return to.offer(to.batch("bad", **more))


def tampered(world: World) -> None:
    offered(world.lab)
    kind, name, document = world.lab.items[-1]
    assert document is not None
    payload = jsonio.loads(document)["payload"]
    other = jsonio.loads(sign(Batch.typ(), world.lab.batch("bad", title="Changed"), world.lab.key))["payload"]
    world.lab.items[-1] = (kind, name, document.replace(payload.encode(), other.encode()))


def tampered_tasks(world: World) -> None:
    tasks_of(world.lab)
    data = jsonio.dumps(task(1)) + b"\n"
    world.lab.blobs[digest(data)] = data.replace(b"Answer 1", b"Answer 2")


def truncated_tasks(world: World) -> None:
    tasks_of(world.lab)
    data = jsonio.dumps(task(1)) + b"\n"
    world.lab.blobs[digest(data)] = data[:-30]


def tasks_of(lab: LyingLab) -> None:
    lab.assign(lab.assignment("a-bad", offered(lab), ["t1"], [lab.pack([task(1)])]))


def replayed(world: World) -> None:
    lab = world.lab
    lab.offer(lab.batch("before", 2, parent=digest(world.first), title="Two"), "batch.revised")
    assert world.assay("sync").code == 0
    lab.offer(world.first, "batch.revised")


def expired(world: World) -> None:
    offered(world.lab, expires=to_text(world.lab.now - timedelta(seconds=1)))


def of_another_lab(world: World) -> None:
    offered(world.lab, lab="lab-b")


def by_a_stranger(world: World) -> None:
    world.lab.offer(world.lab.batch("bad"), key=private_key(99))


def wrong_schema(world: World) -> None:
    offered(world.lab, scoring="healthbench")


ITEMS: dict[str, tuple[Callable[[World], None], str]] = {
    "tampered": (tampered, "signature.bad"),
    "with a tampered task": (tampered_tasks, "attachment.digest"),
    "truncated": (truncated_tasks, "blob.length"),
    "replayed": (replayed, "batch.rollback"),
    "expired": (expired, "batch.expired"),
    "of another lab": (of_another_lab, "batch.lab"),
    "signed by a stranger": (by_a_stranger, "signature.unknown_key"),
    "of the wrong schema": (wrong_schema, "document.schema"),
}


@pytest.mark.parametrize("name", ITEMS)
def test_a_bad_batch_is_named_and_set_aside(world: World, name: str) -> None:
    """The rest of the sync is done (8): one's own result goes out and the work that was there is as it was."""
    lie, code = ITEMS[name]
    lie(world)
    before = everything(world.assay)
    ran = world.assay("sync", "--json")
    assert ran.code == 8, ran
    found = ran.document
    assert [r["code"] for r in found["refused"]] == [code]
    reason = found["refused"][0]["reason"]
    assert reason in ran.err
    assert reason[0].isupper()
    assert found["pulled"] == 0
    after = everything(world.assay)
    assert changes(before, after) <= {"outbox", "cursor", "quarantine", "batches"}
    assert [b for b in after["batches"] if b[0] != "bad"] == before["batches"]
    assert all(tasks == 0 for batch, *_, tasks in after["batches"] if batch == "bad")
    assert after["quarantine"] == [*before["quarantine"], code]
    assert {row[2] for row in after["outbox"]} == {"receipted"}
    assert world.assay.json("status")["labs"][0]["quarantined"] == 1
    assert world.assay("sync").code == 0
    assert changes(after, everything(world.assay)) == set()


def test_what_was_set_aside_is_taken_once_it_is_mended(world: World) -> None:
    tampered_tasks(world)
    assert world.assay("sync").code == 8
    data = jsonio.dumps(task(1)) + b"\n"
    world.lab.blobs[digest(data)] = data
    assert world.assay.json("sync", "--from-start")["pulled"] == 1
    assert "t1" in {t["id"] for t in world.assay.json("tasks")}


def gap(world: World) -> None:
    world.lab.honest("lost", 300)
    world.lab.honest("after", 200)
    world.lab.answers["/v1/feed"] = lambda h: h.json(
        {**(page := world.lab.page(2)), "items": page["items"][2:]}
    )


def cut_answer(world: World) -> None:
    world.lab.honest("after", 200)
    whole = jsonio.dumps(world.lab.page(2))
    world.lab.answers["/v1/feed"] = lambda h: h.reply(
        200, whole[: len(whole) // 2], {"Content-Type": "application/json"}
    )


@pytest.mark.parametrize(("lie", "code"), [(gap, "feed.gap"), (cut_answer, "lab.answer")])
def test_bad_news_as_a_whole_are_no_news(world: World, lie: Callable[[World], None], code: str) -> None:
    lie(world)
    before = everything(world.assay)
    error = world.assay.fails(6, "sync")
    assert (error["kind"], error["code"]) == ("trust", code)
    after = everything(world.assay)
    assert changes(before, after) == {"outbox"}, "results are signed: they go out all the same"
    assert {row[2] for row in after["outbox"]} == {"receipted"}
    world.lab.answers.clear()
    assert world.assay.json("sync")["pulled"] > 0


def drips(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{")
    handler.wfile.flush()
    handler.connection.settimeout(10)
    handler.connection.recv(1)


def too_few(handler: Handler) -> None:
    handler.close_connection = True
    handler.reply(200, b'{"items":[]', {"Content-Type": "application/json", "Content-Length": "9999"})


AWAY: dict[str, tuple[Callable[[Handler], None], str]] = {
    "slow": (drips, "lab.slow"),
    "lies about lengths": (too_few, "lab.cut"),
    "sends HTML": (lambda h: h.reply(200, b"<html>Sign in", {"Content-Type": "text/html"}), "lab.not_a_lab"),
    "sends HTML as an error": (
        lambda h: h.reply(403, b"<html>No", {"Content-Type": "text/html"}),
        "lab.not_a_lab",
    ),
    "is busy": (lambda h: h.problem(503, "lab.busy"), "lab.busy"),
    "sends us elsewhere": (lambda h: h.reply(302, b"", {"Location": "http://127.0.0.1:9/"}), "lab.not_a_lab"),
}


@pytest.mark.parametrize("name", AWAY)
def test_a_lab_that_cannot_be_spoken_to_is_away(world: World, name: str) -> None:
    answer, code = AWAY[name]
    world.lab.honest("after", 200)
    before = everything(world.assay)
    world.lab.answers["*"] = answer
    world.clock.speed = 100 if code == "lab.slow" else 1
    error = world.assay.fails(4, "sync")
    world.clock.speed = 1
    assert (error["kind"], error["code"]) == ("offline", code)
    assert changes(before, everything(world.assay)) == set()
    world.lab.answers.clear()
    found = world.assay.json("sync")
    assert (found["pulled"], found["receipted"], found["waiting"]) == (3, 1, 0)


def test_a_lab_that_says_no_is_a_refusal(world: World) -> None:
    before = everything(world.assay)
    world.lab.answers["*"] = lambda h: h.problem(403, "expert.gone")
    error = world.assay.fails(5, "sync")
    assert (error["kind"], error["code"]) == ("refused", "expert.gone")
    assert changes(before, everything(world.assay)) == set()
