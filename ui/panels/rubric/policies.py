"""The formulas of the scoring policies, marked for the catalogs: the domain speaks English only.

A test holds them equal to `app.domain.scoring.POLICIES`.
"""

from __future__ import annotations

from ui.i18n import mark

FORMULAS = (
    mark("No score is made of these judgements."),
    mark(
        "points of the criteria that are met ÷ all positive points; it can be negative, only the mean over tasks"
        " is cut to 0…1"
    ),
    mark("100 × criteria passed ÷ all criteria"),
    mark("weights of the criteria that are met ÷ all positive weights"),
    mark("(weights met − all negative weights) ÷ (all positive weights − all negative weights)"),
    mark("weights × (met 1, partly ½, not met 0) ÷ all positive weights"),
    mark("weights of the criteria that are met ÷ all weights (Critical 4, Major 3, Minor 2, Additional 1)"),
    mark("(points earned + occurrences × negative points) ÷ all positive points"),
    mark("each node: Σ weight × score of its children ÷ Σ weight; a leaf is 1 when met, else 0"),
)
UNDEFINED = (
    mark("no criterion with positive points is left to divide by"),
    mark("every criterion is set aside"),
)
