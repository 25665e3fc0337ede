"""The shipped sample batches: whole, scored apart by their keys, and rendered without a stray mark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.domain.checks import missing
from app.domain.codec import task_from_json
from app.domain.judgement import as_review, flatten
from app.domain.rubric import Kind
from app.domain.scoring import score
from app.errors import InputError
from app.formats import registry, samples
from app.formats.samples import Sample
from app.rendering.answer import parse
from app.rendering.html import to_html
from app.wire import jsonio
from app.wire.work import check_task

SHIPPED = samples.samples()
NAMES = (
    "code-review", "contract-law", "emergency-medicine", "ideal-discharge",
    "preference-triage", "ranking-clauses", "ratings-explanations", "safety-calls", "spans-translation", "steps-dosing",
)  # fmt: skip
RUBRICS = NAMES[:3]
WITH_RUBRIC = [s for s in SHIPPED if s.name in RUBRICS]
OTHERS = [s for s in SHIPPED if s.name not in RUBRICS]


def _name(sample: Sample) -> str:
    return f"{sample.name}-{sample.language}"


def test_each_sample_is_there_in_both_languages_with_the_same_tasks() -> None:
    assert [(s.name, s.language) for s in SHIPPED] == [
        (n, language) for n in NAMES for language in ("en", "zh_TW")
    ]
    for english, chinese in zip(SHIPPED[::2], SHIPPED[1::2], strict=True):
        first, second = (list(samples.read_sample(s.path)) for s in (english, chinese))
        assert english.tasks == len(first) == len(second) >= (3 if english.name in NAMES[:3] else 2)
        for a, b in zip(first, second, strict=True):
            assert a.task["id"] == b.task["id"]
            assert [r["id"] for r in a.task["responses"]] == [r["id"] for r in b.task["responses"]]
            shapes = [
                [
                    (c["id"], c["kind"], c["points"], c.get("parent"), c.get("depends_on"))
                    for c in t["rubric"]["criteria"]
                ]
                for t in (a.task, b.task)
            ]
            assert shapes[0] == shapes[1]
            assert a.task.get("panels") == b.task.get("panels")


@pytest.mark.parametrize("sample", OTHERS, ids=_name)
def test_the_key_of_every_other_kind_of_judgement_could_be_submitted(sample: Sample) -> None:
    reading = registry.read("auto", sample.path)
    key = samples.key(sample.path)
    for found in reading:
        task, _ = check_task(jsonio.dumps(found.task))
        assert list(task.panels) == [sample.name.split("-", maxsplit=1)[0]]
        assert not [m for m in missing(task, as_review(task, key[task.id])) if m.blocking]
    assert (reading.format, reading.skipped, reading.losses) == ("sample", [], [])
    assert reading.about.guideline
    assert bool(reading.about.warnings) == (sample.name == "safety-calls")


@pytest.mark.parametrize("sample", WITH_RUBRIC, ids=_name)
def test_every_line_holds_and_the_key_tells_the_responses_apart(sample: Sample) -> None:
    reading = registry.read("auto", sample.path)
    key = samples.key(sample.path)
    for found in reading:
        task, _ = check_task(jsonio.dumps(found.task))
        assert 2 <= len(task.responses) <= 3
        assert flatten(task, key[task.id])
        scores = []
        for response in task.responses:
            verdicts = key[task.id]["responses"][response.id]["verdicts"]
            assert set(verdicts) == {c.id for c in task.rubric.leaves}
            scores.append(score(reading.policy, task.rubric, verdicts).value)
        assert len(set(scores)) == len(scores)
        assert max(s for s in scores if s is not None) > 0.9
        assert min(s for s in scores if s is not None) < 0
    assert (reading.format, reading.skipped, reading.losses) == ("sample", [], [])
    assert reading.about.guideline


@pytest.mark.parametrize("sample", SHIPPED, ids=_name)
def test_every_text_renders_without_a_stray_mark(sample: Sample) -> None:
    reading = samples.read_sample(sample.path)
    seen = [reading.about.guideline]
    for found in reading:
        task = task_from_json(found.task)
        seen += [t.text for t in task.prompt] + [r.text for r in task.responses]
        seen += [c.text for c in task.rubric.criteria]
    for text in seen:
        html = to_html(parse(text))
        shown = re.sub(r"<(pre|code)\b.*?</\1>", "", html, flags=re.DOTALL)
        assert not re.search(r"[*`]|\|---", shown), shown
        assert 'class="math"' not in html


def test_chinese_texts_have_chinese_punctuation() -> None:
    half_width = re.compile(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]")
    for sample in SHIPPED[1::2]:
        for found in samples.read_sample(sample.path):
            task = task_from_json(found.task)
            for text in (
                task.title,
                *(r.text for r in task.responses),
                *(c.text for c in task.rubric.criteria),
            ):
                assert not half_width.search(text), half_width.search(text)


def test_the_kinds_of_criteria_are_all_shown() -> None:
    kinds = {
        Kind(c["kind"])
        for s in SHIPPED
        for f in samples.read_sample(s.path)
        for c in f.task["rubric"]["criteria"]
    }
    assert kinds == set(Kind)


def test_a_sample_by_name_falls_back_to_english() -> None:
    assert samples.sample("code-review", "zh_TW").language == "zh_TW"
    assert samples.sample("code-review", "zh_CN").language == "en"
    with pytest.raises(InputError) as caught:
        samples.sample("chemistry")
    assert "contract-law" in caught.value.hint


def test_a_folder_without_a_sample_has_none(tmp_path: Path) -> None:
    assert samples.samples(tmp_path) == []
