"""`assay conformance` holds on our lab, and each check fails on the lab that does that one thing wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from app.clock import SystemClock
from app.wire import invitation
from cli.conformance.suite import OF_LEADS, names, run
from lab import claiming, desk, envelopes, leads_desk, teams
from lab.tables import assignment, task
from tests.command_line import Program
from tests.contract.bad_lab import FAULTS, BadLab
from tests.contract.conftest import Places
from tests.lab_server import serving, write_tasks
from tests.lead_rig import NOTHING


def invited(lab: desk.Lab, folder: Path) -> tuple[str, str]:
    """Invitations of an expert with 15 of 30 tasks, which a judge has graded, and of her lead; 15 are free to claim."""
    source = write_tasks(folder / "tasks.jsonl", 30)
    batch = desk.import_batch(lab, "auto", source, title="Checks").batch
    link, who = desk.invite(lab, "expert", "Tester", folder / "tester.json")
    lead, leader = desk.invite(lab, "lead", "Lead", folder / "lead.json")
    _, other = desk.invite(lab, "expert", "Other")
    team = teams.make(lab, f"Team of {who}")
    teams.add(lab, team, leads=[leader], experts=[who])
    leads_desk.set_plan(lab, batch, team, NOTHING)
    with lab.database.reading() as connection:
        tasks = list(connection.execute(select(task.c.id).where(task.c.batch == batch)).scalars())
    envelopes.put(lab, batch, "judge", [(name, "judge", {"comment": "Nothing."}) for name in tasks])
    desk.assign(lab, batch, [who, other], overlap=1)
    with lab.database.reading() as connection:
        given = list(
            connection.execute(select(assignment.c.id).where(assignment.c.expert == other)).scalars()
        )
    for one in given:
        lab.database.write(lambda c, one=one: claiming.release(c, lab, other, one))  # type: ignore[misc]
    return link, lead


def test_our_lab_conforms(tmp_path: Path, places: Places) -> None:
    program = Program(tmp_path / "home")
    desk.init(tmp_path / "lab", **places())
    with desk.open_lab(tmp_path / "lab") as lab, serving(lab):
        invited(lab, tmp_path)
        tester, lead = str(tmp_path / "tester.json"), str(tmp_path / "lead.json")
        done = program("conformance", lab.config.url, "--invitation", tester, "--lead", lead, "--json")
        found = json.loads(done.out)
        assert [one for one in found if not one["ok"]] == []
        assert [one["check"] for one in found] == names()
        assert done.code == 0
        again = program("conformance", lab.config.url, "--invitation", tester, "--json")
        left = [one["check"] for one in json.loads(again.out)]
        assert set(names()) - set(left) == OF_LEADS
        assert again.code == 1  # the invitation is used up
        assert {"check": "enrol.registers", "ok": False} in [
            {k: v for k, v in one.items() if k != "reason"} for one in json.loads(again.out)
        ]


@contextmanager
def bad_lab(folder: Path) -> Iterator[tuple[desk.Lab, BadLab]]:
    desk.init(folder / "lab")
    with desk.open_lab(folder / "lab") as lab:
        bad = BadLab(lab)
        with serving(lab, wrap=bad.around):
            yield lab, bad


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[desk.Lab, BadLab]]:
    with ExitStack() as stack:
        yield stack.enter_context(bad_lab(tmp_path_factory.mktemp("bad")))


@pytest.mark.parametrize("check", FAULTS)
def test_the_fault_is_found(check: str, bad: tuple[desk.Lab, BadLab], tmp_path: Path) -> None:
    lab, switch = bad
    tester, lead = map(invitation.read, invited(lab, tmp_path))
    switch.fault = FAULTS[check]
    (outcome,) = run(lab.config.url, tester, SystemClock(), [check], lead)
    assert not outcome.ok
    assert outcome.reason


def test_every_check_has_its_fault() -> None:
    assert set(FAULTS) | {"token.date"} == set(names())


def test_an_answer_without_a_date_is_found(tmp_path: Path) -> None:
    desk.init(tmp_path / "lab")
    with desk.open_lab(tmp_path / "lab") as lab, serving(lab, date=False):
        (outcome,) = run(
            lab.config.url, invitation.read(invited(lab, tmp_path)[0]), SystemClock(), ["token.date"]
        )
    assert (outcome.ok, outcome.reason) == (False, "a 401 comes without Date")


def test_nobody_answers(tmp_path: Path) -> None:
    desk.init(tmp_path / "lab")
    with desk.open_lab(tmp_path / "lab") as lab:
        link, _ = invited(lab, tmp_path)
        (outcome,) = run(lab.config.url, invitation.read(link), SystemClock(), ["well_known.shape"])
    assert (outcome.ok, outcome.reason) == (False, "no answer: ConnectError")


def test_a_check_that_is_not_there(tmp_path: Path) -> None:
    done = Program(tmp_path / "home")(
        "conformance", "http://127.0.0.1:1", "--invitation", str(tmp_path / "x"), "--only", "no.such"
    )
    assert done.code == 3
