"""GDPval (openai/gdpval): professional work with reference files; a rubric in newer copies.

Reference files stand beside the table under their own relative paths and become attachments.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from app.domain.batch import PolicyRef
from app.domain.ids import CriterionId
from app.domain.rubric import Criterion, Rubric
from app.errors import InputError
from app.formats import drafts, rubrics, writing
from app.formats.base import About, Draft, Format, Graded, Losses, Record, Unfit
from app.formats.beside import Named
from app.formats.trl_preference import asked
from app.wire import jsonio

KEPT = ("task_id", "sector", "occupation")


def fits(kind: str, record: Record) -> bool:
    return {"task_id", "sector", "occupation", "prompt"} <= record.keys() and kind != "xlsx"


def describe(_first: Record, path: Path) -> About:
    return About.of_file(path, PolicyRef("prbench_raw"))


def convert(record: Record, loss: Losses) -> Draft:
    items = _list(record.get("rubric_json"))
    criteria = [_criterion(item, n) for n, item in enumerate(items, 1)]
    if not criteria:
        loss.note("no rubric in the source: our own for general answers is used")
    deliverables = len(_list(record.get("deliverable_files")))
    loss.note("deliverable files are named in the source and not carried", deliverables)
    return Draft(
        drafts.conversation(record["prompt"]),
        drafts.answers_of(record, loss)
        or drafts.answers_of({"response": drafts.text(record, "deliverable_text")}, loss),
        Rubric(tuple(criteria), version="gdpval-1") if criteria else rubrics.GENERAL,
        id=drafts.good_id(record["task_id"]),
        optional_files=[
            Named(path.rsplit("/", 1)[-1], path)
            for path in _list(record.get("reference_files"))
            if isinstance(path, str)
        ],
        tags=[t for t in (drafts.text(record, "sector"), drafts.text(record, "occupation")) if t],
        source={k: record[k] for k in KEPT if k in record}
        | ({"rubric_json": items, "in_text": isinstance(record.get("rubric_json"), str)} if items else {}),
    )


def _list(value: object) -> list[Any]:
    if isinstance(value, str) and value.strip():
        try:
            value = jsonio.loads(value)
        except InputError as exc:
            raise Unfit("a list in it is no valid JSON ({error})", error=exc) from exc
    return value if isinstance(value, list) else []


def _criterion(item: object, n: int) -> Criterion:
    if not isinstance(item, dict) or not drafts.text(item, "criterion"):
        raise Unfit("criterion {n} has no text", n=n)
    return Criterion(
        CriterionId(drafts.good_id(item.get("rubric_item_id")) or f"c{n}"),
        item["criterion"],
        points=drafts.number(item.get("score", 1), Unfit("the points of criterion {n}", n=n)),
        tags=("required",) if item.get("required") is True else (),
    )


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    """A line a response: the task, its rubric with `met` of each item, and the score."""
    loss = Losses()
    found: list[Record] = []
    for graded in results:
        source = dict(graded.source)
        as_text = source.pop("in_text", False)
        for response in graded.task.responses:
            items = [dict(item) for item in source.get("rubric_json") or []]
            told = writing.part(graded, response.id).get("verdicts") or {}
            known = {c.id for c in graded.task.rubric.leaves[: len(items)]}
            loss.note("verdicts on criteria that the source's rubric does not hold", len(told.keys() - known))
            for criterion, item in zip(graded.task.rubric.leaves, items, strict=False):
                entry = writing.verdict(graded, response.id, criterion.id)
                item["met"] = writing.met(entry.get("value"))
                unsure = item["met"] is None and entry.get("value") is not None
                loss.note("verdicts that are neither met nor not met", unsure)
                if entry.get("comment"):
                    item["comment"] = entry["comment"]
            line: Record = {"prompt": asked(graded, loss), "deliverable_text": response.text}
            if items:
                line["rubric_json"] = jsonio.dumps(items).decode() if as_text else items
            found.append(
                source | line | {"expert": graded.expert, "score": writing.score(graded, response.id)}
            )
    writing.lines(out, found)
    return loss


FORMAT = Format(
    "gdpval",
    "GDPval tasks with their rubric (CSV or JSON Lines), deliverables as text apart; writes graded lines",
    fits,
    convert,
    describe,
    write,
    tried=False,
    carries=("verdicts", "criterion_comment"),
)
