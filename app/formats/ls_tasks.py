"""A Label Studio task and its configuration → a task of ours, and the way back for each answer.

    draft = ls_tasks.draft(config, data, loss)       # draft.source["controls"]: how each answer is written back
    regions = ls_results.regions(task, source, judgement, loss)
    judgement = ls_answers.judgement(source, regions, texts, loss)

A control belongs to the objects it names: those become the responses, what is only shown becomes the prompt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.rubric import Rubric
from app.domain.task import MAX_RESPONSES, Turn
from app.formats import drafts
from app.formats.base import Answer, Draft, Losses, Record, Unfit
from app.formats.ls_config import Config, Shown
from app.formats.ls_questions import Built

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
    if len({a.id for a in answers}) != len(answers):
        raise Unfit("two texts that it asks about have one id")
    built = Built([a.id for a in answers], places, config)
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
        source={
            "controls": built.controls,
            "texts": {a.id: name for name, a in _named(places, answers)},
            **_kept(config, data, places, answers, loss),
        },
    )


def _kept(
    config: Config,
    data: Mapping[str, Any],
    places: Mapping[str, list[str]],
    answers: Sequence[Answer],
    loss: Losses,
) -> Record:
    """What writing needs to give the task's data back: shown (field → response), where a response is the field as it
    stands, and data, the other fields. What may say which model wrote a text stays behind."""
    texts = {a.id: a.text for a in answers}
    fields = {shown.variable for shown in config.objects.values()}
    same = {
        shown.variable: places[name][0]
        for name, shown in config.objects.items()
        if len(places.get(name, ())) == 1 and data[shown.variable] == texts[places[name][0]]
    }
    kept: Record = {}
    for name, value in data.items():
        if name in same:
            continue
        if name in fields or not drafts.MODEL.search(name):
            kept[name] = drafts.blind(value, loss)
        else:
            loss.note(drafts.MODELS)
    return {"shown": same, "data": kept}


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
