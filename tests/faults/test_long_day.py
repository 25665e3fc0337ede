"""R19: a long day by a robot: many tasks, the network coming and going, suspends with clocks that jump, locks, copies.

Not the window, which has its own rig: the services as the window uses them, with the writer's thread, over a real lab.
"""

from __future__ import annotations

import json
import random
import resource
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.clock import Clock
from app.errors import AssayError, InputError, OfflineError
from app.keys.box import Cost
from app.keys.vault import Vault
from app.services import judging
from app.services.mending import roll
from app.services.sending import Sending
from app.services.session import Session
from app.sync.connectors.lab import LabConnector
from app.wire.signatures import PrivateKey
from app.workstation import build
from lab import desk
from tests.contract.sync_rig import connector, new_lab, serving
from tests.faults.cutting import Cutter
from tests.soaking import Soak

TASKS, SOAK_TASKS = 200, 2_000
WARM = 50
"""Tasks after which the memory is there that the whole day has."""
PASSPHRASE = "a long enough passphrase"
JUDGEMENT = {"responses": {r: {"verdicts": {"c1": "met", "c2": "not_met"}} for r in ("r1", "r2")}}


class DayClock(Clock):
    """The computer's clock with a lie added; its monotonic time is true."""

    def __init__(self) -> None:
        self.off = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.off

    def monotonic(self) -> float:
        return time.monotonic()


class Through(LabConnector):
    """To the lab by another address, as through a network box on the way; tokens name the lab itself."""

    lab = ""

    def _headers(self, *, token: bool) -> dict[str, str]:
        address, self.url = self.url, self.lab
        try:
            return super()._headers(token=token)
        finally:
            self.url = address


def test_a_long_day(tmp_path: Path, soak: Soak) -> None:
    chance, clock = random.Random(20261101), DayClock()
    most = SOAK_TASKS if soak.seconds else TASKS
    link = new_lab(tmp_path / "lab", most)
    station = build(
        tmp_path / "home",
        clock=clock,
        vault_at=lambda folder: Vault(folder, cost=Cost(1, 64, 1)),
        wait=lambda _: None,
    )
    seen: dict[str, int] = {}

    def count(what: str) -> None:
        seen[what] = seen.get(what, 0) + 1

    with serving(tmp_path / "lab") as lab:
        station.enrolling.enrol(link, passphrase=PASSPHRASE).close()
        cutter = Cutter(lab.config.url)

        def through(url: str, key: PrivateKey | None, cancelled: Callable[[], bool]) -> LabConnector:
            line = connector(cutter.url, key, clock, kind=Through)
            assert isinstance(line, Through)
            line.lab = url
            return line

        flaky = Sending(clock, through)
        session: Session = station.labs.open(None, PASSPHRASE)
        station.sending.sync(session)
        tasks = session.workspace.lab.tasks()
        assert len(tasks) == most
        before = done = 0
        for done in soak.rounds("tasks", TASKS, most):
            task = tasks[done]
            if done == WARM:
                before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            judging.grade(session, task, json.dumps(JUDGEMENT).encode(), where="robot")
            assert judging.submit(session, [task])["refused"] == []
            dice = chance.random()
            if dice < 0.2:
                # A network that breaks anywhere, both ways.
                cutter.cut(up=chance.randrange(6000), down=chance.randrange(4000))
                try:
                    flaky.sync(session)
                except (OfflineError, InputError) as exc:
                    count(exc.code)
            elif dice < 0.25:
                # Suspended and woken: another time, the workspace locked and opened again.
                clock.off = timedelta(days=chance.choice([0, 0, -3650, 3650]), hours=chance.randrange(-2, 3))
                session.close()
                session = station.labs.open(None, PASSPHRASE)
                count("woken")
                try:
                    station.sending.sync(session)
                except AssayError as exc:
                    count(exc.code)
                clock.off = timedelta(0)
            elif dice < 0.27:
                roll(session)
                session.workspace.snapshot()
                count("copied")
            elif dice < 0.3:
                session.undo_now()
                judging.submit(session, [task])
                count("undone")
        cutter.close()
        while station.sending.sync(session).waiting:
            count("sent at last")
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        rows = session.workspace.outbox.all()
        assert {row.state for row in rows} <= {"receipted", "accepted"}
        newest = {
            row.task: row
            for row in rows
            if row.revision == max(r.revision for r in rows if r.task == row.task)
        }
        assert set(newest) == set(tasks[: done + 1])
        held = list(desk.results(lab))
        assert sorted(held) == sorted(row.document for row in rows)
        assert session.workspace.check() == []
        assert session.workspace.lab.quarantined() == []
        session.close()
    assert grown < 50 * 1024, f"{grown} KiB more at its height"
    assert seen.get("woken", 0) > 0
    assert any(code.startswith("lab.") for code in seen)
    print(seen, f"{grown} KiB")
