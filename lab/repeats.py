"""Hidden repeats (D3): the same task once more under another id and with its responses the other way round.

To the laptop a repeat is a task like any other. Which they were is told to the expert alone, when she has done all
of the batch.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from app.domain.codec import task_from_json
from app.domain.order import shown_order
from app.domain.sampling import chance
from app.errors import InputError
from app.wire import jsonio
from lab import batches, extras, feeds, lines
from lab.database import insert_new
from lab.lab import Lab
from lab.tables import assigned_pack, assignment, result, task
from lab.tables_leads import extra_task, repeat_told

TRIES = 200
_TAIL = re.compile(r"[A-Za-z0-9]+(?=[^A-Za-z0-9]*$)")
_CLASSES = (string.digits, string.ascii_lowercase, string.ascii_uppercase)

_HELD = (
    select(assigned_pack.c.expert, task.c.id, assignment.c.seed)
    .join(task, (task.c.batch == assigned_pack.c.batch) & (task.c.pack == assigned_pack.c.pack))
    .join(assignment, assignment.c.id == assigned_pack.c.assignment)
    .where(assigned_pack.c.ended_at.is_(None))
    .order_by(assigned_pack.c.expert, task.c.number)
)
_OF = (assigned_pack.c.expert == bindparam("who")) & (assigned_pack.c.batch == bindparam("batch"))


def plant(lab: Lab, batch: str, percent: float, seed: str = "") -> dict[str, int]:
    """Give everyone who works on the batch so many percent of her tasks once more: {expert: repeats}.

    Whoever has repeats of the batch already gets none. Raises InputError.
    """
    if not 0 < percent <= 100:
        raise InputError("repeats.percent", "The share must be above 0 and at most 100 percent.")
    with lab.database.reading() as connection:
        about = batches.row(connection, batch)
        blind = bool(jsonio.loads(bytes(about.payload)).get("blind", True))
        held = connection.execute(_HELD.where(assigned_pack.c.batch == batch)).all()
        had = set(
            connection.execute(
                select(extra_task.c.expert).where(extra_task.c.batch == batch, extra_task.c.of.is_not(None))
            ).scalars()
        )
        chosen: dict[str, list[extras.Line]] = {}
        taken: set[str] = set()
        seeds: dict[str, str] = {}
        for row in held:
            if row.expert in had or chance(f"{seed or batch} {row.expert}", row.id) * 100 >= percent:
                continue
            mine = seeds.setdefault(row.expert, lab.entropy(16).hex())
            line = lines.line_of(connection, lab, row.id)
            once_more = _again(connection, lab, line, (row.seed, mine), taken, blind=blind)
            taken.add(once_more.task)
            chosen.setdefault(row.expert, []).append(once_more)
    given: dict[str, int] = {}
    for who, again in chosen.items():
        packs = extras.cut(lab, again)
        given[who] = lab.database.write(_giver(lab, who, batch, packs, seeds[who]))
    return given


def _giver(lab: Lab, who: str, batch: str, packs: list[extras.Cut], seed: str) -> Callable[[Connection], int]:
    return lambda connection: extras.give(connection, lab, who, batch, "repeat", packs, seed=seed)


def _again(
    connection: Connection, lab: Lab, line: bytes, seeds: tuple[str, str], taken: set[str], *, blind: bool
) -> extras.Line:
    """The line under a new id that looks like the old one, and under which its responses are shown in another order."""
    value: dict[str, Any] = jsonio.loads(line)
    before = task_from_json(value)
    wanted = tuple(reversed(shown_order(before, seeds[0], blind=blind)))
    found = str(before.id)
    for at in range(TRIES):
        found = like(value["id"], lab.entropy, longer=at // 20)
        known = connection.execute(select(task.c.id).where(task.c.id == found)).first()
        known = (
            known or connection.execute(select(extra_task.c.task).where(extra_task.c.task == found)).first()
        )
        if known is None and found not in taken:
            order = shown_order(task_from_json({**value, "id": found}), seeds[1], blind=blind)
            if order == wanted or not blind or (at > TRIES // 2 and order != wanted[::-1]):
                break
    title = {"title": found} if value.get("title") == value["id"] else {}
    return extras.Line(found, jsonio.dumps({**value, "id": found, **title}), of=value["id"])


def like(name: str, entropy: Callable[[int], bytes], *, longer: int = 0) -> str:
    """A name of the same make: its last run of letters and digits drawn anew, each from its own class."""
    found = _TAIL.search(name)
    tail = found.group() if found else ""
    start = found.start() if found else len(name)
    raw = entropy(len(tail) + longer + 1)
    drawn = [_same_class(char, byte) for char, byte in zip(tail, raw, strict=False)]
    more = [string.digits[byte % 10] for byte in raw[len(tail) : len(tail) + longer]]
    return name[:start] + "".join(drawn + more) + name[start + len(tail) :]


def _same_class(char: str, byte: int) -> str:
    chars = next(chars for chars in _CLASSES if char in chars)
    if chars is not string.digits and char.lower() in "abcdef":
        chars = chars[:6]
    return chars[byte % len(chars)]


def tell_finished(lab: Lab, who: str) -> None:
    """Where she has done all of a batch with repeats, which they were."""
    with lab.database.reading() as connection:
        mine = select(extra_task.c.batch).where(extra_task.c.expert == who, extra_task.c.of.is_not(None))
        told = select(repeat_told.c.batch).where(repeat_told.c.expert == who)
        waiting = connection.execute(mine.where(extra_task.c.batch.not_in(told)).distinct()).scalars().all()
        done = [batch for batch in waiting if _done(connection, who, batch)]
    for batch in done:
        lab.database.write(partial(_tell, lab=lab, who=who, batch=batch))


def _done(connection: Connection, who: str, batch: str) -> bool:
    own = select(func.count()).select_from(_HELD.where(_OF).subquery())
    extra = select(func.count()).where(extra_task.c.expert == who, extra_task.c.batch == batch)
    graded = select(func.count(result.c.task.distinct())).where(
        result.c.expert == who, result.c.batch == batch
    )
    given = connection.execute(own, {"who": who, "batch": batch}).scalar_one()
    given += connection.execute(extra).scalar_one()
    return int(connection.execute(graded).scalar_one()) >= int(given)


def _tell(connection: Connection, lab: Lab, who: str, batch: str) -> None:
    if not insert_new(connection, repeat_told, {"expert": who, "batch": batch}):
        return
    rows = connection.execute(
        select(extra_task.c.task, extra_task.c.of)
        .where(extra_task.c.expert == who, extra_task.c.batch == batch, extra_task.c.of.is_not(None))
        .order_by(extra_task.c.task)
    )
    payload = {
        "v": 1,
        "lab": lab.config.lab,
        "expert": who,
        "batch": batch,
        "issued": lab.now(),
        "pairs": [{"task": row.task, "of": row.of} for row in rows],
    }
    signed = lab.sign("repeats", jsonio.dumps(payload))
    feeds.keep(connection, signed)
    feeds.append(connection, who, "repeats", batch, signed.digest)
