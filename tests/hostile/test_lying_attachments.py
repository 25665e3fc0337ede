"""A2, A8: attachments come after the tasks, are checked whole, and a false one is set aside once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from app.domain.ids import digest
from app.errors import OfflineError
from tests.contract.sync_rig import Laptop, task
from tests.hostile.lying_lab import LyingLab, quarantined, serving_lies

GOOD, BAD = os.urandom(300_000), b"%PDF-1.7 not what was signed"


@pytest.fixture
def lab() -> Iterator[LyingLab]:
    with serving_lies(LyingLab()) as running:
        batch = running.offer(running.batch("b"))
        files = [attachment(running, "good.pdf", GOOD), attachment(running, "bad.pdf", BAD)]
        running.assign(running.assignment("a", batch, ["t1"], [running.pack([task(1)])], attachments=files))
        yield running


def attachment(lab: LyingLab, path: str, data: bytes) -> dict[str, Any]:
    lab.blobs[digest(data)] = data
    about = {"path": path, "media_type": "application/pdf", "size": len(data), "count": 0}
    return {**about, "sha256": digest(data)}


def test_both_come_and_can_be_read(lab: LyingLab, expert: Laptop) -> None:
    report = expert.sync()
    assert (report.pulled, report.files) == (1, 2)
    with expert.workspace.attachments.open(digest(GOOD)) as stream:
        assert stream.read(-1) == GOOD
    lab.requests.clear()
    assert expert.sync().files == 0
    assert len(lab.requests) == 1


def test_a_false_one_is_set_aside_once_and_taken_when_mended(lab: LyingLab, expert: Laptop) -> None:
    lab.blobs[digest(BAD)] = BAD[::-1]
    report = expert.sync()
    assert (report.pulled, report.files, quarantined(expert)) == (1, 1, ["attachment.digest"])
    assert [refusal.id for refusal in report.refused] == ["bad.pdf"]
    lab.requests.clear()
    expert.sync()
    assert (len(lab.requests), quarantined(expert)) == (1, ["attachment.digest"])
    lab.blobs[digest(BAD)] = BAD
    assert expert.sync(from_start=True).files == 1
    assert expert.workspace.attachments.complete(digest(BAD))


def test_one_that_is_not_there_hinders_nothing(lab: LyingLab, expert: Laptop) -> None:
    del lab.blobs[digest(BAD)]
    assert expert.sync().files == 1
    assert quarantined(expert) == ["call.unknown"]


def test_a_lab_that_goes_away_is_asked_again_later(lab: LyingLab, expert: Laptop) -> None:
    path = f"/v1/blobs/{digest(GOOD)}"
    lab.answers[path] = lambda handler: handler.problem(503, "lab.busy")
    with pytest.raises(OfflineError):
        expert.sync()
    assert len(expert.workspace.lab.tasks()) == 1
    del lab.answers[path]
    assert expert.sync().files == 2
