"""Commands of second grades: queue, board, decide, returns, answer, propose, reopen, opinions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.context import Context, read_input
from cli.output import table

if TYPE_CHECKING:
    from app.services.lettering import Letter
    from cli.replies.board import PlaceReply
    from cli.replies.opinions import OpinionReply, OpinionsReply
    from cli.replies.returns import Reopened, ReturnsReply

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
    from cli.replies.board import queue_json

    if show not in ("all", "todo", "blind", "open", "decided"):
        raise InputError("usage.show", "--show is all, todo, blind, open or decided.")
    context: Context = ctx.obj
    session = context.session(lab, readonly=True)
    found = [queue_json(row) for row in queue_rows(session, queue_numbers(session, show, batch))]
    rows = [
        [r["task"], r["state"], f"{r['differ']}/{r['places']}", ", ".join(r["why"]), r["title"]]
        for r in found
    ]
    context.output.result(found, lambda: table(rows, ["task", "state", "differ", "why", "title"]))


def board(ctx: typer.Context, task: str, lab: Lab = None) -> None:
    """Who said what of a task, once one's own grade is at the lab."""
    from app.services.leading import board as open_board
    from cli.replies.board import board_json

    context: Context = ctx.obj
    found = board_json(open_board(context.session(lab, readonly=True), task))
    names = [c["who"] or c["kind"] for c in found["columns"]]
    rows = [
        [*_where(r), *[_short(c["value"]) for c in r["cells"]], _short(r["final"])] for r in found["rows"]
    ]
    context.output.result(found, lambda: table(rows, ["response", "asked", *names, "final"]))


def _where(row: PlaceReply) -> list[str]:
    """The response and what is asked of it, for a line of a table."""
    return [row["response"] or "", row["criterion"] or row["path"] or ""]


def _short(value: Any) -> str:
    """A value in a cell: highlights by their number, an ideal answer by its length."""
    if isinstance(value, list):
        return str(len(value))
    if isinstance(value, dict):
        if "text" in value:
            return f"{len(value['text'])} characters"
        return ", ".join(f"{name}={said}" for name, said in value.items())
    return str(value)


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
    from app.services.returns import inbox, notes, open_return, regrades
    from cli.replies.returns import note_json, regrade_json, return_json

    context: Context = ctx.obj
    session = context.session(lab, readonly=True)
    found: ReturnsReply = {
        "returns": [return_json(one, open_return(session, one.task)) for one in inbox(session)],
        "regrade": [regrade_json(one) for one in regrades(session)],
        "notes": [note_json(one) for one in notes(session)],
    }
    lines = [[i["task"], i["kind"], str(i["changed"]), i["answered"], i["comment"]] for i in found["returns"]]
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
        bool, typer.Option("--names-nobody", help="You looked at what may name a person in it.")
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
    from cli.replies.returns import signed_json

    context.output.result(signed_json(letter), f"{letter.kind} signed: {letter.about}, {letter.digest[:12]}")


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
    found: Reopened = {"task": done.task, "what": done.what}
    context.output.result(found, f"{task}: {done.what}")


def opinions(
    ctx: typer.Context,
    task: Annotated[str | None, typer.Argument(help="One task; else all.")] = None,
    lab: Lab = None,
) -> None:
    """Second opinions that were opened, practice and consistency; for oneself alone."""
    from app.services import opinions as service
    from app.services.consistency import consistency
    from app.services.practice import practice_answer, practices
    from cli.replies.opinions import consistency_json, opened_json, practice_json, row_json

    context: Context = ctx.obj
    session = context.session(lab, readonly=True)
    if task is None:
        every: OpinionsReply = {
            "opened": [opened_json(one) for one in service.opened(session)],
            "practice": [practice_json(one) for one in practices(session)],
            "consistency": [
                consistency_json(one)
                for row in session.workspace.lab.batches()
                if (one := consistency(session, row.id)) is not None
            ],
        }
        words = table([[o["task"], str(o["differs"])] for o in every["opened"]], ["task", "differs"])
        context.output.result(every, words)
        return
    view, key = service.opinion(session, task), practice_answer(session, task)
    rows = [] if view is None else view.rows
    found: OpinionReply = {
        "task": task,
        "state": service.state(session, task),
        "sources": [] if view is None else [{"kind": s.kind, "name": s.name} for s in view.sources],
        "rows": [row_json(row) for row in rows],
        "changed": view is not None and view.changed,
        "practice": None
        if key is None
        else {"right": key.right, "keyed": key.keyed, "rows": [row_json(row) for row in key.rows]},
    }
    words = table(
        [[*_where(r), _short(r["mine"]), str(r["differs"])] for r in found["rows"]],
        ["response", "asked", "mine", "differs"],
    )
    context.output.result(found, f"{found['state']}\n{words}")


def letters(ctx: typer.Context, lab: Lab = None) -> None:
    """One's own decisions, answers and proposals with their state."""
    from app.services.lettering import letters as listed
    from cli.replies.returns import letter_json

    context: Context = ctx.obj
    found = [letter_json(one) for one in listed(context.session(lab, readonly=True))]
    rows = [[f["kind"], f["about"], f["task"] or "", f["state"], f["reason"]] for f in found]
    context.output.result(found, table(rows, ["kind", "about", "task", "state", "reason"]))
