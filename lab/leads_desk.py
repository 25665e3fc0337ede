"""What a lab's engineer does for teams and quality, with plain values: the command line calls these."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.domain.sampling import Plan
from app.errors import InputError, StorageError
from app.wire import jsonio
from lab import cases, envelopes, people, practice, teams
from lab.aggregating import rater_rows, task_rows
from lab.lab import Lab
from lab.merging import Merged, merge, proposals
from lab.repeats import plant
from lab.replies import BatchPlan, CaseRow, GoldReply, GoldRow, MergeReply, TeamRow
from lab.tables_leads import review_case
from lab.teams import Team

MAX_FILE = 256 * 1024 * 1024


def team_json(team: Team) -> TeamRow:
    return {"team": team.id, "name": team.name, "leads": list(team.leads), "experts": list(team.experts)}


def set_plan(lab: Lab, batch: str, team: str, plan: Plan) -> BatchPlan:
    """The plan as it is stated: with its seed anybody can repeat the random draw."""
    cases.set_plan(lab, batch, team, plan)
    return {"batch": batch, "team": team, **plan.as_json()}


def seal(lab: Lab, batch: str, path: Path, judge: str = "") -> int:
    """A judge's verdicts, one `{task, judgement}` a line (`name` of the judge where it differs). Returns how many."""
    entries = [
        (one["task"], str(one.get("name") or judge or "judge"), one["judgement"]) for one in _lines(path)
    ]
    return envelopes.put(lab, batch, "judge", entries)


def gold(
    lab: Lab,
    batch: str,
    path: Path,
    *,
    pass_mark: float | None = None,
    before: tuple[str, ...] = (),
) -> GoldReply:
    """Keys of gold tasks, one `{task, judgement}` a line; comments in them explain.

    pass_mark: makes the batch a calibration batch, whose answers travel openly; else they are sealed.
    """
    entries = [(one["task"], "", one["judgement"]) for one in _lines(path)]
    count = envelopes.put(lab, batch, "gold", entries, openly=pass_mark is not None)
    if pass_mark is not None:
        practice.set_up(lab, batch, pass_mark, before)
    return {"batch": batch, "gold": count, "calibration": pass_mark is not None, "before": list(before)}


def review_cases(lab: Lab, batch: str | None = None) -> list[CaseRow]:
    """Every case with its state and why it was drawn: for the lab's own eyes."""
    wanted = select(review_case).order_by(review_case.c.created_at, review_case.c.task)
    if batch is not None:
        wanted = wanted.where(review_case.c.batch == batch)
    with lab.database.reading() as connection:
        return [
            {
                "task": row.task,
                "batch": row.batch,
                "team": row.team,
                "lead": row.lead,
                "state": row.state,
                "drawn": jsonio.loads(row.drawn),
                "third": row.third,
            }
            for row in connection.execute(wanted)
        ]


def gold_rows(lab: Lab, batch: str | None = None) -> list[GoldRow]:
    with lab.database.reading() as connection:
        return practice.gold_rows(connection, lab, batch)


def who(lab: Lab, names: list[str]) -> list[str]:
    """Ids of people by id or name."""
    with lab.database.reading() as connection:
        return people.chosen(connection, names)


def merged_json(done: Merged) -> MergeReply:
    return {
        "version": done.version,
        "rubric_version": done.rubric_version,
        "tasks": list(done.tasks),
        "regrade": [{"expert": expert, "task": task} for expert, task in done.regrade],
    }


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        data = path.read_bytes()
    except OSError as exc:
        raise InputError(
            "file.read", "The file {file} cannot be read.", params={"file": str(path)}, where=str(path)
        ) from exc
    if len(data) > MAX_FILE:
        raise StorageError("file.long", "The file is too long.", where=str(path))
    for number, line in jsonio.lines(io.BytesIO(data), where=str(path)):
        where = f"{path}, line {number}"
        one = jsonio.loads(line, where=where)
        if (
            not isinstance(one, dict)
            or not isinstance(one.get("task"), str)
            or not isinstance(one.get("judgement"), dict)
        ):
            raise InputError(
                "seal.line", "The line is not an object with `task` and `judgement`.", where=where
            )
        yield one


__all__ = [
    "Plan",
    "gold",
    "gold_rows",
    "merge",
    "merged_json",
    "plant",
    "proposals",
    "rater_rows",
    "review_cases",
    "seal",
    "set_plan",
    "task_rows",
    "team_json",
    "teams",
    "who",
]
