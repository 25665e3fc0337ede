"""Judgements → the `result` of a Label Studio annotation: one region an answer. What has no place there is named."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.task import Task
from app.formats.base import Losses, Record
from app.formats.ls_config import SEPARATOR
from app.formats.ls_offsets import units
from app.formats.writing import WIN, WORDS, entry

META = "assay"
"""Of each region's `meta` in a file: who judged. Label Studio keeps it, and takes who imports for the annotator."""
SIDES = {"left": -WIN, "right": WIN}
TEXTS = ("name", "to", "type", "panel", "response", "item")


def controls_of(task: Task, source: Mapping[str, Any]) -> list[Record]:
    """How the answers of a task are written back, as its source says; what is no such thing is left out."""
    found = source.get("controls")
    responses = {r.id for r in task.responses}
    return [
        control
        for control in (found if isinstance(found, list) else [])
        if isinstance(control, dict)
        and all(isinstance(control.get(name), str) for name in TEXTS)
        and control["response"] in responses
        and isinstance(control.get("values"), list)
        and all(isinstance(value, str) for value in control["values"])
    ]


def one_of_many(control: Record) -> str | None:
    """The choice that a control asks yes or no about; None of one that asks for a single answer."""
    if isinstance(control.get("value"), str):
        return str(control["value"])
    name, _, value = control["item"].partition("/")
    return value if control["type"] == "choices" and value and name == control["name"] else None


def regions(
    task: Task, source: Mapping[str, Any], judgement: Mapping[str, Any], loss: Losses
) -> list[Record]:
    """The regions of one annotation, in the order of the configuration; choices that go together come last."""
    controls = controls_of(task, source)
    found: list[Record] = []
    chosen: dict[str, tuple[Record, list[str]]] = {}
    for control in controls:
        value = one_of_many(control)
        if value is None:
            found += [_region(control, kind, said) for kind, said in _values(task, control, judgement, loss)]
        elif _rating(judgement, control) == 1:
            chosen.setdefault(control["name"], (control, []))[1].append(value)
    for control, names in chosen.values():
        several = {
            "choices": names,
            "taxonomy": [name.split(SEPARATOR) for name in names],
        }
        kind = control["type"] if control["type"] in several else "choices"
        found.append(_region(control, kind, {kind: several[kind]}))
    _name_the_rest(controls, judgement, loss)
    return found


def _values(
    task: Task, control: Record, judgement: Mapping[str, Any], loss: Losses
) -> list[tuple[str, dict[str, Any]]]:
    part = _part(judgement, control["response"])
    match control["panel"]:
        case "ratings":
            value = _rating(judgement, control)
            return _scale(control, value, loss) if isinstance(value, int | float) else []
        case "preference":
            value = entry((judgement.get("preference") or {}).get("overall")).get("value")
            if not isinstance(value, int) or value == 0:
                loss.note("ties, and pairs of which both are bad", value is not None)
                return []
            loss.note("how much better a text is", abs(value) != WIN)
            return [("pairwise", {"selected": "left" if value < 0 else "right"})]
        case "ranking":
            places = (judgement.get("ranking") or {}).get("places") or {}
            loss.note("responses that share a place", len(places) - len(set(places.values())))
            order = sorted(places, key=lambda r: places[r])
            return [("ranker", {"ranker": {"rank": order}})] if order else []
        case "spans":
            text = next(r.text for r in task.responses if r.id == control["response"])
            labelled = [span for span in part.get("spans") or [] if span.get("label")]
            return [_label(control, text, span, loss) for span in labelled]
        case "ideal":
            return _words((judgement.get("ideal") or {}).get("text"))
    return _words(part.get("comment"))


def _part(judgement: Mapping[str, Any], response: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = (judgement.get("responses") or {}).get(response) or {}
    return found


def _words(said: Any) -> list[tuple[str, dict[str, Any]]]:
    return [("textarea", {"text": [said]})] if said else []


def _rating(judgement: Mapping[str, Any], control: Record) -> Any:
    ratings = _part(judgement, control["response"]).get("ratings") or {}
    return entry(ratings.get(control["item"])).get("value")


def _scale(control: Record, value: float, loss: Losses) -> list[tuple[str, dict[str, Any]]]:
    number = int(value) if float(value).is_integer() else value
    values = control["values"]
    match control["type"]:
        case "choices" | "taxonomy":
            if not 0 <= value < len(values):
                loss.note("choices that the configuration does not know")
                return []
            chosen = values[int(value)]
            if control["type"] == "choices":
                return [("choices", {"choices": [chosen]})]
            return [("taxonomy", {"taxonomy": [chosen.split(SEPARATOR)]})]
        case "number":
            return [("number", {"number": number})]
    return [("rating", {"rating": number})]


def _label(control: Record, text: str, span: Record, loss: Losses) -> tuple[str, dict[str, Any]]:
    loss.note("comments and severities of spans", bool(span.get("comment") or span.get("severity")))
    labels = "hypertextlabels" if control["type"] == "hypertextlabels" else "labels"
    start, end = (units(text, span[edge]) for edge in ("start", "end"))
    return labels, {"start": start, "end": end, "text": span["quote"], labels: [span["label"]]}


def _region(control: Record, kind: str, value: dict[str, Any]) -> Record:
    said = f"{control['name']}\x1f{kind}\x1f{sorted(value.items())!r}"
    return {
        "id": hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:10],
        "from_name": control["name"],
        "to_name": control["to"],
        "type": kind,
        "value": value,
    }


def _name_the_rest(controls: Sequence[Record], judgement: Mapping[str, Any], loss: Losses) -> None:
    """Answers of a kind that Label Studio has, which no control of this task asks for."""
    asked = {(c["panel"], c["response"], c["item"] if c["panel"] == "ratings" else "") for c in controls}
    panels = {panel for panel, _, _ in asked}

    def rest(word: str, times: int) -> None:
        loss.note(f"{WORDS[word]} that the configuration has no place for", times)

    for response, part in (judgement.get("responses") or {}).items():
        rated = part.get("ratings") or {}
        rest("ratings", sum(("ratings", response, item) not in asked for item in rated))
        loss.note("comments on a rating", sum(bool(entry(one).get("comment")) for one in rated.values()))
        placed = ("spans", response, "") in asked
        spans = part.get("spans") or []
        rest("spans", sum(not placed or not span.get("label") for span in spans))
        rest("comment", bool(part.get("comment")) and (f"comment {response}", response, "") not in asked)
    ideal, ranking = judgement.get("ideal") or {}, judgement.get("ranking") or {}
    rest("preference", "overall" in (judgement.get("preference") or {}) and "preference" not in panels)
    rest("ranking", bool(ranking.get("places")) and "ranking" not in panels)
    rest("ideal", bool(ideal.get("text")) and "ideal" not in panels)
    loss.note("where ideal answers began, and why they were changed", bool(ideal.keys() & {"base", "reason"}))
    loss.note("justifications of a ranking", bool(ranking.get("justification")))
