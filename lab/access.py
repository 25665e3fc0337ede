"""Who is calling: a 60-second token signed by a registered device, each used once."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import bindparam, select

from app.errors import TrustError
from app.wire.signatures import PinnedKey
from app.wire.tokens import check_token
from lab.lab import Lab, moment
from lab.problems import Refusal
from lab.tables import device, expert

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
    """One for each process. Runs on the event loop's thread: one indexed read and one signature."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._seen = Seen()

    def caller(self, token: str) -> Caller:
        """Raises a Refusal 401 with the reason; its Date header lets a caller mend her clock."""
        now = self._lab.clock.now()
        found: list[Caller] = []

        def lookup(kid: str) -> PinnedKey | None:
            with self._lab.database.reading() as connection:
                row = connection.execute(_DEVICE, {"kid": kid}).one_or_none()
            if row is None:
                return None
            found.append(Caller(row.id, row.role, kid, row.feed_n))
            return PinnedKey(self._lab.public_key(kid, row.jwk), revoked_at=moment(row.revoked_at))

        def replayed(jti: str, until: datetime) -> bool:
            return self._seen.before(f"{found[0].kid} {jti}", until, now)

        try:
            check_token(token, lookup, self._lab.config.url, now, replayed=replayed)
        except TrustError as exc:
            raise _refused(exc.code, exc.message) from None
        return found[0]


def _refused(code: str, message: str) -> Refusal:
    return Refusal(401, code, message, headers={"WWW-Authenticate": "Bearer"})


async def _caller(
    request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_scheme)]
) -> Caller:
    if given is None:
        raise _refused("token.none", "The call needs a token signed by a registered device.")
    access: Access = request.app.state.access
    return access.caller(given.credentials)


async def _operator(caller: Annotated[Caller, Depends(_caller)]) -> Caller:
    if caller.role != "operator":
        raise Refusal(403, "role.operator", "This is for the lab's operators.")
    return caller


Expert = Annotated[Caller, Depends(_caller)]
Operator = Annotated[Caller, Depends(_operator)]
