"""`make setup`: from a bare Python to a working checkout, again and again without harm.

Standard library only. What is finished is recorded under .cache/stamps, keyed on the files it was made from,
so that a second run takes a fraction of a second. Nothing here reads from a terminal.

    set_up.py [runtime|test|package]      (default: test, which includes runtime)
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 (an older Python may well run this file)
    sys.exit("assay: Python 3.11 or newer is needed; run make with PYTHON=python3.11 (or 3.12 … 3.14)")
if sys.version_info >= (3, 15):
    sys.exit("assay: Python 3.15 has no sqlcipher3 wheel yet; run make with PYTHON=python3.14 or older")

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import system

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
VENV = ROOT / ".venv"
UV_VENV = CACHE / "uv-venv"
NPM = CACHE / "npm"
SYSTEM_SETS = {"runtime": ["offscreen"], "test": ["test"], "package": ["package"]}
ROOMS = ["app", "ui", "lab", "cli"]
GROUPS = {"runtime": ["dev"], "test": ["dev"], "package": ["dev", "package"]}


class SetUpError(Exception):
    """Set-up cannot go on; the message is the one line that the person sees."""


def main(arguments: list[str]) -> int:
    goal = arguments[0] if arguments else "test"
    if goal not in SYSTEM_SETS or len(arguments) > 1:
        print("usage: set_up.py [runtime|test|package]", file=sys.stderr)
        return 2
    try:
        set_up(goal)
    except SetUpError as error:
        print(f"assay: {error}", file=sys.stderr)
        return 1
    return 0


def set_up(goal: str) -> None:
    """Bring .venv, the system libraries and, for tests, the JavaScript verifier up to date."""
    make_environment(goal)
    compile_rooms()
    sets = list(SYSTEM_SETS[goal])
    if goal == "runtime" and (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        sets.append("window")
    complaint = system.ensure(sets)
    if complaint is not None:
        raise SetUpError(complaint)
    if goal == "test":
        install_verifier()


def make_environment(goal: str) -> None:
    """.venv exactly as uv.lock says, hashes checked, with the program `assay` in it."""
    inputs = [ROOT / "uv.lock", ROOT / "pyproject.toml", ROOT / "packaging/bootstrap.txt"]
    key = digest(inputs, *GROUPS[goal], f"{sys.version_info[:3]}", str(ROOT))
    stamp = CACHE / "stamps" / ("environment-package" if goal == "package" else "environment")
    program = VENV / ("Scripts/assay.exe" if os.name == "nt" else "bin/assay")
    if program.exists() and reads(stamp) == key:
        return
    uv = install_uv()
    say("installing the locked dependencies into .venv")
    groups = [part for group in GROUPS[goal] for part in ("--group", group)]
    run(
        [uv, "sync", "--frozen", "--compile-bytecode", *groups],
        UV_PYTHON=sys.executable,
        UV_PYTHON_DOWNLOADS="never",
    )
    # A sync for one goal also leaves the environment without the other goal's extra group.
    for old in (CACHE / "stamps").glob("environment*"):
        old.unlink()
    write(stamp, key)
    if goal == "package":
        write(
            CACHE / "stamps/environment",
            digest(inputs, *GROUPS["test"], f"{sys.version_info[:3]}", str(ROOT)),
        )


def compile_rooms() -> None:
    """The bytecode of our own modules, for shells that tell Python to write none: a start takes half as long."""
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    run([str(python), "-m", "compileall", "-q", *(str(ROOT / room) for room in ROOMS)])


def install_uv() -> str:
    """The path of uv in a private environment of its own, at the version and hashes of bootstrap.txt."""
    pins = ROOT / "packaging/bootstrap.txt"
    stamp, key = CACHE / "stamps/uv", digest([pins], f"{sys.version_info[:3]}", str(ROOT))
    folder = UV_VENV / ("Scripts" if os.name == "nt" else "bin")
    uv = folder / ("uv.exe" if os.name == "nt" else "uv")
    if uv.exists() and reads(stamp) == key:
        return str(uv)
    say("installing uv into .cache/uv-venv")
    make_bare_environment()
    python = str(folder / ("python.exe" if os.name == "nt" else "python"))
    run([python, "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", str(pins)])
    write(stamp, key)
    return str(uv)


def make_bare_environment() -> None:
    """A virtual environment with pip; Debian ships Python without ensurepip, which python3-venv brings."""
    command = [sys.executable, "-m", "venv", "--clear", str(UV_VENV)]
    if subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0:
        return
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if system.can_install():
        system.apt_update()
        system.apt_install([package])
        if (
            subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode
            == 0
        ):
            return
    raise SetUpError(f"this Python has no venv module that works (Debian: apt-get install {package})")


def install_verifier() -> None:
    """The JavaScript library that the tests verify signatures with, outside the source tree."""
    source = ROOT / "tests/verify"
    files = [source / "package.json", source / "package-lock.json"]
    stamp, key = CACHE / "stamps/verifier", digest(files)
    if (NPM / "node_modules/jose/package.json").exists() and reads(stamp) == key:
        return
    say("installing the JavaScript verifier into .cache/npm")
    NPM.mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.copyfile(file, NPM / file.name)
    run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=NPM)
    write(stamp, key)


def run(command: list[str], cwd: Path = ROOT, **environment: str) -> None:
    """Run a step with its own output on standard error; a failure ends set-up with one line."""
    inherited = {
        name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONHOME"}
    }
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**inherited, **environment},
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        check=False,
    )
    if done.returncode != 0:
        raise SetUpError(f"`{Path(command[0]).name} {' '.join(command[1:3])}` failed; its message is above")


def digest(files: list[Path], *words: str) -> str:
    """One key for the contents of `files` and `words`."""
    total = hashlib.sha256()
    for file in files:
        total.update(file.read_bytes() + b"\0")
    for word in words:
        total.update(word.encode() + b"\0")
    return total.hexdigest()


def reads(stamp: Path) -> str:
    """What a stamp says; empty if it was never written."""
    return stamp.read_text(encoding="utf-8") if stamp.exists() else ""


def write(stamp: Path, key: str) -> None:
    """Record that a step is done for `key`."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(key, encoding="utf-8")


def say(message: str) -> None:
    """One line of progress."""
    print(f"assay set-up: {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
