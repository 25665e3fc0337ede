"""K2: every rater's verdicts, and the aggregate of each unit with how it came about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from app.agreement.reports.source import Graded, Source, credit, verdict
from app.domain.decisions import Standing, standing
from app.domain.rubric import Kind
from app.domain.verdict import Mark, Value

RATER_COLUMNS = (
    "batch", "task", "response", "model", "criterion", "points", "tags", "rater", "value", "comment",
    "confidence", "reason", "submitted", "result_digest",
)  # fmt: skip
AGGREGATE_COLUMNS = (
    "batch", "task", "response", "model", "criterion", "points", "tags", "value", "standing", "raters",
    "counts", "mean_credit", "decision_digest", "result_digests",
)  # fmt: skip
Row = dict[str, object]


def standings(source: Source) -> dict[str, Standing]:
    """How sure each task's verdicts are."""
    found = {}
    for task, results in source.by_task.items():
        decided = source.decided.get(task)
        found[task] = standing(
            results[0].task,
            [one.judgement for one in results],
            settled=decided is not None and decided.judgement is not None,
            disputed=decided is not None and decided.disputed,
        )
    return found


def rater_rows(source: Source) -> Iterator[Row]:
    """One row a rater and criterion; every rater is kept, whatever was decided."""
    for one in _ordered(source):
        for response in one.task.responses:
            for criterion in one.task.rubric.leaves:
                found = ((one.judgement.get("responses") or {}).get(response.id) or {}).get("verdicts") or {}
                said = found.get(criterion.id)
                leaves = said if isinstance(said, dict) else {"value": said}
                if leaves.get("value") in (None, ""):
                    continue
                yield {
                    "batch": source.batch,
                    "task": one.task.id,
                    "response": response.id,
                    "model": one.models.get(response.id, ""),
                    "criterion": criterion.id,
                    "points": criterion.points,
                    "tags": list(criterion.tags),
                    "rater": one.rater,
                    "value": leaves["value"],
                    "comment": leaves.get("comment") or "",
                    "confidence": leaves.get("confidence") or "",
                    "reason": leaves.get("reason") or "",
                    "submitted": one.submitted,
                    "result_digest": one.digest,
                }


def aggregate_rows(source: Source) -> Iterator[Row]:
    """One row a criterion. value: what all say, or what was decided; empty where it is unresolved.

    standing: of this unit: unanimous (two raters at least, all the same), adjudicated (a decision's final
    verdict), unresolved. counts: raters by value. mean_credit: over raters who gave one.
    """
    for task_id, results in sorted(source.by_task.items()):
        task, decided = results[0].task, source.decided.get(task_id)
        for response in task.responses:
            for criterion in task.rubric.leaves:
                said = [verdict(one.judgement, response.id, criterion.id) for one in results]
                values = [value for value in said if value is not None]
                final = None
                if decided is not None and decided.judgement is not None and not decided.disputed:
                    final = verdict(decided.judgement, response.id, criterion.id)
                if not values and final is None:
                    continue
                same = len(values) > 1 and len(set(values)) == 1 and criterion.kind is not Kind.FREE
                if final is not None:
                    how, value = Standing.ADJUDICATED, final
                elif same and values[0] != Mark.CANNOT_JUDGE and not (decided and decided.disputed):
                    how, value = Standing.UNANIMOUS, values[0]
                else:
                    how, value = Standing.UNRESOLVED, ""
                credits = [c for c in (credit(criterion, v) for v in values) if c is not None]
                yield {
                    "batch": source.batch,
                    "task": task_id,
                    "response": response.id,
                    "model": results[0].models.get(response.id, ""),
                    "criterion": criterion.id,
                    "points": criterion.points,
                    "tags": list(criterion.tags),
                    "value": value,
                    "standing": str(how),
                    "raters": len(values),
                    "counts": {} if criterion.kind is Kind.FREE else _counts(values),
                    "mean_credit": round(sum(credits) / len(credits), 6) if credits else None,
                    "decision_digest": decided.digest if decided is not None and final is not None else "",
                    "result_digests": sorted(one.digest for one in results if one.digest),
                }


def _counts(values: list[Value]) -> dict[str, int]:
    return dict(sorted(Counter(str(value) for value in values).items()))


def _ordered(source: Source) -> list[Graded]:
    return sorted(source.graded, key=lambda one: (one.task.id, one.rater, one.submitted))
