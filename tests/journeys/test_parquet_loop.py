"""A data set comes in as Parquet, as it is published; its results go out as Parquet, from desk and lab."""

from __future__ import annotations

import json
from pathlib import Path

from lab.lab import open_lab
from tests.command_line import Program, health_record, new_lab
from tests.lab_server import serving
from tests.parquet_files import of_records, read


def test_parquet_in_and_out(tmp_path: Path) -> None:
    assay = Program(tmp_path / "home")
    source = of_records(tmp_path / "train-00000-of-00001.parquet", [health_record(n) for n in range(3)])
    link, batch = new_lab(assay, tmp_path / "lab", source)
    with open_lab(tmp_path / "lab") as lab, serving(lab):
        assay.json("enrol", link)
        assert assay.json("sync")["pulled"] == 3
        tasks = [task["id"] for task in assay.json("tasks")]
        for task in tasks[:2]:
            assay.judge(task, comment="Seen, 已看過")
        assay.json("submit", *tasks[:2])
        assert assay.json("sync")["receipted"] == 2
    at_lab = ("--lab", tmp_path / "lab")
    for command, place in ((("export",), ("--batch", batch)), (("lab", "export"), at_lab)):
        rows, lines = tmp_path / "out.parquet", tmp_path / "out.jsonl"
        done = assay.json(*command, "parquet", *place, "--out", rows)
        assert done == assay.json(*command, "jsonl", *place, "--out", lines)
        assert (done["written"], done["losses"]) == (2, [])
        found, bad = read(rows)
        assert found == [json.loads(line) for line in lines.read_bytes().splitlines()]
        assert not bad
        assert {row["task"] for row in found} == set(tasks[:2])
    error = assay.fails(3, "lab", "import", "auto", tmp_path / "out.parquet", *at_lab)
    assert error["code"] == "format.unknown"


def test_a_damaged_file_changes_nothing(tmp_path: Path) -> None:
    assay = Program(tmp_path / "home")
    source = of_records(tmp_path / "t.parquet", [health_record(n) for n in range(3)])
    source.write_bytes(source.read_bytes()[:-9])
    error = assay.fails(3, "import", "auto", source)
    assert (error["code"], error["where"]) == ("format.parquet_file", "t.parquet")
    assert not (tmp_path / "home" / "labs").exists() or not any((tmp_path / "home" / "labs").iterdir())
