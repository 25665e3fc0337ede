"""What writers write can be read again with nothing but the standard library, and what they lose is said."""

from __future__ import annotations

import csv
import hashlib
import io
import json

from app.domain.batch import PolicyRef
from app.domain.codec import task_from_json
from app.domain.ids import CriterionId
from app.domain.scoring import score
from app.formats import registry
from app.formats.base import Graded

TASK = task_from_json(
    {
        "id": "aa-1",
        "title": "=1+1",
        "prompt": [{"role": "user", "text": "Why?"}],
        "responses": [{"id": "r1", "text": "Because é."}, {"id": "r2", "text": "No."}],
        "rubric": {
            "criteria": [
                {"id": "g", "text": "Group", "kind": "group"},
                {"id": "c1", "text": "right", "points": 5, "tags": ["axis:accuracy"], "parent": "g"},
                {"id": "c2", "text": "rude", "points": -2},
                {"id": "c3", "text": "full", "kind": "ternary", "points": 0.5},
                {"id": "c4", "text": "slips", "kind": "count", "points": -1},
            ]
        },
        "tags": ["theme:x"],
    }
)
VERDICTS = {"c1": "met", "c2": "not_met", "c3": "partly", "c4": 2}
JUDGEMENT = {
    "responses": {
        "r1": {
            "verdicts": {
                "c1": {"value": "met", "comment": "-yes", "confidence": "high"},
                **{k: v for k, v in VERDICTS.items() if k != "c1"},
            },
            "comment": "fine",
        }
    }
}


def graded(document: bytes = b"") -> Graded:
    values = {CriterionId(k): v for k, v in VERDICTS.items()}
    return Graded(
        task=TASK,
        judgement=JUDGEMENT,
        expert="e-7",
        scores={"r1": score(PolicyRef("healthbench"), TASK.rubric, values)},
        batch="b1",
        result="res-1",
        revision=2,
        submitted="2026-01-02T03:04:05Z",
        document=document,
    )


def written(name: str, *items: Graded) -> tuple[bytes, list[str]]:
    out = io.BytesIO()
    losses = registry.write(name, items, out).losses
    return out.getvalue(), losses


def test_healthbench_grades_have_the_fields_of_the_benchmark() -> None:
    data, losses = written("healthbench", graded())
    first, second = (json.loads(line) for line in data.splitlines())
    assert first["prompt_id"] == "aa-1"
    assert first["completion_id"] == hashlib.sha256("aa-1Because é.".encode()).hexdigest()
    assert first["rater"] == "e-7"
    assert first["prompt"] == [{"role": "user", "content": "Why?"}]
    assert first["completion"] == [{"role": "assistant", "content": "Because é."}]
    items = {item["criterion"]: item for item in first["rubric_items"]}
    assert {name: item["criteria_met"] for name, item in items.items()} == {
        "right": True,
        "rude": False,
        "full": False,
        "slips": None,
    }
    assert items["right"]["explanation"] == "-yes"
    assert items["right"]["tags"] == ["axis:accuracy"]
    assert first["score"] == score(PolicyRef("healthbench"), TASK.rubric, VERDICTS).value  # type: ignore[arg-type]
    assert second["score"] is None
    assert [item["criteria_met"] for item in second["rubric_items"]] == [None] * 4
    assert any("partly" in loss for loss in losses)
    assert any("confidence" in loss for loss in losses)
    assert any("neither" in loss for loss in losses)


def test_json_lines_hold_the_judgement_as_it_is() -> None:
    data, losses = written("jsonl", graded())
    line = json.loads(data)
    assert line["judgement"] == JUDGEMENT
    assert (line["task"], line["result"], line["revision"], line["expert"]) == ("aa-1", "res-1", 2, "e-7")
    assert line["scores"]["r1"]["policy"] == "healthbench 1"
    assert losses == []


def test_a_table_has_a_row_a_verdict_and_no_cell_that_runs() -> None:
    data, losses = written("csv", graded())
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert len(rows) == 8
    assert rows[0]["title"] == "'=1+1"
    assert rows[0]["comment"] == "'-yes"
    assert [(r["criterion"], r["points"], r["value"]) for r in rows[:4]] == [
        ("c1", "5", "met"),
        ("c2", "-2", "not_met"),
        ("c3", "0.5", "partly"),
        ("c4", "-1", "2"),
    ]
    assert rows[0]["confidence"] == "high"
    assert all(not r["value"] for r in rows[4:])
    assert any("spreadsheet" in loss for loss in losses)


def test_results_are_the_signed_bytes_one_a_line() -> None:
    data, losses = written("results", graded(b'{"payload":"x"}\n'), graded())
    assert data == b'{"payload":"x"}\n'
    assert losses == ["a result without a signature (1)"]
