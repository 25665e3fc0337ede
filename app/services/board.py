"""The lead's board as plain values: who said what of a task, place by place, and what is decided so far."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.domain.batch import Batch
from app.domain.codec import batch_from_json, task_from_json
from app.domain.controls import Control
from app.domain.decisions import Row
from app.domain.ids import BatchId, ResponseId
from app.domain.places import Answer, compared, judgement_of, place_json, unasked
from app.domain.questions import Panel
from app.domain.scoring import Score
from app.domain.task import Task
from app.errors import InputError
from app.services.cells import Cell, cell_of, numbered, order_of, scores_of
from app.services.lead_store import drawn_of, line_of, newest
from app.services.past import Past, past_of

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
    """What the lead decided of one place. adopted: a column's key; without one it is her own answer.

    doubt: of a verdict “cannot judge” of her own why; it stands in the final judgement alone.
    """

    value: Answer
    adopted: str | None = None
    error_class: str | None = None
    reason: str = ""
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class BoardRow:
    """cells: in the order of the columns. differs: among those that count. final: ruled, or what all say.

    counts: whether it is one of the places that people agree or differ on. asked: whether there is anything to decide;
    there is not behind a first error, or where nobody wrote what need not be written.
    """

    place: Control
    number: int
    cells: tuple[Cell, ...]
    differs: bool
    ruling: Ruling | None
    final: Answer | None
    counts: bool = True
    asked: bool = True


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
        return tuple(row for row in self.rows if row.asked and row.final is None)

    @property
    def since(self) -> tuple[Column, ...]:
        """Graders whose result came after the decision in force: none while nothing was decided."""
        over = next((one.over for one in self.past if one.what == "decision" and one.in_force), None)
        return (
            () if over is None else tuple(c for c in self.columns if c.kind == "grader" and c.key not in over)
        )

    def row(self, place: Control) -> BoardRow:
        for row in self.rows:
            if row.place == place:
                return row
        raise InputError("board.place", "The task asks nothing there.", where=place.path)

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
        past=past_of(workspace, task),
        comment=str(draft.get("comment", "")),
        gap=str(draft.get("gap", "")),
        gap_criteria=tuple(draft.get("gap_criteria", ())),
        after=_after(task, batch, rows),
    )


def draft_of(workspace: Workspace, task: str) -> dict[str, Any]:
    """What the lead has decided and not sent: {rulings: {`place_key`: …}, comment, gap, gap_criteria}."""
    text = workspace.work.note(f"board {task}")
    found: dict[str, Any] = json.loads(text) if text else {}
    return found


def keep_draft(workspace: Workspace, task: str, draft: Mapping[str, Any]) -> None:
    workspace.work.set_note(f"board {task}", json.dumps(draft) if draft else None)


def place_key(place: Control) -> str:
    return json.dumps(list(place_json(place).values()))


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
    aside = [unasked(task, judgements[n]) for n in counted]
    rulings, counts = draft.get("rulings", {}), set(compared(task))
    stopped: set[ResponseId | None] = set()
    rows: list[BoardRow] = []
    for place, number in numbered(task):
        cells = tuple(cell_of(judgement, place) for judgement in judgements)
        row = Row(place, tuple(cells[n].value for n in counted), tuple(place not in one for one in aside))
        kept = rulings.get(place_key(place))
        ruling = Ruling(**kept) if kept is not None else None
        final = ruling.value if ruling is not None else row.shared
        step = place.panel is Panel.STEPS and bool(place.item)
        asked = not (step and place.response in stopped) and (any(row.asked) or not counted)
        if asked:
            rows.append(BoardRow(place, number, cells, not row.agrees, ruling, final, place in counts))
            if step and final == -1 and _first_error(task):
                stopped.add(place.response)
        else:
            rows.append(BoardRow(place, number, cells, False, None, None, place in counts, asked=False))
    return tuple(rows)


def _first_error(task: Task) -> bool:
    return task.questions.steps is not None and task.questions.steps.first_error


def final_of(task: Task, rows: Sequence[BoardRow]) -> dict[str, Any]:
    """The judgement document of everything that is decided."""
    return judgement_of(task, {row.place: row.final for row in rows if row.final is not None})


def _after(task: Task, batch: Batch, rows: Sequence[BoardRow]) -> dict[ResponseId, Score]:
    verdicts = [row for row in rows if row.place.panel is Panel.RUBRIC]
    open_ = {row.place.response for row in verdicts if row.final is None}
    found = scores_of(task, batch, final_of(task, verdicts))
    return {r: s for r, s in found.items() if r not in open_}
