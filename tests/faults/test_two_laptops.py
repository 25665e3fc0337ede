"""R6: one expert on three laptops, by a stateful model: no value is replaced by one that did not know it."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from app.clock import FixedClock
from app.domain.edits import Edit
from app.domain.ids import DeviceId, ExpertId, LabId, TaskId
from app.domain.times import to_text
from app.services import merging
from app.services.session import Parts, Session
from app.storage.rows import WorkspaceIdentity
from app.storage.workspace import create
from app.workstation import make_signer, parse_task
from tests.soaking import Soak, rounds
from tests.workspaces import KEY, add_batch, task_json

HISTORIES, SOAK_HISTORIES = 200, 100_000
TASK = TaskId("t1")
PATHS = (
    "/comment",
    "/responses/r1/verdicts/c1/value",
    "/responses/r1/verdicts/c1/comment",
    "/responses/r2/comment",
)
LAPTOPS = ("a", "b", "c")
laptops = st.sampled_from(LAPTOPS)
paths = st.sampled_from(PATHS)


def session(folder: Path, name: str) -> Session:
    identity = WorkspaceIdentity(
        LabId("lab-1"), "L", "http://127.0.0.1:1", ExpertId("e"), DeviceId(f"device-{name}"), f"kid-{name}"
    )
    clock = FixedClock()
    workspace = create(folder / name, KEY, identity, clock)
    add_batch(workspace, [task_json(1)])
    ids = itertools.count()
    jwk = {"kty": "OKP"}
    return Session(
        Parts(folder, workspace, None, clock, lambda: f"{name}{next(ids)}", make_signer(jwk), jwk, parse_task)
    )


_started = itertools.count()
"""Histories that began."""


class TwoLaptops(RuleBasedStateMachine):
    """known: for each value ever written, the values that its writer saw in that field when writing it."""

    @initialize()
    def start(self) -> None:
        next(_started)
        parent = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.folder = Path(tempfile.mkdtemp(dir=parent))
        self.sessions = {name: session(self.folder, name) for name in LAPTOPS}
        self.drafts: dict[str, list[dict[str, Any]]] = {name: [] for name in LAPTOPS}
        self.known: dict[tuple[str, Any], set[Any]] = {}
        self.numbers = itertools.count(1)

    def seen(self, name: str, path: str) -> set[Any]:
        """The values of a field that the person at this laptop has before her, or has had and replaced."""
        workspace = self.sessions[name].workspace
        value = workspace.work.review(TASK).values.get(path)
        return {value} | self.known.get((path, value), set())

    @rule(name=laptops, path=paths)
    def write(self, name: str, path: str) -> None:
        workspace = self.sessions[name].workspace
        old = workspace.work.review(TASK).values.get(path)
        new = f"v{next(self.numbers)}"
        self.known[path, new] = self.seen(name, path)
        self.record(name, path, old, new)

    @rule(name=laptops, path=paths)
    def take_away(self, name: str, path: str) -> None:
        old = self.sessions[name].workspace.work.review(TASK).values.get(path)
        if old is not None:
            self.write(name, path)

    def record(self, name: str, path: str, old: Any, new: Any) -> None:
        parts = self.sessions[name].parts
        workspace = parts.workspace
        edit = Edit(
            parts.new_id(), workspace.identity.device, TASK, path, old, new, parts.clock.now(), parts.new_id()
        )
        workspace.work.record([edit])

    @rule(name=laptops)
    def send(self, name: str) -> None:
        workspace = self.sessions[name].workspace
        self.drafts[name].append(merging.draft(workspace, TASK, to_text(FixedClock().now())))

    @rule(name=laptops, other=laptops, which=st.integers(0, 5))
    def receive(self, name: str, other: str, which: int) -> None:
        """Any draft that was sent: late, twice, in any order."""
        if name == other or not self.drafts[other]:
            return
        content = self.drafts[other][-1 - which % len(self.drafts[other])]
        merging.take_in(self.sessions[name].workspace, f"device-{other}", content)

    @rule(name=laptops, theirs=st.booleans())
    def choose(self, name: str, theirs: bool) -> None:
        mine = self.sessions[name]
        found = merging.differences(mine.workspace)
        if not found:
            return
        one = found[0]
        value = one.theirs if theirs else one.mine
        saw = self.seen(name, one.path) | {one.theirs} | self.known.get((one.path, one.theirs), set())
        self.known[one.path, value] = self.known.get((one.path, value), set()) | (saw - {value})
        merging.choose(mine, one.number, value)

    @invariant()
    def no_silent_winner(self) -> None:
        """Every value written is before someone, or was replaced by someone who saw it."""
        if not hasattr(self, "sessions"):
            return
        for path in PATHS:
            before: set[Any] = set()
            for name in LAPTOPS:
                workspace = self.sessions[name].workspace
                before |= {workspace.work.review(TASK).values.get(path)}
                before |= {one.theirs for one in workspace.drafts.waiting() if one.path == path}
            covered = set(before)
            for value in before:
                covered |= self.known.get((path, value), set())
            written = {value for where, value in self.known if where == path}
            assert written <= covered, (path, written - covered)

    def teardown(self) -> None:
        if not hasattr(self, "sessions"):
            return
        try:
            self.come_together()
        finally:
            for one in self.sessions.values():
                one.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def come_together(self) -> None:
        """After enough exchange all hold the same fields, but where a choice waits: there each sees all values."""
        for _ in range(4):
            for name, other in itertools.permutations(LAPTOPS, 2):
                content = merging.draft(self.sessions[other].workspace, TASK, to_text(FixedClock().now()))
                merging.take_in(self.sessions[name].workspace, f"device-{other}", content)
        for path in PATHS:
            views = []
            for name in LAPTOPS:
                workspace = self.sessions[name].workspace
                mine = {workspace.work.review(TASK).values.get(path)}
                views.append(mine | {one.theirs for one in workspace.drafts.waiting() if one.path == path})
            assert views[0] == views[1] == views[2], path
        for one in self.sessions.values():
            assert one.workspace.verify_journal() == []


def test_no_silent_winner(soak: Soak) -> None:
    """The same histories on every change; others in a soak."""
    before = next(_started)
    for _ in rounds(1, SOAK_HISTORIES // HISTORIES, soak.seconds):
        run_state_machine_as_test(
            TwoLaptops,
            settings=settings(
                max_examples=HISTORIES,
                stateful_step_count=20,
                deadline=None,
                suppress_health_check=[HealthCheck.too_slow],
                derandomize=not soak.seconds,
                database=None,
            ),
        )
    soak.counted(next(_started) - before - 1, "histories")
