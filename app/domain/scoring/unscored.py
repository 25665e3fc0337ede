"""The policy of batches that ask for no verdicts: preferences, rankings, ratings, spans."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.ids import CriterionId
from app.domain.rubric import Rubric
from app.domain.scoring.result import Score
from app.domain.verdict import Value


class Unscored:
    name, version, unit = "unscored", 1, 1.0
    formula = "No score is made of these judgements."

    def score(self, rubric: Rubric, values: Mapping[CriterionId, Value]) -> Score:
        return Score(None, "unscored 1", 1.0, 0.0, 0.0, 0.0, None, None, 0, (), self.formula)


UNSCORED = Unscored()
