"""Batches: tasks cut into packs, the signed manifest over them, and its later versions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from app.domain import scoring
from app.domain.batch import Batch, BatchFile
from app.domain.codec import batch_to_json
from app.domain.ids import BatchId, Digest, LabId, digest
from app.domain.times import to_text
from app.errors import InputError
from app.formats.base import Found, Reading, Skipped, no_task
from app.formats.beside import Beside
from app.wire import jsonio
from app.wire.protocol import PACK_TASKS
from app.wire.work import TASKS_MEDIA_TYPE, check_task
from lab import feeds, tables
from lab.lab import Lab, Signed

MAX_PACKS = 5000
PACK_BYTES = 8 * 1024 * 1024
SMALL_PACK = 5
LIFE = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Imported:
    """criteria: over all tasks. skipped: records of the file that became no task, with line and reason.

    records: of the file, in tasks and skipped; several may make one task.
    """

    batch: str
    tasks: int
    criteria: int
    skipped: list[Skipped]
    losses: list[str]
    records: int


@dataclass
class _Cutter:
    """Lines → packs on disk. A pack is a tenth of what came before it, from 5 tasks to 50: a small batch
    shares evenly among experts, and a big one has few files."""

    lab: Lab
    batch: BatchId
    packs: list[BatchFile] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    _lines: list[bytes] = field(default_factory=list)
    _bytes: int = 0

    def add(self, task: str, line: bytes, sha256: Digest) -> None:
        due = min(PACK_TASKS, max(SMALL_PACK, (len(self.rows) - len(self._lines)) // 10))
        if self._lines and (len(self._lines) >= due or self._bytes + len(line) > PACK_BYTES):
            self.close()
        self.rows.append(
            {
                "id": task,
                "batch": self.batch,
                "number": len(self.rows) + 1,
                "pack": len(self.packs) + 1,
                "digest": sha256,
                "start": self._bytes,
                "length": len(line),
            }
        )
        self._lines.append(line)
        self._bytes += len(line) + 1

    def close(self) -> None:
        if not self._lines:
            return
        if len(self.packs) >= MAX_PACKS:
            raise InputError(
                "import.large", "A batch holds at most {n} packs of tasks.", params={"n": MAX_PACKS}
            )
        data = b"".join(line + b"\n" for line in self._lines)
        path = f"tasks/{len(self.packs) + 1:04}.jsonl"
        self.packs.append(
            BatchFile(path, TASKS_MEDIA_TYPE, len(data), len(self._lines), self.lab.blobs.put(data))
        )
        self._lines, self._bytes = [], 0


def create(lab: Lab, reading: Reading, *, title: str = "", due_at: datetime | None = None) -> Imported:
    """A new batch of a file's tasks, signed. Raises InputError when not one record became a task."""
    scoring.policy(reading.policy)
    about, now = reading.about, lab.clock.now()
    cutter = _Cutter(lab, BatchId(lab.new_id("b")))
    skipped: list[Skipped] = []
    authors: list[dict[str, str]] = []
    criteria, records, rubric_version = 0, 0, ""
    panels: dict[str, None] = {}
    attached: list[dict[str, Any]] = []
    for found in reading:
        try:
            task_id = _own_id(lab, cutter, found)
            line = jsonio.dumps({**found.task, "id": task_id})
            task, sha256 = check_task(line, f"line {found.line}")
            if len(task.attachments) != len(found.files):
                raise InputError("import.attachment", "its attachments are not beside the file")
            files = [_kept(lab, file) for file in found.files]
        except InputError as exc:
            skipped.append(Skipped(found.line, exc, found.records))
            continue
        cutter.add(task_id, line, sha256)
        reading.loss.note("tasks whose id another task here has got a new one", task_id != found.task["id"])
        attached += [{"batch": cutter.batch, "pack": len(cutter.packs) + 1, **file} for file in files]
        authors += [{"task": task_id, "response": r, "model": m} for r, m in found.models.items()]
        criteria += len(task.rubric.leaves)
        records += found.records
        panels |= dict.fromkeys(task.panels)
        rubric_version = rubric_version or task.rubric.version
    cutter.close()
    skipped = sorted([*reading.skipped, *skipped], key=lambda s: s.line)
    if not cutter.rows:
        raise no_task(skipped)
    batch = Batch(
        id=cutter.batch,
        lab=LabId(lab.config.lab),
        project=about.field or "general",
        version=1,
        title=title or about.title,
        field=about.field,
        language=about.language,
        issued_at=now,
        expires_at=now + LIFE,
        due_at=due_at,
        policy=about.policy,
        rubric_version=rubric_version,
        guideline_version="1",
        guideline=about.guideline,
        panels=tuple(panels),
        warnings=about.warnings,
        files=tuple(cutter.packs),
    )
    signed = lab.sign("batch", jsonio.dumps(batch_to_json(batch)))

    def job(connection: Connection) -> None:
        connection.execute(
            insert(tables.batch).values(
                id=batch.id,
                version=1,
                digest=signed.digest,
                payload=signed.payload,
                title=batch.title,
                field=batch.field,
                created_at=to_text(now),
            )
        )
        _version(connection, batch.id, 1, signed)
        connection.execute(
            insert(tables.pack),
            [
                {"batch": batch.id, "number": n, "sha256": f.sha256, "size": f.size, "tasks": f.count}
                for n, f in enumerate(batch.files, start=1)
            ],
        )
        for rows in _chunks(cutter.rows, 1000):
            connection.execute(insert(tables.task), rows)
        for rows in _chunks(authors, 1000):
            connection.execute(insert(tables.author), rows)
        once = {(row["pack"], row["sha256"]): row for row in attached}
        for rows in _chunks(list(once.values()), 1000):
            connection.execute(insert(tables.attachment), rows)

    lab.database.write(job)
    every = records + sum(s.records for s in skipped)
    return Imported(batch.id, len(cutter.rows), criteria, skipped, reading.losses, every)


def _kept(lab: Lab, file: Beside) -> dict[str, Any]:
    """The file as a blob, and its row. InputError when it is not what it was when it was found."""
    try:
        data = file.path.read_bytes()
    except OSError as exc:
        raise InputError("import.attachment", "its attachments are not beside the file") from exc
    if digest(data) != file.sha256:
        raise InputError("import.changed", "an attachment of it changed while it was read")
    path = f"files/{file.sha256[:16]}/{file.name}"
    lab.blobs.put(data)
    return {"sha256": file.sha256, "path": path, "media_type": file.media_type, "size": file.size}


def revise(lab: Lab, batch: str, changes: dict[str, Any]) -> int:
    """The next version of the manifest with these members changed; None removes one. Returns the version.

    A changed guideline gets the next guideline version, which results then name.
    """
    return lab.database.write(
        lambda connection: next_version(connection, lab, batch, changes, "batch.revised")
    )


def add_note(connection: Connection, lab: Lab, batch: str, text: str, criteria: Sequence[str]) -> int:
    """The next guideline version, with a note that says what it settles (H6). Returns the batch's version."""
    payload = jsonio.loads(bytes(row(connection, batch).payload))
    version = str(int(payload["guideline_version"]) + 1)
    note = {"version": version, "at": lab.now(), "text": text, "criteria": list(criteria)}
    changes = {"guideline_version": version, "notes": [*payload.get("notes", []), note]}
    return next_version(connection, lab, batch, changes)


def withdraw(lab: Lab, batch: str) -> int:
    """Take a batch back: the last version says when. Results that still come are kept, as late."""
    now = lab.now()

    def job(connection: Connection) -> int:
        version = next_version(connection, lab, batch, {"withdrawn": now}, "batch.withdrawn")
        connection.execute(update(tables.batch).where(tables.batch.c.id == batch).values(withdrawn_at=now))
        return version

    return lab.database.write(job)


def row(connection: Connection, batch: str) -> Any:
    """The batch's row, or InputError."""
    found = connection.execute(select(tables.batch).where(tables.batch.c.id == batch)).one_or_none()
    if found is None:
        raise InputError("batch.unknown", "This lab has no batch “{id}”.", params={"id": batch})
    return found


def next_version(
    connection: Connection, lab: Lab, batch: str, changes: dict[str, Any], kind: str = "batch.revised"
) -> int:
    """Sign the manifest with these members changed and tell everyone who holds the batch. Returns its version."""
    current = row(connection, batch)
    if current.withdrawn_at:
        raise InputError("batch.withdrawn", "The batch “{id}” was withdrawn.", params={"id": batch})
    payload = jsonio.loads(bytes(current.payload))
    if "guideline" in changes and changes["guideline"] != payload.get("guideline", ""):
        payload["guideline_version"] = str(int(payload["guideline_version"]) + 1)
    version = int(current.version) + 1
    payload |= changes | {"version": version, "parent": current.digest, "issued": lab.now()}
    payload = {name: value for name, value in payload.items() if value is not None}
    signed = lab.sign("batch", jsonio.dumps(payload))
    connection.execute(
        update(tables.batch)
        .where(tables.batch.c.id == batch)
        .values(version=version, digest=signed.digest, payload=signed.payload, title=payload["title"])
    )
    _version(connection, batch, version, signed)
    holders = select(tables.assignment.c.expert).where(tables.assignment.c.batch == batch).distinct()
    for who in feeds.lock(connection, connection.execute(holders).scalars()):
        feeds.append(connection, who, kind, batch, signed.digest)
    return version


def _version(connection: Connection, batch: str, version: int, signed: Signed) -> None:
    feeds.keep(connection, signed)
    connection.execute(
        insert(tables.batch_version).values(digest=signed.digest, batch=batch, version=version)
    )


def _own_id(lab: Lab, cutter: _Cutter, found: Found) -> str:
    """The source's id, unless the lab holds a task of that name: then with the batch's before it."""
    wanted = str(found.task["id"])
    with lab.database.reading() as connection:
        taken = connection.execute(select(tables.task.c.id).where(tables.task.c.id == wanted)).first()
    return wanted if taken is None else f"{cutter.batch}-{wanted}"


def _chunks(rows: list[dict[str, Any]], size: int) -> Iterable[list[dict[str, Any]]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))
