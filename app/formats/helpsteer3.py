"""HelpSteer3 preferences (nvidia/HelpSteer3; NVIDIA-NeMo/RL's loader): overall_preference −3 … 3, up to three raters.

Negative: response 1 is better.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from app.domain.questions import BOTH_BAD
from app.formats import drafts, pairs, writing
from app.formats.base import About, Answer, Draft, Format, Graded, Losses, Record, Unfit
from app.formats.helpsteer2_preference import strength

KEPT = ("domain", "language")


def fits(kind: str, record: Record) -> bool:
    return kind != "csv" and {"context", "response1", "response2", "overall_preference"} <= record.keys()


def describe(first: Record, path: Path) -> About:
    return About.of_file(path, pairs.UNSCORED, drafts.text(first, "domain").lower())


def convert(record: Record, loss: Losses) -> Draft:
    texts = [drafts.text(record, f"response{n}") for n in (1, 2)]
    if not all(texts):
        raise Unfit("one of the two responses is empty")
    every = strength(record["overall_preference"])
    given, scores = [], []
    for n, one in enumerate(
        drafts.objects(record.get("individual_preference") or [], Unfit("the preferences")), 1
    ):
        scores.append(strength(one.get("score")))
        given.append(pairs.prefers(f"rater-{n}", scores[-1], drafts.text(one, "reasoning")))
    loss.note(
        "overall preferences other than the rounded mean of the raters'",
        bool(scores) and overall(scores) != every,
    )
    return pairs.draft(
        drafts.conversation(record["context"]),
        Answer(texts[0]),
        Answer(texts[1]),
        given=given or [pairs.prefers("consensus", strength(record["overall_preference"]))],
        source={k: record[k] for k in KEPT if k in record} | ({"alone": True} if not given else {}),
    )


def overall(scores: list[int]) -> int:
    """The rounded mean, halves away from zero, as one whole number says it."""
    mean = sum(scores) / len(scores)
    return int(abs(mean) + 0.5) * (1 if mean > 0 else -1)


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    """One line a task with all its raters, in the order they came."""
    loss = Losses()
    found: list[Record] = []
    for graded, told in writing.told_by_task(results, loss, _told):
        source, (first, second) = dict(graded.source), pairs.sides(graded, loss)
        alone = source.pop("alone", False)
        found.append(
            source
            | {
                "context": writing.messages(graded.task.prompt),
                "response1": first.text,
                "response2": second.text,
                "overall_preference": overall([t["score"] for t in told]),
                "individual_preference": [] if alone else told,
            }
        )
    writing.lines(out, found)
    return loss


def _told(graded: Graded, loss: Losses) -> Record | None:
    entry = writing.preference(graded)
    value = entry.get("value")
    if value is None or value == BOTH_BAD:
        loss.leave("results without an answer" if value is None else "“both bad” has no score")
        return None
    return {"score": value, "reasoning": entry.get("justification") or ""}


FORMAT = Format(
    "helpsteer3",
    "HelpSteer3 preferences −3 … 3 of up to three raters (JSON Lines); writes the same",
    fits,
    convert,
    describe,
    write,
    tried=False,
    carries=("preference", "justification"),
)
