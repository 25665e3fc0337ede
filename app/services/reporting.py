"""Reports on this laptop: one's own results, and for a lead her team's verified ones, as `app.agreement` takes them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.domain.codec import task_from_json
from app.domain.ids import BatchId, TaskId, digest
from app.domain.judgement import to_judgement
from app.domain.task import Task
from app.errors import InputError
from app.services.replies import SavedReport
from app.services.saving import save_file
from app.services.session import Session

if TYPE_CHECKING:
    from app.agreement.reports.blocks import Report
    from app.agreement.reports.source import Decided, Graded, Opinion, Source, Suggested, Tr
    from app.storage.papers import LetterRow
    from app.storage.workspace import Workspace

KINDS = ("batch", "model", "team", "expert", "delegation")
SUFFIXES = (".html", ".pdf", ".csv")
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Reportable:
    """A batch that can be reported on. results: one's own, submitted. team: teammates' that are here."""

    batch: str
    title: str
    results: int
    team: int


def reportable(session: Session) -> list[Reportable]:
    """Every batch with a submitted result, one's own or a teammate's, in the desk's order."""
    found = []
    workspace = session.workspace
    for row in workspace.lab.batches():
        own = len(_submitted(workspace, row.id))
        team = len(workspace.papers.of_kind("result", row.id))
        if own or team:
            title = json.loads(row.payload)["title"]
            found.append(Reportable(row.id, title, own, team))
    return found


def source_of(session: Session, batch: str) -> Source:
    """Own submitted reviews in their newest revision, teammates' results, decisions, opened opinions, repeats.

    InputError when there is no such batch.
    """
    from app.agreement.reports.source import Repeat, Source
    from app.domain.codec import batch_from_json

    workspace = session.workspace
    row = workspace.lab.batch(BatchId(batch))
    about = batch_from_json(json.loads(row.payload), signed=row.signed)
    repeats = tuple(
        Repeat(str(payload["expert"]), pair["task"], pair["of"])
        for payload in (json.loads(paper.payload) for paper in workspace.papers.of_kind("repeats", batch))
        for pair in payload["pairs"]
    )
    again = {repeat.task for repeat in repeats}
    own = _own(session, batch)
    me = str(session.identity.expert)
    graded = [*own, *_team(session, batch)]
    return Source(
        batch=batch,
        title=about.title,
        policy=about.policy,
        graded=tuple(
            sorted((o for o in graded if o.task.id not in again), key=lambda one: (one.task.id, one.rater))
        ),
        field=about.field,
        tasks=about.task_count,
        opinions=_opinions(session, batch),
        decided=_decided(session, batch),
        suggested=_suggested(session, batch),
        repeats=repeats,
        again=tuple(one for one in own if one.task.id in again),
        names={me: ""},
    )


def _submitted(workspace: Workspace, batch: str) -> list[TaskId]:
    """Tasks with a result of one's own, in their order; where the next revision is begun, the one before counts on."""
    lab, name = workspace.lab, BatchId(batch)
    submitted = lab.tasks(name, show="submitted")
    again = workspace.outbox.tasks(name) & set(lab.tasks(name, show="started"))
    if not again:
        return submitted
    again.update(submitted)
    return [task for task in lab.tasks(name) if task in again]


def _own(session: Session, batch: str) -> list[Graded]:
    from app.agreement.reports.source import Graded

    workspace = session.workspace
    found = []
    for task in _submitted(workspace, batch):
        opened = session.open(task)
        sent = workspace.outbox.of_task(task)
        payload = json.loads(sent[-1].payload) if sent else {}
        found.append(
            Graded(
                digest=sent[-1].digest if sent else "",
                task=opened.task,
                rater=str(session.identity.expert),
                judgement=payload.get("judgement") or to_judgement(opened.review),
                submitted=(payload.get("times") or {}).get("submitted", ""),
                shown=tuple(payload.get("shown_order") or opened.order),
                active_ms=(payload.get("times") or {}).get("active_ms"),
            )
        )
    return found


def _team(session: Session, batch: str) -> list[Graded]:
    """The newest revision of each teammate's result; those of another line than is here are left out."""
    from app.agreement.reports.source import Graded

    newest: dict[tuple[str, str], Any] = {}
    for paper in session.workspace.papers.of_kind("result", batch):
        key = (paper.who, paper.task or "")
        if key not in newest or paper.revision > newest[key].revision:
            newest[key] = paper
    tasks: dict[str, tuple[Task, str] | None] = {}
    found = []
    for (who, task), paper in sorted(newest.items()):
        if who == str(session.identity.expert):
            continue
        if task not in tasks:
            tasks[task] = _task(session, task)
        known = tasks[task]
        payload = json.loads(paper.payload)
        if known is None or known[1] != payload["task_digest"]:
            continue
        found.append(
            Graded(
                digest=paper.digest,
                task=known[0],
                rater=who,
                judgement=payload["judgement"],
                submitted=payload["times"]["submitted"],
                shown=tuple(payload["shown_order"]),
                active_ms=payload["times"].get("active_ms"),
            )
        )
    return found


def _task(session: Session, task: str) -> tuple[Task, str] | None:
    """A task one has, or whose line came to be read with its digest."""
    try:
        line, sha256 = session.workspace.lab.task_line(TaskId(task))
    except InputError:
        papers = session.workspace.papers.of_task(task, "line")
        if not papers:
            return None
        line = papers[-1].payload
        sha256 = digest(line)
    return task_from_json(json.loads(line)), sha256


def _opinions(session: Session, batch: str) -> tuple[Opinion, ...]:
    """AI judges' verdicts whose envelopes were opened."""
    from app.agreement.reports.source import Opinion

    found = {}
    for paper in session.workspace.papers.of_kind("opened", batch):
        for opinion in json.loads(paper.payload).get("opinions") or ():
            if opinion.get("kind") == "judge" and paper.task:
                found[paper.task, opinion.get("name") or ""] = opinion["judgement"]
    return tuple(Opinion(task, name, judgement) for (task, name), judgement in sorted(found.items()))


def _decided(session: Session, batch: str) -> Mapping[str, Decided]:
    """The decision in force on each task: the first, or the one that names it as what it replaces."""
    from app.agreement.reports.source import Decided

    found: dict[str, Decided] = {}
    came = [(p.task, p.payload, p.digest) for p in session.workspace.papers.of_kind("decision", batch)]
    mine = [(row.task, row.payload, row.digest) for row in _my_decisions(session, batch)]
    for task, data, sha256 in (*came, *mine):
        payload = json.loads(data)
        before = found.get(task) if task is not None else None
        if task is not None and (before is None or payload.get("previous") == before.digest):
            final = payload.get("judgement") if payload["kind"] in ("fix", "adjudicate") else None
            found[task] = Decided(task, payload["kind"], sha256, final)
    for case in session.workspace.papers.cases(session.workspace.papers.case_numbers("all", batch)):
        if case.state == "disputed" and case.task in found:
            found[case.task] = replace(found[case.task], disputed=True)
    return found


def _my_decisions(session: Session, batch: str) -> list[LetterRow]:
    """Oldest first."""
    return [row for row in reversed(session.workspace.letters.all("decision")) if row.batch == batch]


def _suggested(session: Session, batch: str) -> tuple[Suggested, ...]:
    """Of this laptop's lead."""
    from app.agreement.reports.source import suggested_in

    found = (suggested_in(json.loads(row.payload)) for row in _my_decisions(session, batch))
    return tuple(one for one in found if one is not None)


def make(
    session: Session,
    batch: str,
    kind: str,
    tr: Tr | None = None,
    language: str = "en",
    *,
    expert: str = "",
    tell: Tell | None = None,
) -> Report:
    """A report of one's own or the team's results. For `expert` it is one's own unless another is named."""
    from app.agreement.reports.making import english, make_report
    from app.agreement.resampling import Bootstrap

    source = source_of(session, batch)
    whose = expert or (str(session.identity.expert) if kind == "expert" else "")
    return make_report(kind, source, tr or english, language, expert=whose, bootstrap=Bootstrap(tell=tell))


def save(report: Report, out: Path, tr: Tr | None = None) -> SavedReport:
    """Write a report as its suffix says (.html, .pdf, .csv), whole or not at all."""
    from app.agreement.reports.making import english, render

    save_file(out.absolute(), render(report, out.suffix.lower(), tr or english))
    return {"file": str(out), "kind": report.kind, "results": len(report.digests)}
