"""The checks of `make check` can fail: each is shown a small tree with one fault in it."""

from __future__ import annotations

from pathlib import Path

import check_docs
import check_sizes
import check_words
import generated
import module_map
import pytest
import tracked


def test_a_long_file_is_named_with_its_length(tmp_path: Path) -> None:
    files = {"app/a.py": 401, "app/b.py": 400, "tests/c.py": 600, "tests/d.py": 601, "docs/long.md": 9000}
    for name, lines in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x = 1\n" * lines, encoding="utf-8")
    found = check_sizes.too_long(tmp_path, map(Path, files))
    assert found == ["app/a.py: 401 lines, at most 400", "tests/d.py: 601 lines, at most 600"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("x = 1  # TODO later", "work put off"),
        ("see /wo" + "rk/main/app", "a path of one machine"),
        ("open('/home/ada/notes')", "a path of one machine"),
        ("url = 'https://pypi.org/simple'", "a registry's host"),
        ("@pytest.mark.skipif(True)", ""),
        ("@pytest.mark.skip", "a test switched off"),
        ("pytest.skip('no data')", "a test switched off"),
    ],
)
def test_forbidden_words_are_found_where_they_stand(tmp_path: Path, text: str, kind: str) -> None:
    (tmp_path / "a.py").write_text(f"\n{text}\n", encoding="utf-8")
    found = check_words.findings(tmp_path, [Path("a.py")])
    assert [line.split(": ")[:2] for line in found] == ([["a.py:2", kind]] if kind else [])


@pytest.mark.parametrize(
    "text", ["a framework/rooting/x", "src/work" + "/main.c", "../root/a", "the methodology"]
)
def test_words_that_only_look_alike_are_left_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    assert check_words.findings(tmp_path, [Path("a.md")]) == []


def test_pictures_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\xff TODO")
    assert check_words.findings(tmp_path, [Path("a.png")]) == []


def test_a_generated_file_that_drifted_is_named_and_written_again(tmp_path: Path) -> None:
    assert check_docs.drift(tmp_path, "docs/a.md", "new\n") == ["docs/a.md: missing; make docs"]
    check_docs.write(tmp_path, "docs/a.md", "new\n")
    assert check_docs.drift(tmp_path, "docs/a.md", "new\n") == []
    assert check_docs.drift(tmp_path, "docs/a.md", "newer\n") == ["docs/a.md: out of date; make docs"]


def test_a_generated_folder_holds_what_is_made_and_nothing_else(tmp_path: Path) -> None:
    check_docs.write(tmp_path, "schemas/", {"a.json": "{}", "b.json": "{}"})
    made = {"a.json": "{}"}
    assert check_docs.drift(tmp_path, "schemas/", made) == ["schemas/b.json: no generator makes it"]
    check_docs.write(tmp_path, "schemas/", made)
    assert check_docs.drift(tmp_path, "schemas/", made) == []


def test_every_registered_generator_can_be_loaded() -> None:
    assert all(callable(check_docs.load(reference)) for reference in check_docs.GENERATORS.values())


def test_the_module_map_lists_modules_with_their_first_sentence(tmp_path: Path) -> None:
    (tmp_path / "app/domain").mkdir(parents=True)
    (tmp_path / "app/__init__.py").write_text("", encoding="utf-8")
    (tmp_path / "app/domain/task.py").write_text(
        '"""A task | a unit\nof work.\n\nMore."""\n', encoding="utf-8"
    )
    text = module_map.module_map(tmp_path)
    assert "| `app/domain/task.py` | A task \\| a unit of work. |" in text
    assert "__init__" not in text


def test_without_git_the_tree_itself_is_listed_but_not_what_was_built(tmp_path: Path) -> None:
    for name in ["a.py", ".venv/b.py", "app/__pycache__/c.pyc", "app/d.py"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    assert tracked.files(tmp_path) == [Path("a.py"), Path("app/d.py")]


def test_every_command_is_documented_with_an_example() -> None:
    sections = generated.command_line().split("\n## ")[1:]
    assert any(section.startswith("`assay lab init`") for section in sections)
    assert [section.split("\n")[0] for section in sections if "Example: assay" not in section] == []


def test_the_keys_page_names_keys_and_titles() -> None:
    assert "| `Ctrl+L` | Lock |" in generated.keys_page()


def test_the_schemas_come_with_the_description_of_the_calls() -> None:
    made = generated.schemas()
    assert {"result.schema.json", "openapi.json"} <= set(made)
    assert all(text.endswith("}\n") for text in made.values())
