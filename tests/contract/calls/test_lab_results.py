"""Results sent to the lab and read back, against a real server on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator

from app.domain.ids import digest
from app.wire.documents import Receipt, parse
from app.wire.protocol import OwnResults, ResultsReply
from app.wire.signatures import PrivateKey, verify
from lab import desk
from tests.contract.calls.served import World, problem
from tests.lab_server import Laptop, enrolled, payload_of, results_body


def test_results_are_stored_once_with_a_receipt(world: World) -> None:
    world.ada.pull()
    documents = [world.ada.result(task) for task in list(world.ada.tasks)[:3]]
    reply = world.ada.call("POST", "/v1/results", content=results_body(*documents))
    outcomes = parse(ResultsReply, reply.content).outcomes
    assert [one.status for one in outcomes] == ["stored"] * 3
    previous = None
    for document, one in zip(documents, outcomes, strict=True):
        assert one.receipt is not None
        verified = verify(one.receipt.document(), world.keys, Receipt.typ(), at=world.clock.now())
        receipt = parse(Receipt, verified.payload)
        assert receipt.digest == one.digest == digest(payload_of(json.loads(document)))
        assert (receipt.verdict, receipt.previous) == ("stored", previous)
        previous = verified.digest
    again = world.ada.call("POST", "/v1/results", content=results_body(*documents))
    assert again.content.replace(b"duplicate", b"stored").count(b'"held"') == 3
    repeated = parse(ResultsReply, again.content).outcomes
    assert [(one.status, one.receipt) for one in repeated] == [("duplicate", one.receipt) for one in outcomes]


def test_other_bytes_under_one_id_are_a_conflict(world: World) -> None:
    world.ada.pull()
    task = next(iter(world.ada.tasks))
    first = world.ada.send(world.ada.result(task))[0]
    second = world.ada.send(world.ada.result(task, value="not_met"))[0]
    assert (second["status"], second["held"]) == ("conflict", first["digest"])
    assert second["digest"] != first["digest"]


def test_a_revision_names_the_one_before(world: World) -> None:
    world.ada.pull()
    task = next(iter(world.ada.tasks))
    first = world.ada.send(world.ada.result(task))[0]["digest"]
    revised = {"revision": 2, "value": "not_met"}
    wrong, right, skipped = world.ada.send(
        world.ada.result(task, previous="0" * 64, **revised),
        world.ada.result(task, previous=first, **revised),
        world.ada.result(task, revision=4, previous=first),
    )
    assert (wrong["status"], wrong["code"]) == ("rejected", "result.previous")
    assert right["status"] == "stored"
    assert skipped["code"] == "result.previous"


def test_a_refused_revision_is_passed_over_by_the_next(world: World) -> None:
    world.ada.pull()
    task = next(iter(world.ada.tasks))
    refused, replaced = world.ada.send(
        world.ada.result(task, value="partly"), world.ada.result(task, revision=2, previous=None)
    )
    assert (refused["status"], replaced["status"]) == ("rejected", "stored")
    third = world.ada.send(world.ada.result(task, revision=3, previous=None))[0]
    assert third["code"] == "result.previous"


def test_one_bad_result_hinders_no_other(world: World) -> None:
    world.ada.pull()
    world.bob.pull()
    mine, theirs = next(iter(world.ada.tasks)), next(iter(world.bob.tasks))
    world.ada.tasks[theirs] = world.bob.tasks[theirs]
    world.ada.given |= {"copied": next(iter(world.bob.given.values()))}
    wrong_key = Laptop(**{**vars(world.ada), "key": PrivateKey.generate()})
    unknown_criterion = {"responses": {"r1": {"verdicts": {"c99": {"value": "met"}}}}}
    bad: list[tuple[bytes, str]] = [
        (b"7", "signature.shape"),
        (b'{"protected":"a","payload":"b"}', "signature.shape"),
        (wrong_key.result(mine), "signature.unknown_key"),
        (world.ada.result(mine).replace(b'"payload":"ey', b'"payload":"eX'), "signature.bad"),
        (world.ada.enrolment("a-code-of-mine", device="d"), "signature.typ"),
        (world.ada.result(theirs), "result.unassigned"),
        (world.ada.result(mine, expert=world.bob.expert), "result.identity"),
        (world.ada.result(mine, device="another"), "result.identity"),
        (world.ada.result(mine, lab="lab-other"), "result.identity"),
        (world.ada.result(mine, result="made-up"), "result.id"),
        (world.ada.result(mine, task_digest="0" * 64), "result.task_digest"),
        (world.ada.result(mine, batch_digest="0" * 64), "result.batch_digest"),
        (world.ada.result(mine, shown_order=["r1"]), "result.order"),
        (world.ada.result(mine, value="partly"), "verdict.value"),
        (world.ada.result(mine, judgement=unknown_criterion), "judgement.unknown"),
        (world.ada.result(mine, revision=2, previous="0" * 64), "result.previous"),
        (world.ada.result(mine, previous="0" * 64), "result.previous"),
        (world.ada.result(mine, revision="1"), "document.schema"),
        (world.ada.result(mine, v=2), "document.version"),
    ]
    outcomes = world.ada.send(*(document for document, _ in bad), world.ada.result(mine))
    assert [one.get("code", one["status"]) for one in outcomes] == [*(code for _, code in bad), "stored"]
    assert all(one["status"] == "rejected" for one in outcomes[:-1])


def test_late_results_are_kept_and_marked(world: World) -> None:
    world.ada.pull()
    first, second = list(world.ada.tasks)[:2]
    world.clock.advance(20 * 86400)
    late = world.ada.send(world.ada.result(first))[0]
    assert parse(Receipt, payload_of(late["receipt"])).verdict == "late"
    desk.withdraw(world.lab, world.batch)
    withdrawn = world.ada.send(world.ada.result(second))[0]
    assert parse(Receipt, payload_of(withdrawn["receipt"])).verdict == "late"


def test_bodies_are_capped_strict_and_plain(world: World) -> None:
    big = b'{"results":["' + b"x" * 2_000_000 + b'"]}'
    assert problem(world.ada.call("POST", "/v1/results", content=big)) == (413, "request.large")

    def dripped() -> Iterator[bytes]:
        yield from (big[start : start + 65536] for start in range(0, len(big), 65536))

    assert problem(world.ada.call("POST", "/v1/results", content=dripped())) == (413, "request.large")
    for body, expected in (
        (b'{"results":[],"results":[]}', (400, "json.double")),
        (b'{"results":[NaN]}', (400, "json.number")),
        (b"<html>", (400, "json.syntax")),
        (b'{"results":[]}', (422, "results.shape")),
        (b"[]", (422, "results.shape")),
    ):
        assert problem(world.ada.call("POST", "/v1/results", content=body)) == expected
    reply = world.ada.call("POST", "/v1/results", content=b"x", headers={"Content-Encoding": "gzip"})
    assert problem(reply) == (415, "request.encoding")


def test_missing_and_own_results_heal_a_new_laptop(world: World) -> None:
    world.ada.pull()
    documents = [world.ada.result(task) for task in world.ada.tasks]
    digests = [one["digest"] for one in world.ada.send(*documents)]
    lost = "f" * 64
    reply = world.ada.call("POST", "/v1/results:missing", json={"digests": [*digests, lost]})
    assert reply.json() == {"missing": [lost]}
    cursor, found = "", []
    while True:
        page = parse(OwnResults, world.ada.call("GET", f"/v1/results?limit=2&cursor={cursor}").content)
        found += [digest(payload_of(one.result.model_dump())) for one in page.items]
        cursor = page.next
        if not page.more:
            break
    assert found == digests


def test_the_operators_export_holds_everything(world: World) -> None:
    operator = enrolled(world.invite("operator", "Op"), world.clock)
    for laptop in (world.ada, world.bob):
        laptop.pull()
        laptop.send(laptop.result(next(iter(laptop.tasks))))
    page = operator.call("GET", "/v1/export").json()
    assert [one["expert"] for one in page["items"]] == [world.ada.expert, world.bob.expert]
    end = operator.call("GET", f"/v1/export?cursor={page['next']}").json()
    assert (end["items"], end["more"], end["next"]) == ([], False, page["next"])
