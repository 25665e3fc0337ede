"""UltraFeedback (OpenBMB/UltraFeedback): up to four completions, each rated 1–5 in four aspects.

Ratings are **strings**. A rating of “10” is refused (its issue 8: many are really 1), “N/A” is no rating.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from app.domain.rubric import Rubric
from app.domain.task import Turn
from app.formats import drafts, pairs, writing
from app.formats.base import About, Answer, Draft, Format, Given, Graded, Losses, Record, Unfit

ASPECTS = {
    "instruction_following": "Instruction following",
    "honesty": "Honesty",
    "truthfulness": "Truthfulness",
    "helpfulness": "Helpfulness",
}
QUESTION: dict[str, Any] = {
    "attributes": [{"id": name, "text": text, "low": 1, "high": 5} for name, text in ASPECTS.items()]
}
NO_RATING = "N/A"


def fits(kind: str, record: Record) -> bool:
    return (
        kind != "csv" and "instruction" in record and drafts.lists(record.get("completions"), "annotations")
    )


def describe(_first: Record, path: Path) -> About:
    return About.of_file(path, pairs.UNSCORED)


def convert(record: Record, loss: Losses) -> Draft:
    asked = drafts.text(record, "instruction")
    if not asked:
        raise Unfit("the instruction is empty")
    answers, judged = [], {}
    for n, one in enumerate(drafts.objects(record["completions"], Unfit("the completions")), 1):
        text = drafts.text(one, "response")
        if not text:
            raise Unfit("completion {n} is empty", n=n)
        answers.append(Answer(text, model=drafts.text(one, "model"), id=f"r{n}"))
        found = one.get("annotations")
        ratings = _ratings(found if isinstance(found, dict) else {}, n, loss)
        comment = drafts.text(one, "critique")
        judged[f"r{n}"] = {"ratings": ratings} | ({"comment": comment} if comment else {})
        loss.note("overall scores", one.get("overall_score") is not None)
    named = record.get("models")
    loss.note(
        "models named beside the completions", bool(named) and named != [answer.model for answer in answers]
    )
    return Draft(
        [Turn("user", asked)],
        answers,
        Rubric(()),
        panels=("ratings",),
        questions={"ratings": QUESTION},
        given=[Given("source", {"responses": judged})],
        source={"source": record["source"]} if isinstance(record.get("source"), str) else {},
    )


def _ratings(annotations: Record, n: int, loss: Losses) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name in ASPECTS:
        one = annotations.get(name)
        if not isinstance(one, dict):
            continue
        said = one.get("Rating")
        loss.note("types of an error and their own reasons", bool(one.get("Type")))
        if said == NO_RATING:
            continue
        if said not in ("1", "2", "3", "4", "5"):
            raise Unfit(
                "the {name} of completion {n} is “{value}”, none of 1 to 5",
                name=name,
                n=n,
                value=str(said)[:10],
            )
        why = drafts.text(one, "Rationale For Rating", "Rationale")
        kept[name] = {"value": int(said)} | ({"comment": why} if why else {})
    return kept


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    loss = Losses()
    found: list[Record] = []
    for graded in results:
        for response in graded.task.responses:
            writing.other_ratings(graded, response.id, loss, ASPECTS)
        if not any(_says(graded, response.id) for response in graded.task.responses):
            loss.leave("results without a rating in its aspects")
            continue
        writing.nameless(graded, loss)
        completions = [_completion(graded, r.id, r.text) for r in graded.task.responses]
        found.append(
            dict(graded.source)
            | {
                "instruction": writing.asked(graded, loss),
                "models": [c["model"] for c in completions],
                "completions": completions,
            }
        )
    writing.lines(out, found)
    return loss


def _says(graded: Graded, response: str) -> bool:
    """Whether a response has an aspect rated, or a comment."""
    return bool(writing.part(graded, response).get("comment")) or any(
        writing.rating(graded, response, name) != {"value": None} for name in ASPECTS
    )


def _completion(graded: Graded, response: str, text: str) -> Record:
    notes = {}
    for name in ASPECTS:
        entry = writing.rating(graded, response, name)
        value = entry.get("value")
        notes[name] = {
            "Rating": NO_RATING if value is None else f"{value:g}",
            "Rationale": entry.get("comment") or "",
        }
    return {
        "model": graded.models.get(response, response),
        "response": text,
        "annotations": notes,
        "critique": writing.part(graded, response).get("comment") or "",
    }


FORMAT = Format(
    "ultrafeedback",
    "UltraFeedback completions rated 1–5 in four aspects (JSON or JSON Lines); writes JSON Lines",
    fits,
    convert,
    describe,
    write,
    tried=False,
    carries=("ratings", "comment"),
)
