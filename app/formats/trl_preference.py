"""TRL preference data (huggingface/trl, dataset formats): {prompt, chosen, rejected}, text or messages.

Completions may repeat the prompt before the answer, as those of HuggingFaceH4/ultrafeedback_binarized do.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from app.domain.task import Turn
from app.formats import drafts, pairs, writing
from app.formats.base import About, Draft, Format, Graded, Losses, Record, Unfit


def fits(kind: str, record: Record) -> bool:
    return kind != "csv" and record.keys() >= {"prompt", "chosen", "rejected"}


def describe(_first: Record, path: Path) -> About:
    return About.of_file(path, pairs.UNSCORED)


def convert(record: Record, _loss: Losses) -> Draft:
    talks, prompt = isinstance(record["prompt"], list), drafts.conversation(record["prompt"])
    whole = all(_repeats(record[name], prompt) for name in ("chosen", "rejected"))
    chosen, rejected = (said(record[n][-1:] if whole else record[n]) for n in ("chosen", "rejected"))
    if not chosen.strip() or not rejected.strip():
        raise Unfit("one of the two responses is empty")
    return pairs.chosen_draft(
        prompt,
        chosen,
        rejected,
        "source",
        source=({"messages": True} if talks else {}) | ({"whole": True} if whole else {}),
    )


def _repeats(value: object, prompt: list[Turn]) -> bool:
    """Whether a completion is the whole conversation."""
    return isinstance(value, list) and len(value) > len(prompt) and drafts.conversation(value)[:-1] == prompt


def said(value: object) -> str:
    """A completion: text, or messages of which the assistant's is the answer."""
    if isinstance(value, list):
        turns = drafts.conversation(value)
        if len(turns) != 1 or turns[0].role != "assistant":
            raise Unfit("a completion of several messages is not one response")
        return turns[0].text
    return value if isinstance(value, str) else ""


def asked(graded: Graded, loss: Losses) -> object:
    """The prompt, in the manner of the source: messages, or the one text."""
    prompt = graded.task.prompt
    if graded.source.get("messages") or len(prompt) > 1 or prompt[0].role != "user":
        return writing.messages(prompt)
    return prompt[0].text


def completion(graded: Graded, text: str, prompt: object) -> object:
    if graded.source.get("whole"):
        return writing.messages([*graded.task.prompt, Turn("assistant", text)])
    return writing.messages([Turn("assistant", text)]) if isinstance(prompt, list) else text


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    loss = Losses()
    found: list[Record] = []
    for graded, which in pairs.decided(results, loss, "ties have no place in TRL's preference data"):
        chosen, rejected = pairs.better_first(graded, which, loss)
        prompt = asked(graded, loss)
        found.append(
            {
                "prompt": prompt,
                "chosen": completion(graded, chosen, prompt),
                "rejected": completion(graded, rejected, prompt),
            }
        )
    writing.lines(out, found)
    return loss


FORMAT = Format(
    "trl_preference",
    "TRL preference data {prompt, chosen, rejected} (JSON Lines); writes the same",
    fits,
    convert,
    describe,
    write,
    tried=False,
    carries=("preference",),
)
