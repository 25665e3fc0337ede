"""Whatever texts and answers there are: written and read again, a format says the same."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from format_files import taken
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.codec import task_from_json
from app.domain.judgement import as_review, to_judgement
from app.formats import helpsteer2, registry
from app.formats.base import Graded, Losses
from app.formats.textlabels import stretches
from app.formats.writing import WIN

TEXT = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), min_size=1, max_size=60
).filter(lambda t: bool(t.strip()))
SOME = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def again(tmp_path: Path, name: str, graded: Graded, suffix: str = "jsonl") -> Any:
    """What the format says after it was written and read: (prompt, responses, judgement)."""
    out = io.BytesIO()
    registry.write(name, [graded], out)
    path = tmp_path / f"again.{suffix}"
    path.write_bytes(out.getvalue())
    reading, (found,) = taken(path, name)
    assert not reading.skipped
    task = task_from_json(found.task)
    (given_,) = found.given
    judgement = to_judgement(as_review(task, given_.judgement))
    return [t.text for t in task.prompt], {r.id: r.text for r in task.responses}, judgement


def pair(prompt: str, first: str, second: str, value: int) -> Graded:
    line = {
        "id": "t",
        "prompt": [{"role": "user", "text": prompt}],
        "responses": [{"id": "r1", "text": first}, {"id": "r2", "text": second}],
        "rubric": {"criteria": []},
        "panels": ["preference"],
    }
    return Graded(task_from_json(line), {"preference": {"overall": {"value": value}}}, "e")


@SOME
@given(prompt=TEXT, first=TEXT, second=TEXT, value=st.integers(-3, 3))
def test_a_preference_with_its_strength(
    tmp_path: Path, prompt: str, first: str, second: str, value: int
) -> None:
    for name in ("helpsteer2_preference", "helpsteer3"):
        said, texts, judgement = again(tmp_path, name, pair(prompt, first, second, value))
        assert (said, texts) == ([prompt], {"r1": first, "r2": second})
        assert judgement["preference"]["overall"]["value"] == value


@SOME
@given(prompt=TEXT, first=TEXT, second=TEXT, value=st.sampled_from([-WIN, WIN]))
def test_a_plain_win_names_the_same_text(
    tmp_path: Path, prompt: str, first: str, second: str, value: int
) -> None:
    better = first if value < 0 else second
    for name, suffix in (("trl_preference", "jsonl"), ("llmbar", "json")):
        said, texts, judgement = again(tmp_path, name, pair(prompt, first, second, value), suffix)
        kept = judgement["preference"]["overall"]["value"]
        assert said == [prompt]
        assert texts["r1" if kept < 0 else "r2"] == better


@SOME
@given(prompt=TEXT, response=TEXT, values=st.lists(st.integers(0, 4), min_size=5, max_size=5))
def test_ratings(tmp_path: Path, prompt: str, response: str, values: list[int]) -> None:
    line = {
        "id": "t",
        "prompt": [{"role": "user", "text": prompt}],
        "responses": [{"id": "r1", "text": response}],
        "rubric": {"criteria": []},
        "panels": ["ratings"],
        "questions": {"ratings": helpsteer2.QUESTION},
    }
    rated = {name: {"value": v} for name, v in zip(helpsteer2.ATTRIBUTES, values, strict=True)}
    graded = Graded(task_from_json(line), {"responses": {"r1": {"ratings": rated}}}, "e")
    _, texts, judgement = again(tmp_path, "helpsteer2", graded)
    assert texts == {"r1": response}
    assert judgement["responses"]["r1"]["ratings"] == rated


@SOME
@given(text=TEXT, data=st.data())
def test_spans_stand_where_they_stood(tmp_path: Path, text: str, data: st.DataObject) -> None:
    places = st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))
    found = [(*sorted(p), "A") for p in data.draw(st.lists(places, min_size=1, max_size=5)) if p[0] != p[1]]
    if not found:
        found = [(0, len(text), "A")]
    spans = stretches(text, found, "line 1", Losses())
    line = {
        "id": "t",
        "prompt": [{"role": "user", "text": "p"}],
        "responses": [{"id": "r1", "text": text}],
        "rubric": {"criteria": []},
        "panels": ["spans"],
        "questions": {"spans": {"labels": [{"id": "A"}]}},
    }
    graded = Graded(task_from_json(line), {"responses": {"r1": {"spans": spans}}}, "e")
    _, texts, judgement = again(tmp_path, "doccano", graded)
    assert texts == {"r1": text}
    kept = sorted((s["start"], s["end"]) for s in judgement["responses"]["r1"]["spans"])
    assert kept == sorted((s["start"], s["end"]) for s in spans)


@pytest.mark.parametrize("name", sorted(registry.FORMATS))
def test_every_format_says_what_it_is(name: str) -> None:
    form = registry.get(name)
    assert form.description
    assert form.reads or form.writes
