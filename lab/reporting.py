"""The lab's side of reports: a batch's results, decisions, judges and repeats as `app.agreement.reports` takes them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from sqlalchemy import Connection, func, select

from app.agreement.reports.source import Decided, Graded, Opinion, Repeat, Source, Suggested, suggested_in
from app.agreement.reports.standing import AGGREGATE_COLUMNS, RATER_COLUMNS, aggregate_rows, rater_rows
from app.domain.batch import PolicyRef
from app.domain.ids import Digest, digest
from app.domain.task import Task
from app.wire import jsonio
from app.wire.signatures import members, unbase64
from lab import batches
from lab.exporting import graded_results
from lab.lab import Lab
from lab.tables import expert, result, task
from lab.tables_leads import extra_task, letter, opinion, review_case

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def source(lab: Lab, batch: str) -> Source:
    """Everything about a batch that a report may use: the newest revision of each result, decisions in force,
    opinions of AI judges, hidden repeats. Raises InputError for a batch that is not there.
    """
    graded = [
        _graded(one.task, one.document, one.expert, one.models)
        for one in graded_results(lab, batch, every_revision=False)
    ]
    with lab.database.reading() as connection:
        manifest = jsonio.loads(bytes(batches.row(connection, batch).payload))
        again, repeats = _repeats(connection, lab, batch)
        scoring = manifest["scoring"]
        return Source(
            batch=batch,
            title=manifest["title"],
            policy=PolicyRef(scoring["policy"], scoring.get("version", 1)),
            graded=tuple(sorted(graded, key=lambda one: (one.task.id, one.rater))),
            again=tuple(again),
            field=manifest.get("field") or "",
            tasks=connection.execute(select(func.count()).where(task.c.batch == batch)).scalar_one(),
            opinions=_opinions(connection, batch),
            decided=_decided(connection, batch),
            suggested=_suggested(connection, batch),
            repeats=repeats,
            names={row.id: row.name for row in connection.execute(select(expert.c.id, expert.c.name))},
        )


def _graded(judged: Task, document: bytes, rater: str, models: Any) -> Graded:
    payload = unbase64(members(document)["payload"], "signature.shape")
    said = jsonio.loads(payload)
    return Graded(
        digest=digest(payload),
        task=judged,
        rater=rater,
        judgement=said["judgement"],
        submitted=said["times"]["submitted"],
        models=models,
        shown=tuple(said.get("shown_order") or ()),
        active_ms=said["times"].get("active_ms"),
    )


def _repeats(connection: Connection, lab: Lab, batch: str) -> tuple[list[Graded], tuple[Repeat, ...]]:
    """The newest results on hidden repeats, and which tasks they repeat."""
    rows = connection.execute(
        select(extra_task).where(extra_task.c.batch == batch, extra_task.c.of.is_not(None))
    ).all()
    graded: dict[tuple[str, str], Graded] = {}
    found: list[Repeat] = []
    for row in rows:
        judged = lab.task(row.digest, row.sha256, row.start, row.length)
        found.append(Repeat(row.expert, row.task, row.of))
        sent = connection.execute(
            select(result.c.document)
            .where(result.c.task == row.task, result.c.expert == row.expert)
            .order_by(result.c.revision)
        ).scalars()
        for document in sent:
            graded[row.expert, row.task] = _graded(judged, bytes(document), row.expert, {})
    return list(graded.values()), tuple(sorted(found, key=lambda r: (r.expert, r.task)))


def _opinions(connection: Connection, batch: str) -> tuple[Opinion, ...]:
    rows = connection.execute(
        select(opinion)
        .where(opinion.c.batch == batch, opinion.c.kind == "judge")
        .order_by(opinion.c.name, opinion.c.task)
    )
    return tuple(Opinion(row.task, row.name, jsonio.loads(bytes(row.judgement))) for row in rows)


def _decided(connection: Connection, batch: str) -> dict[str, Decided]:
    """By task; a disputed one is told as such and settles nothing."""
    disputed = set(
        connection.execute(
            select(review_case.c.task).where(review_case.c.batch == batch, review_case.c.state == "disputed")
        ).scalars()
    )
    found = {}
    for row, payload in _in_force(connection, batch):
        if row.task is not None:
            found[row.task] = Decided(
                row.task,
                payload["kind"],
                Digest(row.digest),
                payload.get("judgement") if payload["kind"] in ("fix", "adjudicate") else None,
                row.task in disputed,
            )
    return found


def _suggested(connection: Connection, batch: str) -> tuple[Suggested, ...]:
    found = (suggested_in(payload) for _, payload in _in_force(connection, batch))
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.at))


def _in_force(connection: Connection, batch: str) -> Iterator[tuple[Any, dict[str, Any]]]:
    """(row, payload) of each decision in force."""
    rows = connection.execute(
        select(letter).where(
            letter.c.batch == batch, letter.c.kind == "decision", letter.c.state == "in force"
        )
    )
    for row in rows:
        yield row, jsonio.loads(unbase64(members(bytes(row.document))["payload"], "signature.shape"))


def write_table(lab: Lab, batch: str, stream: BinaryIO, *, aggregated: bool) -> int:
    """K2 as CSV: a row a rater and answer, or a row a place with its standing. The number of rows."""
    columns = AGGREGATE_COLUMNS if aggregated else RATER_COLUMNS
    made = source(lab, batch)
    found: Iterator[dict[str, object]] = aggregate_rows(made) if aggregated else rater_rows(made)
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(columns)
    count = 0
    for row in found:
        table.writerow([_cell(row[column]) for column in columns])
        count += 1
    text.detach()
    return count


def _cell(value: object) -> object:
    """Lists and objects as JSON; text that a spreadsheet would run as a formula gets an apostrophe."""
    if isinstance(value, (list, dict)):
        return jsonio.dumps(value).decode()
    if isinstance(value, str) and value.startswith(FORMULA):
        return "'" + value
    return "" if value is None else value
