"""A batch: what was assigned, fetched and is closed together, and the rules it is judged by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.ids import BatchId, Digest, LabId


@dataclass(frozen=True, slots=True)
class PolicyRef:
    """A scoring policy by name and version; shown as `healthbench 1`."""

    name: str
    version: int = 1

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


@dataclass(frozen=True, slots=True)
class BatchFile:
    """One file of a batch. size: bytes; count: lines of a task file, 0 for others."""

    path: str
    media_type: str
    size: int
    count: int
    sha256: Digest


@dataclass(frozen=True, slots=True)
class Batch:
    """Version and parent digest order the versions of one batch; times are aware UTC.

    blind: response names are replaced by letters and shown in a seeded order.
    signed: False for local batches from sources that cannot sign (files).
    """

    id: BatchId
    lab: LabId
    project: str
    version: int
    title: str
    field: str
    language: str
    issued_at: datetime
    expires_at: datetime | None
    due_at: datetime | None
    policy: PolicyRef
    rubric_version: str
    guideline_version: str
    guideline: str = ""
    panels: tuple[str, ...] = ("rubric",)
    blind: bool = True
    hide_score: bool = False
    warnings: tuple[str, ...] = ()
    pay_per_hour: str = ""
    parent: Digest | None = None
    files: tuple[BatchFile, ...] = ()
    signed: bool = True

    @property
    def task_count(self) -> int:
        return sum(f.count for f in self.files)
