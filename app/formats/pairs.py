"""Pairs of responses to prefer: what the pairwise formats share."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Iterator
from typing import Any

from app.domain.batch import PolicyRef
from app.domain.rubric import Rubric
from app.domain.task import Response, Turn
from app.formats import writing
from app.formats.base import Answer, Draft, Given, Graded, Losses

UNSCORED = PolicyRef("unscored")
FIRST, SECOND = "r1", "r2"


def turned(*texts: str) -> bool:
    """Whether the better one of a pair stands second, so that its place says nothing: by a hash of the texts."""
    return bool(hashlib.sha256("\x1f".join(texts).encode("utf-8", "surrogatepass")).digest()[0] & 1)


def is_one_of(value: object, known: Container[int]) -> bool:
    """Whether it is one of a source's numbers for which is better."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value in known


def draft(
    prompt: list[Turn],
    first: Answer,
    second: Answer,
    *,
    ties: bool = True,
    both_bad: bool = False,
    **more: Any,
) -> Draft:
    """A task that asks which of two is better."""
    asked = {"first": FIRST, "second": SECOND, "ties": ties, "both_bad": both_bad}
    return Draft(
        prompt,
        [Answer(first.text, first.model, FIRST), Answer(second.text, second.model, SECOND)],
        Rubric(()),
        panels=("preference",),
        questions={"preference": asked | more.pop("asked", {})},
        **more,
    )


def chosen_draft(prompt: list[Turn], chosen: str, rejected: str, rater: str, **more: Any) -> Draft:
    """A task of a source that says which of two is the better one and knows no tie; the rater chose so."""
    swap = turned(chosen, rejected)
    first, second = (rejected, chosen) if swap else (chosen, rejected)
    return draft(
        prompt,
        Answer(first),
        Answer(second),
        ties=False,
        given=[wins(rater, "second" if swap else "first")],
        **more,
    )


def decided(results: Iterable[Graded], loss: Losses, no_place: str) -> Iterator[tuple[Graded, str]]:
    """The results that name `first` or `second` as the better one; no_place: what is noted of other answers."""
    for graded in results:
        which = writing.winner(graded, loss)
        if which not in ("first", "second"):
            loss.leave(no_place)
            continue
        yield graded, which


def sides(graded: Graded, loss: Losses) -> tuple[Response, Response]:
    """The two responses that were compared, as the task asks; others that it shows are noted."""
    task, asked = graded.task, graded.task.questions.preference
    loss.note("responses that were not compared", len(task.responses) - 2)
    if asked is None:
        return task.responses[0], task.responses[1]
    return task.response(asked.first), task.response(asked.second)


def better_first(graded: Graded, which: str, loss: Losses) -> tuple[str, str]:
    """(the text of the better response, that of the other)"""
    first, second = (r.text for r in sides(graded, loss))
    return (second, first) if which == "second" else (first, second)


def prefers(rater: str, value: int | str, why: str = "") -> Given:
    """A rater's preference; value: −3 … 3 (negative: the first) or both_bad."""
    found: dict[str, Any] = {"value": value} | ({"justification": why} if why else {})
    return Given(rater, {"preference": {"overall": found}})


def wins(rater: str, which: str, why: str = "") -> Given:
    """which: first, second, tie or both_bad."""
    value = {"first": -writing.WIN, "second": writing.WIN, "tie": 0}.get(which, which)
    return prefers(rater, value, why)
