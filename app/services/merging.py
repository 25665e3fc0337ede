"""Drafts of the same person on two laptops: made from the journal, merged by field, chosen where they truly differ.

A draft holds every field of one task that was ever touched, with what its value knows of, so that the newest draft of a
device stands for all before it, and taking it in twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.domain.edits import Edit, Scalar, apply
from app.domain.ids import DeviceId, TaskId
from app.domain.merging import APART, Field, joined, knows, merge
from app.domain.review import Review, Status
from app.domain.times import from_text
from app.errors import InputError
from app.services.adopting import changes_of
from app.storage.journal import FOREIGN

if TYPE_CHECKING:
    from app.services.session import Session
    from app.storage.drafts import Waiting
    from app.storage.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Difference:
    """A field on which two laptops differ. was: what stood there before both, None when that is not known here.

    number: names the choice. at: when the other value was sent, RFC 3339.
    """

    number: int
    task: TaskId
    path: str
    was: Scalar | None
    mine: Scalar | None
    theirs: Scalar | None
    device: str
    at: str


@dataclass(frozen=True, slots=True)
class Merged:
    """Fields taken over, and fields that wait for a choice."""

    taken: int
    waiting: int


def fields(workspace: Workspace, task: TaskId) -> dict[str, Field]:
    """Every field of a task that was ever touched here, or merged, with what it knows of."""
    review = workspace.work.review(task)
    vectors: dict[str, dict[str, int]] = {p: dict(v) for p, v in workspace.drafts.vectors(task).items()}
    for edit in workspace.work.edits(task):
        mine = vectors.setdefault(edit.path, {})
        if not edit.group.startswith(FOREIGN):
            mine[edit.device] = max(mine.get(edit.device, 0), edit.seq)
    return {
        path: Field(review.values.get(path), vector)
        for path, vector in sorted(vectors.items())
        if path not in APART
    }


def draft(workspace: Workspace, task: TaskId, at: str) -> dict[str, Any]:
    """What is sent, sealed, to her other devices: {task, at, fields: {path: {value, vector}}}."""
    found = fields(workspace, task)
    return {
        "task": task,
        "at": at,
        "fields": {p: {"value": f.value, "vector": dict(f.vector)} for p, f in found.items()},
    }


def take_in(workspace: Workspace, device: str, content: Mapping[str, Any]) -> Merged:
    """Merge a draft of another device: all of it in one transaction, and again without effect.

    Raises InputError `draft.shape`; a task that is not here is passed over.
    """
    task, at, theirs = _checked(content)
    with workspace.together():
        try:
            workspace.lab.task_row(task)
        except InputError:
            return Merged(0, 0)
        review, mine = workspace.work.review(task), fields(workspace, task)
        wanted: dict[str, Scalar | None] = {}
        waiting = 0
        for path, field in theirs.items():
            here = mine.get(path, Field(review.values.get(path)))
            outcome = merge(here, field)
            if outcome == "theirs" and review.status is Status.SUBMITTED:
                outcome = "both"  # what was submitted stands as it was signed
            if outcome == "both":
                workspace.drafts.wait(task, path, device, field.value, field.vector, at)
                waiting += 1
                continue
            if outcome == "theirs":
                wanted[path] = field.value
            if outcome != "mine":
                workspace.drafts.set_vector(task, path, joined(here.vector, field.vector))
        if wanted:
            workspace.work.record(changes_of(workspace, review, wanted, at, f"merge-{device}-{at}"))
        _drop_known(workspace, task)
    return Merged(len(wanted), waiting)


def _drop_known(workspace: Workspace, task: TaskId) -> None:
    """Choices that were made elsewhere, or whose value stands here by now."""
    mine = fields(workspace, task)
    for one in workspace.drafts.waiting(task):
        here = mine.get(one.path)
        if here is not None and knows(here.vector, one.vector):
            workspace.drafts.settle(one.number)


def differences(workspace: Workspace, task: TaskId | None = None) -> list[Difference]:
    """Fields that wait for a choice: what was, mine and theirs."""
    found: list[Difference] = []
    for one in workspace.drafts.waiting(task):
        review = workspace.work.review(one.task)
        found.append(
            Difference(
                one.number,
                one.task,
                one.path,
                _before(workspace, one),
                review.values.get(one.path),
                one.theirs,
                one.device,
                one.at,
            )
        )
    return found


def choose(session: Session, number: int, value: Scalar | None) -> None:
    """Settle a difference: with mine, with theirs, or with a third value. It is a step that can be undone.

    Raises InputError `draft.settled` when it was settled meanwhile.
    """

    def change(workspace: Workspace) -> None:
        found = [one for one in workspace.drafts.waiting() if one.number == number]
        if not found:
            raise InputError("draft.settled", "This difference is settled already.")
        one = found[0]
        review: Review = workspace.work.review(one.task)
        if review.status is Status.SUBMITTED and review.values.get(one.path) != value:
            raise InputError(
                "draft.submitted",
                "This review is submitted.",
                hint="Open it again first; both values are kept until then.",
            )
        here = fields(workspace, one.task).get(one.path, Field(None))
        name = session.parts.new_id()
        edit = Edit(
            session.parts.new_id(),
            DeviceId(workspace.identity.device),
            one.task,
            one.path,
            review.values.get(one.path),
            value,
            session.parts.clock.now(),
            name,
        )
        workspace.work.record([edit])
        workspace.drafts.set_vector(one.task, one.path, joined(here.vector, one.vector))
        _drop_known(workspace, one.task)

    session.perform_now(change)


def _before(workspace: Workspace, one: Waiting) -> Scalar | None:
    """What stood in the field before the first edit of hers here that the other did not know of."""
    review = Review(one.task)
    for edit in workspace.work.edits(one.task):
        fresh = edit.seq > one.vector.get(edit.device, 0) and not edit.group.startswith(FOREIGN)
        if edit.path == one.path and fresh:
            break
        review = apply(review, edit)
    return review.values.get(one.path)


def _checked(content: Mapping[str, Any]) -> tuple[TaskId, str, dict[str, Field]]:
    try:
        task, at = str(content["task"]), str(content["at"])
        from_text(at)
        found: dict[str, Field] = {}
        for path, one in dict(content["fields"]).items():
            value, vector = one["value"], dict(one["vector"])
            scalar = value is None or isinstance(value, str | int | float | bool)
            whole = all(isinstance(d, str) and type(n) is int and 0 <= n < 2**40 for d, n in vector.items())
            if not (scalar and whole and isinstance(path, str) and path.startswith("/")):
                raise ValueError
            if path not in APART:
                found[path] = Field(value, vector)
    except (KeyError, TypeError, ValueError):
        raise InputError("draft.shape", "A draft of another device does not have its shape.") from None
    return TaskId(task), at, found
