"""Whatever a command is given, it answers with one document and never with a bug."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import Program, every_kind, new_lab, write_lines

FILES = {
    "binary": bytes(range(256)) * 50,
    "empty": b"",
    "deep": b"[" * 100_000,
    "a number past all": b'{"criteria":[{"id":"a","points":1e999}],"verdicts":{}}',
    "half a character": b'{"responses":{"r1":{"comment":"\\ud800"}}}',
    "a page": b"<html><body>Sign in</body></html>",
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> tuple[Program, Path]:
    folder = tmp_path_factory.mktemp("arguments")
    assay = Program(folder / "home")
    new_lab(assay, folder / "lab", write_lines(folder / "t.jsonl", [every_kind(1)]))
    assay.json("import", "auto", folder / "t.jsonl")
    return assay, folder / "lab"


@pytest.mark.parametrize("name", [*FILES, "a folder", "missing", "too long a name"])
def test_files_that_are_not_what_is_wanted(lab: tuple[Program, Path], tmp_path: Path, name: str) -> None:
    assay, folder = lab
    file = tmp_path / "file"
    if name == "a folder":
        file.mkdir()
    elif name == "too long a name":
        file = tmp_path / ("x" * 5000)
    elif name != "missing":
        file.write_bytes(FILES[name])
    formats = ("auto", "sample", "healthbench", "prbench", "apex", "humaneval", "answers")
    commands: list[list[str | Path]] = [
        ["grade", "kinds-1", "--from", file],
        ["score", "--policy", "healthbench", file],
        ["render", file],
        ["render", "--jsonl", file],
        ["verify", file, "--keys", file],
        ["enrol", file],
        ["restore", file],
        ["lab", "results", "--lab", file],
        ["lab", "serve", "--lab", file],
        *(["import", form, file] for form in formats),
        *(["lab", "import", form, file, "--lab", folder] for form in formats),
    ]
    for command in commands:
        ran = assay(*command, "--json")
        assert ran.code in (0, 1, 3, 7), (command, ran)
        assert "Traceback" not in ran.err
        if ran.code == 0:
            assert command[0] == "render"
        elif ran.code != 1:
            assert ran.error["message"]


@pytest.mark.parametrize("name", ["-", "no-such", "x" * 5000, "../../etc", "\u202e", "%s{0}", "'; --"])
def test_names_that_are_nobodys(lab: tuple[Program, Path], tmp_path: Path, name: str) -> None:
    assay, folder = lab
    at = ["--lab", folder]
    commands: list[list[str | Path]] = [
        ["show", name],
        ["undo", name],
        ["tasks", "--batch", name],
        ["tasks", "--lab", name],
        ["lock", "--lab", name],
        ["score", "--policy", name, tmp_path],
        ["export", name, "--out", tmp_path / "o"],
        ["import", name, tmp_path],
        ["lab", "assign", name, *at],
        ["lab", "withdraw", name, *at],
        ["lab", "revise", name, *at, "--title", "x"],
        ["lab", "export", name, *at, "--out", tmp_path / "o"],
        ["lab", "invite", *at, "--name", "B", "--role", name],
        ["lab", "init", tmp_path / "other", "--url", name],
    ]
    for command in commands:
        ran = assay(*command, "--json")
        assert ran.code == 3, (command, ran)
        assert ran.error["kind"] == "input"
        assert "\u202e" not in ran.err + ran.out.decode()
    refused = assay("submit", name, "--json")
    assert (refused.code, refused.document["refused"][0]["task"]) == (3, name)
    assert "\u202e" not in refused.out.decode()
    assert assay("search", name).code == 0


def test_files_written_by_a_lab_are_named_in_json(lab: tuple[Program, Path], tmp_path: Path) -> None:
    assay, folder = lab
    for what in ("keys", "results"):
        assert assay.json("lab", what, "--lab", folder, "--out", tmp_path / what) == {
            "file": str(tmp_path / what)
        }
        assert (tmp_path / what).exists()
        assert assay.fails(3, "lab", what, "--lab", folder, "--out", tmp_path)["code"] == "file.write"
