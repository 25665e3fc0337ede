"""Names of things. All are text on the wire; the types keep one from being used for another."""

from __future__ import annotations

import hashlib
import uuid
from typing import NewType

LabId = NewType("LabId", str)
ExpertId = NewType("ExpertId", str)
DeviceId = NewType("DeviceId", str)
BatchId = NewType("BatchId", str)
TaskId = NewType("TaskId", str)
ResponseId = NewType("ResponseId", str)
CriterionId = NewType("CriterionId", str)
ResultId = NewType("ResultId", str)
Digest = NewType("Digest", str)
"""Lower-case hexadecimal SHA-256 of exact bytes."""

_NAMESPACE = uuid.UUID("7f0c3c56-53d0-5d0e-9a55-a55a7e570001")


def result_id(batch: BatchId, task: TaskId, expert: ExpertId) -> ResultId:
    """The id of an expert's result on a task: the same on every device and for every revision (UUID v5)."""
    return ResultId(str(uuid.uuid5(_NAMESPACE, "\x1f".join((batch, task, expert)))))


def digest(data: bytes) -> Digest:
    return Digest(hashlib.sha256(data).hexdigest())
