"""Replies about labs on this computer: joining, syncing, status, keys, copies of the workspace, wiping.

Times are RFC 3339 in UTC; `folder` names a lab's folder in the home, as --lab takes it.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from app.errors import ErrorReply
from app.services.replies import JoinRequestRow, LabCounts, SyncReply


class DemoReply(TypedDict):
    """The sample lab's whole loop. pulled, graded: tasks. submitted, receipted, verified: results."""

    pulled: int
    graded: int
    submitted: int
    receipted: int
    verified: int


class JoinAsked(TypedDict):
    """request: the file to be carried to the lab."""

    request: str


class Enrolled(TypedDict):
    """A lab that was joined. lab, name: its id and name. kid: of this computer's key. pulled: tasks, where the lab's
    answer came as a file.
    """

    lab: str
    name: str
    expert: str
    kid: str
    pulled: NotRequired[int]


class SyncFailure(TypedDict):
    """A lab that could not be synced while others were."""

    folder: str
    error: ErrorReply


class SyncTotal(SyncReply):
    """What a sync of one lab or several did, in numbers of tasks and results.

    pulled: tasks. pushed: results sent. receipted: results with a verified receipt. returned: results that came back.
    conflicts: results that the lab has in another form. waiting: results without a receipt. opened: tasks of a lead's
    queue whose first grades can be read since.
    """

    failed: list[SyncFailure]


class Declined(TypedDict):
    """assignment: the id of the one that was given back."""

    assignment: str


class LockedLab(TypedDict):
    folder: str
    locked: Literal[True]


class ClosedLab(TypedDict):
    """A lab that could not be opened, and why."""

    folder: str
    locked: bool
    error: ErrorReply


class OpenLab(LabCounts):
    """A lab in numbers: of batches, of tasks (all, begun, done), of results (waiting for a receipt, returned) and of
    items set aside (quarantined). local: a lab of this computer only. outbox: results by state.
    """

    folder: str
    locked: Literal[False]


class StatusReply(TypedDict):
    """The labs on this computer."""

    labs: list[LockedLab | ClosedLab | OpenLab]


class Locked(TypedDict):
    """locked: folders."""

    locked: list[str]


class Unlocked(TypedDict):
    """unlocked: a folder."""

    unlocked: str


class CopyRow(TypedDict):
    """A checked, encrypted copy of a workspace. size: in bytes."""

    file: str
    size: int


class Restored(TypedDict):
    """restored: the copy that was named."""

    restored: str


class Mended(TypedDict):
    """restored: the newest whole copy, or empty where the lab fills the file anew. bad: copies that were damaged."""

    restored: str
    how: Literal["snapshot", "lab"]
    bad: int


class ProblemRow(TypedDict):
    """Damage that was noticed. code: stable, dotted."""

    code: str
    detail: str


class DoctorReply(TypedDict):
    ok: bool
    problems: list[ProblemRow]


class DeviceInvited(TypedDict):
    """invitation: a link that works once, for one more device of one's own."""

    invitation: str


class DeviceRow(TypedDict):
    """One's own device as the lab last said. revoked: when; empty while it stands. this: it is this computer."""

    device: str
    kid: str
    registered: str
    revoked: str
    this: bool


class DeviceRevoked(TypedDict):
    """revoked: the device's id."""

    revoked: str


class Recovered(TypedDict):
    """recovered: the lab's folder."""

    recovered: str


class BatchWiped(TypedDict):
    """tasks: wiped. kept: tasks that stay, for what is begun or unsent in them. snapshot: a new copy was made."""

    batch: str
    tasks: int
    kept: int
    snapshot: bool


class LabWiped(TypedDict):
    """lab: its folder. key_gone: the key store confirmed it."""

    lab: str
    key_gone: bool


class GivenUp(JoinRequestRow):
    """A request to join whose keys and folder are gone. key_gone: the key store confirmed it."""

    key_gone: bool
