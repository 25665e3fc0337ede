"""Drafts as sync sees them: made from the journal, sealed to her other devices, opened and merged."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.clock import Clock
from app.domain.ids import TaskId, digest
from app.domain.times import to_text
from app.errors import TrustError
from app.services import merging

if TYPE_CHECKING:
    from app.storage.workspace import Workspace

MAX_SEALED = 700_000
"""Bytes of a sealed draft; one that is longer stays on its device."""


class WorkspaceDrafts:
    """`app.sync.devices.DraftStore` over a workspace. device_jwk: the device's private key."""

    def __init__(self, workspace: Workspace, device_jwk: dict[str, str], clock: Clock) -> None:
        self._workspace = workspace
        self._jwk = device_jwk
        self._clock = clock

    def state(self, key: str) -> str | None:
        return self._workspace.lab.state(key)

    def set_state(self, key: str, value: str | None) -> None:
        self._workspace.lab.set_state(key, value)

    def registration(self) -> bytes | None:
        kept = self._workspace.lab.document("registration")
        return kept.payload if kept is not None else None

    def sealed(self, limit: int, recipients: Sequence[str]) -> list[tuple[tuple[TaskId, int], bytes]]:
        from app.wire import age, jsonio
        from app.wire.ownwork import Draft
        from app.wire.signatures import PrivateKey, sign

        key, identity = PrivateKey.from_jwk(self._jwk), self._workspace.identity
        at = to_text(self._clock.now())
        found: list[tuple[tuple[TaskId, int], bytes]] = []
        for task, journal in self._workspace.drafts.changed(limit):
            content = jsonio.dumps(merging.draft(self._workspace, task, at))
            data = age.encrypt(content, recipients)
            if len(data) > MAX_SEALED:
                self._workspace.drafts.sent(task, journal)
                continue
            payload = {
                "v": 1,
                "lab": identity.lab_id,
                "expert": identity.expert,
                "device": identity.device,
                "task": task,
                "issued": at,
                "digest": digest(data),
                "sealed": base64.b64encode(data).decode("ascii"),
            }
            found.append(((task, journal), sign(Draft.typ(), jsonio.dumps(payload), key)))
        return found

    def sent(self, marks: Sequence[tuple[TaskId, int]]) -> None:
        with self._workspace.together():
            for task, journal in marks:
                self._workspace.drafts.sent(task, journal)

    def merge(self, device: str, sealed: bytes) -> None:
        from app.wire import age, jsonio

        content = jsonio.loads(age.decrypt(sealed, [self._jwk]))
        if not isinstance(content, dict):
            raise TrustError("draft.sealed", "The draft is damaged.")
        merging.take_in(self._workspace, device, content)

    def set_aside(self, code: str, reason: str, source: str, document: bytes) -> None:
        self._workspace.lab.quarantine(code, reason, source, document)
