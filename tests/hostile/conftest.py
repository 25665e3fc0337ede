"""A lab that lies, and an expert who is enrolled there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.sync_rig import Laptop
from tests.hostile.lying_lab import LyingLab, enrolled_laptop, serving_lies


@pytest.fixture
def lab() -> Iterator[LyingLab]:
    with serving_lies(LyingLab()) as running:
        yield running


@pytest.fixture
def expert(lab: LyingLab, tmp_path: Path) -> Iterator[Laptop]:
    found = enrolled_laptop(lab, tmp_path / "ws")
    yield found
    found.workspace.close()
