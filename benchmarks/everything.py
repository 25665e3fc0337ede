"""A task that asks everything: two responses by a rubric, ratings, safety, highlights, a preference, an ideal answer.

Every task has the same attachment, so that it stays open from one to the next, as a guideline beside the work does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.domain.ids import Digest, digest
from app.domain.judgement import flatten
from app.domain.review import Scalar
from app.domain.task import Task
from benchmarks.workspaces import PASSPHRASE, fill, station_at

CRITERIA = 2
"""So few that everything else that is asked stands in view under them."""
GUIDE = "\n".join(f"{n}. Look at the whole answer before its parts." for n in range(1, 200)).encode()
NAME = "guide.txt"
QUESTIONS: dict[str, Any] = {
    "ratings": {"attributes": [{"id": i, "text": f"How {i} is it?"} for i in ("accurate", "clear", "kind")]},
    "safety": {},
    "spans": {"labels": [{"id": "wrong", "text": "Wrong"}]},
    "preference": {"dimensions": [{"id": "overall"}, {"id": "tone", "text": "Whose tone is kinder?"}]},
    "ideal": {},
}


def everything_of(task: dict[str, Any]) -> dict[str, Any]:
    """The same task with a second response and every question."""
    (first,) = task["responses"]
    second = first | {"id": f"{first['id']}-2", "text": first["text"][::-1]}
    attached = {
        "name": NAME, "media_type": "text/plain", "size": len(GUIDE), "sha256": str(digest(GUIDE)),
    }  # fmt: skip
    rubric = task["rubric"] | {"criteria": task["rubric"]["criteria"][:CRITERIA]}
    return task | {
        "responses": [first, second],
        "rubric": rubric,
        "panels": ["rubric", *QUESTIONS],
        "questions": QUESTIONS,
        "attachments": [attached],
    }


def fill_everything(home: Path, tasks: int) -> None:
    """A home of so many of them, its attachment in it."""
    fill(home, tasks, make=everything_of)
    session = station_at(home).labs.open(None, PASSPHRASE)
    try:
        kept, name = session.workspace.attachments, Digest(digest(GUIDE))
        if not kept.complete(name):
            kept.append(name, GUIDE, offset=0)
            kept.finish(name)
    finally:
        session.close()


def answers(task: Task) -> dict[str, Scalar | None]:
    """{path: value} that leaves nothing open, with one highlight in each response."""
    asked = task.questions
    found: dict[str, Any] = {}
    for response in task.responses:
        part: dict[str, Any] = {"verdicts": {c.id: {"value": "met"} for c in task.rubric.leaves}}
        if asked.ratings is not None:
            part["ratings"] = {a.id: {"value": a.high} for a in asked.ratings.attributes}
        if asked.safety is not None:
            part["safety"] = {"call": "safe"}
        if asked.spans is not None:
            quote = response.text[:20]
            label = asked.spans.labels[0].id
            part["spans"] = [{"id": "s1", "start": 0, "end": len(quote), "quote": quote, "label": label}]
        found[response.id] = part
    document: dict[str, Any] = {"responses": found}
    if asked.preference is not None:
        document["preference"] = {d.id: {"value": 1} for d in asked.preference.dimensions}
    if asked.ideal is not None:
        document["ideal"] = {"text": task.responses[0].text}
    return flatten(task, document)
