"""File → tasks and judgements → results → file: the same records come out, and what is lost is said."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import records as own
from format_files import taken

from app.domain.codec import task_from_json
from app.domain.judgement import as_review, to_judgement
from app.formats import registry
from app.formats.base import Found, Graded
from app.wire import jsonio
from app.wire.work import check_task
from tests.shared_data import shared_data


def graded(found: list[Found]) -> list[Graded]:
    """Each judgement of the source as an expert's result: taken in as a review and written out again."""
    results = []
    for item in found:
        task, _ = check_task(jsonio.dumps(item.task), f"line {item.line}")
        for given in item.given:
            judgement = to_judgement(as_review(task, given.judgement))
            results.append(
                Graded(task, judgement, given.rater, source=item.task.get("source") or {}, models=item.models)
            )
    return results


def again(name: str, path: Path) -> tuple[bytes, list[str], list[str]]:
    """(what is written, losses of reading, losses of writing)"""
    reading, found = taken(path)
    assert reading.format == name
    assert not reading.skipped
    out = io.BytesIO()
    losses = registry.write(name, graded(found), out).losses
    return out.getvalue(), reading.losses, losses


def json_lines(data: bytes) -> list[Any]:
    return [json.loads(line) for line in data.decode().splitlines()]


def one(data: bytes) -> Any:
    return json.loads(data)


def rows(data: bytes) -> list[Any]:
    return list(csv.DictReader(io.StringIO(data.decode())))


def tabs(data: bytes) -> list[Any]:
    return [line.split("\t") for line in data.decode().splitlines()]


def file(path: Path, content: Any) -> Path:
    if isinstance(content, str):
        path.write_text(content, encoding="utf-8")
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in content), encoding="utf-8")
    else:
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
    return path


CASES: tuple[tuple[str, str, Any, Callable[[bytes], Any]], ...] = (
    ("mtbench", "a.jsonl", own.MTBENCH, json_lines),
    ("llmbar", "a.json", own.LLMBAR, one),
    ("hh_rlhf", "a.jsonl", own.HH, json_lines),
    ("trl_preference", "a.jsonl", own.TRL_PREFERENCE, json_lines),
    ("trl_unpaired", "a.jsonl", own.TRL_UNPAIRED, json_lines),
    ("trl_stepwise", "a.jsonl", own.TRL_STEPWISE, json_lines),
    ("prm800k", "a.jsonl", own.PRM800K, json_lines),
    ("helpsteer2", "a.jsonl", own.HELPSTEER2, json_lines),
    ("helpsteer2_preference", "a.jsonl", own.HELPSTEER2_PREFERENCE, json_lines),
    ("helpsteer3", "a.jsonl", own.HELPSTEER3, json_lines),
    ("helpsteer3_edit", "a.jsonl", own.HELPSTEER3_EDIT, json_lines),
    ("ultrafeedback", "a.jsonl", own.ULTRAFEEDBACK, json_lines),
    ("prometheus", "a.json", own.PROMETHEUS, one),
    ("biggen", "a.json", own.BIGGEN, one),
    ("pandalm", "a.json", own.PANDALM, one),
    ("mqm", "a.tsv", own.MQM, tabs),
    ("expertqa", "a.jsonl", own.EXPERTQA, json_lines),
    ("kqa_nli", "a.csv", own.KQA_NLI, rows),
    ("paperbench", "a.json", own.PAPERBENCH, one),
    ("profbench", "a.jsonl", own.PROFBENCH, json_lines),
    ("doccano", "a.jsonl", own.DOCCANO, json_lines),
    ("doccano", "b.jsonl", own.DOCCANO_CLASSES, json_lines),
    ("prodigy", "a.jsonl", own.PRODIGY, json_lines),
    ("prodigy", "b.jsonl", own.PRODIGY_CLASSES, json_lines),
    ("label_studio", "a.json", own.LABEL_STUDIO, own.studio),
    ("label_studio", "b.json", own.LABEL_STUDIO_PAIRS, own.studio),
    ("label_studio", "c.json", own.LABEL_STUDIO_RANKS, own.studio),
    ("label_studio", "d.json", own.LABEL_STUDIO_WORDS, own.studio),
)


@pytest.mark.parametrize(
    ("name", "file_name", "content", "parse"), CASES, ids=[f"{c[0]}-{c[1]}" for c in CASES]
)
def test_own_records_come_out_as_they_went_in(
    tmp_path: Path, name: str, file_name: str, content: Any, parse: Callable[[bytes], Any]
) -> None:
    path = file(tmp_path / file_name, content)
    data, unread, losses = again(name, path)
    assert parse(data) == parse(path.read_bytes())
    assert all("explanations of inner nodes" in loss for loss in losses)
    assert all(
        "majority_label" in loss for loss in unread if "is not carried" in loss or "models named" in loss
    )


def test_judgements_and_models_of_a_source_are_nowhere_in_its_tasks(tmp_path: Path) -> None:
    for name, file_name, content, _ in CASES:
        _, found = taken(file(tmp_path / f"{name}-{file_name}", content))
        for item in found:
            line = jsonio.dumps(item.task).decode()
            assert all(f'"{model}"' not in line for model in item.models.values()), name
            for given in item.given:
                for text in said(given.judgement):
                    assert text not in line, (name, text)


def said(judgement: Any) -> list[str]:
    """Every text that a rater wrote in a judgement; quotes are the response's own."""
    if isinstance(judgement, dict):
        return [
            text
            for key, value in judgement.items()
            for text in ([value] if key in ("comment", "justification", "reason") else said(value))
        ]
    return [text for part in judgement for text in said(part)] if isinstance(judgement, list) else []


def real(name: str, parse: Callable[[bytes], Any], path: str, *without: str) -> None:
    """A real file comes out as it went in, as a set of records, but for the fields that reading says it loses."""
    data = shared_data()
    assert data is not None
    written, _, _ = again(name, data / path)

    def pruned(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: pruned(v) for k, v in value.items() if k not in without}
        return [pruned(v) for v in value] if isinstance(value, list) else value

    def counted(content: bytes) -> Counter[str]:
        found = parse(content)
        return Counter(
            json.dumps(pruned(r), sort_keys=True)
            for r in (found.values() if isinstance(found, dict) else found)
        )

    assert counted(written) == counted((data / path).read_bytes())


REAL: tuple[tuple[Any, ...], ...] = (
    ("llmbar", one, "4-preference/llmbar_natural.json"),
    ("llmbar", one, "4-preference/llmbar_adversarial_manual.json"),
    ("hh_rlhf", json_lines, "4-preference/hh_rlhf_harmless_test_a.jsonl"),
    ("prometheus", one, "4-preference/prometheus_mt_bench_eval.json"),
    ("kqa_nli", rows, "1-medical/kqa_nli_three_physicians.csv", "majority_label"),
    (
        "expertqa",
        json_lines,
        "1-medical/expertqa_med_law_eng_a.jsonl",
        "revised_claim",
        "revised_evidence",
        "annotation_time",
        "revised_claim_string",  # older names, null throughout
        "source_reliability",
    ),
    ("doccano", json_lines, "6-tool-exports/doccano/export__sequence_labeling__example.jsonl"),
    ("doccano", json_lines, "6-tool-exports/doccano/export__text_classification__example.jsonl"),
    ("label_studio", own.studio, "6-tool-exports/label_studio/test_export_csv__csv_test2.json"),
    ("label_studio", own.studio, "6-tool-exports/label_studio/test_export_csv__csv_test_history.json"),
    (
        "label_studio",
        own.studio,
        "6-tool-exports/label_studio/tests__data_manager__tasks_annotations_predictions.json",
    ),
)


@pytest.mark.parametrize("case", REAL if shared_data() is not None else REAL[:0] or [None])
def test_real_files_come_out_as_they_went_in(case: tuple[Any, ...] | None) -> None:
    if case is None:
        assert shared_data() is None
        return
    real(*case)


def test_a_span_that_is_no_stretch_of_its_text_is_named_and_never_moved(tmp_path: Path) -> None:
    bad = [{"text": "abc", "label": [[0, 2, "X"], [2, 9, "X"], [1, 1, "X"], [None, 2, "X"]]}]
    reading, found = taken(file(tmp_path / "a.jsonl", bad))
    (given,) = found[0].given
    assert [(s["start"], s["end"]) for s in given.judgement["responses"]["r1"]["spans"]] == [(0, 2)]
    assert sum("line 1: a span from" in loss for loss in reading.losses) == 3


TEN = {"model": "x", "response": "a", "annotations": own.aspects("10", "1", "1", "1")}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ([own.ULTRAFEEDBACK[0] | {"completions": [TEN]}], "none of 1 to 5"),
        ([own.HELPSTEER2[0] | {"helpfulness": 5}], "from 0 to 4"),
        ([own.HELPSTEER3[0] | {"overall_preference": 4}], "from −3 to 3"),
        ([own.PANDALM[0] | {"annotator1": 3}], "none of 0, 1, 2"),
        ([own.PANDALM[0] | {"annotator1": [1]}], "none of 0, 1, 2"),
        ([own.LLMBAR[0] | {"label": 3}], "neither 1 nor 2"),
        ([own.LLMBAR[0] | {"label": {}}], "neither 1 nor 2"),
        ([own.TRL_STEPWISE[0] | {"labels": [True]}], "one true or false"),
        ([own.MTBENCH[0] | {"winner": "gpt"}], "none of model_a"),
    ],
)  # fmt: skip
def test_a_value_out_of_its_scale_is_named_with_its_line(tmp_path: Path, content: Any, why: str) -> None:
    reading, found = taken(file(tmp_path / "a.jsonl", content))
    assert not found
    assert [s.line for s in reading.skipped] == [1]
    assert why in reading.skipped[0].reason


def test_an_outline_becomes_groups_points_and_counts(tmp_path: Path) -> None:
    rubric = (
        "Structure\n  1. Names the parties (2 points)\n  2. States the date [0.5]\nStyle\n  - Is brief (1)\n"
        "-1 for every hallucination\n-0.5 per extraneous statement"
    )
    path = tmp_path / "law.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream)
        table.writerow(
            ["Number", "Category", "Task Type", "Task", "Prompt", "Document(s)", "Rubric", "Response"]
        )
        table.writerow(["7", "Corporate", "Drafting", "Draft", "Draft it.", "a.pdf", rubric, "Here."])
    reading, found = taken(path)
    assert reading.format == "biglaw"
    task = task_from_json(found[0].task)
    assert [(c.text, str(c.kind), c.points) for c in task.rubric.criteria] == [
        ("Structure", "group", 1.0),
        ("Names the parties", "binary", 2.0),
        ("States the date", "binary", 0.5),
        ("Style", "group", 1.0),
        ("Is brief", "binary", 1.0),
        ("every hallucination", "count", -1.0),
        ("extraneous statement", "count", -0.5),
    ]
