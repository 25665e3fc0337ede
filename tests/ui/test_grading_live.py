"""A session for the window: what is pending, what cannot be written, signs of life."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from pytestqt.qtbot import QtBot

from app.clock import FixedClock
from app.domain.ids import CriterionId, ResponseId, TaskId
from app.domain.review import verdict_path
from app.domain.scoring import POLICIES
from app.errors import AssayError, StorageError
from app.services.session import Done, Failed, Session
from app.services.submitting import Incomplete
from app.storage.workspace import Workspace
from tests.workspaces import make_session, task_json
from ui.live import LiveSession
from ui.panels.rubric.policies import FORMULAS

T = TypeVar("T")
T1 = TaskId("t1")
WAIT_MS = 5000


class FullDisk(Session):
    """A session over a disk that is full while `full` is set."""

    full = False

    def perform(
        self, change: Callable[[Workspace], T], done: Done[T] | None = None, failed: Failed | None = None
    ) -> None:
        def tried(workspace: Workspace) -> T:
            if self.full:
                raise StorageError("disk_full", "The disk is full.")
            return change(workspace)

        super().perform(tried, done, failed)


def path(criterion: str) -> str:
    return verdict_path(ResponseId("r1"), CriterionId(criterion))


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def session(tmp_path: Path, clock: FixedClock) -> Iterator[FullDisk]:
    tasks = [task_json(1, responses=1, criteria=2)]
    made = FullDisk(make_session(tmp_path, tasks=tasks, threaded=True, clock=clock).parts)
    yield made
    made.close()


@pytest.fixture
def live(session: FullDisk, qapp: object) -> LiveSession:
    return LiveSession(session)


def value(session: Session, criterion: str) -> object:
    return session.workspace.work.review(T1).values.get(path(criterion))


def test_an_answer_that_cannot_be_written_is_held_and_goes_with_the_next(
    live: LiveSession, session: FullDisk, qtbot: QtBot
) -> None:
    errors: list[AssayError] = []
    live.failed.connect(errors.append)
    session.full = True
    opened = live.change(session.open(T1), {path("c1"): "met"})
    qtbot.waitUntil(lambda: bool(errors), timeout=WAIT_MS)
    assert errors[0].code == "disk_full"
    assert live.pending == 1
    assert value(session, "c1") is None
    session.full = False
    live.change(opened, {path("c2"): "not_met"})
    qtbot.waitUntil(lambda: live.pending == 0, timeout=WAIT_MS)
    assert (value(session, "c1"), value(session, "c2")) == ("met", "not_met")


def test_a_result_is_never_made_without_what_is_held(
    live: LiveSession, session: FullDisk, qtbot: QtBot
) -> None:
    session.full = True
    with qtbot.waitSignal(live.failed, timeout=WAIT_MS):
        live.change(session.open(T1), {path("c1"): "met", path("c2"): "not_met"})
    assert live.pending == 1
    session.full = False
    done: list[object] = []
    live.submit(T1, done.append, done.append)
    qtbot.waitUntil(lambda: bool(done), timeout=WAIT_MS)
    assert session.open(T1).submitted
    assert value(session, "c1") == "met"


def test_an_incomplete_review_is_refused_with_what_it_lacks(
    live: LiveSession, session: FullDisk, qtbot: QtBot
) -> None:
    refused: list[AssayError] = []
    live.submit(T1, lambda _: None, refused.append)
    qtbot.waitUntil(lambda: bool(refused), timeout=WAIT_MS)
    assert isinstance(refused[0], Incomplete)
    assert len(refused[0].lacks) == 2


def test_a_review_that_changed_elsewhere_is_read_again(
    live: LiveSession, session: FullDisk, qtbot: QtBot
) -> None:
    old = session.open(T1)
    live.change(old, {path("c1"): "met"})
    qtbot.waitUntil(lambda: live.pending == 0, timeout=WAIT_MS)
    said: list[str] = []
    live.changed.connect(said.append)
    live.change(old, {path("c1"): "not_met"})
    qtbot.waitUntil(lambda: "lab" in said, timeout=WAIT_MS)
    assert value(session, "c1") == "met"
    assert live.pending == 0


def test_signs_of_life_once_in_fifteen_seconds(
    live: LiveSession, session: FullDisk, clock: FixedClock
) -> None:
    for _ in range(3):
        live.alive(T1)
    clock.advance(16)
    live.alive(T1)
    live.left(T1)
    live.left(T1)
    writer = session.parts.writer
    assert writer is not None
    assert writer.flush(5)
    assert [s.stop for s in session.workspace.work.signs(T1)] == [False, False, True]
    assert live.pending == 0


def test_every_policy_can_be_explained_in_every_language() -> None:
    assert set(FORMULAS) == {p.formula for p in POLICIES.values()}
