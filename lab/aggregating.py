"""Every rater's verdicts and what they add up to (K2): who said what, what was decided, and how sure it is.

A task's line is {batch, task, task_digest, rubric_version, standing, raters: […], decisions: […], answers: […],
final}. Repeats are left out; nothing is ever replaced: originals stand beside decisions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select

from app.domain.decisions import Standing, compare, final_judgement, standing
from lab import batches, lines
from lab.documents import payload_of
from lab.lab import Lab
from lab.tables import result, task
from lab.tables_leads import letter, review_case, sealed

PAGE = 200
NAMES = ("raters", "aggregated")


def rater_rows(lab: Lab, batch: str | None = None) -> Iterator[dict[str, Any]]:
    """One row a result, the newest revision of each rater: what agreement is computed from.

    {batch, task, task_digest, expert, result, revision, digest, rubric_version, guideline_version, judgement,
    active_ms, submitted, received_at, after_opening}
    """
    for page in _tasks(lab, batch):
        with lab.database.reading() as connection:
            for rows in _newest(connection, page).values():
                yield from rows


def task_rows(lab: Lab, batch: str | None = None) -> Iterator[dict[str, Any]]:
    """One row a task that has results, in the order of the file."""
    for page in _tasks(lab, batch):
        with lab.database.reading() as connection:
            raters = _newest(connection, page)
            letters = _letters(connection, page)
            cases = {
                row.task: row
                for row in connection.execute(select(review_case).where(review_case.c.task.in_(page)))
            }
            for name in page:
                if raters[name]:
                    yield _task_row(connection, lab, raters[name], letters[name], cases.get(name))


def _tasks(lab: Lab, batch: str | None) -> Iterator[list[str]]:
    with lab.database.reading() as connection:
        wanted = select(task.c.id).order_by(task.c.batch, task.c.number)
        if batch is not None:
            batches.row(connection, batch)
            wanted = wanted.where(task.c.batch == batch)
        names = list(connection.execute(wanted).scalars())
    return (names[start : start + PAGE] for start in range(0, len(names), PAGE))


def _newest(connection: Connection, names: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    rows = connection.execute(select(result).where(result.c.task.in_(list(names))).order_by(result.c.n))
    opened = {
        (row.expert, row.task): row.opened_at
        for row in connection.execute(
            select(sealed.c.expert, sealed.c.task, sealed.c.opened_at).where(
                sealed.c.task.in_(list(names)), sealed.c.opened_at.is_not(None)
            )
        )
    }
    last: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in rows:
        last[row.task][row.id] = _rater(row, opened.get((row.expert, row.task)))
    return defaultdict(list, {name: list(found.values()) for name, found in last.items()})


def _rater(row: Any, opened_at: str | None) -> dict[str, Any]:
    payload = payload_of(bytes(row.document))
    return {
        "batch": row.batch,
        "task": row.task,
        "task_digest": payload["task_digest"],
        "expert": row.expert,
        "result": row.id,
        "revision": row.revision,
        "digest": row.digest,
        "rubric_version": payload["rubric_version"],
        "guideline_version": payload["guideline_version"],
        "judgement": payload["judgement"],
        "active_ms": payload["times"].get("active_ms"),
        "submitted": payload["times"]["submitted"],
        "received_at": row.received_at,
        "after_opening": bool(payload.get("after_opening"))
        or (row.revision > 1 and opened_at is not None and opened_at < row.received_at),
    }


def _letters(connection: Connection, names: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    wanted = select(letter).where(letter.c.task.in_(list(names)), letter.c.kind != "proposal")
    for row in connection.execute(wanted.order_by(letter.c.task, letter.c.place, letter.c.id)):
        about = {"kind": row.kind, "state": row.state, "digest": row.digest, "received_at": row.received_at}
        found[row.task].append({"letter": about, **payload_of(bytes(row.document))})
    return found


def _task_row(
    connection: Connection, lab: Lab, raters: list[dict[str, Any]], letters: list[dict[str, Any]], case: Any
) -> dict[str, Any]:
    first = raters[-1]
    judged = lines.task_now(connection, lab, first["task"], first["task_digest"])
    same = [r for r in raters if r["task_digest"] == first["task_digest"]]
    judgements = [r["judgement"] for r in same]
    decisions = [one for one in letters if one["letter"]["kind"] == "decision"]
    force = next((one for one in reversed(decisions) if one["letter"]["state"] == "in force"), None)
    settled = force is not None and force["kind"] in ("fix", "adjudicate")
    disputed = case is not None and case.state == "disputed"
    found = standing(judged, judgements, settled=settled, disputed=disputed)
    final: Any = None
    if force is not None and settled and not disputed:
        final = force["judgement"]
    elif found is Standing.UNANIMOUS:
        final = final_judgement(judged, compare(judged, judgements))
    return {
        "batch": first["batch"],
        "task": first["task"],
        "task_digest": first["task_digest"],
        "rubric_version": first["rubric_version"],
        "standing": str(found),
        "raters": raters,
        "decisions": decisions,
        "answers": [one for one in letters if one["letter"]["kind"] == "answer"],
        "final": final,
    }
