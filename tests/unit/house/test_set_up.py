"""Set-up: what is missing is named in one line, what is done is not done again."""

from __future__ import annotations

import ctypes.util
import importlib
import tomllib
from pathlib import Path

import pytest
import set_up
import system

ROOT = Path(__file__).resolve().parents[3]


def test_probes_see_programs_and_libraries() -> None:
    assert system.is_present("bin:python3")
    assert not system.is_present("bin:no-such-program-anywhere")
    assert not system.is_present("lib:libno-such-library.so.9")
    libc = ctypes.util.find_library("c")
    assert libc is not None
    assert system.is_present(f"lib:{libc}")


def test_a_font_is_found_in_the_font_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "CJK_FONT_FOLDERS", (tmp_path,))
    assert not system.is_present("font:NotoSansCJK")
    (tmp_path / "noto").mkdir()
    (tmp_path / "noto/NotoSansCJK-Regular.ttc").write_bytes(b"")
    assert system.is_present("font:NotoSansCJK")


def test_only_what_is_missing_is_listed_and_once() -> None:
    here = {need.probe for need in system.OFFSCREEN}
    lacking = system.missing(["offscreen", "test", "package"], lambda probe: probe in here)
    assert lacking == [*system.WINDOW, *system.TEST, *system.PACKAGE]


def test_packages_follow_debian_renames_and_come_once() -> None:
    needs = [*system.OFFSCREEN, *system.PACKAGE]
    names = system.packages_for(needs, lambda name: name != "libglib2.0-0")
    assert "libglib2.0-0t64" in names
    assert "libglib2.0-0" not in names
    assert names.count("binutils") == 1


def test_npm_comes_with_node() -> None:
    node = next(need for need in system.TEST if need.probe == "bin:node")
    assert system.packages_for([node], lambda _name: True) == ["nodejs", "npm"]


def test_who_may_not_install_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "missing", lambda _sets: [system.OFFSCREEN[1]])
    monkeypatch.setattr(system, "can_install", lambda: False)
    assert system.ensure(["offscreen"]) == (
        "missing on this machine: libGL.so.1 (Debian: apt-get install libgl1)"
    )


def test_a_root_user_has_the_missing_packages_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = [[system.OFFSCREEN[1]], []]
    asked: list[list[str]] = []

    def install(packages: list[str]) -> bool:
        asked.append(packages)
        return True

    monkeypatch.setattr(system, "missing", lambda _sets: lacking.pop(0))
    monkeypatch.setattr(system, "can_install", lambda: True)
    monkeypatch.setattr(system, "apt_update", lambda: None)
    monkeypatch.setattr(system, "apt_knows", lambda _name: True)
    monkeypatch.setattr(system, "apt_install", install)
    assert system.ensure(["offscreen"]) is None
    assert asked == [["libgl1"]]


def test_misuse_is_answered_with_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert system.main(["everything"]) == 2
    assert set_up.main(["everything"]) == 2
    assert "usage" in capsys.readouterr().err


def test_a_failed_step_ends_set_up_with_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_goal: str) -> None:
        raise set_up.SetUpError("`uv sync --frozen` failed; its message is above")

    monkeypatch.setattr(set_up, "make_environment", fail)
    assert set_up.main(["runtime"]) == 1
    assert capsys.readouterr().err == "assay: `uv sync --frozen` failed; its message is above\n"


def test_a_shell_that_tells_python_to_write_no_bytecode_still_starts_from_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    monkeypatch.setattr(set_up, "ROOT", tmp_path)
    for room in set_up.ROOMS:
        (tmp_path / room).mkdir()
        (tmp_path / room / "module.py").write_text("ONE = 1\n", encoding="utf-8")
    set_up.compile_rooms()
    assert {path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("module.*.pyc")} == {*set_up.ROOMS}


def test_a_finished_environment_is_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    calls: list[list[str]] = []
    monkeypatch.setattr(set_up, "CACHE", tmp_path / ".cache")
    monkeypatch.setattr(set_up, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(set_up, "install_uv", lambda: "uv")
    monkeypatch.setattr(set_up, "run", lambda command, **_environment: calls.append(command))
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/assay").write_text("", encoding="utf-8")
    for goal in ["test", "test", "runtime", "package", "package", "test"]:
        set_up.make_environment(goal)
    assert calls == [
        ["uv", "sync", "--frozen", "--compile-bytecode", "--group", "dev"],
        ["uv", "sync", "--frozen", "--compile-bytecode", "--group", "dev", "--group", "package"],
    ]


def test_the_program_is_an_entry_point_and_python_is_bounded() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, _, function = project["scripts"]["assay"].partition(":")
    assert callable(getattr(importlib.import_module(module), function))
    assert project["requires-python"] == ">=3.11,<3.15"


def test_the_bootstrap_and_the_lock_are_held_by_hashes() -> None:
    assert "--hash=sha256:" in (ROOT / "packaging/bootstrap.txt").read_text(encoding="utf-8")
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    for package in lock["package"]:
        files = package.get("wheels", []) + ([package["sdist"]] if "sdist" in package else [])
        assert "editable" in package["source"] or files
        assert all(file["hash"].startswith("sha256:") for file in files)
