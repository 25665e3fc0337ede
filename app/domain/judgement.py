"""The judgement: a review as the nested document that people write and labs read.

    {"responses": {"r1": {"verdicts": {"c1": {"value": "met", "comment": "…", "confidence": "high"}},
                          "comment": "…"}},
     "comment": "…"}

A verdict may be written short: `{"c1": "met"}`. Every path is checked against the task before any
edit is made, so that a document is taken whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.domain.ids import CriterionId, ResponseId
from app.domain.review import OWN_PATHS, Review, Scalar, parts, pointer
from app.domain.rubric import Kind
from app.domain.task import Task
from app.domain.verdict import ASIDE, MAX_TEXT, Confidence, Doubt, check_value
from app.errors import InputError

VERDICT_LEAVES = ("value", "comment", "confidence", "reason")


def to_judgement(review: Review) -> dict[str, Any]:
    """The nested document, without what only steers the work (status, flag, revision)."""
    document: dict[str, Any] = {}
    for path in sorted(review.values):
        if path in OWN_PATHS:
            continue
        *heads, leaf = parts(path)
        node = document
        for head in heads:
            node = node.setdefault(head, {})
        node[leaf] = review.values[path]
    return document


def flatten(task: Task, document: object) -> dict[str, Scalar | None]:
    """Checked leaves of a judgement document by path; None takes an answer away.

    Raises InputError with the path of the first thing that is wrong.
    """
    return dict(_leaves(task, document))


def _leaves(task: Task, document: object) -> Iterator[tuple[str, Scalar | None]]:
    for key, value in _object(document, "").items():
        if key == "comment":
            yield "/comment", _text(value, "/comment")
        elif key == "responses":
            for response, part in _object(value, "/responses").items():
                yield from _response(task, response, part)
        else:
            raise _unknown(pointer(key))


def _response(task: Task, response: str, part: object) -> Iterator[tuple[str, Scalar | None]]:
    where = pointer("responses", response)
    if all(r.id != response for r in task.responses):
        raise _unknown(where)
    for key, value in _object(part, where).items():
        if key == "comment":
            yield f"{where}/comment", _text(value, f"{where}/comment")
        elif key == "verdicts":
            for criterion, verdict in _object(value, f"{where}/verdicts").items():
                yield from _verdict(task, ResponseId(response), CriterionId(criterion), verdict)
        else:
            raise _unknown(where + pointer(key))


def _verdict(
    task: Task, response: ResponseId, criterion: CriterionId, verdict: object
) -> Iterator[tuple[str, Scalar | None]]:
    where = pointer("responses", response, "verdicts", criterion)
    if criterion not in task.rubric or task.rubric[criterion].kind is Kind.GROUP:
        raise _unknown(where)
    leaves = verdict if isinstance(verdict, Mapping) else {"value": verdict}
    for leaf, value in leaves.items():
        if leaf not in VERDICT_LEAVES:
            raise _unknown(where + pointer(str(leaf)))
        yield f"{where}/{leaf}", check_leaf(task, f"{where}/{leaf}", value)


def check_leaf(task: Task, path: str, value: object) -> Scalar | None:
    """One leaf's value as stored, or InputError. None and empty text take it away."""
    found = parts(path)
    if value is None or value == "":
        return None
    match found:
        case ("responses", response, "verdicts", criterion, leaf):
            task.response(ResponseId(response))
            if criterion not in task.rubric or task.rubric[CriterionId(criterion)].kind is Kind.GROUP:
                raise _unknown(path)
            if leaf == "value":
                return _located(path, lambda: check_value(task.rubric[CriterionId(criterion)], value))
            if leaf == "comment":
                return _text(value, path)
            if leaf == "confidence" and value in tuple(Confidence):
                return str(value)
            if leaf == "reason" and value in tuple(Doubt):
                return str(value)
        case ("responses", response, "comment"):
            task.response(ResponseId(response))
            return _text(value, path)
        case ("comment",):
            return _text(value, path)
    raise _unknown(path)


def reason_needed(value: object) -> bool:
    return value == ASIDE[1]


def _located(path: str, check: Any) -> Scalar:
    try:
        found: Scalar = check()
    except InputError as exc:
        exc.where = path
        raise
    return found


def _object(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(k, str) for k in value):
        raise InputError(
            "judgement.shape", "“{path}” must be an object.", params={"path": where or "/"}, where=where
        )
    return value


def _text(value: object, where: str) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise InputError(
            "judgement.text",
            "“{path}” must be text of at most {n} characters.",
            params={"path": where, "n": MAX_TEXT},
            where=where,
        )
    return value


def _unknown(where: str) -> InputError:
    return InputError(
        "judgement.unknown",
        "The task has nothing to judge at “{path}”.",
        params={"path": where},
        where=where,
        hint="Nothing was changed. Check the ids against `assay show TASK`.",
    )
