"""Each format's records become the tasks that they describe, with the source's ids, or are named."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest
from format_files import APEX_RUBRIC, HEALTH, PR, lines, reasons, taken

from app.domain.codec import task_from_json
from app.errors import InputError
from app.formats import registry


def test_healthbench_keeps_ids_conversation_points_tags_and_canary(tmp_path: Path) -> None:
    bare = {**HEALTH, "prompt_id": "aa-2", "ideal_completions_data": None}
    answered = {**HEALTH, "prompt_id": "aa-3", "completion": "Press on it and go."}
    reading, found = taken(lines(tmp_path / "h.jsonl", HEALTH, bare, answered))

    assert (reading.format, str(reading.policy), reading.field) == (
        "healthbench",
        "healthbench 1",
        "medicine",
    )
    first, third = (f.task for f in found)
    assert first["id"] == "aa-1"
    assert first["title"] == "Deep, I see something white. What now?"
    assert [t["role"] for t in first["prompt"]] == ["user", "assistant", "user"]
    assert [(r["id"], r["text"]) for r in first["responses"]] == [("r1", "Go now."), ("r2", "Wait a day.")]
    assert [(c["id"], c["points"]) for c in first["rubric"]["criteria"]] == [
        ("c1", 9),
        ("c2", -8),
        ("c3", 1.5),
    ]
    assert first["tags"] == ["theme:emergency"]
    assert first["canary"] == "canary-7"
    assert [r["text"] for r in third["responses"]] == ["Press on it and go."]
    assert list(reasons(reading)) == [2]
    assert "no response" in reasons(reading)[2]
    assert any("ideal" in loss for loss in reading.losses)


def test_answers_from_a_second_file_replace_stand_ins(tmp_path: Path) -> None:
    bare = {**HEALTH, "prompt_id": "aa-2", "ideal_completions_data": None}
    given = lines(
        tmp_path / "a.jsonl",
        {"prompt_id": "aa-1", "responses": ["one", {"text": "two", "model": "m2"}]},
        {"id": "aa-2", "response": "three", "model": "m3"},
    )
    reading, found = taken(lines(tmp_path / "h.jsonl", HEALTH, bare), answers=given)
    assert [[r["text"] for r in f.task["responses"]] for f in found] == [["one", "two"], ["three"]]
    assert found[0].task["reference"] == "Go now."
    assert [f.models for f in found] == [{"r2": "m2"}, {"r1": "m3"}]
    assert not any("stand as responses" in loss for loss in reading.losses)
    assert "m3" not in json.dumps(found[1].task)


@pytest.mark.parametrize("line", [{"responses": ["x"]}, {"id": "aa-1"}, ["aa-1", "x"]])
def test_a_second_file_that_cannot_be_used_is_refused_with_its_line(tmp_path: Path, line: object) -> None:
    given = lines(tmp_path / "a.jsonl", {"id": "aa-1", "response": "x"}, line)
    with pytest.raises(InputError) as caught:
        taken(lines(tmp_path / "h.jsonl", HEALTH), answers=given)
    assert caught.value.code == "answers.line"
    assert caught.value.where == "a.jsonl:2"


def test_prbench_takes_the_named_weight_and_grades_the_final_turn(tmp_path: Path) -> None:
    answered = {**PR, "task": "pr-2", "response_1": "Write to them.", "model_1": "m9"}
    reading, found = taken(lines(tmp_path / "p.jsonl", PR, answered))
    assert (reading.format, str(reading.policy), reading.field) == ("prbench", "prbench_norm 1", "law")
    task = found[0].task
    assert [(t["role"], t["text"]) for t in task["prompt"]] == [
        ("user", "May I end my lease early?"),
        ("assistant", "Which country?"),
        ("user", "A lease of 2024.\n\nIreland."),
    ]
    assert [(c["id"], c["points"]) for c in task["rubric"]["criteria"]] == [("k-1", 10), ("k-2", -6)]
    assert task["rubric"]["criteria"][0]["help"] == "The main rule."
    assert [r["text"] for r in task["responses"]] == ["Notice must be in writing."]
    assert [r["text"] for r in found[1].task["responses"]] == ["Write to them."]
    assert found[1].task["reference"] == "Notice must be in writing."
    assert found[1].models == {"r1": "m9"}


def test_apex_from_a_table_and_from_json_lines(tmp_path: Path) -> None:
    row = {
        "Task ID": "7",
        "Domain": "Finance",
        "Prompt": "What is the ratio?",
        "Rubric JSON": json.dumps(APEX_RUBRIC),
        "Response A": "3",
        "Response B": "It is 3, since 6/2.",
    }
    table = tmp_path / "apex.csv"
    with table.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(row))
        writer.writeheader()
        writer.writerow(row)
        writer.writerow({**row, "Task ID": "8", "Rubric JSON": "[{"})
    reading, found = taken(table)
    assert (reading.format, str(reading.policy)) == ("apex", "apex_v1 1")
    task = task_from_json(found[0].task)
    assert [c.id for c in task.rubric.criteria] == ["criterion 1", "criterion 2"]
    assert task.rubric.criteria[1].depends_on == ("criterion 1",)
    assert [r.text for r in task.responses] == ["3", "It is 3, since 6/2."]
    assert "no valid JSON" in reasons(reading)[3]
    assert any("dependency" in loss for loss in reading.losses)

    merged = {name: body for part in APEX_RUBRIC for name, body in part.items()}
    record = {"task_id": 7, "prompt": "What?", "rubric_json": merged, "response": "3"}
    reading, found = taken(lines(tmp_path / "apex.jsonl", record))
    assert reading.format == "apex"
    assert found[0].task["id"] == "7"


def test_own_task_lines_come_through_field_by_field(tmp_path: Path) -> None:
    line = {
        "v": 1,
        "id": "own-1",
        "prompt": [{"role": "user", "text": "Why?"}],
        "responses": [{"id": "a", "text": "Because.\r\n"}],
        "rubric": {"version": "3", "criteria": [{"id": "k", "text": "x", "kind": "count", "points": -0.5}]},
        "mark_of_the_lab": {"kept": True},
    }
    bad = {**line, "id": "own-2", "responses": line["responses"] * 2}  # type: ignore[operator]
    newer = {**line, "id": "own-3", "v": 2}
    reading, found = taken(lines(tmp_path / "o.jsonl", line, bad, newer))
    assert reading.format == "jsonl"
    assert found[0].task == {**line, "title": "Why?"}
    assert set(reasons(reading)) == {2, 3}


@pytest.mark.parametrize(
    ("record", "texts", "criteria"),
    [
        ({"prompt": "Q", "response": "A", "rubric": ["good", {"text": "bad", "points": -2}]}, ["A"], [1, -2]),
        (
            {"prompt": "Q", "responses": ["A", "B"], "rubric": "+3 right\n- [-1.5] rude\n\nclear"},
            ["A", "B"],
            [3, -1.5, 1],
        ),
        (
            {
                "prompt": "Q",
                "response_a": "A",
                "response_b": "B",
                "rubric": [{"criterion": "x", "weight": 4}],
            },
            ["A", "B"],
            [4],
        ),
        (
            {
                "prompt": [{"role": "user", "content": "Q"}],
                "answer_a": "A",
                "answer_b": "B",
                "criteria": ["x"],
            },
            ["A", "B"],
            [1],
        ),
        (
            {"prompt": "Q", "responses": {"m1": "A", "m2": "B"}, "rubric": {"criteria": ["x"]}},
            ["A", "B"],
            [1],
        ),
    ],
)
def test_simple_records(tmp_path: Path, record: object, texts: list[str], criteria: list[float]) -> None:
    reading, found = taken(lines(tmp_path / "s.jsonl", record))
    assert reading.format == "jsonl"
    assert found[0].task["id"] == "t1"
    assert [r["text"] for r in found[0].task["responses"]] == texts
    assert [c["points"] for c in found[0].task["rubric"]["criteria"]] == criteria


def test_ids_are_the_sources_or_in_file_order_and_doubles_are_told_apart(tmp_path: Path) -> None:
    def record(answer: str, **more: object) -> dict[str, object]:
        return {"prompt": "Q", "response": answer, "rubric": ["x"], **more}

    path = lines(
        tmp_path / "d.jsonl",
        record("1", id="k"),
        record("2", id="k"),
        record("1", id="k"),
        record("3"),
        record("4", id="bad\nid"),
        record("5", id=12),
        record("6", id="k-2"),
    )
    reading, found = taken(path)
    assert [f.task["id"] for f in found] == ["k", "k-2", "t4", "t5", "12", "k-2-2"]
    assert reasons(reading) == {3: "it is the same as line 1"}
    assert any("one id" in loss for loss in reading.losses)
    _, some = taken(path, limit=2)
    assert len(some) == 2


def test_more_than_nine_responses_are_named(tmp_path: Path) -> None:
    reading, found = taken(
        lines(tmp_path / "n.jsonl", {"prompt": "Q", "responses": list("abcdefghijk"), "rubric": ["x"]})
    )
    assert len(found[0].task["responses"]) == 9
    assert reading.losses == ["responses after the ninth (2)"]


def test_a_table_with_several_responses_and_lines_in_cells(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(
        "\ufeffID;Prompt;Response_A;Response_B;Rubric\r\n"
        'x1;"Two\r\nlines";"1. a\n2. b";B;"5 | right\n-2 | wrong"\r\n'
        "x2;Q;;;\r\n"
        "x3;Q;A\r\n".encode()
    )
    reading, found = taken(path)
    assert reading.format == "csv"
    assert found[0].task["prompt"][0]["text"] == "Two\r\nlines"
    assert found[0].task["responses"][0]["text"] == "1. a\n2. b"
    assert [c["points"] for c in found[0].task["rubric"]["criteria"]] == [5, -2]
    assert list(reasons(reading)) == [6, 7]
    assert "3 cells under 5" in reasons(reading)[7]


def test_code_stands_whole_in_a_fence_longer_than_any_within(tmp_path: Path) -> None:
    path = tmp_path / "he.jsonl.gz"
    records = [
        {
            "task_id": "HumanEval/0",
            "prompt": "def f(x):\n",
            "canonical_solution": "    return 1\n",
            "entry_point": "f",
            "test": "t",
        },
        {"task_id": "CPP/1", "prompt": "int g(){\n", "generation": "  // ````\n}", "declaration": "int g(){"},
        {"task_id": "HumanEval/0", "completion": "    return 2"},
    ]
    path.write_bytes(gzip.compress("".join(json.dumps(r) + "\n" for r in records).encode()))
    reading, found = taken(path)
    assert reading.format == "humaneval"
    texts = [f.task["responses"][0]["text"] for f in found]
    assert texts[0] == "```python\ndef f(x):\n    return 1\n```"
    assert texts[1] == "`````cpp\nint g(){\n  // ````\n}\n`````"
    assert [f.task["title"] for f in found] == ["f", "g", "HumanEval/0"]
    assert [f.task["id"] for f in found] == ["HumanEval/0", "CPP/1", "HumanEval/0-2"]
    assert found[2].task["prompt"][0]["role"] == "system"


def test_patches_and_trajectories(tmp_path: Path) -> None:
    patch = {"instance_id": "a__b-1", "model_name_or_path": "m", "model_patch": "--- a\n+++ b\n"}
    reading, found = taken(
        lines(tmp_path / "s.jsonl", patch, {**patch, "instance_id": "a__b-2", "model_patch": ""})
    )
    assert reading.format == "swe"
    assert found[0].task["title"] == "a__b-1"
    assert found[0].models == {"r1": "m"}
    assert list(reasons(reading)) == [2]

    traj = {
        "trajectory": [{"thought": "Look.", "action": "ls", "observation": "x\r\n"}],
        "info": {"submission": "diff\n"},
        "replay_config": {"problem_statement": {"text": "It breaks.", "id": "c__d-3"}},
    }
    path = tmp_path / "one.traj"
    path.write_text(json.dumps(traj, indent=2), encoding="utf-8")
    reading, found = taken(path)
    assert found[0].task["id"] == "c__d-3"
    text = found[0].task["responses"][0]["text"]
    assert text.startswith("## Step 1\n\nLook.\n\n```bash\nls\n```\n\n```text\nx\r\n```")
    assert text.endswith("## Patch\n\n```diff\ndiff\n```")


@pytest.mark.parametrize(
    ("record", "answer", "axis"),
    [
        (
            {
                "uid": "u",
                "model": "m",
                "messages": [
                    {"role": "user", "content": "Hi"},
                    {"role": "assistant", "content": {"answer": "Ho"}},
                ],
            },
            "Ho",
            "axis:completeness",
        ),
        (
            {"question": "Show that $1$", "problem_idx": "P1", "model_prediction": {"proof": "Clear."}},
            "Clear.",
            "axis:accuracy",
        ),
        (
            {"session_id": "s", "model_test": "m", "model_output": "```js\n1\n```"},
            "```js\n1\n```",
            "axis:correctness",
        ),
        (
            {"model": "m", "text": "The court and the statute: the plaintiff wins."},
            "The court and the statute: the plaintiff wins.",
            "axis:completeness",
        ),
        ({"Question": "Q", "Free_form_answer": "A"}, "A", "axis:completeness"),
    ],
)
def test_bare_answers_get_a_rubric_of_ours(tmp_path: Path, record: object, answer: str, axis: str) -> None:
    reading, found = taken(lines(tmp_path / "b.jsonl", record))
    assert reading.format == "answers"
    task = task_from_json(found[0].task)
    assert [r.text for r in task.responses] == [answer]
    assert task.rubric.criteria[0].tags == (axis,)
    assert task.rubric.version == "assay-default-1"
    assert 5 <= len(task.rubric.criteria) <= 6
    assert any(c.negative for c in task.rubric.criteria)


def test_grading_notes_stand_beside_our_criteria(tmp_path: Path) -> None:
    path = tmp_path / "proofs.csv"
    path.write_text(
        'Problem ID,Problem,Solution,Grading guidelines\nP1,"Prove it, please.",By 1.,Partial: 1\n',
        encoding="utf-8",
    )
    reading, found = taken(path)
    assert reading.field == "maths"
    assert found[0].task["id"] == "P1"
    assert found[0].task["rubric"]["criteria"][0]["help"] == "Partial: 1"


def test_the_listing_says_what_reads_and_what_writes() -> None:
    listing = {entry["name"]: entry for entry in registry.listing()}
    assert {n for n, e in listing.items() if not e["writes"]} == {"sample", "answers", "legalbench"}
    assert {n for n, e in listing.items() if not e["reads"]} == {"results"}
    assert all(("not tried on a real file" in str(e["description"])) != e["tried"] for e in listing.values())
    assert all(entry["description"] for entry in listing.values())
    with pytest.raises(InputError) as caught:
        registry.get("xml")
    assert "healthbench" in caught.value.hint


def test_titles_are_short_and_hold_no_control_characters(tmp_path: Path) -> None:
    prompts = ["# **Heading** of\tit\x00 all", "字" * 200, "word " * 40, "\u202eevil \u2066text"]
    _, found = taken(
        lines(tmp_path / "t.jsonl", *({"prompt": p, "response": "A", "rubric": ["x"]} for p in prompts))
    )
    titles = [f.task["title"] for f in found]
    assert titles[0] == "Heading of it all"
    assert all(len(t) <= 60 and t.isprintable() for t in titles)
    assert titles[2].endswith("word…")


def test_a_weight_past_what_a_task_line_can_hold_is_named(tmp_path: Path) -> None:
    weighty = json.loads(json.dumps(PR))
    weighty["rubric"][1]["annotations"]["detrimental_weight"] = float(2**53 + 2)
    reading, found = taken(lines(tmp_path / "pr.jsonl", PR, weighty))
    assert len(found) == 1
    assert [(s.line, s.reason) for s in reading.skipped] == [(2, "the weight of criterion 2 is too large")]


def test_flattened_records_of_argilla_are_read_without_what_was_answered(tmp_path: Path) -> None:
    """As `records.to_list(flatten=True)` gives them: a question's answers and suggestions stand beside the fields."""
    told = {
        "quality.responses": [4],
        "quality.responses.users": ["u1"],
        "quality.responses.status": ["submitted"],
    }
    told |= {
        "quality.suggestion": 3,
        "quality.suggestion.score": 0.5,
        "quality.suggestion.agent": "judge-model",
    }
    record = {"id": "r1", "_server_id": "a1", "prompt": "What is the dose?", "response": "300 mg.", **told}
    path = tmp_path / "records.json"
    path.write_text(json.dumps([record]), encoding="utf-8")
    (found,) = registry.read("auto", path)
    assert (found.task["id"], found.task["responses"][0]["text"]) == ("r1", "300 mg.")
    assert "quality" not in json.dumps(found.task)
    assert "judge-model" not in json.dumps(found.task)
