"""PRM800K (openai/prm800k, README): solutions whose steps were rated −1, 0 or 1 until the first error.

Of each step the alternative that was gone on with is shown: the chosen completion, else the labeller's own, else
the first. Other alternatives stay with the task's source, so that writing gives them back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from app.domain.questions import Finish
from app.domain.task import Turn
from app.formats import drafts, pairs, stepwise, writing
from app.formats.base import About, Draft, Format, Given, Graded, Losses, Record, Unfit

KEPT = ("generation", "timestamp")
_SCORES = re.compile("score", re.IGNORECASE)
NO_SCORES = "a model's own scores of a solution stay behind"
CHECKS = ("is_quality_control_question", "is_initial_screening_question")


def fits(kind: str, record: Record) -> bool:
    label = record.get("label")
    return kind != "csv" and isinstance(label, dict) and "steps" in label and "question" in record


def describe(_first: Record, path: Path) -> About:
    return About.of_file(path, pairs.UNSCORED, "maths")


def convert(record: Record, loss: Losses) -> Draft:
    question, label = record["question"], record["label"]
    if not isinstance(question, dict) or not drafts.text(question, "problem"):
        raise Unfit("it holds no problem")
    if not isinstance(label, dict):
        raise Unfit("it holds no step")
    steps: list[str] = []
    values: list[int | None] = []
    for n, step in enumerate(drafts.objects(label.get("steps"), Unfit("the steps")), 1):
        said, value = _step(step, n, loss)
        steps.append(said)
        values.append(value)
    if not steps:
        raise Unfit("it holds no step")
    judged: dict[str, Any] = {"steps": stepwise.labels(values)}
    finish = label.get("finish_reason")
    if finish in tuple(Finish):
        judged["finish"] = finish
    elif finish is not None:
        loss.note(f"the finish reason “{str(finish)[:30]}” is not known here")
    rater = drafts.text(record, "labeler") or "labeler"
    kept = {k: record[k] for k in KEPT if k in record}
    loss.note("whether a question is there to check the labeller", any(record.get(k) for k in CHECKS))
    return stepwise.draft(
        [Turn("user", question["problem"])],
        steps,
        asked={"first_error": False},
        reference=drafts.text(question, "ground_truth_solution"),
        given=[Given(rater, {"responses": {stepwise.RESPONSE: judged}})],
        source={"question": drafts.blind(question, loss, _SCORES, NO_SCORES)} | kept,
    )


def _step(step: Record, n: int, loss: Losses) -> tuple[str, int | None]:
    """(text, rating) of the alternative that was gone on with."""
    options = drafts.objects(step.get("completions") or [], Unfit("the completions of step {n}", n=n))
    chosen, human = step.get("chosen_completion"), step.get("human_completion")
    if isinstance(chosen, int) and not isinstance(chosen, bool) and 0 <= chosen < len(options):
        taken: Record = options[chosen]
    elif isinstance(human, dict) and drafts.text(human, "text"):
        taken = human
        loss.note("a step that the labeller wrote stands as a step")
    elif options:
        taken = options[0]
    else:
        raise Unfit("step {n} has no text", n=n)
    loss.note("alternatives to a step that was gone on with", max(len(options) - 1, 0))
    loss.note("steps that were flagged", sum(bool(one.get("flagged")) for one in options))
    rating = taken.get("rating")
    if rating not in (-1, 0, 1, None) or isinstance(rating, bool):
        raise Unfit("the rating of step {n} is none of −1, 0, 1", n=n)
    if not drafts.text(taken, "text"):
        raise Unfit("step {n} has no text", n=n)
    return taken["text"], rating


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    loss = Losses()
    writing.lines(out, (line for g in results if (line := _line(g, loss))))
    return loss


def _line(graded: Graded, loss: Losses) -> Record | None:
    asked = graded.task.questions.steps
    response = graded.task.responses[0]
    if asked is None:
        loss.leave("results without an answer")
        return None
    writing.further(graded, loss, "steps")
    part = writing.part(graded, response.id)
    marks = part.get("steps") or {}
    steps = []
    for n, (start, end) in enumerate(asked.steps.get(response.id, ()), 1):
        found = writing.entry(marks.get(str(n)))
        own = found.get("own")
        loss.note("comments on a step", bool(found.get("comment")))
        rating = found.get("value")
        steps.append(
            {
                "completions": [{"text": response.text[start:end], "rating": rating, "flagged": False}],
                "human_completion": {"text": own, "rating": None, "source": "human", "flagged": False}
                if own
                else None,
                "chosen_completion": None if own or rating is None else 0,
            }
        )
    source = dict(graded.source)
    question = source.pop("question", None) or {"problem": writing.asked(graded, loss)}
    if graded.submitted and "timestamp" in source:
        source["timestamp"] = graded.submitted
    return source | {
        "labeler": graded.expert,
        "question": question,
        "label": {"steps": steps, "finish_reason": part.get("finish")},
    }


FORMAT = Format(
    "prm800k",
    "PRM800K step labels −1, 0, 1 with finish reasons (JSON Lines); writes the same",
    fits,
    convert,
    describe,
    write,
    tried=False,
    carries=("steps", "finish"),
)
