"""Of a batch of every kind of judgement: what a writer says it wrote is what its file holds."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from pyarrow import parquet

from app.domain.codec import task_from_json
from app.domain.judgement import as_review, to_judgement
from app.formats import registry, writing
from app.formats.base import Graded, Written

WRITERS = sorted(name for name, form in registry.FORMATS.items() if form.writes)
ALL = [name for name in WRITERS if registry.get(name).carries == writing.EVERYTHING]


def scale(*names: str, low: int = 0, high: int = 5) -> dict[str, Any]:
    return {"ratings": {"attributes": [{"id": n, "text": n, "low": low, "high": high} for n in names]}}


def of_r1(**part: Any) -> dict[str, Any]:
    return {"responses": {"r1": part}}


SPANS = {"spans": {"labels": [{"id": "A"}]}}
MARKED = {"id": "s1", "start": 0, "end": 2, "quote": "Hi"}
STEPS = {"steps": {"steps": {"r1": [[0, 2], [3, 6]]}}}
PREFERENCE: dict[str, Any] = {"preference": {"both_bad": True}}
KINDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "met": ({}, of_r1(verdicts={"c1": "met", "c2": "not_met"})),
    "unjudged": ({}, of_r1(verdicts={"c1": {"value": "cannot_judge", "reason": "ambiguous_wording"}})),
    "scaled": ({}, of_r1(verdicts={"c3": 7})),
    "entailed": ({}, of_r1(verdicts={"c3": 1})),
    "evidence": ({}, of_r1(verdicts={"c1": "met"}, spans=[MARKED | {"criterion": "c1"}])),
    "comment": ({}, of_r1(comment="so so")),
    "all-in-all": ({}, {"comment": "so so"}),
    "noted": ({"safety": {}}, of_r1(safety={"call": "unsafe", "severity": "critical"}, spans=[MARKED])),
    "safe": ({"safety": {}}, of_r1(safety={"call": "safe"})),
    "labelled": (SPANS, of_r1(spans=[MARKED | {"label": "A"}])),
    "unmarked": (SPANS, of_r1()),
    "first": (PREFERENCE, {"preference": {"overall": {"value": -2, "justification": "better"}}}),
    "tie": (PREFERENCE, {"preference": {"overall": 0}}),
    "neither": (PREFERENCE, {"preference": {"overall": "both_bad"}}),
    "scored": (scale("score", low=1), of_r1(ratings={"score": 4})),
    "rated": (scale("helpfulness", "depth"), of_r1(ratings={"helpfulness": 4, "depth": 1})),
    "other": (scale("depth"), of_r1(ratings={"depth": 4})),
    "stepped": (STEPS, of_r1(steps={"1": 1, "2": -1})),
    "own-step": ({"steps": STEPS["steps"] | {"own": True}}, of_r1(steps={"1": {"own": "Hm"}})),
    "ranked": ({"ranking": {}}, {"ranking": {"places": {"r1": 2, "r2": 1}}}),
    "ideal": ({"ideal": {}}, {"ideal": {"text": "better so", "base": "r1"}}),
}
"""(the questions, the judgement): a rubric is asked where there are no questions."""


def graded(number: int, kind: str, expert: str = "e", *, tagged: bool = True) -> Graded:
    """A result whose every text holds a token of its own."""
    questions, judgement = KINDS[kind]
    token = f"token{number:02}x"
    marked = {"tags": ["A"]} if tagged else {}
    criteria = [
        {"id": "c1", "text": f"right {token}", "points": 5, **marked},
        {"id": "c2", "text": f"short {token}", "points": 1, **marked},
        {"id": "c3", "text": f"how {token}", "kind": "scale", "points": 1, "low": 0, "high": 10, **marked},
    ]
    line = {
        "id": token,
        "prompt": [{"role": "user", "text": f"Why {token}?"}],
        "responses": [{"id": "r1", "text": f"Hi you, {token}"}, {"id": "r2", "text": f"No, {token}"}],
        "rubric": {"criteria": [] if questions else criteria},
        "panels": list(questions) or ["rubric"],
        "questions": questions,
    }
    task = task_from_json(line)
    return Graded(
        task,
        to_judgement(as_review(task, judgement)),
        expert,
        source={"token": token},
        document=json.dumps({"payload": token}).encode(),
    )


def written(name: str, results: list[Graded]) -> tuple[Written, str]:
    out = io.BytesIO()
    done = registry.write(name, results, out)
    data = out.getvalue()
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            data = b"".join(book.read(one) for one in book.namelist())
    if data.startswith(b"PAR1"):
        rows = parquet.read_table(io.BytesIO(data)).to_pylist()
        return done, "".join(json.dumps(row) for row in rows)
    return done, data.decode()


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("tagged", [True, False])
def test_the_file_holds_what_is_said_to_be_written(name: str, tagged: bool) -> None:
    results = [graded(n, kind, tagged=tagged) for n, kind in enumerate(KINDS)]
    done, text = written(name, results)
    held = [kind for one, kind in zip(results, KINDS, strict=True) if one.task.id in text]
    assert done.count == len(held), (held, done)
    assert done.left_out == len(results) - len(held)
    for one, kind in zip(results, KINDS, strict=True):
        if not writing.says(one, *registry.get(name).carries):
            assert kind not in held


@pytest.mark.parametrize("name", WRITERS)
def test_what_has_no_place_alone_leaves_an_empty_file(name: str) -> None:
    foreign = [one for n, kind in enumerate(KINDS) if not writing.says(
        one := graded(n, kind), *registry.get(name).carries)]  # fmt: skip
    assert bool(foreign) == (name not in ALL)
    done, text = written(name, foreign)
    assert (done.count, done.left_out) == (0, len(foreign))
    assert "token" not in text
    if foreign:
        assert f"{registry.FOREIGN} ({len(foreign)})" in done.losses


@pytest.mark.parametrize(
    ("name", "kind", "count", "why"),
    [
        ("kqa_nli", "entailed", 3, "raters after the third (2)"),
        ("pandalm", "first", 3, "raters after the third (2)"),
        ("biggen", "scored", 1, "all but the last expert's score on a task (4)"),
        ("mtbench", "first", 5, ""),
        ("prometheus", "scored", 5, ""),
        ("helpsteer3", "first", 5, ""),
    ],
)
def test_raters_that_a_format_has_no_room_for_are_left_out(
    name: str, kind: str, count: int, why: str
) -> None:
    done, _ = written(name, [graded(1, kind, f"e{n}") for n in range(5)])
    assert (done.count, done.left_out) == (count, 5 - count)
    assert not why or why in done.losses


@pytest.mark.parametrize("name", ["mqm", "mtbench", "prometheus", "profbench", "ultrafeedback", "swe"])
def test_models_without_a_name_are_counted_by_what_is_written(name: str) -> None:
    done, _ = written(name, [graded(n, kind) for n, kind in enumerate(KINDS)])
    (said,) = [loss for loss in done.losses if loss.startswith("no model is named")]
    assert said == f"no model is named for these responses: their ids stand for the models ({done.count})"
