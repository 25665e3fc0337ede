"""Scripted days on a workspace alone, for the rig of failing I/O (`io_nursery`)."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.clock import SystemClock
from app.domain.ids import BatchId, DeviceId, Digest, TaskId
from app.domain.review import STATUS, Status
from app.keys.box import Cost
from app.keys.keyset import Secrets
from app.keys.vault import Vault
from app.services import merging
from app.services.wiping import expire, wipe_batch
from app.storage.changes import FeedChanges
from app.storage.workspace import open_workspace, restore
from tests.faults.io_day import Acts, Day, WorkspaceDay, highest, settled
from tests.faults.power_nursery import CHUNK, SENT, TASK, blob, edit
from tests.unit.storage.storage_samples import (
    KEY,
    a_pack,
    a_result,
    a_task,
    an_offer,
    batch_payload,
)

DIGEST = Digest(hashlib.sha256(blob(1)).hexdigest())
DATA = Path(__file__).resolve().parents[1] / "data"


class Judging(WorkspaceDay):
    told = frozenset({"outbox.sent", "edit.stale"})

    def acts(self) -> Acts:
        work = self.space.work
        for n in range(1, 7):
            yield f"comment {n}", lambda n=n: self.comment(n)  # type: ignore[misc]
            if n == 2:
                turned = [edit(900, SENT, STATUS, None, "submitted")]
                yield "submitted", lambda e=turned: work.submit(e, lambda p: a_result(p.head))  # type: ignore[misc]
            if n == 4:
                back = [edit(901, SENT, STATUS, "submitted", None)]
                yield "withdrawn", lambda e=back: work.withdraw(e, a_result().result, 1)  # type: ignore[misc]

    def wrong(self, acks: Sequence[str], tries: Sequence[str]) -> list[str]:
        found = super().wrong(acks, tries)
        submitted = self.space.work.review(SENT).status is Status.SUBMITTED
        if submitted != bool(self.space.outbox.all()):
            found.append("half a submission")
        sure = settled(acks, tries, "submitted", "withdrawn")
        return found + (["submission lost"] if sure and submitted != (sure == "submitted") else [])


class Attaching(WorkspaceDay):
    def acts(self) -> Acts:
        data, files = blob(1), self.space.attachments
        yield "part 1", lambda: files.append(DIGEST, data[:CHUNK], offset=files.have(DIGEST))
        yield "", lambda: files.append(DIGEST, data[files.have(DIGEST) :], offset=files.have(DIGEST))
        yield "whole", self._finish

    def _finish(self) -> None:
        files = self.space.attachments
        have = files.have(DIGEST)
        if have < len(blob(1)):
            files.append(DIGEST, blob(1)[have:], offset=have)
        files.finish(DIGEST)

    def wrong(self, acks: Sequence[str], tries: Sequence[str]) -> list[str]:
        found = super().wrong(acks, tries)
        if "part 1" in acks and self.space.attachments.have(DIGEST) < CHUNK:
            found.append("part lost")
        if "whole" in acks and not self.space.attachments.complete(DIGEST):
            found.append("attachment lost")
        return found


class Keeping(WorkspaceDay):
    def acts(self) -> Acts:
        apply = self.space.lab.apply
        yield "feed 2", lambda: apply(FeedChanges(batches=(an_offer("b2"),)), "2")
        yield "comment 1", lambda: self.comment(1)
        yield "snapshot", self.space.snapshot
        yield "", self.space.keep_about
        yield "feed 3", lambda: apply(FeedChanges(batches=(an_offer("b3"),)), "3")

    def wrong(self, acks: Sequence[str], tries: Sequence[str]) -> list[str]:
        lost = "snapshot" in acks and not self.space.snapshots()
        return super().wrong(acks, tries) + (["snapshot lost"] if lost else [])


class Wiping(WorkspaceDay):
    """A batch with work and a file goes, with every copy; the other one and its work stay."""

    def furnish(self) -> None:
        self.space.lab.apply(FeedChanges(batches=(an_offer("b2"),)), "2")
        self.comment(1)
        self.comment(1, TaskId("b2-t0"))
        self.space.snapshot()

    def acts(self) -> Acts:
        yield "comment 2", lambda: self.comment(2)
        yield "wiped", lambda: wipe_batch(self.session(), "b2", begun=True)
        yield "comment 3", lambda: self.comment(3)
        yield "", lambda: expire(self.session(), SystemClock().now())

    def wrong(self, acks: Sequence[str], tries: Sequence[str]) -> list[str]:
        found = super().wrong(acks, tries)
        left = len(self.space.lab.tasks(BatchId("b2")))
        if left not in (0, 3) or ("wiped" in acks and left):
            found.append(f"half wiped: {left}")
        if len(self.space.lab.tasks(BatchId("b1"))) != 3 or not self.commented():
            found.append("the other batch lost")
        if left and not self.commented(TaskId("b2-t0")):
            found.append("its work lost without it")
        if "wiped" in acks and any(map(self._holds, self.space.snapshots())):
            found.append("a copy holds what was wiped")
        expire(self.session(), SystemClock().now())  # what a sync does
        if not left and (any(map(self._holds, self.space.snapshots())) or self.space.check()):
            found.append("a copy holds for good what was wiped")
        return found

    def _holds(self, copy: Path) -> bool:
        from app.storage import driver

        connection = driver.connect(copy, KEY, readonly=True)
        try:
            return bool(connection.execute("SELECT 1 FROM task WHERE id LIKE 'b2-%'").fetchone())
        finally:
            connection.close()


class Restoring(WorkspaceDay):
    """A copy, more work, back to the copy, and on from there; what stood there before stays beside it."""

    told = frozenset({"storage.missing"})

    def furnish(self) -> None:
        self.comment(1)

    def acts(self) -> Acts:
        yield "snapshot", self.space.snapshot
        yield "later 2", lambda: self.comment(2)
        yield "restored", self._restore
        yield "comment 3", lambda: self.comment(3)

    def _restore(self) -> None:
        copy = self.space.snapshots()[-1] if self.space.snapshots() else self.home / "none"
        self.space.close()
        try:
            self.space = restore(self.home, KEY, copy, DeviceId("restored-1"), SystemClock())
        except BaseException:
            self.space = open_workspace(self.home, KEY, SystemClock())
            raise

    def wrong(self, acks: Sequence[str], tries: Sequence[str]) -> list[str]:
        found = super().wrong(acks, tries)
        now = self.commented()
        if now < 1 or ("restored" in acks and now == 2):
            found.append(f"neither before nor after: {now}")
        if "restored" not in acks and not self.space.identity.restored and now < highest(acks, "later"):
            found.append("edit lost")
        if self.space.identity.restored != (self.space.identity.device == "restored-1"):
            found.append("restored under its old name")
        return found


class Drafting(WorkspaceDay):
    """Drafts of a second device: fields merged, a true difference kept and chosen, drafts marked as sent."""

    OTHER = TaskId("b1-t2")

    def furnish(self) -> None:
        self.comment(1)

    def acts(self) -> Acts:
        theirs = {"value": "theirs", "vector": {"d-2": 1}}
        at = "2026-11-01T09:00:00.000Z"
        both = {"task": TASK, "at": at, "fields": {"/comment": theirs}}
        new = {"task": self.OTHER, "at": at, "fields": {"/comment": theirs}}
        yield "merged", lambda: merging.take_in(self.space, "d-2", new)
        yield "waiting", lambda: merging.take_in(self.space, "d-2", both)
        yield "comment 2", lambda: self.comment(2)
        yield "sent", self._sent
        yield "chosen", self._choose

    def _sent(self) -> None:
        with self.space.together():
            for task, journal in self.space.drafts.changed():
                self.space.drafts.sent(task, journal)

    def _choose(self) -> None:
        for one in merging.differences(self.space, TASK):
            merging.choose(self.session(), one.number, "9 chosen")

    def wrong(self, acks: Sequence[str], tries: Sequence[str]) -> list[str]:
        found = super().wrong(acks, tries)
        other = self.space.work.review(self.OTHER).comment
        if other not in (None, "", "theirs") or ("merged" in acks and other != "theirs"):
            found.append("a merged field lost")
        waits = bool(merging.differences(self.space, TASK))
        if "waiting" in acks and not waits and self.commented() != 9:
            found.append("a difference was settled by nobody")
        if "waiting" in acks and "chosen" in acks and (waits or self.commented() != 9):
            found.append("a choice lost")
        return found


class Searching(WorkspaceDay):
    """A large batch is taken in and revised while one comments: what is visible is found, each task once."""

    told = frozenset({"task.unknown"})

    def acts(self) -> Acts:
        apply = self.space.lab.apply
        yield "feed 2", lambda: apply(FeedChanges(batches=(self._batch(1, 40),)), "2")
        yield "comment 1", lambda: self.comment(1)
        yield "feed 3", lambda: apply(FeedChanges(batches=(self._batch(2, 30),)), "3")
        yield "other", lambda: self.comment(2, TaskId("b2-t5"))
        yield "comment 2", lambda: self.comment(2)

    def _batch(self, version: int, count: int) -> Any:
        from app.storage.changes import BatchChange

        tasks = [a_task(n, batch="b2", text=f"version{version}") for n in range(count)]
        return BatchChange.of(batch_payload("b2", version), b"signed", (a_pack(tasks),))

    def wrong(self, acks: Sequence[str], tries: Sequence[str]) -> list[str]:
        found = super().wrong(acks, tries)
        shown = set(self.space.lab.tasks())
        hits = [hit.task for hit in self.space.search("Chest", limit=500)]
        if set(hits) != shown or len(hits) != len(shown):
            found.append(f"{len(hits)} hits for {len(shown)} tasks")
        of_new = len(self.space.search("version2", limit=500))
        if of_new not in (0, 30) or len(shown) not in (3, 33, 43):
            found.append("half a batch is found")
        if self.commented() and TASK not in {hit.task for hit in self.space.search("word", limit=500)}:
            found.append("a comment is not found")
        return found


class Upgrading(WorkspaceDay):
    """The oldest golden workspace, with a hot log, is opened by this program and worked in."""

    GOLDEN = DATA / "workspace-schema-1"

    @contextmanager
    def prepared(self, home: Path) -> Iterator[None]:
        shutil.copytree(self.GOLDEN, home)
        yield

    def begin(self, home: Path) -> None:
        self.home = home
        key = bytes.fromhex((home / "key.hex").read_text(encoding="ascii").strip())
        self.space = open_workspace(home, key, SystemClock())

    def acts(self) -> Acts:
        for n in (1, 2, 3):
            yield f"comment {n}", lambda n=n: self.comment(n)  # type: ignore[misc]

    def commented(self, task: TaskId = TASK) -> int:
        text = self.space.work.review(task).comment or ""
        return 0 if text == "only in the write-ahead log" else int(text.split()[0])

    def wrong(self, acks: Sequence[str], tries: Sequence[str]) -> list[str]:
        found = super().wrong(acks, tries)
        if [row.state for row in self.space.outbox.all()] != ["ready"]:
            found.append("a result lost")
        if self.space.lab.tasks() != ["b1-t0", "b1-t1", "b1-t2"] or not self.space.search("ambulance"):
            found.append("tasks lost")
        return found


class Rekeying(Day):
    """Keys under one passphrase after the other, with printed codes between: the same keys open at any time."""

    broken = full = "key.write"
    told = frozenset({"passphrase.wrong"})
    WORDS = ("the first passphrase", "the second passphrase", "the third passphrase")

    @contextmanager
    def prepared(self, home: Path) -> Iterator[None]:
        home.mkdir()
        self.secrets: Secrets = Vault(home, cost=Cost(1, 8, 1)).create(passphrase=self.WORDS[0])
        yield

    def begin(self, home: Path) -> None:
        self.vault = Vault(home, cost=Cost(1, 8, 1))
        self.codes: list[str] = []

    def end(self) -> None:
        """Nothing is held open."""

    def acts(self) -> Acts:
        first, second, third = self.WORDS
        yield "key 1", lambda: self.vault.change_passphrase(first, second)
        yield "code", lambda: self.codes.append(self.vault.new_recovery_code(self.secrets))
        yield "key 2", lambda: self.vault.change_passphrase(self._now(), third)
        yield "locked", self.vault.lock
        yield "unlocked", lambda: self.vault.unlock(passphrase=self._now())
        yield "recovered", self._recover

    def _recover(self) -> None:
        if self.codes:
            self.vault.recover(self.codes[-1], passphrase=self.WORDS[0])

    def _now(self) -> str:
        return next((words for words in self.WORDS if self._opens(words)), "")

    def _opens(self, words: str) -> bool:
        from app.errors import AssayError

        try:
            return self.vault.unlock(passphrase=words) == self.secrets
        except AssayError:
            return False

    def wrong(self, acks: Sequence[str], tries: Sequence[str]) -> list[str]:
        opening = [words for words in self.WORDS if self._opens(words)]
        sure = settled(acks, tries, "key 1", "key 2", "recovered")
        places = {"key 1": 1, "key 2": 2}
        found = [] if len(opening) == 1 else [f"{len(opening)} passphrases open it"]
        if sure in places and opening != [self.WORDS[places[sure]]]:
            found.append("an acknowledged passphrase does not open it")
        return found


DAYS: dict[str, type[Day]] = {
    "judging": Judging,
    "attaching": Attaching,
    "keeping": Keeping,
    "wiping": Wiping,
    "restoring": Restoring,
    "drafting": Drafting,
    "searching": Searching,
    "upgrading": Upgrading,
    "rekeying": Rekeying,
}
