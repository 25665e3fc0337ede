"""The shapes of what services answer scripts with: plain rows, as `--json` prints them.

What a command puts together itself is described in `cli.replies`, which makes the schemas of all of them. Times are
RFC 3339 in UTC, digests SHA-256 in hexadecimal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypedDict, final


@dataclass(frozen=True, slots=True)
class WireDocument:
    """Beside a type: this member is one of the protocol's documents, described by its model under this name."""

    name: str


TaskDocument = Annotated[dict[str, Any], WireDocument("task")]
JudgementDocument = Annotated[dict[str, Any], WireDocument("judgement")]


class BatchRow(TypedDict):
    """A batch. tasks, done: how many. due: null without a day. minutes_left: at one's own pace.

    policy: the scoring policy with its version. signed: by a lab, and not by this device alone.
    """

    id: str
    title: str
    field: str
    language: str
    version: int
    policy: str
    tasks: int
    done: int
    due: str | None
    minutes_left: int
    offline_ready: bool
    signed: bool


class TaskRow(TypedDict):
    """A task. answered, total: controls that ask something. result: its state in the outbox, or empty."""

    id: str
    batch: str
    title: str
    status: str
    answered: int
    total: int
    flag: str | None
    result: str


class ScoreLine(TypedDict):
    """One criterion of a sum. value: the verdict, null while it is open. earned, possible: points."""

    id: str
    points: float
    value: str | int | float | None
    earned: float
    possible: float


@final
class ScoreReply(TypedDict):
    """A score with its sum. score: null where it is undefined, and reason says why.

    won, lost, earned, possible: points. low, high: where the score can still end; null without a bound. open:
    criteria without an answer.
    """

    score: float | None
    policy: str
    earned: float
    possible: float
    won: float
    lost: float
    low: float | None
    high: float | None
    open: int
    reason: str
    breakdown: list[ScoreLine]


@final
class ScoreList(TypedDict):
    """Several scores. mean: over those that are defined, null without one; clipped_mean: then cut to the scale."""

    entries: list[ScoreReply]
    mean: float | None
    clipped_mean: float | None
    policy: str


class ReviewReply(TypedDict):
    """One's review of a task. revision: from 1. judgement: as a result would carry it."""

    status: str
    revision: int
    flag: str | None
    judgement: JudgementDocument


class MissingRow(TypedDict):
    """Something that a review lacks. path: where its answer is kept (JSON Pointer). other: what it contradicts.

    blocking: it must be there before the review can be submitted; else it is advice.
    """

    lack: str
    panel: str
    path: str
    response: str | None
    criterion: str | None
    item: str
    other: str | None
    blocking: bool


class ShownTask(TypedDict):
    """A task and one's review. task: its line as the lab wrote it. digest: of that line. order: of the responses.

    score: by response, as far as it is judged; empty where the batch hides it.
    """

    task: TaskDocument
    digest: str
    batch: str
    order: list[str]
    review: ReviewReply
    score: dict[str, ScoreReply]
    missing: list[MissingRow]


class GradedTask(TypedDict):
    """A review after a judgement was applied. score: by response; empty where the batch hides it."""

    task: str
    review: ReviewReply
    score: dict[str, ScoreReply]
    missing: list[MissingRow]


class SubmittedTask(TypedDict):
    """A signed result in the outbox. digest: of its payload."""

    task: str
    result: str
    revision: int
    digest: str


class RefusedTask(TypedDict):
    """A review that was not submitted: what it lacks, or another reason. why: in words."""

    task: str
    missing: list[MissingRow]
    code: str
    why: str


class Submissions(TypedDict):
    """Each task for itself."""

    submitted: list[SubmittedTask]
    refused: list[RefusedTask]


class Undone(TypedDict):
    """What was taken back. task: null and what: "nothing" when there was nothing. paths: JSON Pointers."""

    task: str | None
    what: str
    paths: list[str]


class OutboxRow(TypedDict):
    """A result. digest: of its payload. receipt: the digest of its receipt, null until it is here."""

    result: str
    revision: int
    task: str
    batch: str
    state: str
    digest: str
    receipt: str | None
    received_at: str | None
    reason: str


class LabCounts(TypedDict):
    """A lab in numbers: of batches, of tasks (all, begun, done), of results (waiting for a receipt, returned) and of
    items set aside (quarantined). local: a lab of this computer only. outbox: results by state.
    """

    lab: str
    name: str
    url: str
    expert: str
    kid: str
    local: bool
    batches: int
    tasks: int
    started: int
    done: int
    waiting: int
    returned: int
    quarantined: int
    outbox: dict[str, int]
    synced_at: str | None


class SyncRefusal(TypedDict):
    """Something that was not taken: by this computer (set aside), or by the lab (kept here)."""

    code: str
    what: str
    reason: str


class SyncCounts(TypedDict):
    """pulled: tasks. pushed: results sent. receipted: results with a verified receipt. returned: results that came
    back. conflicts: results that the lab has in another form. waiting: results without a receipt.
    """

    pulled: int
    pushed: int
    receipted: int
    returned: int
    conflicts: int
    waiting: int


class SyncReply(SyncCounts):
    """What a sync did, in numbers of tasks and results.

    pulled: tasks. pushed: results sent. receipted: results with a verified receipt. returned: results that came back.
    conflicts: results that the lab has in another form. waiting: results without a receipt. opened: tasks of a lead's
    queue whose first grades can be read since.
    """

    opened: int
    refused: list[SyncRefusal]


class Claimed(TypedDict):
    """tasks: how many were leased; they come with the next sync. assignments: their ids."""

    tasks: int
    assignments: list[str]


class JoinRequestRow(TypedDict):
    """A request to join that waits. lab, url and role are empty where its note is damaged; expires: the invitation."""

    request: str
    lab: str
    url: str
    role: str
    expires: str | None


class SkippedRow(TypedDict):
    """A record that became no task. line: of the file, from 1. records: how many of the file go with it."""

    line: int
    reason: str
    records: int


class ImportReply(TypedDict):
    """A new local batch. tasks: how many. signed: by no lab. losses: what of the file was not taken over, in words."""

    batch: str
    tasks: int
    signed: Literal[False]
    skipped: list[SkippedRow]
    losses: list[str]


class ExportReply(TypedDict):
    """written: reviews that the file holds. losses: what it does not hold of them and of others, in words."""

    written: int
    losses: list[str]


class RenderWarning(TypedDict):
    """Something of an answer that is shown as text only, or left out. start, end: code points of the original."""

    kind: str
    start: int
    end: int
    name: str


class RenderedLine(TypedDict):
    """One answer of many. id: as it was given. runs: (shown text, start, end) in code points of the original."""

    id: Any
    html: str
    runs: list[tuple[str, int, int]]
    warnings: list[RenderWarning]


class Rendered(TypedDict):
    """An answer as the reading view understands it. runs: (shown text, start, end) in code points of the original."""

    html: str
    runs: list[tuple[str, int, int]]
    warnings: list[RenderWarning]
    plain: str


class SavedReport(TypedDict):
    """A report in a file. results: how many signed results it was made from."""

    file: str
    kind: str
    results: int


class DecisionReply(TypedDict):
    """A signed decision. decision: its id. digest: of its payload."""

    task: str
    decision: str
    digest: str
    kind: str
