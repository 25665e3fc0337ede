"""Blobs, fetched and put up, against a real server on loopback."""

from __future__ import annotations

import httpx2
import pytest

from app.domain.ids import digest
from tests.contract.calls.served import World, problem


def test_blobs_come_whole_and_by_range(world: World) -> None:
    world.ada.pull()
    pack = next(iter(world.ada.given.values()))["packs"][0]
    path, size = f"/v1/blobs/{pack['sha256']}", pack["size"]
    whole = world.ada.call("GET", path)
    assert digest(whole.content) == pack["sha256"]
    assert (whole.headers["etag"], whole.headers["accept-ranges"]) == (f'"{pack["sha256"]}"', "bytes")

    def part(wanted: str, **more: str) -> httpx2.Response:
        return world.ada.call("GET", path, headers={"Range": wanted, **more})

    rest = part("bytes=10-")
    assert (rest.status_code, rest.content) == (206, whole.content[10:])
    assert rest.headers["content-range"] == f"bytes 10-{size - 1}/{size}"
    assert part("bytes=3-7").content == whole.content[3:8]
    assert part("bytes=-4").content == whole.content[-4:]
    assert part(f"bytes=5-{size + 100}").content == whole.content[5:]
    beyond = part(f"bytes={size}-")
    assert problem(beyond) == (416, "blob.range")
    assert beyond.headers["content-range"] == f"bytes */{size}"
    assert part("bytes=5-", **{"If-Range": whole.headers["etag"]}).status_code == 206
    assert part("bytes=5-", **{"If-Range": '"other"'}).status_code == 200
    for odd in ("bytes=7-3", "bytes=1-2,4-5", "lines=1-2", "bytes=-"):
        assert part(odd).status_code == 200
    assert world.ada.call("GET", path, headers={"If-None-Match": whole.headers["etag"]}).status_code == 304


@pytest.mark.parametrize("name", ["..%2F..%2Flab-key.json", "A" * 64, "0" * 63, "lab.db"])
def test_only_digests_name_blobs(world: World, name: str) -> None:
    assert world.ada.call("GET", f"/v1/blobs/{name}").status_code == 404


def test_blobs_that_are_put_up_are_checked_and_private(world: World) -> None:
    data = b"a photograph"
    path, star = f"/v1/blobs/{digest(data)}", {"If-None-Match": "*"}
    assert problem(world.ada.call("PUT", path, content=data)) == (428, "blob.condition")
    assert problem(world.ada.call("PUT", path, content=b"x", headers=star)) == (422, "blob.digest")
    assert world.ada.call("PUT", path, content=data, headers=star).status_code == 201
    assert problem(world.ada.call("PUT", path, content=data, headers=star)) == (412, "blob.held")
    assert world.ada.call("GET", path).content == data
    assert world.bob.call("GET", path).status_code == 404
    assert world.bob.call("PUT", path, content=data, headers=star).status_code == 201
