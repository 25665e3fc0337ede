"""TRL stepwise supervision (huggingface/trl, dataset formats): {prompt, completions: […], labels: [bool]}."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from app.formats import drafts, pairs, stepwise, writing
from app.formats.base import About, Draft, Format, Given, Graded, Losses, Record, Unfit
from app.formats.trl_preference import asked as prompt


def fits(kind: str, record: Record) -> bool:
    return kind != "csv" and record.keys() >= {"prompt", "completions", "labels"}


def describe(_first: Record, path: Path) -> About:
    return About.of_file(path, pairs.UNSCORED)


def convert(record: Record, _loss: Losses) -> Draft:
    steps, labels = record["completions"], record["labels"]
    if not isinstance(steps, list) or not steps or not all(isinstance(s, str) and s.strip() for s in steps):
        raise Unfit("its completions are no list of texts")
    if (
        not isinstance(labels, list)
        or not all(isinstance(x, bool) for x in labels)
        or len(labels) != len(steps)
    ):
        raise Unfit("its labels are not one true or false for each completion")
    marks = stepwise.labels([1 if good else -1 for good in labels])
    return stepwise.draft(
        drafts.conversation(record["prompt"]),
        steps,
        asked={"first_error": False, "own": False, "finish": False},
        given=[Given("source", {"responses": {stepwise.RESPONSE: {"steps": marks}}})],
        source={"messages": True} if isinstance(record["prompt"], list) else {},
    )


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    loss = Losses()
    found: list[Record] = []
    for graded in results:
        asked, before = graded.task.questions.steps, len(found)
        for response in graded.task.responses:
            stretches = asked.steps.get(response.id, ()) if asked else ()
            marks = writing.part(graded, response.id).get("steps") or {}
            entries = [writing.entry(marks.get(str(n))) for n in range(1, len(stretches) + 1)]
            loss.note("comments on a step", sum(bool(e.get("comment")) for e in entries))
            loss.note("steps in the expert's own words", sum(bool(e.get("own")) for e in entries))
            values = [e.get("value") for e in entries]
            told = [v for v in values if v is not None]
            if not told:
                continue
            if len(told) < len(values):
                loss.note(
                    "steps without a label (after the first error) are left out", len(values) - len(told)
                )
            loss.note("a neutral step is written as right", told.count(0))
            found.append(
                {
                    "prompt": prompt(graded, loss),
                    "completions": [
                        response.text[s:e]
                        for (s, e), v in zip(stretches, values, strict=True)
                        if v is not None
                    ],
                    "labels": [v >= 0 for v in told],
                }
            )
        loss.leave("results without a label", len(found) == before)
    writing.lines(out, found)
    return loss


FORMAT = Format(
    "trl_stepwise",
    "TRL stepwise supervision {prompt, completions, labels} (JSON Lines); writes the same",
    fits,
    convert,
    describe,
    write,
    tried=False,
    carries=("steps",),
)
