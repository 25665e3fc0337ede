"""The journal: every edit as stored bytes, chained per device so that loss, disorder and alteration show.

    sha256 = SHA-256(bytes)        chain = SHA-256(chain before ‖ sha256)

The first link hangs on the device's id. Wiping content keeps both digests, so the chain still holds.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Sequence

from app.domain.codec import edit_from_json, edit_to_json
from app.domain.edits import Edit, apply
from app.domain.history import History, Step, replay
from app.domain.ids import DeviceId, TaskId
from app.domain.review import Review
from app.errors import InputError
from app.storage import driver
from app.storage.database import Database
from app.storage.rows import JournalPlace, Problem

SPAN = 1 << 40
"""Journal numbers: device number * SPAN + seq."""
HISTORY_EDITS = 5_000
"""How far back undo reaches: read anew for each undo, in some ten milliseconds."""
GROUP_SPAN = 512
FOREIGN = "~"
"""A group of this beginning brought over what was done elsewhere: no step of the undo history."""
_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def first_link(device: str) -> bytes:
    return hashlib.sha256(b"assay.journal\x00" + device.encode()).digest()


def link(before: bytes, sha256: bytes) -> bytes:
    return hashlib.sha256(before + sha256).digest()


class Journal:
    """Appends for one device, reads all. `append` only inside a transaction."""

    def __init__(self, db: Database, device: DeviceId) -> None:
        self._db = db
        self._device = device
        number = db.value("SELECT number FROM device WHERE id = ?", (device,))
        if number is None:
            with db.writing():
                number = db.insert("INSERT INTO device (id) VALUES (?)", (device,))
        self._base = int(number) * SPAN
        self._end: JournalPlace | None = None

    def place(self) -> JournalPlace:
        """The end of this device's chain, as this thread sees it."""
        row = self._db.one(
            "SELECT number, chain FROM journal WHERE number > ? AND number < ? ORDER BY number DESC LIMIT 1",
            (self._base, self._base + SPAN),
        )
        if row is None:
            return JournalPlace(0, first_link(self._device).hex())
        return JournalPlace(row[0] - self._base, row[1].hex())

    def append(self, edits: Sequence[Edit], last: dict[TaskId, int]) -> JournalPlace:
        """The edits as rows. last: number of each task's newest row (0: none); brought up to date.

        The end of the chain is kept between calls and forgotten by `forget`.
        """
        end = self._end or self.place()
        seq, head = end.seq, bytes.fromhex(end.head)
        for edit in edits:
            if edit.device != self._device:
                raise ValueError("an edit of another device")
            seq += 1
            document = edit_to_json(edit)
            document["seq"] = seq
            content = _dumps(document).encode("utf-8", "surrogatepass")
            sha256 = hashlib.sha256(content).digest()
            head = link(head, sha256)
            self._db.run(
                "INSERT INTO journal (number, task, grp, undoes, before, content, sha256, chain)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    self._base + seq,
                    edit.task,
                    edit.group,
                    edit.undoes,
                    last[edit.task],
                    content,
                    sha256,
                    head,
                ),
            )
            last[edit.task] = self._base + seq
        self._end = JournalPlace(seq, head.hex())
        return self._end

    def forget(self) -> None:
        """After a rollback: what was appended is not there."""
        self._end = None

    # Reading

    def history(self, limit: int = HISTORY_EDITS) -> History:
        """Undo and redo over the last `limit` edits, in every task."""
        rows = self._db.all("SELECT grp, undoes FROM journal ORDER BY number DESC LIMIT ?", (limit,))
        steps: list[Step] = []
        for group, undoes in reversed(rows):
            if group.startswith(FOREIGN):
                continue
            if not steps or steps[-1].group != group:
                steps.append(Step(group, undoes))
        return replay(steps)

    def of_group(self, group: str) -> list[Edit]:
        """The edits of a group in journal order; wiped ones are left out.

        Looked for from the end, since undo takes back what is recent; a group's edits stand close together.
        """
        found: list[bytes] = []
        below = sys.maxsize
        while True:
            rows = self._db.all(
                "SELECT number, grp, content FROM journal WHERE number < ? ORDER BY number DESC LIMIT ?",
                (below, GROUP_SPAN),
            )
            mine = [content for _, grp, content in rows if grp == group and content is not None]
            found += mine
            if not rows or (found and not mine):
                return [_decoded(content) for content in reversed(found)]
            below = rows[-1][0]

    def of_task(self, task: TaskId) -> list[Edit]:
        contents = [content for _, content in self._rows_of_task(task) if content is not None]
        return [_decoded(content) for content in reversed(contents)]

    def _rows_of_task(self, task: TaskId) -> Iterator[tuple[int, bytes | None]]:
        """(number, content) of a task's rows, newest first."""
        number = self._db.value("SELECT journal FROM review WHERE task = ?", (task,), 0)
        while number:
            row = self._db.one("SELECT before, content FROM journal WHERE number = ?", (number,))
            if row is None:
                raise driver.problem("storage.damaged", str(self._db.path))
            yield number, row[1]
            number = row[0]

    def wipe(self, task: TaskId) -> int:
        """Forget what the edits of a task said; the chain keeps their digests. The number of edits wiped."""
        numbers = [number for number, content in self._rows_of_task(task) if content is not None]
        self._db.many("UPDATE journal SET content = NULL WHERE number = ?", ((n,) for n in numbers))
        return len(numbers)

    # Verification

    def verify(self) -> list[Problem]:
        """Every break in the chains, and every review that is not what its edits add up to."""
        found: list[Problem] = []
        reviews: dict[str, Review | None] = {}
        ends: dict[int, int] = {}
        last: dict[str, int] = {}
        for device_number, device in self._db.all("SELECT number, id FROM device ORDER BY number"):
            seq, head = 0, first_link(device)
            for row in self._rows(device_number * SPAN):
                number, task, group, undoes, before, content, sha256, chain = row
                seq += 1
                at = number - device_number * SPAN
                if at != seq:
                    found.append(Problem("journal.gap", f"rows {seq} to {at - 1} are missing"))
                    seq = at
                if before != last.get(task, 0):
                    found.append(Problem("journal.altered", f"row {at}: it does not name the row before it"))
                last[task] = number
                if content is None:
                    reviews[task] = None
                else:
                    problem = _altered(content, sha256, (at, device, task, group, undoes))
                    if problem:
                        found.append(Problem("journal.altered", f"row {at}: {problem}"))
                        reviews[task] = None
                    else:
                        _follow(reviews, task, content)
                if chain != link(head, sha256):
                    found.append(Problem("journal.chain", f"row {at} does not follow the row before it"))
                head = chain
            ends[device_number] = seq
        found.extend(self._compare(reviews, ends))
        return found

    def _rows(self, base: int) -> Iterator[tuple[int, str, str, str | None, int, bytes | None, bytes, bytes]]:
        after = base
        while True:
            rows = self._db.all(
                "SELECT number, task, grp, undoes, before, content, sha256, chain FROM journal"
                " WHERE number > ? AND number < ? ORDER BY number LIMIT 1000",
                (after, base + SPAN),
            )
            if not rows:
                return
            yield from rows
            after = rows[-1][0]

    def _compare(self, reviews: dict[str, Review | None], ends: dict[int, int]) -> Iterator[Problem]:
        for task, leaves, journal in self._db.all("SELECT task, leaves, journal FROM review"):
            device, seq = divmod(journal, SPAN)
            if seq > ends.get(device, 0):
                yield Problem("journal.tail", f"rows after {ends.get(device, 0)} up to {seq} are missing")
            review = reviews.pop(task, Review(task))
            if review is not None and dict(review.values) != json.loads(leaves):
                yield Problem("journal.review", f"the review of task {task} is not what its edits add up to")
        for task, review in reviews.items():
            if review is not None:
                yield Problem("journal.review", f"the review of task {task} is missing")


def _decoded(content: bytes) -> Edit:
    return edit_from_json(json.loads(content.decode("utf-8", "surrogatepass")))


def _altered(content: bytes, sha256: bytes, columns: tuple[int, str, str, str, str | None]) -> str:
    if hashlib.sha256(content).digest() != sha256:
        return "its bytes do not match their digest"
    try:
        edit = _decoded(content)
    except (ValueError, KeyError, TypeError):
        return "its bytes are no edit"
    if (edit.seq, edit.device, edit.task, edit.group, edit.undoes) != columns:
        return "its columns do not match its bytes"
    return ""


def _follow(reviews: dict[str, Review | None], task: str, content: bytes) -> None:
    review = reviews.get(task, Review(TaskId(task)))
    if review is None:
        return
    try:
        reviews[task] = apply(review, _decoded(content))
    except InputError:
        reviews[task] = None
