"""Whether a result may be taken: whose signature, which task, what judgement. Reads only.

A result is judged by what the lab itself holds: the device's registered key, the exact line of the task, the
batch's signed versions. Nothing that the expert could not have seen or been given is taken from her.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, bindparam, select

from app.domain.ids import BatchId, Digest, ExpertId, TaskId, digest, result_id
from app.domain.judgement import flatten
from app.errors import AssayError, TrustError
from app.wire import jsonio
from app.wire.documents import Result
from app.wire.models import check
from app.wire.signatures import PinnedKey, members, unbase64, verify_members
from lab.lab import Lab, moment
from lab.tables import assigned_pack, assignment, batch, batch_version, device, pack, task


@dataclass(frozen=True, slots=True)
class Taken:
    """A result that may be stored. document: the signed bytes; digest: of the payload."""

    document: bytes
    digest: Digest
    id: str
    revision: int
    previous: str | None
    batch: str
    task: str
    kid: str
    late: bool


@dataclass(frozen=True, slots=True)
class Rejected:
    """digest: of the payload if there is one, else of what was sent."""

    digest: Digest
    code: str
    message: str


class Checker:
    """For the results of one request of one expert."""

    def __init__(self, connection: Connection, lab: Lab, who: str) -> None:
        self._connection, self._lab, self._who = connection, lab, who
        rows = connection.execute(_DEVICES, {"who": who})
        self._devices = {row.kid: row for row in rows}
        self._versions: set[tuple[str, str]] = set()

    def check(self, sent: object) -> Taken | Rejected:
        """sent: one entry of the request, read strictly. A bad one says why and hinders no other."""
        document = jsonio.dumps(sent)
        known = digest(document)
        try:
            found = members(document)
            known = digest(unbase64(found["payload"], "signature.shape"))
            return self._checked(document, found)
        except AssayError as exc:
            return Rejected(known, exc.code, f"{exc.message} ({exc.where})" if exc.where else exc.message)

    def _checked(self, document: bytes, found: dict[str, str]) -> Taken:
        now = self._lab.clock.now()
        verified = verify_members(found, self._key, Result.typ(), at=now)
        value = jsonio.loads(verified.payload)
        result = check(Result, value)
        row = self._task_of(result, self._devices[verified.kid].device)
        judged = self._lab.task(row.digest, row.sha256, row.start, row.length)
        if sorted(result.shown_order) != sorted(r.id for r in judged.responses):
            raise _no("result.order", "The responses that were shown are not those of the task.")
        flatten(judged, value["judgement"])
        lease = moment(row.lease_until)
        return Taken(
            document,
            verified.digest,
            result.result,
            result.revision,
            result.previous,
            result.batch,
            result.task,
            verified.kid,
            late=bool(row.ended_at or row.withdrawn_at) or (lease is not None and now > lease),
        )

    def _task_of(self, result: Result, device_id: str) -> Any:
        """The task as assigned to her, with its place in its pack and the lease. Raises TrustError."""
        if (result.lab, result.expert, result.device) != (self._lab.config.lab, self._who, device_id):
            raise _no(
                "result.identity", "The lab, expert or device in it is not the one that signed and sent it."
            )
        if result.result != result_id(BatchId(result.batch), TaskId(result.task), ExpertId(self._who)):
            raise _no("result.id", "Its id does not follow from its batch, task and expert.")
        if (result.revision == 1) != (result.previous is None):
            raise _no("result.previous", "The first revision names none before it, and every later one does.")
        asked = {"who": self._who, "batch": result.batch, "task": result.task}
        row = self._connection.execute(_GIVEN, asked).one_or_none()
        if row is None:
            raise _no("result.unassigned", "This task was never assigned to this expert.")
        if result.task_digest != row.digest:
            raise _no("result.task_digest", "The task that was judged is not the task that was assigned.")
        version = (result.batch, result.batch_digest)
        if version not in self._versions:
            asked = {"batch": result.batch, "digest": result.batch_digest}
            if self._connection.execute(_VERSION, asked).first() is None:
                raise _no("result.batch_digest", "The batch that it names is none that this lab signed.")
            self._versions.add(version)
        return row

    def _key(self, kid: str) -> PinnedKey | None:
        row = self._devices.get(kid)
        if row is None:
            return None
        return PinnedKey(self._lab.public_key(kid, row.jwk), revoked_at=moment(row.revoked_at))


_DEVICES = select(device).where(device.c.expert == bindparam("who"))
_VERSION = select(batch_version.c.version).where(
    batch_version.c.digest == bindparam("digest"), batch_version.c.batch == bindparam("batch")
)
_GIVEN = (
    select(
        task.c.digest,
        task.c.start,
        task.c.length,
        pack.c.sha256,
        assigned_pack.c.ended_at,
        assignment.c.lease_until,
        batch.c.withdrawn_at,
    )
    .join(pack, and_(pack.c.batch == task.c.batch, pack.c.number == task.c.pack))
    .join(assigned_pack, and_(assigned_pack.c.batch == task.c.batch, assigned_pack.c.pack == task.c.pack))
    .join(assignment, assignment.c.id == assigned_pack.c.assignment)
    .join(batch, batch.c.id == task.c.batch)
    .where(
        assigned_pack.c.expert == bindparam("who"),
        task.c.id == bindparam("task"),
        task.c.batch == bindparam("batch"),
    )
)


def _no(code: str, message: str) -> TrustError:
    return TrustError(code, message)
