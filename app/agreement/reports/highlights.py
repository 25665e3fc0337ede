"""How far graders mark the same characters, where the batch asks for highlights: all labels together, and each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from app.agreement.reports.blocks import Block, Table
from app.agreement.reports.measuring import weighted
from app.agreement.reports.parts import MAX_ROWS, quick
from app.agreement.reports.source import Judgement, Source, Tr
from app.agreement.resampling import Bootstrap
from app.agreement.spans import Marked, shared
from app.domain.questions import Panel
from app.i18n import mark

NOTHING_MARKED = mark("Neither of them marked anything.")
Shares = list[tuple[str, float, float]]
"""(task, twice the characters both marked, characters of one + of the other) of each pair."""


def highlights(source: Source, tr: Tr, bootstrap: Bootstrap) -> list[Block]:
    """F1 of characters over all pairs; whole tasks are drawn for the intervals. Nothing where nobody could agree."""
    everything: Shares = []
    by_label: dict[str, Shares] = defaultdict(list)
    for task, one, other in _pairs(source):
        marked = shared(one, other)
        for label, (both, total) in marked.items():
            by_label[label].append((task, 2.0 * both, total))
        both = sum(n for n, _ in marked.values())
        everything.append((task, 2.0 * both, sum(n for _, n in marked.values())))
    if not everything:
        return []
    often = sorted(by_label, key=lambda label: (-sum(n for *_, n in by_label[label]), label))
    named = [(tr("All"), everything)]
    words = _labels(source) | {"": tr("no label")}
    named += [(words.get(label, label), by_label[label]) for label in often[:MAX_ROWS]]
    rows = tuple((name, len(of), weighted(of, quick(bootstrap), NOTHING_MARKED)) for name, of in named)
    note = tr(
        "Twice the characters that both marked with the label, through those of one and of the other."
        " A pair is two graders and a response."
    )
    return [Table(tr("Highlights"), (tr("Label"), tr("Pairs"), tr("F1 of characters")), rows, note)]


def _labels(source: Source) -> dict[str, str]:
    """What each label is called."""
    asked = [results[0].task.questions.spans for results in source.by_task.values()]
    return {label.id: label.text for one in asked if one is not None for label in one.labels}


def _pairs(source: Source) -> Iterator[tuple[str, list[Marked], list[Marked]]]:
    """What each two graders marked, on every response of a task that asks for highlights."""
    for task, results in source.by_task.items():
        if results[0].task.asks(Panel.SPANS):
            for response in results[0].task.responses:
                marked = [_marked(one.judgement, response.id) for one in results]
                yield from ((task, a, b) for a, b in combinations(marked, 2))


def _marked(judgement: Judgement, response: str) -> list[Marked]:
    spans = ((judgement.get("responses") or {}).get(response) or {}).get("spans") or ()
    return [Marked(int(s["start"]), int(s["end"]), str(s.get("label") or "")) for s in spans]
