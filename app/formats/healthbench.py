"""HealthBench (openai/simple-evals, healthbench_eval.py): examples in, graded examples out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from app.domain.batch import PolicyRef
from app.domain.ids import CriterionId
from app.domain.rubric import Criterion, Rubric
from app.domain.verdict import Mark
from app.formats import drafts, writing
from app.formats.base import About, Answer, Draft, Format, Graded, Losses, Record, Unfit
from app.wire import jsonio

STAND_IN = "no model's response in the file: the ideal and reference completions stand as responses"


def fits(kind: str, record: Record) -> bool:
    return kind != "csv" and "rubrics" in record and ("prompt_id" in record or "prompt" in record)


def describe(_first: Record, path: Path) -> About:
    return About.of_file(path, PolicyRef("healthbench"), "medicine")


def convert(record: Record, loss: Losses) -> Draft:
    rubrics = drafts.objects(record.get("rubrics"), Unfit("the rubric"))
    criteria = []
    for n, item in enumerate(rubrics, start=1):
        said = drafts.text(item, "criterion")
        if not said:
            raise Unfit("criterion {n} has no text", n=n)
        points = drafts.number(item.get("points"), Unfit("the points of criterion {n}", n=n))
        criteria.append(
            Criterion(CriterionId(f"c{n}"), said, points=points, tags=tuple(drafts.texts(item.get("tags"))))
        )
    if not criteria:
        raise Unfit("the rubric is empty")
    answers = drafts.answers_of(record, loss)
    ideal = [] if answers else _ideal(record.get("ideal_completions_data"), loss)
    return Draft(
        prompt=drafts.conversation(record.get("prompt")),
        answers=answers or ideal,
        rubric=Rubric(tuple(criteria)),
        id=drafts.good_id(record.get("prompt_id")),
        tags=drafts.texts(record.get("example_tags")),
        stand_in=STAND_IN if ideal else "",
        source={"prompt_id": record["prompt_id"]} if drafts.good_id(record.get("prompt_id")) else {},
        extra={"canary": record["canary"]} if isinstance(record.get("canary"), str) else {},
    )


def _ideal(data: Any, loss: Losses) -> list[Answer]:
    """The ideal completion, then the references it was made from; equal texts once."""
    if not isinstance(data, dict):
        return []
    written = [
        drafts.text(data, "ideal_completion"),
        *drafts.texts(data.get("ideal_completions_ref_completions")),
    ]
    kept = [said for said in dict.fromkeys(written) if said.strip()]
    loss.note("a completion that is there twice", len([s for s in written if s.strip()]) - len(kept))
    return [Answer(said) for said in kept]


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    """One line a response: HealthBench's example metadata with the expert as rater."""
    loss = Losses()
    for graded in results:
        parts = graded.judgement.get("responses") or {}
        for response in graded.task.responses:
            part = parts.get(response.id) or {}
            verdicts = part.get("verdicts") or {}
            items = [_item(c, verdicts.get(c.id), loss) for c in graded.task.rubric.leaves]
            score = graded.scores.get(response.id)
            prompt_id = graded.source.get("prompt_id", graded.task.id)
            unique = f"{prompt_id}{response.text}".encode()
            line = {
                "prompt_id": prompt_id,
                "completion_id": hashlib.sha256(unique).hexdigest(),
                "prompt": writing.messages(graded.task.prompt),
                "completion": [{"role": "assistant", "content": response.text}],
                "response": response.id,
                "rubric_items": items,
                "example_tags": list(graded.task.tags),
                "rater": graded.expert,
                "score": score.value if score else None,
                "policy": score.policy if score else None,
                "comment": part.get("comment") or "",
            }
            out.write(jsonio.dumps(line | writing.canary(graded)) + b"\n")
    return loss


def _item(criterion: Criterion, verdict: Any, loss: Losses) -> dict[str, Any]:
    leaves = verdict if isinstance(verdict, dict) else {"value": verdict}
    value = leaves.get("value")
    met = writing.met(value)
    if value == Mark.PARTLY:
        met = False
        loss.note("“partly” is written as not met")
    elif met is None and value is not None:
        loss.note("a verdict that is neither met nor not met has no criteria_met")
    return {
        "criterion": criterion.text,
        "points": criterion.points,
        "tags": list(criterion.tags),
        "criteria_met": met,
        "explanation": leaves.get("comment") or "",
    }


FORMAT = Format(
    "healthbench",
    "HealthBench examples (JSON Lines); writes graded examples with criteria_met, explanation and score",
    fits,
    convert,
    describe,
    write,
    carries=("verdicts", "criterion_comment", "comment"),
)
