"""One's own submitted reviews in the formats of `app.formats`, with a report of what a format cannot carry."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.ids import BatchId, ExpertId
from app.domain.judgement import to_judgement
from app.errors import InputError
from app.services.saving import save_stream
from app.services.session import Session

if TYPE_CHECKING:
    from app.formats.base import Graded, Written


def export(session: Session, name: str, out: Path, batch: str | None) -> Written:
    """Write the file whole or not at all."""
    from app.formats import registry

    if not registry.get(name).writes:
        raise InputError(
            "format.read_only",
            "“{name}” can only be read.",
            hint="`assay formats` says which formats are written.",
            params={"name": name},
        )
    if batch is not None:
        session.workspace.lab.batch(BatchId(batch))
    return save_stream(out.absolute(), lambda stream: registry.write(name, _graded(session, batch), stream))


def _graded(session: Session, batch: str | None) -> Iterator[Graded]:
    """The newest revision of each submitted review, in task order."""
    from app.formats.base import Graded, source_of

    workspace = session.workspace
    for task in workspace.lab.tasks(BatchId(batch) if batch is not None else None, show="submitted"):
        opened = session.open(task)
        sent = workspace.outbox.of_task(task)
        newest = sent[-1] if sent else None
        yield Graded(
            task=opened.task,
            judgement=to_judgement(opened.review),
            expert=ExpertId(session.identity.expert),
            scores={response: opened.score(response) for response in opened.scored},
            batch=opened.batch.id,
            result=newest.result if newest else "",
            revision=opened.review.revision,
            submitted=newest.created_at if newest else "",
            document=newest.document if newest else b"",
            source=source_of(json.loads(workspace.lab.task_line(task)[0])),
        )
