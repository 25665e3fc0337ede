"""Claims of more work, against a real server on loopback."""

from __future__ import annotations

from tests.contract.calls.served import World, problem
from tests.lab_server import enrolled


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
