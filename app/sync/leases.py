"""Leases near their end: a longer one is asked for while there is work in them that is not submitted.

What the lab answers here is not believed: the longer lease comes as a newer version of the signed assignment, with the
feed of the same sync. A lab that refuses, or does not know the call, hinders nothing; late work is sent all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from app.domain.times import from_text, to_text
from app.errors import Cancelled, RefusedError, TrustError
from app.wire import jsonio
from app.wire.protocol import RenewReply

AHEAD = timedelta(days=4)
"""So long before its end, or any time after it, a lease is asked to be longer."""
AGAIN = timedelta(days=1)
ASKED = "sync.leases"
"""State: {assignment: when the lab was last asked, RFC 3339} of leases near their end."""


@runtime_checkable
class LeaseConnector(Protocol):
    def renew(self, assignment: str) -> RenewReply: ...


class LeaseStore(Protocol):
    def state(self, key: str) -> str | None: ...

    def set_state(self, key: str, value: str | None) -> None: ...

    def leases_ending(self, within: timedelta) -> list[str]:
        """Assignments with work that is not submitted, whose lease is over or ends within this time."""


def renew(store: LeaseStore, connector: LeaseConnector, now: datetime, cancelled: Callable[[], bool]) -> None:
    """Ask once a day for each lease near its end. Raises OfflineError, Cancelled."""
    text = store.state(ASKED)
    asked: dict[str, str] = jsonio.loads(text) if text else {}
    near = store.leases_ending(AHEAD)
    kept = {name: at for name, at in asked.items() if name in near}
    for name in near:
        if name in kept and abs(now - from_text(kept[name])) < AGAIN:
            continue
        if cancelled():
            raise Cancelled
        kept[name] = to_text(now)
        try:
            connector.renew(name)
        except (RefusedError, TrustError):
            continue
    if kept != asked:
        store.set_state(ASKED, jsonio.dumps(kept).decode("utf-8") if kept else None)
