"""HelpSteer2-Preference (nvidia/HelpSteer2, dataset card): preference_strength −3 … 3.

Negative: response_1 is better.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from app.domain.questions import BOTH_BAD
from app.formats import drafts, pairs, writing
from app.formats.base import About, Answer, Draft, Format, Given, Graded, Losses, Record, Unfit

KEPT = ("split",)


def fits(kind: str, record: Record) -> bool:
    return kind != "csv" and {"prompt", "response_1", "response_2", "preference_strength"} <= record.keys()


def describe(_first: Record, path: Path) -> About:
    return About.of_file(path, pairs.UNSCORED)


def strength(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not -3 <= value <= 3:
        raise Unfit("its preference is no whole number from −3 to 3")
    return value


def convert(record: Record, loss: Losses) -> Draft:
    texts = [drafts.text(record, f"response_{n}") for n in (1, 2)]
    if not all(texts):
        raise Unfit("one of the two responses is empty")
    why = "\n\n".join(
        t for t in (drafts.text(record, f"preference_{part}") for part in ("statement", "elaboration")) if t
    )
    given = [pairs.prefers("consensus", strength(record["preference_strength"]), why)]
    every = record.get("all_preferences_unprocessed")
    for n, one in enumerate(every if isinstance(every, list) else [], 1):
        if isinstance(one, dict) and one.get("strength", one.get("preference_strength")) is not None:
            given.append(_rater(one, n))
    loss.note("the three most alike preferences", bool(record.get("three_most_similar_preferences")))
    return pairs.draft(
        drafts.conversation(record["prompt"]),
        Answer(texts[0]),
        Answer(texts[1]),
        given=given,
        source={k: record[k] for k in KEPT if k in record}
        | ({"messages": True} if isinstance(record["prompt"], list) else {}),
    )


def _rater(one: Record, n: int) -> Given:
    said = "\n\n".join(t for t in (drafts.text(one, "statement"), drafts.text(one, "elaboration")) if t)
    return pairs.prefers(f"rater-{n}", strength(one.get("strength", one.get("preference_strength"))), said)


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    """One line a result; the first paragraph of a justification is the statement, the rest the elaboration."""
    from app.formats.trl_preference import asked

    loss = Losses()
    found: list[Record] = []
    for graded in results:
        told = writing.preference(graded)
        value = told.get("value")
        if value is None or value == BOTH_BAD:
            loss.leave("results without an answer" if value is None else "“both bad” has no strength")
            continue
        statement, _, elaboration = str(told.get("justification") or "").partition("\n\n")
        first, second = pairs.sides(graded, loss)
        found.append(
            {k: graded.source[k] for k in KEPT if k in graded.source}
            | {
                "prompt": asked(graded, loss),
                "response_1": first.text,
                "response_2": second.text,
                "preference_strength": value,
                "preference_statement": statement,
                "preference_elaboration": elaboration,
            }
        )
    writing.lines(out, found)
    return loss


FORMAT = Format(
    "helpsteer2_preference",
    "HelpSteer2 preferences −3 … 3 with their reasons (JSON Lines); writes the same",
    fits,
    convert,
    describe,
    write,
    tried=False,
    carries=("preference", "justification"),
)
