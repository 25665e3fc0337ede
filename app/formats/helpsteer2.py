"""HelpSteer2 (nvidia/HelpSteer2, dataset card): a response rated 0–4 in five attributes; two lines share a prompt."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from app.domain.rubric import Rubric
from app.formats import drafts, pairs, writing
from app.formats.base import About, Answer, Draft, Format, Given, Graded, Losses, Record, Unfit

LOW, HIGH = 0, 4
ATTRIBUTES = {
    "helpfulness": ("Helpfulness", "Not helpful at all", "Wholly helpful"),
    "correctness": ("Correctness", "Wholly wrong", "Wholly right, nothing left out"),
    "coherence": ("Coherence", "Cannot be followed", "Perfectly clear and consistent"),
    "complexity": ("Complexity", "Anyone could write it", "Only an expert could write it"),
    "verbosity": ("Verbosity", "Very short for what was asked", "Very long for what was asked"),
}
QUESTION: dict[str, Any] = {
    "attributes": [
        {
            "id": name,
            "text": text,
            "low": LOW,
            "high": HIGH,
            "anchors": [{"value": LOW, "label": low}, {"value": HIGH, "label": high}],
        }
        for name, (text, low, high) in ATTRIBUTES.items()
    ]
}


def fits(kind: str, record: Record) -> bool:
    return kind != "csv" and {"prompt", "response", *ATTRIBUTES} <= record.keys()


def describe(_first: Record, path: Path) -> About:
    return About.of_file(path, pairs.UNSCORED)


def convert(record: Record, loss: Losses) -> Draft:
    text = drafts.text(record, "response")
    if not text:
        raise Unfit("the response is empty")
    ratings: dict[str, int] = {}
    for name in ATTRIBUTES:
        value = record[name]
        if value is None:
            loss.note("a rating that is not there (not ratable)")
        elif isinstance(value, bool) or not isinstance(value, int) or not LOW <= value <= HIGH:
            raise Unfit("its {name} is no whole number from {low} to {high}", name=name, low=LOW, high=HIGH)
        else:
            ratings[name] = value
    return Draft(
        drafts.conversation(record["prompt"]),
        [Answer(text)],
        Rubric(()),
        panels=("ratings",),
        questions={"ratings": QUESTION},
        given=[Given("source", {"responses": {"r1": {"ratings": ratings}}})],
        source={"messages": True} if isinstance(record["prompt"], list) else {},
    )


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    from app.formats.trl_preference import asked

    loss = Losses()
    found: list[Record] = []
    for graded in results:
        before = len(found)
        for response in graded.task.responses:
            writing.other_ratings(graded, response.id, loss, ATTRIBUTES)
            rated = {name: writing.rating(graded, response.id, name) for name in ATTRIBUTES}
            if all(r.get("value") is None for r in rated.values()):
                continue
            loss.note("comments on a rating", sum(bool(r.get("comment")) for r in rated.values()))
            values = {name: r.get("value") for name, r in rated.items()}
            found.append({"prompt": asked(graded, loss), "response": response.text} | values)
        loss.leave("results without a rating of its attributes", len(found) == before)
    writing.lines(out, found)
    return loss


FORMAT = Format(
    "helpsteer2",
    "HelpSteer2 responses rated 0–4 in five attributes (JSON Lines); writes the same",
    fits,
    convert,
    describe,
    write,
    tried=False,
    carries=("ratings",),
)
