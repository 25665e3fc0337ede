"""Proposals of experts: what they need, and who hears of them."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, select

from app.domain.codec import criterion_from_json
from app.domain.rubric import Rubric
from app.errors import InputError, TrustError
from app.wire import jsonio
from app.wire.leading import Proposal
from app.wire.work import check_task
from lab import batches, cases, lines, teams
from lab.access import Caller
from lab.deciding import Kept
from lab.lab import Lab
from lab.tables import assignment, task
from lab.tables_leads import plan


def check(connection: Connection, lab: Lab, caller: Caller, made: Proposal) -> None:
    """Raises InputError or TrustError for one that is not about her work, or cannot be merged as it stands."""
    if made.batch is not None and not _hers(connection, caller, made.batch):
        raise TrustError("proposal.batch", "The proposal is not about work of yours.")
    if made.kind == "task":
        if made.line is None:
            raise InputError("proposal.task", "The authored task is missing.")
        check_task(jsonio.dumps(made.line), "/line")
        return
    if made.kind == "guideline_gap":
        if made.batch is None or not made.text.strip():
            raise InputError("proposal.text", "A gap needs a batch and a text.")
        return
    if made.batch is None or made.task is None:
        raise InputError("proposal.task", "It does not say which task's criterion is meant.")
    in_it = select(task.c.id).where(task.c.id == made.task, task.c.batch == made.batch)
    if connection.execute(in_it).first() is None:
        raise TrustError("proposal.batch", "The proposal is not about work of yours.")
    changed_rubric(lines.task_now(connection, lab, made.task, made.task_digest).rubric, made)


def changed_rubric(rubric: Rubric, made: Proposal) -> Rubric:
    """The rubric with the proposal in it. A disputed criterion is taken out. Raises InputError."""
    target = made.criterion_id
    if made.kind != "criterion.add" and (target is None or target not in rubric):
        raise InputError(
            "proposal.criterion", "The task has no criterion “{id}”.", params={"id": target or ""}
        )
    if made.kind == "criterion.dispute":
        return replace(rubric, criteria=tuple(c for c in rubric.criteria if c.id != target))
    if made.criterion is None:
        raise InputError("proposal.criterion", "The criterion as it should be is missing.")
    new = criterion_from_json(made.criterion.model_dump(exclude_none=True))
    if made.kind == "criterion.add":
        return replace(rubric, criteria=(*rubric.criteria, new))
    if new.id != target:
        raise InputError("proposal.criterion", "An edited criterion keeps its id.")
    return replace(rubric, criteria=tuple(new if c.id == target else c for c in rubric.criteria))


def follow(connection: Connection, lab: Lab, caller: Caller, made: Proposal, kept: Kept) -> str:
    """A lead's own guideline gap is a note at once; everything else waits for its lead and the desk."""
    team = connection.execute(select(plan.c.team).where(plan.c.batch == made.batch)).scalar()
    leads = team is not None and team in teams.led_by(connection, caller.expert)
    if made.kind == "guideline_gap" and leads and made.batch is not None:
        batches.add_note(
            connection, lab, made.batch, made.text, [made.criterion_id] if made.criterion_id else []
        )
        return "merged"
    cases.tell_leads(connection, made.batch, "review.proposal", kept.id, kept.digest, but=caller.expert)
    return "open"


def _hers(connection: Connection, caller: Caller, batch: str) -> bool:
    held = select(assignment.c.id).where(assignment.c.expert == caller.expert, assignment.c.batch == batch)
    if connection.execute(held.limit(1)).first() is not None:
        return True
    team = connection.execute(select(plan.c.team).where(plan.c.batch == batch)).scalar()
    return team is not None and team in teams.led_by(connection, caller.expert)
