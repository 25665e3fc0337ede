"""`jsonl`: our own task lines as they are, or simple {prompt, response(s), rubric} records."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from app.domain.batch import PolicyRef
from app.domain.rubric import Rubric
from app.formats import drafts, rubrics, writing
from app.formats.base import About, Answer, Draft, Format, Graded, Losses, Record, Unfit
from app.formats.beside import named_in
from app.wire import jsonio

RUBRIC_KEYS = ("rubric", "rubrics", "criteria")


def own(record: Record) -> bool:
    """A whole task line, as our own labs write it."""
    rubric = record.get("rubric")
    return (
        isinstance(rubric, dict)
        and "criteria" in rubric
        and isinstance(record.get("prompt"), list)
        and isinstance(record.get("responses"), list)
        and all(isinstance(t, dict) and "text" in t for t in record["prompt"])
        and all(isinstance(r, dict) and "id" in r and "text" in r for r in record["responses"])
    )


def fits(kind: str, record: Record) -> bool:
    if kind == "csv" or "prompt" not in record:
        return False
    return (
        own(record)
        or any(key in record for key in RUBRIC_KEYS)
        or "responses" in record
        or "response" in record
    )


def describe(first: Record, path: Path) -> About:
    return About.of_file(
        path,
        PolicyRef("healthbench"),
        drafts.text(first, "field", "domain"),
        drafts.text(first, "language"),
    )


def convert(record: Record, loss: Losses) -> Draft:
    if own(record):
        files = named_in(record)
        whole = _whole({k: v for k, v in record.items() if k != "attachments"})
        whole.files = files
        return whole
    prompt = drafts.conversation(record.get("prompt"))
    answers = drafts.answers_of(record, loss)
    return Draft(
        prompt=prompt,
        answers=answers,
        rubric=_rubric(record, prompt[-1].text, answers[0].text if answers else "", loss),
        id=drafts.good_id(record.get("id", record.get("task_id"))),
        title=drafts.text(record, "title"),
        tags=drafts.texts(record.get("tags")),
        language=drafts.text(record, "language"),
        reference=drafts.text(record, "reference"),
        files=named_in(record),
        extra={"canary": record["canary"]} if isinstance(record.get("canary"), str) else {},
    )


def _whole(record: Record) -> Draft:
    from app.wire.work import check_task  # pydantic: only when a task line of our own is met

    id_ = drafts.good_id(record.get("id"))
    if record.get("v", 1) != 1:
        raise Unfit("its version is not known here")
    task, _ = check_task(jsonio.dumps({**record, "id": id_ or "t", "title": record.get("title") or ""}))
    answers = [Answer(r.text, id=r.id) for r in task.responses]
    return Draft(
        list(task.prompt),
        answers,
        task.rubric,
        id=id_,
        title=task.title if record.get("title") else "",
        keep=record,
    )


def _rubric(record: Record, prompt: str, answer: str, loss: Losses) -> Rubric:
    for key in RUBRIC_KEYS:
        if record.get(key):
            return rubrics.criteria_of(record[key])
    domain, rubric = rubrics.fitting(prompt, answer, drafts.text(record, "field", "domain", "category"))
    loss.note(f"no rubric in the source: our own for {domain or 'general'} answers is used")
    return rubric


def told(graded: Graded) -> Record:
    """A result: its judgement document and scores, readable without our program."""
    return {
        "v": 1,
        "task": graded.task.id,
        "title": graded.task.title,
        "batch": graded.batch,
        "result": graded.result,
        "revision": graded.revision,
        "expert": graded.expert,
        "submitted": graded.submitted,
        "judgement": graded.judgement,
        "scores": {r: {"value": s.value, "policy": s.policy} for r, s in graded.scores.items()},
    } | writing.canary(graded)


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    """One line a result."""
    writing.lines(out, map(told, results))
    return Losses()


FORMAT = Format(
    "jsonl",
    "task lines of our own, or {prompt, response(s), rubric} (JSON Lines); writes judgements with scores",
    fits,
    convert,
    describe,
    write,
    carries=writing.EVERYTHING,
)
