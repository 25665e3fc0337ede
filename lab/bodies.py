"""Request bodies: capped, read within a deadline, parsed by the one strict reader."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import Request

from app.wire import jsonio
from lab.problems import Refusal

DEADLINE_S = 60
DOCUMENT_BYTES = 1_500_000
"""A signed document of 1 MiB in base64url, and its frame."""


async def read(request: Request, limit: int) -> bytes:
    """The body, at most `limit` bytes, or a Refusal: 413 too large, 408 too slow, 415 compressed."""
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refusal(415, "request.encoding", "The lab takes bodies as they are, not compressed.")
    too_large = Refusal(
        413,
        "request.large",
        "The request is larger than {n} bytes.",
        params={"n": limit},
        hint="Send less at once.",
    )
    stated = request.headers.get("content-length", "")
    if stated.isdecimal() and int(stated) > limit:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(DEADLINE_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise too_large
    except TimeoutError:
        raise Refusal(408, "request.slow", "The request took too long to arrive.") from None
    return bytes(body)


async def read_json(request: Request, limit: int) -> Any:
    return jsonio.loads(await read(request, limit), limit=limit)
