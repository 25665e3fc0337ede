"""Reading documents that were verified when they were stored."""

from __future__ import annotations

from typing import Any

from app.wire import jsonio
from app.wire.signatures import members, unbase64


def payload_of(document: bytes) -> Any:
    """The payload's JSON."""
    return jsonio.loads(unbase64(members(document)["payload"], "signature.shape"))
