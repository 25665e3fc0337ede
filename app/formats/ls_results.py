"""Judgements ⇄ the `result` of a Label Studio annotation: one region an answer.

Offsets of text labels are code points here and in what is written; `units` says which the server's are.
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
            return [_label(control, span, loss) for span in part.get("spans") or [] if span.get("label")]
        case "ideal":
            text = (judgement.get("ideal") or {}).get("text")
            return [("textarea", {"text": [text]})] if text else []
    text = part.get("comment")
    return [("textarea", {"text": [text]})] if text else []


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


def _label(control: Record, span: Record, loss: Losses) -> tuple[str, dict[str, Any]]:
    loss.note("comments and severities of spans", bool(span.get("comment") or span.get("severity")))
    labels = "hypertextlabels" if control["type"] == "hypertextlabels" else "labels"
    value = {"start": span["start"], "end": span["end"], "text": span["quote"], labels: [span["label"]]}
    return labels, value


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
        start, end, text = value["start"], value["end"], texts.get(response, "")
        if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end <= len(text):
            loss.note(f"a span from {start} to {end} is no stretch of the text")
        else:
            span = {"id": name, "start": start, "end": end, "quote": text[start:end], "label": label}
            part.setdefault("spans", []).append(span)
    else:
        loss.note("answers of a kind that is not read here")
    if not ratings:
        part.pop("ratings", None)
