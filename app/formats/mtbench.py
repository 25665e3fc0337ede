"""MT-Bench and Chatbot Arena votes (lm-sys/FastChat): two conversations, and which model won.

`winner` is model_a, model_b, tie, tie (inconsistent) or tie (bothbad).
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
NO_TEXTS = "the conversations of the two models are not in the file: give them in a file of their own"


def fits(kind: str, record: Record) -> bool:
    return kind != "csv" and {"model_a", "model_b", "winner"} <= record.keys()


def describe(_first: Record, path: Path) -> About:
    return About.of_file(path, pairs.UNSCORED)


def gather(found: Iterator[tuple[int, Any]]) -> Iterator[tuple[int, Any, int]]:
    """All votes on one pair, question and turn: one task."""
    return gathering.grouped(found, "votes", lambda record: tuple(str(record.get(k)) for k in KEYS))


def convert(record: Record, loss: Losses) -> Draft:
    sides = [_conversation(record.get(name)) for name in ("conversation_a", "conversation_b")]
    if not all(sides):
        raise Unfit(NO_TEXTS)
    votes = [_vote(v, loss) for v in record["votes"]]
    question = drafts.good_id(record.get("question_id"))
    last = [side[-1].text for side in sides]
    before = [side[:-1] for side in sides]
    prompt = before[0]
    if before[0] != before[1]:
        prompt = [turn for turn in before[0] if turn.role == "user"]
        loss.note("earlier answers that differ between the two models are left out of the prompt")
    kept = {k: record[k] for k in ("question_id", "turn", "language", "anony") if k in record}
    return pairs.draft(
        prompt,
        Answer(last[0], model=drafts.text(record, "model_a")),
        Answer(last[1], model=drafts.text(record, "model_b")),
        both_bad=True,
        id="-".join(p for p in (question, _pair(record)) if p),
        language=drafts.text(record, "language"),
        given=[v for v in votes if v],
        source=kept,
    )


def _pair(record: Record) -> str:
    """A short name of the pair and turn that tells no model."""
    told = hashlib.sha256(f"{record.get('model_a')}\x1f{record.get('model_b')}".encode()).hexdigest()[:8]
    return f"{told}-{record['turn']}" if "turn" in record else told


def _conversation(value: object) -> list[Turn]:
    if not isinstance(value, list) or not value:
        return []
    turns = drafts.conversation(value)
    return turns if len(turns) > 1 and turns[-1].role == "assistant" and turns[-1].text.strip() else []


def _vote(vote: Record, loss: Losses) -> Given | None:
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
    task, asked = graded.task, graded.task.questions.preference
    sides = (asked.first, asked.second) if asked else (task.responses[0].id, task.responses[1].id)
    said = writing.messages(task.prompt)
    writing.nameless(graded, loss)
    found: Record = dict(graded.source)
    for name, response in zip("ab", sides, strict=True):
        found[f"model_{name}"] = graded.models.get(response, response)
        answer = {"role": "assistant", "content": task.response(response).text}
        found[f"conversation_{name}"] = [*said, answer]
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
