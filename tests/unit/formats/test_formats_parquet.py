"""Parquet stores records of any format: the same tasks come of them as of JSON Lines, and results go out as rows."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import records as own
from format_files import HEALTH, PR, lines, reasons, taken
from test_formats_round_trip import CASES, graded
from test_formats_write import graded as a_result

from app.errors import InputError
from app.formats import registry, sources
from app.formats.base import Found, Graded, Written
from app.formats.texts import json_lines
from tests.command_line import ROOT
from tests.parquet_files import columns, of_records, read
from tests.shared_data import shared_data

RECORDS: dict[str, list[dict[str, Any]]] = {
    **{f"{name} {file}": content for name, file, content, _ in CASES if file.endswith(".jsonl")},
    "healthbench": [HEALTH, {k: v for k, v in HEALTH.items() if k != "ideal_completions_data"} | {"prompt_id": "b"}],
    "prbench": [PR],
    "llmbar": own.LLMBAR,
    "pandalm": own.PANDALM,
    "jsonl": [
        {"prompt": "Why?", "response": "So.", "rubric": ["right", "kind"]},
        {"prompt": "How?", "response": "Thus.", "rubric": ["right"], "tags": ["x"]},
    ],
    "answers": [{"question": "Why?", "model": "m", "answer": "So."}],
}  # fmt: skip


def same(found: list[Found], others: list[Found]) -> None:
    """As if both files were one: tasks, models and judgements of the source."""
    assert [unempty(vars_of(f)) for f in found] == [unempty(vars_of(f)) for f in others]


def vars_of(found: Found) -> dict[str, Any]:
    given = [{"rater": g.rater, "judgement": g.judgement} for g in found.given]
    return {"task": found.task, "models": dict(found.models), "given": given, "records": found.records}


def unempty(value: Any) -> Any:
    """Without what is there and empty: a column that is empty in a record is none of its fields."""
    if isinstance(value, dict):
        return {k: unempty(v) for k, v in value.items() if v is not None}
    return [unempty(v) for v in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", RECORDS)
def test_records_of_a_format_are_known_and_read_as_they_are_from_json_lines(
    tmp_path: Path, name: str
) -> None:
    ours, stored = (
        lines(tmp_path / "a.jsonl", *RECORDS[name]),
        of_records(tmp_path / "a.parquet", RECORDS[name]),
    )
    (plain, of_lines), (reading, of_rows) = taken(ours), taken(stored)
    assert reading.format == plain.format == name.partition(" ")[0]
    assert of_lines
    same(of_rows, of_lines)
    assert (reading.title, reading.policy, reasons(reading)) == (plain.title, plain.policy, reasons(plain))


REAL = (
    ("4-preference/mtbench/human.jsonl", "mtbench"),
    ("4-preference/hh_rlhf_harmless_test_a.jsonl", "hh_rlhf"),
    ("1-medical/healthbench_sample9.jsonl", "healthbench"),
    ("1-medical/healthbench_flagged_prompts_a.jsonl", "healthbench"),
    ("2-legal/prbench_legal_hard_europe_a.jsonl", "prbench"),
    ("3-code/HumanEval.jsonl.gz", "humaneval"),
    ("5-markdown/legal_answers_frontier_models_a.jsonl", "answers"),
)


@pytest.mark.parametrize("case", REAL if shared_data() is not None else REAL[:0] or [None])
def test_real_files_give_the_same_tasks(tmp_path: Path, case: tuple[str, str] | None) -> None:
    data = shared_data()
    if case is None or data is None:
        assert data is None
        return
    source = data / case[0]
    records = [record for _, record in json_lines(source) if isinstance(record, dict)]
    stored = of_records(tmp_path / source.name.replace("jsonl", "parquet"), records, row_group_size=100)
    (plain, of_lines), (reading, of_rows) = taken(source), taken(stored)
    assert reading.format == plain.format == case[1]
    same(of_rows, of_lines)
    assert len(reasons(reading)) == len(reasons(plain))


def test_a_column_that_is_empty_in_a_record_is_none_of_its_fields(tmp_path: Path) -> None:
    helpsteer = own.HELPSTEER2[0] | {"system": None, "source": None}
    other = own.HELPSTEER2[0] | {"prompt": "And at dusk?", "system": "Be brief.", "source": "x"}
    reading, found = taken(of_records(tmp_path / "a.parquet", [helpsteer, other]))
    assert (reading.format, len(found), reasons(reading)) == ("helpsteer2", 2, {})
    good, _ = read(tmp_path / "a.parquet")
    assert good == [own.HELPSTEER2[0], other]

    mixed = [
        {"prompt": "Q", "chosen": "A", "rejected": "B", "score": None},
        {"prompt": "Q", "chosen": None, "score": 1},
    ]
    reading, found = taken(of_records(tmp_path / "b.parquet", mixed))
    assert (reading.format, len(found)) == ("trl_preference", 1)
    assert list(reasons(reading)) == [2]

    aspects = pa.array([own.ULTRAFEEDBACK[0]["completions"]])
    columns(tmp_path / "c.parquet", instruction=["Q"], completions=aspects, principle=pa.nulls(1))
    reading, found = taken(tmp_path / "c.parquet")
    assert (reading.format, len(found), len(found[0].given)) == ("ultrafeedback", 1, 1)


def test_lists_keep_their_empty_places_and_objects_lose_theirs(tmp_path: Path) -> None:
    columns(
        tmp_path / "a.parquet", a=[[1, None, 2], None, []], b=[{"x": None, "y": 1}, {"x": 2, "y": None}, None]
    )
    good, bad = read(tmp_path / "a.parquet")
    assert good == [{"a": [1, None, 2], "b": {"y": 1}}, {"b": {"x": 2}}, {"a": []}]
    assert not bad


@pytest.mark.parametrize(
    ("name", "given", "read_as"),
    [
        ("csv", {"prompt": ["Q"], "response_a": ["A"], "response_b": ["B"], "n": [7]}, {"n": "7"}),
        (
            "lexam",
            {"question": ["Q"], "answer": ["A"], "course": ["C"], "jurisdiction": ["J"], "year": [2020.0]},
            {"year": "2020"},
        ),
        ("legalbench", {"index": [3], "answer": ["Yes"], "text": ["T"], "slice": [None]}, {"index": "3", "slice": ""}),
    ],
)  # fmt: skip
def test_a_flat_file_is_a_table_to_formats_of_tables(
    tmp_path: Path, name: str, given: dict[str, Any], read_as: dict[str, str]
) -> None:
    path = columns(
        tmp_path / "a.parquet",
        **{k: pa.array(v, pa.string()) if v == [None] else v for k, v in given.items()},
    )
    for asked in ("auto", "parquet", name):
        reading, found = taken(path, asked)
        assert (reading.format, len(found)) == (name, 1)
    (row,), _ = read(path, "parquet rows")
    assert row.items() >= read_as.items()
    nested = columns(tmp_path / "b.parquet", **given, more=[[1]])
    assert sources.look(nested).columns == ()


def test_values_become_what_json_has_for_them(tmp_path: Path) -> None:
    day, moment = date(2024, 2, 29), datetime(2024, 2, 29, 1, 2, 3, 4000, tzinfo=UTC)
    path = columns(
        tmp_path / "a.parquet",
        whole=pa.array([2**53]), half=pa.array([0.5], pa.float32()), yes=[True], none=pa.nulls(1),
        exact=pa.array([Decimal("4.50")]), large=pa.array([Decimal("7.000")]),
        long=pa.array([Decimal("0.1234567890123456789012")]),
        day=[day], moment=[moment], fine=pa.array([1709168523004000001], pa.timestamp("ns")), clock=[time(1, 2)],
        took=pa.array([timedelta(seconds=90)]), word=pa.array([b"caf\xc3\xa9"]), raw=pa.array([b"\xff\xfe"]),
        kind=pa.array(["x"]).dictionary_encode(), map=pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64())),
        numbered=pa.array([[(1, "a")]], pa.map_(pa.int64(), pa.string())), view=pa.array(["v"], pa.string_view()),
        id=pa.array([UUID(int=7).bytes], pa.uuid()), json=pa.array(['{"a": [1, null]}'], pa.json_()),
        box=pa.ExtensionArray.from_storage(
            pa.fixed_shape_tensor(pa.int32(), (2,)), pa.array([[1, 2]], pa.list_(pa.int32(), 2))
        ),
        empty=pa.array([[]], pa.map_(pa.string(), pa.int64())),
    )  # fmt: skip
    (record,), bad = read(path)
    assert not bad
    assert record == {
        "whole": 2**53, "half": 0.5, "yes": True, "exact": 4.5, "large": 7, "long": "0.1234567890123456789012",
        "day": "2024-02-29", "moment": "2024-02-29T01:02:03.004000+00:00", "fine": "2024-02-29T01:02:03.004000",
        "clock": "01:02:00", "took": 90.0, "word": "café", "raw": "//4=", "kind": "x", "map": {"k": 1},
        "numbered": {"1": "a"}, "view": "v", "id": str(UUID(int=7)), "json": {"a": [1, None]}, "box": [1, 2],
        "empty": {},
    }  # fmt: skip
    assert isinstance(record["large"], int)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (pa.array([1.0, float("nan")]), "A number that is not finite."),
        (pa.array([1.0, float("-inf")]), "A number that is not finite."),
        (pa.array([1, 2**53 + 1]), "An integer past 2^53."),
        (pa.array([1, 2**64 - 1], pa.uint64()), "An integer past 2^53."),
        (pa.array([[("k", 1)], [("k", 1), ("k", 2)]], pa.map_(pa.string(), pa.int64())), "no JSON record"),
        (pa.array(["1", "{1}"], pa.json_()), "no valid JSON"),
        (pa.array(["1", '{"a":1,"a":2}'], pa.json_()), "no valid JSON"),
        (pa.array(["1", "x" * 9_000_000]), "longer than 8 MiB"),
        (pa.array(["1", "\x00" * 2_000_000]), "longer than 8 MiB"),
    ],
)
def test_a_value_that_json_cannot_hold_leaves_its_record_out_by_name(
    tmp_path: Path, values: Any, why: str
) -> None:
    path = columns(tmp_path / "a.parquet", a=pa.concat_arrays([values, values[:1]]), b=["x", "y", "z"])
    good, bad = read(path)
    assert [record["b"] for record in good] == ["x", "z"]
    assert list(bad) == [2]
    assert why in bad[2]


def test_a_table_may_have_a_heading_that_begins_as_a_parquet_file_does(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("PAR1,prompt,response\n1,Q,A\n", encoding="utf-8")
    assert taken(path)[0].format == "csv"


def test_what_is_no_parquet_file_is_refused_under_its_name(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", own.HELPSTEER2[0])
    for asked in ("parquet", "auto"):
        if asked == "auto":
            assert taken(path)[1]
            continue
        with pytest.raises(InputError) as caught:
            taken(path, asked)
        assert caught.value.code == "format.parquet_file"
        assert "JSON Lines" in caught.value.hint


def test_a_file_without_a_row_holds_no_record(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        taken(columns(tmp_path / "a.parquet", prompt=pa.array([], pa.string())))
    assert caught.value.code == "format.unknown"
    assert "no record" in str(caught.value)


def test_answers_of_a_second_file_may_be_parquet(tmp_path: Path) -> None:
    questions = of_records(
        tmp_path / "q.parquet", [{"uid": f"u{n}", "prompt": f"Question {n}"} for n in range(3)]
    )
    said = columns(tmp_path / "a.parquet", uid=["u2", "u0"], response=["Answer 2", "Answer 0"])
    reading, found = taken(questions, answers=said)
    assert [f.task["responses"][0]["text"] for f in found] == ["Answer 0", "Answer 2"]
    assert list(reasons(reading)) == [2]


def written(*results: Graded, name: str = "parquet") -> bytes:
    out = io.BytesIO()
    assert registry.write(name, results, out) == Written(len(results), [])
    return out.getvalue()


def test_results_are_the_rows_that_json_lines_would_be(tmp_path: Path) -> None:
    path = of_records(tmp_path / "a.parquet", own.HELPSTEER2 + own.HELPSTEER2_PREFERENCE[:0])
    _, found = taken(path)
    results = [*graded(found), a_result()]
    (tmp_path / "r.parquet").write_bytes(written(*results))
    good, bad = read(tmp_path / "r.parquet")
    assert good == [json.loads(line) for line in written(*results, name="jsonl").splitlines()]
    assert good[-1]["scores"]["r1"]["value"] == pytest.approx(0.25, abs=1)
    assert not bad
    table = pq.read_table(tmp_path / "r.parquet")
    assert {f.name: str(f.type) for f in table.schema} == {
        "v": "int64", "task": "string", "title": "string", "batch": "string", "result": "string", "revision": "int64",
        "expert": "string", "submitted": "string", "judgement": "extension<arrow.json>",
        "scores": "extension<arrow.json>",
    }  # fmt: skip
    assert table.column("revision").to_pylist()[-1] == 2


def test_the_same_results_are_the_same_bytes_and_the_stream_stays_open() -> None:
    assert written(a_result(), a_result()) == written(a_result(), a_result())
    assert pq.ParquetFile(io.BytesIO(written())).metadata.num_rows == 0


def test_without_pyarrow_the_error_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = of_records(tmp_path / "a.parquet", own.HELPSTEER2)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    for act in (lambda: taken(path), lambda: taken(path, "parquet"), lambda: written(a_result())):
        with pytest.raises(InputError) as caught:
            act()
        assert caught.value.code == "format.parquet"
        assert "pip install pyarrow" in caught.value.hint
    assert taken(lines(tmp_path / "a.jsonl", own.HELPSTEER2[0]))[1]
    assert len(registry.listing()) == len(registry.FORMATS)


def test_nothing_of_parquet_is_imported_before_there_is_such_a_file(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", own.HELPSTEER2[0])
    code = (
        "import sys; from pathlib import Path; from app.formats import registry\n"
        "assert list(registry.read('auto', Path(sys.argv[1])))\n"
        "print([m for m in sys.modules if m.startswith(('pyarrow', 'app.formats.parquet_'))])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"
