"""A change of the rubric or the guideline, as an expert proposes it while she judges."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from app.domain.codec import criterion_to_json
from app.domain.identifiers import identifiers
from app.domain.ids import CriterionId, TaskId
from app.domain.rubric import Criterion
from app.domain.task import Task
from app.domain.verdict import MAX_TEXT
from app.errors import InputError
from app.services.lettering import Letter
from app.services.returns import propose_now
from app.services.session import Session

if TYPE_CHECKING:
    from app.storage.workspace import Workspace

DISPUTE, EDIT, ADD, GAP = "criterion.dispute", "criterion.edit", "criterion.add", "guideline_gap"
KINDS = (DISPUTE, EDIT, ADD, GAP)
KEY = "proposing/"
NO_WORDS = frozenset({"id", "sha256", "media_type", "kind", "role", "parent", "depends_on", "version"})


@dataclass(frozen=True, slots=True)
class Begun:
    """What has been written so far of a proposal on a task. why: the reason, or what the guideline does not say.

    wording, points: of the criterion as it should be (edit, add).
    """

    kind: str = DISPUTE
    criterion: str = ""
    why: str = ""
    wording: str = ""
    points: float = 1.0

    @property
    def empty(self) -> bool:
        return not (self.why or self.wording)


def document(task: Task, begun: Begun, new_id: str) -> dict[str, Any]:
    """The members of the signed proposal. new_id: of a criterion that is added.

    InputError `propose.reason`, `propose.wording`, `propose.same` or `propose.criterion`, with the field in `where`.
    """
    why, wording = begun.why.strip()[:MAX_TEXT], begun.wording.strip()
    if begun.kind in (DISPUTE, GAP) and not why:
        raise InputError(
            "propose.reason", "Say in a few words why.", hint="Nothing was sent; what you wrote is kept.",
            where="why",
        )  # fmt: skip
    if begun.kind in (EDIT, ADD) and not wording:
        raise InputError(
            "propose.wording", "The criterion has no words yet.", hint="Nothing was sent.", where="wording"
        )
    if begun.kind in (DISPUTE, EDIT) and begun.criterion not in task.rubric:
        raise InputError("propose.criterion", "Go to the criterion that is meant first.", where="criterion")
    members: dict[str, Any] = {"kind": begun.kind, "task": task.id, "text": why}
    if begun.kind in (DISPUTE, EDIT):
        members["criterion_id"] = begun.criterion
    if begun.kind == EDIT:
        now = task.rubric[CriterionId(begun.criterion)]
        changed = replace(now, text=wording, points=begun.points)
        if changed == now:
            raise InputError(
                "propose.same",
                "Words and points are as they were.",
                hint="Nothing was sent.",
                where="wording",
            )
        members["criterion"] = criterion_to_json(changed)
    if begun.kind == ADD:
        new = Criterion(CriterionId(new_id), wording, points=begun.points)
        members["criterion"] = criterion_to_json(new)
    return members


def may_name(task: Task, begun: Begun) -> list[tuple[str, str]]:
    """(field, words) that may name a person; what the lab's own texts say is no news to the lab."""
    return list(_named(task, (("wording", begun.wording), ("why", begun.why))))


def check_names(task: Task, begun: Begun, looked_at: set[str]) -> None:
    """InputError `proposal.identifier` for words that may name a person and are not in `looked_at`, where they stand
    from then on: who signs once more has looked."""
    found = [(field, words) for field, words in may_name(task, begun) if words not in looked_at]
    looked_at.update(words for _, words in found)
    if found:
        raise InputError(
            "proposal.identifier",
            "“{text}” may name a person.",
            params={"text": ", ".join(words[:60] for _, words in found[:3])},
            where=found[0][0],
            hint="Nothing was signed. Take it out; or, if it names nobody, sign once more.",
        )


def _named(task: Task, texts: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    own = [
        *(turn.text for turn in task.prompt),
        *(response.text for response in task.responses),
        *(criterion.text for criterion in task.rubric.leaves),
    ]
    for where, text in texts:
        for one in identifiers(text):
            if not any(one.text in known for known in own):
                yield where, one.text


def propose_begun_now(session: Session, task: Task, begun: Begun) -> Letter:
    """Sign it for the next sync, and forget what was begun. Call it on the writer."""
    letter = propose_now(session, document(task, begun, session.parts.new_id()))
    session.workspace.work.set_note(KEY + task.id, None)
    return letter


def propose_from(session: Session, found: object, *, names_nobody: bool = False) -> Letter:
    """A proposal from a document: its members (see `propose_now`), or the line of a task that somebody wrote.

    names_nobody: somebody looked at what may name a person in it. InputError `proposal.shape`,
    `proposal.identifier`, or what is wrong with the line.
    """
    if not isinstance(found, Mapping):
        raise InputError("proposal.shape", "The proposal must be an object.", where="/")
    if "kind" not in found and {"prompt", "rubric"} <= set(found):
        found = {"kind": "task", "line": found}
    members = found
    if members.get("kind") == "task":
        _check_line(members.get("line"), names_nobody=names_nobody)
    elif members.get("task") is not None and not names_nobody:
        task = session.open(TaskId(str(members["task"]))).task
        for where, words in _named(task, _texts(members, "")):
            raise _may_name(words, task.id, where)
    return session.perform_now(lambda _: propose_now(session, members))


def _check_line(line: object, *, names_nobody: bool) -> None:
    from app.wire.jsonio import dumps
    from app.wire.work import check_task

    task, _ = check_task(dumps(line), "/line")
    if names_nobody:
        return
    for where, text in _texts(line):
        for one in identifiers(text):
            raise _may_name(one.text, task.id, where)


def _may_name(words: str, task: str, where: str) -> InputError:
    return InputError(
        "proposal.identifier",
        "“{text}” in task “{id}” may name a person.",
        params={"text": words[:60], "id": task},
        where=where,
        hint="Nothing was signed. Take it out; or, if it names nobody, say so with --names-nobody.",
    )


def _texts(value: object, where: str = "/line") -> Iterator[tuple[str, str]]:
    """Every text of a document a person may have written, with its place; ids and the like are none."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if name not in NO_WORDS:
                yield from _texts(inner, f"{where}/{name}")
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from _texts(inner, f"{where}/{n}")


def begun_of(session: Session, task: Task) -> Begun | None:
    """What was begun on this task and not sent."""
    kept = session.workspace.work.note(KEY + task.id)
    return Begun(**json.loads(kept)) if kept else None


def store(workspace: Workspace, task: str, begun: Begun) -> None:
    """Keep what was begun, or forget it while there are no words. Call it on the writer."""
    data = {name: getattr(begun, name) for name in Begun.__slots__}
    workspace.work.set_note(KEY + task, None if begun.empty else json.dumps(data, ensure_ascii=False))
