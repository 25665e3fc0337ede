"""The built program away from its checkout: an empty environment, a new home, no Python beside it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
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


def attachments(program: Path) -> list[str]:
    """Open a file of each kind in the built program's own decoder; the kinds. Raises SmokeError."""
    sys.path.insert(0, str(ROOT))
    from app.decoding.client import Decoder
    from app.decoding.values import Source
    from app.domain.ids import digest
    from app.errors import AssayError

    decoder = Decoder((str(program),))
    found = []
    try:
        for path in sorted((ROOT / "resources/samples/emergency-medicine/en/files").iterdir()):
            data = path.read_bytes()
            source = Source(digest(data), path.name, "", len(data), lambda data=data: data)  # type: ignore[misc]
            found.append(decoder.look(source).kind.value)
    except AssayError as error:
        raise SmokeError(
            f"the decoder of the built program does not open {path.name}: {error.code}"
        ) from error
    finally:
        decoder.close()
    return found
