"""A Label Studio task and its configuration → a task of ours, and the way back for each answer.

    draft = ls_tasks.draft(config, data, loss)       # draft.source["controls"]: how each answer is written back
    regions = ls_tasks.regions(task, source, judgement, loss)
    judgement = ls_tasks.judgement(source, regions, loss)

A control belongs to the objects it names: those become the responses, what is only shown becomes the prompt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.rubric import Rubric
from app.domain.task import MAX_RESPONSES, Turn
from app.formats import drafts
from app.formats.base import Answer, Draft, Losses, Record, Unfit
from app.formats.ls_config import Asked, Config, Shown

MAX_STEPS = 101
EMPTY = "(Nothing is shown here.)"


def draft(config: Config, data: Mapping[str, Any], loss: Losses) -> Draft:
    """Raises Unfit when the data lacks what is asked about."""
    for name in config.unread:
        loss.note(f"{name} is not shown or asked here")
    places, prompt, answers = _places(config, data)
    if not answers:
        raise Unfit("its data holds nothing that the configuration asks about")
    if len(answers) > MAX_RESPONSES:
        raise Unfit("it asks about more than 9 texts")
    built = _Built([a.id for a in answers], places, config)
    for control in config.controls:
        built.take(control, loss)
    if not built.controls:
        raise Unfit("nothing of what it asks can be answered here")
    return Draft(
        prompt,
        answers,
        Rubric(()),
        panels=tuple(built.questions),
        questions=built.questions,
        source={"controls": built.controls, "texts": {a.id: name for name, a in _named(places, answers)}},
    )


def _named(places: Mapping[str, list[str]], answers: Sequence[Answer]) -> list[tuple[str, Answer]]:
    return [(name, a) for name, ids in places.items() for a in answers if a.id in ids]


def _places(config: Config, data: Mapping[str, Any]) -> tuple[dict[str, list[str]], list[Turn], list[Answer]]:
    """(object → ids of its responses, prompt, responses)."""
    targets = dict.fromkeys(name for c in config.controls for name in c.to)
    places: dict[str, list[str]] = {}
    prompt: list[Turn] = []
    answers: list[Answer] = []
    for name, shown in config.objects.items():
        if not shown.variable or shown.variable not in data:
            continue
        value = data[shown.variable]
        if name not in targets:
            prompt += _turns(shown, value)
            continue
        found = _responses(shown, value, prompt, len(answers))
        places[name] = [a.id for a in found]
        answers += found
    return places, prompt, answers


def _turns(shown: Shown, value: object) -> list[Turn]:
    if shown.kind == "Chat" and isinstance(value, list):
        return drafts.conversation(value)
    said = _text(value)
    return [Turn("user", said)] if said.strip() else []


def _responses(shown: Shown, value: object, prompt: list[Turn], before: int) -> list[Answer]:
    if shown.kind == "Chat" and isinstance(value, list):
        turns = drafts.conversation(value)
        prompt += turns[:-1]
        return [Answer(turns[-1].text or EMPTY, id=f"r{before + 1}")]
    if shown.kind == "Paragraphs" and isinstance(value, list):
        said = "\n\n".join(
            f"**{drafts.text(t, 'author', 'name') or '?'}:** {drafts.text(t, 'text')}"
            for t in value
            if isinstance(t, dict)
        )
        return [Answer(said or EMPTY, id=f"r{before + 1}")]
    if shown.kind == "List" and isinstance(value, list):
        found = []
        for n, item in enumerate(value, before + 1):
            one = item if isinstance(item, dict) else {"body": str(item)}
            title, body = drafts.text(one, "title"), drafts.text(one, "body", "html", "text")
            said = "\n\n".join(t for t in (f"**{title}**" if title else "", body) if t)
            found.append(Answer(said or EMPTY, id=drafts.good_id(one.get("id")) or f"r{n}"))
        return found
    return [Answer(_text(value) or EMPTY, id=f"r{before + 1}")]


def _text(value: object) -> str:
    if isinstance(value, list):
        return "\n\n".join(_text(part) for part in value)
    if isinstance(value, dict):
        return drafts.text(value, "text", "content", "body", "value")
    return value if isinstance(value, str) else "" if value is None else str(value)


class _Built:
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
        match asked.kind:
            case "Rating" | "Number" if asked.high is not None:
                low = 1.0 if asked.kind == "Rating" else asked.low
                if (asked.high - low) / asked.step < MAX_STEPS:
                    self._attribute(asked, at, low, asked.high, asked.step, ())
                    return
            case "Choices" | "Taxonomy" if asked.values and len(asked.values) < MAX_STEPS:
                self._choices(asked, at)
                return
            case "TextArea":
                self._words(asked, at, loss)
                return
            case "Pairwise" if len(at) == 2 and "preference" not in self.questions:
                self.questions["preference"] = {
                    "first": at[0], "second": at[1], "ties": False, "both_bad": False,
                    "dimensions": [{"id": "overall", "text": asked.title}],
                }  # fmt: skip
                self._back(asked, "preference", at[0])
                return
            case "Ranker" if len(at) > 1 and "ranking" not in self.questions:
                self.questions["ranking"] = {}
                self._back(asked, "ranking", at[0])
                return
            case "Labels" | "HyperTextLabels" if asked.values and "spans" not in self.questions:
                self.questions["spans"] = {"labels": [{"id": v, "text": words} for v, words in asked.values]}
                self._back(asked, "spans", at[0])
                return
        loss.note(f"{asked.kind} “{asked.name}” is not asked here")

    def _attribute(
        self, asked: Asked, at: list[str], low: float, high: float, step: float, anchors: Sequence[str],
        item: str = "", text: str = "",
    ) -> None:  # fmt: skip
        found: Record = {
            "id": item or asked.name,
            "text": text or asked.title or asked.name,
            "low": low, "high": high, "step": step,
            "anchors": [{"value": n, "label": words[:500]} for n, words in enumerate(anchors, int(low))],
        }  # fmt: skip
        if set(at) != set(self._responses):
            found["only"] = at
        self.questions.setdefault("ratings", {"attributes": []})["attributes"].append(found)
        self._back(asked, "ratings", at[0], item)

    def _choices(self, asked: Asked, at: list[str]) -> None:
        if not asked.multiple:
            self._attribute(
                asked, at, 0.0, max(len(asked.values) - 1.0, 1.0), 1.0, [w for _, w in asked.values]
            )
            return
        for value, words in asked.values:
            title = f"{asked.title or asked.name}: {words}"
            self._attribute(asked, at, 0.0, 1.0, 1.0, ("no", "yes"), f"{asked.name}/{value}", title)

    def _words(self, asked: Asked, at: list[str], loss: Losses) -> None:
        taken = {c["panel"] for c in self.controls}
        if self._writes and "ideal" not in taken:
            self.questions["ideal"] = {"required": asked.required or True}
            self._back(asked, "ideal", at[0])
        elif f"comment {at[0]}" not in taken:
            self._back(asked, f"comment {at[0]}", at[0])
        else:
            loss.note(f"a second text field on one text (“{asked.name}”) is not asked here")

    def _back(self, asked: Asked, panel: str, response: str, item: str = "") -> None:
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
        )
