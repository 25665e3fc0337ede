"""Results in, receipts out: each stored once, whatever is sent again, beside or against it."""

from __future__ import annotations

from typing import Any

from app.domain.ids import digest
from app.wire import jsonio
from app.wire.models import Jws, parse
from app.wire.protocol import MAX_RESULTS, MAX_RESULTS_BYTES, MissingReply, OwnResults
from app.wire.signatures import PrivateKey
from cli.conformance.bench import Bench, Given, payload_of, require, results_body
from cli.conformance.suite import check


def _digest(document: bytes) -> str:
    return digest(payload_of(parse(Jws, document)))


def _rejected(bench: Bench, *documents: bytes) -> None:
    for number, one in enumerate(bench.send(*documents), start=1):
        require(one.status == "rejected", f"bad result {number} is “{one.status}”, not rejected")
        require(bool(one.code), "a rejected result comes without a code")
        require(one.receipt is None, "a rejected result comes with a receipt")


@check("results.stored")
def stored(bench: Bench) -> None:
    _, _, receipt = bench.first
    require(receipt.verdict == "stored", "a result within its lease is marked as late")


@check("results.duplicate")
def duplicate(bench: Bench) -> None:
    """Answers get lost: the same bytes again get the same receipt, to the byte."""
    document = bench.result(bench.task())
    (first,) = bench.send(document)
    bench.receipt(first, document)
    again, twice = bench.send(document, document)
    for one in (again, twice):
        require(one.status == "duplicate", f"the same result again is “{one.status}”")
        require(one.receipt == first.receipt, "the same result again gets another receipt")


@check("results.conflict")
def conflict(bench: Bench) -> None:
    task = bench.task()
    held = bench.result(task)
    bench.stored(held)
    (outcome,) = bench.send(bench.result(task, note="Something else"))
    require(outcome.status == "conflict", f"other bytes under the same id are “{outcome.status}”")
    require(outcome.receipt is None, "a conflict comes with a receipt")
    require(outcome.held == _digest(held), "a conflict does not name the digest that is held")


@check("results.one_bad")
def one_bad(bench: Bench) -> None:
    """One bad result hinders no other, and outcomes stand in the order sent."""
    first, second = bench.result(bench.task()), bench.result(bench.task())
    one, bad, two = bench.send(first, b'{"protected":"a","payload":"b","signature":"c"}', second)
    require(bad.status == "rejected", f"what is no result is “{bad.status}”")
    for outcome, document in ((one, first), (two, second)):
        require(outcome.status == "stored", f"a good result beside a bad one is “{outcome.status}”")
        bench.receipt(outcome, document)


@check("results.chain")
def chain(bench: Bench) -> None:
    """Each receipt names the one before it, so that none can be left out unseen."""
    first, second = bench.result(bench.task()), bench.result(bench.task())
    one, two = bench.send(first, second)
    bench.receipt(one, first)
    later = bench.receipt(two, second)
    assert one.receipt is not None
    require(later.previous == digest(payload_of(one.receipt)), "a receipt does not name the one before it")


@check("results.revision")
def revision(bench: Bench) -> None:
    task = bench.task()
    first = bench.result(task)
    bench.stored(first)
    wrong = bench.result(task, note="Again", revision=2, previous="0" * 64)
    right = bench.result(task, note="Again", revision=2, previous=_digest(first))
    _rejected(bench, wrong)
    bench.stored(right)


@check("results.signature")
def signature(bench: Bench) -> None:
    task = bench.task()
    good = jsonio.loads(bench.result(task))
    forged = good | {"signature": jsonio.loads(bench.result(task, note="Other"))["signature"]}
    _rejected(bench, bench.result(task, key=PrivateKey.generate()), jsonio.dumps(forged))
    bench.stored(bench.result(task))


@check("results.identity")
def identity(bench: Bench) -> None:
    """What she says of herself and of the task must be what the lab gave her."""
    task = bench.task()
    wrong: list[dict[str, Any]] = [
        {"expert": "somebody-else"},
        {"device": "another"},
        {"lab": "another"},
        {"result": "made-up"},
        {"task_digest": "0" * 64},
        {"batch_digest": "0" * 64},
    ]
    _rejected(bench, *(bench.result(task, **changes) for changes in wrong))


@check("results.unassigned")
def unassigned(bench: Bench) -> None:
    mine = bench.tasks[0]
    other = Given("no-such-task", mine.line, mine.assignment, mine.batch, mine.batch_digest)
    _rejected(bench, bench.result(other))


@check("results.typ")
def typ(bench: Bench) -> None:
    """A document of another kind is no result, whoever signed it."""
    _rejected(bench, bench.enrolment())


@check("results.limits")
def limits(bench: Bench) -> None:
    document = bench.result(bench.tasks[0])
    for body in (
        results_body(),
        results_body(*[document] * (MAX_RESULTS + 1)),
        b'{"results":["' + b"x" * MAX_RESULTS_BYTES + b'"]}',
    ):
        bench.refusal(bench.call("POST", "/v1/results", body=body))


@check("results.strict_json")
def strict_json(bench: Bench) -> None:
    _ = bench.registration
    for body in (
        b"<html>",
        b'{"results":[],"results":[]}',
        b'{"results":[NaN]}',
        b'{"results":[1e999]}',
        b"[" * 200,
    ):
        bench.refusal(bench.call("POST", "/v1/results", body=body))


@check("missing.named")
def missing(bench: Bench) -> None:
    """Heals a lab that was restored from an older backup."""
    held = bench.result(bench.task())
    bench.stored(held)
    lost = ["e" * 64, "f" * 64]
    asked = jsonio.dumps({"digests": [lost[0], _digest(held), lost[1]]})
    reply = bench.good(bench.call("POST", "/v1/results:missing", body=asked), MissingReply)
    require(reply.missing == lost, f"of one held and two lost, {len(reply.missing)} are named as missing")


@check("own.listed")
def own(bench: Bench) -> None:
    """Heals a laptop that was lost: her results and their receipts, as they were."""
    document = bench.result(bench.task())
    (outcome,) = bench.send(document)
    require(outcome.status == "stored", f"a good result is “{outcome.status}” ({outcome.code})")
    found: dict[str, Jws | None] = {}
    cursor = ""
    while True:
        page = bench.good(bench.call("GET", f"/v1/results?limit=2&cursor={cursor}"), OwnResults)
        for item in page.items:
            found[digest(payload_of(item.result))] = item.receipt
            require(item.receipt is not None, "a result is listed without its receipt")
        cursor = page.next
        if not page.more:
            break
        require(bool(page.items), "a page is empty and says that there is more")
    require(_digest(document) in found, "a stored result is not listed")
    require(
        found[_digest(document)] == outcome.receipt,
        "the receipt that is listed is not the one that was given",
    )
