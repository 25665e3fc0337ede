"""What Agreement says of a square: counts, values as a person calls them, what a low figure may mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from app.domain.questions import Panel
from ui.i18n import MINUS, number, percent, tr, tr_later
from ui.panels.asking.words import CALL_WORD, FINISH_WORD, STEP_WORD
from ui.panels.rubric.words import MARK_WORD

if TYPE_CHECKING:
    from app.agreement.figures import Figure
    from app.agreement.overview import Line
    from app.agreement.squares import Square

MOST_PAIRS = 3
"""Kinds of differences that the details name."""


def facts(line: Line, square: Square, beside: str) -> list[tuple[str, str]]:
    """(what, value) lines of a square."""
    decided = beside == "decided"
    equal = tr("Equal to what was decided") if decided else tr("Equal to the others")
    share = square.share
    of = tr("{n} of {all} ({share})", n=number(square.same), all=number(square.n), share=percent(share or 0))
    facts = [(equal, of if share is not None else tr("nothing to compare"))]
    pairs = Counter((miss.said, miss.other) for miss in square.misses)
    word = word_for(line)
    for (said, other), n in pairs.most_common(MOST_PAIRS):
        facts.append((pair(word(said), word(other), beside), number(n)))
    for value, part in line.values[:2]:
        facts.append((tr("Share of “{verdict}”", verdict=word(value)), percent(part)))
    facts.append((tr("α of this line"), figure_words(line.alpha)))
    return facts


def pair(said: str, other: str, beside: str) -> str:
    """What she said and what stands against it."""
    if beside == "decided":
        return tr("{said}, decided: {other}", said=said, other=other)
    return tr("{said}, others: {other}", said=said, other=other)


def hint(line: Line, square: Square, beside: str) -> str:
    """What a low figure may mean; empty where there is nothing to say."""
    from app.agreement.overview import LOW

    shares = [one.share for one in line.squares if one.share is not None]
    if square.share is None or square.share >= LOW or len(shares) < 2:
        return ""
    if all(share < LOW for share in shares):
        return tr(
            "Low for all {n} graders, so the wording is a likelier cause than any one of them.",
            n=number(len(shares)),
        )
    if beside == "decided" and sum(share < LOW for share in shares) == 1:
        return tr("Low for this grader alone: a slip or her own reading is likelier than the wording.")
    return ""


def word_for(line: Line) -> Callable[[str], str]:
    """How a person calls a value of the line; a number as it is."""
    panel = line.question.panel if line.question is not None else Panel.RUBRIC
    known: dict[str, str] = {
        Panel.RUBRIC: {str(one): word for one, word in MARK_WORD.items()},
        Panel.SAFETY: {str(one): word for one, word in CALL_WORD.items()},
        Panel.STEPS: {str(one): word for one, word in (*STEP_WORD.items(), *FINISH_WORD.items())},
    }.get(panel, {})

    def word(value: str) -> str:
        if value in known:
            return tr_later(known[value])
        return value.replace("-", MINUS) if value.startswith("-") else value

    return word


def figure_words(found: Figure) -> str:
    """`0.31 (0.12 to 0.49)`, or why there is none."""
    if found.value is None:
        return tr_later(found.reason) if found.reason else "–"
    shown = number(found.value)
    if found.low is None or found.high is None:
        return shown
    return tr("{value} ({low} to {high})", value=shown, low=number(found.low), high=number(found.high))
