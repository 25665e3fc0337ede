"""Who is calling: a 60-second token signed by a registered device, each used once."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Connection, bindparam, delete, select
from starlette.concurrency import run_in_threadpool

from app.domain.times import to_text
from app.errors import TrustError
from app.wire.signatures import PinnedKey
from app.wire.tokens import check_token
from lab.database import insert_new
from lab.lab import Lab, moment
from lab.limits import Limits, rates, route_of
from lab.problems import Refusal
from lab.tables import device, expert, seen_token

PURGE_S = 60
_DEVICE = (
    select(device.c.jwk, device.c.revoked_at, expert.c.id, expert.c.role, expert.c.feed_n)
    .join(expert, expert.c.id == device.c.expert)
    .where(device.c.kid == bindparam("kid"))
)
_scheme = HTTPBearer(
    auto_error=False, bearerFormat="JWT", description="60 s JWT signed by the device: iss = sub = kid."
)


@dataclass(frozen=True, slots=True)
class Caller:
    """feed_n: the head of her feed when the call came."""

    expert: str
    role: str
    kid: str
    feed_n: int


class Seen:
    """Token ids that were used, until they would be refused for their age anyway."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._by_time: deque[tuple[datetime, str]] = deque()

    def before(self, id: str, until: datetime, now: datetime) -> bool:
        """Whether it was seen; remembers it."""
        while self._by_time and self._by_time[0][0] < now:
            self._ids.discard(self._by_time.popleft()[1])
        if id in self._ids:
            return True
        self._ids.add(id)
        self._by_time.append((until, id))
        return False


class Access:
    """One for each process. With SQLite it runs on the event loop's thread: one indexed read, one signature."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._seen = Seen()
        self._purge_at = 0.0
        self.limits = Limits(rates(lab.config.limits))

    async def enter(self, token: str, route: str) -> Caller:
        """Who calls, within her limits; `limits.leave` follows. Raises a Refusal 401 or 429."""
        if self._lab.database.shared:
            caller = await run_in_threadpool(self.caller, token)
        else:
            caller = self.caller(token)
        self.limits.enter(caller.kid, route)
        return caller

    def caller(self, token: str) -> Caller:
        """Raises a Refusal 401 with the reason; its Date header lets a caller mend her clock."""
        database, now = self._lab.database, self._lab.clock.now()
        if database.shared:
            self._purge(now)
            return database.here(lambda c: self._checked(c, token, now, partial(self._known, c)))

        def seen(id: str, until: datetime) -> bool:
            return self._seen.before(id, until, now)

        with database.reading() as connection:
            return self._checked(connection, token, now, seen)

    def _checked(
        self, connection: Connection, token: str, now: datetime, seen: Callable[[str, datetime], bool]
    ) -> Caller:
        found: list[Caller] = []

        def lookup(kid: str) -> PinnedKey | None:
            row = connection.execute(_DEVICE, {"kid": kid}).one_or_none()
            if row is None:
                return None
            found.append(Caller(row.id, row.role, kid, row.feed_n))
            return PinnedKey(self._lab.public_key(kid, row.jwk), revoked_at=moment(row.revoked_at))

        def replayed(jti: str, until: datetime) -> bool:
            return seen(f"{found[0].kid} {jti}", until)

        try:
            check_token(token, lookup, self._lab.config.url, now, replayed=replayed)
        except TrustError as exc:
            raise _refused(exc.code, exc.message) from None
        return found[0]

    def _known(self, connection: Connection, id: str, until: datetime) -> bool:
        """Whether any process has seen it; remembered for all of them."""
        return not insert_new(connection, seen_token, {"id": id, "until": to_text(until)})

    def _purge(self, now: datetime) -> None:
        """Forget, about once a minute, what would be refused for its age."""
        if time.monotonic() < self._purge_at:
            return
        self._purge_at = time.monotonic() + PURGE_S
        self._lab.database.submit(
            lambda c: c.execute(delete(seen_token).where(seen_token.c.until < to_text(now))).rowcount
        )


def _refused(code: str, message: str) -> Refusal:
    return Refusal(401, code, message, headers={"WWW-Authenticate": "Bearer"})


async def _caller(
    request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_scheme)]
) -> Caller:
    if given is None:
        raise _refused("token.none", "The call needs a token signed by a registered device.")
    access: Access = request.app.state.access
    caller = await access.enter(given.credentials, route_of(request.scope))
    request.state.caller = caller
    return caller


async def _operator(caller: Annotated[Caller, Depends(_caller)]) -> Caller:
    if caller.role != "operator":
        raise Refusal(403, "role.operator", "This is for the lab's operators.")
    return caller


async def _lead(caller: Annotated[Caller, Depends(_caller)]) -> Caller:
    if caller.role != "lead":
        raise Refusal(403, "role.lead", "This is for the lab's leads.")
    return caller


Expert = Annotated[Caller, Depends(_caller)]
Operator = Annotated[Caller, Depends(_operator)]
Lead = Annotated[Caller, Depends(_lead)]
