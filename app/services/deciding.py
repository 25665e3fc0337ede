"""A decision from a document, as scripts write one: all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.places import place_in
from app.errors import InputError
from app.services.board import board_of
from app.services.leading import adopt_now, comment_now, decide_now, flag_gap_now, override_now
from app.services.replies import DecisionReply
from app.services.session import Session


def decide_from(session: Session, task: str, document: object) -> DecisionReply:
    """{kind, rulings: [{response, criterion | path, adopt | value, error_class, reason, doubt}], comment,
    gap: {text, criteria}} → {task, decision, digest, kind}. path: of a place that is no criterion, as the board
    names it; doubt: with the verdict “cannot judge” (`Doubt`).
    """
    if not isinstance(document, Mapping):
        raise InputError("decide.shape", "The decision must be an object.", where="/")
    with session.workspace.together():
        for n, one in enumerate(document.get("rulings") or ()):
            _rule_from(session, task, one, f"/rulings/{n}")
        if document.get("comment"):
            comment_now(session, task, str(document["comment"]))
        gap = document.get("gap")
        if isinstance(gap, Mapping):
            flag_gap_now(session, task, str(gap.get("text", "")), [str(c) for c in gap.get("criteria") or ()])
        try:
            done = decide_now(session, task, str(document.get("kind", "")))
        except ValueError as exc:
            raise InputError("decide.kind", "The kind of decision is not known.", where="/kind") from exc
    return {"task": done.task, "decision": done.decision, "digest": done.digest, "kind": done.kind}


def _rule_from(session: Session, task: str, one: object, where: str) -> None:
    named = one if isinstance(one, Mapping) else {}
    place = place_in(board_of(session.workspace, task).task, named)
    if place is None:
        raise InputError(
            "decide.place",
            "A ruling names a response and a criterion, or the path of another answer.",
            where=where,
        )
    reason = str(named.get("reason") or "")
    if named.get("adopt") is not None:
        adopt_now(session, task, place, str(named["adopt"]), reason)
    else:
        error_class = str(named.get("error_class") or "")
        doubt = str(named.get("doubt") or "")
        override_now(session, task, place, named.get("value", ""), error_class, reason, doubt)
