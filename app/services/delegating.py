"""What a lead suggests to leave to an AI judge (G5): read off the delegation report, signed, sent by a sync."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.domain.decisions import DecisionKind
from app.domain.ids import BatchId
from app.domain.verdict import MAX_TEXT
from app.errors import InputError, TrustError
from app.services.lead_store import role_of
from app.services.lettering import Letter, now, write
from app.services.session import Session

if TYPE_CHECKING:
    from app.agreement.reports.blocks import Delegable


def suggest_now(session: Session, batch: str, delegable: Sequence[Delegable], comment: str = "") -> Letter:
    """Sign the suggestion. delegable: of a delegation report of this batch; comment: the lead's own words.

    TrustError `role.lead` for somebody who is no lead; InputError `delegate.none` where nothing may be left, and for a
    batch that is not here.
    """
    if role_of(session.workspace) != "lead":
        raise TrustError("role.lead", "Only leads decide.")
    if not delegable:
        raise InputError(
            "delegate.none",
            "Nothing may be left to a judge so far.",
            hint="The delegation report says what is missing: agreement, or tasks.",
        )
    about = json.loads(session.workspace.lab.batch(BatchId(batch)).payload)
    return write(
        session,
        "decision",
        {
            "lead": session.identity.expert,
            "batch": batch,
            "kind": str(DecisionKind.DELEGATE),
            "suggestions": [_suggestion(one) for one in delegable],
            "comment": comment.strip()[:MAX_TEXT],
            "rubric_version": about["rubric_version"],
            "guideline_version": about["guideline_version"],
            "decided": now(session),
        },
    )


def _suggestion(one: Delegable) -> dict[str, str]:
    """The figures in the words of the lab's language, English; a criterion without its name, a tag with it."""
    judge = f" ({one.judge})" if one.judge else ""
    reason = f"Gwet's AC1 is at least {one.low:.2f} over {one.tasks} tasks{judge}."
    return (
        {"criterion": one.criterion, "reason": reason}
        if one.criterion
        else {"tag": one.tag, "reason": reason}
    )
