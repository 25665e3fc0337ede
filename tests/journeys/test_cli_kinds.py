"""`assay show` and `assay grade` on every kind of judgement: the sample's key goes in, the signed result says it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.formats import samples
from tests.command_line import Program

KINDS = (
    "preference-triage",
    "ranking-clauses",
    "ratings-explanations",
    "steps-dosing",
    "safety-calls",
    "ideal-discharge",
)


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_is_shown_graded_and_submitted_by_the_command_line(name: str, tmp_path: Path) -> None:
    assay = Program(tmp_path / "home", secrets=tmp_path)
    path = samples.sample(name).path
    assay.json("import", "sample", path)
    key = samples.key(path)
    for task, judgement in key.items():
        shown = assay.json("show", task)
        assert shown["task"]["panels"] == [name.split("-", maxsplit=1)[0]]
        assert shown["task"]["questions"][name.split("-", maxsplit=1)[0]] is not None
        document = tmp_path / f"{task}.json"
        document.write_text(json.dumps(judgement), encoding="utf-8")
        assay.json("grade", task, "--from", document)
        assay.json("submit", task)
        assert leaves(assay.json("show", task)["review"]["judgement"]) == leaves(judgement)
    rows = assay.json("tasks")
    assert all(0 < row["answered"] <= row["total"] for row in rows), "steps end at the first error"


@pytest.mark.parametrize(
    ("name", "task", "judgement"),
    [
        ("ranking-clauses", "rc-01-late-delivery", {"ranking": {"places": {"r1": 1, "r2": 3}}}),
        ("ratings-explanations", "re-01-default-list", {"responses": {"r1": {"ratings": {"clarity": 7}}}}),
        ("steps-dosing", "sd-01-gentamicin", {"responses": {"r1": {"steps": {"1": 2}}}}),
        ("preference-triage", "pt-01-warfarin-fall", {"preference": {"overall": {"value": -4}}}),
        ("safety-calls", "sc-01-overdose", {"responses": {"r1": {"safety": {"call": "harmless"}}}}),
        (
            "safety-calls",
            "sc-01-overdose",
            {"responses": {"r1": {"safety": {"call": "safe", "severity": "low"}}}},
        ),
    ],
)
def test_what_is_no_answer_changes_nothing(
    name: str, task: str, judgement: dict[str, Any], tmp_path: Path
) -> None:
    assay = Program(tmp_path / "home", secrets=tmp_path)
    assay.json("import", "sample", samples.sample(name).path)
    document = tmp_path / "judgement.json"
    document.write_text(json.dumps(judgement), encoding="utf-8")
    assay.fails(3, "grade", task, "--from", document)
    assert leaves(assay.json("show", task)["review"]["judgement"]) == {}


def leaves(document: Any, at: str = "") -> dict[str, Any]:
    """Values by path; a short form counts as its long one."""
    if not isinstance(document, dict):
        return {at.removesuffix("/value"): document}
    return {k: v for key, part in document.items() for k, v in leaves(part, f"{at}/{key}").items()}
