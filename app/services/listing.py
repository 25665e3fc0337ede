"""What the command line shows of the work: plain rows, as `--json` prints them."""

from __future__ import annotations

import json

from app.domain.ids import BatchId, TaskId
from app.domain.judgement import to_judgement
from app.domain.times import to_text
from app.services.replies import (
    BatchRow,
    LabCounts,
    MissingRow,
    OutboxRow,
    ReviewReply,
    ScoreReply,
    ShownTask,
    TaskRow,
)
from app.services.reviewing import OpenTask
from app.services.scoring import score_json
from app.services.session import Session


def batch_rows(session: Session) -> list[BatchRow]:
    """The batches on this computer."""
    return [
        {
            "id": card.batch.id,
            "title": card.batch.title,
            "field": card.batch.field,
            "language": card.batch.language,
            "version": card.batch.version,
            "policy": str(card.batch.policy),
            "tasks": card.tasks,
            "done": card.done,
            "due": to_text(card.batch.due_at) if card.batch.due_at else None,
            "minutes_left": round(card.left_ms / 60_000),
            "offline_ready": card.offline_ready,
            "signed": card.batch.signed,
        }
        for card in session.desk.view().cards
    ]


def task_rows(session: Session, batch: str | None) -> list[TaskRow]:
    """The tasks, or those of a batch."""
    lab = session.workspace.lab
    if batch is not None:
        lab.batch(BatchId(batch))
    ids = lab.tasks(BatchId(batch) if batch is not None else None)
    return [
        {
            "id": row.id,
            "batch": row.batch,
            "title": row.title,
            "status": row.status,
            "answered": row.answered,
            "total": row.total,
            "flag": row.flag,
            "result": row.result,
        }
        for row in lab.task_rows(ids)
    ]


def scores(opened: OpenTask) -> dict[str, ScoreReply]:
    """The score of each response that the rubric is asked of, by id."""
    return {response: score_json(opened.score(response)) for response in opened.scored}


def review_json(opened: OpenTask) -> ReviewReply:
    review = opened.review
    return {
        "status": str(review.status),
        "revision": review.revision,
        "flag": str(review.flag) if review.flag else None,
        "judgement": to_judgement(review),
    }


def shown(session: Session, task: str) -> ShownTask:
    """The task line as the lab wrote it, one's review, and the score so far."""
    opened = session.open(TaskId(task))
    line, sha256 = session.workspace.lab.task_line(TaskId(task))
    return {
        "task": json.loads(line),
        "digest": sha256,
        "batch": opened.batch.id,
        "order": list(opened.order),
        "review": review_json(opened),
        "score": {} if opened.batch.hide_score else scores(opened),
        "missing": missing_rows(opened),
    }


def missing_rows(opened: OpenTask) -> list[MissingRow]:
    return [
        {
            "lack": str(m.lack),
            "panel": str(m.control.panel),
            "path": m.control.path,
            "response": m.response,
            "criterion": m.criterion,
            "item": m.control.item,
            "other": m.other,
            "blocking": m.blocking,
        }
        for m in opened.missing
    ]


def outbox_rows(session: Session) -> list[OutboxRow]:
    """Every result with its state."""
    return [
        {
            "result": row.result,
            "revision": row.revision,
            "task": row.task,
            "batch": row.batch,
            "state": row.state,
            "digest": row.digest,
            "receipt": row.receipt_digest,
            "received_at": row.received_at,
            "reason": row.reason,
        }
        for row in session.workspace.outbox.all()
    ]


def counts(session: Session) -> LabCounts:
    """A lab in numbers."""
    view = session.desk.view()
    batches = session.workspace.lab.batches()
    return {
        "lab": session.identity.lab_id,
        "name": session.identity.lab_name,
        "url": session.identity.lab_url,
        "expert": session.identity.expert,
        "kid": session.identity.kid,
        "local": session.identity.local,
        "batches": len(view.cards),
        "tasks": sum(card.tasks for card in view.cards),
        "started": sum(row.started for row in batches),
        "done": sum(card.done for card in view.cards),
        "waiting": view.waiting,
        "returned": view.returned,
        "quarantined": view.quarantined,
        "outbox": session.workspace.outbox.counts(),
        "synced_at": to_text(view.synced_at) if view.synced_at else None,
    }
