"""Who reaches what at the lab, by which token, against a real server on loopback."""

from __future__ import annotations

import httpx2
import pytest

from app.wire.signatures import PrivateKey
from tests.contract.calls.served import World, problem
from tests.lab_server import Laptop


def test_an_expert_reaches_nothing_that_is_not_hers(world: World) -> None:
    world.ada.pull()
    world.bob.pull()
    hers = {p["sha256"] for a in world.ada.given.values() for p in a["packs"]}
    his = {p["sha256"] for a in world.bob.given.values() for p in a["packs"]}
    assert hers
    assert his
    assert not hers & his
    for sha256 in his:
        reply = world.ada.call("GET", f"/v1/blobs/{sha256}")
        assert problem(reply) == (404, "call.unknown")
        nothing = world.ada.call("GET", f"/v1/blobs/{'0' * 64}")
        assert reply.content == nothing.content
    for assignment in world.bob.given:
        assert problem(world.ada.call("DELETE", f"/v1/claims/{assignment}")) == (404, "call.unknown")
    sent = world.bob.send(world.bob.result(next(iter(world.bob.tasks))))[0]
    assert world.ada.call("POST", "/v1/results:missing", json={"digests": [sent["digest"]]}).json() == {
        "missing": [sent["digest"]]
    }
    assert world.ada.call("GET", "/v1/results").json()["items"] == []
    assert problem(world.ada.call("GET", "/v1/export")) == (403, "role.operator")


@pytest.mark.parametrize("path", ["/v1/feed", f"/v1/blobs/{'0' * 64}", "/v1/results", "/v1/export"])
def test_without_a_good_token_nothing_is_told(world: World, path: str) -> None:
    bare = httpx2.get(world.lab.config.url + path, trust_env=False)
    assert problem(bare) == (401, "token.none")
    assert bare.headers["www-authenticate"] == "Bearer"
    assert "date" in bare.headers
    stranger = Laptop(world.ada.url, PrivateKey.generate(), world.clock)
    assert problem(stranger.call("GET", path)) == (401, "signature.unknown_key")
    assert problem(world.ada.call("GET", path, token="a.b.c"))[0] == 401


def test_a_token_works_once_and_for_a_minute(world: World) -> None:
    token = world.ada.token()
    assert world.ada.call("GET", "/v1/feed", token=token).status_code == 200
    assert problem(world.ada.call("GET", "/v1/feed", token=token)) == (401, "token.replayed")
    old = world.ada.token()
    world.clock.advance(120)
    assert problem(world.ada.call("GET", "/v1/feed", token=old)) == (401, "token.expired")
    assert world.ada.call("GET", "/v1/feed").status_code == 200


def test_a_token_for_another_lab_is_refused(world: World) -> None:
    elsewhere = Laptop("https://other.example", world.ada.key, world.clock)
    assert problem(world.ada.call("GET", "/v1/feed", token=elsewhere.token())) == (401, "token.audience")
