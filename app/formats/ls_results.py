"""Judgements ⇄ the `result` of a Label Studio annotation: one region an answer.

Label Studio marks text in a browser, whose strings count UTF-16 units; offsets here are code points. A span that is
read is placed by its quote, in whichever of the two it stands; what is written counts UTF-16 units.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.task import Task
from app.formats.base import Losses, Record
from app.formats.ls_config import SEPARATOR
from app.formats.writing import WIN, entry

SIDES = {"left": -WIN, "right": WIN}


def regions(
    task: Task, source: Mapping[str, Any], judgement: Mapping[str, Any], loss: Losses
) -> list[Record]:
    """The regions of one annotation, in the order of the configuration."""
    found: list[Record] = []
    multiple: dict[str, list[str]] = {}
    for control in source.get("controls") or []:
        if control["type"] == "choices" and "/" in control["item"] and control["item"] != control["name"]:
            if _rating(judgement, control) == 1:
                multiple.setdefault(control["name"], []).append(control["item"].partition("/")[2])
            continue
        found += [_region(control, kind, value) for kind, value in _values(task, control, judgement, loss)]
    for control in source.get("controls") or []:
        chosen = multiple.pop(control["name"], None)
        if chosen:
            found.append(_region(control, "choices", {"choices": chosen}))
    return found


def _values(
    task: Task, control: Record, judgement: Mapping[str, Any], loss: Losses
) -> list[tuple[str, dict[str, Any]]]:
    part = (judgement.get("responses") or {}).get(control["response"]) or {}
    match control["panel"]:
        case "ratings":
            value = _rating(judgement, control)
            return [] if value is None else [_scale(control, value)]
        case "preference":
            value = entry((judgement.get("preference") or {}).get("overall")).get("value")
            if not isinstance(value, int) or value == 0:
                return []
            if abs(value) != WIN:
                loss.note("how much better a text is")
            return [("pairwise", {"selected": "left" if value < 0 else "right"})]
        case "ranking":
            places = (judgement.get("ranking") or {}).get("places") or {}
            order = sorted(places, key=lambda r: places[r])
            return [("ranker", {"ranker": {"rank": order}})] if order else []
        case "spans":
            text = task.response(control["response"]).text
            return [
                _label(control, text, span, loss) for span in part.get("spans") or [] if span.get("label")
            ]
        case "ideal":
            return _words((judgement.get("ideal") or {}).get("text"))
    return _words(part.get("comment"))


def _words(said: Any) -> list[tuple[str, dict[str, Any]]]:
    return [("textarea", {"text": [said]})] if said else []


def _rating(judgement: Mapping[str, Any], control: Record) -> Any:
    part = (judgement.get("responses") or {}).get(control["response"]) or {}
    return entry((part.get("ratings") or {}).get(control["item"])).get("value")


def _scale(control: Record, value: float) -> tuple[str, dict[str, Any]]:
    number = int(value) if float(value).is_integer() else value
    match control["type"]:
        case "choices":
            return "choices", {"choices": [control["values"][int(value)]]}
        case "taxonomy":
            return "taxonomy", {"taxonomy": [control["values"][int(value)].split(SEPARATOR)]}
        case "number":
            return "number", {"number": number}
    return "rating", {"rating": number}


def _label(control: Record, text: str, span: Record, loss: Losses) -> tuple[str, dict[str, Any]]:
    loss.note("comments and severities of spans", bool(span.get("comment") or span.get("severity")))
    labels = "hypertextlabels" if control["type"] == "hypertextlabels" else "labels"
    start, end = (_units(text, span[edge]) for edge in ("start", "end"))
    return labels, {"start": start, "end": end, "text": span["quote"], labels: [span["label"]]}


def _units(text: str, offset: int) -> int:
    """Code points → UTF-16 units."""
    return offset + sum(c > "\uffff" for c in text[:offset])


def _points(text: str, units: int) -> int | None:
    """UTF-16 units → code points; None within a character or past the end."""
    at = 0
    for n, c in enumerate(text):
        if at >= units:
            return n if at == units else None
        at += 2 if c > "\uffff" else 1
    return len(text) if at == units else None


def placed(text: str, start: object, end: object, quote: object) -> tuple[int, int] | None:
    """Where a span of the server stands, in code points; None when its quote stands at neither place."""
    if (
        not isinstance(start, int)
        or not isinstance(end, int)
        or isinstance(start, bool)
        or not 0 <= start < end
    ):
        return None
    places = [(start, end), (_points(text, start), _points(text, end))]
    for first, last in reversed(places):
        inside = first is not None and last is not None and last <= len(text)
        if inside and (not isinstance(quote, str) or text[first:last] == quote):
            return first, last  # type: ignore[return-value]
    return None


def _region(control: Record, kind: str, value: dict[str, Any]) -> Record:
    said = f"{control['name']}\x1f{kind}\x1f{sorted(value.items())!r}"
    return {
        "id": hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:10],
        "from_name": control["name"],
        "to_name": control["to"],
        "type": kind,
        "value": value,
    }


def judgement(
    source: Mapping[str, Any], result: Sequence[object], texts: Mapping[str, str], loss: Losses
) -> dict[str, Any]:
    """The judgement that an annotation of the server says. texts: the responses' texts, for quotes.

    A span that does not stand where it says is named and left out, never moved.
    """
    found: dict[str, Any] = {}
    by_name: dict[str, list[Record]] = {}
    for control in source.get("controls") or []:
        by_name.setdefault(control["name"], []).append(control)
    for n, region in enumerate(result):
        if not isinstance(region, dict) or not isinstance(region.get("value"), dict):
            continue
        controls = by_name.get(str(region.get("from_name")), [])
        if not controls:
            loss.note(f"answers to “{region.get('from_name')}”, which is not asked here")
            continue
        _take(found, controls, region["value"], texts, f"ls{n}", loss)
    return found


def _take(
    found: dict[str, Any],
    controls: list[Record],
    value: Record,
    texts: Mapping[str, str],
    name: str,
    loss: Losses,
) -> None:
    control = controls[0]
    response = control["response"]
    part = found.setdefault("responses", {}).setdefault(response, {})
    ratings = part.setdefault("ratings", {})
    if "rating" in value or "number" in value:
        ratings[control["item"]] = value.get("rating", value.get("number"))
    elif "choices" in value or "taxonomy" in value:
        chosen = [
            c if isinstance(c, str) else SEPARATOR.join(c)
            for c in value.get("choices") or value.get("taxonomy") or ()
        ]
        if len(controls) > 1:
            for one in controls:
                ratings[one["item"]] = int(one["item"].partition("/")[2] in chosen)
        elif chosen and chosen[0] in control["values"]:
            ratings[control["item"]] = control["values"].index(chosen[0])
        else:
            loss.note("choices that the configuration does not know")
    elif value.get("selected") in SIDES:
        found["preference"] = {"overall": {"value": SIDES[value["selected"]]}}
    elif isinstance(value.get("ranker"), dict):
        order = next((v for v in value["ranker"].values() if isinstance(v, list)), [])
        found["ranking"] = {"places": {item: n for n, item in enumerate(order, 1)}}
    elif isinstance(value.get("text"), list):
        text = "\n\n".join(str(t) for t in value["text"])
        if control["panel"] == "ideal":
            found["ideal"] = {"text": text}
        else:
            part["comment"] = text
    elif "start" in value and "end" in value:
        label = (value.get("labels") or value.get("hypertextlabels") or [""])[0]
        text = texts.get(response, "")
        place = placed(text, value["start"], value["end"], value.get("text"))
        if place is None:
            loss.note(f"a span from {value['start']} to {value['end']} is no stretch of the text")
        else:
            span = {
                "id": name,
                "start": place[0],
                "end": place[1],
                "quote": text[slice(*place)],
                "label": label,
            }
            part.setdefault("spans", []).append(span)
    else:
        loss.note("answers of a kind that is not read here")
    if not ratings:
        part.pop("ratings", None)
