"""Packs and attachments."""

from __future__ import annotations

import secrets

from app.domain.ids import digest
from cli.conformance.bench import Bench, Failed, require
from cli.conformance.suite import check


def _path(sha256: str) -> str:
    return f"/v1/blobs/{sha256}"


@check("blobs.digest")
def whole(bench: Bench) -> None:
    sha256, data = bench.pack
    require(digest(data) == sha256, "the bytes of a pack do not have its digest")
    size = next(p.size for a in bench.assignments.values() for p in a.packs if p.sha256 == sha256)
    require(len(data) == size, f"a pack has {len(data)} bytes, its assignment says {size}")


@check("blobs.tasks")
def tasks(bench: Bench) -> None:
    """The lines of her packs are the tasks of her assignment."""
    for task in bench.tasks:
        require(task.id in task.assignment.tasks, "a pack holds a task that its assignment does not name")


@check("blobs.range")
def range_(bench: Bench) -> None:
    sha256, data = bench.pack
    for wanted, part in (("bytes=10-", data[10:]), ("bytes=3-7", data[3:8]), ("bytes=-4", data[-4:])):
        reply = bench.call("GET", _path(sha256), Range=wanted)
        require(reply.status_code == 206, f"206 was expected for {wanted}, {reply.status_code} came")
        require(reply.content == part, f"{wanted} gives other bytes")
    told = bench.call("GET", _path(sha256), Range="bytes=3-7").headers.get("content-range")
    require(told == f"bytes 3-7/{len(data)}", f"Content-Range is “{told}”")


@check("blobs.if_range")
def if_range(bench: Bench) -> None:
    """The rest of other bytes must never be put to a beginning."""
    sha256, data = bench.pack
    etag = bench.call("GET", _path(sha256)).headers.get("etag", "")
    require(bool(etag) and not etag.startswith("W/"), "a blob has no strong ETag")
    same = bench.call("GET", _path(sha256), Range="bytes=5-", If_Range=etag)
    require(
        (same.status_code, same.content) == (206, data[5:]), "If-Range with the blob's ETag gives no range"
    )
    other = bench.call("GET", _path(sha256), Range="bytes=5-", If_Range='"another"')
    require(
        (other.status_code, other.content) == (200, data), "If-Range with another ETag must give all of it"
    )


@check("blobs.beyond")
def beyond(bench: Bench) -> None:
    sha256, data = bench.pack
    reply = bench.call("GET", _path(sha256), Range=f"bytes={len(data) + 5}-")
    require(reply.status_code == 416, f"416 was expected beyond the end, {reply.status_code} came")


@check("blobs.not_modified")
def not_modified(bench: Bench) -> None:
    sha256, _ = bench.pack
    etag = bench.call("GET", _path(sha256)).headers.get("etag", "")
    reply = bench.call("GET", _path(sha256), If_None_Match=etag)
    require(reply.status_code == 304, f"304 was expected, {reply.status_code} came")


@check("blobs.no_token")
def no_token(bench: Bench) -> None:
    sha256, _ = bench.pack
    bench.refusal(bench.call("GET", _path(sha256), token=None), 401)


@check("blobs.unassigned")
def unassigned(bench: Bench) -> None:
    """A batch names all its packs; those that are not assigned to her are not hers to fetch."""
    mine = {pack.sha256 for given in bench.assignments.values() for pack in given.packs}
    others = [f.sha256 for batch, _ in bench.batches.values() for f in batch.files if f.sha256 not in mine]
    if not others:
        raise Failed(
            "not to be seen here: her assignments name every pack of their batches. Assign a part only"
        )
    for sha256 in others[:5]:
        bench.refusal(bench.call("GET", _path(sha256)), 403, 404)


@check("blobs.unknown")
def unknown(bench: Bench) -> None:
    for name in (secrets.token_hex(32), "..%2f..%2fetc%2fpasswd", "A" * 64):
        bench.refusal(bench.call("GET", _path(name)))


@check("blobs.put")
def put(bench: Bench) -> None:
    data = b"conformance " + secrets.token_bytes(32)
    path = _path(digest(data))
    bench.refusal(bench.call("PUT", path, body=data + b"!", If_None_Match="*"))
    bench.refusal(bench.call("PUT", path, body=data))
    reply = bench.call("PUT", path, body=data, If_None_Match="*")
    require(reply.status_code == 201, f"201 was expected for a new blob, {reply.status_code} came")
    again = bench.call("PUT", path, body=data, If_None_Match="*")
    require(again.status_code == 412, f"412 was expected for it again, {again.status_code} came")
    back = bench.call("GET", path)
    require((back.status_code, back.content) == (200, data), "what was put up does not come back")
