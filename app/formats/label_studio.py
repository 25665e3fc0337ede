"""Label Studio (HumanSignal/label-studio 1.23) exports: JSON, and JSON-MIN beside a configuration.

An export does not hold the project's labelling configuration. It is looked for beside the file: `NAME.xml`, then
`…label_config.xml` where the file is `…data.json`, then `label_config.xml`; a task that was written here has its own in
`meta`. Else what was asked is told from the results (`ls_inferred`). No address in the data is ever opened.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.formats import (
    drafts,
    gathering,
    ls_answers,
    ls_inferred,
    ls_min,
    ls_own,
    ls_results,
    ls_tasks,
    ls_writing,
    pairs,
)
from app.formats.base import About, Convert, Draft, Format, Given, Losses, Record, Unfit
from app.formats.ls_config import MAX_CONFIG, MAX_NAMED, Config, read_config

MOST = MAX_CONFIG * 4
"""Bytes of a configuration; a character has up to four."""
NAMED = 20
"""Fields of a task that are told one by one."""
OF_TASK = ("annotations", "predictions", "drafts")
KNOWN = {"id", "data", "meta", *OF_TASK, gathering.LINE}
LEFT = {
    "lead_time": "how long an annotation took",
    "reviews": "reviews of annotations",
    "history": "histories of annotations",
    "ground_truth": "marks of ground truth",
    "prediction": "predictions that an annotation began with",
}


def fits(kind: str, record: Record) -> bool:
    if ls_min.is_row(record):
        return True
    listed = any(isinstance(record.get(name), list) for name in OF_TASK)
    return kind != "csv" and isinstance(record.get("data"), dict) and (listed or record.keys() <= KNOWN)


def describe(_first: Record, path: Path) -> About:
    return About.of_file(path, pairs.UNSCORED)


@dataclass(frozen=True, slots=True)
class _Asked:
    """beside: the configuration beside the file, or why it cannot be read. inferred: where there is none."""

    beside: Config | Unfit | None
    inferred: Config | None

    def of(self, record: Record, loss: Losses) -> Config:
        if isinstance(self.beside, Unfit):
            raise self.beside.with_traceback(None)
        if self.beside is not None:
            return self.beside
        meta = record.get("meta")
        own = meta.get(ls_own.CONFIG) if isinstance(meta, dict) else None
        if isinstance(own, str):
            return _read(own)
        if self.inferred is None or ls_min.is_row(record):
            raise Unfit(
                "which of its fields are answers stands in no labelling configuration beside the file"
            )
        if not self.inferred.controls and self.inferred.unread:
            what = ", ".join(self.inferred.unread)[:MAX_NAMED]
            raise Unfit("what it asks cannot be answered here: {what}", what=what)
        if not self.inferred.controls:
            raise Unfit(
                "nothing is asked of it: the file holds no result, and there is no labelling configuration"
            )
        loss.note(
            "without a labelling configuration only the choices that were used in the file can be chosen"
        )
        return self.inferred


def prepare(path: Path, found: Iterator[tuple[int, Any]]) -> Convert:
    beside: Config | Unfit | None
    try:
        beside = _beside(path)
    except Unfit as exc:
        beside = exc
    asked = _Asked(beside, None if beside is not None else ls_inferred.inferred(found))
    return lambda record, loss: _convert(record, asked, loss)


@lru_cache(maxsize=8)
def _read(xml: str) -> Config:
    return read_config(xml)


def _beside(path: Path) -> Config | None:
    """The configuration beside a file, by name. It never leaves the folder of the file."""
    stem = Path(path.name.removesuffix(".gz")).stem
    head = stem.removesuffix("data")
    names = [f"{stem}.xml", *([f"{head}label_config.xml"] if head != stem else []), "label_config.xml"]
    for name in names:
        place = path.with_name(name)
        if not os.path.isfile(place):
            continue
        try:
            if place.resolve().parent != path.parent.resolve():
                raise Unfit(
                    "its labelling configuration “{name}” does not lead to a file beside it", name=name
                )
            with place.open("rb") as stream:
                data = stream.read(MOST + 1)
            return read_config(data.decode("utf-8-sig", "replace" if len(data) > MOST else "strict"))
        except UnicodeDecodeError as exc:
            raise Unfit("its labelling configuration “{name}” is not UTF-8", name=name) from exc
        except OSError as exc:
            raise Unfit("its labelling configuration “{name}” cannot be read", name=name) from exc
    return None


def _convert(record: Record, asked: _Asked, loss: Losses) -> Draft:
    if ls_min.is_row(record) and all(isinstance(v, str) for k, v in record.items() if k[:1] != "#"):
        raise Unfit(
            "it is a row of a table, in which answers have lost their kind: export the project as JSON"
        )
    config = asked.of(record, loss)
    task = ls_min.whole(record, config, loss) if ls_min.is_row(record) else record
    data = _data(task)
    if config is asked.inferred:
        _no_address(config, data)
        _unshown(config, data, loss)
    draft = ls_tasks.draft(config, data, loss)
    draft.id = drafts.good_id(record.get("id"))
    draft.source |= {"id": record["id"]} if type(record.get("id")) is int else {}
    if isinstance(task.get("meta"), dict) and task["meta"]:
        draft.source["meta"] = drafts.blind(task["meta"], loss)
    draft.given = _given(task, draft, f"line {record.get(gathering.LINE, 1)}", loss)
    for name, what in (("predictions", "predictions of models"), ("drafts", "drafts of annotations")):
        loss.note(what, len(_listed(task, name)))
    loss.note("what Label Studio counts and dates of a task", "data" in task and not task.keys() <= KNOWN)
    return draft


def _data(task: Record) -> Record:
    """The data of a task; a task that is nothing but its data is taken as Label Studio's own import takes it."""
    if "data" not in task and not any(name in task for name in OF_TASK):
        return {name: value for name, value in task.items() if name != gathering.LINE}
    data = task.get("data")
    if not isinstance(data, dict):
        raise Unfit("its data is no object")
    return data


def _listed(task: Record, name: str) -> list[Any]:
    found = task.get(name)
    if found is not None and not isinstance(found, list):
        raise Unfit("its “{name}” is no list", name=name)
    return found or []


def _no_address(config: Config, data: Record) -> None:
    for target in dict.fromkeys(name for asked in config.controls for name in asked.to):
        if ls_inferred.is_address(data.get(config.objects[target].variable)):
            raise Unfit(
                "what it asks about, “{name}”, is an address: what stands there is not fetched",
                name=target[:100],
            )


def _unshown(config: Config, data: Record, loss: Losses) -> None:
    shown = {one.variable for one in config.objects.values()}
    others = [name for name in data if name not in shown]
    for name in others[:NAMED]:
        loss.note(f"“{name[:100]}” of the data is not shown: no result is about it")
    loss.note("further fields of the data are not shown", len(others[NAMED:]))


def _given(task: Record, draft: Draft, line: str, loss: Losses) -> list[Given]:
    texts = {answer.id: answer.text for answer in draft.answers}
    found = []
    for one in _listed(task, "annotations"):
        result = one.get("result") if isinstance(one, dict) else None
        if not isinstance(one, dict) or not isinstance(result, list):
            loss.note(f"{line}: an annotation that is no list of results")
            continue
        for name, what in LEFT.items():
            loss.note(what, bool(one.get(name)))
        if one.get("was_cancelled"):
            loss.note("annotations that were cancelled")
            continue
        said = ls_answers.judgement(draft.source, result, texts, loss, line)
        if said or (not result and "spans" in draft.panels):
            found.append(Given(_rater(one, result), said))
        else:
            loss.note("annotations that answer nothing of what is asked here")
    return found


def _rater(annotation: Record, result: list[Any]) -> str:
    by = annotation.get("completed_by")
    if isinstance(by, dict):
        by = by.get("email") or by.get("id")
    first = result[0] if result and isinstance(result[0], dict) else {}
    meta = first.get("meta")
    own = meta.get(ls_results.META) if isinstance(meta, dict) else None
    expert = own.get("expert") if isinstance(own, dict) else None
    return drafts.good_id(expert) or drafts.good_id(by) or "annotator"


FORMAT = Format(
    "label_studio",
    "Label Studio tasks with annotations (JSON; JSON-MIN with a configuration), asked as the labelling configuration"
    " beside the file says (NAME.xml, label_config.xml), else as the results show; writes JSON to import",
    fits,
    describe=describe,
    write=ls_writing.write,
    gather=ls_min.gather,
    carries=ls_writing.CARRIES,
    prepare=prepare,
)
