"""Syncing an open lab: fetch, send, keep receipts; and asking for more work."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.clock import Clock
from app.domain.ids import TaskId
from app.domain.times import to_text
from app.errors import InputError
from app.services.desk import SYNCED
from app.services.enrolling import Connect
from app.services.mending import roll
from app.services.once import once
from app.services.replies import Claimed, SyncReply
from app.services.session import Session
from app.services.studio import Studio
from app.services.wiping import expire
from app.storage.lab import CURSOR

if TYPE_CHECKING:
    from app.sync.report import SyncReport

WISH = "sync.wish"
"""A claim whose answer is not here yet: {tasks, key}."""

Progress = Callable[[int, int, str], None]
"""(done, total, what): what is `tasks`, `files` or `results`."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that was not taken: by us from the lab (quarantined), or by the lab from us (parked)."""

    code: str
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """pulled: tasks. pushed: results sent; receipted: with a verified receipt. waiting: results without one.

    opened: tasks of a lead's queue whose first grades can be read since.
    """

    pulled: int
    pushed: int
    receipted: int
    returned: int
    conflicts: int
    waiting: int
    opened: int
    refused: tuple[Refused, ...] = field(default=())

    @classmethod
    def of(cls, found: SyncReport) -> Report:
        return cls(
            pulled=found.pulled,
            pushed=found.pushed,
            receipted=found.receipted,
            returned=found.returned,
            conflicts=found.conflicts,
            waiting=found.waiting,
            opened=found.opened,
            refused=tuple(Refused(r.code, f"{r.kind} {r.id}", r.message) for r in found.refused),
        )

    def as_json(self) -> SyncReply:
        return {
            "pulled": self.pulled,
            "pushed": self.pushed,
            "receipted": self.receipted,
            "returned": self.returned,
            "conflicts": self.conflicts,
            "waiting": self.waiting,
            "opened": self.opened,
            "refused": [{"code": r.code, "what": r.what, "reason": r.reason} for r in self.refused],
        }


@dataclass(frozen=True, slots=True)
class Sending:
    """studio: how projects of Label Studio are synced; without it every lab is one of the protocol's."""

    clock: Clock
    connect: Connect
    studio: Studio | None = None

    def sync(
        self,
        session: Session,
        progress: Progress = lambda done, total, what: None,
        cancelled: Callable[[], bool] = lambda: False,
        *,
        from_start: bool = False,
        metered: bool = False,
    ) -> Report:
        """One sync; blocks on the network, so call it from the network thread.

        from_start: read the lab's news from the first one on, and try again what was refused. metered: attachments
        wait for the next sync on a network that costs nothing.

        Raises OfflineError, RefusedError, TrustError, InputError (local lab; a clock that is off), Cancelled. What
        came before is kept, and the next sync goes on from there.
        """
        from app.services.syncing import sync_of
        from app.wire.signatures import PrivateKey

        identity = session.identity
        need_lab(session)
        if self.studio is not None and self.studio.is_studio(session):
            found = self.studio.sync(session, progress, cancelled)
        else:
            key = PrivateKey.from_jwk(session.parts.device_jwk)
            with self.connect(identity.lab_url, key, cancelled) as connector:
                syncing = sync_of(
                    session.workspace,
                    connector,
                    self.clock,
                    progress,
                    cancelled,
                    metered=metered,
                    device_jwk=session.parts.device_jwk,
                )
                found = syncing.run(from_start=from_start)
        expire(session, self.clock.now())
        session.workspace.lab.set_state(SYNCED, to_text(self.clock.now()))
        session.refreshed()
        roll(session)
        return Report.of(found)

    def claim(self, session: Session, tasks: int) -> Claimed:
        """Lease more work. It comes with the next sync.

        The wish has its key in the file before the first byte leaves: a try whose answer was lost, made again,
        leases nothing twice.
        """
        from app.wire.signatures import PrivateKey

        need_lab(session)
        lab = session.workspace.lab
        wish = json.loads(lab.state(WISH) or "{}")
        if wish.get("tasks") != tasks:
            wish = {"tasks": tasks, "key": session.parts.new_id()}
            lab.set_state(WISH, json.dumps(wish))
        key = PrivateKey.from_jwk(session.parts.device_jwk)
        with once(), self.connect(session.identity.lab_url, key, lambda: False) as connector:
            reply = connector.claim(tasks, key=wish["key"])
        lab.set_state(WISH, None)
        return {"tasks": reply.tasks, "assignments": list(reply.assignments)}

    def give_back(self, session: Session, task: str) -> str:
        """Give back the assignment that a task came with, without penalty; what of it holds a result stays hers.

        The assignment's id; its tasks go with the next sync. Raises InputError `task.unknown`, `assignment.none`,
        OfflineError, RefusedError.
        """
        from app.wire.signatures import PrivateKey

        need_lab(session)
        assignment = session.workspace.lab.task_row(TaskId(task)).assignment
        if assignment is None:
            raise InputError("assignment.none", "This task was not assigned by the lab; it stays.")
        key = PrivateKey.from_jwk(session.parts.device_jwk)
        with once(), self.connect(session.identity.lab_url, key, lambda: False) as connector:
            connector.release(assignment)
        return assignment


def need_lab(session: Session) -> None:
    """Raises InputError `lab.local` for a workspace without a lab."""
    if session.identity.local:
        raise InputError(
            "lab.local",
            "The files on this computer have no lab to sync with.",
            hint="Export the results: `assay export`.",
        )


def holds(session: Session) -> tuple[object, ...]:
    """Another one after a sync that brought anything: up to where the lab was heard, documents of others (decisions,
    opinions, teammates' results), the journal that drafts of her other devices are merged into, and what waits there.
    """
    workspace = session.workspace
    heard = workspace.lab.state(CURSOR)
    return heard, workspace.papers.last(), workspace.journal_seq(), len(workspace.drafts.waiting())
