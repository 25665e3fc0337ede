"""`swe`: SWE-bench predictions and SWE-agent trajectories, as patches to grade."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from app.domain.batch import PolicyRef
from app.domain.ids import CriterionId
from app.domain.rubric import Criterion, Kind, Rubric
from app.domain.task import Response, Turn
from app.formats import drafts, writing
from app.formats.base import About, Answer, Draft, Format, Graded, Losses, Record, Unfit

PATCH = Rubric(
    tuple(
        Criterion(CriterionId(f"c{n}"), said, kind, points, (f"axis:{axis}",))
        for n, (points, said, axis, kind) in enumerate(
            (
                (
                    6,
                    "The change removes the cause of the problem, not only one symptom of it.",
                    "correctness",
                    Kind.TERNARY,
                ),
                (4, "Behaviour that was right before stays as it was.", "correctness", Kind.BINARY),
                (
                    3,
                    "Every changed line serves the purpose; nothing unrelated is touched.",
                    "scope",
                    Kind.BINARY,
                ),
                (2, "It reads like the code around it.", "clarity", Kind.BINARY),
                (
                    2,
                    "A test that fails without the change comes with it, or none is needed.",
                    "tests",
                    Kind.BINARY,
                ),
                (-8, "It opens a hole in security or loses data.", "safety", Kind.BINARY),
            ),
            start=1,
        )
    ),
    version="assay-default-1",
)


def fits(kind: str, record: Record) -> bool:
    if kind == "csv":
        return False
    return ("instance_id" in record and "model_patch" in record) or (
        isinstance(record.get("trajectory"), list) and "info" in record
    )


def describe(_first: Record, path: Path) -> About:
    return About.of_file(path, PolicyRef("healthbench"), "code")


def convert(record: Record, loss: Losses) -> Draft:
    if "trajectory" in record:
        return _trajectory(record, loss)
    patch = drafts.text(record, "model_patch")
    asked = drafts.text(record, "problem_statement")
    loss.note("patches stand in a fenced block")
    return Draft(
        [Turn("user", asked)] if asked else [],
        [Answer(drafts.fenced(patch, "diff"), model=drafts.text(record, "model_name_or_path"))]
        if patch
        else [],
        PATCH,
        id=drafts.good_id(record["instance_id"]),
        title="" if asked else str(record["instance_id"]),
        reference=drafts.fenced(record["patch"], "diff") if drafts.text(record, "patch") else "",
        source=({"instance_id": record["instance_id"]} if drafts.good_id(record["instance_id"]) else {})
        | drafts.end_of(patch),
    )


def _trajectory(record: Record, loss: Losses) -> Draft:
    statement = _within(record, "replay_config", "problem_statement")
    asked = drafts.text(statement, "text")
    history = record.get("history")
    if not asked and isinstance(history, list):
        asked = next((drafts.content(h.get("content")) for h in history if _role(h) == "user"), "")
    steps = drafts.objects(record["trajectory"], Unfit("the trajectory"))
    if not steps:
        raise Unfit("the trajectory has no steps")
    parts = [_step(n, step) for n, step in enumerate(steps, start=1)]
    patch = drafts.text(_within(record, "info"), "submission")
    if patch:
        parts.append("## Patch\n\n" + drafts.fenced(patch, "diff"))
    loss.note("the steps of the agent are set one after the other as one response")
    return Draft(
        [Turn("user", asked)] if asked else [],
        [Answer("\n\n".join(parts))],
        PATCH,
        id=drafts.good_id(statement.get("id")),
    )


def _step(n: int, step: Record) -> str:
    found = [f"## Step {n}"]
    if thought := drafts.text(step, "thought", "response"):
        found.append(thought.strip())
    if action := drafts.text(step, "action"):
        found.append(drafts.fenced(action, "bash"))
    if seen := drafts.text(step, "observation"):
        found.append(drafts.fenced(seen, "text"))
    return "\n\n".join(found)


def _within(record: Record, *names: str) -> dict[str, Any]:
    found: Any = record
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _role(turn: Any) -> str:
    return str(turn.get("role")) if isinstance(turn, dict) else ""


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    """Predictions as SWE-bench's harness reads them, each with its grades."""
    return writing.graded_lines(results, out, _head)


def _head(graded: Graded, response: Response, loss: Losses) -> Record:
    if response is graded.task.responses[0]:
        writing.nameless(graded, loss)
    name = graded.models.get(response.id, response.id)
    patch = drafts.unfenced(response.text, graded.source)
    instance = graded.source.get("instance_id", graded.task.id)
    return {"instance_id": instance, "model_name_or_path": name, "model_patch": patch}


FORMAT = Format(
    "swe",
    "SWE-bench predictions (JSON Lines) and SWE-agent trajectories, as patches to grade",
    fits,
    convert,
    describe,
    write,
    carries=("verdicts", "criterion_comment"),
)
