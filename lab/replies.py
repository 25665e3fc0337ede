"""The shapes of what the desk answers scripts with: plain rows, as `--json` prints them.

Times are RFC 3339 in UTC. What a command puts together itself is described in `cli.replies`.
"""

from __future__ import annotations

from typing import Any, TypedDict

from app.domain.sampling import PlanReply


class TeamRow(TypedDict):
    """A team. leads, experts: their ids."""

    team: str
    name: str
    leads: list[str]
    experts: list[str]


class BatchPlan(PlanReply):
    """Which results of a batch its leads grade again. percent: of all tasks, drawn at random by the seed."""

    batch: str
    team: str


class GoldReply(TypedDict):
    """gold: keys given. calibration: they travel openly. before: batches that wait for who has passed."""

    batch: str
    gold: int
    calibration: bool
    before: list[str]


class GoldRow(TypedDict):
    """How an expert did on a gold task. keyed, missed: verdicts of the key, and those of hers that differ."""

    expert: str
    batch: str
    task: str
    received_at: str
    keyed: int
    missed: int


class CaseRow(TypedDict):
    """A task that a lead sees again. drawn: why. third: the expert who reads it as the third."""

    task: str
    batch: str
    team: str
    lead: str | None
    state: str
    drawn: list[str]
    third: str | None


class ProposalRow(TypedDict):
    """What an expert proposed. criterion: as it should be; criterion_id: the one meant. line: of an authored task."""

    proposal: str
    state: str
    expert: str
    received_at: str
    kind: str
    text: str
    batch: str | None
    task: str | None
    criterion: dict[str, Any] | None
    criterion_id: str | None
    line: dict[str, Any] | None


class RegradeRow(TypedDict):
    """A task that an expert submitted under the rubric before."""

    expert: str
    task: str


class MergeReply(TypedDict):
    """version: of the batch. tasks: whose rubric changed. regrade: what was submitted before."""

    version: int
    rubric_version: str
    tasks: list[str]
    regrade: list[RegradeRow]
