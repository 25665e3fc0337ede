"""Taking over one's own results from the lab: onto a new laptop, into a restored workspace, after a conflict.

Nothing of hers is written over: a review that has work of its own keeps it and goes on as the next revision; a
result here whose place the lab has given to another content is kept in the quarantine and opened again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from app.domain.codec import task_from_json
from app.domain.edits import Edit, Scalar
from app.domain.ids import DeviceId, TaskId, digest
from app.domain.judgement import flatten
from app.domain.review import OWN_PATHS, REVISION, STATUS, Review, Status
from app.domain.times import from_text
from app.errors import InputError
from app.i18n import mark
from app.storage import changes as to
from app.storage.journal import FOREIGN
from app.storage.rows import NewResult

if TYPE_CHECKING:
    from app.storage.rows import OutboxRow
    from app.storage.workspace import Workspace
    from app.sync.protocols import Held


def adopt(workspace: Workspace, held: Sequence[Held], state: Mapping[str, str]) -> int:
    """Keep them all and the state in one transaction; how many were new here. held: in the order of the receipts."""
    fresh = 0
    with workspace.together():
        for one in held:
            fresh += _adopt(workspace, one)
        for key, value in state.items():
            workspace.lab.set_state(key, value)
    return fresh


def _adopt(workspace: Workspace, held: Held) -> bool:
    got = held.receipt
    task = TaskId(held.task)
    rows = {row.revision: row for row in workspace.outbox.of_task(task) if row.result == got.result}
    here = rows.get(got.revision)
    receipt = to.Receipt(
        got.result, got.revision, got.digest, got.document, got.receipt_digest, got.received_at
    )
    if here is not None and here.digest == got.digest:
        if here.receipt_digest != got.receipt_digest:
            workspace.outbox.keep_receipts([receipt])
        return False
    new = NewResult(got.result, got.revision, got.digest, held.payload, held.document)
    if here is not None:
        _set_aside(workspace, here)
        workspace.outbox.drop(here.number)
    workspace.outbox.put(new, task=task, batch=held.batch)
    workspace.outbox.keep_receipts([receipt])
    if max(rows, default=0) <= got.revision:
        _follow(workspace, task, held, conflict=here is not None)
    return True


def _set_aside(workspace: Workspace, row: OutboxRow) -> None:
    workspace.lab.quarantine(
        "result.conflict",
        mark(
            "The lab holds other content of this result. What stood here is kept in this entry, and its review is "
            "open."
        ),
        f"result {row.result}",
        row.document,
    )


def _follow(workspace: Workspace, task: TaskId, held: Held, *, conflict: bool) -> None:
    """Bring the review to what the lab holds, or open it as the next revision where there is other work in it."""
    review = workspace.work.review(task)
    clean = not review.started or (review.status is Status.SUBMITTED and not conflict)
    leaves = _leaves(workspace, task, held.judgement) if clean else None
    wanted: dict[str, Scalar | None] = {}
    if leaves is not None:
        wanted = {path: None for path in review.values if path not in OWN_PATHS}
        wanted |= leaves
        wanted[REVISION] = held.receipt.revision if held.receipt.revision > 1 else None
        wanted[STATUS] = str(Status.SUBMITTED)
    elif review.started and review.revision <= held.receipt.revision:
        wanted = {STATUS: None, REVISION: held.receipt.revision + 1}
    edits = changes_of(workspace, review, wanted, held.receipt.received_at, f"own-{held.receipt.digest}")
    if edits:
        workspace.work.record(edits)


def changes_of(
    workspace: Workspace, review: Review, wanted: Mapping[str, Scalar | None], at: str, name: str
) -> list[Edit]:
    """Edits that bring a review to these leaves; they are no steps of her undo history. at: RFC 3339."""
    group = f"{FOREIGN}{name}"
    return [
        Edit(
            id=digest(f"{group} {path}".encode())[:32],
            device=DeviceId(workspace.identity.device),
            task=review.task,
            path=path,
            old=review.values.get(path),
            new=value,
            at=from_text(at),
            group=group,
        )
        for path, value in wanted.items()
        if review.values.get(path) != value
    ]


def _leaves(workspace: Workspace, task: TaskId, judgement: Any) -> dict[str, Scalar | None] | None:
    """The checked leaves of a judgement; None when the task is not here or has no such thing to judge."""
    try:
        line, _ = workspace.lab.task_line(task)
        return flatten(task_from_json(json.loads(line)), judgement)
    except InputError:
        return None
