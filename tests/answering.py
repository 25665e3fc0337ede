"""A whole judgement of any task, whatever it asks: every control answered, every text that is needed written."""

from __future__ import annotations

from typing import Any

from app.domain.codec import task_from_json
from app.domain.ids import ResponseId
from app.domain.questions import Preference, Ratings, Safety, Steps
from app.domain.task import Task

WHY = "Because it names the dose and when to call for help, which the other one leaves out."


def whole(line: dict[str, Any], verdicts: dict[str, Any]) -> dict[str, Any]:
    """line: a task line. verdicts: by criterion, for each response alike."""
    task = task_from_json(line)
    asked, found = task.questions, {}
    for n, response in enumerate(task.responses):
        part: dict[str, Any] = {}
        if task.asks("rubric"):
            part["verdicts"] = verdicts
        if asked.ratings:
            part["ratings"] = ratings(asked.ratings, n)
        if asked.steps:
            part |= steps(asked.steps, response.id)
        if task.asks("safety") and asked.safety:
            part["safety"] = safety(asked.safety, n)
        if asked.spans:
            part["spans"] = [span(task, n)]
        found[response.id] = part
    document: dict[str, Any] = {"responses": found}
    if asked.preference and task.asks("preference"):
        document["preference"] = preference(asked.preference)
    if task.asks("ranking"):
        places = {r.id: n for n, r in enumerate(reversed(task.responses), 1)}
        document["ranking"] = {"places": places, "justification": WHY}
    if task.asks("ideal"):
        document["ideal"] = {"text": f"{WHY} So.", "base": task.responses[0].id, "reason": WHY}
        if asked.ideal and asked.ideal.graded:
            document["ideal"]["verdicts"] = verdicts
    return document


def ratings(asked: Ratings, turn: int) -> dict[str, Any]:
    return {a.id: {"value": a.high if turn else a.low, "comment": WHY} for a in asked.attributes}


def steps(asked: Steps, response: str) -> dict[str, Any]:
    every = asked.steps.get(ResponseId(response), ())
    if not every:
        return {}
    part: dict[str, Any] = {"steps": {str(n): {"value": 1} for n in range(1, len(every) + 1)}}
    return part | ({"finish": "solution"} if asked.finish else {})


def safety(asked: Safety, turn: int) -> dict[str, Any]:
    if turn:
        return {"call": "safe"}
    return {"call": "misleading", "severity": asked.severities[0], "harmed": asked.harmed[0]}


def span(task: Task, turn: int) -> dict[str, Any]:
    text, asked = task.responses[turn].text, task.questions.spans
    assert asked is not None
    end = min(len(text), 12)
    found = {"id": "s1", "start": 0, "end": end, "quote": text[:end], "label": asked.labels[-1].id}
    return found | ({"severity": asked.severities[0]} if asked.severities else {})


def preference(asked: Preference) -> dict[str, Any]:
    return {d.id: {"value": -2, "justification": WHY} for d in asked.dimensions}
