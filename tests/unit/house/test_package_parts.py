"""The parts of packaging that need no build: smoke test, install script, licences, control file."""

from __future__ import annotations

import subprocess
from email.parser import Parser
from pathlib import Path

import build
import licences
import pytest
import smoke

ROOT = Path(__file__).resolve().parents[3]
GOOD = '{"pulled": 2, "graded": 2, "submitted": 2, "receipted": 2, "verified": 2}'


def program(place: Path, text: str) -> Path:
    path = place / "assay"
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_a_program_that_does_every_step_passes(tmp_path: Path) -> None:
    assert smoke.demo(program(tmp_path, f"echo '{GOOD}'"), tmp_path)["verified"] == 2


def test_the_program_gets_an_empty_home_and_nothing_of_our_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSAY_HOME", "/elsewhere")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    smoke.demo(program(tmp_path, f"env > {tmp_path}/seen; ls -A > {tmp_path}/files; echo '{GOOD}'"), tmp_path)
    seen = dict(line.split("=", 1) for line in (tmp_path / "seen").read_text(encoding="utf-8").splitlines())
    assert seen["HOME"] == str(tmp_path / "home")
    assert set(seen) <= {"HOME", "PATH", "LANG", "PWD", "_", "SHLVL", "OLDPWD"}
    assert (tmp_path / "files").read_text(encoding="utf-8") == ""


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("echo no module >&2; exit 70", "ended with 70"),
        ("echo hello", "no JSON document"),
        ("echo '[]'", "left out a step"),
        (f"echo '{GOOD}' | sed 's/\"verified\": 2/\"verified\": 0/'", "left out a step"),
    ],
)
def test_a_broken_program_is_noticed(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(smoke.SmokeError, match=complaint):
        smoke.demo(program(tmp_path, text), tmp_path)


def test_a_program_that_hangs_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smoke, "TIME_LIMIT_S", 0.2)
    with pytest.raises(smoke.SmokeError, match="not done"):
        smoke.demo(program(tmp_path, "exec sleep 60"), tmp_path)


def test_the_install_script_installs_replaces_and_removes(tmp_path: Path) -> None:
    top = tmp_path / "assay-1"
    (top / "assay").mkdir(parents=True)
    program(top / "assay", "echo one")
    for name in ("install.sh", "assay.desktop", "assay.svg"):
        (top / name).write_bytes((build.RECIPES / name).read_bytes())
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "PREFIX": str(tmp_path / "to here")}

    def install(*arguments: str) -> None:
        command = ["sh", str(top / "install.sh"), *arguments]
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)

    def run() -> str:
        return subprocess.run([str(installed)], capture_output=True, text=True, check=True).stdout

    installed = tmp_path / "to here/bin/assay"
    install()
    assert run() == "one\n"
    program(top / "assay", "echo two")
    install()
    assert run() == "two\n"
    entry = (tmp_path / "to here/share/applications/assay.desktop").read_text(encoding="utf-8")
    assert f'Exec="{installed}" %u' in entry
    install("--uninstall")
    left = [path.name for path in (tmp_path / "to here").rglob("*") if path.is_file()]
    assert set(left) <= {"mimeinfo.cache"}  # the desktop's own index, made anew without us


def test_the_control_file_names_what_debian_must_bring() -> None:
    control = Parser().parsestr(build.control_file("1.2.3", "amd64", 170_000, "A workstation."))
    assert (control["Package"], control["Version"], control["Architecture"]) == ("assay", "1.2.3", "amd64")
    assert control["Depends"].startswith("libc6 (>= 2.")
    assert "libegl1" in control["Depends"]


def test_the_desktop_entry_opens_invitation_links() -> None:
    entry = (build.RECIPES / "assay.desktop").read_text(encoding="utf-8")
    assert "MimeType=x-scheme-handler/assay;" in entry
    assert "Name=Assay" in entry


def test_every_shipped_library_has_a_licence_text(tmp_path: Path) -> None:
    licences.collect(tmp_path / "licences")
    index = (tmp_path / "licences/INDEX.md").read_text(encoding="utf-8")
    names = [distribution.metadata["Name"] for distribution in licences.shipped()]
    assert {"cryptography", "PySide6_Essentials", "sqlcipher3", "pyromark"} <= set(names)
    assert "pytest" not in names
    assert all(f"- {name} " in index for name in names)
    assert [name for name in names if not any((tmp_path / "licences" / name).iterdir())] == []
    assert {file.name for file in (tmp_path / "licences/shiboken6").iterdir()} == {
        "LGPL-3.0.txt",
        "GPL-3.0.txt",
    }
