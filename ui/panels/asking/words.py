"""How every answer beyond the rubric looks and reads: words, icon by shape, tone; in rows, lists and speech."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from app.domain.controls import Control
from app.domain.ids import ResponseId
from app.domain.order import letter
from app.domain.preference import as_shown, turned
from app.domain.questions import BOTH_BAD, IDEAL, Attribute, Call, Finish, Panel, Preference
from app.domain.ranking import places_of
from app.domain.review import (
    RANKING_WHY,
    Review,
    Scalar,
    preference_path,
    rating_path,
    safety_path,
    step_path,
)
from app.domain.task import Task
from ui.i18n import mark, number, tr, tr_later, trn

OPEN = ("circle-dashed", "t3")
MOST_TEXT = 400
"""Characters of a step in its row; the card has all of it."""

PANEL_WORD = {
    Panel.RUBRIC: mark("Criteria"),
    Panel.RATINGS: mark("Ratings"),
    Panel.STEPS: mark("Steps"),
    Panel.SAFETY: mark("Safety"),
    Panel.SPANS: mark("Highlights"),
    Panel.PREFERENCE: mark("Preference"),
    Panel.RANKING: mark("Ranking"),
    Panel.IDEAL: mark("Ideal answer"),
}
CALL_WORD = {Call.SAFE: mark("Safe"), Call.MISLEADING: mark("Misleading"), Call.UNSAFE: mark("Unsafe")}
CALL_LOOK = {
    Call.SAFE: ("shield-check", "good"),
    Call.MISLEADING: ("triangle-alert", "warn"),
    Call.UNSAFE: ("shield-alert", "bad"),
}
SEVERITY_WORD = {
    "low": mark("Low"),
    "moderate": mark("Moderate"),
    "high": mark("High"),
    "critical": mark("Critical"),
}
HARMED_WORD = {
    "user": mark("The person who asked"),
    "other_person": mark("Another person"),
    "group": mark("A group"),
    "public": mark("The public"),
}
FINISH_WORD = {
    Finish.SOLUTION: mark("It reaches a solution"),
    Finish.FOUND_ERROR: mark("It goes wrong"),
    Finish.BAD_PROBLEM: mark("The problem itself is wrong"),
    Finish.GIVE_UP: mark("I cannot follow it any further"),
}
STEP_WORD = {-1: mark("Wrong"), 0: mark("Neither"), 1: mark("Right")}
STEP_LOOK = {-1: ("circle-x", "bad"), 0: ("circle-minus", "t2"), 1: ("circle-check", "good")}


class Read(Protocol):
    """A task, the order in which its responses are read (A first), and what is said of it: an `OpenTask`, or one
    grader's answer where several stand side by side.
    """

    @property
    def task(self) -> Task: ...

    @property
    def order(self) -> tuple[ResponseId, ...]: ...

    @property
    def review(self) -> Review: ...


@dataclass(frozen=True, slots=True)
class RestState:
    """A control at rest. number: where it is one of several, else empty. words: its answer; empty while open."""

    control: Control
    number: str
    text: str
    words: str
    icon: str
    tone: str
    note: str = ""

    @property
    def spoken(self) -> str:
        said = (tr_later(PANEL_WORD[self.control.panel]), self.number, self.text)
        answer = self.words or tr("not answered")
        comment = tr("with a comment") if self.note else ""
        return ", ".join(w for w in (*said, answer, comment) if w)


MOST_NAMED = 48


def answer_words(opened: Read, control: Control, *, text: bool) -> str:
    """An answer by its name, for what was undone. text: what was written beside it."""
    name = named(opened, control)
    return tr("text on {what}", what=name) if text else name


def named(opened: Read, control: Control) -> str:
    """A control in few words: `rating “Accuracy”`, `step 3`."""
    if control.panel is Panel.STEPS:
        return tr("step {n}", n=control.item) if control.item else tr("reason for the end of the steps")
    if control.panel is Panel.RATINGS:
        asked = text_of(opened, control)
        short = asked if len(asked) <= MOST_NAMED else asked[:MOST_NAMED].rstrip() + "…"
        return tr("rating “{text}”", text=short)
    return {
        Panel.SAFETY: tr("safety call"),
        Panel.PREFERENCE: tr("preference"),
        Panel.RANKING: tr("ranking"),
        Panel.IDEAL: tr("ideal answer"),
    }.get(control.panel, tr("highlights"))


def name_of(opened: Read, response: ResponseId | None) -> str:
    """The response as the expert knows it; empty where there is only one."""
    if response == IDEAL:
        return tr("Ideal answer")
    if response is None or len(opened.order) < 2:
        return ""
    return tr("Response {letter}", letter=letter(opened.order, response))


def text_of(opened: Read, control: Control) -> str:
    """What a control asks, in a line or a few."""
    asked = opened.task.questions
    match control.panel:
        case Panel.RUBRIC:
            return next((c.text for c in opened.task.rubric.criteria if c.id == control.item), "")
        case Panel.RATINGS:
            found = attribute_of(opened, control.item)
            return found.text if found is not None else control.item
        case Panel.STEPS:
            return step_text(opened, control) if control.item else tr("Why does it end here?")
        case Panel.SAFETY:
            return tr("Is this answer safe to act on?")
        case Panel.PREFERENCE:
            dimensions = asked.preference.dimensions if asked.preference else ()
            text = next((d.text for d in dimensions if d.id == control.item), "")
            return text or tr("Which response is better?")
        case Panel.RANKING:
            return tr("Rank the responses, the best first")
        case Panel.SPANS:
            return tr("Highlight what matters")
        case Panel.IDEAL:
            return tr("The answer that should have been given")


def attribute_of(opened: Read, item: str) -> Attribute | None:
    ratings = opened.task.questions.ratings
    return next((a for a in ratings.attributes if a.id == item), None) if ratings else None


def step_stretch(opened: Read, control: Control) -> tuple[int, int] | None:
    """Where a step stands in the text of its response; None for what is no step."""
    asked = opened.task.questions.steps
    if control.panel is not Panel.STEPS or not control.item or asked is None or control.response is None:
        return None
    stretches = asked.steps.get(control.response, ())
    return stretches[int(control.item) - 1] if int(control.item) <= len(stretches) else None


def step_text(opened: Read, control: Control) -> str:
    found = step_stretch(opened, control)
    if found is None or control.response is None:
        return ""
    return opened.task.response(control.response).text[found[0] : found[1]].strip()


def step_at(opened: Read, response: ResponseId, offset: int) -> int | None:
    """The number of the step that holds a code point of the response."""
    asked = opened.task.questions.steps
    for at, (start, end) in enumerate(asked.steps.get(response, ()) if asked else (), 1):
        if start <= offset < end:
            return at
    return None


def letters(opened: Read, asked: Preference) -> tuple[str, str]:
    """The names of the responses on the left and on the right."""
    first, second = letter(opened.order, asked.first), letter(opened.order, asked.second)
    return (second, first) if turned(asked, opened.order) else (first, second)


def outcome(left: str, right: str, shown: Scalar | None) -> str:
    """A preference as shown (negative: the left one is better) in a sentence that cannot be misread."""
    if shown == BOTH_BAD:
        return tr("Both are bad")
    if not isinstance(shown, int) or isinstance(shown, bool):
        return ""
    if shown == 0:
        return tr("{left} and {right} are equally good", left=left, right=right)
    sentence = {
        1: mark("{letter} is slightly better"),
        2: mark("{letter} is better"),
        3: mark("{letter} is much better"),
    }[abs(shown)]
    return tr_later(sentence).format(letter=left if shown < 0 else right)


def _answer(opened: Read, control: Control) -> tuple[str, str, str]:
    """(words, icon, tone) of the answer."""
    review, asked = opened.review, opened.task.questions
    value = review.values.get(control.path)
    match control.panel:
        case Panel.STEPS if not control.item and value is not None:
            return tr_later(FINISH_WORD[Finish(str(value))]), "circle-check", "t2"
        case Panel.STEPS if isinstance(value, int):
            return tr_later(STEP_WORD[value]), *STEP_LOOK[value]
        case Panel.SAFETY if value is not None:
            call, response = Call(str(value)), control.response or IDEAL
            severity = review.text(safety_path(response, "severity"))
            words = tr_later(CALL_WORD[call])
            if severity and call is not Call.SAFE:
                words = f"{words} · {choice_word(SEVERITY_WORD, severity)}"
            return words, *CALL_LOOK[call]
        case Panel.PREFERENCE if asked.preference and value is not None:
            left, right = letters(opened, asked.preference)
            shown = as_shown(asked.preference, opened.order, value)
            return outcome(left, right, shown), "circle-check", "t2"
        case Panel.RANKING:
            places = places_of(opened.task, review)
            if len(places) == len(opened.order):
                return ranking_words(opened), "circle-check", "t2"
            return (trn("{n} placed", "{n} placed", len(places)) if places else ""), *OPEN
        case Panel.RATINGS if isinstance(value, int | float):
            return number(value), "circle-check", "t2"
        case Panel.IDEAL if value:
            return tr("Written"), "circle-check", "t2"
        case _:
            return "", *OPEN


def ranking_words(opened: Read) -> str:
    """`B, A = C`: the best first, ties with an equals sign."""
    rows: dict[int, list[str]] = {}
    for response, place in places_of(opened.task, opened.review).items():
        rows.setdefault(place, []).append(letter(opened.order, response))
    return ", ".join(" = ".join(sorted(rows[place])) for place in sorted(rows))


def choice_word(known: dict[str, str], value: str) -> str:
    """A severity or a harmed party in words; the lab's own as they are."""
    return tr_later(known[value]) if value in known else value.replace("_", " ")


def state_of(opened: Read, control: Control) -> RestState:
    """A control as its row shows it."""
    words, icon, tone = _answer(opened, control)
    text = text_of(opened, control)
    if len(text) > MOST_TEXT:
        text = text[:MOST_TEXT].rstrip() + " …"
    return RestState(control, _number(opened, control), text, words, icon, tone, note_of(opened, control))


def _number(opened: Read, control: Control) -> str:
    if control.panel is Panel.STEPS:
        return control.item
    ratings = opened.task.questions.ratings
    if control.panel is Panel.RATINGS and ratings and len(ratings.attributes) > 1:
        return str([a.id for a in ratings.attributes].index(control.item) + 1)
    return ""


def note_of(opened: Read, control: Control) -> str:
    """The text beside an answer: comment, justification."""
    path = note_path(control)
    return opened.review.text(path) if path else ""


def note_path(control: Control) -> str:
    """Where the text beside an answer is kept; empty for a control that has none."""
    response = control.response or IDEAL
    match control.panel:
        case Panel.RATINGS:
            return rating_path(response, control.item, "comment")
        case Panel.STEPS if control.item:
            return step_path(response, int(control.item), "comment")
        case Panel.SAFETY:
            return safety_path(response, "comment")
        case Panel.PREFERENCE:
            return preference_path(control.item, "justification")
        case Panel.RANKING:
            return RANKING_WHY
        case _:
            return ""
