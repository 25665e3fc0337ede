"""A lab takes real files in: every record becomes a task, or is named with its line and the reason."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.lab import open_lab
from tests.command_line import Program, health_record, new_lab, write_lines
from tests.lab_server import serving
from tests.shared_data import shared_data

NAMED = (
    "1-medical/", "2-legal/prbench_", "2-legal/lexam", "2-legal/legalbench", "3-code/", "4-preference/", "5-markdown/",
    "6-tool-exports/", "8-rubrics-other/",
)  # fmt: skip


def counted() -> Iterator[tuple[str, int]]:
    """(file, records) of the named real files, as their own list counts them; none where there is no such data."""
    data = shared_data()
    if data is None:
        return
    folder = ""
    for line in (data / "PROVENANCE.md").read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"### (\S+)", line):
            folder = heading[1]
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) > 6 and cells[4].isdigit() and f"{folder}/{cells[1]}".startswith(NAMED):
            yield f"{folder}/{cells[1]}", int(cells[4])


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> tuple[Program, Path]:
    folder = tmp_path_factory.mktemp("imports")
    assay = Program(folder / "home")
    assay.json("lab", "init", folder / "lab")
    return assay, folder / "lab"


def check(lab: tuple[Program, Path], source: Path, records: int) -> int:
    """How many tasks came of it; together with what was named they are all its records."""
    assay, folder = lab
    ran = assay("lab", "import", "auto", source, "--lab", folder, "--json")
    if ran.code == 3 and ran.error["code"] == "format.unknown":
        assert ran.error["where"] == f"{source.name}:1"
        return 0
    if ran.code == 3:
        assert ran.error["code"] == "import.empty"
        assert re.match(r"line \d+", ran.error["where"])
        return 0
    assert ran.code == 0, ran
    made = ran.document
    assert made["records"] == records or "doccano" in str(source) or "paperbench" in str(source)
    assert made["tasks"] > 0
    lines = [row["line"] for row in made["skipped"]]
    assert lines == sorted(set(lines))
    for row in made["skipped"]:
        assert row["line"] > 0
        assert row["reason"]
        assert f"{source}:{row['line']}: skipped: {row['reason']}" in ran.err
    return int(made["tasks"])


@pytest.mark.parametrize(("name", "records"), [*counted(), ("own", 4)])
def test_every_record_is_a_task_or_is_named(
    lab: tuple[Program, Path], tmp_path: Path, name: str, records: int
) -> None:
    data = shared_data()
    if name != "own" and data is not None:
        check(lab, data / name, records)
        return
    source = tmp_path / "own.jsonl"
    bare = {**health_record(2), "ideal_completions_data": None}
    good = [json.dumps(health_record(n)) for n in (0, 1)]
    source.write_text("\n".join([good[0], "{broken", json.dumps(bare), good[1]]) + "\n", encoding="utf-8")
    assert check(lab, source, records) == 2


def test_counts_are_read_where_there_is_data() -> None:
    assert bool(list(counted())) == (shared_data() is not None)


def test_a_task_of_each_file_is_graded_and_receipted(tmp_path: Path) -> None:
    """The first tasks of every file, from the lab's desk to a result that verifies."""
    assay, folder = Program(tmp_path / "home"), tmp_path / "lab"
    own = write_lines(tmp_path / "own.jsonl", [health_record(n) for n in range(3)])
    link, _ = new_lab(assay, folder, own)
    data = shared_data()
    sources = [data / name for name, _ in counted()] if data is not None else []
    batches = 1
    for source in sources:
        ran = assay("lab", "import", "auto", source, "--lab", folder, "--limit", "12", "--json")
        if ran.code == 0:
            assay.json("lab", "assign", ran.document["batch"], "--lab", folder)
            batches += 1
    with open_lab(folder) as lab, serving(lab):
        assay.json("enrol", link)
        pulled = assay.json("sync")["pulled"]
        first = {t["batch"]: t["id"] for t in reversed(assay.json("tasks"))}
        assert len(first) == batches
        for task in first.values():
            assert assay.judge(task)["missing"] == []
        assert assay.json("submit", *first.values())["refused"] == []
        assert assay.json("sync")["receipted"] == batches
    assert pulled == len(assay.json("tasks"))
    results, keys = tmp_path / "results.jsonl", tmp_path / "keys.json"
    results.write_bytes(assay("lab", "results", "--lab", folder).out)
    keys.write_bytes(assay("lab", "keys", "--lab", folder).out)
    assert len(assay.json("verify", results, "--keys", keys)) == batches
