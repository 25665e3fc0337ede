"""Pieces that writers share: results by task, answers out of a judgement, JSON Lines and tables."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO, TypeVar

from app.domain.questions import BOTH_BAD
from app.domain.task import Response, Turn
from app.domain.verdict import Mark
from app.formats.base import Graded, Losses, Record
from app.wire import jsonio

Told = TypeVar("Told")
WIN = 2
"""The strength that a plain win is kept with: formats that know no strength write any win as a win."""
WORDS: Mapping[str, str] = {
    "verdicts": "verdicts on criteria",
    "criterion_comment": "comments on criteria",
    "confidence": "confidence has no place",
    "reason": "reasons why there is no verdict",
    "spans": "spans",
    "highlights": "highlights without a label (comments on stretches, evidence)",
    "ratings": "ratings",
    "safety": "safety calls",
    "steps": "labels of steps",
    "finish": "reasons why a chain of steps ends",
    "preference": "preferences",
    "dimensions": "preferences other than the overall one",
    "justification": "justifications of a preference",
    "ranking": "rankings",
    "ideal": "ideal answers",
    "ideal_verdicts": "verdicts on the ideal answer",
    "comment": "comments",
    "task_comment": "comments on a task as a whole",
    "citations": "citations of attachments",
}
"""What a judgement can hold, as `Format.carries` names it, and what its loss is called."""
EVERYTHING = tuple(WORDS)
LISTS = ("verdicts", "ratings", "steps")
BESIDE = ("highlights", "criterion_comment", "confidence", "reason", "finish", "justification")
"""What is said beside a judgement: a format that could carry only this has no place for the result."""


def lines(out: BinaryIO, records: Iterable[Record]) -> None:
    """JSON Lines."""
    for record in records:
        out.write(jsonio.dumps(record) + b"\n")


def document(out: BinaryIO, value: object) -> None:
    """One JSON document."""
    out.write(jsonio.dumps(value) + b"\n")


def by_task(results: Iterable[Graded]) -> list[list[Graded]]:
    """The results of each task together, tasks in the order they first came."""
    found: dict[str, list[Graded]] = {}
    for graded in results:
        found.setdefault(graded.task.id, []).append(graded)
    return list(found.values())


def told_by_task(
    results: Iterable[Graded], loss: Losses, tell: Callable[[Graded, Losses], Told | None]
) -> Iterator[tuple[Graded, list[Told]]]:
    """(the first result of a task, what each of its raters told); a task of which nobody told anything is left out."""
    for group in by_task(results):
        told = [found for graded in group if (found := tell(graded, loss)) is not None]
        if told:
            yield group[0], told


@contextmanager
def table(
    out: BinaryIO, heading: Iterable[str], encoding: str = "utf-8", ending: str = "\n"
) -> Iterator[Callable[[Iterable[Any]], object]]:
    """Comma-separated under this heading; what it gives writes a row. The file stays open after it."""
    text = io.TextIOWrapper(out, encoding=encoding, newline="", write_through=True)
    try:
        rows = csv.writer(text, lineterminator=ending)
        rows.writerow(heading)
        yield rows.writerow
    finally:
        text.detach()


def messages(turns: Iterable[Turn]) -> list[Record]:
    return [{"role": t.role, "content": t.text} for t in turns]


def nameless(graded: Graded, loss: Losses) -> None:
    """Note that the responses' ids stand for models, where no model is known."""
    if not graded.models:
        loss.note("no model is named for these responses: their ids stand for the models")


def canary(graded: Graded) -> Record:
    """The benchmark's mark, where it has one: whoever gathers data from the web leaves out what bears it."""
    found = graded.source.get("canary")
    return {"canary": found} if isinstance(found, str) else {}


def asked(graded: Graded, loss: Losses) -> str:
    """The last turn of the prompt, for formats that have a place for one."""
    loss.note("earlier turns of a prompt", len(graded.task.prompt) - 1)
    return graded.task.prompt[-1].text


def score(graded: Graded, response: str) -> float | None:
    found = graded.scores.get(response)
    return found.value if found else None


def met(value: object) -> bool | None:
    """Whether a verdict is met or not met; None when it is neither."""
    return value == Mark.MET if value in (Mark.MET, Mark.NOT_MET) else None


def part(graded: Graded, response: str) -> Mapping[str, Any]:
    """What was judged of one response."""
    found: Mapping[str, Any] = (graded.judgement.get("responses") or {}).get(response) or {}
    return found


def entry(found: object) -> Mapping[str, Any]:
    """A verdict, a rating or a preference in its long form."""
    return found if isinstance(found, Mapping) else {"value": found}


def rating(graded: Graded, response: str, attribute: str) -> Mapping[str, Any]:
    return entry((part(graded, response).get("ratings") or {}).get(attribute))


def verdict(graded: Graded, response: str, criterion: str) -> Mapping[str, Any]:
    return entry((part(graded, response).get("verdicts") or {}).get(criterion))


def preference(graded: Graded, dimension: str = "overall") -> Mapping[str, Any]:
    return entry((graded.judgement.get("preference") or {}).get(dimension))


def winner(graded: Graded, loss: Losses) -> str | None:
    """`first`, `second`, `tie`, `both_bad`, or None without an answer. How strong is lost."""
    value = preference(graded).get("value")
    if value is None:
        return None
    if value == BOTH_BAD:
        return BOTH_BAD
    if abs(value) != WIN and value != 0:
        loss.note("how much better a response is")
    return "tie" if value == 0 else "first" if value < 0 else "second"


def unsaid(graded: Graded, loss: Losses, *kept: str) -> None:
    """Note what was judged that a format has no place for. kept: the words of what it carries."""
    told = _told(graded)
    for word, what in WORDS.items():
        if word not in kept:
            loss.note(what, told[word])


def says(graded: Graded, *carries: str) -> bool:
    """Whether a result holds something judged that a format carries; one that carries everything takes any result."""
    if set(carries) >= WORDS.keys() or ("spans" in carries and "spans" in graded.task.panels):
        return True  # to mark nothing is an answer, too
    told = _told(graded)
    return any(told[word] for word in carries if word not in BESIDE)


def labelled(graded: Graded, response: str) -> list[Mapping[str, Any]]:
    """The spans that answer the task's question: without the question or a label, a span is a highlight."""
    spans = part(graded, response).get("spans") or ()
    return [span for span in spans if span.get("label")] if "spans" in graded.task.panels else []


def _told(graded: Graded) -> Counter[str]:
    """How much was said, by the words of `WORDS`."""
    judgement = graded.judgement
    parts = list((judgement.get("responses") or {}).values())
    ideal = judgement.get("ideal") or {}
    marks = [entry(v) for part in parts for v in (part.get("verdicts") or {}).values()]
    preferred = judgement.get("preference") or {}
    told = Counter({name: sum(len(p.get(name) or ()) for p in parts) for name in LISTS})
    told |= Counter({name: sum(bool(p.get(name)) for p in parts) for name in ("safety", "finish", "comment")})
    told["spans"] = sum(len(labelled(graded, name)) for name in judgement.get("responses") or ())
    told["highlights"] = sum(len(p.get("spans") or ()) for p in parts) - told["spans"]
    told["criterion_comment"] = sum(bool(m.get("comment")) for m in marks)
    told["confidence"] = sum(bool(m.get("confidence")) for m in marks)
    told["reason"] = sum(bool(m.get("reason")) for m in marks)
    told["preference"] = int("overall" in preferred)
    told["dimensions"] = len(preferred.keys() - {"overall"})
    told["justification"] = sum(bool(entry(p).get("justification")) for p in preferred.values())
    told["ranking"] = bool(judgement.get("ranking"))
    told["ideal"] = bool(ideal.get("text"))
    told["ideal_verdicts"] = len(ideal.get("verdicts") or ())
    told["task_comment"] = bool(judgement.get("comment"))
    told["citations"] = len(judgement.get("citations") or ())
    return told


def further(graded: Graded, loss: Losses, *panels: str) -> None:
    """Note what was judged of the responses after the first, where a format has a place for one. panels: of lists."""
    later = [r.id for r in graded.task.responses[1:]]
    told = (
        labelled(graded, response) if name == "spans" else part(graded, response).get(name) or ()
        for response in later
        for name in panels
    )
    loss.note("judgements of further responses", sum(map(len, told)))


def other_ratings(graded: Graded, response: str, loss: Losses, names: Iterable[str]) -> None:
    """Note the ratings of attributes that a format has no names for."""
    rated = part(graded, response).get("ratings") or {}
    loss.note("ratings of other attributes", len(rated.keys() - set(names)))


def graded_lines(
    results: Iterable[Graded], out: BinaryIO, head: Callable[[Graded, Response, Losses], Record]
) -> Losses:
    """One line a response, for formats that have no grades of their own: the source's fields (`head`), then expert,
    score, verdicts and comments by criterion, under the names that HealthBench's graders use for the like."""
    loss = Losses()

    def found() -> Iterable[Record]:
        for graded in results:
            for response in graded.task.responses:
                entries = {c.id: verdict(graded, response.id, c.id) for c in graded.task.rubric.leaves}
                yield head(graded, response, loss) | {
                    "expert": graded.expert,
                    "score": score(graded, response.id),
                    "verdicts": {i: e["value"] for i, e in entries.items() if e.get("value") is not None},
                    "comments": {i: e["comment"] for i, e in entries.items() if e.get("comment")},
                }

    lines(out, found())
    return loss
