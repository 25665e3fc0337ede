"""HumanEval, HumanEval-X and CodeGeeX: solutions, samples and generations, as code to grade."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from app.domain.batch import PolicyRef
from app.domain.task import Response, Turn
from app.formats import drafts, rubrics, writing
from app.formats.base import About, Answer, Draft, Format, Graded, Losses, Record

STAND_IN = "no model's response in the file: the reference solution stands as the response"
KEPT = (
    "task_id", "prompt", "entry_point", "test", "declaration", "example_test", "docstring", "import", "test_setup",
)  # fmt: skip
SOLUTIONS = ("generation", "completion", "canonical_solution")
LANGUAGES = {
    "python": "python", "humaneval": "python", "cpp": "cpp", "go": "go", "java": "java",
    "javascript": "javascript", "js": "javascript", "rust": "rust",
}  # fmt: skip

_FUNCTION = re.compile(
    r"\b(?:def|func|fn|const|(?:bool|int|string|float|double|long|vector<[\w<>]+>))\s+(\w+)\s*[(=]"
)


def fits(kind: str, record: Record) -> bool:
    return kind != "csv" and "task_id" in record and any(isinstance(record.get(k), str) for k in SOLUTIONS)


def describe(_first: Record, path: Path) -> About:
    return About.of_file(path, PolicyRef("healthbench"), "code")


def convert(record: Record, loss: Losses) -> Draft:
    language = LANGUAGES.get(str(record["task_id"]).partition("/")[0].lower(), "")
    asked = drafts.text(record, "prompt")
    name = next((k for k in SOLUTIONS if drafts.text(record, k)), "")
    answers = []
    if name:
        # The solution goes on where the prompt stops: only together they are a program.
        answers = [Answer(drafts.fenced(asked + record[name], language))]
        loss.note("code stands in a fenced block, after the prompt that it completes")
    return Draft(
        [Turn("user", drafts.fenced(asked, language))] if asked else [],
        answers,
        rubrics.CODE,
        id=drafts.good_id(record["task_id"]),
        title=drafts.text(record, "entry_point") or _name(record),
        tags=[language] if language else [],
        stand_in=STAND_IN if name == "canonical_solution" else "",
        reference=drafts.fenced(record["test"], language) if drafts.text(record, "test") else "",
        source={k: record[k] for k in KEPT if k in record}
        | {"field": name}
        | drafts.end_of(record.get(name)),
    )


def _name(record: Record) -> str:
    """The name of the function that is asked for, else the id."""
    code = drafts.text(record, "declaration") or drafts.text(record, "prompt")
    names: list[str] = _FUNCTION.findall(code)
    return names[-1] if names else str(record["task_id"])


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    """The record as it was, its solution where it stood, and the grades."""
    return writing.graded_lines(results, out, _head)


def _head(graded: Graded, response: Response, _loss: Losses) -> Record:
    source = dict(graded.source)
    field = source.pop("field", "") or "completion"
    code = drafts.unfenced(response.text, source).removeprefix(str(source.get("prompt") or ""))
    source.pop(drafts.OPEN_END, None)
    return {"task_id": graded.task.id} | source | {field: code}


FORMAT = Format(
    "humaneval",
    "HumanEval(-X) problems, samples, CodeGeeX generations (JSON Lines, also gzip); writes them with grades",
    fits,
    convert,
    describe,
    write,
    carries=("verdicts", "criterion_comment"),
)
