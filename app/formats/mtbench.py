"""MT-Bench and Chatbot Arena votes (lm-sys/FastChat): two conversations, and which model won.

`winner` is model_a, model_b, tie, tie (inconsistent) or tie (bothbad). Where the two models differ before their last
answer, a response is all that its model said since, with what the person said between. A vote is on the conversation
up to its `turn`; the file holds the later turns too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from app.domain.questions import BOTH_BAD
from app.domain.task import Turn
from app.formats import drafts, gathering, pairs, writing
from app.formats.base import About, Answer, Draft, Format, Given, Graded, Losses, Record, Unfit

KEYS = ("question_id", "model_a", "model_b", "turn")
WINNERS = {"model_a": "first", "model_b": "second", "tie": "tie", "tie (bothbad)": BOTH_BAD}
WORDS = {which: word for word, which in WINNERS.items()}
NO_TEXTS = "the conversations of the two models are not in the file: votes are read with what they are about"
PARTS = "parts"
"""Of the source: by response, its turns as [role, start, end], where it has several."""
LATER = "later"
"""Of the source: by response, the turns after the one that is voted on."""
BREAK, ASKED = "\n\n---\n\n", "**User**\n\n"


def fits(kind: str, record: Record) -> bool:
    return kind != "csv" and {"model_a", "model_b", "winner"} <= record.keys()


def describe(_first: Record, path: Path) -> About:
    return About.of_file(path, pairs.UNSCORED)


def gather(found: Iterator[tuple[int, Any]]) -> Iterator[tuple[int, Any, int]]:
    """All votes on one pair, question and turn: one task."""
    rows = gathering.numbered(found)
    return gathering.grouped(rows, lambda record: tuple(str(record.get(k)) for k in KEYS))


def convert(record: Record, loss: Losses) -> Draft:
    whole = [_conversation(record.get(name)) for name in ("conversation_a", "conversation_b")]
    sides = [side[: _end(side, record.get("turn"))] for side in whole]
    if not all(side and side[-1].text.strip() for side in sides):
        raise Unfit(NO_TEXTS)
    question = drafts.good_id(record.get("question_id"))
    shared = next(
        n for n, (a, b) in enumerate(zip(*sides, strict=False)) if a != b or n + 1 in map(len, sides)
    )
    if any(side[shared].role != "assistant" for side in sides) or not shared:
        raise Unfit("the two models were not asked the same")
    (first, parts_a), (second, parts_b) = (_joined(side[shared:]) for side in sides)
    kept: Record = {k: record[k] for k in ("question_id", "turn", "language", "anony") if k in record}
    rest = [writing.messages(all_[len(side) :]) for all_, side in zip(whole, sides, strict=True)]
    if any(rest):
        kept[LATER] = dict(zip((pairs.FIRST, pairs.SECOND), rest, strict=True))
    if len(parts_a) > 1 or len(parts_b) > 1:
        loss.note("earlier answers that differ between the two models stand as a part of the responses")
        kept[PARTS] = {pairs.FIRST: parts_a, pairs.SECOND: parts_b}
    return pairs.draft(
        sides[0][:shared],
        Answer(first, model=drafts.text(record, "model_a")),
        Answer(second, model=drafts.text(record, "model_b")),
        both_bad=True,
        id="-".join(p for p in (question, _pair(record)) if p),
        language=drafts.text(record, "language"),
        given=_votes(record[gathering.ROWS], loss),
        source=kept,
    )


def _joined(turns: list[Turn]) -> tuple[str, list[list[str | int]]]:
    """(one text, where each turn stands in it)"""
    text = ""
    parts: list[list[str | int]] = []
    for turn in turns:
        text += (BREAK if text else "") + ("" if turn.role == "assistant" else ASKED)
        parts.append([turn.role, len(text), len(text) + len(turn.text)])
        text += turn.text
    return text, parts


def _votes(rows: list[Record], loss: Losses) -> list[Given]:
    """One that cannot be read is named with its line; Unfit when none can."""
    votes: list[Given] = []
    bad: list[tuple[int, Unfit]] = []
    for row in rows:
        try:
            votes.append(_vote(row, loss))
        except Unfit as exc:
            bad.append((row[gathering.LINE], exc))
    if not votes:
        raise bad[0][1]
    for line, why in bad:
        loss.note(f"line {line}: {why.message}")
    return votes


def _pair(record: Record) -> str:
    """A short name of the pair and turn that tells no model."""
    told = hashlib.sha256(f"{record.get('model_a')}\x1f{record.get('model_b')}".encode()).hexdigest()[:8]
    return f"{told}-{record['turn']}" if "turn" in record else told


def _conversation(value: object) -> list[Turn]:
    if not isinstance(value, list) or not value:
        return []
    turns = drafts.conversation(value)
    return turns if len(turns) > 1 and turns[-1].role == "assistant" else []


def _end(turns: list[Turn], turn: object) -> int:
    """How many of the turns are voted on: up to the answer to the person's turn of this number."""
    asked = [n for n, one in enumerate(turns) if one.role == "user"]
    counted = isinstance(turn, int) and not isinstance(turn, bool) and 0 < turn < len(asked)
    return asked[turn] if counted and isinstance(turn, int) else len(turns)


def _vote(vote: Record, loss: Losses) -> Given:
    said = drafts.text(vote, "winner")
    if said.startswith("tie (incon"):
        loss.note("“tie (inconsistent)” is kept as a tie")
        said = "tie"
    if said not in WINNERS:
        raise Unfit("the winner “{name}” is none of {names}", name=said[:30], names=", ".join(WINNERS))
    judge = vote.get("judge")
    return pairs.wins(str(judge[0] if isinstance(judge, list) and judge else judge or "judge"), WINNERS[said])


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    loss = Losses()
    found: list[Record] = []
    for graded in results:
        which = writing.winner(graded, loss)
        if which is None:
            loss.leave("results without an answer")
        else:
            found.append(_line(graded, which, loss))
    writing.lines(out, found)
    return loss


def _line(graded: Graded, which: str, loss: Losses) -> Record:
    said = writing.messages(graded.task.prompt)
    writing.nameless(graded, loss)
    found: Record = dict(graded.source)
    parts, later = found.pop(PARTS, None) or {}, found.pop(LATER, None) or {}
    for name, response in zip("ab", pairs.sides(graded, loss), strict=True):
        found[f"model_{name}"] = graded.models.get(response.id, response.id)
        turns = parts.get(response.id) or [["assistant", 0, len(response.text)]]
        found[f"conversation_{name}"] = [
            *said,
            *({"role": role, "content": response.text[start:end]} for role, start, end in turns),
            *(later.get(response.id) or ()),
        ]
    return found | {"winner": WORDS[which], "judge": graded.expert}


FORMAT = Format(
    "mtbench",
    "MT-Bench and Chatbot Arena votes with their conversations (JSON Lines); writes votes",
    fits,
    convert,
    describe,
    write,
    gather,
    carries=("preference",),
)
