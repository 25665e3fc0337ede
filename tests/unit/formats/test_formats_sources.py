"""Damaged, odd and hostile files: named by line, or refused as a whole, and never half read in silence."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest
from format_files import lines, reasons, taken

from app.errors import InputError
from app.formats import registry, sheets, texts
from app.formats.base import Losses

GOOD = b'{"prompt":"Q","response":"A","rubric":["x"]}\n'


def file(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"{broken\n", "no valid JSON"),
        (b"[1, 2]\n", "no JSON object"),
        (b'"text"\n', "no JSON object"),
        (b'{"prompt":"Q","prompt":"R"}\n', "no valid JSON"),
        (b'{"prompt":"Q","response":"A","rubric":[{"text":"x","points":NaN}]}\n', "no valid JSON"),
        (b'{"prompt":"Q","response":"\\ud800","rubric":["x"]}\n', "no valid JSON"),
        (b'{"prompt":"","response":"A","rubric":["x"]}\n', "prompt"),
        (b'{"prompt":"Q","response":"A","rubric":[{"text":"x","points":true}]}\n', "no number"),
        (b'{"prompt":"Q","response":"A","rubric":[{"text":"x","kind":"scale"}]}\n', "upper end"),
        (b'{"prompt":"Q","response":"A","rubric":[{"text":"x","kind":"odd"}]}\n', "rubric"),
        (b'{"prompt":[{"role":"wizard","content":"Q"}],"response":"A","rubric":["x"]}\n', "role"),
    ],
)
def test_a_bad_line_is_skipped_by_name_and_the_rest_is_read(tmp_path: Path, line: bytes, why: str) -> None:
    reading, found = taken(file(tmp_path / "a.jsonl", GOOD + b"\n" + line + GOOD.replace(b"A", b"B")))
    assert len(found) == 2
    assert list(reasons(reading)) == [3]
    assert why in reasons(reading)[3]


def test_a_byte_order_mark_is_no_matter_and_blank_lines_are_no_records(tmp_path: Path) -> None:
    _, found = taken(file(tmp_path / "a.jsonl", b"\xef\xbb\xbf\r\n" + GOOD.replace(b"\n", b"\r\n") + b"  \n"))
    assert [f.line for f in found] == [2]


@pytest.mark.parametrize(
    "content", [GOOD.decode().encode("utf-16"), b'{"prompt":"Caf\xe9"}\n', b"a,b\n\xff,1\n"]
)
def test_other_encodings_are_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError) as caught:
        taken(file(tmp_path / "a.jsonl", content))
    assert caught.value.code == "format.encoding"
    assert caught.value.where.startswith("a.jsonl:")


def test_a_wrong_byte_later_stops_the_reading_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        taken(file(tmp_path / "a.jsonl", GOOD * 2 + b"\xff\n"))
    assert caught.value.where == "a.jsonl:3"


def test_a_line_over_the_limit_is_named_and_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "MAX_LINE", 100)
    path = file(
        tmp_path / "a.jsonl", GOOD + b'{"prompt":"' + b"x" * 1000 + b'"}\n' + GOOD.replace(b"A", b"B")
    )
    reading, found = taken(path)
    assert [f.line for f in found] == [1, 3]
    assert "longer" in reasons(reading)[2]


def test_a_file_over_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "MAX_TOTAL", 60)
    packed = gzip.compress(b"".join(GOOD.replace(b"A", str(n).encode()) for n in range(9)))
    with pytest.raises(InputError) as caught:
        taken(file(tmp_path / "a.jsonl.gz", packed))
    assert caught.value.code == "format.size"
    monkeypatch.setattr(texts, "MAX_DOCUMENT", 20)
    with pytest.raises(InputError) as caught:
        taken(file(tmp_path / "a.json", b"[" + GOOD + b"]"))
    assert caught.value.code == "format.document"


@pytest.mark.parametrize("cut", [-1, -9, 30])
def test_damaged_gzip_is_refused(tmp_path: Path, cut: int) -> None:
    packed = gzip.compress(b"".join(GOOD.replace(b"A", str(n).encode()) for n in range(400)))
    with pytest.raises(InputError) as caught:
        taken(file(tmp_path / "a.gz", packed[:cut]))
    assert caught.value.code == "format.gzip"


def test_a_json_array_counts_entries(tmp_path: Path) -> None:
    path = file(tmp_path / "a.json", b"[\n" + GOOD + b", 7,\n" + GOOD.replace(b"A", b"B") + b"]")
    reading, found = taken(path)
    assert [f.line for f in found] == [1, 3]
    assert list(reasons(reading)) == [2]


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"{}\n", b"hello world\n", b'{"a":1}\n', b"x;y\n1;2\n", b"[]"]
)
def test_what_is_no_format_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError) as caught:
        registry.detect(file(tmp_path / "a", content))
    assert caught.value.code == "format.unknown"


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    for path, code in ((tmp_path, "format.folder"), (tmp_path / "none", "format.open")):
        with pytest.raises(InputError) as caught:
            registry.detect(path)
        assert caught.value.code == code


@pytest.mark.parametrize("content", [b'prompt,response\n"open,x\n', b"prompt,response,prompt\n1,2,3\n"])
def test_a_broken_table_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError) as caught:
        taken(file(tmp_path / "a.csv", content))
    assert caught.value.code in {"format.table", "format.header"}


def test_a_workbook_packed_in_a_way_of_tomorrow_is_refused_and_named(tmp_path: Path) -> None:
    out = io.BytesIO()
    sheets.write(["prompt", "response"], [["Q", "A"]], out, Losses())
    packed = bytearray(out.getvalue())
    at = packed.find(b"PK\x01\x02")
    packed[at + 6 : at + 8] = (99).to_bytes(2, "little")  # the version needed to unpack its first entry
    with pytest.raises(InputError) as caught:
        list(sheets.rows(file(tmp_path / "a.xlsx", bytes(packed))))
    assert caught.value.code == "format.workbook"


def test_a_format_is_found_by_content_not_by_name(tmp_path: Path) -> None:
    assert registry.detect(lines(tmp_path / "x.csv", {"prompt": "Q", "response": "A"})).name == "jsonl"
    assert registry.detect(file(tmp_path / "x.jsonl", b"prompt,response\nQ,A\n")).name == "csv"


def test_a_named_format_that_does_not_fit_skips_every_record_with_its_reason(tmp_path: Path) -> None:
    reading, found = taken(file(tmp_path / "a.jsonl", GOOD), "prbench")
    assert not found
    assert reasons(reading) == {1: "it holds no prompt"}


def test_a_format_that_only_writes_reads_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        registry.read("results", file(tmp_path / "a.jsonl", GOOD))
    assert caught.value.code == "format.write_only"
    with pytest.raises(InputError) as caught:
        registry.write("answers", [], io.BytesIO())
    assert caught.value.code == "format.read_only"
