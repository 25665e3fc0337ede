"""What makes a team better, over the bare protocol: proposals, merges, hidden repeats, practice."""

from __future__ import annotations

import json
from pathlib import Path

from app.clock import FixedClock
from app.domain.sampling import Plan
from lab import desk, leads_desk
from tests.contract.conftest import Places
from tests.lab_server import Laptop, payload_of, serving
from tests.lead_rig import (
    NOTHING,
    Team,
    grade,
    new_team,
    post,
    proposal,
    pulled,
    review_feed,
)


def test_a_proposal_becomes_the_next_rubric_version_and_old_results_stay(
    tmp_path: Path, places: Places
) -> None:
    team = new_team(tmp_path, FixedClock(), plan=NOTHING, places=places())
    with team.lab, serving(team.lab):
        ada, bo, lea = team.enrol("ada", "bo", "lea")
        task = pulled(ada, bo)
        grade(ada, task, "met")
        edited = {"id": "c1", "text": "Names the danger, tables too", "points": 5}
        about = {"batch": team.batch, "task": task, "criterion_id": "c1"}
        broken = proposal(ada, "criterion.edit", **about, criterion={**edited, "id": "c9"})
        good = proposal(ada, "criterion.edit", **about, criterion=edited)
        found = post(ada, "/v1/proposals", broken, good)
        assert [one.get("code", one["status"]) for one in found] == ["proposal.criterion", "stored"]
        assert [i["kind"] for i in review_feed(lea)] == ["review.proposal"]
        (open_,) = [p for p in leads_desk.proposals(team.lab) if p["state"] == "open"]
        done = leads_desk.merge(team.lab, team.batch, [open_["proposal"]])
        assert done.rubric_version == "2"
        assert done.regrade == ((team.ids["ada"], task),)
        old = bo.tasks[task]
        late = bo.result(task, value="met")
        items = bo.pull()
        assert [i["kind"] for i in items] == ["batch.revised", "batch.assigned"]
        assert bo.tasks[task][0]["rubric"]["criteria"][0]["text"] == edited["text"]
        assert bo.tasks[task][1] != old[1]
        assert bo.batches[team.batch][0]["notes"][0]["text"] == "Say what counts."
        assert bo.send(late)[0]["status"] == "stored"
        rows = list(leads_desk.rater_rows(team.lab))
        assert {row["rubric_version"] for row in rows} == {"1"}
        assert desk.export(team.lab, "jsonl", tmp_path / "all.jsonl").count == 2


def test_repeats_look_like_tasks_and_are_told_at_the_end(tmp_path: Path, places: Places) -> None:
    team = new_team(tmp_path, FixedClock(), plan=NOTHING, places=places())
    assert leads_desk.plant(team.lab, team.batch, 100) == {team.ids["ada"]: 3, team.ids["bo"]: 3}
    assert leads_desk.plant(team.lab, team.batch, 100) == {}
    with team.lab, serving(team.lab):
        ada, bo = team.enrol("ada", "bo")
        items = ada.pull()
        bo.pull()
        assert len(ada.tasks) == 6
        assert not any(word in json.dumps(items) for word in ("repeat", '"of"'))
        assert set(ada.tasks) & set(bo.tasks) == {"t-0", "t-1", "t-2"}
        for name in sorted(ada.tasks):
            assert not any(i["kind"] == "repeats" for i in ada.pull())
            grade(ada, name, "met")
        (told,) = [i for i in ada.pull() if i["kind"] == "repeats"]
        pairs = json.loads(payload_of(told["document"]))["pairs"]
        assert sorted(p["of"] for p in pairs) == ["t-0", "t-1", "t-2"]
        orders = [shown(ada, p["task"]) != shown(ada, p["of"]) for p in pairs]
        assert orders == [True, True, True]
        assert {row["task"] for row in leads_desk.rater_rows(team.lab)} == {"t-0", "t-1", "t-2"}


def shown(laptop: Laptop, task: str) -> tuple[str, ...]:
    from app.domain.codec import task_from_json
    from app.domain.order import shown_order

    seed = next(a["seed"] for a in laptop.given.values() if task in a["tasks"])
    return shown_order(task_from_json(laptop.tasks[task][0]), seed, blind=True)


def test_practice_first_then_work(tmp_path: Path, places: Places) -> None:
    team = new_team(tmp_path, FixedClock(), plan=NOTHING, places=places())
    keys = tmp_path / "keys.jsonl"
    right = {"responses": {"r1": {"verdicts": {"c1": {"value": "met", "comment": "It does."}}}}}
    keys.write_text("".join(json.dumps({"task": f"t-{n}", "judgement": right}) + "\n" for n in range(2)))
    work = desk.import_batch(team.lab, "auto", tmp_path / "tasks.jsonl").batch
    leads_desk.gold(team.lab, team.batch, keys, pass_mark=0.5, before=(work,))
    with team.lab, serving(team.lab):
        ada, bo = team.enrol("ada", "bo")
        (told,) = [i for i in ada.pull() if i["kind"] == "calibration"]
        document = json.loads(payload_of(told["document"]))
        assert (document["pass_mark"], len(document["answers"])) == (0.5, 2)
        bo.pull()
        grade(ada, "t-0", "met"), grade(ada, "t-1", "met")
        grade(bo, "t-0", "not_met"), grade(bo, "t-1", "not_met")
        assert dict(desk.assign(team.lab, work, ["ada", "bo"]).tasks) == {team.ids["ada"]: 3}
        headers = {"Idempotency-Key": "k"}
        reply = bo.call("POST", "/v1/claims", json={"tasks": 3, "skills": []}, headers=headers)
        assert reply.json()["tasks"] == 0
        missed = {(r["expert"], r["task"]): r["missed"] for r in leads_desk.gold_rows(team.lab)}
        assert missed[team.ids["bo"], "t-0"] == 1
        assert missed[team.ids["ada"], "t-0"] == 0


def test_a_merge_reaches_a_second_grade_that_is_under_way(tmp_path: Path, places: Places) -> None:
    team = new_team(tmp_path, FixedClock(), plan=Plan(100, "s"), places=places())
    with team.lab, serving(team.lab):
        ada, bo, lea = team.enrol("ada", "bo", "lea")
        task = pulled(ada, bo)
        grade(ada, task, "met"), grade(bo, task, "met")
        lea.pull()
        old = lea.tasks[task]
        late = lea.result(task, value="met")
        edited = {"id": "c1", "text": "Tables too", "points": 5}
        about = {"batch": team.batch, "task": task, "criterion_id": "c1"}
        post(ada, "/v1/proposals", proposal(ada, "criterion.edit", **about, criterion=edited))
        leads_desk.merge(team.lab, team.batch, [p["proposal"] for p in leads_desk.proposals(team.lab)])
        lea.pull()
        assert lea.tasks[task][1] != old[1]
        assert lea.tasks[task][1] == _after(team, ada, task)
        assert lea.send(late)[0]["status"] == "stored"


def _after(team: Team, laptop: Laptop, task: str) -> str:
    laptop.pull()
    return laptop.tasks[task][1]
