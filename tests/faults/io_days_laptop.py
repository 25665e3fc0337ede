"""Scripted days of a laptop that joined a lab, for the rig of failing I/O: undo over restarts, sync, bundles."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from app.clock import FixedClock
from app.domain.ids import Digest, TaskId, digest
from app.domain.review import Status
from app.errors import AssayError
from app.services.bundles import SUFFIX, Bundles
from app.services.judging import grade
from app.services.session import Session
from app.storage.workspace import open_workspace
from app.wire import age
from app.wire import bundle as file
from app.wire.signatures import Verified, members, unbase64
from lab import bundling, desk, unbundling
from lab.lab import open_lab
from tests.command_line import LabProcess, Program
from tests.contract.sync_rig import Laptop, laptop, new_lab, serving
from tests.contract.test_sync_heals import session_of
from tests.faults.io_day import Acts, Day, settled
from tests.workspaces import task_json

KEY = bytes(range(32))
T1 = TaskId("t1")
FILE = bytes(range(256)) * 700


def judgement(verdict: str) -> bytes:
    verdicts = {"verdicts": {"c1": verdict, "c2": "not_met"}}
    return json.dumps({"responses": {"r1": verdicts, "r2": verdicts}}).encode()


class LaptopDay(Day):
    """Joined, with three tasks of a first batch. The clock stands still: the same day makes the same bytes."""

    @contextmanager
    def prepared(self, home: Path) -> Iterator[None]:
        self.clock = FixedClock()
        self.lab = self.root / "lab"
        link = new_lab(self.lab, 3, self.clock)
        with serving(self.lab, self.clock):
            self.joined = laptop(home, link, self.clock, device="")
            self.furnish()
        self.joined.workspace.close()
        with self.beside(home):
            yield

    def furnish(self) -> None:
        self.joined.sync()

    @contextmanager
    def beside(self, _home: Path) -> Iterator[None]:
        """What is there during the runs."""
        yield

    def begin(self, home: Path) -> None:
        space = open_workspace(home, KEY, self.clock)
        mine = self.joined
        self.home = home
        self.expert = Laptop(space, mine.key, mine.enrolled, mine.clock, itertools.count(1))

    def end(self) -> None:
        self.expert.workspace.close()

    def session(self) -> Session:
        return session_of(self.expert)

    def receipted(self) -> bool:
        return set(self.expert.workspace.outbox.counts()) <= {"receipted"}

    def wrong(self, acks: Sequence[str], tries: Sequence[str]) -> list[str]:
        return [problem.code for problem in self.expert.workspace.check()]


class Undoing(LaptopDay):
    """Graded, submitted, taken back and done again, over two restarts."""

    told = frozenset({"review.incomplete", "review.submitted"})

    def acts(self) -> Acts:
        yield "graded", lambda: grade(self.session(), T1, judgement("met"), where="-")
        yield "submitted", lambda: self.session().submit_now(T1)
        yield "undone", lambda: self.session().undo_now()
        yield "restarted", self._restart
        yield "redone", lambda: self.session().redo_now()
        yield "", self._restart
        yield "taken back", lambda: self.session().undo_now()
        yield "changed", lambda: grade(self.session(), T1, judgement("not_met"), where="-")

    def _restart(self) -> None:
        self.end()
        try:
            self.begin(self.home)
        except AssayError:
            self.begin(self.home)
            raise

    def wrong(self, acks: Sequence[str], tries: Sequence[str]) -> list[str]:
        found = super().wrong(acks, tries)
        work = self.expert.workspace.work
        review = work.review(T1)
        submitted = review.status is Status.SUBMITTED
        if submitted != bool(self.expert.workspace.outbox.all()):
            found.append("half a submission")
        sure = settled(acks, tries, "submitted", "undone", "redone", "taken back")
        whole = all(one in acks for one in tries if one)
        if whole and (submitted or review.values.get("/responses/r1/verdicts/c1") != "not_met"):
            found.append("the day is not what it says")
        if sure == "submitted" and not submitted:
            found.append("a submission lost")
        if "graded" in acks and not review.values:
            found.append("a judgement lost")
        return found


class Syncing(LaptopDay):
    """New work with a file comes, two results go, over a real connection; then once more."""

    def furnish(self) -> None:
        self.joined.sync()
        for task in ("t1", "t2"):
            self.joined.submit(task)
        (self.root / "file.bin").write_bytes(FILE)
        attached = [{"name": "file.bin", "path": "file.bin"}]
        lines = [task_json(n, attachments=attached) for n in (101, 102)]
        source = self.root / "more.jsonl"
        source.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        with open_lab(self.lab, clock=self.clock) as lab:
            desk.assign(lab, desk.import_batch(lab, "jsonl", source, title="More").batch)

    @contextmanager
    def beside(self, _home: Path) -> Iterator[None]:
        with LabProcess(Program(self.root / "program"), self.lab):
            yield

    def acts(self) -> Acts:
        yield "synced", self.expert.sync
        yield "graded", lambda: grade(self.session(), "t3", judgement("met"), where="-")
        yield "synced", self.expert.sync

    def wrong(self, acks: Sequence[str], tries: Sequence[str]) -> list[str]:
        found = super().wrong(acks, tries)
        space = self.expert.workspace
        if "synced" in acks and not self._all_here():
            found.append("what a sync brought is lost")
        if "graded" in acks and not space.work.review(TaskId("t3")).values:
            found.append("a judgement lost")
        self.expert.sync()
        if not self._all_here() or space.check():
            found.append("the next sync does not heal it")
        if len(space.outbox.all()) != 2 or space.lab.quarantined():
            found.append("twice, or refused")
        with self.expert.connector() as line:
            held = [digest(unbase64(one.result.payload, "")) for one in line.own("").items]
        if sorted(held) != sorted(row.digest for row in space.outbox.all()):
            found.append("the lab holds other results")
        return found

    def _all_here(self) -> bool:
        space = self.expert.workspace
        return (
            len(space.lab.tasks()) == 5
            and self.receipted()
            and space.attachments.complete(Digest(digest(FILE)))
        )


class Carrying(LaptopDay):
    """Never online again: a bundle comes, a result goes in one, its receipt comes in another."""

    told = frozenset({"task.unknown", "bundle.write"})

    def furnish(self) -> None:
        """Nothing came over the network but the registration."""

    @contextmanager
    def beside(self, home: Path) -> Iterator[None]:
        first = self._from_lab()
        trial = self.root / "trial"
        shutil.copytree(home, trial)
        self.begin(trial)
        self.bundles = [first, first]
        self._take(0)
        self.expert.submit("t1")
        with open_lab(self.lab, clock=self.clock) as lab:
            unbundling.take_in(lab, self._write())
            self.lab_jwk = lab.key.as_jwk()
        self.end()
        self.bundles[1] = self._from_lab()
        yield

    def _from_lab(self) -> Path:
        with open_lab(self.lab, clock=self.clock) as lab:
            who = self.joined.enrolled.expert
            return bundling.export(lab, who, self.root / "from-lab", from_start=True).path

    def _take(self, n: int) -> None:
        Bundles(self.clock).take_in(self.session(), self.bundles[n])

    def _write(self) -> Path:
        return Bundles(self.clock).export(self.session(), self.home / "stick").path

    def acts(self) -> Acts:
        yield "taken", lambda: self._take(0)
        yield "submitted", lambda: self.expert.submit("t1")
        yield "carried", self._write
        yield "receipted", lambda: self._take(1)

    def wrong(self, acks: Sequence[str], tries: Sequence[str]) -> list[str]:
        found = super().wrong(acks, tries)
        space = self.expert.workspace
        if "taken" in acks and len(space.lab.tasks()) != 3:
            found.append("tasks lost")
        if "submitted" in acks and not space.outbox.all():
            found.append("a result lost")
        mine = {row.document for row in space.outbox.all()}
        written = [self._inside(path) for path in (self.home / "stick").glob(f"*{SUFFIX}")]
        if "carried" in acks and "submitted" in acks and not any(mine <= one for one in written):
            found.append("a bundle lost, or without its result")
        if {"submitted", "receipted"} <= set(acks) and not self.receipted():
            found.append("a receipt lost")
        self._take(1)
        if len(space.lab.tasks()) != 3 or not self.receipted() or space.lab.quarantined() or space.check():
            found.append("the same bundle again does not heal it")
        return found

    def _inside(self, path: Path) -> set[bytes]:
        """The documents of a bundle for the lab; what is half a file raises."""

        def unchecked(document: bytes) -> Verified:
            payload = unbase64(members(document)["payload"], "")
            return Verified(file.Bundle.typ(), "", payload, digest(payload))

        inside = age.decrypt(path.read_bytes(), [self.lab_jwk])
        return set(file.read(inside, unchecked).documents)


DAYS: dict[str, type[Day]] = {"undoing": Undoing, "syncing": Syncing, "carrying": Carrying}
