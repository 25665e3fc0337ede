"""The inside of the robot: the real window over a filled home, keys pressed, the GUI thread's time taken.

Imported by `benchmarks.robot` after what `ui.__main__` does first, so that it costs what the program costs.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.domain.ids import TaskId
from app.domain.verdict import Mark
from app.paths import Home
from benchmarks.everything import answers
from benchmarks.session import tree_pss_mb
from benchmarks.workspaces import PASSPHRASE, cheap_vault
from ui.application import Application
from ui.frame import Frame, first_look
from ui.grading.screen import GradingScreen
from ui.panels.ideal.field import RoomyWriting
from ui.panels.reading.answer_view import AnswerView
from ui.screens import GRADING

PATIENCE_S = 30.0
QUIET_S = 0.03
"""So long without an event: nothing is under way any more."""
AHEAD = 40
SIZE = (1440, 900)


class _Paints(QObject):
    """Which of some widgets were painted since `clear`."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[int] = set()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.seen.add(id(watched))
        return False


class Robot:
    """The window over a filled home, a task of it open; every task is answered before it comes."""

    def __init__(self, app: QApplication, home: Path, *, hurry: bool) -> None:
        if hurry:
            from ui.grading import presenter

            presenter.AHEAD_MS = 10
        place = Home(home)
        self._prepared = False
        self._loop = QEventLoop()
        frame = Frame(*first_look(place.app_json))
        frame.resize(*SIZE)
        self._frame = frame
        self._application = Application(app, frame, place, secret=PASSPHRASE, vault_at=cheap_vault)
        ready: list[bool] = []
        self._application.ready.connect(lambda: ready.append(True))
        frame.show()
        self._application.start()
        self._wait(lambda: bool(ready))
        shell = self._application.shell
        assert shell.lab is not None
        self._session = shell.lab.session
        self._live = shell.lab.live
        workspace = self._session.workspace.lab
        self._numbers = workspace.numbers(self._session.desk.view().cards[0].batch.id)
        self._answered = first = self._first_open()
        self._answer(first)
        shell.go_task(self._id(first))
        screen = cast("GradingScreen", shell.lab.screens.get(GRADING))
        self._screen, self._presenter = screen, screen._presenter
        self._presenter.prepared.connect(self._is_prepared)
        self._paints = _Paints()
        self.rest()

    # Requests

    def submit(self, count: int) -> dict[str, Any]:
        """Press a verdict key and, after a reader's rest, Ctrl+Enter, `count` times."""
        cpu, stall = [], 0.0
        for _ in range(count):
            before = self._presenter.place
            self._answer(before + 2)
            self.rest()
            self.verdict(1)  # as a person does: what was prepared has to outlive her own answers
            stall = max(stall, self.rest())
            self._prepared = False
            cpu.append(
                self._press(
                    Qt.Key.Key_Return,
                    Qt.KeyboardModifier.ControlModifier,
                    lambda before=before: self._presenter.place != before,  # type: ignore[misc]
                    self._readers(),
                    (self._screen.panel.list.viewport(), self._screen.panel.card),
                    (self._screen.tasks.list.viewport(),),
                    *self._writers(),
                )[0]
            )
            if self._presenter.place != before + 1:
                raise RuntimeError(f"task {before} was not submitted")
        return {"cpu": cpu, "stall": max(stall, self.rest())}

    def verdict(self, count: int) -> dict[str, Any]:
        """Press a verdict key `count` times, changing what stands there."""
        wall = []
        for at in range(count):
            card = self._screen.panel.card
            before = card.state
            key = Qt.Key.Key_N if before is not None and before.verdict.value == Mark.MET else Qt.Key.Key_Y
            wall.append(
                self._press(
                    key,
                    Qt.KeyboardModifier.NoModifier,
                    lambda card=card, before=before: card.state is not before,  # type: ignore[misc]
                    (card,),
                )[1]
            )
            self.rest()
            if at % 10 == 9:
                self._press(Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier, lambda: True)
        return {"wall": wall}

    def open(self) -> dict[str, Any]:
        """The editor of the ideal answer and the first file; both stay open from task to task."""
        screen = self._screen
        screen.files.open(0)
        self._wait(lambda: screen.files.panel.viewer is not None)
        screen.writing.open()
        self.rest()
        return {"open": [screen.files.is_open, screen.writing.is_open]}

    def memory(self) -> dict[str, Any]:
        self.rest()
        return {"pss": tree_pss_mb(os.getpid())}

    def close(self) -> None:
        ended: list[bool] = []
        self._application.ended.connect(lambda: ended.append(True))
        self._application.quit()
        self._wait(lambda: bool(ended))

    # Inside

    def _is_prepared(self) -> None:
        self._prepared = True

    def _press(
        self,
        key: Qt.Key,
        modifiers: Qt.KeyboardModifier,
        there: Callable[[], bool],
        *painted: tuple[QObject, ...],
    ) -> tuple[float, float]:
        """(CPU, wall) ms of this thread until `there`, one widget of each group painted, and no event waiting."""
        watched = [one for group in painted for one in group]
        for one in watched:
            one.installEventFilter(self._paints)
        self._paints.seen.clear()
        start, began = time.thread_time(), time.perf_counter()
        QTest.keyClick(self._frame.windowHandle(), key, modifiers)
        wanted = [{id(one) for one in group} for group in painted]
        while not (there() and all(group & self._paints.seen for group in wanted)):
            if not self._loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents):
                self._sleep(began)
        while self._loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents):
            pass
        found = (time.thread_time() - start) * 1000, (time.perf_counter() - began) * 1000
        for one in watched:
            one.removeEventFilter(self._paints)
        return found

    def _id(self, place: int) -> TaskId:
        return self._session.workspace.lab.rows(self._numbers[place : place + 1])[0].id

    def _first_open(self) -> int:
        lab = self._session.workspace.lab
        return next(i for i, n in enumerate(self._numbers) if not lab.rows(array("q", [n]))[0].result)

    def _readers(self) -> tuple[QObject, ...]:
        """The views of the reading panel, of which one shows the task."""
        return tuple(view.viewport() for view in self._screen.reading.pool.findChildren(AnswerView))

    def _writers(self) -> tuple[tuple[QObject, ...], ...]:
        """The fields of the ideal answer, of which one shows it, while its editor is open."""
        if not self._screen.writing.is_open:
            return ()
        fields = self._screen.writing.editor.findChildren(RoomyWriting)
        return (tuple(field.viewport() for field in fields),)

    def _sleep(self, began: float) -> None:
        if time.perf_counter() - began > PATIENCE_S:
            raise RuntimeError("the window did not do what was asked")
        # The other threads need the interpreter; what this one waits for comes through events.
        time.sleep(0.0005)

    def rest(self) -> float:
        """Until everything is in the file and the next task is prepared; the longest slice on the way, ms of CPU."""
        longest, began, quiet = 0.0, time.perf_counter(), time.perf_counter()
        pool = self._screen.reading.pool
        while True:
            start = time.thread_time()
            busy = self._loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
            longest = max(longest, time.thread_time() - start)
            now = time.perf_counter()
            if busy or pool.preparing or self._live.pending or not self._prepared:
                quiet = now
            if now - quiet > QUIET_S:
                return longest * 1000
            if not busy:
                self._sleep(began)

    def _wait(self, there: Callable[[], bool]) -> None:
        began = time.perf_counter()
        while not there():
            if not self._loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents):
                self._sleep(began)

    def _answer(self, at: int) -> None:
        """Tasks up to `at` and some more have an answer to everything, in the file, before they are opened."""
        if at < self._answered:
            return
        for place in range(self._answered, min(at + AHEAD, len(self._numbers))):
            opened = self._session.open(self._id(place))
            _, edits = self._session.reviewing.changed(opened, answers(opened.task))
            if not edits:
                continue
            kept = threading.Event()
            self._session.keep(edits, lambda _, kept=kept: kept.set())  # type: ignore[misc]
            if not kept.wait(PATIENCE_S):
                raise RuntimeError("an answer was not kept")
        self._answered = at + AHEAD


def serve(home: Path, *, hurry: bool) -> None:
    """One JSON request a line of standard input, one line of answer, until it ends."""
    app = QApplication(["Assay"])
    one = Robot(app, home, hurry=hurry)
    for line in sys.stdin:
        request = json.loads(line)
        if "submit" in request:
            answer = one.submit(request["submit"])
        elif "verdict" in request:
            answer = one.verdict(request["verdict"])
        elif "open" in request:
            answer = one.open()
        else:
            answer = one.memory()
        print(json.dumps(answer), flush=True)
    one.close()
