"""Packs and attachments, by digest: only what the caller's assignments name, whole or a range."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from app.domain.ids import digest
from lab import claiming, uploads
from lab.access import Expert
from lab.blobs import MAX_BLOB, is_digest
from lab.bodies import read
from lab.calls.replies import PROBLEMS
from lab.calls.sharing import lab_of
from lab.lab import Lab
from lab.problems import Refusal, unknown

router = APIRouter(tags=["blobs"])
SMALL = 1024 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_BINARY: dict[str, Any] = {"content": {"application/octet-stream": {}}}


@router.get(
    "/v1/blobs/{sha256}",
    summary="A blob that an assignment of the caller names",
    response_class=Response,
    responses={
        200: {"description": "All of it", **_BINARY},
        206: {"description": "One range of it", **_BINARY},
        416: {"description": "No such range"},
        **PROBLEMS,
    },
)
def fetch(
    request: Request,
    caller: Expert,
    sha256: str,
    range: Annotated[str, Header()] = "",
    if_range: Annotated[str, Header()] = "",
    if_none_match: Annotated[str, Header()] = "",
) -> Response:
    lab = lab_of(request)
    if not is_digest(sha256):
        raise unknown()
    with lab.database.reading() as connection:
        if not claiming.serves(connection, caller.expert, sha256):
            raise unknown()
    size = lab.blobs.size(sha256)
    if size is None:
        raise Refusal(503, "lab.blob", "The lab cannot read this blob now.", headers={"Retry-After": "60"})
    etag = f'"{sha256}"'
    headers = {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
    }
    if if_none_match == etag:
        return Response(status_code=304, headers=headers)
    part = _part(range, size) if if_range in ("", etag) else None
    start, length = part or (0, size)
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{size}"
    status = 200 if part is None else 206
    media_type = "application/octet-stream"
    if length <= SMALL:
        return Response(lab.blobs.read(sha256, start, length), status, headers, media_type)
    headers["Content-Length"] = str(length)
    return StreamingResponse(lab.blobs.stream(sha256, start, length), status, headers, media_type)


def _part(wanted: str, size: int) -> tuple[int, int] | None:
    """(start, length) of a single range (RFC 9110 §14); None for all of it. Refusal 416 when outside."""
    found = _RANGE.fullmatch(wanted.replace(" ", ""))
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        start, end = max(0, size - int(last)), size - 1
    else:
        start, end = int(first), min(int(last) if last else size - 1, size - 1)
        if last and int(last) < start:
            return None
    if start >= size or start > end:
        headers = {"Content-Range": f"bytes */{size}"}
        raise Refusal(416, "blob.range", "The blob has no such range.", headers=headers)
    return start, end - start + 1


@router.put(
    "/v1/blobs/{sha256}",
    summary="Put up a blob; its hash is checked",
    status_code=201,
    response_class=Response,
    responses={412: {"description": "The caller has put it up before"}, **PROBLEMS},
    openapi_extra={"requestBody": {"required": True, **_BINARY}},
)
async def put(
    request: Request, caller: Expert, sha256: str, if_none_match: Annotated[str, Header()] = ""
) -> Response:
    if if_none_match != "*":
        raise Refusal(428, "blob.condition", "Putting up a blob needs `If-None-Match: *`.")
    if not is_digest(sha256):
        raise Refusal(422, "blob.digest", "This is no SHA-256 digest.")
    data = await read(request, MAX_BLOB)
    return await run_in_threadpool(_put, lab_of(request), caller.expert, sha256, data)


def _put(lab: Lab, who: str, sha256: str, data: bytes) -> Response:
    if digest(data) != sha256:
        raise Refusal(422, "blob.digest", "The bytes do not have this digest.", hint="Nothing was kept.")
    uploads.take(lab, who, data)
    return Response(status_code=201, headers={"ETag": f'"{sha256}"'})
