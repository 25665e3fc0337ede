"""What a Label Studio configuration asks → questions of ours, and for each how its answer is written back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.formats import drafts
from app.formats.base import Losses, Record
from app.formats.ls_config import Asked, Config

MAX_STEPS = 101
MAX_ATTRIBUTES = 50
MAX_LABELS = 500
MAX_WORDS = 500
MAX_NAME = 150
"""Of what a task line can ask: values of a scale, scales, kinds of spans; characters of a title and of a name."""


class Built:
    """The questions as they come together. controls: how each answer is written back."""

    def __init__(self, responses: list[str], places: Mapping[str, list[str]], config: Config) -> None:
        self.questions: dict[str, Any] = {}
        self.controls: list[Record] = []
        self._responses, self._places = responses, places
        asks = [c for c in config.controls if not c.per_region]
        self._writes = len(asks) > 0 and all(c.kind == "TextArea" for c in asks)

    def take(self, asked: Asked, loss: Losses) -> None:
        at = [i for name in asked.to for i in self._places.get(name, [])]
        if asked.per_region or not at:
            loss.note(f"{asked.kind} “{asked.name}” belongs to a part of the text and is not asked here")
            return
        if len(asked.name) > MAX_NAME:
            loss.note("what has a name of more than 150 characters is not asked here")
            return
        match asked.kind:
            case "Rating" | "Number" if asked.high is not None and self._room(1):
                low = 1.0 if asked.kind == "Rating" else asked.low
                if (asked.high - low) / asked.step < MAX_STEPS:
                    self._attribute(asked, at, low, asked.high, asked.step, ())
                    return
            case "Choices" | "Taxonomy" if 0 < len(asked.values) < MAX_STEPS and self._room(_scales(asked)):
                self._choices(asked, at)
                return
            case "TextArea":
                self._words(asked, at, loss)
                return
            case "Pairwise" if len(at) == 2 and "preference" not in self.questions:
                self.questions["preference"] = {
                    "first": at[0], "second": at[1], "ties": False, "both_bad": False,
                    "dimensions": [{"id": "overall", "text": asked.title[:MAX_WORDS]}],
                }  # fmt: skip
                self._back(asked, "preference", at[0])
                return
            case "Ranker" if len(at) > 1 and "ranking" not in self.questions:
                self.questions["ranking"] = {}
                self._back(asked, "ranking", at[0])
                return
            case "Labels" | "HyperTextLabels" if self._takes_labels(asked, at[0]):
                self.questions["spans"] = _labels(asked)
                self._back(asked, "spans", at[0])
                return
        loss.note(f"{asked.kind} “{asked.name}” is not asked here")

    def _room(self, scales: int) -> bool:
        return len(self.questions.get("ratings", {}).get("attributes", ())) + scales <= MAX_ATTRIBUTES

    def _takes_labels(self, asked: Asked, response: str) -> bool:
        """Labels are the same for all texts of a task; a text has them once."""
        taken = any(c["panel"] == "spans" and c["response"] == response for c in self.controls)
        fit = 0 < len(asked.values) <= MAX_LABELS and all(len(v) <= MAX_NAME for v, _ in asked.values)
        return fit and not taken and self.questions.get("spans", _labels(asked)) == _labels(asked)

    def _attribute(
        self, asked: Asked, at: list[str], low: float, high: float, step: float, anchors: Sequence[str],
        item: str = "", text: str = "", value: str = "",
    ) -> None:  # fmt: skip
        found: Record = {
            "id": item or asked.name,
            "text": (text or asked.title or asked.name)[:MAX_WORDS],
            "low": low, "high": high, "step": step,
            "anchors": [{"value": n, "label": words[:MAX_WORDS]} for n, words in enumerate(anchors, int(low))],
        }  # fmt: skip
        if self._responses != at[:1]:
            found["only"] = at[:1]
        self.questions.setdefault("ratings", {"attributes": []})["attributes"].append(found)
        self._back(asked, "ratings", at[0], item, value)

    def _choices(self, asked: Asked, at: list[str]) -> None:
        if _scales(asked) == 1 < len(asked.values):
            self._attribute(asked, at, 0.0, len(asked.values) - 1.0, 1.0, [w for _, w in asked.values])
            return
        for n, (value, words) in enumerate(asked.values, 1):
            title = f"{asked.title or asked.name}: {words}"
            item = f"{asked.name}/{value}"
            item = item if drafts.good_id(item) == item else f"{asked.name}/{n}"
            self._attribute(asked, at, 0.0, 1.0, 1.0, ("no", "yes"), item, title, value)

    def _words(self, asked: Asked, at: list[str], loss: Losses) -> None:
        taken = {c["panel"] for c in self.controls}
        if self._writes and "ideal" not in taken:
            self.questions["ideal"] = {"required": asked.required or True}
            self._back(asked, "ideal", at[0])
        elif f"comment {at[0]}" not in taken:
            self._back(asked, f"comment {at[0]}", at[0])
        else:
            loss.note(f"a second text field on one text (“{asked.name}”) is not asked here")

    def _back(self, asked: Asked, panel: str, response: str, item: str = "", value: str = "") -> None:
        self.controls.append(
            {
                "name": asked.name,
                "to": ",".join(asked.to),
                "type": asked.kind.lower(),
                "panel": panel,
                "response": response,
                "item": item or asked.name,
                "values": [v for v, _ in asked.values],
            }
            | ({"value": value} if value else {})
        )


def _scales(asked: Asked) -> int:
    """How many scales choices need: one, or one of yes and no for each that can be chosen beside others."""
    return len(asked.values) if asked.multiple or len(asked.values) == 1 else 1


def _labels(asked: Asked) -> Record:
    return {"labels": [{"id": value, "text": words[:MAX_WORDS]} for value, words in asked.values]}
