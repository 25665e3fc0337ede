"""JSON shapes ⇄ domain values, with the standard library only.

Stored tasks are read through here before the first paint, so no validation library is involved:
`app.wire.documents` has checked every line when it was taken in. Shapes are those of the `task` and
`batch` schemas in resources/schemas/.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.asked_codec import questions_from_json, questions_to_json
from app.domain.batch import Batch, BatchFile, PolicyRef
from app.domain.edits import Change, Edit
from app.domain.ids import BatchId, DeviceId, Digest, LabId, ResponseId, TaskId
from app.domain.rubric import Anchor, Criterion, Evidence, Kind, Rubric
from app.domain.task import Attachment, Response, Task, Turn
from app.domain.times import from_text, to_text

Json = Mapping[str, Any]


def task_from_json(data: Json) -> Task:
    responses = tuple(
        Response(ResponseId(r["id"]), r["text"], r.get("language") or "") for r in data["responses"]
    )
    panels = tuple(data.get("panels") or ("rubric",))
    return Task(
        id=TaskId(data["id"]),
        title=data.get("title") or data["id"],
        prompt=tuple(Turn(t["role"], t["text"]) for t in data["prompt"]),
        responses=responses,
        rubric=rubric_from_json(data["rubric"]),
        panels=panels,
        questions=questions_from_json(data.get("questions"), panels, responses),
        attachments=tuple(
            Attachment(a["name"], a["media_type"], a["size"], Digest(a["sha256"]))
            for a in data.get("attachments") or ()
        ),
        tags=tuple(data.get("tags") or ()),
        language=data.get("language") or "",
        reference=data.get("reference") or "",
    )


def task_to_json(task: Task) -> dict[str, Any]:
    """A `task` document. Optional fields that hold nothing are left out."""
    found: dict[str, Any] = {
        "v": 1,
        "id": task.id,
        "title": task.title,
        "language": task.language,
        "prompt": [{"role": t.role, "text": t.text} for t in task.prompt],
        "responses": [
            {"id": r.id, "text": r.text} | ({"language": r.language} if r.language else {})
            for r in task.responses
        ],
        "rubric": rubric_to_json(task.rubric),
        "panels": list(task.panels),
        "questions": questions_to_json(task.questions),
        "attachments": [
            {"name": a.name, "media_type": a.media_type, "size": a.size, "sha256": a.sha256}
            for a in task.attachments
        ],
        "tags": list(task.tags),
        "reference": task.reference,
    }
    kept = ("v", "id", "title", "prompt", "responses", "rubric")
    return {k: v for k, v in found.items() if k in kept or v}


def rubric_from_json(data: Json) -> Rubric:
    return Rubric(
        tuple(criterion_from_json(c) for c in data["criteria"]), version=str(data.get("version", "1"))
    )


def rubric_to_json(rubric: Rubric) -> dict[str, Any]:
    return {"version": rubric.version, "criteria": [criterion_to_json(c) for c in rubric.criteria]}


def criterion_from_json(data: Json) -> Criterion:
    """Only `id` is needed; `text` is empty and the kind binary unless given (`assay score` relies on it)."""
    get = data.get
    kind, evidence, anchors, high = get("kind"), get("evidence"), get("anchors"), get("high")
    return Criterion(
        id=data["id"],
        text=get("text") or "",
        kind=Kind(kind) if kind else Kind.BINARY,
        points=float(get("points", 1)),
        tags=tuple(get("tags") or ()),
        parent=get("parent") or None,
        depends_on=tuple(get("depends_on") or ()),
        low=float(get("low", 0)),
        high=None if high is None else float(high),
        step=float(get("step", 1)),
        anchors=tuple(Anchor(float(a["value"]), a["label"]) for a in anchors) if anchors else (),
        evidence=Evidence(evidence) if evidence else Evidence.NONE,
        help=get("help") or "",
    )


def criterion_to_json(c: Criterion) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": c.id,
        "text": c.text,
        "kind": str(c.kind),
        "points": number(c.points),
        "tags": list(c.tags),
        "parent": c.parent,
        "depends_on": list(c.depends_on),
        "low": number(c.low),
        "high": number(c.high) if c.high is not None else None,
        "step": number(c.step),
        "anchors": [{"value": number(a.value), "label": a.label} for a in c.anchors],
        "evidence": str(c.evidence),
        "help": c.help,
    }
    ordinary = {"low": 0, "step": 1, "evidence": "none"}
    kept = ("id", "text", "kind", "points")
    return {
        k: v
        for k, v in found.items()
        if k in kept or (v not in (None, [], "") and not (k in ordinary and ordinary[k] == v))
    }


def number(value: float) -> int | float:
    """3.0 → 3, 0.5 → 0.5: as people write points."""
    return int(value) if float(value).is_integer() else value


def batch_from_json(data: Json, *, signed: bool = True) -> Batch:
    scoring = data["scoring"]
    return Batch(
        id=BatchId(data["batch"]),
        lab=LabId(data["lab"]),
        project=data["project"],
        version=data["version"],
        title=data["title"],
        field=data.get("field") or "",
        language=data.get("language") or "",
        issued_at=from_text(data["issued"]),
        expires_at=from_text(data["expires"]) if data.get("expires") else None,
        due_at=from_text(data["due"]) if data.get("due") else None,
        policy=PolicyRef(scoring["policy"], scoring.get("version", 1)),
        rubric_version=data["rubric_version"],
        guideline_version=data["guideline_version"],
        guideline=data.get("guideline") or "",
        panels=tuple(data.get("panels") or ("rubric",)),
        blind=bool(data.get("blind", True)),
        hide_score=bool(data.get("hide_score", False)),
        warnings=tuple(data.get("warnings") or ()),
        pay_per_hour=data.get("pay_per_hour") or "",
        parent=Digest(data["parent"]) if data.get("parent") else None,
        files=tuple(
            BatchFile(f["path"], f["media_type"], f["size"], f["count"], Digest(f["sha256"]))
            for f in data["files"]
        ),
        signed=signed,
    )


def batch_to_json(batch: Batch) -> dict[str, Any]:
    """A `batch` document's payload (what the lab signs)."""
    found: dict[str, Any] = {
        "v": 1,
        "lab": batch.lab,
        "project": batch.project,
        "batch": batch.id,
        "version": batch.version,
        "parent": batch.parent,
        "title": batch.title,
        "field": batch.field,
        "language": batch.language,
        "issued": to_text(batch.issued_at),
        "expires": to_text(batch.expires_at) if batch.expires_at else None,
        "due": to_text(batch.due_at) if batch.due_at else None,
        "scoring": {"policy": batch.policy.name, "version": batch.policy.version},
        "rubric_version": batch.rubric_version,
        "guideline_version": batch.guideline_version,
        "guideline": batch.guideline,
        "panels": list(batch.panels),
        "blind": batch.blind,
        "hide_score": batch.hide_score,
        "warnings": list(batch.warnings),
        "pay_per_hour": batch.pay_per_hour,
        "files": [
            {"path": f.path, "media_type": f.media_type, "size": f.size, "count": f.count, "sha256": f.sha256}
            for f in batch.files
        ],
    }
    return {k: v for k, v in found.items() if (v is not None and v not in ("", [])) or k == "files"}


def edit_to_json(edit: Edit) -> dict[str, Any]:
    """An edit as the journal keeps it."""
    found: dict[str, Any] = {
        "id": edit.id,
        "seq": edit.seq,
        "device": edit.device,
        "task": edit.task,
        "path": edit.path,
        "old": edit.old,
        "new": edit.new,
        "at": to_text(edit.at),
        "group": edit.group,
    }
    if edit.change is not Change.SET:
        found["change"] = str(edit.change)
        found["offset"] = edit.offset
    if edit.undoes is not None:
        found["undoes"] = edit.undoes
    return found


def edit_from_json(data: Json) -> Edit:
    return Edit(
        id=data["id"],
        device=DeviceId(data["device"]),
        task=TaskId(data["task"]),
        path=data["path"],
        old=data["old"],
        new=data["new"],
        at=from_text(data["at"]),
        group=data["group"],
        change=Change(data.get("change", "set")),
        offset=data.get("offset", 0),
        undoes=data.get("undoes"),
        seq=data["seq"],
    )
