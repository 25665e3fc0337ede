"""What was decided on a task before and what was answered to it, in the order it came; which decision is in force."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.domain.controls import Control
from app.domain.ids import Digest
from app.domain.places import place_in
from app.domain.task import Task

if TYPE_CHECKING:
    from app.storage.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Past:
    """A decision, or an answer to one. kind: accept | fix | return | adjudicate, or accept | dispute for an answer.

    over: digests of the results that a decision was made over. reasons: what an answer says of single places.
    """

    what: str
    kind: str
    who: str
    own: bool
    digest: Digest
    at: str
    comment: str
    in_force: bool
    over: tuple[str, ...] = ()
    reasons: tuple[tuple[Control, str], ...] = ()


def past_of(workspace: Workspace, task: Task) -> tuple[Past, ...]:
    """Decisions and answers on a task in the order they came; which decision is in force."""
    found: list[tuple[str, str, bool, Digest, dict[str, Any]]] = []
    for one in workspace.papers.of_task(task.id, "decision", "decision.first", "answer"):
        what = "answer" if one.kind == "answer" else "decision"
        found.append((what, one.who, False, one.digest, json.loads(one.payload)))
    for row in workspace.letters.of_task(task.id, "decision"):
        if row.state != "parked":
            found.append(("decision", workspace.identity.expert, True, row.digest, json.loads(row.payload)))
    found.sort(key=lambda one: one[4].get("decided") or one[4].get("answered") or "")
    force = in_force(workspace, task.id)
    return tuple(
        Past(
            what,
            document["kind"],
            who,
            own,
            sha256,
            document.get("decided") or document.get("answered") or "",
            document.get("comment", ""),
            sha256 == force,
            tuple(document.get("over") or ()),
            reasons_in(task, document),
        )
        for what, who, own, sha256, document in found
    )


def reasons_in(task: Task, document: Mapping[str, Any]) -> tuple[tuple[Control, str], ...]:
    """What an answer says of single places; of places that the task does not ask nothing."""
    found = ((place_in(task, one), str(one["text"])) for one in document.get("reasons") or ())
    return tuple((place, text) for place, text in found if place is not None)


def in_force(workspace: Workspace, task: str) -> Digest | None:
    """The decision that a next one must name. One that the lab says came first goes before one's own."""
    first = workspace.papers.of_task(task, "decision.first")
    theirs = [*workspace.papers.of_task(task, "decision"), *first]
    made: dict[Digest, Any] = {one.digest: json.loads(one.payload).get("previous") for one in theirs}
    for row in workspace.letters.of_task(task, "decision"):
        if row.state != "parked":
            made[row.digest] = json.loads(row.payload).get("previous")
    standing = [one for one in made if one not in made.values()]
    said = [one.digest for one in first if one.digest in standing]
    found = said or standing
    return found[-1] if found else None
