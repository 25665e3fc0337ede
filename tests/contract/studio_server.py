"""Label Studio for tests: a stand-in with the manners of the real one (1.23), or the real one, installed apart.

The stand-in answers the calls that our connector makes as the real server was seen to: no answer is checked,
`unique_id` is unique over the server and a second one gets 409, `import_id` and `result[].meta` are kept.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "0123456789abcdef0123456789abcdef01234567"
PERSONAL = "eyJhbGciOiJIUzI1NiJ9.eyJ0b2tlbl90eXBlIjoicmVmcmVzaCJ9.c2lnbmVk"
"""What a personal access token looks like: a JWT that says it is for refreshing."""


@dataclass
class StandIn:
    """lost: answers to so many annotations are cut off after they were stored. refreshed: access tokens given out."""

    url: str = ""
    config: str = ""
    tasks: dict[int, dict[str, Any]] = field(default_factory=dict)
    annotations: dict[int, dict[str, Any]] = field(default_factory=dict)
    unique: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    lost: int = 0
    refreshed: int = 0
    busy: int = 0

    def add(self, *data: dict[str, Any]) -> None:
        for one in data:
            self.tasks[len(self.tasks) + 1] = one

    def of(self, task: int) -> list[dict[str, Any]]:
        return [a for a in self.annotations.values() if a["task"] == task]

    # What it answers

    def reply(
        self, method: str, path: str, query: dict[str, list[str]], body: Any, token: str
    ) -> tuple[int, Any]:
        if path == "/api/token/refresh/":
            self.refreshed += 1
            return (200, {"access": f"access-{self.refreshed}"}) if body["refresh"] == PERSONAL else (401, {})
        if token not in (f"Token {TOKEN}", f"Bearer access-{self.refreshed}"):
            return 401, {"detail": "Invalid token."}
        if self.busy:
            self.busy -= 1
            return 503, {}
        parts = path.strip("/").split("/")[1:]
        match (method, *parts):
            case ("GET", "current-user", "whoami"):
                return 200, {"id": 7}
            case ("GET", "projects", "3"):
                return 200, {"id": 3, "title": "Summaries", "label_config": self.config}
            case ("GET", "tasks"):
                after = json.loads(query["query"][0])["filters"]["items"][0]["value"]
                size = int(query["page_size"][0])
                page = [{"id": i, "data": d} for i, d in sorted(self.tasks.items()) if i > after]
                return 200, {"tasks": page[:size], "total": len(page)}
            case ("GET", "tasks", task, "annotations") if int(task) in self.tasks:
                return 200, self.of(int(task))
            case ("POST", "tasks", task, "annotations") if int(task) in self.tasks:
                if body["unique_id"] in self.unique:
                    return 409, {"detail": "unique_id"}
                self.unique.add(body["unique_id"])
                number = len(self.annotations) + 1
                self.annotations[number] = {"id": number, "task": int(task), **body}
                del self.annotations[number]["unique_id"]
                return 201, self.annotations[number]
            case ("PATCH", "annotations", number) if int(number) in self.annotations:
                self.annotations[int(number)] |= body
                return 200, self.annotations[int(number)]
        return 404, "<html>Not found</html>"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _answer(self) -> None:
        server: Any = self.server
        state: StandIn = server.state
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        state.asked.append(f"{self.command} {parts.path}")
        token = self.headers.get("Authorization") or ""
        status, found = state.reply(self.command, parts.path, parse_qs(parts.query), body, token)
        if status == 201 and state.lost:
            state.lost -= 1
            self.close_connection = True
            return
        data = (found if isinstance(found, str) else json.dumps(found)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PATCH = _answer

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def stand_in(config: str) -> Iterator[StandIn]:
    state = StandIn(config=config)
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.state, server.daemon_threads = state, True
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# The real one

VERSION = "1.23.2"
PLACE = Path(__file__).resolve().parents[2] / ".cache" / "label-studio"
STARTS_WITHIN_S = 400


@contextmanager
def real(folder: Path, port: int) -> Iterator[str]:
    """A Label Studio of its own on loopback; nothing of it calls home. Installed at the first use (1 GB)."""
    program = PLACE / "bin/label-studio"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(PLACE)], check=True)
        subprocess.run([str(PLACE / "bin/pip"), "install", "-q", f"label-studio=={VERSION}"], check=True)
    quiet = {
        "COLLECT_ANALYTICS": "false", "LATEST_VERSION_CHECK": "false", "SENTRY_DSN": "", "FRONTEND_SENTRY_DSN": "",
        "DEBUG": "false", "FEATURE_FLAGS_OFFLINE": "true", "DJANGO_DB": "sqlite",
    }  # fmt: skip
    told = [
        "start", "--no-browser", "--internal-host", "127.0.0.1", "--port", str(port), "--data-dir", str(folder),
        "--username", "lab@example.org", "--password", "lab-password-1", "--user-token", TOKEN,
        "--enable-legacy-api-token", "--log-level", "ERROR",
    ]  # fmt: skip
    environment = {k: v for k, v in os.environ.items() if k != "USERNAME"} | quiet
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen([str(program), *told], env=environment, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, server)
        yield url
    finally:
        server.terminate()
        server.wait(30)


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    turn = threading.Event()
    for _ in range(STARTS_WITHIN_S * 2):
        assert server.poll() is None, "Label Studio ended while it started"
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=2):
                return
        except OSError:
            turn.wait(0.5)
    raise AssertionError("Label Studio did not start")


def ask(url: str, method: str, path: str, body: object = None) -> Any:
    """One call to the real server, as its owner."""
    request = urllib.request.Request(
        url + path,
        method=method,
        data=json.dumps(body).encode() if body is not None else None,
        headers={"Authorization": f"Token {TOKEN}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        data = answer.read()
    return json.loads(data) if data else None
