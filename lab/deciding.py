"""What a lead's decision needs and does, and an expert's answer to it.

The first decision on a case is in force; one that names it as `previous` takes its place. Any other is kept too,
and its lead is told what was decided before her.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update

from app.domain.controls import Control
from app.domain.ids import Digest, ResponseId
from app.domain.judgement import as_review
from app.domain.places import alike, checked_answer, is_whole, place_in, value_of
from app.domain.questions import Panel
from app.domain.task import Task
from app.errors import InputError, TrustError
from app.wire.leading import Answer, Decision, Ruling
from lab import batches, cases, feeds, lines, teams
from lab.access import Caller
from lab.database import insert_new
from lab.documents import payload_of
from lab.lab import Lab
from lab.tables import document, result
from lab.tables_leads import letter, plan, review_case

FINAL = ("fix", "adjudicate")


@dataclass(frozen=True, slots=True)
class Kept:
    """A verified letter. document: as it was signed; digest: of its payload."""

    id: str
    digest: Digest
    document: bytes


def check_decision(connection: Connection, lab: Lab, caller: Caller, made: Decision) -> None:
    if caller.role != "lead":
        raise TrustError("role.lead", "Only leads decide.")
    led = teams.led_by(connection, caller.expert)
    if made.kind == "delegate":
        team = connection.execute(select(plan.c.team).where(plan.c.batch == made.batch)).scalar()
        if team not in led:
            raise _not_yours()
        return
    case = _case(connection, made.task or "")
    if case is None or case.team not in led or case.batch != made.batch:
        raise _not_yours()
    if case.state == "blind":
        raise TrustError("decision.blind", "The task is still being graded blind; grade it first.")
    over = connection.execute(
        select(result).where(result.c.task == made.task, result.c.digest.in_(made.over))
    ).all()
    if not made.over or len(over) != len(set(made.over)):
        raise TrustError("decision.over", "It names results that are none on this task.")
    judged = lines.task_now(connection, lab, case.task, made.task_digest)
    judgements = {row.digest: payload_of(bytes(row.document))["judgement"] for row in over}
    final = made.judgement.model_dump(exclude_unset=True) if made.judgement is not None else {}
    for ruling in made.rulings:
        _check_ruling(judged, made, ruling, judgements, final)
    if made.kind == "return" and not made.comment and not any(r.reason for r in made.rulings):
        raise InputError("decision.reason", "A return needs a reason.")
    if made.kind in FINAL:
        if made.judgement is None:
            raise InputError("decision.final", "The final verdicts are missing.")
        as_review(judged, final)


def _check_ruling(
    task: Task, made: Decision, ruling: Ruling, judgements: dict[str, Any], final: dict[str, Any]
) -> None:
    place, where = _place(task, ruling)
    whole = is_whole(place)
    if ruling.value is not None:
        checked_answer(task, place, ruling.value)
    if made.kind not in FINAL:
        return
    if ruling.adopted is not None:
        said = value_of(final, place) if whole else ruling.value
        if not alike(place, value_of(judgements.get(ruling.adopted, {}), place), said):
            raise InputError(
                "decision.adopted", "It adopts an answer that is not in that result.", where=where
            )
    elif whole or not ruling.reason.strip() or ruling.error_class is None:
        raise InputError(
            "decision.override", "An answer of one's own needs a reason and a kind of error.", where=where
        )


def _place(task: Task, ruling: Ruling) -> tuple[Control, str]:
    """(the place that it names, its name in errors). InputError for one that the task has not."""
    place, where = (
        place_in(task, ruling.model_dump()),
        ruling.path or f"/{ruling.response}/{ruling.criterion}",
    )
    if place is None:
        raise InputError("decision.place", "The task asks nothing there.", where=where)
    if place.panel is Panel.RUBRIC:
        task.response(ResponseId(str(place.response)))
        if place.item not in task.rubric:
            raise InputError("decision.criterion", "The task has no such criterion.", where=where)
    return place, where


def decide(connection: Connection, lab: Lab, caller: Caller, made: Decision, kept: Kept) -> str:
    """Returns the decision's state: `in force`, or `later` when another came first."""
    insert_new(connection, document, {"digest": kept.digest, "document": kept.document})
    if made.gap is not None:
        batches.add_note(connection, lab, made.batch, made.gap.text, made.gap.criteria)
    if made.kind == "delegate":
        return "in force"
    case = connection.execute(
        select(review_case).where(review_case.c.task == made.task).with_for_update()
    ).one()
    if case.decision is not None and made.previous != case.decision:
        first = connection.execute(select(letter).where(letter.c.digest == case.decision)).one()
        insert_new(connection, document, {"digest": first.digest, "document": bytes(first.document)})
        feeds.append(connection, caller.expert, "decision.later", first.id, first.digest)
        return "later"
    if case.decision is not None:
        connection.execute(update(letter).where(letter.c.digest == case.decision).values(state="replaced"))
    connection.execute(
        update(review_case)
        .where(review_case.c.task == case.task)
        .values(state="decided", decision=kept.digest)
    )
    kind = "result.returned" if made.kind == "return" else "result.accepted"
    over = select(result.c.id, result.c.expert).where(result.c.digest.in_(made.over)).order_by(result.c.n)
    graders = connection.execute(over).all()
    feeds.lock(connection, {row.expert for row in graders})
    for row in graders:
        if row.expert != caller.expert:
            feeds.append(connection, row.expert, kind, row.id, kept.digest)
    cases.tell_leads(connection, made.batch, "review.decided", kept.id, kept.digest, but=caller.expert)
    return "in force"


def check_answer(connection: Connection, _lab: Lab, caller: Caller, made: Answer) -> None:
    mine = connection.execute(
        select(result.c.id).where(result.c.digest == made.result, result.c.expert == caller.expert)
    ).first()
    known = connection.execute(
        select(letter).where(letter.c.digest == made.decision, letter.c.kind == "decision")
    ).first()
    if mine is None or known is None or known.task != made.task or known.batch != made.batch:
        raise TrustError("answer.decision", "It answers no decision over a result of yours.")
    if made.result not in payload_of(bytes(known.document))["over"]:
        raise TrustError("answer.decision", "It answers no decision over a result of yours.")
    before = select(letter).where(letter.c.kind == "answer", letter.c.author == caller.expert)
    for row in connection.execute(before.where(letter.c.task == made.task)):
        if payload_of(bytes(row.document))["decision"] == made.decision:
            raise InputError("answer.twice", "This decision has been answered already.")
    if made.kind == "dispute" and not made.comment and not any(r.text for r in made.reasons):
        raise InputError("answer.reason", "A dispute needs a reason.")


def answered(connection: Connection, _lab: Lab, caller: Caller, made: Answer, kept: Kept) -> str:
    """A dispute opens the case again, for a third reader, if the decision is still the one in force."""
    case = _case(connection, made.task)
    if case is not None and made.kind == "dispute" and case.decision == made.decision:
        connection.execute(
            update(review_case).where(review_case.c.task == made.task).values(state="disputed", third=None)
        )
    cases.tell_leads(connection, made.batch, "review.answer", kept.id, kept.digest, but=caller.expert)
    return made.kind


def _case(connection: Connection, task: str) -> Any:
    return connection.execute(select(review_case).where(review_case.c.task == task)).one_or_none()


def _not_yours() -> TrustError:
    return TrustError("decision.task", "There is nothing here for you to decide.")
