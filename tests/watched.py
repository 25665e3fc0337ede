"""Runs commands of `assay` in a process of their own and tells whom they tried to reach.

    python -m tests.watched refuse|record < [["sync", "--json"], …]

Prints {"runs": [{"code", "out", "err"}], "reached": [[event, what], …]}. With `refuse` the first attempt at a
connection, a name, a listening socket or another program fails as it does without a network.
"""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

NETWORK = (
    "socket.connect",
    "socket.bind",
    "socket.sendto",
    "socket.sendmsg",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.gethostbyaddr",
    "urllib.Request",
)
PROGRAMS = ("subprocess.Popen", "os.posix_spawn", "os.exec", "os.system", "os.fork", "os.forkpty")


def main() -> None:
    refuse = sys.argv[1] == "refuse"
    reached: list[list[str]] = []

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in NETWORK or event in PROGRAMS:
            # The first argument of socket events is the socket itself.
            shown = arguments[1:] if event in ("socket.connect", "socket.bind") else arguments[:2]
            reached.append([event, json.dumps(shown, default=str)])
            if refuse:
                raise OSError(101, "Network is unreachable")

    sys.addaudithook(hook)
    from cli.__main__ import main as assay

    runs = []
    for given in json.load(sys.stdin):
        out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = assay(given)
        assert isinstance(out.buffer, io.BytesIO)
        runs.append({"code": code, "out": out.buffer.getvalue().decode(), "err": err.getvalue()})
    json.dump({"runs": runs, "reached": reached}, sys.stdout)


if __name__ == "__main__":
    main()
