"""What is sealed: judges' opinions, gold keys and first grades, and the keys that open them.

Every task of a batch with sealing carries an envelope of the same padded size for every reader, whether it holds
anything or not; the key of one reader's envelope opens no other. A key is released only against a stored result of
that very reader on that very task (docs/adr/0014).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from app.domain.judgement import flatten
from app.errors import AssayError, InputError
from app.wire import jsonio
from app.wire.sealing import KEY_BYTES, NONCE_BYTES, Envelope, bucket, seal
from app.wire.signatures import base64url
from lab import batches, feeds
from lab.lab import Lab
from lab.tables import assigned_pack, document, pack, result, task
from lab.tables_leads import extra_task, opinion, sealed, sealing

Entries = Sequence[tuple[str, str, dict[str, Any]]]
"""(task, name, judgement)."""


def put(lab: Lab, batch: str, kind: str, entries: Entries, *, openly: bool = False) -> int:
    """Hold opinions (`judge`) or keys (`gold`) on tasks of a batch, and seal them for everyone who has the tasks.

    An entry takes the place of one with the same task and name. Raises InputError naming the first entry that does
    not fit its task: then nothing is held. openly: nothing is sealed (a calibration batch). Returns how many.
    """
    with lab.database.reading() as connection:
        batches.row(connection, batch)
        checked = [_checked(connection, lab, batch, kind, entry) for entry in entries]

    def job(connection: Connection) -> int:
        for row in checked:
            same = (
                (opinion.c.task == row["task"]) & (opinion.c.kind == kind) & (opinion.c.name == row["name"])
            )
            connection.execute(delete(opinion).where(same))
        if checked:
            connection.execute(insert(opinion), checked)
        if openly:
            return len(checked)
        _grow(connection, batch)
        for who, tasks in _holders(connection, batch).items():
            give(connection, lab, who, batch, tasks)
        return len(checked)

    return lab.database.write(job)


def _checked(
    connection: Connection, lab: Lab, batch: str, kind: str, entry: tuple[str, str, dict[str, Any]]
) -> dict[str, Any]:
    name, judge, judgement = entry
    row = connection.execute(
        select(task, pack.c.sha256)
        .join(pack, (pack.c.batch == task.c.batch) & (pack.c.number == task.c.pack))
        .where(task.c.id == name, task.c.batch == batch)
    ).one_or_none()
    if row is None:
        raise InputError(
            "seal.task", "The batch has no task “{id}”.", params={"id": name}, hint="Nothing was sealed."
        )
    try:
        flatten(lab.task(row.digest, row.sha256, row.start, row.length), judgement)
    except AssayError as exc:
        exc.where = f"{name}{exc.where}"
        raise
    data = jsonio.dumps(judgement)
    return {"task": name, "kind": kind, "name": judge, "batch": batch, "judgement": data}


def _grow(connection: Connection, batch: str) -> None:
    """One size for all envelopes of the batch: that of the largest content."""
    found = connection.execute(select(opinion).where(opinion.c.batch == batch)).all()
    by_task: dict[str, list[Any]] = defaultdict(list)
    for row in found:
        by_task[row.task].append(row)
    most = max((bucket(len(_content(rows))) for rows in by_task.values()), default=bucket(0))
    known = connection.execute(select(sealing.c.bucket).where(sealing.c.batch == batch)).scalar()
    if known is None:
        connection.execute(insert(sealing).values(batch=batch, bucket=most))
    elif known < most:
        connection.execute(update(sealing).where(sealing.c.batch == batch).values(bucket=most))


def _content(rows: Iterable[Any]) -> bytes:
    opinions = [
        {"kind": row.kind, "name": row.name, "judgement": jsonio.loads(bytes(row.judgement))} for row in rows
    ]
    return jsonio.dumps({"v": 1, "opinions": opinions})


def _holders(connection: Connection, batch: str) -> dict[str, list[str]]:
    """Who holds which tasks of a batch, repeats and second grades too."""
    found: dict[str, list[str]] = defaultdict(list)
    ordinary = (
        select(assigned_pack.c.expert, task.c.id)
        .join(task, (task.c.batch == assigned_pack.c.batch) & (task.c.pack == assigned_pack.c.pack))
        .where(assigned_pack.c.batch == batch, assigned_pack.c.ended_at.is_(None))
        .order_by(task.c.number)
    )
    extra = select(extra_task.c.expert, extra_task.c.task).where(
        extra_task.c.batch == batch, extra_task.c.of.is_not(None)
    )
    for row in [*connection.execute(ordinary), *connection.execute(extra)]:
        found[row[0]].append(row[1])
    return found


def give(connection: Connection, lab: Lab, who: str, batch: str, tasks: Sequence[str]) -> None:
    """An envelope in her feed for each of these tasks, if the batch has sealing. Repeats hold what their task holds."""
    size = connection.execute(select(sealing.c.bucket).where(sealing.c.batch == batch)).scalar()
    if size is None or not tasks:
        return
    repeated = select(extra_task.c.task, extra_task.c.of).where(
        extra_task.c.expert == who, extra_task.c.batch == batch, extra_task.c.of.is_not(None)
    )
    alias = {row.task: row.of for row in connection.execute(repeated)}
    held: dict[str, list[Any]] = defaultdict(list)
    for row in connection.execute(select(opinion).where(opinion.c.batch == batch)):
        held[row.task].append(row)
    for name in tasks:
        content = _content(held.get(alias.get(name) or name, ()))
        sha256, made = put_away(connection, lab, who, batch, name, content, size)
        feeds.append(connection, who, "sealed", made, sha256)


def give_packs(connection: Connection, lab: Lab, who: str, batch: str, numbers: Sequence[int]) -> None:
    """`give` for every task of these packs."""
    if connection.execute(select(sealing.c.bucket).where(sealing.c.batch == batch)).scalar() is None:
        return
    tasks = select(task.c.id).where(task.c.batch == batch, task.c.pack.in_(list(numbers)))
    give(connection, lab, who, batch, list(connection.execute(tasks.order_by(task.c.number)).scalars()))


def put_away(
    connection: Connection, lab: Lab, who: str, batch: str, name: str, content: bytes, size: int
) -> tuple[str, str]:
    """Seal content for a reader; (digest of the document, id of the envelope)."""
    made, key = lab.new_id("s"), lab.entropy(KEY_BYTES)
    envelope = Envelope(lab.config.lab, made, who, batch, name)
    payload = {
        "v": 1,
        "lab": lab.config.lab,
        "sealed": made,
        "expert": who,
        "batch": batch,
        "task": name,
        "issued": lab.now(),
        **seal(content, key, lab.entropy(NONCE_BYTES), envelope, size),
    }
    signed = lab.sign("sealed", jsonio.dumps(payload))
    feeds.keep(connection, signed)
    connection.execute(
        insert(sealed).values(id=made, batch=batch, task=name, expert=who, digest=signed.digest, key=key)
    )
    return signed.digest, made


def open_for(
    connection: Connection, lab: Lab, who: str, digests: Sequence[str]
) -> tuple[list[bytes], list[str]]:
    """(signed openings of everything sealed for her on the tasks of these results of hers, digests not held).

    The same envelope gets the same opening each time.
    """
    wanted = list(dict.fromkeys(digests))
    rows = connection.execute(
        select(result.c.digest, result.c.task).where(result.c.expert == who, result.c.digest.in_(wanted))
    ).all()
    held = {row.digest: row.task for row in rows}
    openings: list[bytes] = []
    for sha256, name in held.items():
        envelopes = connection.execute(
            select(sealed).where(sealed.c.expert == who, sealed.c.task == name).order_by(sealed.c.id)
        ).all()
        for row in envelopes:
            openings.append(bytes(row.opening) if row.opening else _opened(connection, lab, row, sha256))
    return openings, [one for one in wanted if one not in held]


def _opened(connection: Connection, lab: Lab, row: Any, sha256: str) -> bytes:
    now = lab.now()
    payload = {
        "v": 1,
        "lab": lab.config.lab,
        "sealed": row.id,
        "sealed_digest": row.digest,
        "expert": row.expert,
        "task": row.task,
        "result": sha256,
        "issued": now,
        "key": base64url(bytes(row.key)),
    }
    signed = lab.sign("opening", jsonio.dumps(payload))
    connection.execute(
        update(sealed).where(sealed.c.id == row.id).values(opening=signed.document, opened_at=now)
    )
    return signed.document


def gold_of(connection: Connection, tasks: Sequence[str]) -> dict[str, Any]:
    """The keys of gold tasks among these."""
    found = select(opinion.c.task, opinion.c.judgement).where(
        opinion.c.kind == "gold", opinion.c.task.in_(list(tasks))
    )
    return {row.task: jsonio.loads(bytes(row.judgement)) for row in connection.execute(found)}


def stored(connection: Connection, sha256: str) -> bytes:
    """A document that feeds name."""
    return bytes(
        connection.execute(select(document.c.document).where(document.c.digest == sha256)).scalar_one()
    )
