"""Pieces that writers share: results by task, answers out of a judgement, JSON Lines and tables."""

from __future__ import annotations

import csv
import io
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
        loss.note("the models' names are known at the lab only: the responses' ids stand for them")


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
    """Note comments, justifications, spans and the like that a format has no place for. kept: panels it carries."""
    judgement = graded.judgement
    said = 1 if judgement.get("comment") else 0
    for found in (judgement.get("responses") or {}).values():
        said += bool(found.get("comment"))
        if "verdicts" not in kept:
            loss.note("verdicts on criteria", len(found.get("verdicts") or {}))
        if "spans" not in kept:
            loss.note("spans", len(found.get("spans") or ()))
        if "ratings" not in kept:
            loss.note("ratings", len(found.get("ratings") or {}))
        if "safety" not in kept:
            loss.note("safety calls", bool(found.get("safety")))
        if "steps" not in kept:
            loss.note("labels of steps", len(found.get("steps") or {}))
    if "preference" not in kept:
        loss.note("preferences", len(judgement.get("preference") or {}))
    elif "justification" not in kept:
        told = (entry(p).get("justification") for p in (judgement.get("preference") or {}).values())
        loss.note("justifications of a preference", sum(bool(j) for j in told))
    if "ranking" not in kept:
        loss.note("rankings", bool(judgement.get("ranking")))
    if "ideal" not in kept:
        loss.note("ideal answers", bool((judgement.get("ideal") or {}).get("text")))
    if "comment" not in kept:
        loss.note("comments", said)
    loss.note("citations of attachments", len(judgement.get("citations") or ()))


def graded_lines(
    results: Iterable[Graded], out: BinaryIO, head: Callable[[Graded, Response, Losses], Record]
) -> list[str]:
    """One line a response, for formats that have no grades of their own: the source's fields (`head`), then expert,
    score, verdicts and comments by criterion, under the names that HealthBench's graders use for the like."""
    loss = Losses()

    def found() -> Iterable[Record]:
        for graded in results:
            unsaid(graded, loss, "verdicts")
            for response in graded.task.responses:
                entries = {c.id: verdict(graded, response.id, c.id) for c in graded.task.rubric.leaves}
                loss.note("confidence has no place", sum(bool(e.get("confidence")) for e in entries.values()))
                yield head(graded, response, loss) | {
                    "expert": graded.expert,
                    "score": score(graded, response.id),
                    "verdicts": {i: e["value"] for i, e in entries.items() if e.get("value") is not None},
                    "comments": {i: e["comment"] for i, e in entries.items() if e.get("comment")},
                }

    lines(out, found())
    return loss.report()
