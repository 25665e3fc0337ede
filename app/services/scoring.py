"""Scores for scripts: a document of criteria and verdicts in, the score and its sum out."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.batch import PolicyRef
from app.domain.codec import number, rubric_from_json
from app.domain.ids import CriterionId
from app.domain.scoring import POLICIES, Score, policy, summary
from app.domain.verdict import Mark, Value
from app.errors import InputError
from app.services.replies import ScoreList, ScoreReply


def score_json(found: Score) -> ScoreReply:
    """As `--json` prints it."""
    return {
        "score": found.value,
        "policy": found.policy,
        "earned": number(found.earned),
        "possible": number(found.possible),
        "won": number(found.won),
        "lost": number(found.lost),
        "low": found.low,
        "high": found.high,
        "open": found.open,
        "reason": found.reason,
        "breakdown": [
            {
                "id": line.id,
                "points": number(line.points),
                "value": line.value,
                "earned": number(line.earned),
                "possible": number(line.possible),
            }
            for line in found.lines
        ],
    }


def score_document(name: str, data: bytes, *, where: str) -> ScoreReply | ScoreList:
    """Score one `{"criteria", "verdicts"}` or a list of them; InputError names what is wrong."""
    from app.wire.jsonio import loads

    known = POLICIES.get(name)
    ref = PolicyRef(name, known.version if known else 1)
    unit = policy(ref).unit
    document = loads(data, where=where)
    if isinstance(document, list):
        entries = [_one(ref, entry, f"{where} [{i}]") for i, entry in enumerate(document)]
        found = summary([e.value for e in entries], unit)
        return {
            "entries": [score_json(e) for e in entries],
            "mean": found.mean,
            "clipped_mean": found.clipped_mean,
            "policy": str(ref),
        }
    return score_json(_one(ref, document, where))


def _one(ref: PolicyRef, entry: object, where: str) -> Score:
    """The score of an entry; what is wrong with it is said with where it stands."""
    try:
        return _scored(ref, entry, where)
    except InputError as exc:
        exc.where = exc.where or where
        raise


def _scored(ref: PolicyRef, entry: object, where: str) -> Score:
    if (
        not isinstance(entry, Mapping)
        or "criteria" not in entry
        or not isinstance(entry.get("verdicts"), Mapping)
    ):
        raise InputError(
            "score.shape",
            "A score needs an object with “criteria” (a list) and “verdicts” (an object).",
            where=where,
        )
    try:
        rubric = rubric_from_json(entry)
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise InputError(
            "score.criteria",
            "A criterion is not written as expected: {what}.",
            params={"what": str(exc)[:80]},
            where=where,
        ) from exc
    values: dict[CriterionId, Value] = {}
    for key, value in entry["verdicts"].items():
        if key not in rubric:
            raise InputError(
                "score.unknown",
                "There is a verdict on “{id}”, which is no criterion.",
                params={"id": str(key)[:40]},
                where=where,
            )
        if value is not None:
            values[CriterionId(key)] = _value(value)
    return policy(ref).score(rubric, values)


def _value(value: object) -> Value:
    """A boolean is read as met or not met, as HealthBench's own grades write it."""
    if isinstance(value, bool):
        return str(Mark.MET if value else Mark.NOT_MET)
    if isinstance(value, str | int | float):
        return value
    raise InputError("score.value", "A verdict is text or a number.")
