"""Cases: tasks whose graders are done, drawn for a blind second grade or open to their leads; and the review feed.

The sampling plan runs here, when a lead asks what is new. A drawn task reaches her as an ordinary assignment and an
envelope; who graded it, how, and why it was drawn is inside the envelope.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select, update

from app.domain.sampling import Graded, Plan, chance, drawn
from app.wire import jsonio
from app.wire.sealing import MOST_BUCKET, bucket
from lab import batches, envelopes, extras, lines, teams
from lab.database import insert_new
from lab.documents import payload_of
from lab.lab import Lab
from lab.tables import result, task
from lab.tables_leads import (
    letter,
    opinion,
    plan,
    review_case,
    review_feed,
    review_head,
    sealing,
)

LEAST_SEALED = 32 * 1024
"""First grades are padded to this at least."""


@dataclass(frozen=True, slots=True)
class Item:
    """line: the exact task line, for review.task."""

    n: int
    kind: str
    id: str
    document: bytes | None
    line: bytes | None


@dataclass(frozen=True, slots=True)
class _Fresh:
    """A task that is done. results: (expert, newest result row) of each grader."""

    task: str
    rows: tuple[Any, ...]
    why: tuple[str, ...]
    lead: str
    blind: bool


class _Raced(Exception):
    """Another process made a case of one of these tasks first; it does the rest too."""


def set_plan(lab: Lab, batch_id: str, team: str, chosen: Plan) -> None:
    """From now on the leads of this team look after the batch. Raises InputError."""

    def job(connection: Connection) -> None:
        batches.row(connection, batch_id)
        values = {
            "team": teams.named(connection, team).id,
            "plan": json.dumps(chosen.as_json()),
            "results_seen": -1,
        }
        if not insert_new(connection, plan, {"batch": batch_id, **values}):
            connection.execute(update(plan).where(plan.c.batch == batch_id).values(**values))

    lab.database.write(job)


def refresh(lab: Lab, lead: str) -> None:
    """Run the plans of her teams over what came since, and give open disputes to third readers."""
    with lab.database.reading() as connection:
        led = teams.led_by(connection, lead)
        plans = connection.execute(select(plan).where(plan.c.team.in_(led))).all() if led else []
        counts = {p.batch: _count(connection, p.batch) for p in plans}
    for one in plans:
        if counts[one.batch] != one.results_seen:
            _run(lab, one, counts[one.batch])
        thirds(lab, one.batch)


def _count(connection: Connection, batch_id: str) -> int:
    return int(
        connection.execute(
            select(func.count()).select_from(result).where(result.c.batch == batch_id)
        ).scalar_one()
    )


def _run(lab: Lab, one: Any, count: int) -> None:
    with lab.database.reading() as connection:
        team = teams.named(connection, one.team)
        fresh = _fresh(connection, lab, one, team)
    blind: dict[str, list[_Fresh]] = defaultdict(list)
    for case in fresh:
        if case.blind:
            blind[case.lead].append(case)
    with lab.database.reading() as connection:
        new = {
            lead: [extras.Line(c.task, lines.line_of(connection, lab, c.task)) for c in cases]
            for lead, cases in blind.items()
        }
    packs = {lead: extras.cut(lab, found) for lead, found in new.items()}

    def job(connection: Connection) -> None:
        for case in fresh:
            row = {
                "task": case.task,
                "batch": one.batch,
                "team": team.id,
                "lead": case.lead,
                "state": "blind" if case.blind else "open",
                "drawn": json.dumps(list(case.why)),
                "created_at": lab.now(),
            }
            if not insert_new(connection, review_case, row):
                raise _Raced
        for lead, found in packs.items():
            extras.give(connection, lab, lead, one.batch, "second", found)
            for case in blind[lead]:
                sha256 = _seal(connection, lab, one.batch, case)
                append(connection, lead, "review.sealed", case.task, sha256)
        if any(not case.blind for case in fresh):
            for lead in team.leads:
                extras.offer(connection, batches.row(connection, one.batch), lead)
        reveal(connection, one.batch)
        connection.execute(update(plan).where(plan.c.batch == one.batch).values(results_seen=count))

    try:
        lab.database.write(job)
    except _Raced:
        return


def _fresh(connection: Connection, lab: Lab, one: Any, team: teams.Team) -> list[_Fresh]:
    about = batches.row(connection, one.batch)
    wanted = max(1, min(about.overlap, len(team.experts)))
    cases = select(review_case.c.task).where(review_case.c.batch == one.batch)
    done = (
        select(result.c.task)
        .join(task, task.c.id == result.c.task)
        .where(result.c.batch == one.batch, result.c.expert.in_(team.experts), result.c.task.not_in(cases))
        .group_by(result.c.task, task.c.number)
        .having(func.count(result.c.expert.distinct()) >= wanted)
        .order_by(task.c.number)
    )
    names = list(connection.execute(done).scalars())
    chosen = Plan(**json.loads(one.plan))
    found: list[_Fresh] = []
    for start in range(0, len(names), 200):
        part = names[start : start + 200]
        gold = envelopes.gold_of(connection, part)
        graders = newest(connection, part, team.experts)
        had = {lead: extras.has_had(connection, lead, part) for lead in team.leads}
        for name in part:
            rows = tuple(graders[name])
            graded = [_graded(row) for row in rows]
            why = drawn(chosen, lines.task_now(connection, lab, name), graded, gold.get(name))
            free = [lead for lead in team.leads if name not in had[lead]]
            lead = free[int(chance(chosen.seed, f"lead {name}") * len(free))] if free else team.leads[0]
            found.append(_Fresh(name, rows, tuple(map(str, why)), lead, bool(why and free)))
    return found


def newest(connection: Connection, names: Sequence[str], who: Sequence[str] | None) -> dict[str, list[Any]]:
    """The newest result row of each person on each task. who: only these people."""
    wanted = select(result).where(result.c.task.in_(list(names))).order_by(result.c.n)
    if who is not None:
        wanted = wanted.where(result.c.expert.in_(list(who)))
    last: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in connection.execute(wanted):
        last[row.task].pop(row.id, None)
        last[row.task][row.id] = row
    return defaultdict(list, {name: list(rows.values()) for name, rows in last.items()})


def _graded(row: Any) -> Graded:
    payload = payload_of(bytes(row.document))
    return Graded(payload["judgement"], payload["times"].get("active_ms"))


def _seal(connection: Connection, lab: Lab, batch_id: str, case: _Fresh) -> str:
    """Everything about a drawn task, for the lead who grades it blind. What is too long follows when it is open."""
    known = connection.execute(select(opinion).where(opinion.c.task == case.task)).all()
    content: dict[str, Any] = {
        "v": 1,
        "opinions": [
            {"kind": o.kind, "name": o.name, "judgement": jsonio.loads(bytes(o.judgement))} for o in known
        ],
        "results": [bytes(row.document).decode() for row in case.rows],
        "drawn": list(case.why),
    }
    data = jsonio.dumps(content)
    if len(data) > MOST_BUCKET - 4:
        data = jsonio.dumps({**content, "results": []})
    size = connection.execute(select(sealing.c.bucket).where(sealing.c.batch == batch_id)).scalar() or 0
    padded = max(LEAST_SEALED, size, bucket(len(data)))
    return envelopes.put_away(connection, lab, case.lead, batch_id, case.task, data, padded)[0]


def opened(connection: Connection, lead: str, digests: Iterable[str]) -> None:
    """Her own results on these are here and her envelopes open: the cases are open to all leads of the team."""
    mine = select(result.c.task).where(result.c.expert == lead, result.c.digest.in_(list(digests)))
    waiting = (review_case.c.lead == lead) & (review_case.c.state == "blind")
    rows = connection.execute(
        select(review_case.c.task, review_case.c.batch).where(waiting, review_case.c.task.in_(mine))
    ).all()
    for row in rows:
        connection.execute(update(review_case).where(review_case.c.task == row.task).values(state="open"))
    for batch_id in sorted({row.batch for row in rows}):
        reveal(connection, batch_id)


def reveal(connection: Connection, batch_id: str) -> None:
    """Every result on an open case of the batch into the feed of each lead of its team, once; never her own."""
    known = connection.execute(select(plan.c.team).where(plan.c.batch == batch_id)).scalar()
    if known is None:
        return
    team = teams.named(connection, known)
    for lead in team.leads:
        sent = select(review_feed.c.digest).where(
            review_feed.c.lead == lead, review_feed.c.kind == "review.result"
        )
        news = connection.execute(
            select(
                result.c.id, result.c.task, result.c.digest, task.c.digest.label("line"), review_case.c.lead
            )
            .join(review_case, review_case.c.task == result.c.task)
            .join(task, task.c.id == result.c.task)
            .where(
                review_case.c.batch == batch_id,
                review_case.c.state != "blind",
                result.c.expert != lead,
                or_(
                    result.c.expert.in_((*team.leads, *team.experts)), result.c.expert == review_case.c.third
                ),
                result.c.digest.not_in(sent),
            )
            .order_by(result.c.n)
        ).all()
        had = extras.has_had(connection, lead, list({row.task for row in news}))
        for row in news:
            if row.task not in had:
                append(connection, lead, "review.task", row.task, row.line)
            append(connection, lead, "review.result", row.id, row.digest)


def append(connection: Connection, lead: str, kind: str, id: str, sha256: str) -> None:
    """One more item in a lead's review feed, unless it is there."""
    same = (review_feed.c.lead == lead) & (review_feed.c.kind == kind) & (review_feed.c.digest == sha256)
    insert_new(connection, review_head, {"lead": lead, "n": 0})
    head = select(review_head.c.n).where(review_head.c.lead == lead).with_for_update()
    n = int(connection.execute(head).scalar_one()) + 1
    if connection.execute(select(review_feed.c.n).where(same)).first() is not None:
        return
    connection.execute(update(review_head).where(review_head.c.lead == lead).values(n=n))
    connection.execute(insert(review_feed).values(lead=lead, n=n, kind=kind, id=id, digest=sha256))


def tell_leads(
    connection: Connection, batch_id: str | None, kind: str, id: str, sha256: str, but: str = ""
) -> None:
    """An item to every lead of the batch's team."""
    known = connection.execute(select(plan.c.team).where(plan.c.batch == batch_id)).scalar()
    if known is not None:
        for lead in teams.named(connection, known).leads:
            if lead != but:
                append(connection, lead, kind, id, sha256)


def head(connection: Connection, lead: str) -> int:
    return int(connection.execute(select(review_head.c.n).where(review_head.c.lead == lead)).scalar() or 0)


def read(connection: Connection, lab: Lab, lead: str, after: int, limit: int) -> list[Item]:
    """Her review feed. Only what was appended for her is ever read."""
    rows = connection.execute(
        select(review_feed)
        .where(review_feed.c.lead == lead, review_feed.c.n > after)
        .order_by(review_feed.c.n)
        .limit(limit)
    ).all()
    return [_item(connection, lab, row) for row in rows]


def _item(connection: Connection, lab: Lab, row: Any) -> Item:
    if row.kind == "review.task":
        return Item(row.n, row.kind, row.id, None, lines.line_of(connection, lab, row.id, row.digest))
    if row.kind == "review.sealed":
        return Item(row.n, row.kind, row.id, envelopes.stored(connection, row.digest), None)
    source = result if row.kind == "review.result" else letter
    found = connection.execute(select(source.c.document).where(source.c.digest == row.digest)).scalar_one()
    return Item(row.n, row.kind, row.id, bytes(found), None)


def thirds(lab: Lab, batch_id: str) -> None:
    """A reader who has not had the task for each open dispute; who decided is never one."""
    with lab.database.reading() as connection:
        open_ = connection.execute(
            select(review_case, letter.c.author.label("decided_by"))
            .outerjoin(letter, letter.c.digest == review_case.c.decision)
            .where(
                review_case.c.batch == batch_id,
                review_case.c.state == "disputed",
                review_case.c.third.is_(None),
            )
        ).all()
        chosen: list[tuple[str, str, bytes]] = []
        for case in open_:
            team = teams.named(connection, case.team)
            free = [
                who
                for who in (*team.experts, *team.leads)
                if who != case.decided_by and not extras.has_had(connection, who, [case.task])
            ]
            if free:
                graders = [who for who in free if who in team.experts] or free
                at = int(chance(case.created_at, f"third {case.task}") * len(graders))
                chosen.append((case.task, graders[at], lines.line_of(connection, lab, case.task)))
    for name, who, line in chosen:
        _third(lab, batch_id, name, who, extras.cut(lab, [extras.Line(name, line)]))


def _third(lab: Lab, batch_id: str, name: str, who: str, packs: list[extras.Cut]) -> None:
    def job(connection: Connection) -> None:
        free = (review_case.c.task == name) & review_case.c.third.is_(None)
        if connection.execute(update(review_case).where(free).values(third=who)).rowcount:
            extras.give(connection, lab, who, batch_id, "third", packs)

    lab.database.write(job)
