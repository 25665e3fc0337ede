"""Pieces that formats build drafts from: text fields, conversations, titles, code fences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.domain.task import ROLES, Turn
from app.formats.base import Answer, Losses, Record, Unfit

TITLE_LENGTH = 60
MAX_ID = 200
NO_PROMPT = "(The source file does not hold the prompt.)"

_FENCES = re.compile(r"```\w*|\*\*|__(?=\W)")
_BREAKS = re.compile(r"\s+")
_MARKS = re.compile(r"^(?:[#>*\-\s`]|\d+\.\s)+")


def text(record: Mapping[str, Any], *names: str) -> str:
    """The first of these fields that holds more than white space, exactly as it stands; else empty."""
    for name in names:
        value = record.get(name)
        if isinstance(value, str) and value.strip():
            return value
    return ""


LARGEST = 2**53
"""A whole number beyond it cannot be written in a task line."""


def number(value: object, what: Unfit) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unfit("{what} is no number", what=what)
    if abs(value) > LARGEST:
        raise Unfit("{what} is too large", what=what)
    return float(value)


def objects(value: object, what: Unfit) -> list[Record]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Unfit("{what} is no list of objects", what=what)
    return value


def lists(value: object, field: str) -> bool:
    """Whether it is a list whose first entry is an object with this field."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict) and field in value[0]


def texts(value: object) -> list[str]:
    """The strings of a list; anything else is left out."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def conversation(value: object) -> list[Turn]:
    """A prompt as people write it: text, or a list of {role, content | text}."""
    if isinstance(value, str) and value.strip():
        return [Turn("user", value)]
    turns = []
    for n, item in enumerate(objects(value, Unfit("the prompt")), 1):
        role = item.get("role")
        if role not in ROLES:
            raise Unfit("a turn of the prompt has no known role")
        said = item["text"] if item.get("content") is None and "text" in item else item.get("content")
        if said is None:
            raise Unfit("turn {n} of the prompt holds no text", n=n)
        turns.append(Turn(str(role), content(said)))
    if not turns:
        raise Unfit("the prompt is empty")
    return turns


def content(value: object) -> str:
    """A message's text: a string, {answer}, or parts [{type: text, text}]; empty where there is none.

    Raises Unfit for a picture, a call of a tool and whatever else is no text: without it nobody could judge.
    """
    if isinstance(value, list):
        return "\n".join(content(part) for part in value)
    if isinstance(value, dict):
        found = next((value[k] for k in ("answer", "text", "content") if value.get(k)), None)
        if found is None and not any(k in value for k in ("answer", "text", "content")):
            raise Unfit("a message holds what is no text: {what}", what=str(value.get("type"))[:30])
        return content(found)
    if value is None or isinstance(value, str):
        return value or ""
    raise Unfit("a message holds what is no text: {what}", what=str(value)[:30])


def title_of(prompt: Sequence[Turn], answers: Sequence[Answer]) -> str:
    """The first words of the last user turn, on one line, without control characters."""
    spoken = [turn.text for turn in prompt if turn.role == "user"]
    source = spoken[-1] if spoken else ""
    if not source.strip():
        source = answers[0].text if answers else ""
    return short(source)


def short(source: str, length: int = TITLE_LENGTH) -> str:
    plain = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in source[: length * 20])
    plain = _FENCES.sub(" ", plain)
    plain = _BREAKS.sub(" ", plain).strip()
    plain = _MARKS.sub("", plain) or plain
    if len(plain) <= length:
        return plain
    cut = plain[: length - 1]
    words = cut.rpartition(" ")[0]
    return (words if len(words) > length // 2 else cut).rstrip() + "…"


MODELS = "fields of the data that may name a model stay behind: experts judge blind"
MODEL = re.compile("model|llm", re.IGNORECASE)


def blind(value: object, loss: Losses, names: re.Pattern[str] = MODEL, what: str = MODELS) -> Any:
    """A value of the source without the fields of such names: by default what may say which model wrote a text."""
    if isinstance(value, list):
        return [blind(part, loss, names, what) for part in value]
    if not isinstance(value, dict):
        return value
    kept = {name: blind(part, loss, names, what) for name, part in value.items() if not names.search(name)}
    loss.note(what, len(value) - len(kept))
    return kept


def good_id(value: object) -> str:
    """The source's id when it can serve as one: text or a whole number, short, on one line."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not 0 < len(value.strip()) <= MAX_ID:
        return ""
    if any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in value):
        return ""
    return value.strip()


def fenced(code: str, language: str = "") -> str:
    """Code as a Markdown block whose fence is longer than any run of backticks within."""
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    end = "" if code.endswith("\n") else "\n"
    return f"{fence}{language}\n{code}{end}{fence}"


OPEN_END = "open_end"


def end_of(code: object) -> Record:
    """What a task's source keeps of code that `fenced` adds an end of line to."""
    return {OPEN_END: True} if isinstance(code, str) and code and not code.endswith("\n") else {}


def unfenced(block: str, source: Mapping[str, Any]) -> str:
    """The code of a block that `fenced` made, as it was; any other text as it is. source: with what `end_of` keeps."""
    first, _, rest = block.partition("\n")
    fence = first[: len(first) - len(first.lstrip("`"))]
    if len(fence) < 3 or not rest.endswith("\n" + fence):
        return block
    code = rest[: -len(fence)]
    return code.removesuffix("\n") if source.get(OPEN_END) else code


def answers_of(record: Record, loss: Losses) -> list[Answer]:
    """The responses that a record holds under the names in common use, in file order, empty ones left out."""
    many = record.get("responses", record.get("completions"))
    if isinstance(many, list):
        return _filled([_answer(one) for one in many], loss)
    if isinstance(many, dict):
        return _filled([Answer(content(v), model=str(k)) for k, v in many.items()], loss)
    one = text(record, "response", "completion", "answer", "output", "model_output", "generation")
    if one:
        return [Answer(one, model=text(record, "model", "model_name_or_path", "model_id"))]
    lettered = sorted(
        k for k in record if re.fullmatch(r"(?i)(response|completion|answer|output)[ _]?[a-z0-9]", k)
    )
    found = _filled([Answer(record[k]) for k in lettered if isinstance(record[k], str)], loss)
    if found:
        return found
    pair = [text(record, name) for name in ("chosen", "rejected")]
    return [Answer(one) for one in pair if one] if all(pair) else []


def _filled(answers: list[Answer], loss: Losses) -> list[Answer]:
    """Those with text; where others stood among them, each is numbered by its place in the file."""
    kept = [replace(a, id=a.id or f"r{n}") for n, a in enumerate(answers, 1) if a.text.strip()]
    loss.note("responses without text are left out", len(answers) - len(kept))
    return kept if len(kept) < len(answers) else answers


def _answer(value: object) -> Answer:
    if isinstance(value, str):
        return Answer(value)
    if isinstance(value, dict):
        names = ("text", "content", "response", "completion")
        return Answer(
            content(next((value[k] for k in names if value.get(k) is not None), None)),
            model=text(value, "model", "model_id"),
            id=good_id(value.get("id")),
            language=text(value, "language"),
        )
    return Answer(content(value))
