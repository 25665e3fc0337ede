"""Questions ⇄ their JSON in a task line, with the standard library only (see `codec.py`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.ids import ResponseId
from app.domain.questions import (
    Attribute,
    Dimension,
    Ideal,
    Label,
    Need,
    Panel,
    Preference,
    Questions,
    Ranking,
    Ratings,
    Safety,
    Spans,
    Steps,
)
from app.domain.rubric import Anchor
from app.domain.task import Response

Json = Mapping[str, Any]


def questions_from_json(data: Json | None, panels: Sequence[str], responses: Sequence[Response]) -> Questions:
    """A question that has sensible defaults (preference of the first two, ranking, safety, ideal) may be left out:
    naming its panel is enough."""
    found = data or {}

    def part(panel: Panel, *, by_default: bool = True) -> Json | None:
        given = found.get(panel)
        return given if given is not None else {} if by_default and panel in panels else None

    preference, ranking = part(Panel.PREFERENCE), part(Panel.RANKING)
    ratings, steps = part(Panel.RATINGS, by_default=False), part(Panel.STEPS, by_default=False)
    safety, ideal = part(Panel.SAFETY), part(Panel.IDEAL)
    spans = part(Panel.SPANS, by_default=False)
    return Questions(
        preference=_preference(preference, responses) if preference is not None else None,
        ranking=Ranking(bool(ranking.get("ties", False)), _need(ranking, "justification"))
        if ranking is not None
        else None,
        ratings=Ratings(tuple(_attribute(a) for a in ratings["attributes"])) if ratings is not None else None,
        steps=_steps(steps) if steps is not None else None,
        safety=_safety(safety) if safety is not None else None,
        spans=_spans(spans) if spans is not None else None,
        ideal=_ideal(ideal) if ideal is not None else None,
    )


def _need(data: Json, key: str) -> Need:
    return Need(data.get(key) or "optional")


def _preference(data: Json, responses: Sequence[Response]) -> Preference:
    ids = [r.id for r in responses]
    return Preference(
        first=ResponseId(data.get("first") or ids[0]),
        second=ResponseId(data.get("second") or ids[min(1, len(ids) - 1)]),
        dimensions=tuple(
            Dimension(d["id"], d.get("text") or "", d.get("help") or "")
            for d in data.get("dimensions") or ({"id": "overall"},)
        ),
        ties=bool(data.get("ties", True)),
        both_bad=bool(data.get("both_bad", True)),
        justification=_need(data, "justification"),
        min_characters=data.get("min_characters") or 0,
    )


def _attribute(data: Json) -> Attribute:
    return Attribute(
        id=data["id"],
        text=data.get("text") or data["id"],
        low=float(data.get("low", 1)),
        high=float(data.get("high", 5)),
        step=float(data.get("step", 1)),
        anchors=tuple(Anchor(float(a["value"]), a["label"]) for a in data.get("anchors") or ()),
        comment=_need(data, "comment"),
        help=data.get("help") or "",
        only=tuple(ResponseId(r) for r in data.get("only") or ()),
    )


def _steps(data: Json) -> Steps:
    return Steps(
        {ResponseId(r): tuple((s, e) for s, e in steps) for r, steps in data["steps"].items()},
        first_error=bool(data.get("first_error", True)),
        own=bool(data.get("own", True)),
        finish=bool(data.get("finish", True)),
    )


def _safety(data: Json) -> Safety:
    usual = Safety()
    return Safety(
        tuple(data.get("severities", usual.severities)),
        tuple(data.get("harmed", usual.harmed)),
    )


def _spans(data: Json) -> Spans:
    return Spans(
        tuple(
            Label(d["id"], d.get("text") or d["id"], d.get("parent") or "", d.get("help") or "")
            for d in data["labels"]
        ),
        severities=tuple(data.get("severities") or ()),
        overlap=bool(data.get("overlap", True)),
        least=data.get("least") or 0,
    )


def _ideal(data: Json) -> Ideal:
    return Ideal(
        required=bool(data.get("required", True)),
        graded=bool(data.get("graded", False)),
        reason=_need(data, "reason"),
        min_characters=data.get("min_characters") or 0,
    )


def questions_to_json(asked: Questions) -> dict[str, Any]:
    """Everything that is not as usual; a question wholly as usual is an empty object."""
    found: dict[str, Any] = {}
    if asked.preference:
        p = asked.preference
        found["preference"] = {
            "first": p.first,
            "second": p.second,
            "dimensions": [
                _without_empty({"id": d.id, "text": d.text, "help": d.help}) for d in p.dimensions
            ],
            "ties": p.ties,
            "both_bad": p.both_bad,
            "justification": str(p.justification),
            "min_characters": p.min_characters,
        }
    if asked.ranking:
        found["ranking"] = {
            "ties": asked.ranking.ties,
            "justification": str(asked.ranking.justification),
        }
    if asked.ratings:
        found["ratings"] = {"attributes": [_attribute_json(a) for a in asked.ratings.attributes]}
    if asked.steps:
        s = asked.steps
        found["steps"] = {
            "steps": {r: [list(step) for step in steps] for r, steps in s.steps.items()},
            "first_error": s.first_error,
            "own": s.own,
            "finish": s.finish,
        }
    if asked.safety:
        found["safety"] = {"severities": list(asked.safety.severities), "harmed": list(asked.safety.harmed)}
    if asked.spans:
        found["spans"] = {
            "labels": [
                _without_empty({"id": x.id, "text": x.text, "parent": x.parent, "help": x.help})
                for x in asked.spans.labels
            ],
            "severities": list(asked.spans.severities),
            "overlap": asked.spans.overlap,
            "least": asked.spans.least,
        }
    if asked.ideal:
        i = asked.ideal
        found["ideal"] = {
            "required": i.required,
            "graded": i.graded,
            "reason": str(i.reason),
            "min_characters": i.min_characters,
        }
    return found


def _attribute_json(a: Attribute) -> dict[str, Any]:
    return _without_empty(
        {
            "id": a.id,
            "text": a.text,
            "low": _number(a.low),
            "high": _number(a.high),
            "step": _number(a.step),
            "anchors": [{"value": _number(x.value), "label": x.label} for x in a.anchors],
            "comment": str(a.comment),
            "help": a.help,
            "only": list(a.only),
        }
    )


def _number(value: float) -> int | float:
    return int(value) if value.is_integer() else value


def _without_empty(data: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in data.items() if v not in ("", [])}
