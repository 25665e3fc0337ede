"""The window beside its own workers: how long the GUI thread ever stays away from its events.

`python -m benchmarks.window_at_work HOME` opens the window over a home whose last lab opens with the benches'
passphrase, then reads one JSON request a line and answers with one line.
    {"pull": n}         until a sync has brought n tasks
    {"report": 1}       Reports, until one is shown
    {"save": path}      that report into a file
    {"take": path}      a bundle of the lab
    {"give": folder, "tasks": n}   so many results, made before the clock runs, as a bundle to the lab
    each  →  {"gaps": [ms between two turns of the event loop, the longest 20]}
"""

from __future__ import annotations

import heapq
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from benchmarks.robot import begin_as_the_program
from benchmarks.workspaces import PASSPHRASE, cheap_vault

if TYPE_CHECKING:
    from app.services.session import Session
    from ui.reports.screen import ReportsScreen

BEAT_MS = 2
KEPT = 20
PATIENCE_S = 300.0
SIZE = (1440, 900)


def serve(home: Path) -> None:
    """One request a line of standard input, until it ends."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer
    from PySide6.QtWidgets import QApplication

    from app.clock import SystemClock
    from app.paths import Home
    from app.services.bundles import Bundles
    from ui.application import Application
    from ui.bundles.presenter import BundlesPresenter
    from ui.frame import Frame, first_look

    app = QApplication(["Assay"])
    loop = QEventLoop()
    place = Home(home)
    frame = Frame(*first_look(place.app_json))
    frame.resize(*SIZE)
    application = Application(app, frame, place, secret=PASSPHRASE, vault_at=cheap_vault)
    ready: list[bool] = []
    application.ready.connect(lambda: ready.append(True))
    gaps: list[float] = []
    last = [0.0]

    def beat() -> None:
        now = time.perf_counter()
        gap = (now - last[0]) * 1000
        last[0] = now
        if len(gaps) < KEPT:
            heapq.heappush(gaps, gap)
        elif gap > gaps[0]:
            heapq.heapreplace(gaps, gap)

    heart = QTimer()
    heart.setTimerType(Qt.TimerType.PreciseTimer)
    heart.timeout.connect(beat)

    def until(there: Callable[[], Any]) -> None:
        end = time.perf_counter() + PATIENCE_S
        while not there():
            loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            if time.perf_counter() > end:
                raise RuntimeError("the window did not do what was asked")

    frame.show()
    application.start()
    while not ready:
        loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    shell = application.shell
    assert shell.lab is not None
    lab = shell.lab
    ended: list[tuple[str, bool]] = []
    bundles = BundlesPresenter(Bundles(SystemClock()), application.jobs, lab.live, lab)
    bundles.ended.connect(lambda title, words, good: ended.append((words, good)))
    last[0] = time.perf_counter()
    heart.start(BEAT_MS)
    for line in sys.stdin:
        request = json.loads(line)
        if "give" in request:
            _grade(lab.live.session, request["tasks"])
            loop.processEvents()
        gaps.clear()
        last[0] = time.perf_counter()
        if "pull" in request:
            if not lab.syncing.running:
                lab.syncing.ask()
            until(lambda: not lab.syncing.running)
            found = len(lab.session.workspace.lab.tasks())
            if found != request["pull"]:
                raise RuntimeError(f"{found} tasks came")
        elif "report" in request:
            shell.binder.run("reports")
            until(lambda: _stands(_reports(lab.screens)))
            loop.processEvents()
        elif "save" in request:
            _reports(lab.screens)._presenter.save(request["save"])
            until(Path(request["save"]).exists)
        else:
            ended.clear()
            if "take" in request:
                bundles.take_in(Path(request["take"]))
            else:
                bundles.save(Path(request["give"]))
            until(lambda: ended)
            if not ended[0][1]:
                raise RuntimeError(ended[0][0])
        print(json.dumps({"gaps": sorted(gaps, reverse=True)}), flush=True)
    heart.stop()
    ends: list[bool] = []
    application.ended.connect(lambda: ends.append(True))
    application.quit()
    until(lambda: ends)


def _grade(session: Session, count: int) -> None:
    from benchmarks.p6_send import graded

    for task in session.workspace.lab.tasks(show="open")[:count]:
        graded(session, task)


def _stands(screen: ReportsScreen) -> bool:
    return screen.page is not None and screen.page.whole


def _reports(screens: Any) -> ReportsScreen:
    return cast("ReportsScreen", screens.front)


def main() -> int:
    begin_as_the_program()
    serve(Path(sys.argv[1]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
