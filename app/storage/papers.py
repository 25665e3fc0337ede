"""Signed documents of others, the lead's queue made of them, and one's own letters on their way.

`Papers` changes only with verified documents. `Letters` are frozen at the first send, like results.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.clock import Clock
from app.domain.ids import Digest, TaskId
from app.domain.times import to_text
from app.errors import InputError, TrustError
from app.storage.database import Database

_PAPER = "kind, id, digest, task, batch, who, at, payload, document, revision, number"
_CASE = "number, task, batch, title, state, drawn, differ, places, graders, rank"
_LETTER = (
    "number, kind, id, task, batch, digest, payload, document, state, attempts, reason, created_at, sent_at,"
    " receipt, receipt_digest, received_at"
)
_SHOW = {
    "all": "1",
    "todo": "state IN ('blind', 'open', 'disputed')",
    "blind": "state = 'blind'",
    "open": "state IN ('open', 'disputed')",
    "decided": "state = 'decided'",
}
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Paper:
    """who: whose signature it bears, "" for the lab. at: RFC 3339, as signed. document: None for lines and content."""

    kind: str
    id: str
    digest: Digest
    task: str | None
    batch: str | None
    who: str
    at: str
    payload: bytes
    document: bytes | None
    revision: int = 1
    number: int = 0


class CaseRow(NamedTuple):
    """A task in the lead's queue. drawn: why, once it is open. differ: on how many of `places` the graders differ."""

    number: int
    task: TaskId
    batch: str
    title: str
    state: str
    drawn: str
    differ: int
    places: int
    graders: int
    rank: int

    @property
    def why(self) -> tuple[str, ...]:
        return tuple(json.loads(self.drawn)) if self.drawn else ()


@dataclass(frozen=True, slots=True)
class LetterRow:
    """state: ready (may be withdrawn) | sent (frozen) | receipted | parked."""

    number: int
    kind: str
    id: str
    task: str | None
    batch: str | None
    digest: Digest
    payload: bytes
    document: bytes
    state: str
    attempts: int
    reason: str
    created_at: str
    sent_at: str | None
    receipt: bytes | None
    receipt_digest: str | None
    received_at: str | None


class Papers:
    def __init__(self, db: Database) -> None:
        self._db = db

    def keep(self, papers: Iterable[Paper]) -> list[Paper]:
        """Those that are new, kept in one transaction."""
        fresh: list[Paper] = []
        with self._db.writing():
            for p in papers:
                if self._db.run(
                    "INSERT INTO paper (kind, id, digest, task, batch, who, revision, at, payload, document)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (kind, digest) DO NOTHING",
                    (p.kind, p.id, p.digest, p.task, p.batch, p.who, p.revision, p.at, p.payload, p.document),
                ):
                    fresh.append(p)
        return fresh

    def of_task(self, task: str, *kinds: str) -> list[Paper]:
        """In the order they came."""
        marks = ",".join("?" * len(kinds))
        return self._papers(f"WHERE task = ? AND kind IN ({marks}) ORDER BY number", (task, *kinds))

    def of_kind(self, kind: str, batch: str | None = None) -> list[Paper]:
        return self._papers("WHERE kind = ?1 AND (batch = ?2 OR ?2 IS NULL) ORDER BY number", (kind, batch))

    def of_digest(self, kind: str, digest: str) -> Paper | None:
        found = self._papers("WHERE kind = ? AND digest = ?", (kind, digest))
        return found[0] if found else None

    def of_id(self, kind: str, id: str) -> Paper | None:
        found = self._papers("WHERE kind = ? AND id = ? ORDER BY number DESC LIMIT 1", (kind, id))
        return found[0] if found else None

    def has(self, kind: str, digest: str) -> bool:
        return self._db.one("SELECT 1 FROM paper WHERE kind = ? AND digest = ?", (kind, digest)) is not None

    def last(self) -> int:
        """The number of the one that came last; 0 while there is none."""
        return int(self._db.value("SELECT coalesce(max(number), 0) FROM paper"))

    def openable(self, limit: int = 200) -> list[tuple[str, Digest, str]]:
        """(task, digest of one's own newest receipted result, envelope id) of what could be opened now."""
        return self._db.all(
            """SELECT s.task, (SELECT o.digest FROM outbox o WHERE o.task = s.task AND o.receipt IS NOT NULL
                ORDER BY o.revision DESC LIMIT 1) AS result, s.id
            FROM paper s WHERE s.kind = 'sealed' AND result IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM paper x WHERE x.kind = 'opened' AND x.id = s.id)
            ORDER BY s.number LIMIT ?""",
            (limit,),
        )

    def waiting_to_open(self, task: str) -> bool:
        """Whether an envelope of this task has not been opened yet."""
        sql = (
            "SELECT 1 FROM paper s WHERE s.task = ? AND s.kind = 'sealed'"
            " AND NOT EXISTS (SELECT 1 FROM paper x WHERE x.kind = 'opened' AND x.id = s.id)"
        )
        return self._db.one(sql, (task,)) is not None

    def over_mine(self, task: str | None = None) -> list[tuple[str, str, str, str, int, str, bytes, str]]:
        """(task, batch, result, result digest, revision, state, payload of the newest decision over it, its digest)
        of one's own results that a lead decided, newest first. task: only this one's."""
        return self._db.all(
            f"""SELECT o.task, o.batch, o.result, o.digest, o.revision, o.state, p.payload, p.digest
            FROM outbox o JOIN paper p ON p.number = (
                SELECT max(d.number) FROM paper d WHERE d.kind = 'decision' AND d.task = o.task
                    AND instr(CAST(d.payload AS TEXT), o.digest) > 0)
            {"" if task is None else "WHERE o.task = ?"} ORDER BY p.number DESC""",
            () if task is None else (task,),
        )

    def unanswered(self) -> int:
        """Tasks whose newest decision over one's own result waits for something: a return for a newer revision or a
        dispute, a change for an answer."""
        return int(
            self._db.value(
                """SELECT count(*) FROM (
                    SELECT max(p.number) AS number, max(o.revision) AS revision
                    FROM paper p CROSS JOIN outbox o ON o.task = p.task
                    WHERE p.kind = 'decision' AND instr(CAST(p.payload AS TEXT), o.digest) > 0 GROUP BY p.task
                ) newest JOIN (
                    SELECT number, task, digest, json_extract(CAST(payload AS TEXT), '$.kind') AS said FROM paper
                ) d ON d.number = newest.number
                WHERE d.said <> 'accept' AND NOT EXISTS (
                    SELECT 1 FROM letter l WHERE l.task = d.task AND l.kind = 'answer' AND l.state <> 'parked'
                    AND json_extract(CAST(l.payload AS TEXT), '$.decision') = d.digest
                    AND (d.said <> 'return' OR json_extract(CAST(l.payload AS TEXT), '$.kind') = 'dispute'))
                AND NOT (d.said = 'return' AND EXISTS (
                    SELECT 1 FROM outbox x WHERE x.task = d.task AND x.revision > newest.revision))"""
            )
        )

    def practised(self) -> int:
        """Practice tasks of the newest calibration paper of each batch that one has submitted."""
        return int(
            self._db.value(
                """SELECT count(*) FROM paper p, json_each(CAST(p.payload AS TEXT), '$.answers') answer
                WHERE p.number IN (SELECT max(number) FROM paper WHERE kind = 'calibration' GROUP BY batch)
                AND EXISTS (
                    SELECT 1 FROM outbox o WHERE o.task = json_extract(answer.value, '$.task'))"""
            )
        )

    def _papers(self, tail: str, params: Sequence[object]) -> list[Paper]:
        rows = self._db.all(f"SELECT {_PAPER} FROM paper {tail}", params)
        return [Paper(*row) for row in rows]

    # The queue

    def put_case(self, row: CaseRow) -> None:
        """New, or in the place of the task's row; `number` is not looked at."""
        with self._db.writing():
            self._db.run(
                "INSERT INTO lead_case (task, batch, title, state, drawn, differ, places, graders, rank)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (task) DO UPDATE SET batch = excluded.batch,"
                " title = excluded.title, state = excluded.state, drawn = excluded.drawn, differ = excluded.differ,"
                " places = excluded.places, graders = excluded.graders, rank = excluded.rank",
                row[1:],
            )

    def case(self, task: str) -> CaseRow | None:
        row = self._db.one(f"SELECT {_CASE} FROM lead_case WHERE task = ?", (task,))
        return None if row is None else CaseRow(*row)

    def case_numbers(self, show: str = "all", batch: str | None = None) -> array[int]:
        """The queue in its order, 8 bytes a row."""
        within = "AND batch = ?" if batch is not None else ""
        ordered = f"SELECT number FROM lead_case WHERE {_SHOW[show]} {within} ORDER BY rank, number"
        # One text is read in half the time of as many rows.
        text = self._db.value(
            f"SELECT group_concat(number) FROM ({ordered})", () if batch is None else (batch,)
        )
        return array("q", map(int, text.split(","))) if text else array("q")

    def cases(self, numbers: Sequence[int]) -> list[CaseRow]:
        """Rows in the order asked for."""
        found: dict[int, CaseRow] = {}
        for start in range(0, len(numbers), _PAGE):
            page = list(numbers[start : start + _PAGE])
            marks = ",".join("?" * len(page))
            rows = self._db.all(f"SELECT {_CASE} FROM lead_case WHERE number IN ({marks})", page)
            found |= {row[0]: CaseRow(*row) for row in rows}
        return [found[n] for n in numbers if n in found]

    def case_counts(self) -> dict[str, int]:
        return dict(self._db.all("SELECT state, count(*) FROM lead_case GROUP BY state"))


class Letters:
    """Decisions, answers and proposals: ready → sent → receipted, or parked when the lab refused them."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def put(
        self,
        kind: str,
        id: str,
        digest: Digest,
        payload: bytes,
        document: bytes,
        *,
        task: str | None,
        batch: str | None,
    ) -> None:
        with self._db.writing():
            self._db.run(
                "INSERT INTO letter (kind, id, task, batch, digest, payload, document, state, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, 'ready', ?)",
                (kind, id, task, batch, digest, payload, document, self._now()),
            )

    def withdraw(self, id: str) -> None:
        """Remove a letter that was never sent. InputError `outbox.sent` otherwise."""
        with self._db.writing():
            if not self._db.run(
                "DELETE FROM letter WHERE id = ? AND state = 'ready' AND attempts = 0", (id,)
            ):
                raise InputError("outbox.sent", "This letter may have left this computer already.")

    def due(self, kind: str, limit: int) -> list[LetterRow]:
        return self._rows(
            "WHERE kind = ? AND state IN ('ready', 'sent') ORDER BY number LIMIT ?", (kind, limit)
        )

    def mark_sent(self, rows: Sequence[tuple[int, str]]) -> list[int]:
        """Freeze (number, digest) pairs before their first byte leaves; those returned may be sent."""
        now = self._now()
        with self._db.writing():
            return [
                number
                for number, digest in rows
                if self._db.run(
                    "UPDATE letter SET state = 'sent', attempts = attempts + 1, sent_at = coalesce(sent_at, ?)"
                    " WHERE number = ? AND digest = ? AND state IN ('ready', 'sent')",
                    (now, number, digest),
                )
            ]

    def keep_receipts(self, receipts: Mapping[int, tuple[Digest, bytes, Digest, str]]) -> None:
        """By number: (digest of the letter, verified receipt, its digest, when it was received)."""
        with self._db.writing():
            for number, (digest, document, receipt_digest, received_at) in receipts.items():
                if not self._db.run(
                    "UPDATE letter SET state = 'receipted', receipt = ?, receipt_digest = ?, received_at = ?"
                    " WHERE number = ? AND digest = ?",
                    (document, receipt_digest, received_at, number, digest),
                ):
                    raise TrustError(
                        "receipt.digest", "The lab's receipt is for other content than was sent."
                    )

    def park(self, number: int, reason: str) -> None:
        with self._db.writing():
            self._db.run("UPDATE letter SET state = 'parked', reason = ? WHERE number = ?", (reason, number))

    def send_again(self, number: int) -> None:
        with self._db.writing():
            self._db.run(
                "UPDATE letter SET state = iif(attempts, 'sent', 'ready'), reason = '' WHERE number = ?",
                (number,),
            )

    def of_task(self, task: str, kind: str) -> list[LetterRow]:
        """Oldest first."""
        return self._rows("WHERE task = ? AND kind = ? ORDER BY number", (task, kind))

    def all(self, kind: str | None = None) -> list[LetterRow]:
        """Newest first."""
        return self._rows("WHERE kind = ?1 OR ?1 IS NULL ORDER BY number DESC", (kind,))

    def waiting(self) -> int:
        return int(self._db.value("SELECT count(*) FROM letter WHERE state IN ('ready', 'sent')"))

    def _rows(self, tail: str, params: Sequence[object]) -> list[LetterRow]:
        return [LetterRow(*row) for row in self._db.all(f"SELECT {_LETTER} FROM letter {tail}", params)]

    def _now(self) -> str:
        return to_text(self._clock.now())
