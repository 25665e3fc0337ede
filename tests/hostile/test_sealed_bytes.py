"""G3, G4, H2: before the commit neither a sealed opinion, nor a gold key, nor the first grade is to be had.

Searched are the bytes of every file of the home, everything in the opened workspace, and every byte of every call and
answer; each also as base64url decodes it, again and again. After the commit the same search finds them.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import workstation
from app.keys.vault import Vault
from lab.desk import open_lab
from lab.tables_leads import sealed
from tests.command_line import PASSPHRASE, QUICK, Program, judgement
from tests.lab_server import serving, write_tasks

OPINION, GOLD, FIRST = "kanarienvogelmeinung", "kanarienvogelschluessel", "kanarienvogelnote"
_RUN = re.compile(rb"[A-Za-z0-9_-]{24,}")


@dataclass
class Recorder:
    """Everything that goes over the wire, both ways, as one text."""

    app: ASGIApp | None = None
    heard: bytearray = field(default_factory=bytearray)

    def __call__(self, app: ASGIApp) -> ASGIApp:
        async def recorded(scope: Scope, receive: Receive, send: Send) -> None:
            self.heard += repr(scope.get("path")).encode() + repr(scope.get("headers")).encode()

            async def hear() -> Message:
                message = await receive()
                self.heard += message.get("body", b"") + b"\n"
                return message

            async def say(message: Message) -> None:
                self.heard += repr(message.get("headers", "")).encode() + message.get("body", b"") + b"\n"
                await send(message)

            await app(scope, hear, say)

        return recorded


def readings(data: bytes, depth: int = 3) -> Iterator[bytes]:
    """The bytes, and what base64url in them says."""
    yield data
    if depth:
        for run in _RUN.findall(data):
            try:
                yield from readings(base64.urlsafe_b64decode(run + b"=" * (-len(run) % 4)), depth - 1)
            except ValueError:
                continue


def found(places: Iterator[bytes], words: list[bytes]) -> set[bytes]:
    return {word for data in places for reading in readings(data) for word in words if word in reading}


def files(home: Path) -> Iterator[bytes]:
    return (path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file())


def rows(home: Path) -> Iterator[bytes]:
    """Every value in the opened workspace."""
    built = workstation.build(home, vault_at=lambda folder: Vault(folder, cost=QUICK))
    session = built.labs.open(None, PASSPHRASE, readonly=True)
    try:
        db: Any = session.workspace._db
        for (name,) in db.all("SELECT name FROM sqlite_master WHERE type = 'table'"):
            if name.endswith("_search"):
                continue
            for row in db.all(f'SELECT * FROM "{name}"'):
                yield from (v if isinstance(v, bytes) else str(v).encode() for v in row)
    finally:
        session.close()


def keys_of(folder: Path) -> list[bytes]:
    """Every key of an envelope that nobody has opened, as bytes and as an opening would write it."""
    with open_lab(folder) as lab, lab.database.reading() as connection:
        raw = [bytes(key) for key in connection.execute(select(sealed.c.key)).scalars()]
    return [
        *raw,
        *(base64.urlsafe_b64encode(key).rstrip(b"=") for key in raw),
        *(k.hex().encode() for k in raw),
    ]


def setting(tmp_path: Path) -> tuple[Program, Path, dict[str, Program]]:
    """A lab with a judge's opinion on t-0, a gold key on t-1, two experts, and a lead who gets everything blind."""
    desk, folder = Program(tmp_path / "desk"), tmp_path / "harbor"
    desk.json("lab", "init", folder)
    links = {
        name: desk.json("lab", "invite", "--lab", folder, "--name", name, "--role", role)["invitation"]
        for name, role in (("ada", "expert"), ("bo", "expert"), ("lea", "lead"))
    }
    desk.json(
        "lab", "team", "make", "H", "--lab", folder, "--lead", "lea", "--expert", "ada", "--expert", "bo"
    )
    batch = desk.json("lab", "import", "auto", write_tasks(tmp_path / "t.jsonl", 3), "--lab", folder)["batch"]
    for task, word, command in (("t-0", OPINION, "seal"), ("t-1", GOLD, "gold")):
        source = tmp_path / f"{task}.jsonl"
        verdict = {"value": "not_met", "comment": word}
        document = {"task": task, "judgement": {"responses": {"r1": {"verdicts": {"c1": verdict}}}}}
        source.write_text(json.dumps(document), encoding="utf-8")
        desk.json("lab", command, batch, "--lab", folder, "--from", source)
    desk.json("lab", "assign", batch, "--lab", folder, "--to", "ada", "--to", "bo")
    desk.json("lab", "plan", batch, "--lab", folder, "--team", "H", "--random", "100")
    people = {name: Program(tmp_path / name, secrets=tmp_path) for name in links}
    with open_lab(folder) as lab, serving(lab):
        for name, link in links.items():
            people[name].json("enrol", link)
    return desk, folder, people


def sync(folder: Path, program: Program, recorder: Recorder) -> None:
    with open_lab(folder) as lab, serving(lab, wrap=recorder):
        program.json("sync")


def grade(program: Program, task: str, comment: str = "") -> None:
    document = judgement(program.json("show", task)["task"], value="met", comment=comment)
    program.json("grade", task, "--from", "-", stdin=json.dumps(document).encode())
    program.json("submit", task)


def test_nothing_sealed_is_readable_before_the_commit_and_all_of_it_after(tmp_path: Path) -> None:
    _, folder, people = setting(tmp_path)
    ada, bo, lea = people["ada"], people["bo"], people["lea"]
    words = [OPINION.encode(), GOLD.encode()]

    heard = Recorder()
    sync(folder, ada, heard)
    grade(ada, "t-0", FIRST)
    secrets = [*words, *keys_of(folder)]
    for place in (files(ada.home), rows(ada.home), iter([bytes(heard.heard)])):
        assert found(place, secrets) == set()
    assert found(rows(ada.home), [b"ciphertext"]), "the envelopes themselves are here"
    sync(folder, ada, heard)
    assert found(rows(ada.home), words) == {words[0]}, "her own result opened t-0, and nothing else"
    assert found(iter([bytes(heard.heard)]), words) == set(), "the key went over the wire, the text never did"
    assert found(files(ada.home), words) == set(), "what was opened lies encrypted"

    sync(folder, bo, Recorder())
    for task in ("t-0", "t-1"):
        grade(bo, task, FIRST)
    grade(ada, "t-1", FIRST)
    sync(folder, bo, Recorder())
    sync(folder, ada, Recorder())

    secrets = [*words, FIRST.encode()]
    told = Recorder()
    sync(folder, lea, told)
    assert {r["state"] for r in lea.json("queue")} == {"blind"}
    for place in (files(lea.home), rows(lea.home), iter([bytes(told.heard)])):
        assert found(place, [*secrets, *keys_of(folder)]) == set()
    grade(lea, "t-0")
    assert found(rows(lea.home), secrets) == set()
    sync(folder, lea, told)
    assert found(rows(lea.home), secrets) == {secrets[0], secrets[2]}
