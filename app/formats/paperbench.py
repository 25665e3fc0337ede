"""PaperBench (openai/frontier-evals): a tree of weighted requirements; only its leaves are judged, 0 or 1."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from app.domain.batch import PolicyRef
from app.domain.ids import CriterionId
from app.domain.rubric import Criterion, Kind, Rubric
from app.domain.task import Task, Turn
from app.domain.verdict import Mark
from app.formats import drafts, writing
from app.formats.base import About, Answer, Draft, Format, Given, Graded, Losses, Record, Unfit

MAX_NODES = 5000
STAND_IN = "no submission in the file: a note stands in its place"
NOTE = "(The submission is not in the file. Judge it where you have it.)"
KINDS = ("task_category", "finegrained_task_category")


def fits(kind: str, record: Record) -> bool:
    return kind != "csv" and {"requirements", "weight", "sub_tasks"} <= record.keys()


def describe(_first: Record, path: Path) -> About:
    return About.of_file(path, PolicyRef("paperbench_tree"), "research")


def convert(record: Record, loss: Losses) -> Draft:
    criteria: list[Criterion] = []
    verdicts: dict[str, Any] = {}
    stack: list[tuple[Record, CriterionId | None]] = [(record, None)]
    while stack:
        node, parent = stack.pop()
        criterion = _criterion(node, parent, len(criteria) + 1)
        criteria.append(criterion)
        if len(criteria) > MAX_NODES:
            raise Unfit("its tree has more than {n} nodes", n=MAX_NODES)
        below = drafts.objects(node.get("sub_tasks") or [], Unfit("the sub-tasks of a node"))
        if criterion.kind is Kind.BINARY:
            _take(node, criterion, verdicts, loss)
        else:
            said = [node.get(name) for name in ("score", "explanation", "valid_score")]
            loss.note("scores of inner nodes: they follow from those of the leaves", said[0] is not None)
        stack.extend((child, criterion.id) for child in reversed(below))
    submission = drafts.text(record, "submission")
    return Draft(
        [Turn("user", drafts.text(record, "requirements"))],
        [Answer(submission or NOTE, id="r1")],
        Rubric(tuple(criteria), version="paperbench-1"),
        id=drafts.good_id(record.get("id")),
        stand_in="" if submission else STAND_IN,
        given=[Given("human", {"responses": {"r1": {"verdicts": verdicts}}})] if verdicts else [],
    )


def _criterion(node: Record, parent: CriterionId | None, n: int) -> Criterion:
    said = drafts.text(node, "requirements")
    if not said:
        raise Unfit("node {n} has no requirements", n=n)
    weight = drafts.number(node.get("weight"), Unfit("the weight of node {n}", n=n))
    if weight < 0:
        raise Unfit("the weight of node {n} is below zero", n=n)
    inner = bool(node.get("sub_tasks"))
    return Criterion(
        CriterionId(drafts.good_id(node.get("id")) or f"n{n}"),
        said,
        Kind.GROUP if inner else Kind.BINARY,
        points=weight,
        tags=tuple(f"{k}: {node[k]}" for k in KINDS if isinstance(node.get(k), str)),
        parent=parent,
    )


def _take(node: Record, criterion: Criterion, verdicts: dict[str, Any], loss: Losses) -> None:
    score = node.get("score")
    if score is None or node.get("valid_score") is False:
        return
    if isinstance(score, bool) or score not in (0, 1):
        loss.note("scores of a leaf that are neither 0 nor 1")
        return
    why = drafts.text(node, "explanation")
    mark = str(Mark.MET if score else Mark.NOT_MET)
    verdicts[criterion.id] = {"value": mark} | ({"comment": why} if why else {})


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    """One tree a response; inner scores are the weighted means of the children (0 where no weight is)."""
    loss = Losses()
    trees = []
    for graded in results:
        for response in graded.task.responses:
            trees += [
                _tree(graded, response.id, top, loss) for top in graded.task.rubric.children.get(None, ())
            ]
    writing.document(out, trees[0] if len(trees) == 1 else trees)
    return loss


def _tree(graded: Graded, response: str, criterion: Criterion, loss: Losses) -> Record:
    task: Task = graded.task
    below = [_tree(graded, response, c, loss) for c in task.rubric.children.get(criterion.id, ())]
    tags = dict(t.split(": ", 1) for t in criterion.tags if ": " in t)
    node: Record = {"id": criterion.id, "requirements": criterion.text, "weight": criterion.points}
    if criterion.kind is Kind.GROUP:
        total = sum(b["weight"] for b in below)
        node["score"] = sum(b["weight"] * b["score"] for b in below) / total if total else 0.0
        node["valid_score"] = all(b["valid_score"] for b in below)
        node["explanation"] = "The weighted mean of its sub-tasks."
        loss.note("explanations of inner nodes are ours")
    else:
        verdict = writing.verdict(graded, response, criterion.id)
        met = writing.met(verdict.get("value"))
        loss.note(
            "verdicts that are neither met nor not met", met is None and verdict.get("value") is not None
        )
        node["score"] = 1.0 if met else 0.0
        node["valid_score"] = met is not None
        node["explanation"] = verdict.get("comment") or ""
    return (
        node
        | {k: tags.get(k) for k in KINDS if k == "task_category" or k in tags}
        | {
            "judge_metadata": None,
            "sub_tasks": below,
        }
    )


FORMAT = Format(
    "paperbench",
    "PaperBench trees of weighted requirements (JSON); writes graded trees",
    fits,
    convert,
    describe,
    write,
    carries=("verdicts", "criterion_comment"),
)
