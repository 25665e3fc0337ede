"""Messages on a pipe: a JSON header and a body of bytes, each behind its length."""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO

_HEAD = struct.Struct(">II")
MAX_HEADER = 4 * 1024 * 1024
MAX_BODY = 128 * 1024 * 1024


class Broken(Exception):
    """The other side ended, or did not keep to the form."""


def write(out: BinaryIO, header: dict[str, Any], body: bytes = b"") -> None:
    """Send one message. Raises OSError when nobody reads."""
    head = json.dumps(header).encode()
    out.write(_HEAD.pack(len(head), len(body)))
    out.write(head)
    out.write(body)
    out.flush()


def read(source: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """(header, body) of the next message. Raises Broken."""
    head, body = _HEAD.unpack(_exactly(source, _HEAD.size))
    if head > MAX_HEADER or body > MAX_BODY:
        raise Broken
    try:
        header = json.loads(_exactly(source, head))
    except ValueError as exc:
        raise Broken from exc
    if not isinstance(header, dict):
        raise Broken
    return header, _exactly(source, body)


def _exactly(source: BinaryIO, count: int) -> bytes:
    parts, left = [], count
    while left:
        part = source.read(left)
        if not part:
            raise Broken
        parts.append(part)
        left -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)
