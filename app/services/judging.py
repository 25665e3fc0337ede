"""Judging from a document and not from a screen: grade, submit, undo, for scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from app.domain.controls import after_error
from app.domain.ids import TaskId
from app.domain.judgement import BESIDE_A_CALL, as_written, check_calls, flatten
from app.domain.questions import Call
from app.domain.review import Scalar
from app.domain.verdict import Mark
from app.errors import InputError
from app.services.listing import missing_rows, review_json, scores
from app.services.replies import GradedTask, RefusedTask, Submissions, SubmittedTask, Undone
from app.services.reviewing import OpenTask
from app.services.session import Session
from app.services.submitting import Incomplete, Submitted

if TYPE_CHECKING:
    from app.storage.workspace import Workspace


def grade(session: Session, task: str, data: bytes, *, where: str) -> GradedTask:
    """Apply a judgement document: every leaf of it, or none."""
    from app.wire.jsonio import loads

    opened, document = session.open(TaskId(task)), loads(data, where=where)
    try:
        leaves = flatten(opened.task, document)
        leaves |= _gone(opened, leaves)
        changed, edits = session.reviewing.changed(opened, leaves)
        check_calls(changed.review, leaves)
    except InputError as error:
        raise as_written(document, error) from None
    if edits:
        session.keep(edits)
    return {
        "task": task,
        "review": review_json(changed),
        "score": {} if changed.batch.hide_score else scores(changed),
        "missing": missing_rows(changed),
    }


def _gone(opened: OpenTask, leaves: Mapping[str, Scalar | None]) -> dict[str, None]:
    """Why a criterion could not be judged goes with that verdict, the harm with a call that becomes “safe”, later steps
    with a first error, unless the document keeps it itself."""
    beside = {
        path.removesuffix("value") + "reason"
        for path, value in leaves.items()
        if path.endswith("/value") and value != Mark.CANNOT_JUDGE
    } | {
        path.removesuffix("call") + leaf
        for path, value in leaves.items()
        if path.endswith("/safety/call") and value == Call.SAFE
        for leaf in BESIDE_A_CALL
    }
    steps = opened.task.questions.steps
    if steps is not None:
        for path, value in leaves.items():
            beside |= after_error(steps, opened.review, path, value).keys()
    return dict.fromkeys(
        path for path in sorted(beside) if path in opened.review.values and path not in leaves
    )


def submit(session: Session, tasks: Sequence[str]) -> Submissions:
    """Each task for itself."""
    submitted: list[SubmittedTask] = []
    refused: list[RefusedTask] = []
    for task in tasks:
        try:
            done = session.perform_now(partial(_submit, session, TaskId(task)))
        except Incomplete as exc:
            opened = session.open(TaskId(task))
            refused.append(
                {"task": task, "missing": missing_rows(opened), "code": exc.code, "why": exc.message}
            )
        except InputError as exc:
            refused.append({"task": task, "missing": [], "code": exc.code, "why": exc.message})
        else:
            submitted.append(
                {"task": task, "result": done.result, "revision": done.revision, "digest": done.digest}
            )
    return {"submitted": submitted, "refused": refused}


def _submit(session: Session, task: TaskId, _: Workspace) -> Submitted:
    return session.submit_now(task)


def undo(session: Session, task: str | None) -> Undone:
    """What was taken back. InputError for a task that is not there."""
    if task is not None:
        session.workspace.lab.task_row(TaskId(task))
    found = session.perform_now(lambda _: session.undo_now(TaskId(task) if task is not None else None))
    if found is None:
        return {"task": None, "what": "nothing", "paths": []}
    return {"task": found.task, "what": found.what, "paths": list(found.paths)}
