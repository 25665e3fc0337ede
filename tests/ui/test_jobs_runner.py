"""Jobs: results, errors and cancellation arrive in the GUI thread, in order, and nothing outlives its owner."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.errors import AssayError, Cancelled, OfflineError
from ui.jobs import Bridge, Jobs, Progress, Step


@pytest.fixture
def jobs(qapp: QApplication) -> Iterator[Jobs]:
    runner = Jobs()
    yield runner
    assert runner.shutdown()


def unexpected(error: AssayError) -> None:
    raise AssertionError(error)


def test_a_result_arrives_in_the_gui_thread(jobs: Jobs, qtbot: QtBot) -> None:
    got: list[tuple[object, object, object]] = []

    def work(progress: Progress) -> object:
        return threading.current_thread()

    handle = jobs.run(
        work,
        done=lambda where: got.append((where, threading.current_thread(), handle.running)),
        failed=unexpected,
        lane="network",
    )
    qtbot.waitUntil(lambda: bool(got))
    where, here, running = got[0]
    assert where is not threading.main_thread()
    assert here is threading.main_thread()
    assert not running


def test_jobs_of_a_lane_follow_each_other_and_lanes_do_not_wait(jobs: Jobs, qtbot: QtBot) -> None:
    gate, order = threading.Event(), []
    jobs.run(lambda _: gate.wait(10), done=lambda _: order.append("slow"), failed=unexpected, lane="network")
    jobs.run(lambda _: 2, done=lambda _: order.append("after"), failed=unexpected, lane="network")
    jobs.run(lambda _: 3, done=lambda _: order.append("other"), failed=unexpected, lane="worker")
    qtbot.waitUntil(lambda: order == ["other"])
    gate.set()
    qtbot.waitUntil(lambda: order == ["other", "slow", "after"])


def test_our_error_goes_to_failed(jobs: Jobs, qtbot: QtBot) -> None:
    errors: list[AssayError] = []

    def work(progress: Progress) -> None:
        raise OfflineError("lab.unreachable", "The lab cannot be reached.")

    jobs.run(work, done=unexpected_result, failed=errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], OfflineError)


def unexpected_result(value: object) -> None:
    raise AssertionError(value)


def test_a_bug_goes_to_the_exception_hook_and_the_lane_lives_on(
    jobs: Jobs, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[BaseException] = []
    errors: list[AssayError] = []
    results: list[int] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, value, trace: reported.append(value))

    def work(progress: Progress) -> int:
        raise ZeroDivisionError

    jobs.run(work, done=unexpected_result, failed=errors.append)
    jobs.run(lambda _: 7, done=results.append, failed=unexpected)
    qtbot.waitUntil(lambda: results == [7])
    assert [type(e) for e in reported] == [ZeroDivisionError]
    assert [e.code for e in errors] == ["bug"]


def test_cancel_unwinds_silently(jobs: Jobs, qtbot: QtBot) -> None:
    started, go, seen, ended = threading.Event(), threading.Event(), [], []

    def work(progress: Progress) -> None:
        started.set()
        go.wait(10)
        try:
            progress(1, 2)
        except Cancelled:
            seen.append("unwound")
            raise

    handle = jobs.run(
        work, done=unexpected_result, failed=unexpected, cancelled=lambda: ended.append("cancelled")
    )
    assert started.wait(10)
    handle.cancel()
    go.set()
    qtbot.waitUntil(lambda: ended == ["cancelled"])
    assert seen == ["unwound"]
    assert not handle.running


def test_a_result_that_comes_after_cancel_is_dropped(jobs: Jobs, qtbot: QtBot) -> None:
    go, ended = threading.Event(), []
    handle = jobs.run(
        lambda _: go.wait(10), done=unexpected_result, failed=unexpected, cancelled=lambda: ended.append(1)
    )
    handle.cancel()
    go.set()
    qtbot.waitUntil(lambda: ended == [1])


def test_nothing_is_delivered_to_an_owner_that_is_gone(jobs: Jobs, qtbot: QtBot) -> None:
    go, owner = threading.Event(), QObject()
    handle = jobs.run(lambda _: go.wait(10), done=unexpected_result, failed=unexpected, owner=owner)
    owner.deleteLater()
    qtbot.waitUntil(handle.stop.is_set)
    go.set()
    qtbot.waitUntil(lambda: not handle.running)


def test_progress_arrives_in_order_and_is_thinned(jobs: Jobs, qtbot: QtBot) -> None:
    steps: list[Step] = []
    threads: set[threading.Thread] = set()

    def show(step: Step) -> None:
        steps.append(step)
        threads.add(threading.current_thread())

    def work(progress: Progress) -> None:
        for i in range(1, 5001):
            progress(i, 5000, "tasks")

    done: list[None] = []
    jobs.run(work, done=done.append, failed=unexpected, progress=show)
    qtbot.waitUntil(lambda: bool(done))
    assert steps[-1] == Step(5000, 5000, "tasks")
    assert steps == sorted(steps, key=lambda s: s.done)
    assert len(steps) < 1000
    assert threads == {threading.main_thread()}


def test_shutdown_stops_what_runs_and_takes_no_more(qtbot: QtBot) -> None:
    runner, started = Jobs(), threading.Event()

    def work(progress: Progress) -> None:
        started.set()
        while True:
            progress.check()

    runner.run(work, done=unexpected_result, failed=unexpected)
    assert started.wait(10)
    assert runner.shutdown()
    assert not runner.run(lambda _: 1, done=unexpected_result, failed=unexpected).running


def test_what_is_put_away_at_last_comes_behind_the_jobs_and_also_at_the_end(qtbot: QtBot) -> None:
    """A process that a job is still starting when the window closes must not stay behind."""
    jobs, begun, order = Jobs(), threading.Event(), []

    def slow(progress: Progress) -> None:
        begun.set()
        while not progress.cancelled:
            threading.Event().wait(0.001)
        order.append("slow")

    jobs.run(slow, done=unexpected_result, failed=unexpected, lane="decoder")
    jobs.run(lambda _: order.append("never"), done=unexpected_result, failed=unexpected, lane="decoder")
    jobs.at_last("decoder", lambda: order.append("cleared"))
    assert begun.wait(5)
    assert jobs.shutdown()
    assert order == ["slow", "cleared"]
    jobs.at_last("decoder", lambda: order.append("at once"))
    assert order[-1] == "at once"


def test_the_bridge_brings_calls_of_a_foreign_thread_home_in_order(qtbot: QtBot) -> None:
    bridge, got = Bridge(), []

    def elsewhere() -> None:
        for i in range(100):
            bridge.post(lambda i=i: got.append((i, threading.current_thread())))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(got) == 100)
    assert [i for i, _ in got] == list(range(100))
    assert {where for _, where in got} == {threading.main_thread()}


def test_call_soon_runs_after_what_runs_now(jobs: Jobs, qtbot: QtBot) -> None:
    order: list[str] = []
    jobs.call_soon(lambda: order.append("later"))
    order.append("now")
    qtbot.waitUntil(lambda: order == ["now", "later"])
