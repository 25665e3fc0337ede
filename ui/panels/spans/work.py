"""What the marking of text needs of the one who keeps reviews: Grading's presenter has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from app.domain.review import Scalar


class Work(Protocol):
    """leaving(), shown(object with `opened` and `notice`) and reviewed(OpenTask) are signals."""

    leaving: Any
    shown: Any
    reviewed: Any

    def edit(self, values: Mapping[str, Scalar | None]) -> None: ...
