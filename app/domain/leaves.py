"""One leaf of a judgement: whether the task asks for it, and which values it takes.

Every door (keys, grade documents, merged drafts) comes through `check_leaf`.
"""

from __future__ import annotations

from typing import Any

from app.domain.ids import CriterionId, ResponseId
from app.domain.questions import BOTH_BAD, IDEAL, STEP_VALUES, STRONGEST, Call, Finish, Panel
from app.domain.review import Scalar, parts
from app.domain.rubric import Kind
from app.domain.spans import MAX_QUOTE
from app.domain.task import Task
from app.domain.verdict import MAX_TEXT, WANTED, Confidence, Doubt, check_value, on_scale, wanted_on_scale
from app.errors import InputError


def check_leaf(task: Task, path: str, value: object) -> Scalar | None:
    """One leaf's value as stored, or InputError. None and empty text take it away."""
    if value is None or value == "":
        return None
    match parts(path):
        case ("responses", response, *rest):
            task.response(ResponseId(response))
            return _of_response(task, ResponseId(response), tuple(rest), value, path)
        case ("comment",):
            return text_value(value, path)
        case ("preference", dimension, leaf):
            return _preference(task, dimension, leaf, value, path)
        case ("ranking", "places", response) if task.questions.ranking:
            task.response(ResponseId(response))
            return _integer(value, path, 1, len(task.responses))
        case ("ranking", "justification") if task.questions.ranking:
            return text_value(value, path)
        case ("ideal", *rest) if task.questions.ideal:
            return _ideal(task, tuple(rest), value, path)
        case ("citations", _, leaf):
            return _citation(task, leaf, value, path)
    raise unknown(path)


def _of_response(
    task: Task, response: ResponseId, rest: tuple[str, ...], value: object, path: str
) -> Scalar | None:
    asked = task.questions
    match rest:
        case ("comment",):
            return text_value(value, path)
        case ("verdicts", criterion, leaf):
            return _verdict(task, criterion, leaf, value, path)
        case ("ratings", attribute, leaf) if asked.ratings:
            for known in asked.ratings.attributes:
                if known.id == attribute and known.asked_of(response):
                    if leaf == "comment":
                        return text_value(value, path)
                    if leaf == "value":
                        if _number(value) and on_scale(value, known.low, known.high, known.step):  # type: ignore[arg-type]
                            return value  # type: ignore[return-value]
                        raise _no_answer(value, path, wanted_on_scale(known.low, known.high, known.step))
        case ("steps", number, leaf) if asked.steps and _is_step(task, response, number):
            if leaf == "value":
                return _integer(value, path, min(STEP_VALUES), max(STEP_VALUES))
            if leaf == "comment" or (leaf == "own" and asked.steps.own):
                return text_value(value, path)
        case ("finish",) if asked.steps and asked.steps.finish:
            return _one_of(value, path, tuple(Finish))
        case ("safety", leaf) if asked.safety:
            if leaf == "comment":
                return text_value(value, path)
            choices = {
                "call": tuple(Call),
                "severity": asked.safety.severities,
                "harmed": asked.safety.harmed,
            }
            if leaf in choices:
                return _one_of(value, path, choices[leaf])
        case ("spans", _, leaf):
            return _span(task, response, leaf, value, path)
    raise unknown(path)


def _verdict(task: Task, criterion: str, leaf: str, value: object, path: str) -> Scalar | None:
    if criterion not in task.rubric or task.rubric[CriterionId(criterion)].kind is Kind.GROUP:
        raise unknown(path.rsplit("/", 1)[0])
    if leaf == "value":
        return _located(path, lambda: check_value(task.rubric[CriterionId(criterion)], value))
    if leaf == "comment":
        return text_value(value, path)
    if leaf == "confidence":
        return _one_of(value, path, tuple(Confidence))
    if leaf == "reason":
        return _one_of(value, path, tuple(Doubt))
    raise unknown(path)


def _preference(task: Task, dimension: str, leaf: str, value: object, path: str) -> Scalar | None:
    asked = task.questions.preference
    if asked is None or all(d.id != dimension for d in asked.dimensions):
        raise unknown(path)
    if leaf == "justification":
        return text_value(value, path)
    if leaf != "value":
        raise unknown(path)
    if value == BOTH_BAD and asked.both_bad:
        return BOTH_BAD
    whole = value if isinstance(value, int) and not isinstance(value, bool) else None
    if whole is not None and abs(whole) <= STRONGEST and (whole or asked.ties):
        return whole
    numbers = _whole(f"−{STRONGEST}", f"+{STRONGEST}")
    if not asked.ties:
        numbers = InputError(WANTED, "{wanted}, and no tie", params={"wanted": numbers})
    if asked.both_bad:
        numbers = InputError(WANTED, "{wanted}, or {mark}", params={"wanted": numbers, "mark": BOTH_BAD})
    raise _no_answer(value, path, numbers)


def _ideal(task: Task, rest: tuple[str, ...], value: object, path: str) -> Scalar | None:
    asked = task.questions.ideal
    match rest:
        case ("text",) | ("reason",):
            return text_value(value, path)
        case ("base",):
            return _one_of(value, path, tuple(r.id for r in task.responses))
        case ("verdicts", criterion, leaf) if asked and asked.graded:
            return _verdict(task, criterion, leaf, value, path)
    raise unknown(path)


def _span(task: Task, response: ResponseId, leaf: str, value: object, path: str) -> Scalar | None:
    asked = task.questions.spans
    match leaf:
        case "start" | "end":
            return _integer(value, path, 0, len(task.response(response).text))
        case "quote":
            return text_value(value, path, MAX_QUOTE)
        case "comment":
            return text_value(value, path)
        case "label" if asked:
            return _one_of(value, path, tuple(label.id for label in asked.labels))
        case "severity" if asked and asked.severities:
            return _one_of(value, path, asked.severities)
        case "criterion":
            return _one_of(value, path, tuple(c.id for c in task.rubric.leaves))
    raise unknown(path)


def _citation(task: Task, leaf: str, value: object, path: str) -> Scalar | None:
    match leaf:
        case "attachment":
            return _one_of(value, path, tuple(a.name for a in task.attachments))
        case "page":
            return _integer(value, path, 1, 100_000)
        case "quote":
            return text_value(value, path, MAX_QUOTE)
        case "comment":
            return text_value(value, path)
        case "response":
            return _one_of(value, path, tuple(r.id for r in task.responses))
        case "criterion":
            return _one_of(value, path, tuple(c.id for c in task.rubric.leaves))
    raise unknown(path)


def _is_step(task: Task, response: ResponseId, number: str) -> bool:
    steps = task.questions.steps.steps.get(response, ()) if task.questions.steps else ()
    return number.isascii() and number.isdecimal() and 1 <= int(number) <= len(steps) and number[0] != "0"


def takes_verdicts(task: Task, response: ResponseId) -> bool:
    """Whether the rubric is asked of this response; the ideal answer counts as one when it is graded."""
    if response == IDEAL:
        return task.questions.ideal is not None and task.questions.ideal.graded
    return task.asks(Panel.RUBRIC)


def text_value(value: object, where: str, most: int = MAX_TEXT) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > most:
        raise InputError(
            "judgement.text",
            "“{path}” must be text of at most {n} characters.",
            params={"path": where, "n": most},
            where=where,
        )
    return value


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _integer(value: object, where: str, low: int, high: int) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return value
    raise _no_answer(value, where, _whole(low, high))


def _one_of(value: object, where: str, known: tuple[str, ...]) -> str:
    if isinstance(value, str) and value in known:
        return str(value)
    wanted = InputError(WANTED, "one of {marks}", params={"marks": ", ".join(known[:12])})
    raise _no_answer(value, where, wanted)


def _whole(low: int | str, high: int | str) -> InputError:
    return InputError(WANTED, "a whole number from {low} to {high}", params={"low": low, "high": high})


def _no_answer(value: object, where: str, wanted: InputError) -> InputError:
    return InputError(
        "judgement.value",
        "“{value}” is no answer at “{path}”: {wanted}.",
        params={"value": str(value)[:40], "path": where, "wanted": wanted},
        where=where,
    )


def _located(path: str, check: Any) -> Scalar:
    try:
        found: Scalar = check()
    except InputError as exc:
        exc.where = path
        raise
    return found


def unknown(where: str) -> InputError:
    return InputError(
        "judgement.unknown",
        "The task has nothing to judge at “{path}”.",
        params={"path": where},
        where=where,
        hint="Nothing was changed. Check the ids against `assay show TASK`.",
    )
