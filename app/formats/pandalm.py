"""PandaLM's test set (WeOpenML/PandaLM): two responses, three annotators; 1 or 2 is the better one, 0 a tie."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from app.domain.task import Turn
from app.formats import drafts, pairs, writing
from app.formats.base import About, Answer, Draft, Format, Given, Graded, Losses, Record, Unfit

MEANS = {0: "tie", 1: "first", 2: "second"}
CODES = {which: code for code, which in MEANS.items()}
ANNOTATORS = ("annotator1", "annotator2", "annotator3")
KEPT = ("idx", "motivation_app", "cmp_key", "instruction", "input")


def fits(kind: str, record: Record) -> bool:
    return kind != "csv" and {"instruction", "response1", "response2", "annotator1"} <= record.keys()


def describe(_first: Record, path: Path) -> About:
    return About.of_file(path, pairs.UNSCORED)


def convert(record: Record, loss: Losses) -> Draft:
    asked, more = drafts.text(record, "instruction"), drafts.text(record, "input")
    texts = [drafts.text(record, f"response{n}") for n in (1, 2)]
    if not asked or not all(texts):
        raise Unfit("it holds no instruction or not two responses")
    given: list[Given] = []
    for name in ANNOTATORS:
        code = record.get(name)
        if code is not None and not pairs.is_one_of(code, MEANS):
            raise Unfit("{name} is none of 0, 1, 2", name=name)
        if code is not None:
            given.append(pairs.wins(name, MEANS[code]))
    kept = {k: record[k] for k in KEPT if k in record}
    loss.note("which models are compared", kept.pop("cmp_key", None) is not None)
    return pairs.draft(
        [Turn("user", f"{asked}\n\n{more}" if more else asked)],
        Answer(texts[0]),
        Answer(texts[1]),
        id=drafts.good_id(record.get("idx")),
        given=given,
        source=kept,
    )


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    """One entry a task with its first three raters."""
    loss = Losses()
    found: list[Record] = []
    for graded, told in writing.told_by_task(results, loss, _told):
        loss.leave("raters after the third", max(len(told) - len(ANNOTATORS), 0))
        first, second = pairs.sides(graded, loss)
        texts = {"response1": first.text, "response2": second.text}
        plain = {"instruction": writing.asked(graded, loss), "input": ""}
        found.append(plain | dict(graded.source) | texts | dict(zip(ANNOTATORS, told, strict=False)))
    writing.document(out, found)
    return loss


def _told(graded: Graded, loss: Losses) -> int | None:
    which = writing.winner(graded, loss)
    loss.note("“both bad” is written as a tie", which == "both_bad")
    if which is None:
        loss.leave("results without an answer")
        return None
    return CODES.get(which, 0)


FORMAT = Format(
    "pandalm",
    "PandaLM pairs with three annotators 0, 1, 2 (one JSON array or JSON Lines); writes a JSON array",
    fits,
    convert,
    describe,
    write,
    tried=False,
    carries=("preference",),
)
