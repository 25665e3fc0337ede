"""I3: a result leaves the outbox only on a receipt that is the lab's, for this result, for these bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.domain.ids import digest
from app.errors import AssayError, OfflineError, RefusedError, TrustError
from app.wire import jsonio
from app.wire.signatures import members, unbase64
from tests.contract.sync_rig import Laptop
from tests.hostile.lying_lab import Handler, LyingLab, enrolled_laptop, serving_lies
from tests.unit.wire.wire_fixtures import private_key


@pytest.fixture
def lab() -> Iterator[LyingLab]:
    with serving_lies(LyingLab()) as running:
        running.honest("b", 1, 5)
        yield running


@pytest.fixture
def expert(lab: LyingLab, tmp_path: Path) -> Iterator[Laptop]:
    found = enrolled_laptop(lab, tmp_path / "ws")
    found.sync()
    yield found
    found.workspace.close()


def states(expert: Laptop) -> list[str]:
    return [row.state for row in reversed(expert.workspace.outbox.all())]


def sent(handler: Handler) -> list[bytes]:
    return [jsonio.dumps(one) for one in jsonio.loads(handler.body)["results"]]


def payload(document: bytes) -> bytes:
    return unbase64(members(document)["payload"], "")


def receipts_with(**changes: Any) -> Callable[[LyingLab, Handler], None]:
    return lambda lab, h: h.json({"outcomes": [lab.outcome(d, **changes) for d in sent(h)]})


def another_result(lab: LyingLab, handler: Handler) -> None:
    outcomes = [lab.outcome(d) for d in sent(handler)]
    outcomes[0]["receipt"], outcomes[1]["receipt"] = outcomes[1]["receipt"], outcomes[0]["receipt"]
    handler.json({"outcomes": outcomes})


def without_receipt(lab: LyingLab, handler: Handler) -> None:
    handler.json({"outcomes": [{**lab.outcome(d), "receipt": None} for d in sent(handler)]})


def the_result_itself(lab: LyingLab, handler: Handler) -> None:
    handler.json({"outcomes": [{**lab.outcome(d), "receipt": jsonio.loads(d)} for d in sent(handler)]})


LIES: dict[str, tuple[Callable[[LyingLab, Handler], None], str]] = {
    "for other bytes": (receipts_with(digest="0" * 64), "receipt.other"),
    "for another id": (receipts_with(result="r-0"), "receipt.other"),
    "for another revision": (receipts_with(revision=9), "receipt.other"),
    "by a stranger": (receipts_with(key=private_key(99)), "signature.unknown_key"),
    "of another shape": (receipts_with(verdict="perhaps"), "receipt.shape"),
    "of another result": (another_result, "receipt.other"),
    "that is not there": (without_receipt, "receipt.missing"),
    "that is the result": (the_result_itself, "signature.typ"),
}


@pytest.mark.parametrize("name", LIES)
def test_a_false_receipt_keeps_the_result_on_its_way(lab: LyingLab, expert: Laptop, name: str) -> None:
    lie, code = LIES[name]
    expert.submit("t1")
    expert.submit("t2")
    lab.answers["/v1/results"] = lambda handler: lie(lab, handler)
    with pytest.raises(AssayError) as caught:
        expert.sync()
    assert caught.value.code == code
    assert states(expert) == ["sent", "sent"]
    assert lab.asked("/v1/results") == 1
    del lab.answers["/v1/results"]
    lab.results.clear()
    assert expert.sync().receipted == 2
    assert states(expert) == ["receipted", "receipted"]


def test_one_bad_item_never_blocks_the_rest(lab: LyingLab, expert: Laptop) -> None:
    for n in range(1, 6):
        expert.submit(f"t{n}")

    def mixed(handler: Handler) -> None:
        one, two, three, _, five = sent(handler)
        bad, other = (digest(unbase64(members(d)["payload"], "")) for d in (two, three))
        outcomes = [
            lab.outcome(one),
            {"digest": bad, "status": "rejected", "code": "result.x", "message": "No."},
            {"digest": other, "status": "conflict", "held": "7" * 64},
            lab.outcome(five),
        ]
        handler.json({"outcomes": outcomes})

    lab.answers["/v1/results"] = mixed
    report = expert.sync()
    assert (report.pushed, report.receipted, report.conflicts, report.parked, report.waiting) == (
        5,
        2,
        1,
        2,
        1,
    )
    assert states(expert) == ["receipted", "parked", "parked", "sent", "receipted"]
    reasons = [row.reason for row in expert.workspace.outbox.all() if row.state == "parked"]
    assert sorted(reason.split(":")[0] for reason in reasons) == ["result.conflict", "result.x"]


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_request_refused_whole_is_halved_to_the_item_at_fault(
    lab: LyingLab, expert: Laptop, status: int
) -> None:
    documents = [expert.submit(f"t{n}").document for n in range(1, 6)]

    def picky(handler: Handler) -> None:
        if documents[2] in sent(handler):
            handler.problem(status, "body.bad")
        else:
            handler.json({"outcomes": [lab.outcome(d) for d in sent(handler)]})

    lab.answers["/v1/results"] = picky
    report = expert.sync()
    assert (report.receipted, report.parked) == (4, 1)
    assert states(expert) == ["receipted", "receipted", "parked", "receipted", "receipted"]


@pytest.mark.parametrize(
    ("status", "kind"), [(401, RefusedError), (403, RefusedError), (500, OfflineError), (429, OfflineError)]
)
def test_a_lab_that_takes_nothing_now_loses_nothing(
    lab: LyingLab, expert: Laptop, status: int, kind: type[Exception]
) -> None:
    expert.submit("t1")
    lab.answers["/v1/results"] = lambda handler: handler.problem(status, "device.revoked")
    with pytest.raises(kind):
        expert.sync()
    assert states(expert) == ["sent"]


def test_what_was_sent_is_what_was_signed_and_only_once_more_when_asked(
    lab: LyingLab, expert: Laptop
) -> None:
    new = expert.submit("t1")
    seen: list[bytes] = []

    def first_lost(handler: Handler) -> None:
        seen.extend(sent(handler))
        for document in sent(handler):
            lab.outcome(document)
        handler.problem(503, "lab.busy", {"Retry-After": "9999"})

    lab.answers["/v1/results"] = first_lost
    with pytest.raises(OfflineError):
        expert.sync()
    del lab.answers["/v1/results"]
    assert expert.sync().receipted == 1
    assert seen == [new.document]
    assert len(lab.results) == 1


def test_a_lab_restored_from_a_backup_gets_back_what_it_lost(lab: LyingLab, expert: Laptop) -> None:
    kept, lost = expert.submit("t1"), expert.submit("t2")
    expert.sync()
    del lab.results[lost.digest]
    lab.epoch = "e2"
    lab.items.append(("notice", "n", None))
    report = expert.sync()
    assert (report.resent, report.receipted) == (1, 1)
    assert set(lab.results) == {kept.digest, lost.digest}
    lab.requests.clear()
    expert.sync()
    assert lab.asked("/v1/results:missing") == 0


def test_results_go_out_though_the_news_cannot_be_trusted(lab: LyingLab, expert: Laptop) -> None:
    expert.submit("t1")
    lab.answers["/v1/feed"] = lambda handler: handler.json({"items": 3})
    with pytest.raises(TrustError):
        expert.sync()
    assert states(expert) == ["receipted"]


def test_requests_hold_a_hundred_results_and_two_megabytes(lab: LyingLab, expert: Laptop) -> None:
    lab.honest("many", 100, 230)
    expert.sync()
    for n in range(100, 330):
        expert.submit(f"t{n}")
    sizes: list[tuple[int, int]] = []

    def count(handler: Handler) -> None:
        sizes.append((len(sent(handler)), len(handler.body)))
        handler.json({"outcomes": [lab.outcome(d) for d in sent(handler)]})

    lab.answers["/v1/results"] = count
    assert expert.sync().receipted == 230
    assert [n for n, _ in sizes] == [100, 100, 30]
    assert payload(expert.workspace.outbox.all()[0].document)
