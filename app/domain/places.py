"""Every single judged value of a task: what people are compared by, and what decisions name.

A place is a `Control`. What a judgement document says there is its value, as plain JSON:

    criterion    a mark, a count, a number        ranking       {"r1": 1, "r2": 2}
    rating       a number                         safety call   {"call": "unsafe", "severity": "high", "harmed": "user"}
    step         −1, 0, 1; the finish: its word   highlights    their list, as the judgement holds it
    preference   −3 … +3, or "both_bad"           ideal answer  its object, as the judgement holds it

Highlights and ideal answers are **whole**: they are shown and adopted as one grader made them.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeAlias

from app.domain.checks import Lack, lacking
from app.domain.controls import Control, control_of, controls
from app.domain.ids import CriterionId, ResponseId
from app.domain.judgement import check_calls, flatten, to_judgement
from app.domain.leaves import check_leaf
from app.domain.preference import side
from app.domain.questions import Panel
from app.domain.ranking import check_places
from app.domain.review import Review, Scalar, parts, place_path, safety_path
from app.domain.rubric import Kind
from app.domain.task import Task
from app.domain.verdict import Value, check_value
from app.errors import InputError

Judgement = Mapping[str, Any]
Answer: TypeAlias = Value | Mapping[str, Any] | Sequence[Mapping[str, Any]]
WHOLE = (Panel.SPANS, Panel.IDEAL)
SAFETY_LEAVES = ("call", "severity", "harmed")
_IN_RESPONSE = {Panel.RUBRIC: "verdicts", Panel.RATINGS: "ratings", Panel.STEPS: "steps"}


def places(task: Task) -> tuple[Control, ...]:
    """In reading order, those that are whole behind the others; free text is no verdict. Every step is one."""
    order = tuple(r.id for r in task.responses)
    single = [c for c in controls(task, Review(task.id), order) if c.panel not in WHOLE]
    free = {c.id for c in task.rubric.leaves if c.kind is Kind.FREE}
    found = [c for c in single if c.panel is not Panel.RUBRIC or c.item not in free]
    if task.asks(Panel.SPANS):
        found += [Control(Panel.SPANS, response) for response in order]
    if task.asks(Panel.IDEAL):
        found.append(Control(Panel.IDEAL, None))
    return tuple(found)


def is_whole(place: Control) -> bool:
    return place.panel in WHOLE


def compared(task: Task) -> tuple[Control, ...]:
    """The places that people agree or differ on: without the whole ones, unless nothing else is asked."""
    found = places(task)
    return tuple(p for p in found if not is_whole(p)) or found


def words_of(task: Task, place: Control) -> str:
    """What is asked there in the task's own words; empty where the panel says it all."""
    asked = task.questions
    match place.panel:
        case Panel.RUBRIC:
            return task.rubric[CriterionId(place.item)].text
        case Panel.RATINGS if asked.ratings is not None:
            return next((a.text for a in asked.ratings.attributes if a.id == place.item), "")
        case Panel.PREFERENCE if asked.preference is not None:
            return next((d.text for d in asked.preference.dimensions if d.id == place.item), "")
        case Panel.STEPS if asked.steps is not None and place.item and place.response is not None:
            start, end = asked.steps.steps[place.response][int(place.item) - 1]
            return task.response(place.response).text[start:end].strip()
    return ""


def entry_of(judgement: Judgement, place: Control) -> Mapping[str, Any]:
    """What hangs together with an answer: {value, comment, confidence, reason, own, justification}, as far as there."""
    response = (judgement.get("responses") or {}).get(place.response) or {}
    listed = _IN_RESPONSE.get(place.panel) if place.item else None
    found: Any
    match place.panel:
        case _ if listed is not None:
            found = (response.get(listed) or {}).get(place.item)
        case Panel.STEPS:
            found = response.get("finish")
        case Panel.PREFERENCE:
            found = (judgement.get("preference") or {}).get(place.item)
        case Panel.SAFETY:
            found = response.get("safety")
        case _:
            found = judgement.get(str(place.panel)) if place.response is None else None
    if isinstance(found, Mapping):
        return found
    return {} if found is None else {"value": found}


def value_of(judgement: Judgement, place: Control) -> Answer | None:
    """The value in a judgement document, whose entries may be written short; None where it is open."""
    entry = entry_of(judgement, place)
    if place.panel is Panel.RUBRIC:
        return _plain(entry.get("value"))
    match place.panel:
        case Panel.SAFETY:
            said = {leaf: entry[leaf] for leaf in SAFETY_LEAVES if entry.get(leaf)}
            return said if "call" in said else None
        case Panel.RANKING:
            ranks = entry.get("places") or {}
            return {response: rank for response, rank in ranks.items() if rank is not None} or None
        case Panel.SPANS:
            return _spans(judgement, place)
        case Panel.IDEAL:
            return entry if entry.get("text") else None
    return _plain(entry.get("value"))


def _plain(found: Any) -> Value | None:
    return None if found is None or found == "" or isinstance(found, bool) else found


def _spans(judgement: Judgement, place: Control) -> list[Mapping[str, Any]]:
    found = ((judgement.get("responses") or {}).get(place.response) or {}).get("spans") or []
    if isinstance(found, Mapping):
        return [{"id": name, **span} for name, span in found.items() if span is not None]
    return list(found)


def key_of(place: Control, value: Any) -> Hashable:
    """Two values are alike when their keys are: of highlights where, which label and how severe, of words the words."""
    if value is None:
        return None
    if place.panel is Panel.RUBRIC:
        return isinstance(value, str), value
    match place.panel:
        case Panel.SPANS:
            return frozenset((s["start"], s["end"], s.get("label"), s.get("severity")) for s in value)
        case Panel.IDEAL:
            return str(value["text"])
        case Panel.SAFETY | Panel.RANKING:
            return frozenset(value.items())
    return isinstance(value, str), value


def alike(place: Control, one: Answer | None, other: Answer | None) -> bool:
    return key_of(place, one) == key_of(place, other)


def opposed(place: Control, one: Answer | None, other: Answer | None) -> bool:
    """Whether two values speak against each other: of a preference the side counts, not how strong it is."""
    if place.panel is Panel.PREFERENCE:
        return side(one) != side(other)  # type: ignore[arg-type]
    return not alike(place, one, other)


def unasked(task: Task, judgement: Judgement) -> frozenset[Control]:
    """Places that were not asked of who judged so: steps after a first error, an ideal answer she need not write."""
    found: set[Control] = set()
    steps = task.questions.steps
    if steps is not None and steps.first_error:
        for response, stretches in steps.steps.items():
            all_ = [Control(Panel.STEPS, response, str(n)) for n in range(1, len(stretches) + 1)]
            wrong = next((n for n, step in enumerate(all_) if value_of(judgement, step) == -1), len(all_))
            found.update(all_[wrong + 1 :])
    ideal, words = task.questions.ideal, Control(Panel.IDEAL, None)
    if ideal is not None and not ideal.required and value_of(judgement, words) is None:
        found.add(words)
    return frozenset(found)


def leaves_of(task: Task, place: Control, value: Any) -> dict[str, Scalar | None]:
    """The leaves of a review that say it, checked one by one. InputError."""
    match place.panel:
        case Panel.SPANS:
            return flatten(task, {"responses": {place.response: {"spans": value}}})
        case Panel.IDEAL:
            return flatten(task, {"ideal": value})
        case Panel.RANKING:
            paths = {place_path(ResponseId(str(r))): rank for r, rank in _object(place, value).items()}
        case Panel.SAFETY:
            response = place.response or ResponseId("")
            paths = {safety_path(response, leaf): said for leaf, said in _object(place, value).items()}
        case _:
            paths = {place.path: value}
    return {path: check_leaf(task, path, said) for path, said in paths.items()}


def review_of(task: Task, said: Mapping[Control, Any]) -> Review:
    """The review that says these values and nothing else."""
    leaves: dict[str, Scalar] = {}
    for place, value in said.items():
        leaves |= {path: leaf for path, leaf in leaves_of(task, place, value).items() if leaf is not None}
    return Review(task.id, MappingProxyType(leaves))


def judgement_of(task: Task, said: Mapping[Control, Any]) -> dict[str, Any]:
    """The judgement document of these values."""
    return {"responses": {}, **to_judgement(review_of(task, said))}


def check_single(place: Control) -> None:
    """InputError where nothing but what somebody made can stand."""
    if is_whole(place):
        raise InputError(
            "answer.whole",
            "Highlights and an ideal answer are adopted as somebody made them; your own come with your own grade.",
        )


def checked_answer(task: Task, place: Control, value: Any) -> Answer:
    """A value of one's own, whole and as it is kept. InputError for what is no answer, and for what is only adopted."""
    if place.panel is Panel.RUBRIC and value is not None:
        return check_value(task.rubric[CriterionId(place.item)], value)
    check_single(place)
    review = review_of(task, {} if value is None else {place: value})
    check_places(task, review)
    check_calls(review, review.values)
    needed = (Lack.UNANSWERED, Lack.NO_SEVERITY, Lack.NO_HARMED)
    lacks = [one.lack for one in lacking(task, review, place) if one.lack in needed]
    found = value_of(to_judgement(review), place)
    if lacks or found is None:
        raise InputError(
            "answer.part",
            "The answer is not whole yet.",
            hint="A ranking places every response; a call that is not safe says how severe it is and who is harmed.",
            where=place.path,
        )
    return found


def _object(place: Control, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InputError(
            "judgement.shape",
            "“{path}” must be {what}.",
            params={"path": place.path, "what": "an object"},
            where=place.path,
        )
    return value


def place_json(place: Control) -> dict[str, str]:
    """A place as documents name it: a criterion by its response and id, any other by the JSON Pointer of its value."""
    if place.panel is Panel.RUBRIC:
        return {"response": str(place.response), "criterion": place.item}
    return {"path": place.path}


def place_in(task: Task, named: Mapping[str, Any]) -> Control | None:
    """The place that a ruling or a reason names; None where the task asks nothing there."""
    path = named.get("path")
    if path:
        place = _at(str(path))
        return place if place is not None and _is_asked(task, place) and place.path == path else None
    response, criterion = named.get("response"), named.get("criterion")
    if not response or not criterion:
        return None
    return Control(Panel.RUBRIC, ResponseId(str(response)), str(criterion))


def _at(path: str) -> Control | None:
    match parts(path):
        case ("responses", response, "spans"):
            return Control(Panel.SPANS, ResponseId(response))
    return control_of(path)


def _is_asked(task: Task, place: Control) -> bool:
    """Whether it is one of `places` and no criterion; without making them all."""
    asked, response, item = task.questions, place.response, place.item
    if not task.asks(place.panel) or (response is not None and all(r.id != response for r in task.responses)):
        return False
    match place.panel:
        case Panel.PREFERENCE:
            return asked.preference is not None and any(d.id == item for d in asked.preference.dimensions)
        case Panel.RATINGS if response is not None and asked.ratings is not None:
            return any(a.id == item and a.asked_of(response) for a in asked.ratings.attributes)
        case Panel.STEPS if response is not None and asked.steps is not None:
            steps = len(asked.steps.steps.get(response, ()))
            numbered = item.isdecimal() and str(int(item)) == item and 1 <= int(item) <= steps
            return numbered if item else bool(steps) and asked.steps.finish
    return place.panel is not Panel.RUBRIC
