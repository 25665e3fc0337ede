"""What a scripted day is, for the rig of failing I/O (`io_nursery`), and the days on a workspace alone share."""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.clock import SystemClock
from app.domain.ids import TaskId
from app.services.session import Parts, Session
from app.storage.changes import FeedChanges
from app.storage.workspace import Workspace, create, open_workspace
from app.wire.signatures import PrivateKey
from app.workstation import make_signer, parse_task
from tests.faults.power_nursery import TASK, edit
from tests.unit.storage.storage_samples import (
    KEY,
    an_offer,
    identity,
)

Acts = Iterator[tuple[str, Callable[[], Any]]]


class Day(ABC):
    """A home as it begins, what is done in it, and what must hold after. root: a folder for what is beside the home.

    broken, full: what a fault and a full disk are told as. told: errors of steps that build on one that failed.
    """

    broken, full = "storage.io", "storage.disk_full"
    told: frozenset[str] = frozenset()

    def __init__(self, root: Path) -> None:
        self.root = root

    @abstractmethod
    def prepared(self, home: Path) -> AbstractContextManager[None]:
        """The home is there, and what else the day needs, until the last run is over."""

    @abstractmethod
    def begin(self, home: Path) -> None:
        """Open it, in the child and again in the parent."""

    @abstractmethod
    def acts(self) -> Acts:
        """(what holds once it is acknowledged, what is done)."""

    @abstractmethod
    def end(self) -> None:
        """Close it."""

    @abstractmethod
    def wrong(self, acks: Sequence[str], tries: Sequence[str]) -> list[str]:
        """What of the acknowledged does not hold."""


def highest(acks: Sequence[str], what: str) -> int:
    """The greatest number that `what` was acknowledged with."""
    return max((int(ack.split()[1]) for ack in acks if ack.startswith(f"{what} ")), default=0)


def settled(acks: Sequence[str], tries: Sequence[str], *states: str) -> str:
    """The state that is sure: the last that was acknowledged, if none was tried after it. "" when none is."""
    tried = [one for one in tries if one in states]
    last = [one for one in acks if one in states][-1:]
    return last[0] if last and last == tried[-1:] else ""


class WorkspaceDay(Day):
    """A workspace with one batch of three tasks."""

    @contextmanager
    def prepared(self, home: Path) -> Iterator[None]:
        create(home, KEY, identity(), SystemClock()).close()
        self.begin(home)
        self.space.lab.apply(FeedChanges(batches=(an_offer(),)), "1")
        self.furnish()
        self.end()
        yield

    def furnish(self) -> None:
        """What else is in it when the day begins."""

    def begin(self, home: Path) -> None:
        self.home = home
        self.space: Workspace = open_workspace(home, KEY, SystemClock())

    def end(self) -> None:
        self.space.close()

    def comment(self, n: int, task: TaskId = TASK) -> None:
        old = self.space.work.review(task).values.get("/comment")
        made = edit(n, task, "/comment", old, f"{n} " + "word " * 60)
        device = self.space.identity.device
        self.space.work.record([replace(made, id=f"{device}-{made.id}-{task}", device=device)])

    def commented(self, task: TaskId = TASK) -> int:
        return int((self.space.work.review(task).comment or "0").split()[0])

    def session(self) -> Session:
        numbers = (f"id{n}" for n in itertools.count())
        jwk = PrivateKey.generate().as_jwk()
        return Session(
            Parts(
                folder=self.home,
                workspace=self.space,
                writer=None,
                clock=SystemClock(),
                new_id=lambda: next(numbers),
                sign=make_signer(jwk),
                device_jwk=jwk,
                parse=parse_task,
            )
        )

    def wrong(self, acks: Sequence[str], tries: Sequence[str]) -> list[str]:
        found = []
        if self.commented() < highest(acks, "comment"):
            found.append("edit lost")
        fed = highest(acks, "feed")
        if fed and int(self.space.lab.state("cursor") or 0) < fed:
            found.append("feed lost")
        return found + [problem.code for problem in self.space.check()]
