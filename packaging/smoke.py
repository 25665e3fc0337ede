"""The built program away from its checkout: an empty environment, a new home, no Python beside it."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TIME_LIMIT_S = 300
EXPECTED = ("pulled", "graded", "submitted", "receipted", "verified")


class SmokeError(Exception):
    """The built program did not do what its demo promises."""


@contextmanager
def clean_place() -> Iterator[Path]:
    """A new folder outside the checkout, removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="assay-smoke-") as folder:
        yield Path(folder)


def unpack_archive(archive: Path, place: Path) -> Path:
    """Unpack the portable archive and install it with its own script; the program."""
    subprocess.run(["tar", "-C", str(place), "-xJf", str(archive)], check=True)
    (top,) = place.glob("assay-*")
    environment = {"HOME": str(place), "PATH": "/usr/bin:/bin", "PREFIX": str(place / "prefix")}
    subprocess.run([str(top / "install.sh")], env=environment, stdout=subprocess.DEVNULL, check=True)
    return place / "prefix/bin/assay"


def unpack_deb(package: Path, place: Path) -> Path:
    """Unpack the Debian package; the program."""
    subprocess.run(["dpkg-deb", "-x", str(package), str(place / "deb")], check=True)
    return place / "deb/usr/bin/assay"


def demo(program: Path, place: Path) -> dict[str, object]:
    """Run `assay demo --headless --json`; what it tells, when every step of the loop was done at least once.

    Raises SmokeError with the end of what the program said.
    """
    home = place / "home"
    home.mkdir()
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    command = [str(program), "demo", "--headless", "--json"]
    try:
        done = subprocess.run(
            command,
            cwd=home,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIME_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise SmokeError(f"the demo was not done after {TIME_LIMIT_S} s") from error
    if done.returncode != 0:
        raise SmokeError(f"the demo ended with {done.returncode}:\n{done.stderr[-4000:]}")
    try:
        told = json.loads(done.stdout)
    except ValueError as error:
        raise SmokeError(f"the demo printed no JSON document: {done.stdout[:400]!r}") from error
    if not isinstance(told, dict) or not all(told.get(name) for name in EXPECTED):
        raise SmokeError(f"the demo left out a step: {told}")
    return told
