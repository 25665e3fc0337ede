"""Several labs on one computer: what holds one up holds up no other; one JSON document whatever happens."""

from __future__ import annotations

from pathlib import Path

from tests.command_line import LabProcess, Program, every_kind, new_lab, write_lines


def test_a_locked_lab_does_not_hold_up_the_sync_of_the_others(tmp_path: Path) -> None:
    assay = Program(tmp_path / "home")
    source = write_lines(tmp_path / "tasks.jsonl", [every_kind(1), every_kind(2)])
    (first, _), (second, _) = (new_lab(assay, tmp_path / name, source) for name in ("north", "south"))
    with LabProcess(assay, tmp_path / "north"):
        north = assay.json("enrol", first)["lab"]
        with LabProcess(assay, tmp_path / "south"):
            south = assay.json("enrol", second)["lab"]
            assay.json("lock", "--lab", north)
            ran = assay("sync", "--json")
            assert ran.code == 8
            assert ran.document["pulled"] == 2
            (failed,) = ran.document["failed"]
            assert failed["error"]["code"] == "workspace.locked"
            assert failed["error"]["message"] in ran.err
            assay.json("lock", "--lab", south)
            assert assay.fails(9, "sync")["code"] == "workspace.locked"
