"""The lab's keys during a sync: the list that the workspace pins, and the next one when there is one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.clock import Clock
from app.domain.times import from_text, to_text
from app.errors import StorageError, TrustError
from app.sync.clocks import require_agreement
from app.sync.enrolment import kept_keys
from app.sync.protocols import Changes, Connector, Store
from app.sync.standing import KEY as STANDING
from app.sync.standing import Standing
from app.wire.keylist import KeyList, advance, stored


class LabKeys:
    """date: the lab's clock, as last heard. Nothing is parsed until it is needed: a quiet poll needs none of it."""

    def __init__(self, store: Store, connector: Connector, clock: Clock) -> None:
        self._store = store
        self._connector = connector
        self._clock = clock
        self._list: KeyList | None = None
        self.date: datetime | None = None

    def current(self) -> KeyList:
        if self._list is None:
            kept = self._store.document("keys")
            if kept is None:
                raise StorageError("sync.keys", "The lab's list of keys is missing from this workspace.")
            self._use(stored(kept.document))
        assert self._list is not None
        return self._list

    def require_fresh(self, standing: Standing, keep: Callable[[], None]) -> None:
        """Ask for the next list when ours has run out. TrustError `keys.expired` when there is none."""
        if not standing.keys_expire:
            standing.keys_expire = to_text(self.current().expires_at)
            keep()
        now = self._clock.now()
        if now < from_text(standing.keys_expire):
            return
        self._refresh(standing)
        try:
            self.current().require_fresh(now)
        except TrustError:
            self.require_time()
            raise

    def reach(self, version: int, standing: Standing) -> None:
        """Have at least this version of the list."""
        if version > self.current().version:
            self._refresh(standing)

    def require_time(self) -> None:
        """InputError `clock.off` when a wrong clock may be why something looks expired."""
        if self.date is not None:
            require_agreement(self._clock.now(), self.date)

    def _refresh(self, standing: Standing) -> None:
        about = self._connector.well_known()
        self.date = from_text(about.server_time)
        found = advance([[d.document() for d in v] for v in about.keys], self.current())
        if found.version > self.current().version:
            standing.keys_expire = to_text(found.expires_at)
            changes = Changes(documents=(kept_keys(found),), state={STANDING: standing.text()})
            self._store.apply(changes, None, lambda _: None)
            self._use(found)

    def _use(self, keys: KeyList) -> None:
        self._list = keys
        self._connector.blob_origins = keys.blob_origins
