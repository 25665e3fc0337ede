"""ProfBench (NVlabs/ProfBench): professional tasks; each criterion says which models' answers fulfil it.

`<model>_response` holds an answer, `<model>_fulfilment` of a criterion what the human said of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from app.domain.batch import PolicyRef
from app.domain.ids import CriterionId
from app.domain.rubric import Criterion, Rubric
from app.domain.verdict import Mark
from app.formats import drafts, writing
from app.formats.base import About, Answer, Draft, Format, Given, Graded, Losses, Record, Unfit
from app.formats.trl_preference import asked

WEIGHTS = {"critical": 4.0, "major": 3.0, "minor": 2.0, "additional": 1.0}
RESPONSE, FULFILMENT = "_response", "_fulfilment"


def fits(kind: str, record: Record) -> bool:
    return kind != "csv" and drafts.lists(record.get("rubrics"), "criterion_description")


def describe(first: Record, path: Path) -> About:
    return About.of_file(
        path,
        PolicyRef("profbench"),
        drafts.text(first, "domain").lower(),
    )


def convert(record: Record, loss: Losses) -> Draft:
    items = drafts.objects(record["rubrics"], Unfit("the rubric"))
    criteria = [_criterion(item, n) for n, item in enumerate(items, 1)]
    models = [k.removesuffix(RESPONSE) for k in record if k.endswith(RESPONSE) and drafts.text(record, k)]
    answers = [Answer(record[m + RESPONSE], model=m, id=f"r{n}") for n, m in enumerate(models, 1)]
    judged: dict[str, Any] = {}
    for n, model in enumerate(models, 1):
        found = {
            c.id: str(Mark.MET if item[model + FULFILMENT] else Mark.NOT_MET)
            for c, item in zip(criteria, items, strict=True)
            if isinstance(item.get(model + FULFILMENT), bool)
        }
        if found:
            judged[f"r{n}"] = {"verdicts": found}
    return Draft(
        drafts.conversation(record.get("prompt")),
        answers or drafts.answers_of(record, loss),
        Rubric(tuple(criteria), version="profbench-1"),
        id=drafts.good_id(record.get("task_id")),
        tags=[t for t in (drafts.text(record, "domain"),) if t],
        given=[Given("human", {"responses": judged})] if judged else [],
        source={k: record[k] for k in ("task_id", "domain") if k in record},
    )


def _criterion(item: Record, n: int) -> Criterion:
    said = drafts.text(item, "criterion_description")
    weight = drafts.text(item, "criterion_weight").lower()
    if not said or weight not in WEIGHTS:
        raise Unfit(
            "criterion {n} has no description, or a weight that is none of {names}",
            n=n,
            names=", ".join(WEIGHTS),
        )
    kinds = item.get("criterion_type")
    named = drafts.texts(kinds) if isinstance(kinds, list) else [kinds] if isinstance(kinds, str) else []
    return Criterion(CriterionId(f"c{n}"), said, points=WEIGHTS[weight], tags=(weight.capitalize(), *named))


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    """A line a result, with each model's response and fulfilment."""
    loss = Losses()
    writing.lines(out, (line for g in results if (line := _line(g, loss)) is not None))
    return loss


def _line(graded: Graded, loss: Losses) -> Record | None:
    names = {r.id: graded.models.get(r.id, r.id) for r in graded.task.responses}
    rubrics, said = [], False
    for criterion in graded.task.rubric.leaves:
        weight, *kinds = criterion.tags or ("",)
        item: Record = {
            "criterion_description": criterion.text,
            "criterion_type": kinds,
            "criterion_weight": weight,
        }
        for response, name in names.items():
            verdict = writing.verdict(graded, response, criterion.id)
            value = verdict.get("value")
            met = writing.met(value)
            if met is not None:
                item[name + FULFILMENT], said = met, True
            else:
                loss.note("verdicts that are neither met nor not met", value is not None)
        rubrics.append(item)
    if not said:
        loss.leave("results without a verdict that is met or not met")
        return None
    writing.nameless(graded, loss)
    found = {"task_id": graded.task.id} | dict(graded.source)
    found["prompt"] = asked(graded, loss)
    found["rubrics"] = rubrics
    return found | {names[r.id] + RESPONSE: r.text for r in graded.task.responses}


FORMAT = Format(
    "profbench",
    "ProfBench tasks with weighted criteria and the models' fulfilment (JSON or JSON Lines); writes JSON Lines",
    fits,
    convert,
    describe,
    write,
    tried=False,
    carries=("verdicts",),
)
