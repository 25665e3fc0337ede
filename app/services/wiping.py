"""Wiping a batch, or a lab with its keys; and letting go of a batch's content when its lease is long over.

Nothing that was not sent is ever wiped by itself, and by a person only with the lab that it belongs to.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.domain.ids import BatchId, Digest, TaskId
from app.domain.times import from_text
from app.errors import InputError, StorageError
from app.services.labs import Labs
from app.services.session import Session

if TYPE_CHECKING:
    from app.storage.workspace import Workspace

GRACE = timedelta(days=30)
"""After the end of a lease: late work can still be finished and sent."""


@dataclass(frozen=True, slots=True)
class Wiped:
    """kept: tasks that stay, for what is begun or unsent in them. snapshot: whether a new copy was made."""

    tasks: int
    kept: int
    snapshot: bool


def wipe_batch(session: Session, batch: str, *, begun: bool = False) -> Wiped:
    """Take a batch out of this computer, with all copies of it here. It comes back only as a new version.

    begun: reviews that are not submitted go too. A wipe that broke off before every copy was gone is finished by the
    same again. Raises InputError `batch.unknown`, `wipe.unsent`, `wipe.begun`; limits: see `app.storage.wiping`.
    """
    workspace, name = session.workspace, BatchId(batch)
    finished = workspace.wiping.finish()
    try:
        workspace.lab.batch(name)
    except InputError:
        if not finished:
            raise
        return Wiped(0, 0, _copied(session))
    unsent = workspace.wiping.unsent(name)
    if unsent:
        raise InputError(
            "wipe.unsent",
            "{n} results of this batch have no receipt yet.",
            hint="Nothing was wiped. Sync, or take them to the lab as a bundle, then wipe.",
            params={"n": len(unsent)},
        )
    started = workspace.wiping.begun(name)
    if started and not begun:
        raise InputError(
            "wipe.begun",
            "{n} reviews of this batch are begun and not submitted.",
            hint="Nothing was wiped. Submit them, or say that they are to go too.",
            params={"n": len(started)},
        )
    return _wipe(session, name, keep=())


def expire(session: Session, now: datetime, grace: timedelta = GRACE) -> list[Wiped]:
    """Let go of the content of batches whose every lease ended longer ago than the grace.

    Tasks with a review that is begun, or with a result that has no receipt, stay whole: late work is still sent.
    """
    workspace = session.workspace
    workspace.wiping.finish()
    over = [batch for batch, lease in workspace.wiping.leases() if from_text(lease) + grace < now]
    found = []
    for batch in over:
        keep = workspace.wiping.begun(batch)
        if len(workspace.lab.tasks(batch)) > len({*keep, *workspace.wiping.unsent(batch)}):
            found.append(_wipe(session, batch, keep=keep))
    return found


def _wipe(session: Session, batch: BatchId, keep: Sequence[TaskId]) -> Wiped:
    workspace = session.workspace
    had = set(workspace.lab.tasks(batch))
    _forget_files(workspace, batch, whole=not keep and not workspace.wiping.unsent(batch))
    gone = workspace.wiping.batch(batch, keep)
    return Wiped(gone, max(0, len(had) - gone), _copied(session))


def _copied(session: Session) -> bool:
    """A new copy without what was wiped, where there is room for one."""
    session.workspace.work.forgotten()
    session.refreshed()
    try:
        session.workspace.snapshot()
    except StorageError as exc:
        if exc.code != "storage.disk_full":
            raise
        return False
    return True


def _forget_files(workspace: Workspace, batch: BatchId, *, whole: bool) -> None:
    """Its attachments, where no other batch names them; and sync takes it for withdrawn until a newer version."""
    from app.sync.seen import KEY, Seen

    seen = Seen.read(workspace.lab.state(KEY))
    if not whole or batch not in seen.batches:
        return
    mine = {f.sha256 for a in seen.assignments.values() if a.batch == batch for f in a.attachments}
    others = {f.sha256 for a in seen.assignments.values() if a.batch != batch for f in a.attachments}
    for sha256 in mine - others:
        workspace.attachments.drop(Digest(sha256))
    workspace.attachments.compact()
    seen.batches[batch].withdrawn = True
    workspace.lab.set_state(KEY, seen.text())


def wipe_lab(labs: Labs, folder: str, unsent: int, *, even_unsent: bool = False) -> bool:
    """Destroy a lab's keys and then its folder. False if the key store could not confirm that the key is gone.

    The workspace must be closed. unsent: how many results have no receipt; InputError `wipe.unsent` unless
    even_unsent. Once the key is gone, no copy of the files anywhere can be read without a recovery code or passphrase.
    """
    if unsent and not even_unsent:
        raise InputError(
            "wipe.unsent",
            "{n} results of this lab have no receipt yet.",
            hint="Nothing was wiped. Sync, or take them to the lab as a bundle, then wipe.",
            params={"n": unsent},
        )
    certain = labs.vault(folder).forget()
    place = labs.place(folder)
    try:
        shutil.rmtree(place)
    except OSError as exc:
        raise StorageError(
            "wipe.files",
            "The lab's key is destroyed, but not all of its files could be removed.",
            hint="What is left cannot be opened any more. Remove the folder by hand.",
            where=str(place),
        ) from exc
    return certain
