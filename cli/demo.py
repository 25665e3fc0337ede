"""`assay demo`: from a sample lab's invitation to verified receipts, without a person."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.domain.ids import TaskId
from app.domain.review import verdict_path
from app.domain.rubric import Criterion, Kind
from app.domain.task import Task
from app.errors import StorageError
from app.services.judging import submit
from app.services.session import SAMPLE_NOTE, Session
from cli.context import Context

if TYPE_CHECKING:
    from app.services.sample_lab import SampleLab
    from cli.replies.labs import DemoReply

GRADED = 3
BEGUN = 5


def run_demo(context: Context, *, headless: bool, screens: Path | None) -> None:
    """With a screen: the window on the sample lab. Without: grade, submit, sync and verify, with pictures if asked."""
    chosen = context.options.home
    home = chosen or Path(tempfile.mkdtemp(prefix="assay-demo-"))
    # The sample's own secret lives and dies with the throw-away home; a key store may be missing here.
    passphrase = context.passphrase() or secrets.token_urlsafe(24)
    try:
        found = _loop(context, home, passphrase, screens)
        context.output.result(
            found,
            "{pulled} tasks pulled, {graded} graded, {submitted} submitted, {receipted} receipted, {verified} verified "
            "by the lab's keys".format(**found),
        )
        if not found["verified"] or found["verified"] != found["submitted"]:
            context.code = 1
        elif not headless and _has_screen():
            from ui.__main__ import run

            context.output.say("Opening the window on the sample lab…")
            context.code = run(home, secret=passphrase)
    finally:
        if chosen is None:
            shutil.rmtree(home, ignore_errors=True)


def _has_screen() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _loop(context: Context, home: Path, passphrase: str, screens: Path | None) -> DemoReply:
    from app.workstation import build

    station = build(home)
    say = context.output.say
    lab = station.sample_lab()
    if lab.exists():
        raise StorageError(
            "demo.again", "This home has a sample lab already.", hint="Use another --home, or leave it out."
        )
    say("Making a sample lab with its batches…")
    invitation = lab.start("en", name="Dr Sample")
    try:
        say("Enrolling, and fetching the tasks…")
        session = station.enrolling.enrol(invitation, passphrase=passphrase)
        try:
            session.perform_now(lambda w: w.work.set_note(SAMPLE_NOTE, "1"))
            pulled = station.sending.sync(session).pulled
            say("Grading offline…")
            tasks = session.workspace.lab.tasks()[:GRADED]
            for task in tasks:
                _grade(session, task)
            done = submit(session, tasks)["submitted"]
            _begin(session)
        finally:
            session.close()
        if screens is not None:
            _draw(home, passphrase, screens, say)
        say("Sending the results, checking the receipts…")
        session = station.labs.open(None, passphrase)
        try:
            station.sending.sync(session)
            receipted = sum(row.receipt is not None for row in session.workspace.outbox.all())
        finally:
            session.close()
        verified = _verified(lab)
    finally:
        lab.stop()
    return {
        "pulled": pulled,
        "graded": len(tasks),
        "submitted": len(done),
        "receipted": receipted,
        "verified": verified,
    }


def _draw(home: Path, passphrase: str, screens: Path, say: Callable[[str], None]) -> None:
    """Of the sample lab, and of a team that is made for it."""
    from cli.demo_team import make_team
    from ui.pictures import draw
    from ui.pictures_team import draw_team

    say("Drawing the screens…")
    draw(home, passphrase, screens)
    say("Making a team: its graders, a third reader and their lead…")
    with tempfile.TemporaryDirectory(prefix="assay-team-") as folder:
        team = make_team(Path(folder), passphrase)
        say("Drawing the team's screens…")
        draw_team(team, passphrase, screens)


def _grade(session: Session, task: TaskId) -> None:
    """Plausible verdicts, so that every kind of criterion is used; the demo is about the way, not the judgement."""
    opened = session.open(task)
    leaves = {
        f"/responses/{response.id}/verdicts/{criterion.id}/value": value
        for response in opened.task.responses
        for criterion, value in _values(opened.task)
    }
    _, edits = session.reviewing.changed(opened, leaves)
    session.keep(edits)


def _begin(session: Session) -> None:
    """The next task is left half-way, so that Continue has a place to go back to."""
    task = session.workspace.lab.tasks(show="open")[0]
    opened = session.open(task)
    response = opened.order[0]
    values = _values(opened.task)[:BEGUN]
    leaves: dict[str, Any] = {verdict_path(response, criterion.id): value for criterion, value in values}
    leaves[verdict_path(response, values[-1][0].id, "comment")] = (
        "Said in the second paragraph, and again at the end."
    )
    _, edits = session.reviewing.changed(opened, leaves)
    session.keep(edits)
    session.remember(task, response, opened.task.rubric.leaves[len(values)].id)


def _values(task: Task) -> list[tuple[Criterion, str | int | float]]:
    found: list[tuple[Criterion, str | int | float]] = []
    for criterion in task.rubric.leaves:
        value: str | int | float
        if criterion.kind is Kind.COUNT:
            value = 1
        elif criterion.kind is Kind.SCALE:
            value = criterion.low + criterion.step
        elif criterion.kind is Kind.FREE:
            value = "Clear, and correct where it matters."
        else:
            value = "not_met" if criterion.negative else "met"
        found.append((criterion, value))
    return found


def _verified(lab: SampleLab) -> int:
    """How many of the lab's results hold under its published keys: what anyone can check."""
    from app.wire.verifying import read_keys, verify_file

    at = str(lab.folder)
    keys = read_keys(lab.call("lab", "keys", "--lab", at))
    results = lab.call("lab", "results", "--lab", at)
    return sum(check.ok for check in verify_file("results.jsonl", results, keys))
