"""Whatever was judged: a format that writes carries it, or names it as lost."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from format_files import taken

from app.domain.batch import PolicyRef
from app.domain.codec import task_from_json
from app.domain.rubric import Rubric
from app.domain.task import Turn
from app.errors import InputError
from app.formats import reading, registry, writing
from app.formats.base import About, Answer, Draft, Format, Given, Graded

WRITERS = sorted(name for name, form in registry.FORMATS.items() if form.writes)
CHOOSY = sorted(name for name in WRITERS if registry.get(name).carries != writing.EVERYTHING)
LINE: dict[str, Any] = {
    "id": "t",
    "prompt": [{"role": "user", "text": "Why?"}],
    "responses": [{"id": "r1", "text": "Because so."}, {"id": "r2", "text": "No."}],
    "rubric": {
        "criteria": [
            {"id": "c1", "text": "right", "points": 5},
            {"id": "c2", "text": "how", "kind": "scale", "points": 0, "low": 0, "high": 3},
        ]
    },
}
MARKED = LINE | {"panels": ["rubric", "spans"], "questions": {"spans": {"labels": [{"id": "A"}]}}}
OF_RESPONSE: dict[str, Any] = {
    "verdicts": {
        "c1": {"value": "cannot_judge", "comment": "why", "confidence": "high", "reason": "evidence"},
        "c2": {"value": 2.0},
    },
    "spans": [
        {"id": "s1", "start": 0, "end": 2, "quote": "Be", "label": "A", "comment": "odd"},
        {"id": "s2", "start": 0, "end": 1, "quote": "B", "comment": "see", "criterion": "c1"},
    ],
    "ratings": {"odd": {"value": 3, "comment": "so"}},
    "safety": {"call": "unsafe"},
    "steps": {"1": {"value": 1, "comment": "yes"}},
    "finish": "solution",
    "comment": "fine",
}
OF_TASK: dict[str, Any] = {
    "preference": {"overall": {"value": -1, "justification": "better"}, "style": {"value": 1}},
    "ranking": {"places": {"r1": 1, "r2": 2}},
    "ideal": {"text": "Light scatters.", "base": "r1", "reason": "short", "verdicts": {"c1": "met"}},
    "comment": "all in all",
    "citations": [{"id": "x", "attachment": "a.pdf", "page": 1, "quote": "q"}],
}


def graded(line: dict[str, Any] = LINE, **judgement: Any) -> Graded:
    return Graded(task_from_json(line), judgement, "e")


def whole(line: dict[str, Any] = MARKED) -> Graded:
    return graded(line, responses={"r1": OF_RESPONSE, "r2": OF_RESPONSE}, **OF_TASK)


def written(name: str, *items: Graded) -> list[str]:
    return registry.write(name, items, io.BytesIO()).losses


@pytest.mark.parametrize("name", WRITERS)
def test_what_a_format_does_not_carry_is_named_once_with_its_count(name: str) -> None:
    losses = written(name, whole())
    carries = registry.get(name).carries
    twice = ("criterion_comment", "spans", "highlights", "ratings", "safety", "steps", "finish", "comment")
    for word, what in writing.WORDS.items():
        times = 4 if word == "verdicts" else 2 if word in (*twice, "confidence", "reason") else 1
        if word == "justification":
            times = 1
        assert (f"{what} ({times})" in losses) == (word not in carries), (word, losses)
    assert len(set(losses)) == len(losses)


@pytest.mark.parametrize("name", WRITERS)
def test_the_words_of_what_is_carried_are_known(name: str) -> None:
    carries = registry.get(name).carries
    assert carries
    assert set(carries) <= writing.WORDS.keys()


@pytest.mark.parametrize("name", CHOOSY)
def test_a_result_of_foreign_judgements_alone_is_not_counted(name: str) -> None:
    carries = registry.get(name).carries
    part = {k: v for k, v in OF_RESPONSE.items() if k not in carries}
    rest = {k: v for k, v in OF_TASK.items() if k not in carries}
    foreign = graded(responses={"r1": part}, **rest)
    assert not writing.says(foreign, *carries)
    assert f"{registry.FOREIGN} (1)" in written(name, foreign)
    assert writing.says(whole(), *carries)
    assert not any(registry.FOREIGN in loss for loss in written(name, whole()))


@pytest.mark.parametrize("name", ["jsonl", "results"])
def test_what_carries_everything_takes_any_result(name: str) -> None:
    form = registry.get(name)
    assert writing.says(graded(), *form.carries)
    assert not [loss for loss in written(name, whole(), graded()) if "signature" not in loss]


@pytest.mark.parametrize("name", ["doccano", "prodigy"])
def test_answers_on_a_scale_are_no_classes(name: str) -> None:
    losses = written(name, whole(LINE))
    assert "answers that are no yes or no (2)" in losses
    assert "judgements of further responses (2)" in losses
    assert "results without a yes or no on a class (1)" in losses


@pytest.mark.parametrize("name", ["mqm", "doccano", "prodigy", "label_studio"])
def test_a_span_in_a_task_that_asks_for_none_is_no_answer(name: str) -> None:
    marked = graded(responses={"r1": {"spans": OF_RESPONSE["spans"], "safety": {"call": "unsafe"}}})
    out = io.BytesIO()
    done = registry.write(name, [marked], out)
    assert (done.count, done.left_out) == (0, 1)
    assert f"{writing.WORDS['highlights']} (2)" in done.losses
    assert out.getvalue() in (b"", b"[]\n")


@pytest.mark.parametrize("name", ["helpsteer2", "ultrafeedback", "biggen", "prometheus"])
def test_ratings_of_other_attributes_are_named(name: str) -> None:
    assert any(loss.startswith("ratings of other attributes (") for loss in written(name, whole()))


def test_a_row_of_marked_errors_that_is_cut_off_is_skipped(tmp_path: Path) -> None:
    heading = "system\tdoc\tdoc_id\tseg_id\trater\tsource\ttarget\tcategory\tseverity\tmetadata\n"
    path = tmp_path / "a.tsv"
    path.write_text(heading + "S\td\t1\t1\tr\tBye\tHallo\tNo-error\tNo-error\nS\td\t1\t2\tr\tBye\n")
    reading, found = taken(path, "mqm")
    assert [f.line for f in found] == [2]
    assert [(s.line, s.reason) for s in reading.skipped] == [(3, "it has 6 cells under 10 headings")]


def test_the_reason_is_told_where_no_record_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('\n{"prompt": NaN}\n')
    with pytest.raises(InputError) as caught:
        registry.detect(path)
    assert caught.value.where == "a.jsonl:2"
    assert "not finite" in caught.value.message


def test_a_safe_call_with_a_severity_is_no_judgement_of_a_source(tmp_path: Path) -> None:
    said = [{"call": "safe", "severity": "low"}, {"call": "safe"}, {"call": "unsafe", "severity": "low"}]
    form = Format(
        "calls",
        "",
        convert=lambda record, loss: Draft(
            [Turn("user", "Q")],
            [Answer("A", id="r1")],
            Rubric(()),
            panels=("safety",),
            questions={"safety": {}},
            given=[Given(f"e{n}", {"responses": {"r1": {"safety": one}}}) for n, one in enumerate(said)],
        ),
        describe=lambda first, path: About.of_file(path, PolicyRef("unscored")),
    )
    path = tmp_path / "a.jsonl"
    path.write_text('{"x": 1}\n')
    taken_in = reading.read(form, path)
    (found,) = taken_in
    assert [given.rater for given in found.given] == ["e1", "e2"]
    assert any("A call of “safe” takes no “severity”." in loss for loss in taken_in.losses)
