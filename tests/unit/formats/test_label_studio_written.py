"""What is written for Label Studio: read again it says the same, for tasks from there and for tasks of ours."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from format_files import taken
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from records import LABEL_STUDIO, region

from app.domain.codec import task_from_json
from app.domain.judgement import as_review, to_judgement
from app.formats import registry
from app.formats.base import Graded
from app.formats.writing import WIN
from app.wire import jsonio
from app.wire.work import check_task

TEXT = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), min_size=1, max_size=40
).filter(lambda t: bool(t.strip()))
SOME = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ATTRIBUTES = [
    {"id": "depth", "text": "How deep?", "low": 1, "high": 5},
    {"id": "style/“x”", "text": "Which <style>?", "low": 0, "high": 2, "anchors": [
        {"value": 0, "label": "Plain & short"}, {"value": 1, "label": "Rich\n"}, {"value": 2, "label": "Odd"}]},
    {"id": "share", "text": "How much?", "low": 0, "high": 1, "step": 0.25},
    {"id": "second", "text": "Only the second", "low": 1, "high": 3, "only": ["answer-b"]},
]  # fmt: skip


def ours(*texts: str, panels: list[str], **questions: Any) -> dict[str, Any]:
    return {
        "id": "t/1",
        "prompt": [{"role": "system", "text": "Be kind."}, {"role": "user", "text": "Why?"}],
        "responses": [{"id": f"answer-{'ab'[n]}", "text": text} for n, text in enumerate(texts)],
        "rubric": {"criteria": []},
        "panels": panels,
        "questions": questions,
    }


def written(*graded: Graded) -> tuple[list[Any], list[str]]:
    out = io.BytesIO()
    losses = registry.write("label_studio", graded, out).losses
    return json.loads(out.getvalue()), losses


def again(
    tmp_path: Path, line: dict[str, Any], judgement: Any, expert: str = "e"
) -> tuple[Any, list[Any], list[str]]:
    """(the task as it is read again, what each rater said of it, losses of writing)"""
    task = task_from_json(line)
    kept = to_judgement(as_review(task, judgement))
    tasks, losses = written(Graded(task, kept, expert, result="res", revision=2))
    path = tmp_path / "again.json"
    path.write_text(json.dumps(tasks), encoding="utf-8")
    reading, (found,) = taken(path)
    assert not reading.skipped
    read, _ = check_task(jsonio.dumps(found.task))
    assert [g.rater for g in found.given] == [expert] * len(found.given)
    return read, [to_judgement(as_review(read, g.judgement)) for g in found.given], losses


BRINGS = "tasks that did not come from Label Studio bring a labelling configuration in their meta (1)"


def test_scales_of_ours_are_asked_and_answered_again(tmp_path: Path) -> None:
    line = ours("A", "B", panels=["ratings"], ratings={"attributes": ATTRIBUTES})
    rated = {"depth": 4, "style/“x”": 1, "share": 0.75}
    judgement = {
        "responses": {
            "answer-a": {"ratings": rated, "comment": "Good."},
            "answer-b": {"ratings": {"second": 2}, "comment": "<b>"},
        }
    }
    task, (said,), losses = again(tmp_path, line, judgement)
    assert losses == [BRINGS]
    assert [(t.role, t.text) for t in task.prompt] == [("system", "Be kind."), ("user", "Why?")]
    assert [r.text for r in task.responses] == ["A", "B"]
    values = {k: v["value"] for k, v in said["responses"]["r1"]["ratings"].items()}
    assert values == {"depth": 4, "style/“x”": 1, "share": 0.75}
    assert said["responses"]["r2"]["ratings"] == {"second": {"value": 2}}
    assert (said["responses"]["r1"]["comment"], said["responses"]["r2"]["comment"]) == ("Good.", "<b>")
    attributes = {a.id: a for a in task.questions.ratings.attributes}
    assert [x.label for x in attributes["style/“x”"].anchors] == ["Plain & short", "Rich\n", "Odd"]
    assert (attributes["share"].step, attributes["second"].high) == (0.25, 3)
    assert attributes["depth"].text == "How deep?"


@SOME
@given(first=TEXT, second=TEXT, value=st.sampled_from([-WIN, WIN]), why=TEXT)
def test_a_pair_names_the_same_text(tmp_path: Path, first: str, second: str, value: int, why: str) -> None:
    line = ours(first, second, panels=["preference"], preference={"first": "answer-b", "second": "answer-a"})
    judgement = {"preference": {"overall": {"value": value}}, "responses": {"answer-a": {"comment": why}}}
    task, (said,), _ = again(tmp_path, line, judgement)
    asked = task.questions.preference
    better = asked.first if said["preference"]["overall"]["value"] < 0 else asked.second
    assert task.response(better).text == (second if value < 0 else first)
    assert said["responses"][task.responses[0].id]["comment"] == why
    assert [r.text for r in task.responses] == [first, second]


@SOME
@given(first=TEXT, second=TEXT, order=st.permutations(["answer-a", "answer-b"]))
def test_a_ranking_keeps_its_order(tmp_path: Path, first: str, second: str, order: list[str]) -> None:
    line = ours(first, second, panels=["ranking"])
    places = {response: n for n, response in enumerate(order, 1)}
    task, (said,), losses = again(tmp_path, line, {"ranking": {"places": places}})
    assert said["ranking"]["places"] == places
    assert {r.id: r.text for r in task.responses} == {"answer-a": first, "answer-b": second}
    assert losses == [BRINGS]


@SOME
@given(text=TEXT, ideal=TEXT)
def test_an_ideal_answer(tmp_path: Path, text: str, ideal: str) -> None:
    task, (said,), _ = again(tmp_path, ours(text, panels=["ideal"]), {"ideal": {"text": ideal}})
    assert said == {"ideal": {"text": ideal}}
    assert [r.text for r in task.responses] == [text]


@SOME
@given(texts=st.lists(TEXT, min_size=1, max_size=2), data=st.data())
def test_spans_stand_where_they_stood(tmp_path: Path, texts: list[str], data: st.DataObject) -> None:
    labels = {"labels": [{"id": "A"}, {"id": "b <&>\n", "text": "Words “for” it"}]}
    line = ours(*texts, panels=["spans"], spans=labels)
    spans: dict[str, Any] = {}
    for n, text in enumerate(texts):
        at = st.tuples(
            st.integers(0, len(text)), st.integers(0, len(text)), st.sampled_from(["A", "b <&>\n"])
        )
        found = [(*sorted(s[:2]), s[2]) for s in data.draw(st.lists(at, max_size=4)) if s[0] != s[1]]
        spans[f"answer-{'ab'[n]}"] = {
            "spans": [
                {"id": f"s{k}", "start": a, "end": b, "quote": text[a:b], "label": label}
                for k, (a, b, label) in enumerate(found)
            ]
        }
    task, said, _ = again(
        tmp_path, line, {"responses": spans}, "e" if any(s["spans"] for s in spans.values()) else "annotator"
    )

    def told(judgement: Any, response: str) -> list[Any]:
        listed = (judgement.get("responses") or {}).get(response, {}).get("spans") or []
        return sorted((s["start"], s["end"], s["quote"], s["label"]) for s in listed)

    assert [r.text for r in task.responses] == texts
    for n in range(len(texts)):
        assert told(said[0], f"r{n + 1}") == told({"responses": spans}, f"answer-{'ab'[n]}")


def test_who_judged_is_told_beside_each_answer(tmp_path: Path) -> None:
    task = task_from_json(ours("A", panels=["ratings"], ratings={"attributes": ATTRIBUTES[:1]}))
    rated = [{"responses": {"answer-a": {"ratings": {"depth": n}}}} for n in (1, 5)]
    results = [Graded(task, judgement, f"e{n}", result=f"r{n}") for n, judgement in enumerate(rated)]
    (made,), _ = written(*results)
    assert [one["result"][0]["meta"]["assay"] for one in made["annotations"]] == [
        {"expert": "e0", "result": "r0", "revision": 1},
        {"expert": "e1", "result": "r1", "revision": 1},
    ]
    assert not any("completed_by" in one for one in made["annotations"])


@pytest.mark.parametrize(
    ("questions", "judgement", "loss"),
    [
        ({}, {"responses": {"answer-a": {"comment": "x"}}}, "comments that the configuration has no place for (1)"),
        ({}, {"ideal": {"text": "x"}}, "ideal answers that the configuration has no place for (1)"),
        ({}, {"ranking": {"places": {"answer-a": 1}}}, "rankings that the configuration has no place for (1)"),
        ({}, {"responses": {"answer-a": {"spans": [{}]}}}, "highlights without a label"),
        (
            {"spans": {"labels": [{"id": "A"}]}},
            {"responses": {"answer-a": {"spans": [{}]}}},
            "spans that the configuration has no place for (1)",
        ),
        ({}, {"preference": {"overall": 1}}, "preferences that the configuration has no place for (1)"),
        (
            {"preference": {}},
            {"preference": {"overall": {"value": "both_bad"}}},
            "ties, and pairs of which both are bad (1)",
        ),
        ({"preference": {}}, {"preference": {"overall": 0}}, "ties, and pairs of which both are bad (1)"),
        ({"preference": {}}, {"preference": {"overall": 3}}, "how much better a text is (1)"),
        ({"ranking": {}}, {"ranking": {"places": {"answer-a": 1, "answer-b": 1}}}, "responses that share a place (1)"),
        ({"ranking": {}}, {"ranking": {"justification": "x"}}, "justifications of a ranking (1)"),
        (
            {"ratings": {"attributes": ATTRIBUTES[:1]}},
            {"responses": {"answer-a": {"ratings": {"depth": {"value": 1, "comment": "x"}}}}},
            "comments on a rating (1)",
        ),
        ({"ideal": {}}, {"ideal": {"text": "x", "base": "answer-a"}}, "where ideal answers began"),
    ],
)  # fmt: skip
def test_what_has_no_place_is_named(questions: Any, judgement: Any, loss: str) -> None:
    task = task_from_json(ours("A", "B", panels=list(questions) or ["rubric"], **questions))
    _, losses = written(Graded(task, judgement, "e"))
    assert any(one.startswith(loss) for one in losses), losses


def test_a_result_without_a_place_is_left_out_and_counted() -> None:
    task = task_from_json(ours("A", panels=["rubric"]))
    made, losses = written(Graded(task, {"responses": {"answer-a": {"comment": "x"}}}, "e"))
    assert made == []
    assert "results without an answer that a labelling configuration can ask for (1)" in losses


def test_configurations_that_differ_are_counted() -> None:
    one = task_from_json(ours("A", panels=["ratings"], ratings={"attributes": ATTRIBUTES[:1]}))
    other = task_from_json(ours("A", panels=["ideal"]) | {"id": "t/2"})
    rated = {"responses": {"answer-a": {"ratings": {"depth": 1}}}}
    _, losses = written(Graded(one, rated, "e"), Graded(other, {"ideal": {"text": "x"}}, "e"))
    assert "labelling configurations that differ: each needs a project (2)" in losses
    assert BRINGS.replace("(1)", "(2)") in losses


def test_a_task_from_there_goes_back_with_its_number_and_all_its_data(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(LABEL_STUDIO), encoding="utf-8")
    _, (found, _) = taken(path)
    task = task_from_json(found.task)
    judgement = {"responses": {"r1": {"ratings": {"stars": 2}}}}
    (made,), losses = written(Graded(task, judgement, "e", source=found.task["source"]))
    assert (made["id"], made["data"], made["meta"]) == (7, LABEL_STUDIO[0]["data"], {"from": "x"})
    assert [(r["from_name"], r["to_name"], r["value"]) for r in made["annotations"][0]["result"]] == [
        ("stars", "text", {"rating": 2})
    ]
    assert losses == []


def test_to_mark_nothing_is_an_answer(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    span = region("ner", "labels", start=0, end=3, text="Ada", labels=["PER"])
    tasks = [{"data": {"text": "Ada"}, "annotations": [{"result": [span]}, {"result": []}]}]
    path.write_text(json.dumps(tasks), encoding="utf-8")
    _, (found,) = taken(path)
    assert [g.judgement for g in found.given][1] == {}
    (made,), losses = written(Graded(task_from_json(found.task), {}, "e", source=found.task["source"]))
    assert made["annotations"] == [{"result": []}]
    assert losses == ["who marked nothing: only an answer has a place for the name (1)"]


@pytest.mark.parametrize(
    "source",
    [
        {"controls": 5},
        {"controls": [{}, 5, {"name": "x", "to": 1}]},
        {"controls": [dict.fromkeys(("name", "to", "type", "panel", "response", "item"), "gone") | {"values": []}]},
        {"controls": [], "data": [], "meta": 4, "id": "x"},
    ],
)  # fmt: skip
def test_a_source_that_says_nothing_of_use_is_as_none(source: Any) -> None:
    task = task_from_json(ours("A", panels=["ratings"], ratings={"attributes": ATTRIBUTES[:1]}))
    rated = {"responses": {"answer-a": {"ratings": {"depth": 1}}}}
    (made,), losses = written(Graded(task, rated, "e", source=source))
    assert made["annotations"][0]["result"][0]["value"] == {"rating": 1}
    assert losses == [BRINGS]


def test_a_task_that_was_synced_before_its_data_were_kept_is_written_with_its_texts() -> None:
    task = task_from_json(ours("A", panels=["ratings"], ratings={"attributes": ATTRIBUTES[:1]}))
    control = {
        "name": "depth", "to": "s", "type": "rating", "panel": "ratings", "response": "answer-a", "item": "depth",
        "values": [],
    }  # fmt: skip
    source = {"controls": [control], "texts": {"answer-a": "s"}}
    (made,), losses = written(
        Graded(task, {"responses": {"answer-a": {"ratings": {"depth": 1}}}}, "e", source=source)
    )
    assert made["data"] == {"s": "A"}
    assert any("data that was not kept" in loss for loss in losses)
