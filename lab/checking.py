"""Whether a result may be taken: whose signature, which task, what judgement. Reads only.

A result is judged by what the lab itself holds: the device's registered key, the exact line of the task, the
batch's signed versions. Nothing that the expert could not have seen or been given is taken from her.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection, and_, bindparam, literal, select

from app.domain.ids import BatchId, Digest, ExpertId, TaskId, digest, result_id
from app.domain.judgement import as_review
from app.errors import AssayError, TrustError
from app.wire import jsonio
from app.wire.documents import Result
from app.wire.models import check
from app.wire.signatures import PinnedKey, Verified, unbase64, verify_members
from lab.lab import Lab, moment
from lab.tables import assigned_pack, assignment, batch, batch_version, device, pack, task
from lab.tables_leads import extra_task, task_version

T = TypeVar("T")


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


@dataclass(frozen=True, slots=True)
class _Opened:
    """A result whose signature and shape are good. judgement: as it was read."""

    sent: dict[str, str]
    verified: Verified
    result: Result
    judgement: Any


@dataclass(frozen=True, slots=True)
class _Given:
    """Rows: the task with its place in its pack, and how its pack is held."""

    task: Any
    held: Any


class Checker:
    """For the results of one request of one expert."""

    def __init__(self, connection: Connection, lab: Lab, who: str) -> None:
        self._connection, self._lab, self._who = connection, lab, who
        self._now = lab.clock.now()
        self._devices = {row.kid: row for row in connection.execute(_DEVICES, {"who": who})}
        self._pinned = {
            kid: PinnedKey(lab.public_key(kid, row.jwk), revoked_at=moment(row.revoked_at))
            for kid, row in self._devices.items()
        }

    def check(self, sent: Sequence[object]) -> list[Taken | Rejected]:
        """sent: entries of the request, read strictly. A bad one says why and hinders no other."""
        opened = [_told(one, partial(self._opened, one)) for one in sent]
        good = [one.result for one in opened if isinstance(one, _Opened)]
        given, versions = self._given(good) if good else ({}, set())
        return [
            one if isinstance(one, Rejected) else _told(one.sent, partial(self._taken, one, given, versions))
            for one in opened
        ]

    def _given(self, good: list[Result]) -> tuple[dict[tuple[str, str], _Given], set[tuple[str, str]]]:
        """What was assigned to her of these, by batch and task; and which versions of batches there are."""
        ask = self._connection.execute
        tasks = ask(_TASKS, {"tasks": [result.task for result in good]}).all()
        asked = {"batches": list({row.batch for row in tasks}), "packs": list({row.pack for row in tasks})}
        held = (
            {(row.batch, row.pack): row for row in ask(_HELD, {"who": self._who, **asked})} if tasks else {}
        )
        given = {
            (row.batch, row.id): _Given(row, held[row.batch, row.pack])
            for row in tasks
            if (row.batch, row.pack) in held
        }
        others = [result.task for result in good if (result.batch, result.task) not in given]
        if others:
            given |= {
                (row.batch, row.id): _Given(row, row)
                for row in ask(_EXTRA, {"who": self._who, "tasks": others})
            }
        digests = {"digests": list({result.batch_digest for result in good})}
        return given, {(row.batch, row.digest) for row in ask(_VERSIONS, digests)}

    def _opened(self, sent: object) -> _Opened:
        if (
            not isinstance(sent, dict)
            or sent.keys() != _MEMBERS
            or not all(isinstance(text, str) for text in sent.values())
        ):
            raise _no("signature.shape", "It is not exactly protected, payload and signature.")
        verified = verify_members(sent, self._pinned.get, Result.typ(), at=self._now)
        value = jsonio.loads(verified.payload)
        result = check(Result, value)
        device_id = self._devices[verified.kid].device
        if (result.lab, result.expert, result.device) != (self._lab.config.lab, self._who, device_id):
            raise _no(
                "result.identity", "The lab, expert or device in it is not the one that signed and sent it."
            )
        if result.result != result_id(BatchId(result.batch), TaskId(result.task), ExpertId(self._who)):
            raise _no("result.id", "Its id does not follow from its batch, task and expert.")
        if result.revision == 1 and result.previous is not None:
            raise _no("result.previous", "The first revision names none before it.")
        return _Opened(sent, verified, result, value["judgement"])

    def _taken(
        self, one: _Opened, given: dict[tuple[str, str], _Given], versions: set[tuple[str, str]]
    ) -> Taken:
        result = one.result
        found = given.get((result.batch, result.task))
        if found is None:
            raise _no("result.unassigned", "This task was never assigned to this expert.")
        row, held = found.task, found.held
        if result.task_digest != row.digest:
            row = self._line_before(result)
        if row is None:
            raise _no("result.task_digest", "The task that was judged is not the task that was assigned.")
        if (result.batch, result.batch_digest) not in versions:
            raise _no("result.batch_digest", "The batch that it names is none that this lab signed.")
        judged = self._lab.task(row.digest, row.sha256, row.start, row.length)
        if sorted(result.shown_order) != sorted(r.id for r in judged.responses):
            raise _no("result.order", "The responses that were shown are not those of the task.")
        as_review(judged, one.judgement)
        lease = moment(held.lease_until)
        return Taken(
            jsonio.dumps(one.sent),
            one.verified.digest,
            result.result,
            result.revision,
            result.previous,
            result.batch,
            result.task,
            one.verified.kid,
            late=bool(held.ended_at or held.withdrawn_at) or (lease is not None and self._now > lease),
        )

    def _line_before(self, result: Result) -> Any:
        """The line that the task had before its rubric changed, if that is what was judged."""
        return self._connection.execute(
            select(task_version).where(
                task_version.c.digest == result.task_digest, task_version.c.task == result.task
            )
        ).one_or_none()


def _told(sent: object, step: Callable[[], T]) -> T | Rejected:
    """What the step makes of an entry, or why it was refused."""
    try:
        return step()
    except AssayError as exc:
        message = f"{exc.message} ({exc.where})" if exc.where else exc.message
        return Rejected(_named(sent), exc.code, message)


def _named(sent: object) -> Digest:
    """The digest that a refused entry is known by: of its payload, or of all of it when it has none."""
    payload = sent.get("payload") if isinstance(sent, dict) else None
    try:
        return digest(unbase64(str(payload), "signature.shape")) if payload else digest(jsonio.dumps(sent))
    except (AssayError, TypeError):
        return digest(jsonio.dumps(sent))


_MEMBERS = {"protected", "payload", "signature"}
_DEVICES = select(device).where(device.c.expert == bindparam("who"))
_VERSIONS = select(batch_version.c.batch, batch_version.c.digest).where(
    batch_version.c.digest.in_(bindparam("digests", expanding=True))
)
_TASKS = (
    select(task.c.id, task.c.batch, task.c.pack, task.c.digest, task.c.start, task.c.length, pack.c.sha256)
    .join(pack, and_(pack.c.batch == task.c.batch, pack.c.number == task.c.pack))
    .where(task.c.id.in_(bindparam("tasks", expanding=True)))
)
_HELD = (
    select(
        assigned_pack.c.batch,
        assigned_pack.c.pack,
        assigned_pack.c.ended_at,
        assignment.c.lease_until,
        batch.c.withdrawn_at,
    )
    .join(assignment, assignment.c.id == assigned_pack.c.assignment)
    .join(batch, batch.c.id == assigned_pack.c.batch)
    .where(
        assigned_pack.c.expert == bindparam("who"),
        assigned_pack.c.batch.in_(bindparam("batches", expanding=True)),
        assigned_pack.c.pack.in_(bindparam("packs", expanding=True)),
    )
)
"""Asked apart from the tasks: joined, SQLite begins with all that she holds."""

_EXTRA = (
    select(
        extra_task.c.task.label("id"),
        extra_task.c.batch,
        extra_task.c.digest,
        extra_task.c.sha256,
        extra_task.c.start,
        extra_task.c.length,
        assignment.c.lease_until,
        literal(None).label("ended_at"),
        batch.c.withdrawn_at,
    )
    .join(assignment, assignment.c.id == extra_task.c.assignment)
    .join(batch, batch.c.id == extra_task.c.batch)
    .where(extra_task.c.expert == bindparam("who"), extra_task.c.task.in_(bindparam("tasks", expanding=True)))
)
"""Second grades, third readings and repeats: given to one person, by task."""


def _no(code: str, message: str) -> TrustError:
    return TrustError(code, message)
