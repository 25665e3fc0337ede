"""Claims of more work and longer leases, against a real server on loopback."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.domain.times import to_text
from app.wire import jsonio
from lab import batches
from lab.assigning import LEASE
from lab.claiming import LONGEST
from tests.contract.calls.served import World, problem
from tests.lab_server import Laptop, enrolled, payload_of

DAY = 86_400


def test_claims_lease_more_and_give_back(world: World) -> None:
    third = enrolled(world.invite(name="Cleo"), world.clock)
    nothing = third.call("POST", "/v1/claims", json={"tasks": 3}, headers={"Idempotency-Key": "k0"})
    assert nothing.json() == {"tasks": 0, "assignments": []}
    assert problem(third.call("POST", "/v1/claims", json={"tasks": 3})) == (422, "claim.key")
    for laptop in (world.ada, world.bob):
        laptop.pull()
    giver, other = sorted((world.ada, world.bob), key=lambda laptop: -len(laptop.tasks))
    (assignment,) = giver.given
    kept = giver.given[assignment]["tasks"][0]
    giver.send(giver.result(kept))
    assert giver.call("DELETE", f"/v1/claims/{assignment}").status_code == 204
    assert giver.call("DELETE", f"/v1/claims/{assignment}").status_code == 204
    assert [item["kind"] for item in giver.pull()] == ["batch.assigned"]
    left = giver.given[assignment]
    assert (left["version"], kept in left["tasks"]) == (2, True)
    key = {"Idempotency-Key": "k1"}
    claimed = third.call("POST", "/v1/claims", json={"tasks": 100}, headers=key)
    third.pull()
    assert claimed.json()["tasks"] == len(third.tasks) > 0
    assert len(third.tasks) + len(left["tasks"]) + len(other.tasks) == 12
    assert third.call("POST", "/v1/claims", json={"tasks": 100}, headers=key).json() == claimed.json()


def until(laptop: Laptop, assignment: str) -> datetime:
    laptop.pull()
    return datetime.fromisoformat(laptop.given[assignment]["lease_until"])


def renewed(laptop: Laptop, assignment: str) -> datetime:
    reply = laptop.call("POST", f"/v1/claims/{assignment}:renew")
    assert reply.status_code == 200, reply.text
    assert reply.json()["assignment"] == assignment
    return datetime.fromisoformat(reply.json()["lease_until"])


def test_a_lease_is_longer_when_half_of_it_is_over(world: World) -> None:
    ada, clock, start = world.ada, world.clock, world.clock.now()
    ada.pull()
    (assignment,) = ada.given
    first = until(ada, assignment)
    assert first == start + LEASE
    clock.advance(6 * DAY)
    assert renewed(ada, assignment) == until(ada, assignment) == first
    assert ada.given[assignment]["version"] == 1
    clock.advance(6 * DAY)
    assert renewed(ada, assignment) == until(ada, assignment) == clock.now() + LEASE
    assert renewed(ada, assignment) == clock.now() + LEASE
    assert ada.given[assignment]["version"] == 2
    assert [item["kind"] for item in ada.pull()] == []


def test_a_lease_that_is_over_begins_anew_and_ends_where_the_lab_says(world: World) -> None:
    ada, clock, start = world.ada, world.clock, world.clock.now()
    ada.pull()
    (assignment,) = ada.given
    task = ada.given[assignment]["tasks"][0]
    clock.advance(50 * DAY)
    assert renewed(ada, assignment) == until(ada, assignment) == start + LONGEST
    clock.advance(10 * DAY)
    assert renewed(ada, assignment) == until(ada, assignment) == start + LONGEST
    (outcome,) = ada.send(ada.result(task))
    receipt = jsonio.loads(payload_of(outcome["receipt"]))
    assert (outcome["status"], receipt["verdict"]) == ("stored", "late")


def test_a_lease_ends_when_its_batch_is_due(world: World) -> None:
    clock = world.clock
    due = clock.now() + timedelta(days=20)
    batches.revise(world.lab, world.batch, {"due": to_text(due)})
    world.ada.pull()
    (assignment,) = world.ada.given
    clock.advance(13 * DAY)
    assert renewed(world.ada, assignment) == due


def test_no_lease_to_renew(world: World) -> None:
    ada, bob = world.ada, world.bob
    ada.pull()
    (assignment,) = ada.given
    for caller, name in ((bob, assignment), (ada, "a-none"), (ada, f"{assignment}:renew")):
        assert problem(caller.call("POST", f"/v1/claims/{name}:renew")) == (404, "call.unknown")
    assert ada.call("DELETE", f"/v1/claims/{assignment}").status_code == 204
    assert problem(ada.call("POST", f"/v1/claims/{assignment}:renew")) == (409, "claim.ended")
    bob.pull()
    (hers,) = bob.given
    batches.withdraw(world.lab, world.batch)
    assert problem(bob.call("POST", f"/v1/claims/{hers}:renew")) == (409, "claim.ended")
