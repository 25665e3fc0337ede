"""Words that a lead's board and an expert's returns share."""

from __future__ import annotations

from app.domain.decisions import ErrorClass
from ui.i18n import mark

ERRORS: dict[str, str] = {
    ErrorClass.SLIP: mark("A slip"),
    ErrorClass.AMBIGUOUS_CRITERION: mark("The criterion is ambiguous"),
    ErrorClass.GUIDELINE_GAP: mark("A gap in the guideline"),
    ErrorClass.KNOWLEDGE: mark("Knowledge"),
    ErrorClass.OUTSIDE_FIELD: mark("Outside the grader’s field"),
}
