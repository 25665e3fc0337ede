"""Around every call: what it took is given back, and the audit log gets its line."""

from __future__ import annotations

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lab.audit import Audit
from lab.limits import Limits, route_of

QUIET = frozenset({304})
SILENT = ("/v1/healthz", "/.well-known/assay")


class Outer:
    """ASGI. `access` leaves the caller in the request's state."""

    def __init__(self, app: ASGIApp, limits: Limits, audit: Audit) -> None:
        self._app, self._limits, self._audit = app, limits, audit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, began = 500, time.monotonic()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            caller = scope.get("state", {}).get("caller")
            if caller is not None:
                self._limits.leave(caller.kid)
            route = route_of(scope)
            if route and status not in QUIET and not route.endswith(SILENT):
                who, kid = (caller.expert, caller.kid) if caller is not None else ("", "")
                ids = [str(value)[:80] for value in scope.get("path_params", {}).values()]
                took = int((time.monotonic() - began) * 1000)
                self._audit.call(who, kid, scope["method"], route, ids, status, took)
