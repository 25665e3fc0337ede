"""The one place where threads meet Qt.

    jobs = Jobs(app)
    handle = jobs.run(lambda progress: sync.run(progress), done=self._synced, failed=problems.show,
                      progress=self._show_progress, owner=self)
    handle.cancel()

`work` runs in the lane's one thread (`network`: whatever waits for a host; `worker`: parsing, imports; `decoder`:
waiting for the process that opens attachments); jobs of a lane follow each other. It gets frozen data and ids, never a
widget, and returns plain values: a Qt document made outside the GUI thread holds the interpreter for its whole life.
`done`, `failed`, `progress` and `cancelled` are called in the GUI thread; after `cancel()`, or once `owner` is gone,
only `cancelled` is.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Generic, Literal, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.errors import AssayError, Cancelled

T = TypeVar("T")
Lane = Literal["network", "worker", "decoder"]


@dataclass(frozen=True, slots=True)
class Step:
    """How far a job is: `done` of `total` (0 = unknown), in what unit and doing what, for the screen."""

    done: int
    total: int
    words: str = ""


class Progress:
    """What a job calls while it works; both methods raise `Cancelled` after the person said stop.

    Steps closer than 30 ms to the last one told are left out, but never the end or other words.
    """

    def __init__(self, cancelled: threading.Event, tell: Callable[[Step], None]) -> None:
        self._cancelled = cancelled
        self._tell = tell
        self._last = Step(0, 0)
        self._told_at = 0.0

    def __call__(self, done: int, total: int = 0, words: str = "") -> None:
        self.check()
        step, now = Step(done, total, words), time.monotonic()
        if now - self._told_at >= 0.03 or done == total or words != self._last.words:
            self._last, self._told_at = step, now
            self._tell(step)

    @property
    def cancelled(self) -> bool:
        """For code that asks instead of being told by `Cancelled`."""
        return self._cancelled.is_set()

    def check(self) -> None:
        """Call it between chunks of work."""
        if self._cancelled.is_set():
            raise Cancelled


class Bridge(QObject):
    """Brings calls from foreign threads into the thread it was made in (the GUI's).

    bridge = Bridge(parent); storage.on_saved(lambda saved: bridge.post(lambda: presenter.saved(saved)))
    """

    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._posted.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], None]) -> None:
        """Run `call` soon in the bridge's thread. Never blocks; the order of calls is kept."""
        self._posted.emit(call)

    def _call(self, call: Callable[[], None]) -> None:
        call()


class JobHandle(QObject):
    """A job under way. Lives in the GUI thread."""

    def __init__(self, parent: QObject, lane: Lane) -> None:
        super().__init__(parent)
        self.lane = lane
        self.stop = threading.Event()
        self.finished = False

    @Slot()
    def cancel(self) -> None:
        """Ask the job to stop; nothing of it is delivered any more. Harmless when it has ended."""
        self.stop.set()

    @property
    def running(self) -> bool:
        return not self.finished


@dataclass(frozen=True)
class _Job(Generic[T]):
    handle: JobHandle
    work: Callable[[Progress], T]
    done: Callable[[T], None]
    failed: Callable[[AssayError], None]
    progress: Callable[[Step], None] | None
    cancelled: Callable[[], None] | None


@dataclass
class _LaneState:
    queue: SimpleQueue[Callable[[], None] | None] = field(default_factory=SimpleQueue)
    thread: threading.Thread | None = None


class Jobs(QObject):
    """The job runner; made in the GUI thread, `shutdown()` before the application ends."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = Bridge(self)
        self._lanes: dict[Lane, _LaneState] = {
            "network": _LaneState(),
            "worker": _LaneState(),
            "decoder": _LaneState(),
        }
        self._handles: set[JobHandle] = set()
        self._closed = False

    def run(
        self,
        work: Callable[[Progress], T],
        *,
        done: Callable[[T], None],
        failed: Callable[[AssayError], None],
        progress: Callable[[Step], None] | None = None,
        cancelled: Callable[[], None] | None = None,
        lane: Lane = "worker",
        owner: QObject | None = None,
    ) -> JobHandle:
        """Queue a job. An error that is not ours goes to the exception hook and to `failed` as code `bug`."""
        handle = JobHandle(self, lane)
        if owner is not None:
            owner.destroyed.connect(handle.cancel)
        if self._closed:
            handle.finished = True
            return handle
        self._handles.add(handle)
        job = _Job(handle, work, done, failed, progress, cancelled)
        self._start(lane).queue.put(lambda: self._work(job))
        return handle

    def after(self, lane: Lane, call: Callable[[], None]) -> None:
        """`call` once the jobs of a lane that are under way now have ended and said so: at once when there are none."""
        waiting = [handle for handle in self._handles if handle.lane == lane]
        if waiting:
            self.run(
                lambda _: None, done=lambda _: call(), failed=lambda _: call(), cancelled=call, lane=lane
            )
        else:
            call()

    def at_last(self, lane: Lane, work: Callable[[], None]) -> None:
        """In the lane's thread, behind its jobs: put away what they worked with. Done even if the program ends now."""
        if self._closed:
            work()
        else:
            self._start(lane).queue.put(work)

    def call_soon(self, call: Callable[[], None]) -> None:
        """Run `call` in the GUI thread after what it does now; from any thread."""
        self._bridge.post(call)

    def shutdown(self, timeout_s: float = 5.0) -> bool:
        """Cancel everything and wait for the threads; False if one did not stop in time."""
        self._closed = True
        for handle in self._handles:
            handle.cancel()
        threads = [state.thread for state in self._lanes.values() if state.thread is not None]
        for state in self._lanes.values():
            state.queue.put(None)
        for thread in threads:
            thread.join(timeout_s)
        return not any(thread.is_alive() for thread in threads)

    def _start(self, lane: Lane) -> _LaneState:
        state = self._lanes[lane]
        if state.thread is None:
            state.thread = threading.Thread(
                target=_serve, args=(state.queue,), name=f"assay-{lane}", daemon=True
            )
            state.thread.start()
        return state

    def _work(self, job: _Job[T]) -> None:
        """In the lane's thread. Everything it has to say goes over the bridge."""
        handle, post = job.handle, self._bridge.post

        def tell(step: Step) -> None:
            if job.progress is not None:
                post(lambda: self._deliver(job, job.progress, step))

        try:
            progress = Progress(handle.stop, tell)
            progress.check()
            result = job.work(progress)
        except Cancelled:
            post(lambda: self._end(job))
        except AssayError as error:
            found = error
            post(lambda: self._end(job, lambda: job.failed(found)))
        except Exception as error:  # noqa: BLE001 - a bug: told by the exception hook, the lane lives on
            bug = error
            post(lambda: self._end(job, lambda: _report(job, bug)))
        else:
            post(lambda: self._end(job, lambda: job.done(result)))

    def _deliver(self, job: _Job[T], to: Callable[[Step], None] | None, step: Step) -> None:
        if to is not None and not job.handle.stop.is_set():
            to(step)

    def _end(self, job: _Job[T], say: Callable[[], None] | None = None) -> None:
        handle = job.handle
        self._handles.discard(handle)
        handle.finished = True
        handle.deleteLater()
        if say is not None and not handle.stop.is_set():
            say()
        elif job.cancelled is not None and not self._closed:
            job.cancelled()


def _serve(queue: SimpleQueue[Callable[[], None] | None]) -> None:
    while (task := queue.get()) is not None:
        task()


def _report(job: _Job[T], bug: BaseException) -> None:
    sys.excepthook(type(bug), bug, bug.__traceback__)
    job.failed(bug_error())


def bug_error() -> AssayError:
    """What a person reads when the fault is ours."""
    return AssayError(
        "bug",
        "Something went wrong inside Assay.",
        hint="Your work is kept. A report without your texts was written on this computer.",
    )
