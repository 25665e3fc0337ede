"""Real files, where this machine has them: every record is a task or is named. Own ones stand beside them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from format_files import HEALTH, lines, taken

from app.wire import jsonio
from app.wire.work import check_task
from tests.shared_data import shared_data


@dataclass(frozen=True)
class Case:
    """records as PROVENANCE.md counts them; tasks: how many are made of them as they are."""

    path: str
    format: str
    records: int
    tasks: int


CASES = (
    Case("1-medical/healthbench_lite_test.jsonl", "healthbench", 45, 36),
    Case("1-medical/healthbench_flagged_prompts_a.jsonl", "healthbench", 92, 85),
    Case("1-medical/healthbench_sample9.jsonl", "healthbench", 9, 7),
    Case("1-medical/healthbench_br_gpt5_pt.csv", "answers", 1000, 1000),
    Case("1-medical/expertqa_med_law_eng_a.jsonl", "expertqa", 85, 85),
    Case("1-medical/kqa_nli_three_physicians.csv", "kqa_nli", 399, 50),
    Case("1-medical/kqa_physician_answers_a.jsonl", "kqa", 100, 100),
    Case("2-legal/lexam_open_questions_dev.xlsx", "lexam", 300, 300),
    Case("2-legal/legalbench/hearsay.train.tsv", "legalbench", 5, 5),
    Case("4-preference/mtbench/human.jsonl", "mtbench", 3355, 0),
    Case("4-preference/llmbar_adversarial_manual.json", "llmbar", 46, 46),
    Case("4-preference/llmbar_natural.json", "llmbar", 100, 100),
    Case("4-preference/llmbar_processed_mtbench.json", "llmbar", 200, 200),
    Case("4-preference/hh_rlhf_harmless_test_a.jsonl", "hh_rlhf", 80, 80),
    Case("4-preference/prometheus_mt_bench_eval.json", "prometheus", 120, 120),
    Case("4-preference/biggen_rubrics_a.json", "biggen", 192, 192),
    Case("4-preference/wmt_mqm_3raters_ende.tsv", "mqm", 292, 27),
    Case("4-preference/wmt_mqm_ted_ende.tsv", "mqm", 8435, 7406),
    Case("6-tool-exports/doccano/export__sequence_labeling__example.jsonl", "doccano", 3, 3),
    Case("6-tool-exports/label_studio/test_export_coco__data.json", "label_studio", 1, 0),
    Case("6-tool-exports/label_studio/test_export_csv__csv_test.json", "label_studio", 2, 0),
    Case("6-tool-exports/label_studio/test_export_csv__csv_test2.json", "label_studio", 1, 1),
    Case("6-tool-exports/label_studio/test_export_csv__csv_test2_result.csv", "label_studio", 1, 0),
    Case("6-tool-exports/label_studio/test_export_csv__csv_test_history.json", "label_studio", 1, 1),
    Case("6-tool-exports/label_studio/test_export_json_min__data.json", "label_studio", 1, 0),
    Case(
        "6-tool-exports/label_studio/tests__data_manager__tasks_annotations_predictions.json",
        "label_studio",
        6,
        6,
    ),
    Case(
        "6-tool-exports/label_studio/tests__test_suites__samples__random-with-predictions.json",
        "label_studio",
        1,
        0,
    ),
    Case(
        "6-tool-exports/label_studio/tests__test_suites__samples__three_tasks_two_gts.json",
        "label_studio",
        3,
        0,
    ),
    Case("6-tool-exports/prodigy/annotated_github-issues-DOCUMENTATION-textcat.jsonl", "prodigy", 150, 150),
    Case("8-rubrics-other/mercor_ACE-DIY.csv", "ace", 210, 0),
    Case("8-rubrics-other/paperbench_rice_human_graded.json", "paperbench", 1, 1),
    Case("8-rubrics-other/paperbench_all-in-one_human_graded.json", "paperbench", 1, 1),
    Case("2-legal/prbench_legal_hard_europe_a.jsonl", "prbench", 18, 18),
    Case("3-code/HumanEval.jsonl.gz", "humaneval", 164, 164),
    Case("3-code/HumanEval_example_samples.jsonl", "humaneval", 6, 6),
    Case("3-code/codegeex_python_generations.jsonl.gz", "humaneval", 164, 164),
    Case("3-code/humaneval_x_cpp.jsonl.gz", "humaneval", 164, 164),
    Case("3-code/humaneval_x_go.jsonl.gz", "humaneval", 164, 164),
    Case("3-code/humaneval_x_js.jsonl.gz", "humaneval", 164, 164),
    Case("3-code/sweagent_marshmallow-1867.traj", "swe", 1, 1),
    Case("3-code/swebench_gold_patches_a.jsonl", "swe", 32, 32),
    Case("5-markdown/arena_hard_v0.1_gpt-4-0314.jsonl", "answers", 500, 500),
    Case("5-markdown/arena_hard_v0.1_question.jsonl", "answers", 500, 0),
    Case("5-markdown/imo_proofbench.csv", "answers", 60, 60),
    Case("5-markdown/latex_deepseekmath_IMO-ProofBench-Basic.jsonl", "answers", 30, 30),
    Case("5-markdown/latex_deepseekmath_Putnam2024.jsonl", "answers", 12, 12),
    Case("5-markdown/legal_answers_frontier_models_a.jsonl", "answers", 143, 143),
    Case("5-markdown/wildbench_reka-core-20240501.json", "answers", 150, 150),
)


def _here() -> list[Case]:
    data = shared_data()
    return [case for case in CASES if data is not None and (data / case.path).is_file()]


def _check(path: Path, case: Case) -> None:
    reading, found = taken(path)
    assert reading.format == case.format
    named = sum(s.records for s in reading.skipped)
    assert (len(found), sum(f.records for f in found) + named) == (case.tasks, case.records)
    assert all(s.reason and s.line > 0 for s in reading.skipped)
    for item in found:
        task, _ = check_task(jsonio.dumps(item.task), f"line {item.line}")
        assert task.title
        assert task.rubric.leaves or task.panels != ("rubric",)
        assert all(
            model not in r.text for r in task.responses for model in item.models.values() if model == "gold"
        )


def test_own_file_is_counted_in_the_same_way(tmp_path: Path) -> None:
    bare = {**HEALTH, "prompt_id": "b", "ideal_completions_data": None}
    _check(lines(tmp_path / "own.jsonl", HEALTH, bare), Case("own", "healthbench", 2, 1))


@pytest.mark.parametrize("case", [*_here(), None])
def test_real_files(case: Case | None) -> None:
    data = shared_data()
    if case is None or data is None:
        assert len({c.path for c in CASES}) == len(CASES)
        return
    _check(data / case.path, case)


def test_questions_and_answers_of_two_files_meet(tmp_path: Path) -> None:
    questions = lines(tmp_path / "q.jsonl", *({"uid": f"u{n}", "prompt": f"Question {n}"} for n in range(3)))
    said = lines(
        tmp_path / "a.jsonl",
        *(
            {
                "uid": f"u{n}",
                "model": "m",
                "messages": [
                    {"role": "user", "content": "?"},
                    {"role": "assistant", "content": {"answer": f"Answer {n}"}},
                ],
            }
            for n in (2, 0)
        ),
    )
    reading, found = taken(questions, answers=said)
    assert [(f.task["id"], f.task["responses"][0]["text"]) for f in found] == [
        ("u0", "Answer 0"),
        ("u2", "Answer 2"),
    ]
    assert [s.line for s in reading.skipped] == [2]
