"""LLMBar (princeton-nlp/LLMBar): {input, output_1, output_2, label}; label 1 or 2 is the better output."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from app.domain.task import Turn
from app.formats import drafts, pairs, writing
from app.formats.base import About, Answer, Draft, Format, Graded, Losses, Record, Unfit

SIDES = {1: "first", 2: "second"}


def fits(kind: str, record: Record) -> bool:
    return kind != "csv" and {"input", "output_1", "output_2"} <= record.keys()


def describe(_first: Record, path: Path) -> About:
    return About.of_file(path, pairs.UNSCORED)


def convert(record: Record, _loss: Losses) -> Draft:
    asked = drafts.text(record, "input")
    texts = [drafts.text(record, f"output_{n}") for n in (1, 2)]
    label = record.get("label")
    if not asked or not all(texts):
        raise Unfit("it holds no input or not two outputs")
    if label is not None and not pairs.is_one_of(label, SIDES):
        raise Unfit("its label is neither 1 nor 2")
    return pairs.draft(
        [Turn("user", asked)],
        Answer(texts[0]),
        Answer(texts[1]),
        ties=False,
        given=[pairs.wins("gold", SIDES[label])] if label else [],
    )


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    loss = Losses()
    found = []
    for graded, which in pairs.decided(results, loss, "a tie or no answer has no label"):
        first, second = pairs.sides(graded, loss)
        found.append(
            {
                "input": writing.asked(graded, loss),
                "output_1": first.text,
                "output_2": second.text,
                "label": 1 if which == "first" else 2,
            }
        )
    writing.document(out, found)
    return loss


FORMAT = Format(
    "llmbar",
    "LLMBar pairs with a label 1 or 2 (one JSON array); writes the same",
    fits,
    convert,
    describe,
    write,
    carries=("preference",),
)
