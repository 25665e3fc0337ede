"""Results out of the lab in the formats of `app.formats`, each judgement scored under its batch's policy."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

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
from app.formats.base import Graded, Written, source_of
from app.wire import jsonio
from lab import aggregating, batches, lines
from lab.documents import payload_of
from lab.files import sync_folder
from lab.lab import Lab
from lab.tables import author, batch, pack, result, task

PAGE = 200


T = TypeVar("T")


def export(lab: Lab, format: str, out: Path, batch_id: str | None = None) -> Written:
    """Write results to a file, whole or not at all. `results` holds every revision, others the last one."""
    if format in aggregating.NAMES:
        return _export_lines(lab, format, out, batch_id)
    if not registry.get(format).writes:
        raise InputError("format.read_only", "“{name}” can only be read.", params={"name": format})
    graded = graded_results(lab, batch_id, every_revision=format == "results")
    return _saved(lab, out, lambda stream: registry.write(format, graded, stream))


def _export_lines(lab: Lab, format: str, out: Path, batch_id: str | None) -> Written:
    """JSON Lines of raters or of tasks (K2): nothing is lost. A file named `.csv` gets a row a verdict instead."""
    if out.suffix.lower() == ".csv":
        from lab import reporting

        if batch_id is None:
            raise InputError("export.batch", "Name a batch: a table of verdicts is of one batch.")
        one = batch_id
        aggregated = format == "aggregated"
        count = _saved(
            lab, out, lambda stream: reporting.write_table(lab, one, stream, aggregated=aggregated)
        )
        return Written(count, [])
    rows = (
        aggregating.rater_rows(lab, batch_id) if format == "raters" else aggregating.task_rows(lab, batch_id)
    )

    def write(stream: BinaryIO) -> int:
        return sum(bool(stream.write(jsonio.dumps(row) + b"\n")) for row in rows)

    return Written(_saved(lab, out, write), [])


def _saved(lab: Lab, out: Path, write: Callable[[BinaryIO], T]) -> T:
    """What `write` answers, once its file is written whole; or none at all."""
    out = out.absolute()
    temp = out.with_name(f".{out.name}.{lab.entropy(6).hex()}")
    try:
        with temp.open("xb") as stream:
            found = write(stream)
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
    return found


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
        source=source_of(line),
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
