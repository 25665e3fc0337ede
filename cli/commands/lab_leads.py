"""`assay lab team plan seal gold repeats merge proposals cases`: the desk's side of teams and quality."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.errors import InputError
from cli.commands.lab import LAB, LabDir, open_at
from cli.context import Context
from cli.output import table

if TYPE_CHECKING:
    from cli.replies.lab import RepeatsReply, SealedReply
    from lab.replies import ProposalRow, TeamRow

__all__ = ["LAB", "TEAM"]

TEAM = typer.Typer(help="Teams of leads and experts.", no_args_is_help=True, rich_markup_mode=None)
LAB.add_typer(TEAM, name="team")
People = Annotated[list[str] | None, typer.Option(help="Id or name; may be given several times.")]


@TEAM.command(
    "make", epilog="Example: assay lab team make Cardiology --lab harbor --lead 'Dr Ito' --expert Ada"
)
def make(ctx: typer.Context, name: str, lab: LabDir, lead: People = None, expert: People = None) -> None:
    """Make a team and put people into it."""
    from lab import leads_desk as desk

    context: Context = ctx.obj
    with open_at(lab, name) as opened:
        desk.teams.make(opened, name)
        found = desk.team_json(desk.teams.add(opened, name, leads=lead or (), experts=expert or ()))
    context.output.result(found, _team_words(found))


@TEAM.command("add", epilog="Example: assay lab team add Cardiology --lab harbor --expert 'Dr Okafor'")
def add(ctx: typer.Context, name: str, lab: LabDir, lead: People = None, expert: People = None) -> None:
    """Put people into a team, or give them another part in it."""
    from lab import leads_desk as desk

    context: Context = ctx.obj
    with open_at(lab, name) as opened:
        found = desk.team_json(desk.teams.add(opened, name, leads=lead or (), experts=expert or ()))
    context.output.result(found, _team_words(found))


@TEAM.command("remove", epilog="Example: assay lab team remove Cardiology 'Dr Okafor' --lab harbor")
def remove(ctx: typer.Context, name: str, who: list[str], lab: LabDir) -> None:
    """Take people out of a team; what they signed stays."""
    from lab import leads_desk as desk

    context: Context = ctx.obj
    with open_at(lab, name) as opened:
        found = desk.team_json(desk.teams.remove(opened, name, who))
    context.output.result(found, _team_words(found))


@TEAM.command("list", epilog="Example: assay lab team list --lab harbor --json")
def list_(ctx: typer.Context, lab: LabDir) -> None:
    """The lab's teams."""
    from lab import leads_desk as desk

    context: Context = ctx.obj
    with open_at(lab) as opened:
        found = [desk.team_json(team) for team in desk.teams.everyone(opened)]
    context.output.result(found, "\n".join(_team_words(one) for one in found) or "no team yet")


def _team_words(found: TeamRow) -> str:
    leads, experts = ", ".join(found["leads"]) or "nobody", ", ".join(found["experts"]) or "nobody"
    return f"{found['name']} ({found['team']}): led by {leads}; experts {experts}"


@LAB.command("plan", epilog="Example: assay lab plan b-1f2e --lab harbor --team Cardiology --random 10")
def plan(
    ctx: typer.Context,
    batch: str,
    lab: LabDir,
    team: Annotated[str, typer.Option(help="Whose leads look after the batch.")],
    random: Annotated[float, typer.Option(help="Percent of all tasks, drawn at random.")] = 10.0,
    seed: Annotated[str, typer.Option(help="Of the random draw; stated, so that it can be repeated.")] = "1",
    disagreement: Annotated[bool, typer.Option(help="Tasks on which graders differ.")] = True,
    gold: Annotated[bool, typer.Option(help="Tasks whose key was missed.")] = True,
    low_confidence: Annotated[bool, typer.Option(help="Tasks with a verdict of low confidence.")] = True,
    too_fast: Annotated[bool, typer.Option(help="Tasks graded faster than they can be read.")] = True,
) -> None:
    """Which results of a batch its leads grade again, blind."""
    from lab import leads_desk as desk

    context: Context = ctx.obj
    chosen = desk.Plan(random, seed, disagreement, gold, low_confidence, too_fast)
    with open_at(lab, batch) as opened:
        found = desk.set_plan(opened, batch, team, chosen)
    context.output.result(found, f"{batch}: {random:g} % at random with seed {seed}, for {team}")


@LAB.command("cases", epilog="Example: assay lab cases --lab harbor --batch b-1f2e --json")
def cases(
    ctx: typer.Context,
    lab: LabDir,
    batch: Annotated[str | None, typer.Option(help="Only this batch.")] = None,
) -> None:
    """What was drawn, why, and how it stands."""
    from lab import leads_desk as desk

    context: Context = ctx.obj
    with open_at(lab) as opened:
        found = desk.review_cases(opened, batch)
    rows = [[one["task"], one["state"], ", ".join(one["drawn"])] for one in found]
    context.output.result(found, table(rows, ["task", "state", "drawn"]))


@LAB.command("seal", epilog="Example: assay lab seal b-1f2e --lab harbor --from judge.jsonl --judge model-x")
def seal(
    ctx: typer.Context,
    batch: str,
    lab: LabDir,
    source: Annotated[Path, typer.Option("--from", help="JSON Lines of {task, judgement}.")],
    judge: Annotated[str, typer.Option(help="The judge's name, shown when the opinion is opened.")] = "",
) -> None:
    """Give an AI judge's verdicts: sealed until the expert's own result is here."""
    from lab import leads_desk as desk

    context: Context = ctx.obj
    with open_at(lab, batch) as opened:
        count = desk.seal(opened, batch, source, judge)
    found: SealedReply = {"batch": batch, "sealed": count}
    context.output.result(found, f"{count} opinions sealed")


@LAB.command("gold", epilog="Example: assay lab gold b-1f2e --lab harbor --from keys.jsonl")
def gold(
    ctx: typer.Context,
    batch: str,
    lab: LabDir,
    source: Annotated[Path | None, typer.Option("--from", help="JSON Lines of {task, judgement}.")] = None,
    calibration: Annotated[bool, typer.Option("--calibration", help="The answers travel openly.")] = False,
    pass_mark: Annotated[
        float, typer.Option(help="Percent of verdicts to get right.", min=0, max=100)
    ] = 80.0,
    before: Annotated[list[str] | None, typer.Option(help="Batches only for who has passed.")] = None,
) -> None:
    """Give the keys of gold tasks; without --from, show how the experts did on them."""
    from lab import leads_desk as desk

    context: Context = ctx.obj
    with open_at(lab, batch) as opened:
        if source is None:
            rows = desk.gold_rows(opened, batch)
            cells = [[r["received_at"], r["expert"], r["task"], f"{r['missed']}/{r['keyed']}"] for r in rows]
            context.output.result(rows, table(cells, ["received", "expert", "task", "missed"]))
            return
        mark = pass_mark / 100 if calibration else None
        if before and not calibration:
            raise InputError(
                "gold.before", "Only a calibration batch can stand before others: --calibration."
            )
        found = desk.gold(opened, batch, source, pass_mark=mark, before=tuple(before or ()))
    context.output.result(found, f"{found['gold']} keys")


@LAB.command("repeats", epilog="Example: assay lab repeats b-1f2e --lab harbor --percent 5")
def repeats(
    ctx: typer.Context,
    batch: str,
    lab: LabDir,
    percent: Annotated[float, typer.Option(help="Of each expert's tasks.")] = 5.0,
    seed: Annotated[str, typer.Option(help="Of the draw.")] = "",
) -> None:
    """Give some tasks once more, hidden, with their responses the other way round."""
    from lab import leads_desk as desk

    context: Context = ctx.obj
    with open_at(lab, batch) as opened:
        given = desk.plant(opened, batch, percent, seed)
    words = "\n".join(f"{expert}: {count}" for expert, count in given.items()) or "nothing was given"
    found: RepeatsReply = {"batch": batch, "repeats": sum(given.values()), "experts": given}
    context.output.result(found, words)


@LAB.command("proposals", epilog="Example: assay lab proposals --lab harbor --json")
def proposals(
    ctx: typer.Context,
    lab: LabDir,
    batch: Annotated[str | None, typer.Option(help="Only for this batch.")] = None,
) -> None:
    """What experts proposed."""
    from lab import leads_desk as desk

    context: Context = ctx.obj
    with open_at(lab) as opened:
        found = desk.proposals(opened, batch)
    rows = [
        [p["proposal"], p["state"], p["kind"], p["task"] or "", p["criterion_id"] or "", _proposed(p)]
        for p in found
    ]
    context.output.result(found, table(rows, ["proposal", "state", "kind", "task", "criterion", "text"]))


def _proposed(one: ProposalRow) -> str:
    """The criterion as it should be with its points, the title of a task, and the reason."""
    criterion, line = one["criterion"] or {}, one["line"] or {}
    wording = f"“{criterion['text']}” ({criterion.get('points', 0):+g})" if criterion.get("text") else ""
    return " ".join(str(part) for part in (wording, line.get("title"), one["text"]) if part)


@LAB.command("merge", epilog="Example: assay lab merge b-1f2e p-77 --lab harbor --note 'Count tables too'")
def merge(
    ctx: typer.Context,
    batch: str,
    proposal: list[str],
    lab: LabDir,
    note: Annotated[str, typer.Option(help="What the team is told; else the proposals' own texts.")] = "",
) -> None:
    """Put proposals into the batch's next rubric version, with a note and the list to grade again."""
    from lab import leads_desk as desk

    context: Context = ctx.obj
    with open_at(lab, batch) as opened:
        done = desk.merged_json(desk.merge(opened, batch, proposal, note))
    words = (
        f"rubric {done['rubric_version']}: {len(done['tasks'])} tasks, {len(done['regrade'])} to grade again"
    )
    context.output.result(done, words)
