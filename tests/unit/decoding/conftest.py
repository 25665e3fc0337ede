"""One decoder process for the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.decoding.client import Decoder
from app.workstation import program


@pytest.fixture(scope="package")
def decoder() -> Iterator[Decoder]:
    made = Decoder(program())
    yield made
    made.close()
