"""Request bodies: capped, read within a deadline, parsed by the one strict reader."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import Request
from starlette.requests import ClientDisconnect

from app.wire import jsonio
from lab.problems import Refusal

GRACE_S = 20.0
LEAST_RATE = 8 * 1024
"""A body may take GRACE_S and, beyond that, as long as its bytes take at this rate (bytes a second)."""
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
    began = asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout(GRACE_S) as deadline:
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise too_large
                deadline.reschedule(began + GRACE_S + len(body) / LEAST_RATE)
    except ClientDisconnect:  # nobody is there to be answered: no fault of the lab's, and nothing to log
        raise Refusal(400, "request.cut", "The request broke off.") from None
    except TimeoutError:
        raise Refusal(408, "request.slow", "The request took too long to arrive.") from None
    return bytes(body)


async def read_json(request: Request, limit: int) -> Any:
    return jsonio.loads(await read(request, limit), limit=limit)
