"""Runs commands on a home while there is no room for another byte, then again when there is.

    python -m tests.small_disk tmpfs|limit HOME < {"full": [[…], …], "free": [[…], …]}

tmpfs: inside of `unshare -m`, the home moves to a small file system that is then filled. limit: no file may
grow (RLIMIT_FSIZE), which needs no privilege. Prints the exit code, error code and words of each command.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.command_line import Program


def main() -> None:
    mode, home = sys.argv[1], Path(sys.argv[2])
    wanted = json.load(sys.stdin)
    fill, free, home = {"tmpfs": _tmpfs, "limit": _limit}[mode](home)
    program = Program(home, secrets=Path(tempfile.mkdtemp()))
    program.secret()
    fill()
    told = {"full": [_told(program, [a.replace(sys.argv[2], str(home)) for a in c]) for c in wanted["full"]]}
    free()
    told["free"] = [_told(program, c) for c in wanted["free"]]
    json.dump(told, sys.stdout)


def _told(program: Program, command: list[str]) -> dict[str, object]:
    ran = program(*command, "--json")
    found = ran.document
    error = found.get("error") if isinstance(found, dict) else None
    return {"command": command[0], "code": ran.code, "error": error, "document": found, "err": ran.err}


Parts = tuple[Callable[[], object], Callable[[], object], Path]


def _tmpfs(home: Path) -> Parts:
    place = Path(tempfile.mkdtemp())
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)], check=True)
    shutil.copytree(home, place / "home", ignore=shutil.ignore_patterns("ballast"))
    filler = place / "filler"

    def fill() -> None:
        with open(filler, "wb", buffering=0) as out:
            try:
                while out.write(b"x" * 4096):
                    pass
            except OSError:
                return

    return fill, filler.unlink, place / "home"


def _limit(home: Path) -> Parts:
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    return (
        lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (512, hard)),
        lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard)),
        home,
    )


if __name__ == "__main__":
    main()
