"""Results → one JSON array of tasks as Label Studio's import takes it, each with an annotation an expert."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import BinaryIO

from app.formats import ls_own, ls_results, writing
from app.formats.base import Graded, Losses, Record

CARRIES = ("spans", "highlights", "ratings", "preference", "ranking", "ideal", "comment")
KEPT = {"id": int, "meta": dict}
"""Of a task of Label Studio beside its data."""


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    loss = Losses()
    found: list[Record] = []
    configs: set[str] = set()
    for group in writing.by_task(results):
        first = group[0]
        source = dict(first.source) if isinstance(first.source, Mapping) else {}
        foreign = not ls_results.controls_of(first.task, source)
        if foreign:
            source = ls_own.source_of(first.task)
        annotations = [made for graded in group if (made := _annotation(graded, source, loss)) is not None]
        if not annotations:
            continue
        if foreign:
            loss.note(
                "tasks that did not come from Label Studio bring a labelling configuration in their meta"
            )
            configs.add(source["meta"][ls_own.CONFIG])
        kept = {name: source[name] for name, kind in KEPT.items() if type(source.get(name)) is kind}
        found.append(kept | {"data": _data_of(first, source, loss), "annotations": annotations})
    loss.note("labelling configurations that differ: each needs a project", len(configs) > 1 and len(configs))
    writing.document(out, found)
    return loss


def _annotation(graded: Graded, source: Record, loss: Losses) -> Record | None:
    regions = ls_results.regions(graded.task, source, graded.judgement, loss)
    asks_spans = any(c["panel"] == "spans" for c in ls_results.controls_of(graded.task, source))
    if not regions and not asks_spans:
        loss.leave("results without an answer that a labelling configuration can ask for")
        return None
    signed = {"expert": graded.expert, "result": graded.result, "revision": graded.revision}
    loss.note("who marked nothing: only an answer has a place for the name", not regions)
    return {"result": [region | {"meta": {ls_results.META: signed}} for region in regions]}


def _data_of(graded: Graded, source: Record, loss: Losses) -> Record:
    texts: dict[str, str] = {r.id: r.text for r in graded.task.responses}
    data, shown = source.get("data"), source.get("shown")
    if not isinstance(data, dict) or not isinstance(shown, dict):
        loss.note("data that was not kept with the task: its texts stand under the names of what showed them")
        named = source.get("texts")
        listed = named.items() if isinstance(named, dict) else ()
        data, shown = {}, {name: response for response, name in listed if isinstance(name, str)}
    return data | {n: texts[r] for n, r in shown.items() if isinstance(r, str) and r in texts}
