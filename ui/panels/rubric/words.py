"""How a verdict looks and reads: icon by shape first, the tone of its effect, words, the keys of a scale."""

from __future__ import annotations

from app.domain.rubric import Criterion, Kind
from app.domain.verdict import Confidence, Doubt, Mark, Value, Verdict
from ui.i18n import mark, number, points, tr, tr_later

MARK_ICON = {
    Mark.MET: "circle-check",
    Mark.NOT_MET: "circle-x",
    Mark.PARTLY: "circle-dot",
    Mark.NOT_APPLICABLE: "circle-slash",
    Mark.CANNOT_JUDGE: "circle-question-mark",
}
BUTTON_ICON = {
    Mark.MET: "check",
    Mark.NOT_MET: "x",
    Mark.PARTLY: "circle-dot",
    Mark.NOT_APPLICABLE: "slash",
    Mark.CANNOT_JUDGE: "circle-question-mark",
}
MARK_WORD = {
    Mark.MET: mark("Met"),
    Mark.NOT_MET: mark("Not met"),
    Mark.PARTLY: mark("Partly"),
    Mark.NOT_APPLICABLE: mark("N/A"),
    Mark.CANNOT_JUDGE: mark("Can’t judge"),
}
MARK_COMMAND = {
    Mark.MET: "met",
    Mark.NOT_MET: "not-met",
    Mark.PARTLY: "partly",
    Mark.NOT_APPLICABLE: "not-applicable",
    Mark.CANNOT_JUDGE: "cannot-judge",
}
DOUBT_WORD = {
    Doubt.MISSING_CONTEXT: mark("Context is missing"),
    Doubt.AMBIGUOUS_WORDING: mark("The wording is ambiguous"),
    Doubt.TRULY_UNCERTAIN: mark("Truly uncertain"),
    Doubt.OUTSIDE_MY_FIELD: mark("Outside my field"),
}
CONFIDENCE_WORD = {
    Confidence.LOW: mark("Low confidence"),
    Confidence.MEDIUM: mark("Medium confidence"),
    Confidence.HIGH: mark("High confidence"),
}
OPEN_ICON = "circle-dashed"
MOST_BUTTONS = 11


def as_mark(value: Value | None) -> Mark | None:
    """The mark that a stored value is, if it is one (free text is none)."""
    return Mark(value) if isinstance(value, str) and value in tuple(Mark) else None


def mark_of(criterion: Criterion, verdict: Verdict) -> Mark | None:
    """The mark of an answer; text of a free criterion is never read as met or not met."""
    found = as_mark(verdict.value)
    aside = (Mark.NOT_APPLICABLE, Mark.CANNOT_JUDGE)
    return found if criterion.kind in (Kind.BINARY, Kind.TERNARY) or found in aside else None


def icon_of(criterion: Criterion, verdict: Verdict) -> str:
    if not verdict.answered:
        return OPEN_ICON
    found = mark_of(criterion, verdict)
    return MARK_ICON[found] if found is not None else "circle-check"


def tone_of(criterion: Criterion, verdict: Verdict, effect: float | None) -> str:
    """Colour follows the effect, not the verdict; only "cannot judge" has a tone of its own."""
    if not verdict.answered:
        return "t3"
    if verdict.value == Mark.CANNOT_JUDGE:
        return "unsure"
    if effect is not None and effect > 0:
        return "good"
    return "bad" if effect is not None and effect < 0 else "t2"


def button_tone(criterion: Criterion, which: Mark) -> str:
    if which in (Mark.MET, Mark.PARTLY):
        return "bad" if criterion.negative else "good" if criterion.points > 0 else ""
    return "unsure" if which is Mark.CANNOT_JUDGE else ""


def verdict_words(criterion: Criterion, verdict: Verdict) -> str:
    """The verdict in words; empty while open."""
    if not verdict.answered:
        return ""
    found = mark_of(criterion, verdict)
    if found is not None:
        return tr_later(MARK_WORD[found])
    if criterion.kind is Kind.FREE:
        return tr("Written")
    return number(float(verdict.value or 0))


def points_words(criterion: Criterion, verdict: Verdict, worth: float, effect: float | None) -> str:
    """The points beside a criterion: what it is worth, once answered what it did; – when it counts in no sum."""
    if not worth and (criterion.kind is Kind.FREE or not criterion.points):
        return ""
    if not verdict.answered:
        return points(worth)
    return points(effect) if effect is not None else "–"


def row_words(criterion: Criterion, verdict: Verdict) -> str:
    """The words under the points of a row: none for a plain credit, which the icon says."""
    if verdict.value == Mark.MET and not criterion.negative:
        return ""
    words = verdict_words(criterion, verdict)
    counted = criterion.kind is Kind.COUNT and verdict.answered and not isinstance(verdict.value, str)
    return f"× {words}" if counted else words


def scale_values(criterion: Criterion) -> tuple[float, ...]:
    """The values of a scale from low to high; empty when they are too many for buttons."""
    if criterion.kind is not Kind.SCALE or criterion.high is None or criterion.step <= 0:
        return ()
    count = int(round((criterion.high - criterion.low) / criterion.step, 9)) + 1
    if count > MOST_BUTTONS:
        return ()
    return tuple(round(criterion.low + i * criterion.step, 9) for i in range(count))


def scale_keys(values: tuple[float, ...]) -> tuple[str, ...]:
    """The digits beside each value: the value itself where all are single digits or ten, else its place from 1.

    Ten is typed as two, where one is a value too (`reaches_ten`). The eleventh place has none; + and − reach it.
    """
    if _keyed_by_value(values):
        return tuple(str(int(v)) if v < 10 or reaches_ten(values) else "" for v in values)
    return tuple(str(i) if i <= 9 else "0" if i == 10 else "" for i in range(1, len(values) + 1))


def reaches_ten(values: tuple[float, ...]) -> bool:
    """Whether the digits beside a scale are its values and ten is one of them, which is typed as 1 and 0."""
    return {1.0, 10.0} <= set(values) and _keyed_by_value(values)


def _keyed_by_value(values: tuple[float, ...]) -> bool:
    return all(v.is_integer() and 0 <= v <= 10 for v in values)


def off_scale(value: float, low: float, high: float, step: float) -> str:
    """Why a number is no answer on a scale."""
    said = {"value": number(value), "low": number(low), "high": number(high)}
    if step in (0, 1):
        return tr("{value} is not on this scale, which goes from {low} to {high}.", **said)
    return tr(
        "{value} is not on this scale, which goes from {low} to {high} in steps of {step}.",
        **said, step=number(step),
    )  # fmt: skip


def off_keys(digit: int, values: tuple[float, ...]) -> str:
    """Why a digit is no answer where the values of a scale are buttons."""
    if not _keyed_by_value(values):
        return tr("Choose with 1 to {n}.", n=len(values))
    return off_scale(float(digit), values[0], values[-1], values[1] - values[0])


def anchor_of(criterion: Criterion, value: float) -> str:
    """What the rubric says this value of a scale means, or nothing."""
    return next((a.label for a in criterion.anchors if a.value == value), "")
