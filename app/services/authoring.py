"""Writing a task: a case in a layman's and a professional's words, its rubric, its ideal answer.

Drafts are kept in the encrypted workspace as they are typed. Before one may leave, everything in it that looks like a
person's name, date of birth, number or address has to be looked at.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from app.domain import lint
from app.domain.codec import criterion_from_json, criterion_to_json
from app.domain.identifiers import Found, identifiers
from app.domain.rubric import Criterion, Kind, Rubric
from app.errors import InputError
from app.services.lettering import Letter, letters, now
from app.services.returns import propose_now
from app.services.session import Session

if TYPE_CHECKING:
    from app.storage.workspace import Workspace

KEY = "draft/"
INDEX = "drafts"
FIELDS = ("title", "layman", "professional", "ideal")
PLAIN = (*FIELDS, "field", "language", "changed_at", "sent_at", "letter")

LACKS = {
    "title": "The title is empty.",
    "layman": "The case in a layman’s words is empty.",
    "professional": "The case in a professional’s words is empty.",
    "ideal": "The ideal answer is empty.",
    "rubric": "The rubric has no criterion, or one without words.",
}
"""What keeps a draft from leaving, in words."""


@dataclass(frozen=True, slots=True)
class Draft:
    """looked_at: texts that look like identifiers and that the author says are none.

    letter: the id of the signed proposal it was sent as; while there is one, the draft is not written on.
    """

    id: str
    title: str = ""
    layman: str = ""
    professional: str = ""
    ideal: str = ""
    field: str = ""
    language: str = ""
    criteria: tuple[Criterion, ...] = ()
    looked_at: frozenset[str] = frozenset()
    changed_at: str = ""
    sent_at: str = ""
    letter: str = ""

    @property
    def empty(self) -> bool:
        return not (self.title or self.layman or self.professional or self.ideal or self.criteria)

    @property
    def sent(self) -> bool:
        return bool(self.letter)


@dataclass(frozen=True, slots=True)
class Suspect:
    """where: title, field, layman, professional, ideal, a criterion's id, or that and `/tags`. found: its place."""

    where: str
    found: Found


@dataclass(frozen=True, slots=True)
class Standing:
    """lacks: what keeps the draft from leaving, names of `LACKS` (`rubric` for criteria). doubts: advice only.

    cleared: places that look like an identifier too, of which the author said that they name nobody.
    """

    lacks: tuple[str, ...]
    suspects: tuple[Suspect, ...]
    doubts: tuple[lint.Finding, ...] = field(default=())
    cleared: int = 0

    @property
    def ready(self) -> bool:
        return not self.lacks and not self.suspects


def drafts(session: Session) -> tuple[Draft, ...]:
    """The newest first."""
    found = [draft(session, i) for i in _ids(session.workspace)]
    return tuple(sorted(found, key=lambda d: d.changed_at, reverse=True))


def _ids(workspace: Workspace) -> list[str]:
    kept = workspace.work.note(INDEX)
    return [str(i) for i in json.loads(kept)] if kept else []


def draft(session: Session, wanted: str) -> Draft:
    """InputError `draft.unknown`."""
    kept = session.workspace.work.note(KEY + wanted)
    if kept is None:
        raise InputError("draft.unknown", "There is no draft “{id}”.", params={"id": wanted[:40]})
    return _from_json(json.loads(kept))


def begin(session: Session, *, field_: str = "", language: str = "") -> Draft:
    """A new, empty draft; nothing is kept until something is written."""
    return Draft(session.parts.new_id(), field=field_, language=language)


def keep(session: Session, changed: Draft) -> Draft:
    """Keep the draft as it is now. Returns it with its time."""
    kept = replace(changed, changed_at=now(session))
    session.perform(lambda workspace: store(workspace, kept))
    return kept


def store(workspace: Workspace, draft: Draft) -> None:
    """Write the draft into the workspace as it is. Call it on the writer."""
    ids = _ids(workspace)
    if draft.id not in ids:
        workspace.work.set_note(INDEX, json.dumps([*ids, draft.id]))
    workspace.work.set_note(KEY + draft.id, json.dumps(_to_json(draft), ensure_ascii=False))


def discard(session: Session, wanted: str) -> None:
    """Take a draft away for good; what was sent of it stays with the lab."""
    session.perform(lambda workspace: drop(workspace, wanted))


def drop(workspace: Workspace, wanted: str) -> None:
    """As `discard`, on the writer."""
    ids = [i for i in _ids(workspace) if i != wanted]
    workspace.work.set_note(INDEX, json.dumps(ids) if ids else None)
    workspace.work.set_note(KEY + wanted, None)


def copied(session: Session, found: Draft) -> Draft:
    """A new draft with the same words; nothing is kept of it yet."""
    return replace(found, id=session.parts.new_id(), changed_at="", sent_at="", letter="")


def send_now(session: Session, wanted: str) -> Draft:
    """Sign the kept draft as a proposal for the next sync. InputError when it may not leave, or is sent already."""
    found = draft(session, wanted)
    if found.sent:
        raise InputError("draft.sent", "This task has been sent already.", hint="Nothing was sent again.")
    letter = propose_now(session, {"kind": "task", "line": checked_line(found)})
    sent = replace(found, letter=letter.id, sent_at=now(session))
    store(session.workspace, sent)
    return sent


def reopen_now(session: Session, wanted: str) -> Draft:
    """Back to writing: a proposal that never left is taken back, one that the lab refused is left to it.

    InputError `outbox.sent` when it may have left this computer.
    """
    found = draft(session, wanted)
    letter = letter_of(session, found)
    if letter is not None and letter.state != "parked":
        session.workspace.letters.withdraw(letter.id)
    opened = replace(found, letter="", sent_at="")
    store(session.workspace, opened)
    return opened


def letter_of(session: Session, found: Draft) -> Letter | None:
    """The signed proposal that the draft was sent as, with its state."""
    return next((one for one in letters(session, "proposal") if one.id == found.letter), None)


def texts(found: Draft) -> dict[str, str]:
    """Every text of the draft by where it stands; criteria by their ids."""
    return (
        {name: getattr(found, name) for name in (*FIELDS, "field")}
        | {str(c.id): c.text for c in found.criteria}
        | {f"{c.id}/tags": ", ".join(c.tags) for c in found.criteria if c.tags}
    )


def suspects(found: Draft) -> tuple[Suspect, ...]:
    """What looks like an identifier, looked at or not."""
    return tuple(Suspect(where, one) for where, text in texts(found).items() for one in identifiers(text))


def standing(found: Draft) -> Standing:
    lacks = [
        name for name in ("title", "professional", "layman", "ideal") if not getattr(found, name).strip()
    ]
    leaves = [c for c in found.criteria if c.kind is not Kind.GROUP]
    doubts = lint.lint(found.criteria)
    if not leaves or any(d.doubt is lint.Doubt.EMPTY for d in doubts):
        lacks.append("rubric")
    every = suspects(found)
    open_ = tuple(one for one in every if one.found.text not in found.looked_at)
    return Standing(tuple(lacks), open_, doubts, len(every) - len(open_))


def checked(found: Draft) -> None:
    """InputError when the draft may not leave yet, saying the first reason."""
    now = standing(found)
    if now.lacks:
        raise InputError(
            "draft.incomplete",
            LACKS[now.lacks[0]],
            where=now.lacks[0],
            hint="The task is not whole yet. It is kept as a draft.",
        )
    if now.suspects:
        first = now.suspects[0]
        raise InputError(
            "draft.identifier",
            "“{text}” may name a person ({n} such places).",
            params={"text": first.found.text[:60], "n": len(now.suspects)},
            where=first.where,
            hint="It is kept as a draft, and nothing left. Take it out, or say that it names nobody.",
        )


def task_line(found: Draft) -> dict[str, Any]:
    """The task as a task line: asked in the professional's words, both wordings beside it, the ideal answer as
    reference. The lab adds the responses to judge."""
    checked(found)
    rubric = Rubric(found.criteria)
    return {
        "v": 1,
        "id": found.id,
        "title": found.title,
        "language": found.language,
        "prompt": [{"role": "user", "text": found.professional}],
        "wordings": {"layman": found.layman, "professional": found.professional},
        "responses": [{"id": "ideal", "text": found.ideal}],
        "rubric": {"version": rubric.version, "criteria": [criterion_to_json(c) for c in rubric.criteria]},
        "reference": found.ideal,
        "tags": [found.field] if found.field else [],
    }


def checked_line(found: Draft) -> dict[str, Any]:
    """As `task_line`, and held against the schema of tasks as the lab will. InputError."""
    from app.wire.jsonio import dumps
    from app.wire.work import check_task

    line = task_line(found)
    check_task(dumps(line), "/line")
    return line


def _to_json(found: Draft) -> dict[str, Any]:
    return {name: getattr(found, name) for name in ("id", *PLAIN)} | {
        "criteria": [criterion_to_json(c) for c in found.criteria],
        "looked_at": sorted(found.looked_at),
    }


def _from_json(data: Mapping[str, Any]) -> Draft:
    plain = {name: data.get(name, "") for name in PLAIN}
    return Draft(
        id=data["id"],
        criteria=tuple(criterion_from_json(c) for c in data.get("criteria", ())),
        looked_at=frozenset(data.get("looked_at", ())),
        **plain,
    )
