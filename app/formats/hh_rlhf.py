"""HH-RLHF (anthropics/hh-rlhf): whole transcripts `chosen` and `rejected` that share all turns but the last."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from app.domain.task import Turn
from app.formats import drafts, pairs, writing
from app.formats.base import About, Draft, Format, Graded, Losses, Record, Unfit

_TURN = re.compile(r"\n\n(Human|Assistant):")
ROLES = {"Human": "user", "Assistant": "assistant"}
NAMES = {role: name for name, role in ROLES.items()}
WARNING = "These dialogues try to make a model say harmful things; some may offend."


def fits(kind: str, record: Record) -> bool:
    return kind != "csv" and all(_TURN.match(str(record.get(k) or "")) for k in ("chosen", "rejected"))


def describe(_first: Record, path: Path) -> About:
    harmful = "red" in path.name or "harmless" in path.name
    return About.of_file(path, pairs.UNSCORED, warnings=(WARNING,) if harmful else ())


def convert(record: Record, loss: Losses) -> Draft:
    chosen, rejected = (_turns(drafts.text(record, name)) for name in ("chosen", "rejected"))
    if chosen[:-1] != rejected[:-1]:
        shared = next((n for n, (a, b) in enumerate(zip(chosen, rejected, strict=False)) if a != b), 0)
        if not shared or chosen[shared].role != "assistant":
            raise Unfit("the two transcripts share no beginning that a person ends")
        loss.note("transcripts that differ before their last turn: the rest stands as one response")
        prompt, answers = chosen[:shared], (_rest(chosen[shared:]), _rest(rejected[shared:]))
    else:
        prompt, answers = chosen[:-1], (chosen[-1].text, rejected[-1].text)
    if not prompt or not all(a.strip() for a in answers):
        raise Unfit("it holds no prompt, or an empty response")
    return pairs.chosen_draft(prompt, *answers, "crowd")


def _turns(transcript: str) -> list[Turn]:
    """White space that the markers stand in is theirs; all else is the turn's."""
    marks = list(_TURN.finditer(transcript))
    if not marks or marks[0].start():
        raise Unfit("a transcript does not begin with “Human:” or “Assistant:”")
    ends = [m.start() for m in marks[1:]] + [len(transcript)]
    found = [
        Turn(ROLES[m[1]], transcript[m.end() : end].removeprefix(" "))
        for m, end in zip(marks, ends, strict=True)
    ]
    if found[-1].role != "assistant":
        raise Unfit("a transcript does not end with the assistant")
    return found


def _rest(turns: list[Turn]) -> str:
    return turns[0].text + "".join(_said(t) for t in turns[1:])


def _said(turn: Turn) -> str:
    return f"\n\n{NAMES[turn.role]}:" + (f" {turn.text}" if turn.text else "")


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    loss = Losses()
    found: list[Record] = []
    for graded, which in pairs.decided(results, loss, "a tie or no answer has no place"):
        texts = pairs.better_first(graded, which, loss)
        turns = [t for t in graded.task.prompt if t.role in NAMES]
        loss.note(
            "turns of a prompt that are neither the person's nor the assistant's",
            len(graded.task.prompt) - len(turns),
        )
        before = "".join(map(_said, turns))
        found.append(
            {
                name: before + _said(Turn("assistant", text))
                for name, text in zip(("chosen", "rejected"), texts, strict=True)
            }
        )
    writing.lines(out, found)
    return loss


FORMAT = Format(
    "hh_rlhf",
    "HH-RLHF transcripts chosen and rejected (JSON Lines); writes the same",
    fits,
    convert,
    describe,
    write,
    carries=("preference",),
)
