"""What a task of ours asks, in Label Studio's words: for tasks that did not come from there.

Its import takes tasks for a project whose configuration names the fields of their data, so each task brings the
configuration it needs with it. Scales, pairs, labels of spans and comments are asked; a ranking or an ideal answer only
where nothing else is, since a list or a text field means something else beside other controls.
"""

from __future__ import annotations

import re
from itertools import chain, count
from typing import Any
from xml.etree import ElementTree

from app.domain.questions import Attribute, Panel, Spans
from app.domain.task import Task
from app.formats import writing
from app.formats.base import Record

CONFIG = "label_config"
"""The key of a task's `meta` that holds its configuration."""
_ODD = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML has no place for."""


def source_of(task: Task) -> Record:
    """`controls`, `shown`, `data` and `meta` as the source of a task from Label Studio has them."""
    built = _Built(task)
    panels = set(task.panels)
    if panels == {Panel.RANKING}:
        built.ranking()
    elif panels == {Panel.IDEAL}:
        built.texts()
        built.control("TextArea", "ideal", "ideal", 0)
    else:
        built.texts()
        built.questions()
    return {
        "controls": built.controls,
        "shown": built.shown,
        "data": {"prompt": writing.messages(task.prompt)} | built.data,
        "meta": {CONFIG: ElementTree.tostring(built.view, encoding="unicode")} if built.controls else {},
    }


class _Built:
    """view: the configuration as it grows. shown: field of the data → response."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.controls: list[Record] = []
        self.shown: Record = {}
        self.data: Record = {}
        self.view = ElementTree.Element("View")
        ElementTree.SubElement(
            self.view,
            "Chat",
            name="prompt",
            value="$prompt",
            minMessages="0",
            maxMessages="0",
            editable="false",
        )

    def texts(self) -> None:
        for n, response in enumerate(self.task.responses, 1):
            self.shown[f"response{n}"] = response.id
            self._add("Text", name=f"response{n}", value=f"$response{n}")

    def questions(self) -> None:
        asked = self.task.questions
        pair = asked.preference
        ids = [r.id for r in self.task.responses]
        for attribute in asked.ratings.attributes if asked.ratings else ():
            for n, response in enumerate(ids):
                if attribute.asked_of(response):
                    self._scale(attribute, n)
        if asked.spans:
            for n in range(len(ids)):
                self._labels(asked.spans, n)
        if pair and any(d.id == "overall" for d in pair.dimensions):
            first, second = ids.index(pair.first), ids.index(pair.second)
            to = f"response{first + 1},response{second + 1}"
            self.control("Pairwise", "preference", "preference", first, to=to)
        for n, response in enumerate(ids if self.controls else ()):
            self.control("TextArea", f"comment-{n + 1}", f"comment {response}", n)

    def ranking(self) -> None:
        """Responses as the entries of one list."""
        self.data["responses"] = [{"id": r.id, "title": "", "body": r.text} for r in self.task.responses]
        self._add("List", name="responses", value="$responses")
        self.control("Ranker", "ranking", "ranking", 0, to="responses")

    def control(
        self, tag: str, name: str, panel: str, response: int, *, to: str = "", item: str = "", **more: Any
    ) -> ElementTree.Element:
        """A control that asks about a response, by its place; more: attributes of the tag, and `values`."""
        taken = {c["name"] for c in self.controls}
        free = next(n for n in chain([name], (f"{name}-{k}" for k in count(2))) if n not in taken)
        target = to or f"response{response + 1}"
        values: list[str] = more.pop("values", [])
        self.controls.append(
            {
                "name": free,
                "to": target,
                "type": tag.lower(),
                "panel": panel,
                "response": self.task.responses[response].id,
                "item": item or free,
                "values": values,
            }
        )
        return self._add(tag, name=free, toName=target, **more)

    def _scale(self, attribute: Attribute, response: int) -> None:
        if _ODD.search(attribute.id) or not attribute.id:
            return
        words = {anchor.value: _plain(anchor.label) for anchor in attribute.anchors}
        low, high, whole = attribute.low, attribute.high, attribute.step == 1
        self._add("Header", value=_plain(attribute.text))
        values = [words[value] for value in sorted(words)]
        every = whole and low == 0 and sorted(words) == [float(n) for n in range(int(high) + 1)]
        if every and len(set(values)) == len(values) > 1 and all(values):
            at = self.control("Choices", attribute.id, "ratings", response, item=attribute.id, values=values)
            for value in values:
                ElementTree.SubElement(at, "Choice", value=value)
        elif whole and low == 1 and high.is_integer():
            self.control(
                "Rating", attribute.id, "ratings", response, item=attribute.id, maxRating=f"{high:g}"
            )
        else:
            scale = {"min": f"{low:g}", "max": f"{high:g}", "step": f"{attribute.step:g}"}
            self.control("Number", attribute.id, "ratings", response, item=attribute.id, **scale)

    def _labels(self, asked: Spans, response: int) -> None:
        if any(_ODD.search(label.id) or not label.id for label in asked.labels):
            return
        values = [label.id for label in asked.labels]
        at = self.control("Labels", f"spans-{response + 1}", "spans", response, values=values)
        for label in asked.labels:
            words = (
                {"value": label.id}
                if label.text == label.id
                else {"value": _plain(label.text), "alias": label.id}
            )
            ElementTree.SubElement(at, "Label", words)

    def _add(self, tag: str, **attributes: str) -> ElementTree.Element:
        return ElementTree.SubElement(self.view, tag, attributes)


def _plain(text: str) -> str:
    return _ODD.sub(" ", text)
