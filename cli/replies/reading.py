"""Replies of searching, of what needs no workspace, and of reports from one's own results."""

from __future__ import annotations

from typing import TypedDict


class SearchRow(TypedDict):
    """A task that holds what was looked for. snippet: where, in its words."""

    task: str
    snippet: str


class FormatRow(TypedDict):
    """A format, as --format names it. reads, writes: what can be done with it."""

    name: str
    reads: bool
    writes: bool
    description: str


class ConformanceRow(TypedDict):
    """A check of the protocol against a lab. reason: empty when it holds."""

    check: str
    ok: bool
    reason: str


class DelegableRow(TypedDict):
    """What may be left to a judge: a criterion by its id, or a tag; the other is empty. name: in the report.

    low: the lower end of Gwet's AC1 of judge and experts. tasks: over how many.
    """

    criterion: str
    tag: str
    name: str
    judge: str
    tasks: int
    low: float


class DelegateReply(TypedDict):
    """digest: of the suggestion that was signed; empty without one."""

    batch: str
    delegable: list[DelegableRow]
    digest: str
