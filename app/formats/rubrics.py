"""Rubrics as files write them, and small ones of our own for answers that come without any."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.domain.codec import rubric_from_json
from app.domain.ids import CriterionId
from app.domain.rubric import Criterion, Kind, Rubric
from app.errors import InputError
from app.formats import drafts
from app.formats.base import Unfit

_LINE = re.compile(r"^\s*(?:[-*]\s+)?(?:\[?\s*([+\-−]?\d+(?:\.\d+)?)\s*(?:\]|:|\||\s)\s*)?(\S.*)$")


def criteria_of(value: object) -> Rubric:
    """A rubric of any shape we know: {criteria: […]}, a list of objects or texts, JSON text, or lines."""
    if isinstance(value, str):
        return _from_text(value)
    if isinstance(value, dict) and isinstance(value.get("criteria"), list):
        try:
            return rubric_from_json(
                ChainMap({"criteria": [_normal(c, n) for n, c in _numbered(value["criteria"])]}, value)
            )
        except (TypeError, ValueError, KeyError) as exc:
            raise Unfit("the rubric cannot be read: {error}", error=str(exc)) from exc
    if isinstance(value, list) and value:
        return criteria_of({"criteria": value})
    raise Unfit("the rubric is empty or of no known shape")


def _numbered(items: list[Any]) -> list[tuple[int, Any]]:
    return list(enumerate(items, start=1))


def _normal(item: object, number: int) -> Mapping[str, Any]:
    if isinstance(item, str):
        item = {"text": item}
    if not isinstance(item, dict):
        raise Unfit("criterion {n} is neither text nor an object", n=number)
    said = drafts.text(item, "text", "criterion", "description", "title", "requirement")
    if not said and item.get("kind") != Kind.GROUP:
        raise Unfit("criterion {n} has no text", n=number)
    points = item.get("points", item.get("weight", item.get("score", 1)))
    drafts.number(points, Unfit("the points of criterion {n}", n=number))
    told = {"id": drafts.good_id(item.get("id")) or f"c{number}", "text": said, "points": points}
    return ChainMap(told, item)


def _from_text(value: str) -> Rubric:
    plain = value.strip()
    if plain[:1] in ("[", "{"):
        from app.wire import jsonio

        try:
            return criteria_of(jsonio.loads(plain))
        except InputError as exc:
            raise Unfit("the rubric is no valid JSON ({error})", error=exc) from exc
    found: list[Criterion] = []
    for line in plain.splitlines():
        if match := _LINE.match(line):
            points = float((match[1] or "1").replace("−", "-"))
            found.append(Criterion(CriterionId(f"c{len(found) + 1}"), match[2].strip(), points=points))
    if not found:
        raise Unfit("the rubric is empty or of no known shape")
    return Rubric(tuple(found))


def _own(*rows: tuple[float, str, str] | tuple[float, str, str, Kind]) -> Rubric:
    return Rubric(
        tuple(
            Criterion(
                CriterionId(f"c{n}"),
                row[1],
                row[3] if len(row) > 3 else Kind.BINARY,
                row[0],
                (f"axis:{row[2]}",),
            )
            for n, row in enumerate(rows, start=1)
        ),
        version="assay-default-1",
    )


GENERAL = _own(
    (5, "Answers the request that was actually made, with nothing essential left out.", "completeness"),
    (5, "States no fact that you know to be false.", "accuracy", Kind.TERNARY),
    (3, "Explains the reasons or steps that a reader needs to trust and use the answer.", "reasoning"),
    (2, "Is arranged so that a busy reader finds the main point at once.", "clarity"),
    (2, "Says what it does not know or assumes, wherever that would change the answer.", "honesty"),
    (-6, "Contains a statement or advice that could do harm if it were followed.", "safety"),
)
MATHS = _own(
    (6, "Reaches a correct final answer, or proves exactly the statement that was asked.", "accuracy"),
    (6, "Every step follows from the ones before it or from a result that is named.", "rigour", Kind.TERNARY),
    (3, "Treats all cases, including boundary and degenerate ones.", "completeness"),
    (2, "Defines its notation and keeps to it throughout.", "clarity"),
    (-5, "Asserts the decisive step without an argument.", "rigour"),
    (-3, "Uses a theorem whose conditions are not met here.", "accuracy"),
)
LEGAL = _own(
    (5, "Names the legal question and answers it with a clear conclusion.", "completeness"),
    (
        5,
        "States the governing rule correctly, for the right jurisdiction and date.",
        "accuracy",
        Kind.TERNARY,
    ),
    (4, "Applies the rule to the facts given instead of reciting it.", "reasoning"),
    (3, "Gives the strongest counter-argument, exception or uncertainty its due.", "balance"),
    (2, "Cites sources precisely enough for another lawyer to find them.", "sources"),
    (-8, "Cites a case, statute or quotation that does not exist.", "accuracy"),
)
CODE = _own(
    (6, "Does what the task asks for every valid input.", "correctness"),
    (
        4,
        "Handles empty, extreme and repeated input without a wrong result or a crash.",
        "correctness",
        Kind.TERNARY,
    ),
    (
        3,
        "Would compile or run as it stands, with nothing undefined and nothing left to fill in.",
        "completeness",
    ),
    (2, "Is no slower than the size of the problem calls for.", "efficiency"),
    (2, "Reads well: fitting names, no dead or repeated code.", "clarity"),
    (
        -8,
        "Does something harmful or plainly outside the task, such as deleting files or blocking on input.",
        "safety",
    ),
)


def with_help(rubric: Rubric, help_: str, first: int = 1) -> Rubric:
    """The same rubric, with a source's own grading notes beside the first criteria."""
    return replace(
        rubric,
        criteria=tuple(replace(c, help=help_) if n < first else c for n, c in enumerate(rubric.criteria)),
    )


_CODE_WORDS = re.compile(
    r"```|(?i:\b(?:python|javascript|typescript|c\+\+|sql|html|css|php|regex|compiler?|refactor|dataframe)\b)"
)
_MATHS_WORDS = re.compile(
    r"\\\[|\\\(|\$[^$\n]{1,200}\$|(?i:\b(?:prove that|theorem|integers?|equation|lemma)\b)"
)
_LEGAL_WORDS = re.compile(
    r"§|\bArt\. ?\d|\bAbs\. ?\d|(?i:\b(?:law|legal|court|statute|directive|contract|plaintiff|defendant|"
    r"jurisdiction|treaty|arbitration|liability|tort|arrêt|tribunal|gesetz|gericht|klage)\b)"
)
_DOMAINS = {"code": (_CODE_WORDS, CODE), "maths": (_MATHS_WORDS, MATHS), "law": (_LEGAL_WORDS, LEGAL)}


def fitting(prompt: str, answer: str, hint: str = "") -> tuple[str, Rubric]:
    """(domain, rubric of our own) that suits an answer: by the source's category words, else by the text."""
    for words, least in ((hint, 1), (prompt, 2), (answer[:20_000], 2)):
        counts = {name: len(pattern.findall(words)) for name, (pattern, _) in _DOMAINS.items()}
        best = max(counts, key=lambda name: counts[name])
        if counts[best] >= least:
            return best, _DOMAINS[best][1]
    return "", GENERAL
