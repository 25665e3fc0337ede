"""Commands on the work itself: batches, tasks, show, grade, submit, undo, outbox, search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.domain.ids import BatchId
from cli.context import Context, read_input
from cli.output import table

if TYPE_CHECKING:
    from app.services.replies import ShownTask
    from cli.replies.reading import SearchRow

PARTLY = 8
Lab = Annotated[str | None, typer.Option("--lab", help="The lab, when there are several.")]
BatchOption = Annotated[str | None, typer.Option("--batch", help="Only this batch.")]


def mount(program: typer.Typer) -> None:
    program.command(epilog="Example: assay batches --json")(batches)
    program.command(epilog="Example: assay tasks --batch b-7")(tasks)
    program.command(epilog="Example: assay show t-13 --json")(show)
    program.command(epilog="Example: assay grade t-13 --from grade.json")(grade)
    program.command(epilog="Example: assay submit t-13 t-14")(submit)
    program.command(epilog="Example: assay undo")(undo)
    program.command(epilog="Example: assay outbox --json")(outbox)
    program.command(epilog="Example: assay search aspirin")(search)


def batches(ctx: typer.Context, lab: Lab = None) -> None:
    """The batches on this computer."""
    from app.services.listing import batch_rows

    context: Context = ctx.obj
    found = batch_rows(context.session(lab, readonly=True))
    context.output.result(
        found,
        lambda: table(
            [[b["id"], b["field"], b["title"], f"{b['done']}/{b['tasks']}", b["due"] or ""] for b in found],
            ["id", "field", "title", "done", "due"],
        ),
    )


def tasks(ctx: typer.Context, batch: BatchOption = None, lab: Lab = None) -> None:
    """The tasks, with the state of one's review of each."""
    from app.services.listing import task_rows

    context: Context = ctx.obj
    found = task_rows(context.session(lab, readonly=True), batch)
    context.output.result(
        found,
        lambda: table(
            [[t["id"], t["status"], f"{t['answered']}/{t['total']}", t["title"]] for t in found],
            ["id", "status", "answered", "title"],
        ),
    )


def show(ctx: typer.Context, task: str, lab: Lab = None) -> None:
    """A task, one's review of it, and the score so far."""
    from app.services.listing import shown

    context: Context = ctx.obj
    found = shown(context.session(lab, readonly=True), task)
    context.output.result(found, lambda: _show_words(found))


def _show_words(found: ShownTask) -> str:
    task = found["task"]
    lines = [f"{task['id']}  {task.get('title', '')}", ""]
    lines += [f"{turn['role']}: {turn['text']}" for turn in task["prompt"]]
    for response in task["responses"]:
        lines += ["", f"— response {response['id']} —", response["text"]]
    lines += ["", "Criteria:"]
    lines += [f"  {c['id']}  {_weight(c)}  {c.get('text', '')}" for c in task["rubric"]["criteria"]]
    for response, score in found["score"].items():
        lines.append(f"score of {response}: {score['score']} ({score['policy']}), {score['open']} open")
    return "\n".join(lines)


def _weight(criterion: dict[str, Any]) -> str:
    """The line is shown as the lab wrote it, where points may be left out (1) and a group only adds up."""
    return "group" if criterion.get("kind") == "group" else f"{criterion.get('points', 1):+g}"


def grade(
    ctx: typer.Context,
    task: str,
    source: Annotated[str, typer.Option("--from", help="A judgement document; - for standard input.")],
    lab: Lab = None,
) -> None:
    """Apply a judgement document to one's review: all of it, or nothing."""
    from app.services.judging import grade as apply_judgement

    context: Context = ctx.obj
    found = apply_judgement(context.session(lab), task, read_input(source), where=source)
    open_ = len(found["missing"])
    words = f"{open_} point{'s' if open_ > 1 else ''} still open" if open_ else "complete"
    context.output.result(found, f"{task}: {words}")


def submit(ctx: typer.Context, tasks: list[str], lab: Lab = None) -> None:
    """Sign reviews and put them in the outbox; they leave at the next sync."""
    from app.services.judging import submit as submit_tasks

    context: Context = ctx.obj
    found = submit_tasks(context.session(lab), tasks)
    if found["refused"]:
        context.code = PARTLY if found["submitted"] else 3
    context.output.result(
        found,
        lambda: "\n".join(
            [f"{row['task']}: submitted, {row['digest'][:12]}" for row in found["submitted"]]
            + [f"{row['task']}: refused, {row['why']}" for row in found["refused"]]
        ),
    )


def undo(
    ctx: typer.Context,
    task: Annotated[str | None, typer.Argument(help="Only if the last step was in this task.")] = None,
    lab: Lab = None,
) -> None:
    """Take back the last step of work, in whatever task it was; submitting too."""
    from app.services.judging import undo as undo_last

    context: Context = ctx.obj
    found = undo_last(context.session(lab), task)
    words = f"{found['task']}: {found['what']} taken back" if found["task"] else "nothing to take back"
    context.output.result(found, words)


def outbox(ctx: typer.Context, lab: Lab = None) -> None:
    """Every result with its state."""
    from app.services.listing import outbox_rows

    context: Context = ctx.obj
    found = outbox_rows(context.session(lab, readonly=True))
    context.output.result(
        found,
        lambda: table(
            [[r["task"], r["state"], r["digest"][:12], r["receipt"] or "", r["reason"]] for r in found],
            ["task", "state", "digest", "receipt", "reason"],
        ),
    )


def search(ctx: typer.Context, query: str, batch: BatchOption = None, lab: Lab = None) -> None:
    """Full text over prompts, responses and one's own comments."""
    context: Context = ctx.obj
    workspace = context.session(lab, readonly=True).workspace
    within = BatchId(batch) if batch is not None else None
    found: list[SearchRow] = [
        {"task": hit.task, "snippet": hit.snippet} for hit in workspace.search(query, within, ranked=True)
    ]
    context.output.result(found, lambda: table([[f["task"], f["snippet"]] for f in found], ["task", "where"]))
