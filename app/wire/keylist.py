"""A lab's keys over time: the first list is pinned by the invitation, each later one by the list before it.

Every version is signed by a key of the version before and by a key of its own; often that is one signature.
Going back is refused (TUF's rollback), and so is a list past its expiry (freeze).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.ids import Digest, LabId, digest
from app.domain.times import from_text
from app.errors import InputError, TrustError
from app.wire import jsonio
from app.wire.documents import Keys
from app.wire.models import check
from app.wire.origins import base_url, origin
from app.wire.signatures import KeySet, Verified, members, unbase64, verify


@dataclass(frozen=True, slots=True)
class KeyList:
    """documents: the signed bytes that make it (same payload each). blob_origins: `scheme://host:port`."""

    lab: LabId
    name: str
    version: int
    issued_at: datetime
    expires_at: datetime
    keys: KeySet
    blob_origins: frozenset[str]
    digest: Digest
    documents: tuple[bytes, ...]

    def require_fresh(self, at: datetime) -> None:
        """TrustError `keys.expired` when the lab has let its list run out."""
        if at >= self.expires_at:
            raise TrustError(
                "keys.expired",
                "The lab's list of keys has run out.",
                hint="Nothing new is taken in until the lab renews it. Your work is safe; ask the lab.",
            )


def first_key_list(documents: Sequence[bytes], pinned: Digest) -> KeyList:
    """The list that an invitation pins, signed by one of its own keys. Raises TrustError."""
    found = _read(documents)
    if found.digest != pinned:
        raise TrustError(
            "keys.other",
            "This is not the lab that the invitation is for: its keys differ.",
            hint="Nothing was sent. Ask the lab to read its six words to you.",
        )
    _signed_by(found, found.keys)
    return found


def next_key_list(documents: Sequence[bytes], current: KeyList) -> KeyList:
    """The list after the current one (or the current one again). Raises TrustError."""
    found = _read(documents)
    if found.lab != current.lab:
        raise TrustError("keys.lab", "The list of keys is another lab's.", hint=_HINT)
    if found.version < current.version:
        raise TrustError("keys.rollback", "The lab shows an older list of keys than before.", hint=_HINT)
    if found.version == current.version:
        if found.digest != current.digest:
            raise TrustError(
                "keys.fork", "The lab shows two different lists of keys as one version.", hint=_HINT
            )
        return current
    _signed_by(found, current.keys)
    _signed_by(found, found.keys)
    return found


def follow(versions: Sequence[Sequence[bytes]], pinned: Digest) -> KeyList:
    """The newest list, from the pinned one on through every later version given, oldest first."""
    current: KeyList | None = None
    for documents in versions:
        if current is not None:
            current = next_key_list(documents, current)
        elif _read(documents).digest == pinned:
            current = first_key_list(documents, pinned)
    if current is None:
        return first_key_list(versions[-1] if versions else (), pinned)
    return current


def advance(versions: Sequence[Sequence[bytes]], current: KeyList) -> KeyList:
    """The newest list from the current one on; versions before it are passed over. Raises TrustError."""
    newest = max((_read(documents).version for documents in versions), default=0)
    if newest < current.version:
        raise TrustError("keys.rollback", "The lab shows an older list of keys than before.", hint=_HINT)
    for documents in versions:
        if _read(documents).version >= current.version:
            current = next_key_list(documents, current)
    return current


def stored(kept: bytes) -> KeyList:
    """A list that was verified when it was kept in the workspace. kept: a JSON array of its signed documents."""
    return _read([jsonio.dumps(one) for one in jsonio.loads(kept)])


_HINT = "Nothing of it was used. Ask the lab before you go on."


def _read(documents: Sequence[bytes]) -> KeyList:
    if not documents:
        raise TrustError("keys.none", "The lab shows no list of keys.", hint=_HINT)
    payloads = {unbase64(members(d)["payload"], "signature.shape") for d in documents}
    if len(payloads) != 1:
        raise TrustError("keys.fork", "The lab shows two different lists of keys as one version.", hint=_HINT)
    payload = payloads.pop()
    try:
        value = jsonio.loads(payload)
        model = check(Keys, value)
        keys = KeySet.from_jwks(value["jwks"])
        hosts = frozenset(origin(base_url(host)) for host in model.blob_hosts)
    except InputError as exc:
        raise TrustError(
            "keys.shape", "The lab's list of keys is malformed: {what}", params={"what": exc}
        ) from None
    return KeyList(
        lab=LabId(model.lab),
        name=model.name,
        version=model.version,
        issued_at=from_text(model.issued),
        expires_at=from_text(model.expires),
        keys=keys,
        blob_origins=hosts,
        digest=digest(payload),
        documents=tuple(documents),
    )


def _signed_by(found: KeyList, keys: KeySet) -> Verified:
    """By one of these keys that might sign when the list was issued."""
    failure: TrustError | None = None
    for document in found.documents:
        try:
            return verify(document, keys, Keys.typ(), at=found.issued_at)
        except TrustError as exc:
            failure = exc
    assert failure is not None
    raise failure
