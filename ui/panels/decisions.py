"""Words that a lead's board, an expert's returns and her grading share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.decisions import ErrorClass
from ui.i18n import mark, tr

if TYPE_CHECKING:
    from app.services.opinions import Source

ERRORS: dict[str, str] = {
    ErrorClass.SLIP: mark("A slip"),
    ErrorClass.AMBIGUOUS_CRITERION: mark("The criterion is ambiguous"),
    ErrorClass.GUIDELINE_GAP: mark("A gap in the guideline"),
    ErrorClass.KNOWLEDGE: mark("Knowledge"),
    ErrorClass.OUTSIDE_FIELD: mark("Outside the grader’s field"),
}


def source_name(one: Source) -> str:
    """Whose opinion it is."""
    return tr("The key") if one.kind == "gold" else one.name or tr("AI judge")
