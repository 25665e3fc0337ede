"""APEX (Mercor-Intelligence/apex-evals): a table or JSON Lines whose `Rubric JSON` holds the criteria."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from app.domain.batch import PolicyRef
from app.domain.ids import CriterionId
from app.domain.rubric import Criterion, Rubric
from app.domain.task import Turn
from app.errors import InputError
from app.formats import drafts, writing
from app.formats.base import About, Draft, Format, Graded, Losses, Record, Unfit
from app.formats.watching import renamed
from app.wire import jsonio


def _plain(record: Record) -> Record:
    """Fields by lower-case name with underscores: `Rubric JSON` → `rubric_json`."""
    return renamed(record, lambda name: re.sub(r"[ _]+", "_", name.strip().lower()))


def fits(_kind: str, record: Record) -> bool:
    return "rubric_json" in _plain(record)


def describe(first: Record, path: Path) -> About:
    field = drafts.text(_plain(first), "domain", "field")
    return About.of_file(path, PolicyRef("apex_v1"), field.lower())


def convert(record: Record, loss: Losses) -> Draft:
    fields = _plain(record)
    said = drafts.text(fields, "prompt", "task", "question")
    if not said:
        raise Unfit("it holds no prompt")
    attached = drafts.text(fields, "file_attachments", "attachments")
    if attached:
        loss.note("attachments are named in the source and not carried")
    domain, id_ = drafts.text(fields, "domain"), fields.get("task_id", fields.get("id"))
    return Draft(
        prompt=[Turn("user", said)],
        answers=drafts.answers_of(fields, loss),
        rubric=Rubric(tuple(_criteria(fields["rubric_json"], loss))),
        id=drafts.good_id(id_),
        tags=[domain] if domain else [],
        source={"task_id": id_} if drafts.good_id(id_) else {},
    )


def _criteria(value: Any, loss: Losses) -> list[Criterion]:
    if isinstance(value, str):
        try:
            value = jsonio.loads(value)
        except InputError as exc:
            raise Unfit("the rubric is no valid JSON ({error})", error=exc) from exc
    named: dict[str, Any] = {}
    for part in value if isinstance(value, list) else [value]:
        if not isinstance(part, dict):
            raise Unfit("the rubric is no list of named criteria")
        named.update(part)
    if not named:
        raise Unfit("the rubric is empty")
    return [_criterion(name, body, set(named), loss) for name, body in named.items()]


def _criterion(name: str, body: Any, known: set[str], loss: Losses) -> Criterion:
    if not isinstance(body, dict) or not drafts.text(body, "description"):
        raise Unfit("“{name}” has no description", name=name)
    kinds = body.get("criterion_type")
    needs = [d for d in drafts.texts(body.get("dependent_criteria")) if d != name]
    missing = [d for d in needs if d not in known]
    loss.note("a dependency on a criterion that is not in the rubric", len(missing))
    tags = [
        drafts.text(body, "weight"),
        *(drafts.texts(kinds) if isinstance(kinds, list) else [str(kinds or "")]),
    ]
    helps = [drafts.text(body, "justification"), drafts.text(body, "sources")]
    if body.get("human_rating") is not None:
        loss.note("human_rating is left out: the expert judges anew")
    return Criterion(
        CriterionId(name.strip()),
        body["description"],
        tags=tuple(t for t in tags if t),
        depends_on=tuple(CriterionId(d) for d in needs if d in known),
        help="\n\n".join(h for h in helps if h),
    )


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    """A line a response, each criterion with `result` 1 or 0 and its `reason`, as the open harness writes them."""
    loss = Losses()
    found: list[Record] = []
    for graded in results:
        for response in graded.task.responses:
            told: Record = {}
            for criterion in graded.task.rubric.leaves:
                entry = writing.verdict(graded, response.id, criterion.id)
                value = entry.get("value")
                met = writing.met(value)
                if met is None:
                    loss.note("verdicts that are neither met nor not met", value is not None)
                    continue
                told[criterion.id] = {"result": int(met), "reason": entry.get("comment") or ""}
            found.append(
                {
                    "task_id": graded.source.get("task_id", graded.task.id),
                    "response": response.text,
                    "model": graded.models.get(response.id, response.id),
                    "grades": told,
                    "score": writing.score(graded, response.id),
                    "expert": graded.expert,
                }
            )
    writing.lines(out, found)
    return loss


FORMAT = Format(
    "apex",
    "APEX tasks (table or JSON Lines with Rubric JSON); responses in the file or apart",
    fits,
    convert,
    describe,
    write,
    carries=("verdicts", "criterion_comment"),
)
