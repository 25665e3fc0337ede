"""What the head of the score says of one response.

words = score_words(score, whose="A"); words.figure, words.so_far
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum, isclose

from app.domain.scoring import Score
from ui.i18n import number, percent, tr, tr_later
from ui.widgets.drawn import Remark

IDEAL_ANSWER = ""
"""In place of a letter: the ideal answer."""


@dataclass(frozen=True, slots=True)
class ScoreWords:
    """figure: "62 %", or a dash. ends: where it can still end, or empty. sum: with its policy. spoken: all in one."""

    figure: str
    so_far: str
    ends: str
    facts: tuple[Remark, ...]
    sum: str
    spoken: str


def score_words(score: Score, *, whose: str | None) -> ScoreWords:
    """whose: the letter of the response, `IDEAL_ANSWER`; None where there is only one response."""
    figure = percent(score.value / score.unit) if score.value is not None else "–"
    done = score.open == 0
    so_far = tr("score") if done else tr("so far")
    if whose == IDEAL_ANSWER:
        so_far = tr("{score}, ideal answer", score=so_far)
    elif whose is not None:
        so_far = tr("{score}, response {letter}", score=so_far, letter=whose)
    ends = tr_later(score.reason) if score.value is None else "" if done else _ends(score)
    total = tr("{won} ÷ {possible} possible", won=_net(score), possible=number(score.possible))
    return ScoreWords(
        figure,
        so_far,
        ends,
        tuple(_facts(score)),
        tr("{sum} · policy {policy}", sum=total, policy=score.policy),
        ", ".join(w for w in (f"{figure} {so_far}", ends, total) if w),
    )


def _facts(score: Score) -> list[Remark]:
    facts = [Remark(tr("{n} earned", n=number(score.won)), "circle-check", "good")]
    if score.lost > 0:
        facts.append(Remark(tr("{n} lost", n=number(score.lost)), "octagon-alert", "bad"))
    if score.open:
        still = round(fsum(line.possible for line in score.lines if line.value is None), 9)
        facts.append(Remark(tr("{n} still open", n=number(still)), "circle-dashed", "t2"))
    return facts


def _ends(score: Score) -> str:
    low = percent(score.low / score.unit) if score.low is not None else ""
    high = percent(score.high / score.unit) if score.high is not None else ""
    if not low and not high:
        return ""
    if not low:
        return tr("will end at {high} at most", high=high)
    if not high:
        return tr("will end at {low} or more", low=low)
    if low == high:
        return tr("will end at {low}", low=low)
    return tr("will end between {low} and {high}", low=low, high=high)


def _net(score: Score) -> str:
    """What stands above the line of the fraction. Some policies count from the worst possible sum, not from 0."""
    parts = number(score.won)
    if score.lost:
        parts += f" − {number(score.lost)}"
    worst = -fsum(
        min(line.points, 0.0) for line in score.lines if line.credit is not None or line.value is None
    )
    if (
        score.value is not None
        and worst
        and isclose(score.value / score.unit * score.possible, score.won - score.lost + worst, abs_tol=1e-6)
    ):
        parts += f" + {number(round(worst, 9))}"
    return parts if parts == number(score.won) else f"({parts})"
