"""Label Studio's labelling configuration (its tag reference, 1.23): which objects are shown and what is asked of them.

    config = read_config(xml)
    config.objects["summary"].variable        # "summary", of the task's data
    config.controls                           # what is asked, in reading order

It is XML from outside: documents with a DOCTYPE are refused, so that no entity can grow or fetch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

from app.formats.base import Unfit

MAX_CONFIG = 512 * 1024
MAX_NAMED = 300
"""Characters: of a configuration, and of a list in a reason."""
OBJECTS = {"Text", "HyperText", "Markdown", "Chat", "Paragraphs", "List", "Header"}
MEDIA = {"Image", "Audio", "AudioPlus", "Video", "TimeSeries", "Table", "Website", "Pdf"}
CONTROLS = {
    "Choices", "Rating", "Number", "TextArea", "Pairwise", "Ranker", "Labels", "HyperTextLabels", "Taxonomy",
    "ParagraphLabels",
}  # fmt: skip
VALUES = {"Choice", "Label"}


@dataclass(frozen=True, slots=True)
class Shown:
    """An object tag. variable: of the task's data, or empty where `literal` is its text."""

    name: str
    kind: str
    variable: str = ""
    literal: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A control tag. to: names of objects. values: (value, words shown). title: what stands before it."""

    name: str
    kind: str
    to: tuple[str, ...]
    values: tuple[tuple[str, str], ...] = ()
    title: str = ""
    multiple: bool = False
    required: bool = False
    per_region: bool = False
    low: float = 0.0
    high: float | None = None
    step: float = 1.0
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Config:
    """unread: tags that ask or show something that cannot be taken over, by name."""

    objects: dict[str, Shown]
    controls: tuple[Asked, ...]
    unread: tuple[str, ...] = ()


def read_config(xml: str) -> Config:
    """Raises Unfit when it is no configuration, or one that would have to be expanded."""
    if len(xml) > MAX_CONFIG:
        raise Unfit("its labelling configuration is larger than 512 KiB")
    if re.search(r"<!\s*(?:DOCTYPE|ENTITY)", xml, re.IGNORECASE):
        raise Unfit("its labelling configuration declares entities, which are not expanded")
    try:
        root = ElementTree.fromstring(xml)
    except (ElementTree.ParseError, LookupError, ValueError) as exc:
        raise Unfit("its labelling configuration is no XML") from exc
    objects: dict[str, Shown] = {}
    controls: list[Asked] = []
    unread: list[str] = []
    title = ""
    for node in _walk(root, 0):
        name = node.get("name") or ""
        if node.tag == "Header":
            title = _header(node)
        elif node.tag in OBJECTS and name:
            value = node.get("value") or ""
            if value.startswith("$"):
                objects[name] = Shown(name, node.tag, variable=value[1:])
                title = ""
            else:
                # A text that says the same in every task is a heading for what follows.
                objects[name] = Shown(name, node.tag, literal=value)
                title = " ".join(value.split()) or title
        elif node.tag in CONTROLS and name and not any(child.tag == "Bucket" for child in node):
            controls.append(_control(node, name, title))
        elif node.tag in MEDIA or (node.get("toName") and name):
            unread.append(f"{node.tag} “{name}”")
    if not controls and unread:
        raise Unfit(
            "its labelling configuration asks nothing that can be answered here, only {what}",
            what=", ".join(unread)[:MAX_NAMED],
        )
    if not controls:
        raise Unfit("its labelling configuration asks nothing that can be answered here")
    return Config(objects, tuple(controls), tuple(unread))


def _walk(node: ElementTree.Element, depth: int) -> Iterator[ElementTree.Element]:
    if depth > 60:
        raise Unfit("its labelling configuration is nested too deeply")
    for child in node:
        if isinstance(child.tag, str):
            yield child
            yield from _walk(child, depth + 1)


def _header(node: ElementTree.Element) -> str:
    return " ".join((node.get("value") or "".join(node.itertext())).split())


def _control(node: ElementTree.Element, name: str, title: str) -> Asked:
    values = tuple(
        (value, child.get("html") or child.get("hint") or child.get("value") or value)
        for child in _walk(node, 0)
        if child.tag in VALUES and (value := child.get("alias") or child.get("value"))
    )
    values = tuple(dict(values).items())
    if node.tag == "Taxonomy":
        values = tuple((path, path) for path in _paths(node, ()))
    kind = node.tag
    high = _number(node.get("maxRating") or node.get("max"))
    return Asked(
        name,
        kind,
        tuple(t.strip() for t in (node.get("toName") or "").split(",") if t.strip()),
        values,
        title,
        multiple=node.get("choice") == "multiple",
        required=node.get("required") == "true",
        per_region=node.get("perRegion") == "true" or node.get("perItem") == "true",
        low=_number(node.get("min")) or 0.0,
        high=5.0 if kind == "Rating" and high is None else high,
        step=_number(node.get("step")) or 1.0,
    )


def _paths(node: ElementTree.Element, before: tuple[str, ...]) -> Iterator[str]:
    for child in node:
        if child.tag == "Choice" and (value := child.get("alias") or child.get("value")):
            below = list(_paths(child, (*before, value)))
            if below:
                yield from below
            else:
                yield SEPARATOR.join((*before, value))


SEPARATOR = " / "


def _number(text: str | None) -> float | None:
    try:
        found = float(text) if text else None
    except ValueError:
        return None
    return found if found is None or abs(found) < 2**53 else None
