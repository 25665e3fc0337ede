"""Judgements that are no criteria at the lab: drawn, decided place by place, refused where they are none, exported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.clock import FixedClock
from app.domain.sampling import Plan
from lab import desk
from tests.contract.conftest import Places
from tests.lab_server import serving
from tests.lead_home import compared_task, preferred
from tests.lead_rig import answer, decision, digest_of, grade, new_team, openings, post, pulled

PLAN = Plan(0, "s", too_fast=False)
OVERALL, ACCURACY = "/preference/overall/value", "/responses/r2/ratings/accuracy/value"


def asked(*panels: str, tasks: int = 2) -> list[dict[str, Any]]:
    return [compared_task(*panels, number=n) for n in range(1, tasks + 1)]


def exported(lab: desk.Lab, folder: Path) -> dict[str, dict[str, Any]]:
    out = folder / "tasks.out"
    desk.export(lab, "aggregated", out)
    return {row["task"]: row for row in map(json.loads, out.read_text().splitlines())}


def test_preferences_and_ratings_from_overlap_to_an_adjudicated_export(
    tmp_path: Path, places: Places
) -> None:
    team = new_team(tmp_path, FixedClock(), plan=PLAN, tasks=asked("preference", "ratings"), places=places())
    with team.lab, serving(team.lab):
        ada, bo, lea = team.enrol("ada", "bo", "lea")
        task = pulled(ada, bo)
        same = sorted(ada.tasks)[1]
        a1 = grade(ada, task, judgement=preferred(-2))
        b1 = grade(bo, task, judgement=preferred(2, r2=5))
        for one in (ada, bo):
            grade(one, same, judgement=preferred(1))
        lea.pull()
        assert list(lea.tasks) == [task], "drawn where the sides of the preference differ"
        own = grade(lea, task, judgement=preferred(-2))
        assert openings(lea, own)["openings"]
        assert exported(team.lab, tmp_path)[task]["standing"] == "unresolved"

        final = {
            "responses": {r: {"ratings": {"accuracy": {"value": 4}}} for r in ("r1", "r2")},
            "preference": {"overall": {"value": -2}, "tone": {"value": 0}},
        }
        adopted = {"path": OVERALL, "value": -2, "adopted": a1}
        override = {"path": ACCURACY, "value": 4, "error_class": "slip", "reason": "The dose is right."}

        def decide(*rulings: dict[str, Any], judgement: Any = final) -> Any:
            made = decision(
                lea, task, [a1, b1, own], "adjudicate", rulings=list(rulings), judgement=judgement
            )
            return post(lea, "/v1/decisions", made)[0], digest_of(made)

        for wrong, code in (
            ({**adopted, "adopted": b1}, "decision.adopted"),
            ({**adopted, "path": "/preference/none/value"}, "decision.place"),
            ({**override, "value": 9}, "judgement.value"),
            ({**override, "reason": ""}, "decision.override"),
            ({**adopted, "response": "r1", "criterion": "c1"}, "document.schema"),
            ({"value": "met"}, "document.schema"),
        ):
            outcome, _ = decide(wrong)
            assert (outcome["status"], outcome["code"]) == ("rejected", code), wrong
        outcome, _ = decide(adopted, override, judgement={**final, "ranking": {"places": {"r1": 1}}})
        assert outcome["status"] == "rejected", "a final judgement of what is not asked"

        outcome, made = decide(adopted, override)
        assert outcome["status"] == "stored", outcome
        row = exported(team.lab, tmp_path)[task]
        assert (row["standing"], row["final"]) == ("adjudicated", final)
        assert [r["path"] for r in row["decisions"][0]["rulings"]] == [OVERALL, ACCURACY]
        other = exported(team.lab, tmp_path)[same]
        assert other["standing"] == "unanimous"
        assert other["final"]["preference"] == {"overall": {"value": 1}, "tone": {"value": 0}}

        reason = {"path": OVERALL, "text": "B gives the dose."}
        dispute = answer(bo, task, made, b1, "dispute", reasons=[reason], comment="")
        assert post(bo, "/v1/answers", dispute)[0]["status"] == "stored"
        assert exported(team.lab, tmp_path)[task]["standing"] == "unresolved"


def test_what_is_adopted_whole_must_be_what_its_grader_made(tmp_path: Path, places: Places) -> None:
    team = new_team(
        tmp_path, FixedClock(), plan=Plan(100, "s"), tasks=asked("spans", "ideal", tasks=1), places=places()
    )
    span = {"id": "s1", "start": 2, "end": 8, "quote": "Answer", "label": "wrong"}
    with team.lab, serving(team.lab):
        ada, bo, lea = team.enrol("ada", "bo", "lea")
        task = pulled(ada, bo)
        a1 = grade(ada, task, judgement={"ideal": {"text": "Call for help."}})
        marked = {"ideal": {"text": "Wait."}, "responses": {"r1": {"spans": [span]}}}
        b1 = grade(bo, task, judgement=marked)
        lea.pull()
        assert openings(lea, grade(lea, task, judgement={"ideal": {"text": "Call."}}))["openings"]
        rulings = [{"path": "/responses/r1/spans", "adopted": b1}, {"path": "/ideal/text", "adopted": a1}]

        def decide(judgement: Any, rulings: Any = rulings) -> Any:
            made = decision(lea, task, [a1, b1], "adjudicate", rulings=rulings, judgement=judgement)
            return post(lea, "/v1/decisions", made)[0]

        mixed = {"responses": {"r1": {"spans": [span]}}, "ideal": {"text": "Call for help."}}
        assert decide(marked)["code"] == "decision.adopted"
        own = [{"path": "/ideal/text", "error_class": "slip", "reason": "Better so."}]
        assert decide(mixed, own)["code"] == "decision.override"
        assert decide({**mixed, "responses": {"r1": {"spans": [{**span, "quote": "answer"}]}}})["code"]
        assert decide(mixed)["status"] == "stored"
        assert exported(team.lab, tmp_path)[task]["final"] == mixed
