"""Leads at the lab, over the bare protocol: drawn, blind, opened, decided, disputed; and who may reach what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.agreement.reports.blocks import Table
from app.agreement.reports.making import make_report
from app.clock import FixedClock
from app.domain.ids import digest
from app.domain.sampling import Plan
from lab import desk, leads_desk, teams
from lab.cases import read as read_cases
from lab.reporting import source
from tests.contract.conftest import Places
from tests.lab_server import Laptop, payload_of, serving
from tests.lead_rig import (
    NOTHING,
    Team,
    answer,
    decision,
    digest_of,
    grade,
    new_team,
    opened,
    openings,
    post,
    pulled,
    review_feed,
    suggestion,
    verdicts,
)

SECRET = "the judge saw the dose in the table"


def test_from_overlap_to_an_adjudicated_export(tmp_path: Path, places: Places) -> None:
    team = new_team(
        tmp_path,
        FixedClock(),
        plan=Plan(0, "s", too_fast=False),
        experts=("ada", "bo", "cy"),
        places=places(),
    )
    with team.lab, serving(team.lab):
        ada, bo, cy, lea = team.enrol("ada", "bo", "cy", "lea")
        task = pulled(ada, bo)
        a1, b1 = grade(ada, task, "met"), grade(bo, task, "not_met")
        same = sorted(ada.tasks)[1]
        grade(ada, same, "met"), grade(bo, same, "met")

        # Blind: the lead has the task and an envelope, nobody's grade.
        lea.pull()
        assert list(lea.tasks) == [task]
        items = review_feed(lea)
        assert [i["kind"] for i in items if i["id"] == task] == ["review.sealed"]
        assert {i["kind"] for i in items if i["id"] != task} == {"review.task", "review.result"}
        assert post(lea, "/v1/decisions", decision(lea, task, [a1, b1]))[0]["code"] == "decision.blind"
        assert openings(lea, a1)["openings"] == []

        # Her own grade at the lab opens it.
        own = grade(lea, task, "met")
        found = opened(items[0]["document"], openings(lea, own)["openings"][0])
        assert {digest_of(r.encode()) for r in found.results} == {a1, b1}
        assert found.drawn == ["disagreement"]

        # Adjudicated; both graders hear of it; one disputes.
        final = verdicts(lea.tasks[task][0], "met")
        rulings = [{"response": "r1", "criterion": "c1", "value": "met", "adopted": a1}]
        first = decision(lea, task, [a1, b1], "adjudicate", judgement=final, rulings=rulings)
        assert post(lea, "/v1/decisions", first)[0]["status"] == "stored"
        assert post(lea, "/v1/decisions", first)[0]["status"] == "duplicate"
        told = [i for i in bo.pull() if i["kind"].startswith("result.")]
        assert [i["kind"] for i in told] == ["result.accepted"]
        assert digest(payload_of(told[0]["document"])) == digest_of(first)
        dispute = answer(bo, task, digest_of(first), b1, "dispute")
        assert post(bo, "/v1/answers", dispute)[0]["status"] == "stored"
        assert standing_of(team, task) == "unresolved"

        # The third reader gets the task alone, at once: whether a lead's laptop calls or not.
        third = cy.pull()
        assert list(cy.tasks) == [task]
        text = json.dumps([payload_of(i["document"]).decode() for i in third if i["document"]])
        assert not any(name in text for name in (team.ids["ada"], team.ids["bo"], a1, b1))
        c1 = grade(cy, task, "not_met")
        assert any(i["kind"] == "review.result" and i["id"] for i in review_feed(lea))
        last = verdicts(lea.tasks[task][0], "not_met")
        second = decision(lea, task, [a1, b1, c1], "adjudicate", judgement=last, previous=digest_of(first))
        assert post(lea, "/v1/decisions", second)[0]["status"] == "stored"

        out = tmp_path / "tasks.out"
        assert desk.export(team.lab, "aggregated", out).count == 2
        rows = {row["task"]: row for row in map(json.loads, out.read_text().splitlines())}
        assert rows[task]["standing"] == "adjudicated"
        assert rows[task]["final"] == last
        assert {r["expert"] for r in rows[task]["raters"]} == {p.expert for p in (ada, bo, cy, lea)}
        assert [d["letter"]["state"] for d in rows[task]["decisions"]] == ["replaced", "in force"]
        assert rows[same]["standing"] == "unanimous"


def all_items(laptop: Laptop) -> list[dict[str, Any]]:
    """Her feed from the start."""
    items: list[dict[str, Any]] = laptop.call("GET", "/v1/feed?limit=500").json()["items"]
    return items


def standing_of(team: Team, task: str) -> str:
    return str(next(row for row in leads_desk.task_rows(team.lab) if row["task"] == task)["standing"])


def test_two_leads_at_once_are_both_kept_and_the_later_is_told(tmp_path: Path, places: Places) -> None:
    team = new_team(tmp_path, FixedClock(), plan=NOTHING, places=places())
    teams.add(team.lab, "hearts", leads=["lou"])
    with team.lab, serving(team.lab):
        ada, bo, lea, lou = team.enrol("ada", "bo", "lea", "lou")
        task = pulled(ada, bo)
        a1, b1 = grade(ada, task, "met"), grade(bo, task, "met")
        for lead in (lea, lou):
            assert [i["kind"] for i in review_feed(lead)] == ["review.task", "review.result", "review.result"]
            lead.pull()
            lead.tasks = ada.tasks
        first, other = decision(lea, task, [a1, b1]), decision(lou, task, [a1, b1], "return", comment="No.")
        assert post(lea, "/v1/decisions", first)[0]["status"] == "stored"
        assert post(lou, "/v1/decisions", other)[0]["status"] == "stored"
        later = [i for i in lou.pull() if i["kind"] == "decision.later"]
        assert [digest(payload_of(i["document"])) for i in later] == [digest_of(first)]
        row = next(leads_desk.task_rows(team.lab))
        assert [d["letter"]["state"] for d in row["decisions"]] == ["in force", "later"]
        assert [i["kind"] for i in ada.pull() if i["kind"].startswith("result")] == ["result.accepted"]


def test_a_suggestion_to_leave_criteria_to_a_judge_stands_in_the_labs_report(
    tmp_path: Path, places: Places
) -> None:
    team = new_team(tmp_path, FixedClock(), plan=NOTHING, places=places())
    with team.lab, serving(team.lab):
        ada, bo, lea = team.enrol("ada", "bo", "lea")
        task = pulled(ada, bo)
        grade(ada, task, "met")
        lea.pull()
        lea.tasks, lea.batches = ada.tasks, ada.batches
        what = [{"criterion": "c1", "reason": "AC1 at least 0.9."}, {"tag": "style"}]
        made = suggestion(lea, what, "Doses stay with us.")
        assert post(lea, "/v1/decisions", made)[0]["status"] == "stored"
        found = make_report("delegation", source(team.lab, team.batch))
    (block,) = next(s for s in found.sections if s.title == "What leads suggested").blocks
    assert isinstance(block, Table)
    assert [row[2:] for row in block.rows] == [
        ("c1", "AC1 at least 0.9.; Doses stay with us."),
        ("style", "Doses stay with us."),
    ]


def test_envelopes_are_alike_and_open_only_against_a_result_of_hers(tmp_path: Path, places: Places) -> None:
    def prepare(lab: desk.Lab, batch: str, _: dict[str, str]) -> None:
        judge, keys = tmp_path / "judge.jsonl", tmp_path / "keys.jsonl"
        note = {"value": "met", "comment": SECRET * 50}
        opinion = {"responses": {"r1": {"verdicts": {"c1": note}}}}
        judge.write_text(json.dumps({"task": "t-0", "judgement": opinion}))
        keys.write_text(
            json.dumps({"task": "t-1", "judgement": {"responses": {"r1": {"verdicts": {"c1": "met"}}}}})
        )
        leads_desk.seal(lab, batch, judge, "model-x")
        leads_desk.gold(lab, batch, keys)

    team = new_team(tmp_path, FixedClock(), plan=NOTHING, prepare=prepare, places=places())
    with team.lab, serving(team.lab):
        ada, bo = team.enrol("ada", "bo")
        items = ada.pull()
        sealed = {
            json.loads(payload_of(i["document"]))["task"]: i["document"]
            for i in items
            if i["kind"] == "sealed"
        }
        assert sorted(sealed) == ["t-0", "t-1", "t-2"]
        assert len({len(json.loads(payload_of(d))["ciphertext"]) for d in sealed.values()}) == 1
        assert SECRET not in json.dumps([payload_of(i["document"]).decode() for i in items if i["document"]])
        bo.pull()
        b0 = grade(bo, "t-0", "met")
        assert openings(ada, b0) == {"unknown": [b0], "openings": []}
        a0 = grade(ada, "t-0", "met")
        found = openings(ada, a0)["openings"]
        assert openings(ada, a0)["openings"] == found
        assert SECRET in opened(sealed["t-0"], found[0]).opinions[0].judgement.model_dump_json()
        assert openings(bo, b0)["openings"] != found
        a2 = grade(ada, "t-2", "met")
        assert opened(sealed["t-2"], openings(ada, a2)["openings"][0]).opinions == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("GET", "/v1/review-feed", None), ("POST", "/v1/decisions", {"documents": [{}]})],
)
def test_an_expert_reaches_no_call_of_leads(
    tmp_path: Path, places: Places, method: str, path: str, body: Any
) -> None:
    team = new_team(tmp_path, FixedClock(), places=places())
    with team.lab, serving(team.lab):
        (ada,) = team.enrol("ada")
        reply = ada.call(method, path, json=body)
        assert (reply.status_code, reply.json()["code"]) == (403, "role.lead")


def test_a_lead_reaches_nothing_of_another_team(tmp_path: Path, places: Places) -> None:
    team = new_team(tmp_path, FixedClock(), plan=Plan(100, "s"), places=places())
    teams.make(team.lab, "lungs")
    teams.add(team.lab, "lungs", leads=["lou"], experts=["cy"])
    with team.lab, serving(team.lab):
        ada, bo, lea, lou, cy = team.enrol("ada", "bo", "lea", "lou", "cy")
        task = pulled(ada, bo)
        a1, b1 = grade(ada, task, "met"), grade(bo, task, "met")
        lea.pull()
        own = grade(lea, task, "met")
        openings(lea, own)
        assert any(i["kind"] == "review.result" for i in review_feed(lea))
        assert review_feed(lou) == []
        assert not any(i["kind"] in ("sealed", "batch.assigned") for i in lou.pull())
        lou.tasks, lou.batches = ada.tasks, ada.batches
        assert post(lou, "/v1/decisions", decision(lou, task, [a1, b1]))[0]["code"] == "decision.task"
        assert openings(lou, own)["openings"] == []
        for pack in (p["sha256"] for a in lea.given.values() for p in a["packs"]):
            assert lou.call("GET", f"/v1/blobs/{pack}").status_code == 404
            assert cy.call("GET", f"/v1/blobs/{pack}").status_code == 404
        rosters = [json.loads(payload_of(i["document"])) for i in all_items(lou) if i["kind"] == "roster"]
        assert {m["expert"] for m in rosters[-1]["members"]} == {team.ids["cy"]}
        assert not any(m["expert"] == team.ids["ada"] for r in rosters for m in r["members"])
        with team.lab.database.reading() as connection:
            assert read_cases(connection, team.lab, lou.expert, 0, 100) == []


def test_letters_of_others_and_nonsense_are_refused_each_by_itself(tmp_path: Path, places: Places) -> None:
    team = new_team(tmp_path, FixedClock(), plan=NOTHING, places=places())
    with team.lab, serving(team.lab):
        ada, bo, lea = team.enrol("ada", "bo", "lea")
        task = pulled(ada, bo)
        a1, b1 = grade(ada, task, "met"), grade(bo, task, "met")
        review_feed(lea)
        lea.pull()
        lea.tasks = ada.tasks
        forged = json.loads(decision(lea, task, [a1]))
        forged["signature"] = json.loads(decision(lea, task, [a1, b1]))["signature"]
        override = {"response": "r1", "criterion": "c1", "value": "not_met"}
        wrong = verdicts(ada.tasks[task][0], "not_met")
        found = post(
            lea,
            "/v1/decisions",
            json.dumps(forged).encode(),
            decision(lea, task, ["0" * 64]),
            decision(lea, task, [a1], "return"),
            decision(lea, task, [a1], "adjudicate"),
            decision(lea, task, [a1], "fix", judgement=wrong, rulings=[override]),
            decision(lea, task, [a1], "fix", judgement=wrong, rulings=[{**override, "adopted": a1}]),
            decision(bo, task, [a1]),
            decision(lea, task, [a1, b1]),
        )
        codes = [one.get("code", one["status"]) for one in found]
        assert codes == [
            "signature.bad",
            "decision.over",
            "decision.reason",
            "decision.final",
            "decision.override",
            "decision.adopted",
            "signature.unknown_key",
            "stored",
        ]
        decided = found[-1]["digest"]
        bad = post(
            ada,
            "/v1/answers",
            answer(ada, task, decided, b1, "accept"),
            answer(ada, task, "0" * 64, a1, "accept"),
            answer(ada, task, decided, a1, "dispute", comment=""),
            answer(ada, task, decided, a1, "accept"),
            answer(ada, task, decided, a1, "dispute"),
        )
        assert [one.get("code", one["status"]) for one in bad] == [
            "answer.decision",
            "answer.decision",
            "answer.reason",
            "stored",
            "answer.twice",
        ]
