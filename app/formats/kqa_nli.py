"""K-QA's statement labels (Itaymanes/K-QA): does an answer entail a statement, contradict it, or neither?

One row a statement, one column a physician; the rows of one answer are one task.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from app.domain.ids import CriterionId
from app.domain.rubric import Anchor, Criterion, Kind, Rubric
from app.domain.task import Turn
from app.formats import drafts, gathering, pairs, writing
from app.formats.base import About, Answer, Draft, Format, Given, Graded, Losses, Record, Unfit

LABELS = {"Contradiction": -1, "Neutral": 0, "Entailment": 1}
WORDS: Mapping[float, str] = {value: word for word, value in LABELS.items()}
ANCHORS = (
    Anchor(-1.0, "Contradicts the statement"),
    Anchor(0.0, "Says neither"),
    Anchor(1.0, "Says so, or it follows"),
)
RATERS = ("label_0", "label_1", "label_2")
COLUMNS = ("", "Question", "llm_x", "answer", "claim", "category_x", "majority_label", *RATERS)


def fits(kind: str, record: Record) -> bool:
    return kind == "csv" and {"Question", "llm_x", "answer", "claim", "label_0"} <= record.keys()


def describe(_first: Record, path: Path) -> About:
    return About.of_file(path, pairs.UNSCORED, "medicine")


def gather(found: Iterator[tuple[int, Any]]) -> Iterator[tuple[int, Any, int]]:
    """All statements on one answer: one task."""
    return gathering.grouped(found, lambda r: (r["Question"], r["llm_x"], r["answer"]))


def convert(record: Record, loss: Losses) -> Draft:
    rows: list[Record] = record[gathering.ROWS]
    if not drafts.text(record, "Question") or not drafts.text(record, "answer"):
        raise Unfit("it holds no question or no answer")
    criteria = [
        Criterion(
            CriterionId(f"c{n}"),
            row["claim"],
            Kind.SCALE,
            points=0,
            tags=tuple(t for t in (row["category_x"],) if t),
            low=-1.0,
            high=1.0,
            anchors=ANCHORS,
        )
        for n, row in enumerate(rows, 1)
    ]
    given = []
    for rater in RATERS:
        found = {f"c{n}": LABELS[row[rater]] for n, row in enumerate(rows, 1) if row.get(rater) in LABELS}
        loss.note("labels that are none of the three", sum(bool(r.get(rater)) for r in rows) - len(found))
        if found:
            given.append(Given(rater, {"responses": {"r1": {"verdicts": found}}}))
    return Draft(
        [Turn("user", record["Question"])],
        [Answer(record["answer"], model=record["llm_x"], id="r1")],
        Rubric(tuple(criteria), version="kqa-nli-1"),
        given=given,
        source={"index": [row.get("", "") for row in rows]},
    )


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    """One row a statement; the first three raters of a task in their order, and the majority."""
    loss = Losses()
    with writing.table(out, COLUMNS) as row:
        for group in writing.by_task(results):
            task = group[0].task
            response = task.responses[0]
            for graded in group:
                writing.further(graded, loss, "verdicts")
            told = [graded for graded in group if _labels(graded, loss)]
            loss.leave("results without one of the three labels", len(group) - len(told))
            loss.leave("raters after the third", max(len(told) - len(RATERS), 0))
            if not told:
                continue
            index, asked = list(group[0].source.get("index") or []), writing.asked(group[0], loss)
            for n, criterion in enumerate(task.rubric.leaves):
                words = [_word(g, criterion.id) for g in told[: len(RATERS)]]
                most = max(dict.fromkeys(w for w in words if w), key=words.count, default="")
                name = group[0].models.get(response.id, response.id)
                row(
                    [
                        index[n] if n < len(index) else n,
                        asked,
                        name,
                        response.text,
                        criterion.text,
                        criterion.tags[0] if criterion.tags else "",
                        most,
                        *words,
                        *[""] * (len(RATERS) - len(words)),
                    ]
                )
    return loss


def _labels(graded: Graded, loss: Losses) -> bool:
    """Whether a result has one of the three labels for a statement; other answers are noted."""
    response = graded.task.responses[0].id
    criteria = [c.id for c in graded.task.rubric.leaves]
    told = [c for c in criteria if writing.verdict(graded, response, c).get("value") is not None]
    labelled = sum(bool(_word(graded, c)) for c in told)
    loss.note("answers that are none of the three labels", len(told) - labelled)
    return labelled > 0


def _word(graded: Graded, criterion: CriterionId) -> str:
    value = writing.verdict(graded, graded.task.responses[0].id, criterion).get("value")
    return WORDS.get(value, "") if isinstance(value, int | float) else ""


FORMAT = Format(
    "kqa_nli",
    "K-QA labels: does an answer entail each statement (CSV, one column a physician); writes the same",
    fits,
    convert,
    describe,
    write,
    gather,
    carries=("verdicts",),
)
