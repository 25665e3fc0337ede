"""Calibration batches: practice with explained answers and a pass mark, before work is given (G3).

The answers travel openly with the batch and are graded on the laptop at once; the lab counts again by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from app.domain.sampling import keyed, missed
from app.errors import InputError
from app.wire import jsonio
from lab import batches, feeds, lines
from lab.database import insert_new
from lab.documents import payload_of
from lab.lab import Lab
from lab.replies import GoldRow
from lab.tables import assignment, result
from lab.tables_leads import needed_practice, opinion, practice


def set_up(lab: Lab, batch: str, pass_mark: float, before: Sequence[str] = ()) -> int:
    """Make a calibration batch of a batch whose gold keys are held: their answers travel openly from now on.

    pass_mark: share of verdicts to get right, 0 to 1. before: batches that are given only to who has passed.
    Returns how many tasks are explained. Raises InputError.
    """
    if not 0 <= pass_mark <= 1:
        raise InputError("practice.mark", "The pass mark must be between 0 and 100 percent.")

    def job(connection: Connection) -> int:
        batches.row(connection, batch)
        answers = _answers(connection, batch)
        if not answers:
            raise InputError(
                "practice.empty",
                "The batch has no explained answers yet.",
                hint="Give them with `assay lab gold BATCH --from FILE`.",
            )
        known = connection.execute(select(practice.c.version).where(practice.c.batch == batch)).scalar()
        version = (known or 0) + 1
        payload = {
            "v": 1,
            "lab": lab.config.lab,
            "batch": batch,
            "version": version,
            "issued": lab.now(),
            "pass_mark": pass_mark,
            "answers": answers,
        }
        signed = lab.sign("calibration", jsonio.dumps(payload))
        feeds.keep(connection, signed)
        values = {"version": version, "pass_mark": pass_mark, "digest": signed.digest}
        if known is None:
            connection.execute(insert(practice).values(batch=batch, **values))
        else:
            connection.execute(update(practice).where(practice.c.batch == batch).values(**values))
        holders = select(assignment.c.expert).where(assignment.c.batch == batch).distinct()
        for who in connection.execute(holders).scalars().all():
            feeds.append(connection, who, "calibration", batch, signed.digest)
        for later in before:
            batches.row(connection, later)
            connection.execute(delete(needed_practice).where(needed_practice.c.batch == later))
            insert_new(connection, needed_practice, {"batch": later, "practice": batch})
        return len(answers)

    return lab.database.write(job)


def _answers(connection: Connection, batch: str) -> list[dict[str, Any]]:
    rows = connection.execute(
        select(opinion.c.task, opinion.c.judgement)
        .where(opinion.c.batch == batch, opinion.c.kind == "gold")
        .order_by(opinion.c.task)
    )
    return [{"task": row.task, "judgement": jsonio.loads(bytes(row.judgement))} for row in rows]


def is_practice(connection: Connection, batch: str) -> bool:
    return connection.execute(select(practice.c.batch).where(practice.c.batch == batch)).first() is not None


def tell(connection: Connection, who: str, batch: str) -> None:
    """The explained answers go with the batch."""
    found = connection.execute(select(practice.c.digest).where(practice.c.batch == batch)).scalar()
    if found is not None:
        feeds.append(connection, who, "calibration", batch, found)


def barred(connection: Connection, lab: Lab, who: str) -> list[str]:
    """Batches that she may not have yet: their practice is not done, or not passed."""
    rows = connection.execute(select(needed_practice)).all()
    passed = {name: has_passed(connection, lab, who, name) for name in {row.practice for row in rows}}
    return [row.batch for row in rows if not passed[row.practice]]


def has_passed(connection: Connection, lab: Lab, who: str, batch: str) -> bool:
    """Whether her first results on all of its explained tasks reach the pass mark."""
    mark = connection.execute(select(practice.c.pass_mark).where(practice.c.batch == batch)).scalar()
    share = share_right(connection, lab, who, batch)
    return mark is not None and share is not None and share >= mark


def share_right(connection: Connection, lab: Lab, who: str, batch: str) -> float | None:
    """Share of the key's verdicts that her first results give; None until every explained task is graded."""
    answers = {row["task"]: row["judgement"] for row in _answers(connection, batch)}
    first = {
        row.task: payload_of(bytes(row.document))["judgement"]
        for row in connection.execute(
            select(result).where(
                result.c.expert == who, result.c.task.in_(list(answers)), result.c.revision == 1
            )
        )
    }
    if len(first) < len(answers):
        return None
    right = total = 0
    for name, key in answers.items():
        about = lines.task_now(connection, lab, name)
        total += keyed(about, key)
        right += keyed(about, key) - missed(about, first[name], key)
    return right / total if total else None


def gold_rows(connection: Connection, lab: Lab, batch: str | None = None) -> list[GoldRow]:
    """How each expert did on gold tasks, over time.

    First revisions only: later ones may have been made with the key open.
    """
    keys = select(opinion).where(opinion.c.kind == "gold")
    rows = connection.execute(keys if batch is None else keys.where(opinion.c.batch == batch)).all()
    gold = {row.task: jsonio.loads(bytes(row.judgement)) for row in rows}
    found = connection.execute(
        select(result)
        .where(result.c.task.in_(list(gold)), result.c.revision == 1)
        .order_by(result.c.received_at, result.c.n)
    )
    listed: list[GoldRow] = []
    for row in found:
        about = lines.task_now(connection, lab, row.task)
        judgement = payload_of(bytes(row.document))["judgement"]
        listed.append(
            {
                "expert": row.expert,
                "batch": row.batch,
                "task": row.task,
                "received_at": row.received_at,
                "keyed": keyed(about, gold[row.task]),
                "missed": missed(about, judgement, gold[row.task]),
            }
        )
    return listed
