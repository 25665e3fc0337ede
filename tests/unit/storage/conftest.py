"""A workspace on a real disk, with tasks, and edits to do on them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.clock import FixedClock
from app.storage.changes import FeedChanges
from app.storage.workspace import Workspace, create
from tests.unit.storage.storage_samples import KEY, Make, an_offer, edits_from, identity


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "lab"


@pytest.fixture
def empty(folder: Path, clock: FixedClock) -> Iterator[Workspace]:
    workspace = create(folder, KEY, identity(), clock)
    yield workspace
    workspace.close()


@pytest.fixture
def workspace(empty: Workspace) -> Workspace:
    """With one batch of three tasks."""
    empty.lab.apply(FeedChanges(batches=(an_offer(),)), "cursor-1")
    return empty


@pytest.fixture
def edit() -> Make:
    return edits_from()
