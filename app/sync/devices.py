"""Her own devices as the lab registers them, and drafts on their way between them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from app.domain.ids import ExpertId, LabId, digest
from app.domain.times import from_text
from app.errors import AssayError, Cancelled, InputError, RefusedError, TrustError
from app.sync.protocols import KeptDocument
from app.wire.documents import Registration
from app.wire.keylist import KeyList
from app.wire.models import parse
from app.wire.ownwork import MAX_DRAFTS, Draft, OwnDrafts
from app.wire.protocol import FeedItem
from app.wire.signatures import KeySet, PinnedKey, PublicKey, Verified, verify

KINDS = ("device", "revocation")
CURSOR = "sync.drafts"
NEWS = "sync.drafts.news"
"""State: there are drafts to fetch."""


@runtime_checkable
class DraftSource(Protocol):
    def drafts(self, cursor: str) -> OwnDrafts | None:
        """None: it does not tell of them; another source may."""


@runtime_checkable
class DraftConnector(DraftSource, Protocol):
    def post_drafts(self, documents: Sequence[bytes]) -> int: ...


class DraftStore(Protocol):
    """A workspace's own drafts, opened and sealed by who holds the device key."""

    def state(self, key: str) -> str | None: ...

    def set_state(self, key: str, value: str | None) -> None: ...

    def registration(self) -> bytes | None:
        """The payload of the registration that is kept."""

    def sealed(self, limit: int, recipients: Sequence[str]) -> list[tuple[Any, bytes]]:
        """(mark, signed draft) of what changed since it was last sent."""

    def sent(self, marks: Sequence[Any]) -> None: ...

    def merge(self, device: str, sealed: bytes) -> None:
        """Take in a draft of another device. Raises TrustError, InputError when it cannot be opened or read."""

    def set_aside(self, code: str, reason: str, source: str, document: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class Devices:
    """others: age recipients of her other devices that are not revoked, by device key."""

    keys: KeySet
    others: dict[str, str]

    @classmethod
    def of(cls, registration: bytes, kid: str) -> Devices:
        found = parse(Registration, registration)
        keys = KeySet(
            PinnedKey(
                PublicKey(one.jwk.model_dump(exclude_none=True)),
                revoked_at=from_text(one.revoked) if one.revoked else None,
            )
            for one in found.devices
        )
        others = {
            one.jwk.kid: one.age_recipient
            for one in found.devices
            if one.jwk.kid != kid and one.revoked is None and one.age_recipient
        }
        return cls(keys, others)


def registered(
    item: FeedItem, lab: LabId, expert: ExpertId, keys: KeyList, now: datetime
) -> tuple[KeptDocument, Registration]:
    """The registration that a feed item carries, verified. TrustError when it is not the lab's word on her."""
    if item.document is None:
        raise TrustError("feed.document", "The signed document is missing.")
    document = item.document.document()
    verified = verify(document, keys.keys, Registration.typ(), at=now)
    found = parse(Registration, verified.payload)
    if (found.lab, found.expert) != (lab, expert):
        raise TrustError("registration.other", "The registration is another person's.")
    version = int(from_text(found.issued).timestamp())
    return KeptDocument(Registration.NAME, version, verified.payload, document), found


class DraftSync:
    """kid: of this device's key. What changed here is sent where the connector can take it."""

    def __init__(
        self,
        store: DraftStore,
        connector: DraftSource,
        lab: LabId,
        expert: ExpertId,
        kid: str,
        cancelled: Callable[[], bool],
    ) -> None:
        self._store = store
        self._connector = connector
        self._lab = lab
        self._expert = expert
        self._kid = kid
        self._cancelled = cancelled

    def run(self) -> None:
        """Fetch what is new, merge it, send what changed here; nothing at all for who has one device."""
        registration = self._store.registration()
        if registration is None:
            return
        devices = Devices.of(registration, self._kid)
        if self._store.state(NEWS) is not None and self._pull(devices):
            self._store.set_state(NEWS, None)
        if devices.others and isinstance(self._connector, DraftConnector):
            self._push(self._connector, devices)

    def _pull(self, devices: Devices) -> bool:
        """Whether all of them were told."""
        cursor = self._store.state(CURSOR) or ""
        while True:
            if self._cancelled():
                raise Cancelled
            try:
                page = self._connector.drafts(cursor)
            except RefusedError as exc:
                if exc.code != "feed.reset" or not cursor:
                    raise
                cursor = ""
                continue
            if page is None:
                return False
            for item in page.items:
                document = item.document()
                try:
                    self._merge(document, devices)
                except AssayError as exc:
                    if not isinstance(exc, TrustError | InputError):
                        raise
                    self._store.set_aside(exc.code, exc.message, "draft", document)
            self._store.set_state(CURSOR, page.next)
            if not page.more or page.next == cursor:
                return True
            cursor = page.next

    def _merge(self, document: bytes, devices: Devices) -> None:
        verified = verify(document, devices.keys, Draft.typ())
        draft = parse(Draft, verified.payload)
        self._of_mine(verified, draft, devices)
        try:
            sealed = base64.b64decode(draft.sealed, validate=True)
        except binascii.Error:
            raise TrustError("draft.sealed", "The draft is damaged.") from None
        if digest(sealed) != draft.digest:
            raise TrustError("draft.sealed", "The draft is damaged.")
        self._store.merge(verified.kid, sealed)

    def _of_mine(self, verified: Verified, draft: Draft, devices: Devices) -> None:
        pinned = devices.keys.get(verified.kid)
        late = pinned is not None and pinned.refusal(from_text(draft.issued)) is not None
        if (draft.lab, draft.expert) != (self._lab, self._expert) or late:
            raise TrustError("draft.identity", "The draft is not of one of her devices.")

    def _push(self, connector: DraftConnector, devices: Devices) -> None:
        recipients = sorted(devices.others.values())
        while found := self._store.sealed(MAX_DRAFTS // 4, recipients):
            if self._cancelled():
                raise Cancelled
            connector.post_drafts([document for _, document in found])
            self._store.sent([mark for mark, _ in found])


def jws_list(documents: Sequence[bytes]) -> bytes:
    """The body of `POST /v1/drafts`."""
    return b'{"drafts":[' + b",".join(documents) + b"]}"
