"""Commands of second grades: queue, board, decide, returns, answer, propose, reopen, opinions."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.context import Context, read_input
from cli.output import table

if TYPE_CHECKING:
    from app.domain.controls import Control
    from app.services.board import Board
    from app.services.lettering import Letter

Lab = Annotated[str | None, typer.Option("--lab", help="The lab, when there are several.")]
From = Annotated[str, typer.Option("--from", help="A JSON document; - for standard input.")]


def mount(program: typer.Typer) -> None:
    program.command(epilog="Example: assay queue --json")(queue)
    program.command(epilog="Example: assay board t-13 --json")(board)
    program.command(epilog="Example: assay decide t-13 --from decision.json")(decide)
    program.command(epilog="Example: assay returns --json")(returns)
    program.command(epilog="Example: assay answer t-13 --from answer.json")(answer)
    program.command(epilog="Example: assay propose proposal.json")(propose)
    program.command(epilog="Example: assay reopen t-13 --reason 'The table says 0.5 mg'")(reopen)
    program.command(epilog="Example: assay opinions t-13")(opinions)
    program.command(epilog="Example: assay letters --json")(letters)


def queue(
    ctx: typer.Context,
    show: Annotated[str, typer.Option(help="all, todo, blind, open or decided.")] = "todo",
    batch: Annotated[str | None, typer.Option("--batch", help="Only this batch.")] = None,
    lab: Lab = None,
) -> None:
    """A lead's queue: what to grade blind, and what to decide."""
    from app.errors import InputError
    from app.services.leading import queue_numbers, queue_rows

    if show not in ("all", "todo", "blind", "open", "decided"):
        raise InputError("usage.show", "--show is all, todo, blind, open or decided.")
    context: Context = ctx.obj
    session = context.session(lab, readonly=True)
    found = [asdict(row) for row in queue_rows(session, queue_numbers(session, show, batch))]
    rows = [
        [r["task"], r["state"], f"{r['differ']}/{r['places']}", ", ".join(r["why"]), r["title"]]
        for r in found
    ]
    context.output.result(found, lambda: table(rows, ["task", "state", "differ", "why", "title"]))


def board(ctx: typer.Context, task: str, lab: Lab = None) -> None:
    """Who said what of a task, once one's own grade is at the lab."""
    from app.services.leading import board as open_board

    context: Context = ctx.obj
    found = _board_json(open_board(context.session(lab, readonly=True), task))
    names = [c["who"] or c["kind"] for c in found["columns"]]
    rows = [
        [*_where(r), *[_short(c["value"]) for c in r["cells"]], _short(r["final"])] for r in found["rows"]
    ]
    context.output.result(found, lambda: table(rows, ["response", "asked", *names, "final"]))


def _where(row: dict[str, Any]) -> list[str]:
    """The response and what is asked of it, for a line of a table."""
    return [row["response"] or "", row["criterion"] or row["path"]]


def _short(value: Any) -> str:
    """A value in a cell: highlights by their number, an ideal answer by its length."""
    if isinstance(value, list):
        return str(len(value))
    if isinstance(value, dict):
        if "text" in value:
            return f"{len(value['text'])} characters"
        return ", ".join(f"{name}={said}" for name, said in value.items())
    return str(value)


def _board_json(found: Board) -> dict[str, Any]:
    from app.domain.places import words_of

    return {
        "task": found.task.id,
        "batch": found.batch.id,
        "state": found.state,
        "why": list(found.why),
        "columns": [
            {
                "key": c.key,
                "number": c.number,
                "kind": c.kind,
                "who": c.who,
                "revision": c.revision,
                "submitted_at": c.submitted_at,
                "comment": c.comment,
                "scores": {r: s.value for r, s in c.scores.items()},
                "outdated": c.outdated,
            }
            for c in found.columns
        ],
        "rows": [
            {
                **_named(row.place),
                "panel": row.place.panel,
                "text": words_of(found.task, row.place),
                "points": _points(found, row.place),
                "cells": [asdict(cell) for cell in row.cells],
                "differs": row.differs,
                "ruling": asdict(row.ruling) if row.ruling else None,
                "final": row.final,
                "asked": row.asked,
            }
            for row in found.rows
        ],
        "past": [
            {**asdict(one), "reasons": [[_named(place), text] for place, text in one.reasons]}
            for one in found.past
        ],
        "comment": found.comment,
        "gap": found.gap,
        "undecided": len(found.undecided),
        "after": {r: s.value for r, s in found.after.items()},
    }


def _named(place: Control) -> dict[str, Any]:
    """As a ruling names it: a criterion by its id, anything else by its path; and the response it is about."""
    rubric = place.panel == "rubric"
    return {
        "response": place.response,
        "criterion": place.item if rubric else None,
        "path": None if rubric else place.path,
    }


def _points(found: Board, place: Control) -> float | None:
    from app.domain.ids import CriterionId

    return found.task.rubric[CriterionId(place.item)].points if place.panel == "rubric" else None


def decide(ctx: typer.Context, task: str, source: From, lab: Lab = None) -> None:
    """Sign a decision over a task's results; it leaves at the next sync.

    The document: {kind, rulings, comment, gap}. A ruling names a criterion by response and criterion, anything else by
    the path that the board gives it, and has adopt (a column), or value with error_class and reason.
    """
    from app.services.deciding import decide_from
    from app.wire.jsonio import loads

    context: Context = ctx.obj
    found = decide_from(context.session(lab), task, loads(read_input(source), where=source))
    context.output.result(found, f"{task}: {found['kind']}, {found['digest'][:12]}")


def returns(ctx: typer.Context, lab: Lab = None) -> None:
    """What came back, answer by answer, and what to grade again."""
    from app.domain.times import to_text
    from app.services.returns import inbox, notes, open_return, regrades

    context: Context = ctx.obj
    session = context.session(lab, readonly=True)
    items: list[dict[str, Any]] = []
    for one in inbox(session):
        view = open_return(session, one.task)
        rows = [
            {
                **_named(row.place),
                "mine": row.mine.value,
                "final": row.theirs,
                "error_class": row.error_class,
                "reason": row.reason,
            }
            for row in view.changed
        ]
        items.append({**asdict(one), "at": to_text(one.at), "rows": rows, "gap": view.gap})
    found = {
        "returns": items,
        "regrade": [asdict(one) for one in regrades(session)],
        "notes": [{**asdict(one), "at": to_text(one.at)} for one in notes(session)],
    }
    lines = [[i["task"], i["kind"], str(i["changed"]), i["answered"], i["comment"]] for i in items]
    context.output.result(found, lambda: table(lines, ["task", "decision", "changed", "answered", "comment"]))


def answer(ctx: typer.Context, task: str, source: From, lab: Lab = None) -> None:
    """Accept or dispute a decision over one's result, signed."""
    from app.services.returns import answer_from
    from app.wire.jsonio import loads

    context: Context = ctx.obj
    _say(context, answer_from(context.session(lab), task, loads(read_input(source), where=source)))


def propose(
    ctx: typer.Context,
    file: str,
    names_nobody: Annotated[
        bool, typer.Option("--names-nobody", help="You looked at what may name a person in the task.")
    ] = False,
    lab: Lab = None,
) -> None:
    """Propose a change of a rubric, a gap in the guideline, or a task that you wrote (its line)."""
    from app.services.proposing import propose_from
    from app.wire.jsonio import loads

    context: Context = ctx.obj
    found = loads(read_input(file), where=file)
    _say(context, propose_from(context.session(lab), found, names_nobody=names_nobody))


def _say(context: Context, letter: Letter) -> None:
    found = {
        "id": letter.id,
        "kind": letter.kind,
        "about": letter.about,
        "task": letter.task,
        "digest": letter.digest,
    }
    context.output.result(found, f"{letter.kind} signed: {letter.about}, {letter.digest[:12]}")


def reopen(
    ctx: typer.Context,
    task: str,
    reason: Annotated[str, typer.Option(help="Why; needed once a second opinion has been opened.")] = "",
    lab: Lab = None,
) -> None:
    """Open a submitted review again, as its next revision."""
    from app.domain.ids import TaskId

    context: Context = ctx.obj
    session = context.session(lab)
    done = session.perform_now(lambda _: session.reopen_now(TaskId(task), reason))
    context.output.result({"task": done.task, "what": done.what}, f"{task}: {done.what}")


def opinions(
    ctx: typer.Context,
    task: Annotated[str | None, typer.Argument(help="One task; else all.")] = None,
    lab: Lab = None,
) -> None:
    """Second opinions that were opened, practice and consistency; for oneself alone."""
    from app.services import opinions as service
    from app.services.consistency import consistency
    from app.services.practice import practice_answer, practices

    context: Context = ctx.obj
    session = context.session(lab, readonly=True)
    if task is None:
        found: dict[str, Any] = {
            "opened": [
                {"task": o.task, "batch": o.batch, "differs": o.differs, "kinds": list(o.kinds)}
                for o in service.opened(session)
            ],
            "practice": [{**asdict(p), "share": p.share, "passed": p.passed} for p in practices(session)],
            "consistency": [
                asdict(one)
                for row in session.workspace.lab.batches()
                if (one := consistency(session, row.id)) is not None
            ],
        }
        words = table([[o["task"], str(o["differs"])] for o in found["opened"]], ["task", "differs"])
        context.output.result(found, words)
        return
    view, key = service.opinion(session, task), practice_answer(session, task)
    rows = [] if view is None else view.rows
    found = {
        "task": task,
        "state": service.state(session, task),
        "sources": [] if view is None else [asdict(s) for s in view.sources],
        "rows": [_opinion_json(row) for row in rows],
        "changed": view is not None and view.changed,
        "practice": None if key is None else {"right": key.right, "keyed": key.keyed,
                                              "rows": [_opinion_json(row) for row in key.rows]},
    }  # fmt: skip
    words = table(
        [[*_where(r), _short(r["mine"]), str(r["differs"])] for r in found["rows"]],
        ["response", "asked", "mine", "differs"],
    )
    context.output.result(found, f"{found['state']}\n{words}")


def _opinion_json(row: Any) -> dict[str, Any]:
    return {
        **_named(row.place),
        "mine": row.mine.value,
        "theirs": [{"value": c.value, "comment": c.comment} for c in row.theirs],
        "differs": row.differs,
    }


def letters(ctx: typer.Context, lab: Lab = None) -> None:
    """One's own decisions, answers and proposals with their state."""
    from app.domain.times import to_text
    from app.services.lettering import letters as listed

    context: Context = ctx.obj
    found = [
        {
            **asdict(one),
            "created_at": to_text(one.created_at),
            "received_at": to_text(one.received_at) if one.received_at else None,
        }
        for one in listed(context.session(lab, readonly=True))
    ]
    rows = [[f["kind"], f["about"], f["task"] or "", f["state"], f["reason"]] for f in found]
    context.output.result(found, table(rows, ["kind", "about", "task", "state", "reason"]))
