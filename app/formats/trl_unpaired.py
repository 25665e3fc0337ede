"""TRL unpaired preference data (huggingface/trl, dataset formats): {prompt, completion, label: bool}."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from app.domain.batch import PolicyRef
from app.domain.ids import CriterionId
from app.domain.rubric import Criterion, Rubric
from app.domain.verdict import Mark
from app.formats import drafts, writing
from app.formats.base import About, Answer, Draft, Format, Given, Graded, Losses, Record, Unfit
from app.formats.trl_preference import asked, completion, said

GOOD = Rubric((Criterion(CriterionId("good"), "Is a good answer to this prompt."),), version="assay-trl-1")


def fits(kind: str, record: Record) -> bool:
    return (
        kind != "csv" and record.keys() >= {"prompt", "completion", "label"} and "completions" not in record
    )


def describe(_first: Record, path: Path) -> About:
    return About.of_file(path, PolicyRef("healthbench"))


def convert(record: Record, _loss: Losses) -> Draft:
    text, label = said(record["completion"]), record["label"]
    if not text.strip():
        raise Unfit("the completion is empty")
    if not isinstance(label, bool):
        raise Unfit("its label is neither true nor false")
    mark = str(Mark.MET if label else Mark.NOT_MET)
    return Draft(
        drafts.conversation(record["prompt"]),
        [Answer(text)],
        GOOD,
        given=[Given("source", {"responses": {"r1": {"verdicts": {"good": mark}}}})],
        source={"messages": True} if isinstance(record["prompt"], list) else {},
    )


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    """One line a response whose score is known: full marks is true, none is false."""
    loss = Losses()
    found: list[Record] = []
    for graded in results:
        prompt, before = asked(graded, loss), len(found)
        for response in graded.task.responses:
            value = writing.verdict(graded, response.id, "good").get("value")
            score = graded.scores.get(response.id)
            if value is None and score is not None and score.value is not None:
                value = Mark.MET if score.value >= score.unit / 2 else Mark.NOT_MET
                loss.note("a score is written as a label: true from one half")
            if value not in (Mark.MET, Mark.NOT_MET):
                loss.note("a response without a label")
                continue
            found.append(
                {
                    "prompt": prompt,
                    "completion": completion(graded, response.text, prompt),
                    "label": value == Mark.MET,
                }
            )
        loss.leave("results without a label", len(found) == before)
    writing.lines(out, found)
    return loss


FORMAT = Format(
    "trl_unpaired",
    "TRL unpaired preference data {prompt, completion, label} (JSON Lines); writes the same, scores too",
    fits,
    convert,
    describe,
    write,
    tried=False,
    carries=("verdicts",),
)
