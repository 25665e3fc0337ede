"""`answers`: prompts and answers without a rubric, found by the field names in common use.

Known shapes: Arena-Hard, WildBench, IMO-ProofBench, DeepSeekMath-V2 outputs, K-QA, MT-Bench-like and plain
model outputs. Each gets a small rubric of our own that suits its domain.
"""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import Any

from app.domain.batch import PolicyRef
from app.domain.rubric import Rubric
from app.domain.task import Turn
from app.formats import drafts, rubrics
from app.formats.base import About, Answer, Draft, Format, Losses, Record, Unfit
from app.formats.watching import renamed

STAND_IN = "no model's response in the file: the reference solution stands as the response"
PROMPTS = ("prompt", "question", "problem", "instruction", "input", "query", "pergunta")
REPLIES = (
    "response", "completion", "answer", "output", "model_output", "generation", "text", "free_form_answer",
    "resposta_bruta",
)  # fmt: skip
IDS = ("id", "uid", "problem_idx", "problem_id", "question_id", "session_id", "cache_key", "conversation_id")
ANSWER_OF = "answer_of_"
"""A column of a study's table: “Answer of MODEL”."""
HINTS = ("category", "cluster", "type", "domain", "field", "source")


def _plain(record: Record) -> Record:
    return renamed(record, lambda name: re.sub(r"[ _]+", "_", name.strip().lower()))


def fits(_kind: str, record: Record) -> bool:
    fields = _plain(record)
    return (
        "messages" in fields
        or any(key in fields for key in (*PROMPTS, "model_output", "model_prediction"))
        or ("text" in fields and "model" in fields)
    )


def describe(first: Record, path: Path) -> About:
    fields = _plain(first)
    domain = ""
    with contextlib.suppress(Unfit):  # the record itself is named when its turn comes
        said, answer, _ = _exchange(fields)
        domain, _ = rubrics.fitting(said[-1].text if said else "", answer, _hint(fields))
    if "problem_idx" in fields or "grading_guidelines" in fields:
        domain = "maths"
    elif domain == "code":
        domain = ""  # collections of mixed prompts begin with code as often as not
    return About.of_file(path, PolicyRef("healthbench"), domain)


def convert(record: Record, loss: Losses) -> Draft:
    fields = _plain(record)
    prompt, answer, model = _exchange(fields)
    answers = [Answer(answer, model=model)] if answer else drafts.answers_of(fields, loss)
    stand_in = ""
    solution = drafts.text(fields, "solution", "reference_answer", "reference")
    if not answers and solution:
        answers, solution, stand_in = [Answer(solution)], "", STAND_IN
    if not prompt and not answers:
        raise Unfit("it holds neither a prompt nor a response under a name we know")
    return Draft(
        prompt,
        answers,
        _rubric(fields, prompt[-1].text if prompt else "", answers[0].text if answers else "", loss),
        id=next((i for i in (drafts.good_id(fields.get(k)) for k in IDS) if i), ""),
        tags=[t for t in (drafts.text(fields, "category", "type"), drafts.text(fields, "level")) if t],
        stand_in=stand_in,
        reference=solution or drafts.text(fields, "short_answer"),
    )


def _exchange(fields: Record) -> tuple[list[Turn], str, str]:
    """(prompt, answer, model) of the shapes named above; what is missing is empty."""
    model = drafts.text(fields, "model", "model_test", "generator", "model_id")
    messages = fields.get("messages")
    if isinstance(messages, list) and messages:
        turns = drafts.conversation(messages)
        if turns[-1].role == "assistant":
            return turns[:-1], turns[-1].text if turns[-1].text.strip() else "", model
        return turns, drafts.text(fields, *REPLIES), model
    prompt = next((_asked(fields[k]) for k in PROMPTS if fields.get(k)), [])
    predicted = fields.get("model_prediction")
    answer = drafts.text(predicted, "proof", "answer", "text") if isinstance(predicted, dict) else ""
    reply = answer or drafts.text(fields, *REPLIES)
    if not reply:
        named = next((k for k in fields if k.startswith(ANSWER_OF) and drafts.text(fields, k)), "")
        return prompt, drafts.text(fields, named) if named else "", model or named.removeprefix(ANSWER_OF)
    return prompt, reply, model


def _asked(value: Any) -> list[Turn]:
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return [Turn("user", "\n\n".join(value))]
    return drafts.conversation(value)


def _hint(fields: Record) -> str:
    return " ".join(str(fields[k]) for k in HINTS if isinstance(fields.get(k), str))


def _rubric(fields: Record, prompt: str, answer: str, loss: Losses) -> Rubric:
    guide = drafts.text(fields, "grading_guidelines")
    if guide or "problem_idx" in fields:
        domain, rubric = "maths", rubrics.MATHS
    else:
        domain, rubric = rubrics.fitting(prompt, answer, _hint(fields))
    loss.note(f"no rubric in the source: our own for {domain or 'general'} answers is used")
    return rubrics.with_help(rubric, guide) if guide else rubric


FORMAT = Format(
    "answers",
    "prompts with answers and no rubric (Arena-Hard, WildBench, ProofBench, model outputs…); ours is used",
    fits,
    convert,
    describe,
)
