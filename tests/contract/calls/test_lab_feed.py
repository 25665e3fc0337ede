"""The feed of the lab against a real server on loopback."""

from __future__ import annotations

import pytest

from app.wire.documents import parse
from app.wire.protocol import FeedPage, live_digest
from lab import desk
from tests.contract.calls.served import World, problem
from tests.lab_server import Laptop, enrolled


def test_the_feed_is_gapless_and_ends_with_what_should_be_held(world: World) -> None:
    items = world.ada.pull()
    assert [item["n"] for item in items] == list(range(1, len(items) + 1))
    assert [item["kind"] for item in items] == ["batch.offered", "batch.assigned"]
    page = parse(FeedPage, world.ada.call("GET", f"/v1/feed?cursor={world.ada.cursor}").content)
    assert page.digest == live_digest(world.ada.given)
    assert len(world.ada.tasks) + len(world.bob.tasks or dict.fromkeys(_pulled(world.bob))) == 12


def _pulled(laptop: Laptop) -> list[str]:
    laptop.pull()
    return list(laptop.tasks)


def test_feed_pages_join_without_a_hole(world: World) -> None:
    whole = world.ada.call("GET", "/v1/feed").json()["items"]
    cursor, found = "", []
    for _ in whole:
        page = world.ada.call("GET", f"/v1/feed?cursor={cursor}&limit=1").json()
        cursor, found = page["next"], found + page["items"]
    assert found == whole
    assert not page["more"]


def test_nothing_new_is_a_304(world: World) -> None:
    world.ada.pull()
    page = world.ada.call("GET", f"/v1/feed?cursor={world.ada.cursor}")
    etag = {"If-None-Match": page.headers["etag"]}
    same = world.ada.call("GET", f"/v1/feed?cursor={world.ada.cursor}", headers=etag)
    assert (same.status_code, same.content) == (304, b"")
    desk.revise(world.lab, world.batch, {"title": "Twelve, again"})
    news = world.ada.call("GET", f"/v1/feed?cursor={world.ada.cursor}", headers=etag)
    assert [item["kind"] for item in news.json()["items"]] == ["batch.revised"]


def test_a_held_feed_call_returns_when_the_desk_writes(world: World) -> None:
    world.ada.pull()
    page = world.ada.call("GET", f"/v1/feed?cursor={world.ada.cursor}")
    etag = {"If-None-Match": page.headers["etag"]}
    with desk.open_lab(world.lab.folder, clock=world.clock) as other:
        desk.revise(other, world.batch, {"warnings": ["injuries"]})
        held = world.ada.call("GET", f"/v1/feed?cursor={world.ada.cursor}&wait=20", headers=etag)
    assert held.json()["items"][0]["kind"] == "batch.revised"


def test_a_held_feed_call_ends_with_304(world: World) -> None:
    world.ada.pull()
    page = world.ada.call("GET", f"/v1/feed?cursor={world.ada.cursor}")
    path = f"/v1/feed?cursor={world.ada.cursor}&wait=1"
    held = world.ada.call("GET", path, headers={"If-None-Match": page.headers["etag"]})
    assert held.status_code == 304


@pytest.mark.parametrize("cursor", ["zzz", "bm90LW1pbmUuMQ", "%00", "AAAA"])
def test_a_cursor_of_no_use_is_gone(world: World, cursor: str) -> None:
    assert problem(world.ada.call("GET", f"/v1/feed?cursor={cursor}")) == (410, "feed.reset")


def test_a_cursor_beyond_the_head_is_gone(world: World) -> None:
    operator = enrolled(world.invite("operator", "Op"), world.clock)
    world.ada.pull()
    assert problem(operator.call("GET", f"/v1/feed?cursor={world.ada.cursor}")) == (410, "feed.reset")
