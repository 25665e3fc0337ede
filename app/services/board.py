"""The lead's board as plain values: who said what of a task, criterion by criterion, and what is decided so far."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.domain.batch import Batch
from app.domain.codec import batch_from_json, task_from_json
from app.domain.decisions import Place
from app.domain.ids import BatchId, CriterionId, Digest, ResponseId
from app.domain.rubric import Criterion
from app.domain.scoring import Score
from app.domain.task import Task
from app.domain.verdict import Value
from app.errors import InputError
from app.services.cells import Cell, cell_of, numbered, order_of, scores_of
from app.services.lead_store import drawn_of, line_of, newest

if TYPE_CHECKING:
    from app.storage.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Column:
    """A grader. key: digest of the result, which `adopt` names. number: what is pressed to adopt it, from 1.

    kind: own | grader | judge | gold; judge and gold are shown beside the graders and are never in force by themselves.
    who: the grader's id, or the judge's name. outdated: made under another rubric version, and not counted.
    """

    key: str
    number: int
    kind: str
    who: str
    revision: int
    submitted_at: str
    comment: str
    scores: Mapping[ResponseId, Score]
    outdated: bool = False


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the lead decided of one criterion. adopted: a column's key; without one it is her own verdict."""

    value: Value
    adopted: str | None = None
    error_class: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BoardRow:
    """cells: in the order of the columns. differs: among those that count. final: ruled, or what all say."""

    place: Place
    criterion: Criterion
    number: int
    cells: tuple[Cell, ...]
    differs: bool
    ruling: Ruling | None
    final: Value | None


@dataclass(frozen=True, slots=True)
class Past:
    """A decision, or an answer to one. kind: accept | fix | return | adjudicate, or accept | dispute for an answer.

    over: digests of the results that a decision was made over. reasons: what an answer says of single criteria.
    """

    what: str
    kind: str
    who: str
    own: bool
    digest: Digest
    at: str
    comment: str
    in_force: bool
    over: tuple[str, ...] = ()
    reasons: tuple[tuple[Place, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Board:
    """state: open | disputed | decided. after: a response's score under the final verdicts, once all its rows are so.

    comment, gap, gap_criteria: the lead's drafts. undecided: rows that differ and are not ruled.
    order: the responses as she reads them in Grading (A first). own: she graded the task, and can read it there.
    """

    task: Task
    batch: Batch
    order: tuple[ResponseId, ...]
    own: bool
    state: str
    why: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[BoardRow, ...]
    past: tuple[Past, ...]
    comment: str
    gap: str
    gap_criteria: tuple[str, ...]
    after: Mapping[ResponseId, Score]

    @property
    def undecided(self) -> tuple[BoardRow, ...]:
        return tuple(row for row in self.rows if row.final is None)

    @property
    def since(self) -> tuple[Column, ...]:
        """Graders whose result came after the decision in force: none while nothing was decided."""
        over = next((one.over for one in self.past if one.what == "decision" and one.in_force), None)
        return (
            () if over is None else tuple(c for c in self.columns if c.kind == "grader" and c.key not in over)
        )

    def row(self, place: Place) -> BoardRow:
        for row in self.rows:
            if row.place == place:
                return row
        raise InputError("board.criterion", "The task has no such criterion.")

    def column(self, name: str) -> Column:
        """By key, number or grader. Raises InputError `board.column`."""
        for column in self.columns:
            if name in (column.key, str(column.number), column.who):
                return column
        raise InputError("board.column", "There is no grader “{name}” on this board.", params={"name": name})


def board_of(workspace: Workspace, name: str) -> Board:
    """Raises InputError `board.unknown`, or `board.blind` before the first grades may be seen."""
    case = workspace.papers.case(name)
    found = line_of(workspace, name)
    if case is None or found is None:
        raise InputError("board.unknown", "The task “{id}” is not in your queue.", params={"id": name})
    if case.state == "blind":
        raise InputError(
            "board.blind",
            "Others' grades of this task open when the lab has yours.",
            hint="Grade it and submit; they come with the next sync.",
        )
    task = task_from_json(json.loads(found[0]))
    batch = batch_from_json(json.loads(workspace.lab.batch(BatchId(case.batch)).payload))
    columns, judgements = _columns(workspace, task, batch)
    draft = draft_of(workspace, name)
    rows = _rows(task, columns, judgements, draft)
    return Board(
        task=task,
        batch=batch,
        order=order_of(workspace, task),
        own=any(column.kind == "own" for column in columns),
        state=case.state,
        why=tuple(drawn_of(workspace.papers.of_task(name, "opened"))),
        columns=columns,
        rows=rows,
        past=past_of(workspace, name),
        comment=str(draft.get("comment", "")),
        gap=str(draft.get("gap", "")),
        gap_criteria=tuple(draft.get("gap_criteria", ())),
        after=_after(task, batch, rows),
    )


def draft_of(workspace: Workspace, task: str) -> dict[str, Any]:
    """What the lead has decided and not sent: {rulings: {"r1 c1": …}, comment, gap, gap_criteria}."""
    text = workspace.work.note(f"board {task}")
    found: dict[str, Any] = json.loads(text) if text else {}
    return found


def keep_draft(workspace: Workspace, task: str, draft: Mapping[str, Any]) -> None:
    workspace.work.set_note(f"board {task}", json.dumps(draft) if draft else None)


def place_key(place: Place) -> str:
    return json.dumps([place.response, place.criterion])


def _columns(
    workspace: Workspace, task: Task, batch: Batch
) -> tuple[tuple[Column, ...], list[Mapping[str, Any]]]:
    found: list[tuple[str, str, str, int, str, Mapping[str, Any], bool]] = []
    mine = [row for row in workspace.outbox.of_task(task.id) if row.receipt is not None]
    if mine:
        payload = json.loads(mine[-1].payload)
        found.append(
            (
                mine[-1].digest,
                "own",
                workspace.identity.expert,
                mine[-1].revision,
                payload["times"]["submitted"],
                payload["judgement"],
                payload["rubric_version"] != batch.rubric_version,
            )
        )
    for one in newest(workspace.papers.of_task(task.id, "result")):
        payload = json.loads(one.payload)
        outdated = payload["rubric_version"] != batch.rubric_version
        judgement = payload["judgement"]
        found.append((one.digest, "grader", one.who, one.revision, one.at, judgement, outdated))
    for opened in workspace.papers.of_task(task.id, "opened")[-1:]:
        for n, opinion in enumerate(json.loads(opened.payload).get("opinions", ())):
            key, name = f"opinion-{n}", opinion.get("name", "")
            found.append((key, opinion["kind"], name, 1, opened.at, opinion["judgement"], False))
    columns = tuple(
        Column(
            key, n, kind, who, revision, at, str(j.get("comment") or ""), scores_of(task, batch, j), outdated
        )
        for n, (key, kind, who, revision, at, j, outdated) in enumerate(found, start=1)
    )
    return columns, [one[5] for one in found]


def _rows(
    task: Task, columns: Sequence[Column], judgements: Sequence[Mapping[str, Any]], draft: Mapping[str, Any]
) -> tuple[BoardRow, ...]:
    counted = [n for n, c in enumerate(columns) if c.kind in ("own", "grader") and not c.outdated]
    rulings = draft.get("rulings", {})
    rows: list[BoardRow] = []
    for place, number in numbered(task):
        cells = tuple(cell_of(judgement, place) for judgement in judgements)
        values = [cells[n].value for n in counted]
        differs = len(set(values)) > 1
        kept = rulings.get(place_key(place))
        ruling = Ruling(**kept) if kept is not None else None
        same = values[0] if values and not differs else None
        final = ruling.value if ruling is not None else same
        criterion = task.rubric[place.criterion]
        rows.append(BoardRow(place, criterion, number, cells, differs, ruling, final))
    return tuple(rows)


def _after(task: Task, batch: Batch, rows: Sequence[BoardRow]) -> dict[ResponseId, Score]:
    document: dict[str, Any] = {"responses": {}}
    for row in rows:
        if row.final is None:
            continue
        verdicts = document["responses"].setdefault(row.place.response, {"verdicts": {}})["verdicts"]
        verdicts[row.place.criterion] = {"value": row.final}
    open_ = {row.place.response for row in rows if row.final is None}
    return {r: s for r, s in scores_of(task, batch, document).items() if r not in open_}


def past_of(workspace: Workspace, task: str) -> tuple[Past, ...]:
    """Decisions and answers on a task in the order they came; which decision is in force."""
    found: list[tuple[str, str, bool, Digest, dict[str, Any]]] = []
    for one in workspace.papers.of_task(task, "decision", "decision.first", "answer"):
        what = "answer" if one.kind == "answer" else "decision"
        found.append((what, one.who, False, one.digest, json.loads(one.payload)))
    for row in workspace.letters.of_task(task, "decision"):
        if row.state != "parked":
            found.append(("decision", workspace.identity.expert, True, row.digest, json.loads(row.payload)))
    found.sort(key=lambda one: one[4].get("decided") or one[4].get("answered") or "")
    force = in_force(workspace, task)
    return tuple(
        Past(
            what,
            document["kind"],
            who,
            own,
            sha256,
            document.get("decided") or document.get("answered") or "",
            document.get("comment", ""),
            sha256 == force,
            tuple(document.get("over") or ()),
            tuple(
                (Place(ResponseId(one["response"]), CriterionId(one["criterion"])), str(one["text"]))
                for one in document.get("reasons") or ()
            ),
        )
        for what, who, own, sha256, document in found
    )


def in_force(workspace: Workspace, task: str) -> Digest | None:
    """The decision that a next one must name. One that the lab says came first goes before one's own."""
    first = workspace.papers.of_task(task, "decision.first")
    theirs = [*workspace.papers.of_task(task, "decision"), *first]
    made: dict[Digest, Any] = {one.digest: json.loads(one.payload).get("previous") for one in theirs}
    for row in workspace.letters.of_task(task, "decision"):
        if row.state != "parked":
            made[row.digest] = json.loads(row.payload).get("previous")
    standing = [one for one in made if one not in made.values()]
    said = [one.digest for one in first if one.digest in standing]
    found = said or standing
    return found[-1] if found else None
