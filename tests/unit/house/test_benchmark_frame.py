"""The measuring rod measures what it says: rounds in turns, medians, budgets, one table."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest

from benchmarks import __main__ as program
from benchmarks import data
from benchmarks.measure import MIN_ROUNDS, Bench, Budget, Row, quantile, run
from benchmarks.table import Broken, as_json, as_text


def side(calls: list[str], name: str, values: list[float]) -> Callable[[], float]:
    """Returns `values` in turn and keeps a note of each call."""
    waiting = list(values)

    def measure() -> float:
        calls.append(name)
        return waiting.pop(0)

    return measure


def rows_of(bench: Bench) -> list[Row]:
    return list(run(bench, Random(1)))


def test_rounds_are_interleaved_and_the_first_is_thrown_away() -> None:
    calls: list[str] = []
    bench = Bench(
        "P0",
        "step",
        floor=side(calls, "floor", [99, 10, 10, 20, 10, 10]),
        ours=side(calls, "ours", [99, 11, 12, 60, 12, 13]),
        budgets=(Budget(ratio=1.2),),
    )
    (row,) = rows_of(bench)
    assert [sorted(calls[at : at + 2]) for at in range(0, 12, 2)] == [["floor", "ours"]] * (MIN_ROUNDS + 1)
    assert (row.ours.median, row.ours.low, row.ours.high) == (12, 11, 60)
    assert (row.floor.median, row.floor.high) == (10, 20)
    assert row.ratio.median == 1.2
    assert row.holds


def test_a_budget_may_be_a_limit_and_read_a_percentile() -> None:
    bench = Bench(
        "P2",
        "next task",
        floor=lambda: 16.7,
        ours=lambda: [5.0] * 90 + [20.0] * 10,
        budgets=(Budget("p50", limit=10), Budget("p95", limit=16.7)),
    )
    p50, p95 = rows_of(bench)
    assert (p50.ours.median, p50.holds) == (5.0, True)
    assert (p95.ours.median, p95.holds) == (20.0, False)


def test_quantiles_interpolate() -> None:
    assert quantile([4, 1, 3, 2], "p50") == 2.5
    assert quantile([4, 1, 3, 2], "max") == 4
    assert quantile([7], "p99") == 7


@pytest.mark.parametrize("arguments", [{}, {"ratio": 1.0, "limit": 2.0}, {"of": "mean", "ratio": 1.0}])
def test_a_budget_that_says_nothing_or_too_much_is_refused(arguments: dict[str, float]) -> None:
    with pytest.raises(ValueError):
        Budget(**arguments)  # type: ignore[arg-type]


def test_table_and_json_tell_the_same() -> None:
    bench = Bench("P3", "key to durable", lambda: 2.0, lambda: 2.5, (Budget(ratio=1.5), Budget(limit=1.0)))
    rows = rows_of(bench)
    text = as_text(rows, [Broken("P9", "no window")])
    assert "| P3  | key to durable | p50 | 2.50 ms (2.50–2.50) | 2.00 ms (2.00–2.00) | 1.25×" in text
    assert "≤ 1.5×" in text
    assert "| NO " in text
    assert text.endswith("P9: not measured: no window")
    document = json.loads(as_json(rows, [Broken("P9", "no window")]))
    assert [row["holds"] for row in document["rows"]] == [True, False]
    assert document["broken"] == [{"id": "P9", "reason": "no window"}]


def test_the_program_measures_what_is_asked_and_names_what_broke(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    beds: list[Path] = []

    def good(bed: program.Bed) -> nullcontext[list[Bench]]:
        beds.append(bed.folder)
        return nullcontext([Bench("P1", "launch", lambda: 1.0, lambda: 9.0, (Budget(ratio=1.3),))])

    def bad(_bed: program.Bed) -> nullcontext[list[Bench]]:
        raise OSError("no display")

    rows = {"one": SimpleNamespace(benches=good), "two": SimpleNamespace(benches=bad)}
    monkeypatch.setattr(program, "modules", lambda: {"P1": "one", "P2": "two"})
    monkeypatch.setattr(program.importlib, "import_module", rows.__getitem__)
    assert program.main(["--only", "p1"]) == 0
    assert "| NO " in capsys.readouterr().out
    assert not beds[0].exists()
    assert program.main(["--json"]) == 1
    assert json.loads(capsys.readouterr().out)["broken"][0]["reason"] == "OSError: no display"
    with pytest.raises(SystemExit):
        program.main(["--only", "P77"])


def test_records_are_of_the_published_shape_and_size() -> None:
    for line in data.lines(20):
        record = json.loads(line)
        assert 8_000 <= len(line) <= 9_500
        assert set(record) >= {"prompt", "prompt_id", "rubrics", "example_tags", "ideal_completions_data"}
        assert len(record["rubrics"]) == 12
        assert all(set(one) == {"criterion", "points", "tags"} for one in record["rubrics"])
        assert any(one["points"] > 0 for one in record["rubrics"])
        answer = record["ideal_completions_data"]["ideal_completion"]
        assert "```python" in answer
        assert "| medicine |" in answer


def test_records_are_the_same_for_the_same_seed_only() -> None:
    assert list(data.records(3)) == list(data.records(5))[:3]
    assert list(data.records(3)) != list(data.records(3, seed=2))
    assert len({record["prompt_id"] for record in data.records(200)}) == 200
