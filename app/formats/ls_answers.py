"""The `result` of a Label Studio annotation → a judgement. What it says and cannot be taken is named, never bent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.formats.base import Losses, Record
from app.formats.ls_config import SEPARATOR
from app.formats.ls_offsets import placed
from app.formats.ls_results import SIDES, one_of_many

UNKNOWN = "choices that the configuration does not know"
OTHER = "answers of a kind that is not read here"


def judgement(
    source: Mapping[str, Any],
    result: Sequence[object],
    texts: Mapping[str, str],
    loss: Losses,
    line: str = "",
) -> dict[str, Any]:
    """The judgement that an annotation of the server says. texts: the responses' texts, for quotes. line: where the
    annotation is, for what is named.

    A span that does not stand where it says is named and left out, never moved.
    """
    by_name: dict[str, list[Record]] = {}
    for control in source.get("controls") or []:
        by_name.setdefault(control["name"], []).append(control)
    read = _Read(texts, loss, f"{line}: " if line else "")
    for n, region in enumerate(result):
        if not isinstance(region, dict) or not isinstance(region.get("value"), dict):
            loss.note("answers that hold no value")
            continue
        controls = by_name.get(str(region.get("from_name")), [])
        if not controls:
            loss.note(f"answers to “{str(region.get('from_name'))[:100]}”, which is not asked here")
            continue
        read.take(controls, region["value"], f"ls{n}")
    return read.found


class _Read:
    """found: the judgement as it comes together. Each answer is read as what its control asks for."""

    def __init__(self, texts: Mapping[str, str], loss: Losses, where: str) -> None:
        self.found: dict[str, Any] = {}
        self._texts, self._loss, self._where = texts, loss, where

    def take(self, controls: list[Record], value: Record, name: str) -> None:
        control = controls[0]
        match control["panel"]:
            case "ratings" if control["type"] in ("choices", "taxonomy"):
                self._choose(controls, value)
            case "ratings":
                self._rate(control, value)
            case "preference" if isinstance(value.get("selected"), str) and value["selected"] in SIDES:
                self.found["preference"] = {"overall": {"value": SIDES[value["selected"]]}}
            case "ranking" if isinstance(value.get("ranker"), dict):
                order = next((v for v in value["ranker"].values() if isinstance(v, list)), [])
                self.found["ranking"] = {"places": {str(item): n for n, item in enumerate(order, 1)}}
            case "spans" if "start" in value and "end" in value:
                self._mark(control, value, name)
            case "ideal" if (said := self._words(value)) is not None:
                self.found["ideal"] = {"text": said}
            case panel if panel.startswith("comment") and (said := self._words(value)) is not None:
                self._part(control)["comment"] = said
            case _:
                self._loss.note(OTHER)

    def _part(self, control: Record) -> dict[str, Any]:
        found: dict[str, Any] = self.found.setdefault("responses", {}).setdefault(control["response"], {})
        return found

    def _rate(self, control: Record, value: Record) -> None:
        said = value.get("rating", value.get("number"))
        if isinstance(said, bool) or not isinstance(said, int | float):
            self._loss.note(OTHER)
            return
        self._part(control).setdefault("ratings", {})[control["item"]] = said

    def _choose(self, controls: list[Record], value: Record) -> None:
        said = value.get("choices", value.get("taxonomy"))
        listed = said if isinstance(said, list) else [said]
        chosen = [
            item if isinstance(item, str) else SEPARATOR.join(map(str, item))
            for item in listed
            if isinstance(item, str | list)
        ]
        choices = {one_of_many(one): one for one in controls}
        if None not in choices:
            for choice, one in choices.items():
                self._part(one).setdefault("ratings", {})[one["item"]] = int(choice in chosen)
            self._loss.note(UNKNOWN, sum(item not in choices for item in chosen))
            return
        control, known = controls[0], [item for item in chosen if item in controls[0]["values"]]
        self._loss.note(UNKNOWN, len(listed) - len(known))
        self._loss.note("further choices where one is asked for", len(known) - 1 if known else 0)
        if known:
            number = control["values"].index(known[0])
            self._part(control).setdefault("ratings", {})[control["item"]] = number

    def _words(self, value: Record) -> str | None:
        said = value.get("text")
        texts = [said] if isinstance(said, str) else said
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            return None
        self._loss.note("texts that were written apart and are one text here", max(len(texts) - 1, 0))
        return "\n\n".join(texts)

    def _mark(self, control: Record, value: Record, name: str) -> None:
        labels = value.get("labels", value.get("hypertextlabels"))
        names = [label for label in labels if isinstance(label, str)] if isinstance(labels, list) else []
        self._loss.note("further labels of a span", max(len(names) - 1, 0))
        text = self._texts.get(control["response"], "")
        start, end, quote = value["start"], value["end"], value.get("text")
        across = value.get("globalOffsets")
        if isinstance(across, dict) and isinstance(quote, str):
            start, end = across.get("start"), across.get("end")
        place = placed(text, start, end, quote)
        if place is None or not names:
            shown = (str(edge)[:40] for edge in (start, end))
            self._loss.note(
                "{}a span from {} to {} is no stretch of the text".format(self._where, *shown)
                if place is None
                else f"{self._where}a span without a label"
            )
            return
        span = {
            "id": name,
            "start": place[0],
            "end": place[1],
            "quote": text[slice(*place)],
            "label": names[0],
        }
        self._part(control).setdefault("spans", []).append(span)
