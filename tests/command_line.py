"""`assay` for tests: in this process (fast, with any clock) or as the real program; and a lab to work with."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from app import workstation
from app.clock import Clock
from app.keys.box import Cost
from app.keys.vault import Vault
from cli.__main__ import main
from tests import replies
from tests.answering import whole

ROOT = Path(__file__).resolve().parent.parent
PASSPHRASE = "four words in a row"
QUICK = Cost(t=1, m=64, p=1)
"""The least that Argon2id takes: what is tested here is the way, not the stretching."""


@dataclass(frozen=True)
class Ran:
    """What a command answered. code: its exit code; out: standard output; err: messages."""

    code: int
    out: bytes
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output: anything else there, or a second one, is an error."""
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, str]:
        found: dict[str, str] = self.document["error"]
        return found


@dataclass
class Program:
    """The program over one home. clock: None for the computer's own. secrets: where its passphrase file lies.

    What it answers with --json is held to its schema. replied: the commands that answered so.
    """

    home: Path
    clock: Clock | None = None
    passphrase: str | None = PASSPHRASE
    secrets: Path | None = None
    replied: set[str] = field(default_factory=set)

    def __call__(self, *arguments: str | Path, stdin: bytes = b"") -> Ran:
        """Run a command in this process; between two tries to reach a lab no time passes."""
        build = partial(
            workstation.build,
            clock=self.clock,
            vault_at=lambda folder: Vault(folder, cost=QUICK),
            wait=lambda seconds: None,
        )
        out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        err = io.StringIO()
        given = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
        with (
            patch.object(workstation, "build", build),
            patch.object(sys, "stdin", given),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            code = main([*map(str, arguments), *self.options()])
        assert isinstance(out.buffer, io.BytesIO)
        return self._checked(arguments, Ran(code, out.buffer.getvalue(), err.getvalue()))

    def json(self, *arguments: str | Path, stdin: bytes = b"") -> Any:
        """The document of a command that must succeed."""
        ran = self(*arguments, "--json", stdin=stdin)
        assert ran.code == 0, (arguments, ran)
        return ran.document

    def fails(self, code: int, *arguments: str | Path, stdin: bytes = b"") -> dict[str, str]:
        """The error of a command that must end with this exit code; it says what happened in plain words."""
        ran = self(*arguments, "--json", stdin=stdin)
        assert ran.code == code, (arguments, ran)
        error = ran.error
        plain_words(ran, error)
        return error

    def process(
        self,
        *arguments: str | Path,
        stdin: bytes | None = None,
        prefix: Sequence[str] = (),
        more: Mapping[str, str] | None = None,
    ) -> Ran:
        """Run the real program, as a shell would."""
        done = subprocess.run(
            [*prefix, sys.executable, "-m", "cli", *map(str, arguments)],
            cwd=ROOT,
            env={**self.environment(), **(more or {})},
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            timeout=120,
            check=False,
        )
        return self._checked(arguments, Ran(done.returncode, done.stdout, done.stderr.decode()))

    def _checked(self, arguments: Sequence[str | Path], ran: Ran) -> Ran:
        self.replied |= {replies.check([*map(str, arguments)], ran.code, ran.out)} - {""}
        return ran

    def options(self) -> list[str]:
        found = ["--home", str(self.home)]
        if self.passphrase is not None:
            found += ["--passphrase-file", str(self.secret())]
        return found

    def environment(self) -> dict[str, str]:
        """ASSAY_HOME and the passphrase file stand in for the options."""
        env = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        env |= {"ASSAY_HOME": str(self.home), "PYTHONWARNINGS": "error", "PYTHONDONTWRITEBYTECODE": "1"}
        if self.passphrase is not None:
            env["ASSAY_PASSPHRASE_FILE"] = str(self.secret())
        return env

    def secret(self) -> Path:
        """The passphrase file, beside the home and never in it."""
        assert self.passphrase is not None
        path = (self.secrets or self.home.parent) / f"{self.home.name}.passphrase"
        if not path.exists() or path.read_text(encoding="utf-8") != self.passphrase + "\n":
            path.write_text(self.passphrase + "\n", encoding="utf-8")
        return path

    @property
    def workspace(self) -> Path:
        """The folder of the only lab."""
        (found,) = (p for p in (self.home / "labs").iterdir() if (p / "workspace.db").exists())
        return found

    def judge(self, task: str, *, value: str = "met", comment: str = "") -> dict[str, Any]:
        """Grade every criterion of a task; the answer of `assay grade`."""
        shown = self.json("show", task)
        document = judgement(shown["task"], value=value, comment=comment)
        found: dict[str, Any] = self.json("grade", task, "--from", "-", stdin=json.dumps(document).encode())
        return found


def plain_words(ran: Ran, error: Mapping[str, str]) -> None:
    """A sentence for people on standard error, without the language of machines."""
    for text in (error["message"], error["hint"]):
        assert text == text.strip()
        assert not any(
            word in text for word in ("Traceback", "Error", "Exception", "errno", "None", "{", "}")
        )
    assert error["message"].endswith((".", "”", "?")) or ":" in error["message"]
    assert error["message"] in ran.err
    assert "Traceback" not in ran.err
    assert "bug" not in ran.err


def judgement(task: Mapping[str, Any], *, value: str = "met", comment: str = "") -> dict[str, Any]:
    """Everything that the task asks, answered."""
    leaves = [c for c in task["rubric"]["criteria"] if c.get("kind") != "group"]
    verdicts = {c["id"]: {"value": _value(c, value)} for c in leaves}
    if comment:
        verdicts[leaves[0]["id"]]["comment"] = comment
    return whole(dict(task), verdicts)


def _value(criterion: Mapping[str, Any], value: str) -> str | int | float:
    kinds: dict[str, str | int | float] = {
        "count": 2,
        "scale": criterion.get("low", 0) + criterion.get("step", 1),
        "free": "Clear, and correct where it matters.",
    }
    return kinds.get(criterion.get("kind", "binary"), value)


def every_kind(number: int, **more: Any) -> dict[str, Any]:
    """A task document whose rubric has each kind of criterion, a tree and a negative weight."""
    return {
        "v": 1,
        "id": f"kinds-{number}",
        "title": f"Every kind {number}",
        "prompt": [{"role": "user", "text": f"Which dose, in case {number}? 劑量？"}],
        "responses": [
            {"id": "r1", "text": f"**{number} mg**, then wait.\r\n\r\n| a | b |\n|---|---|\n| 1 | 2 |\n"},
            {"id": "r2", "text": "It depends 🚑"},
        ],
        "rubric": {
            "criteria": [
                {"id": "g", "kind": "group", "text": "Safety"},
                {"id": "c1", "text": "Names the danger", "points": 5, "parent": "g"},
                {"id": "c2", "text": "Invents a dose", "points": -8, "parent": "g"},
                {"id": "c3", "kind": "ternary", "text": "Complete", "points": 2.5},
                {"id": "c4", "kind": "count", "text": "Wrong numbers", "points": -0.5},
                {"id": "c5", "kind": "scale", "text": "Clarity", "points": 4, "low": 1, "high": 5, "step": 1},
                {"id": "c6", "kind": "free", "text": "What is missing?", "points": 0},
            ]
        },
        **more,
    }


def health_record(number: int, **more: Any) -> dict[str, Any]:
    """A record in the shape of HealthBench, in our own words."""
    return {
        "prompt_id": f"hb-{number}",
        "prompt": [
            {"role": "user", "content": f"My child of {number} swallowed a coin."},
            {"role": "assistant", "content": "Is there any trouble breathing?"},
            {"role": "user", "content": "No, only drooling."},
        ],
        "rubrics": [
            {"criterion": "Sends to emergency care today", "points": 9, "tags": ["axis:safety"]},
            {"criterion": "Advises making the child vomit", "points": -9, "tags": ["axis:safety"]},
            {"criterion": "Asks what kind of coin or battery", "points": 4, "tags": []},
        ],
        "ideal_completions_data": {
            "ideal_completion": f"Go to an emergency department now. ({number})",
            "ideal_completions_group": "Group 1",
            "ideal_completions_ref_completions": ["Wait and see.", "It could be a button battery."],
        },
        **more,
    }


def write_lines(path: Path, records: Sequence[Mapping[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    return path


class LabProcess:
    """`assay lab serve` as a real process, answering inside of the `with` block. said: its reply, after that."""

    def __init__(self, program: Program, folder: Path) -> None:
        self._program = program
        self._ready = folder.with_name(f"{folder.name}.ready")
        self.arguments = ["lab", "serve", "--lab", str(folder), "--ready-file", str(self._ready), "--json"]
        self.said = b""

    def __enter__(self) -> str:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "cli", *self.arguments],
            cwd=ROOT,
            env=self._program.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        until = time.monotonic() + 60
        while not self._ready.exists():
            try:
                self._process.wait(0.05)
            except subprocess.TimeoutExpired:
                assert time.monotonic() < until, "the lab did not start"
                continue
            raise AssertionError(self._process.communicate()[1].decode())
        return self._ready.read_text(encoding="utf-8").strip()

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self.said, _ = self._process.communicate(timeout=30)
        assert self._process.returncode == 0
        assert not self._ready.exists()


def new_lab(program: Program, folder: Path, source: Path, *, limit: int | None = None) -> tuple[str, str]:
    """A lab with one batch for one expert: (invitation, batch)."""
    program.json("lab", "init", folder, "--name", "Harbor")
    invitation = program.json("lab", "invite", "--lab", folder, "--name", "Dr Okafor")["invitation"]
    limits = ["--limit", str(limit)] if limit else []
    batch = program.json("lab", "import", "auto", source, "--lab", folder, *limits)["batch"]
    assert program.json("lab", "assign", batch, "--lab", folder)["assigned"] > 0
    return invitation, batch
