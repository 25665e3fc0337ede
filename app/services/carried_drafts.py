"""Drafts on their way in a bundle: each bundle carries all that the lab is not known to hold, until one of the lab's
lists them.
"""

from __future__ import annotations

import json
from collections.abc import Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.ids import TaskId

if TYPE_CHECKING:
    from app.services.own_drafts import WorkspaceDrafts

KEY = "bundle.drafts"
"""State: {digest of a sealed draft that a bundle carries: [task, its newest edit]}."""
MOST = 2_000
"""Drafts in one bundle, the oldest first; the others go with the next."""
KEPT = 8
"""Of each task so many that were carried are remembered: any of their bundles may be the one that arrives."""


@dataclass(frozen=True, slots=True)
class CarriedDrafts:
    """kid: of this device's key."""

    store: WorkspaceDrafts
    kid: str

    def documents(self, limit: int) -> list[bytes]:
        """Signed drafts of what changed here, sealed to her other devices; none where she has no other."""
        from app.sync.devices import Devices
        from app.wire import jsonio
        from app.wire.signatures import members, unbase64

        registration = self.store.registration()
        others = Devices.of(registration, self.kid).others if registration is not None else {}
        if not others:
            return []
        made = self.store.sealed(min(limit, MOST), sorted(others.values()))
        tasks = {mark[0] for mark, _ in made}
        known = {name: mark for name, mark in self._known().items() if mark[0] in tasks}
        for mark, document in made:
            payload = jsonio.loads(unbase64(members(document)["payload"], "signature.shape"))
            known[payload["digest"]] = mark
        for task in tasks:
            for name in [name for name, mark in known.items() if mark[0] == task][:-KEPT]:
                del known[name]
        self._keep(known)
        return [document for _, document in made]

    def arrived(self, held: Set[str]) -> None:
        """Those whose digests the lab tells are sent; what is older of the same tasks is forgotten."""
        known = self._known()
        marks = [mark for name, mark in known.items() if name in held]
        if marks:
            self.store.sent(marks)
            newest = {task: max(at for name, at in marks if name == task) for task, _ in marks}
            self._keep({name: mark for name, mark in known.items() if mark[1] > newest.get(mark[0], -1)})

    def _known(self) -> dict[str, tuple[TaskId, int]]:
        text = self.store.state(KEY)
        found = json.loads(text) if text else {}
        return {name: (TaskId(task), int(journal)) for name, (task, journal) in found.items()}

    def _keep(self, known: dict[str, tuple[TaskId, int]]) -> None:
        self.store.set_state(KEY, json.dumps(known) if known else None)
