"""What is written names the texts, the tasks and the turns that were judged, and says what else there was."""

from __future__ import annotations

import io
from pathlib import Path

import records as own
from format_files import lines, reasons, taken
from test_formats_round_trip import graded, json_lines

from app.formats import registry
from app.formats.base import Graded


def put(name: str, *items: Graded) -> tuple[bytes, list[str]]:
    out = io.BytesIO()
    done = registry.write(name, items, out)
    return out.getvalue(), done.losses


def talk(*said: str) -> list[dict[str, str]]:
    return [{"role": ("user", "assistant")[n % 2], "content": text} for n, text in enumerate(said)]


def test_a_vote_is_on_the_turn_that_it_names(tmp_path: Path) -> None:
    both = {"conversation_a": talk("Q1", "A1", "Q2", "A2"), "conversation_b": talk("Q1", "B1", "Q2", "B2")}
    votes = [own.MTBENCH[0] | both | {"turn": turn} for turn in (1, 2)]
    _, (first, second) = taken(lines(tmp_path / "a.jsonl", *votes))
    assert [r["text"] for r in first.task["responses"]] == ["A1", "B1"]
    assert [t["text"] for t in second.task["prompt"]] == ["Q1"]
    for response, (before, after) in zip(second.task["responses"], (("A1", "A2"), ("B1", "B2")), strict=True):
        assert response["text"].startswith(before)
        assert "Q2" in response["text"]
        assert response["text"].endswith(after)
    assert json_lines(put("mtbench", *graded([first, second]))[0]) == votes


def test_a_vote_that_cannot_be_read_leaves_the_others(tmp_path: Path) -> None:
    votes = [*own.MTBENCH[:2], own.MTBENCH[2] | {"winner": "gpt"}]
    reading, (found,) = taken(lines(tmp_path / "a.jsonl", *votes))
    assert [g.rater for g in found.given] == ["e1", "e2"]
    assert any(loss.startswith("line 3: the winner “gpt”") for loss in reading.losses)
    other = own.MTBENCH[0] | {"conversation_b": talk("Else?", "No.")}
    reading, none = taken(lines(tmp_path / "b.jsonl", other))
    assert not none
    assert "not asked the same" in reasons(reading)[1]
