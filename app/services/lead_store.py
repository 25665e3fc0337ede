"""A workspace as the sync of second grades sees it, and the lead's queue that follows from the papers in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from app.domain.codec import task_from_json
from app.domain.decisions import differing
from app.domain.ids import BatchId, Digest, TaskId
from app.domain.places import compared
from app.domain.sampling import Why
from app.domain.task import Task
from app.errors import InputError
from app.storage.papers import CaseRow, Paper

if TYPE_CHECKING:
    # Of `app.sync` at run time only inside functions: the Desk's lines read the queue before any wire is needed.
    from app.storage.workspace import Workspace
    from app.sync.papers import KnownTask
    from app.sync.protocols import PaperChange
    from app.sync.reviews import DueLetter
    from app.sync.seen import Seen

_FIRST = ("disputed", "open", "blind", "decided")
_QUEUED = ("drawn", "line", "result", "opened", "decision", "decision.first", "answer")


OPENINGS = "sync.openings"
"""`due` when an envelope or a receipt came since everything that could be opened was asked for."""


class WorkspaceLeads:
    """`app.sync.reviews.LeadStore` over a workspace. Used on the thread that syncs."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._seen: tuple[str | None, Seen] | None = None
        self._role = ""

    def role(self) -> str:
        self._role = self._role or role_of(self._workspace)
        return self._role

    def roster(self) -> bytes | None:
        found = self._workspace.lab.document("roster")
        return None if found is None else found.payload

    def state(self, key: str) -> str | None:
        return self._workspace.lab.state(key)

    def known(self, task: str, batch: str) -> KnownTask | None:
        from app.sync.papers import KnownTask

        found = line_of(self._workspace, task)
        if found is None:
            return None
        line, sha256, home = found
        parsed = task_from_json(json.loads(line))
        batch = home or batch
        if batch not in self._batches().batches:
            return None
        payload = json.loads(self._workspace.lab.batch(BatchId(batch)).payload)
        return KnownTask(parsed, sha256, batch, payload["rubric_version"])

    def _batches(self) -> Seen:
        from app.sync.seen import KEY, Seen

        text = self._workspace.lab.state(KEY)
        if self._seen is None or text != self._seen[0]:
            self._seen = (text, Seen.read(text))
        return self._seen[1]

    def keep(self, found: Sequence[PaperChange], state: dict[str, str]) -> None:
        workspace = self._workspace
        with workspace.together():
            fresh = workspace.papers.keep(paper(one) for one in found)
            if self.role() == "lead":
                touched = {p.task: None for p in fresh if p.task is not None and p.kind in _QUEUED}
                queue(workspace, touched)
            for key, value in state.items():
                workspace.lab.set_state(key, value)
            if any(one.kind == "sealed" for one in fresh):
                openings_due(workspace)

    def readable(self) -> int:
        return sum(n for state, n in self._workspace.papers.case_counts().items() if state != "blind")

    def openable(self, limit: int) -> list[tuple[str, Digest, str]]:
        """Asked at every sync, so that a quiet one reads no more than one text."""
        if self._workspace.lab.state(OPENINGS) is None:
            return []
        return self._workspace.papers.openable(limit)

    def all_opened(self) -> None:
        if self._workspace.lab.state(OPENINGS) is not None:
            self._workspace.lab.set_state(OPENINGS, None)

    def sealed(self, id: str) -> bytes | None:
        found = self._workspace.papers.of_id("sealed", id)
        return None if found is None else found.payload

    def letters_wait(self) -> bool:
        return self._workspace.letters.waiting() > 0

    def due(self, kind: str, limit: int) -> list[DueLetter]:
        from app.sync.reviews import DueLetter

        rows = self._workspace.letters.due(kind, limit)
        return [DueLetter(row.number, row.id, row.digest, row.document) for row in rows]

    def mark_sent(self, rows: Sequence[DueLetter]) -> set[int]:
        return set(self._workspace.letters.mark_sent([(row.number, row.digest) for row in rows]))

    def keep_receipt(self, row: DueLetter, document: bytes, receipt_digest: Digest, received_at: str) -> None:
        self._workspace.letters.keep_receipts(
            {row.number: (row.digest, document, receipt_digest, received_at)}
        )

    def park(self, number: int, reason: str) -> None:
        self._workspace.letters.park(number, reason)

    def quarantine(self, code: str, reason: str, source: str, document: bytes) -> None:
        self._workspace.lab.quarantine(code, reason, source, document)


def openings_due(workspace: Workspace) -> None:
    if workspace.lab.state(OPENINGS) is None:
        workspace.lab.set_state(OPENINGS, "due")


def paper(one: PaperChange) -> Paper:
    return Paper(
        one.kind,
        one.id,
        one.digest,
        one.task,
        one.batch,
        one.who,
        one.at,
        one.payload,
        one.document,
        one.revision,
    )


def role_of(workspace: Workspace) -> str:
    """expert, lead or operator, as the lab registered her; `expert` in a local workspace."""
    found = workspace.lab.document("registration")
    return "expert" if found is None else str(json.loads(found.payload)["role"])


def line_of(workspace: Workspace, task: str) -> tuple[bytes, Digest, str] | None:
    """(line, its digest, batch or "") of a task that was given to her, or that she may read as a lead."""
    try:
        line, sha256 = workspace.lab.task_line(TaskId(task))
        return line, sha256, workspace.lab.task_row(TaskId(task)).batch
    except InputError:
        pass
    lines = workspace.papers.of_task(task, "line")
    return (lines[-1].payload, lines[-1].digest, lines[-1].batch or "") if lines else None


def queue(workspace: Workspace, tasks: Iterable[str]) -> None:
    """Bring the lead's queue up to date for these tasks. Inside a transaction."""
    for task in tasks:
        row = case_of(workspace, task)
        if row is not None:
            workspace.papers.put_case(row)


def case_of(workspace: Workspace, name: str) -> CaseRow | None:
    """The queue's row for a task, from its papers; None while there is nothing to say of it."""
    papers = workspace.papers.of_task(
        name, "drawn", "opened", "result", "decision", "decision.first", "answer", "line"
    )
    by_kind: dict[str, list[Paper]] = {}
    for one in papers:
        by_kind.setdefault(one.kind, []).append(one)
    results = newest(by_kind.get("result", ()))
    found = line_of(workspace, name)
    task: Task | None = task_from_json(json.loads(found[0])) if found else None
    batch = next((p.batch for p in papers if p.batch), found[2] if found else "")
    if not results and "drawn" not in by_kind:
        return None
    judgements = [json.loads(one.payload)["judgement"] for one in results]
    mine = own_judgement(workspace, name)
    if mine is not None:
        judgements.append(mine)
    opened = bool(results)
    why = drawn_of(by_kind.get("opened", ()))
    state = _state(workspace, name, by_kind, opened=opened)
    differ = differing(task, judgements) if task is not None and opened else 0
    return CaseRow(
        number=0,
        task=TaskId(name),
        batch=str(batch),
        title=task.title if task is not None else name,
        state=state,
        drawn=json.dumps(why) if why else "",
        differ=differ,
        places=len(compared(task)) if task is not None else 0,
        graders=len(results),
        rank=rank(state, why, differ),
    )


def rank(state: str, why: Sequence[str], differ: int) -> int:
    """The queue's order: disputes, then disagreements (most first), then the other reasons, then blind, then done."""
    order = [str(one) for one in Why]
    reason = 0 if differ else min((order.index(one) for one in why if one in order), default=len(order))
    return _FIRST.index(state) * 1_000_000 + reason * 10_000 + max(0, 9_999 - differ)


def _state(workspace: Workspace, task: str, by_kind: dict[str, list[Paper]], *, opened: bool) -> str:
    if not opened:
        return "blind"
    decided = (*by_kind.get("decision", ()), *by_kind.get("decision.first", ()))
    theirs = [(one.digest, json.loads(one.payload)) for one in decided]
    mine = [
        (row.digest, json.loads(row.payload))
        for row in workspace.letters.of_task(task, "decision")
        if row.state != "parked"
    ]
    made = dict([*theirs, *mine])
    if not made:
        return "open"
    standing = set(made) - {document.get("previous") for document in made.values()}
    for one in by_kind.get("answer", ()):
        document = json.loads(one.payload)
        if document["kind"] == "dispute" and document["decision"] in standing:
            return "disputed"
    over = {digest for name in standing for digest in made[name].get("over", ())}
    returned = any(made[name]["kind"] == "return" for name in standing)
    if returned and any(one.digest not in over for one in newest(by_kind.get("result", ()))):
        return "open"  # it was graded anew
    return "decided"


def newest(results: Iterable[Paper]) -> list[Paper]:
    """The last revision of each result, in the order in which the graders first appeared."""
    found: dict[str, Paper] = {}
    for one in results:
        if one.id not in found or found[one.id].revision < one.revision:
            found[one.id] = one
    return list(found.values())


def drawn_of(opened: Sequence[Paper]) -> list[str]:
    return list(json.loads(opened[-1].payload).get("drawn", ())) if opened else []


def own_judgement(workspace: Workspace, task: str) -> Any:
    """One's own newest result that the lab holds, as a judgement document; None without one."""
    rows = [row for row in workspace.outbox.of_task(TaskId(task)) if row.receipt is not None]
    return json.loads(rows[-1].payload)["judgement"] if rows else None
