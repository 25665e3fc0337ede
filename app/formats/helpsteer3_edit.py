"""HelpSteer3 edits (nvidia/HelpSteer3, `edit`): a response, feedback on it, and the response as it should have been."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from app.domain.rubric import Rubric
from app.formats import drafts, pairs, writing
from app.formats.base import About, Answer, Draft, Format, Given, Graded, Losses, Record, Unfit

KEPT = ("domain", "language")


def fits(kind: str, record: Record) -> bool:
    return kind != "csv" and {"context", "original_response", "edited_response"} <= record.keys()


def describe(first: Record, path: Path) -> About:
    return About.of_file(path, pairs.UNSCORED, drafts.text(first, "domain").lower())


def convert(record: Record, _loss: Losses) -> Draft:
    original, edited = drafts.text(record, "original_response"), drafts.text(record, "edited_response")
    if not original:
        raise Unfit("the original response is empty")
    feedback = record.get("feedback")
    told = (
        "\n\n".join(drafts.texts(feedback)) if isinstance(feedback, list) else drafts.text(record, "feedback")
    )
    judged = {"text": edited, "base": "r1"} | ({"reason": told} if told else {})
    return Draft(
        drafts.conversation(record["context"]),
        [Answer(original)],
        Rubric(()),
        panels=("ideal",),
        questions={"ideal": {"reason": "required"}},
        given=[Given("editor", {"ideal": judged})] if edited else [],
        source={k: record[k] for k in KEPT if k in record}
        | ({"feedback_list": True} if isinstance(feedback, list) else {}),
    )


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    loss = Losses()
    found: list[Record] = []
    for graded in results:
        ideal = graded.judgement.get("ideal") or {}
        if not ideal.get("text"):
            continue
        task, source = graded.task, dict(graded.source)
        as_list = source.pop("feedback_list", False)
        told = str(ideal.get("reason") or "")
        base = ideal.get("base") or task.responses[0].id
        found.append(
            source
            | {
                "context": writing.messages(task.prompt),
                "original_response": task.response(base).text,
                "feedback": told.split("\n\n") if as_list else told,
                "edited_response": ideal["text"],
            }
        )
    writing.lines(out, found)
    return loss


FORMAT = Format(
    "helpsteer3_edit",
    "HelpSteer3 edits: a response, feedback and the edited response (JSON Lines); writes ideal answers so",
    fits,
    convert,
    describe,
    write,
    tried=False,
    carries=("ideal",),
)
