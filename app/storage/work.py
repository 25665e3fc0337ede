"""The expert's own tables: reviews made of edits, submitting, the place she was at, signs of life."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from app.clock import Clock
from app.domain.edits import Edit, apply
from app.domain.history import History
from app.domain.ids import ResultId, TaskId
from app.domain.pace import Done, Sign
from app.domain.review import IDEAL_TEXT, Review, Scalar, Status, answers
from app.domain.times import to_text
from app.errors import InputError
from app.storage.database import Database
from app.storage.journal import Journal
from app.storage.outbox import Outbox
from app.storage.rows import JournalPlace, NewResult, Place
from app.storage.search import is_written, spaced, written

_PLACE = "place"
_CACHED = 8
_dumps = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


class _Stored(NamedTuple):
    """A review as it stands in the file. number: of its row, 0 before there is one. journal: its newest edit.

    leaves: each leaf as JSON, so that an edit encodes only what it changed.
    """

    number: int
    review: Review
    journal: int
    leaves: dict[str, str]


def _steering(review: Review) -> tuple[object, ...]:
    return (review.status, review.revision, review.flag)


class WorkTables:
    """Everything here returns after it is durable (unless inside a larger transaction of the same thread)."""

    def __init__(self, db: Database, journal: Journal, outbox: Outbox, clock: Clock) -> None:
        self._db = db
        self._journal = journal
        self._outbox = outbox
        self._clock = clock
        self._warm: dict[TaskId, _Stored] = {}
        self._ideal: dict[TaskId, bool] = {}  # of tasks with an ideal answer that were worked on

    # Reviews

    def review(self, task: TaskId) -> Review:
        """The review as stored; an empty one for a task nobody began."""
        leaves = self._db.value("SELECT leaves FROM review WHERE task = ?", (task,))
        return Review(task) if leaves is None else Review(task, _values(leaves))

    def record(self, edits: Sequence[Edit]) -> int:
        """Journal rows and reviews in one transaction; the seq of the last edit.

        InputError `edit.stale` when a review is not what an edit expects: nothing of the call is kept then.
        """
        with self._db.writing():
            return self._record(edits).seq

    def submit(
        self, edits: Sequence[Edit], seal: Callable[[JournalPlace], NewResult], *, active_ms: int = 0
    ) -> NewResult:
        """Record the submitting edits, seal the result over the journal's new end, put it in the outbox: all in
        one transaction. `seal` signs; if it raises, nothing is kept. active_ms: work on the task.
        """
        with self._db.writing():
            task = edits[0].task
            new = seal(self._record(edits))
            self._outbox.put(new, task=task, batch=self._batch(task))
            self._db.run("UPDATE review SET active_ms = ? WHERE task = ?", (active_ms, task))
        return new

    def withdraw(self, edits: Sequence[Edit], result: ResultId, revision: int) -> int:
        """Take an unsent result out of the outbox and record the edits that open the review again.

        InputError `outbox.sent` once it may have left this computer: then a new revision is the way.
        """
        with self._db.writing():
            self._outbox.withdraw(result, revision)
            return self._record(edits).seq

    def _record(self, edits: Sequence[Edit]) -> JournalPlace:
        if not edits:
            raise ValueError("no edits")
        self._db.afterwards(self._ended)
        before = {task: self._take(task) for task in {edit.task: None for edit in edits}}
        reviews = {task: stored.review for task, stored in before.items()}
        for edit in edits:
            reviews[edit.task] = apply(reviews[edit.task], edit)
        for edit in edits:
            _encode(before[edit.task].leaves, edit.path, reviews[edit.task])
        last = {task: stored.journal for task, stored in before.items()}
        place = self._journal.append(edits, last)
        now = to_text(self._clock.now())
        commented = {edit.task for edit in edits if is_written(edit.path)}
        for task, review in reviews.items():
            number = self._store(before[task], review, last[task], now)
            if task in commented:
                self._index(number, review)
            self._warm[task] = _Stored(number, review, last[task], before[task].leaves)
        while len(self._warm) > _CACHED:
            del self._warm[next(iter(self._warm))]
        return place

    def _ended(self, committed: bool) -> None:
        if not committed:
            self._warm.clear()
            self._journal.forget()

    def _take(self, task: TaskId) -> _Stored:
        if task in self._warm:
            return self._warm.pop(task)
        row = self._db.one("SELECT number, leaves, journal FROM review WHERE task = ?", (task,))
        if row is None:
            return _Stored(0, Review(task), 0, {})
        review, leaves = Review(task, _values(row[1])), dict[str, str]()
        for path in review.values:
            _encode(leaves, path, review)
        return _Stored(row[0], review, row[2], leaves)

    def _store(self, before: _Stored, review: Review, journal: int, now: str) -> int:
        """The review's row; its number. A verdict touches no indexed column, hence no page but the row's own."""
        answered = answers(review, self._responses(review), ideal=self._wants_ideal(review))
        hot = ("{" + ",".join(before.leaves.values()) + "}", answered, now, journal)
        cold = (
            str(review.status),
            review.revision,
            review.flag,
            now if review.status is Status.SUBMITTED else None,
        )
        if before.number and _steering(before.review) == _steering(review):
            sql = "UPDATE review SET leaves = ?, answered = ?, changed_at = ?, journal = ? WHERE number = ?"
            self._db.run(sql, (*hot, before.number))
            return before.number
        if before.number:
            self._db.run(
                "UPDATE review SET leaves = ?, answered = ?, changed_at = ?, journal = ?, status = ?, revision = ?,"
                " flag = ?, submitted_at = ? WHERE number = ?",
                (*hot, *cold, before.number),
            )
            return before.number
        return self._db.insert(
            "INSERT INTO review (leaves, answered, changed_at, journal, status, revision, flag, submitted_at, task,"
            " batch, started_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*hot, *cold, review.task, self._batch(review.task), now),
        )

    def _responses(self, review: Review) -> int:
        """How many responses a ranking has to place; asked of the file only where something is ranked."""
        if not any(path.startswith("/ranking/places/") for path in review.values):
            return 1
        return self._db.value("SELECT responses FROM shown_task WHERE id = ?", (review.task,)) or 1

    def _wants_ideal(self, review: Review) -> bool:
        """Whether the task counts an ideal answer among what it asks (`TaskLine.total`); read where one is given."""
        if IDEAL_TEXT not in review.values:
            return True
        known = self._ideal.get(review.task)
        if known is None:
            line = self._db.value(
                "SELECT l.bytes FROM shown_task s JOIN line l ON l.task = s.number WHERE s.id = ?",
                (review.task,),
            )
            asked = (json.loads(line).get("questions") or {}).get("ideal") if line is not None else None
            known = self._ideal[review.task] = asked is None or bool(asked.get("required", True))
        return known

    def _batch(self, task: TaskId) -> str:
        batch = self._db.value(
            "SELECT coalesce((SELECT batch FROM shown_task WHERE id = ?1),"
            " (SELECT batch FROM review WHERE task = ?1))",
            (task,),
        )
        if batch is None:
            raise InputError(
                "task.unknown", "There is no task “{id}” in this workspace.", params={"id": task}
            )
        return str(batch)

    def _index(self, number: int, review: Review) -> None:
        comments = "\n".join(written(review.values).values())
        self._db.run("DELETE FROM comment_search WHERE rowid = ?", (number,))
        if comments:
            self._db.run(
                "INSERT INTO comment_search (rowid, comments) VALUES (?, ?)",
                (number, spaced(_sound(comments))),
            )

    def started_at(self, task: TaskId) -> str | None:
        """When the first edit of a task's review was made here (RFC 3339); None for a task nobody began."""
        found: str | None = self._db.value("SELECT started_at FROM review WHERE task = ?", (task,))
        return found

    def forgotten(self) -> None:
        """Reviews were wiped: what is remembered of them is read anew."""
        self._warm.clear()

    # History

    def history(self) -> History:
        return self._journal.history()

    def edits_of_group(self, group: str) -> list[Edit]:
        return self._journal.of_group(group)

    def edits(self, task: TaskId) -> list[Edit]:
        """Everything that was done to a task's review, in journal order."""
        return self._journal.of_task(task)

    def done(self, limit: int = 50) -> list[Done]:
        """The last finished tasks, newest first, for the pace."""
        rows = self._db.all(
            "SELECT t.characters, r.answered, r.active_ms FROM review r JOIN shown_task t ON t.id = r.task"
            " WHERE r.status = 'submitted' AND r.active_ms > 0 ORDER BY r.number DESC LIMIT ?",
            (limit,),
        )
        return [Done(*row) for row in rows]

    # Place and attention

    def set_place(self, place: Place) -> None:
        self.set_note(_PLACE, json.dumps([place.task, place.response, place.criterion]))

    def last_place(self) -> Place | None:
        text = self.note(_PLACE)
        return None if text is None else Place(*json.loads(text))

    def note(self, key: str) -> str | None:
        """A small text of the expert's own (drafts of the screens, choices within this lab)."""
        found: str | None = self._db.value("SELECT value FROM note WHERE key = ?", (key,))
        return found

    def set_note(self, key: str, value: str | None) -> None:
        with self._db.writing():
            if value is None:
                self._db.run("DELETE FROM note WHERE key = ?", (key,))
            else:
                self._db.run("INSERT OR REPLACE INTO note (key, value) VALUES (?, ?)", (key, value))

    def attend(self, task: TaskId, signs: Sequence[Sign], place: str = "") -> None:
        """Signs of life on a task. place: the path of what was in front of the expert."""
        with self._db.writing():
            self._db.many(
                "INSERT INTO attention (task, at_ms, stop, place) VALUES (?, ?, ?, ?)",
                [(task, sign.at_ms, int(sign.stop), place) for sign in signs],
            )

    def signs(self, task: TaskId) -> list[Sign]:
        rows = self._db.all("SELECT at_ms, stop FROM attention WHERE task = ? ORDER BY number", (task,))
        return [Sign(at_ms, bool(stop)) for at_ms, stop in rows]


def _encode(leaves: dict[str, str], path: str, review: Review) -> None:
    if path in review.values:
        leaves[path] = f"{_dumps(path)}:{_dumps(review.values[path])}"
    else:
        leaves.pop(path, None)


def _values(leaves: str) -> Mapping[str, Scalar]:
    values: dict[str, Scalar] = json.loads(leaves)
    return values


def _sound(text: str) -> str:
    """Half a surrogate pair can be typed, but not indexed."""
    return text.encode("utf-8", "replace").decode("utf-8")
