"""Results out of the lab in the formats of `app.formats`, each judgement scored under its batch's policy."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection, and_, func, select

from app.domain import scoring
from app.domain.batch import PolicyRef
from app.domain.ids import CriterionId
from app.domain.judgement import flatten
from app.domain.leaves import takes_verdicts
from app.domain.questions import IDEAL
from app.domain.review import IDEAL_TEXT, verdict_path
from app.domain.task import Task
from app.errors import InputError, StorageError
from app.formats import registry
from app.formats.base import Graded
from app.wire import jsonio
from lab import aggregating, batches, lines
from lab.documents import payload_of
from lab.files import sync_folder
from lab.lab import Lab
from lab.tables import author, batch, pack, result, task

PAGE = 200


@dataclass(frozen=True, slots=True)
class Exported:
    """written: results taken. losses: what the format could not carry, in plain words."""

    written: int
    losses: list[str]


def export(lab: Lab, format: str, out: Path, batch_id: str | None = None) -> Exported:
    """Write results to a file, whole or not at all. `results` holds every revision, others the last one."""
    if format in aggregating.NAMES:
        return _export_lines(lab, format, out, batch_id)
    form = registry.get(format)
    if not form.writes:
        raise InputError("format.read_only", "“{name}” can only be read.", params={"name": format})
    count = 0

    def counted() -> Iterator[Graded]:
        nonlocal count
        for graded in graded_results(lab, batch_id, every_revision=format == "results"):
            count += 1
            yield graded

    losses = _written(lab, out, lambda stream: list(registry.write(format, counted(), stream)))
    return Exported(count, losses)


def _export_lines(lab: Lab, format: str, out: Path, batch_id: str | None) -> Exported:
    """JSON Lines of raters or of tasks (K2): nothing is lost. A file named `.csv` gets a row a verdict instead."""
    if out.suffix.lower() == ".csv":
        from lab import reporting

        if batch_id is None:
            raise InputError("export.batch", "Name a batch: a table of verdicts is of one batch.")
        one = batch_id
        rows_written: list[int] = []

        def table(stream: BinaryIO) -> list[str]:
            aggregated = format == "aggregated"
            rows_written.append(reporting.write_table(lab, one, stream, aggregated=aggregated))
            return []

        losses = _written(lab, out, table)
        return Exported(sum(rows_written), losses)
    rows = (
        aggregating.rater_rows(lab, batch_id) if format == "raters" else aggregating.task_rows(lab, batch_id)
    )
    count = 0

    def write(stream: BinaryIO) -> list[str]:
        nonlocal count
        for row in rows:
            stream.write(jsonio.dumps(row) + b"\n")
            count += 1
        return []

    losses = _written(lab, out, write)
    return Exported(count, losses)


def _written(lab: Lab, out: Path, write: Callable[[BinaryIO], list[str]]) -> list[str]:
    """A file written whole or not at all."""
    out = out.absolute()
    temp = out.with_name(f".{out.name}.{lab.entropy(6).hex()}")
    try:
        with temp.open("xb") as stream:
            losses = write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        temp.replace(out)
        sync_folder(out.parent)
    except OSError as exc:
        raise StorageError(
            "export.write",
            "The export could not be written.",
            hint="Check the path and the disk.",
            where=str(out),
        ) from exc
    finally:
        temp.unlink(missing_ok=True)
    return losses


def graded_results(lab: Lab, batch_id: str | None, *, every_revision: bool) -> Iterator[Graded]:
    """In the order of arrival. Raises InputError for a batch that is not there."""
    if batch_id is not None:
        with lab.database.reading() as connection:
            batches.row(connection, batch_id)
    after = 0
    while True:
        with lab.database.reading() as connection:
            rows = connection.execute(_page(after, batch_id, every_revision)).all()
            models = _models(connection, {row.task for row in rows})
        for row in rows:
            yield _graded(lab, row, models)
        if len(rows) < PAGE:
            return
        after = rows[-1].n


def _models(connection: Connection, tasks: set[str]) -> dict[str, dict[str, str]]:
    """Which model wrote a response, by task and response."""
    found: dict[str, dict[str, str]] = {}
    for row in connection.execute(select(author).where(author.c.task.in_(tasks))):
        found.setdefault(row.task, {})[row.response] = row.model
    return found


def _page(after: int, batch_id: str | None, every_revision: bool) -> Any:
    wanted = (
        select(
            result, task.c.digest.label("line"), task.c.start, task.c.length, pack.c.sha256, batch.c.payload
        )
        .join(task, and_(task.c.id == result.c.task, task.c.batch == result.c.batch))
        .join(pack, and_(pack.c.batch == task.c.batch, pack.c.number == task.c.pack))
        .join(batch, batch.c.id == result.c.batch)
        .where(result.c.n > after)
        .order_by(result.c.n)
        .limit(PAGE)
    )
    if batch_id is not None:
        wanted = wanted.where(result.c.batch == batch_id)
    if not every_revision:
        other = result.alias()
        last = select(func.max(other.c.revision)).where(other.c.id == result.c.id).scalar_subquery()
        wanted = wanted.where(result.c.revision == last)
    return wanted


def _graded(lab: Lab, row: Any, models: Mapping[str, Mapping[str, str]]) -> Graded:
    document = bytes(row.document)
    payload = payload_of(document)
    if payload["task_digest"] == row.line:
        judged = lab.task(row.line, row.sha256, row.start, row.length)
    else:  # its rubric has changed since
        with lab.database.reading() as connection:
            judged = lines.task_now(connection, lab, row.task, payload["task_digest"])
    line = json.loads(lab.line(row.line, row.sha256, row.start, row.length))
    named = jsonio.loads(bytes(row.payload))["scoring"]
    return Graded(
        task=judged,
        judgement=payload["judgement"],
        expert=row.expert,
        scores=_scores(judged, payload["judgement"], PolicyRef(named["policy"], named.get("version", 1))),
        batch=row.batch,
        result=row.id,
        revision=row.revision,
        submitted=payload["times"]["submitted"],
        document=document,
        source=line.get("source") or {},
        models=models.get(row.task, {}),
    )


def _scores(judged: Task, judgement: Any, policy: PolicyRef) -> dict[str, scoring.Score]:
    leaves = flatten(judged, judgement)
    found: dict[str, scoring.Score] = {}
    written = (IDEAL,) if leaves.get(IDEAL_TEXT) else ()
    for response in (*(r.id for r in judged.responses), *written):
        if not takes_verdicts(judged, response):
            continue
        values: dict[CriterionId, str | int | float] = {}
        for criterion in judged.rubric.leaves:
            value = leaves.get(verdict_path(response, criterion.id))
            if value is not None and not isinstance(value, bool):
                values[criterion.id] = value
        found[response] = scoring.score(policy, judged.rubric, values)
    return found
