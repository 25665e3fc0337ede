"""Pieces of text that a person writes again and again: kept in the encrypted workspace, put in by name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.errors import InputError
from app.services.session import Session

if TYPE_CHECKING:
    from app.storage.workspace import Workspace

KEY = "snippets"
MOST = 500
LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Snippet:
    name: str
    text: str


def snippets(session: Session) -> tuple[Snippet, ...]:
    """By name."""
    found = _kept(session.workspace)
    return tuple(
        Snippet(name, text) for name, text in sorted(found.items(), key=lambda item: item[0].casefold())
    )


def _kept(workspace: Workspace) -> dict[str, str]:
    kept = workspace.work.note(KEY)
    return dict(json.loads(kept)) if kept else {}


def keep(workspace: Workspace, name: str, text: str) -> None:
    """Add a snippet, or change the one of that name. InputError when it has no name, no text, or is too long.

    For the writer, as is `remove`.
    """
    plain = " ".join(name.split())
    if not plain or not text.strip():
        raise InputError("snippet.empty", "A snippet needs a name and a text.", hint="Nothing was kept.")
    if len(plain) > 80 or len(text) > LONGEST:
        raise InputError(
            "snippet.long",
            "A snippet's name holds at most 80 characters, its text {n}.",
            params={"n": LONGEST},
            hint="Nothing was kept.",
        )
    found = _kept(workspace)
    if len(found) >= MOST and plain not in found:
        raise InputError("snippet.many", "There are {n} snippets already.", params={"n": MOST})
    _store(workspace, found | {plain: text})


def remove(workspace: Workspace, name: str) -> None:
    _store(workspace, {n: t for n, t in _kept(workspace).items() if n != name})


def _store(workspace: Workspace, found: dict[str, str]) -> None:
    workspace.work.set_note(KEY, json.dumps(found, ensure_ascii=False) if found else None)
