"""R11: whatever bytes come in, a parser reads them or refuses them with the one error it documents, in good time.

Good input is flipped, cut, doubled, spliced with other good input and salted with what parsers stumble over.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from app.decoding.client import Decoder
from app.decoding.values import Kind
from app.errors import AssayError, InputError, TrustError
from app.formats import registry
from app.keys import recovery
from app.rendering.answer import parse as parse_answer
from app.rendering.patches import read_patch
from app.rendering.plain import to_plain
from app.rendering.runs import runs
from app.wire import age, invitation, jsonio, keylist
from app.wire.documents import Receipt, Result
from app.wire.models import parse, typ
from app.wire.signatures import KeySet, sign, verify
from app.wire.work import Batch, check_task
from app.workstation import program
from tests.attached_files import letter, pdf, picture, source, workbook
from tests.hostile.bombs import page
from tests.hostile.test_bad_bundles import honest, opened
from tests.soaking import Soak
from tests.unit.wire.wire_fixtures import key_list, private_key, receipt_payload, result_payload, signed_keys
from tests.workspaces import batch_json, task_json

KEY = private_key(1)
KEYS = KeySet([KEY.public])
SECONDS = 2.0
"""Of work, for one input."""
SALT = (
    b"", b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\r", b"\n\n", b"{", b"[" * 70, b'"', b"\\u0000",
    b"\\ud800",
    b"1e999", b"-0", b"NaN", b"9" * 400, b"null", b'"v":2,', b"..", b"/", b"%00", b"```", b"$$", b"> " * 40, b"- " * 40,
    b"|" * 60, b"<!--", b"]]>", b"\xe2\x80\xae", b"PK\x05\x06", b"%PDF-", b"endobj", b"IDAT", b"\x7f\xff\xff\xff",
)  # fmt: skip


def text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def answer(data: bytes) -> None:
    document = parse_answer(text(data))
    to_plain(document)
    for _ in runs(document):
        pass


@dataclass(frozen=True)
class Parser:
    """rounds: on every change; refuses: the one error it may raise."""

    read: Callable[[bytes], object]
    refuses: type[AssayError]
    rounds: int
    good: tuple[bytes, ...]


TASK = json.dumps(task_json(1)).encode()
ANSWER = (
    b"# Plan\n\n1. **Do** `x` $a^2$\n   - *y* [l](https://a.b)\n\n| a | b |\n|---|--:|\n| 1 | $$z$$ |\n"
    b"\n```py\nprint(1)\n```\n"
)
PATCH = b"diff --git a/x.py b/x.py\n--- a/x.py\n+++ b/x.py\n@@ -1,3 +1,3 @@\n a\n-b\n+c\n d\n"
LIST = key_list(KEY)
PARSERS = {
    "JSON": Parser(jsonio.loads, InputError, 20_000, (TASK, b'[1,2.5e3,"\\u00e9",{"a":[]}]')),
    "tasks": Parser(check_task, InputError, 8_000, (TASK, json.dumps(task_json(2, responses=1)).encode())),
    "batches": Parser(lambda d: parse(Batch, d), InputError, 8_000,
                      (json.dumps(batch_json([task_json()], TASK)).encode(),)),
    "results": Parser(lambda d: parse(Result, d), InputError, 8_000, (result_payload(), receipt_payload("0" * 64))),
    "receipts": Parser(lambda d: parse(Receipt, d), InputError, 8_000, (receipt_payload("0" * 64), result_payload())),
    "signed documents": Parser(lambda d: verify(d, KEYS, Result.typ()), TrustError, 8_000,
                               (sign(Result.typ(), result_payload(), KEY), sign(typ("other"), b"{}", KEY))),
    "key lists": Parser(lambda d: keylist.first_key_list([d], "0" * 64), TrustError, 4_000,  # type: ignore[arg-type]
                        tuple(signed_keys(LIST, KEY))),
    "invitations": Parser(invitation.read, InputError, 8_000,
                          (b"assay://enrol?url=https%3A%2F%2Flab.example&code=abc&keys=" + b"a" * 64,
                           b'{"v":1,"url":"https://lab.example","code":"abc","keys":"' + b"a" * 64 + b'"}')),
    "bundles": Parser(opened, TrustError, 3_000, (honest(),)),
    "sealed files": Parser(lambda d: age.decrypt(d, [KEY.as_jwk()]), TrustError, 4_000,
                           (age.encrypt(b"content" * 9, [age.recipient(KEY.as_jwk())]),)),
    "recovery codes": Parser(lambda d: recovery.parse(text(d)), InputError, 8_000,
                             (recovery.new_code(lambda n: bytes(range(n))).encode(),)),
    "answers": Parser(answer, InputError, 3_000, (ANSWER, PATCH, TASK)),
    "patches": Parser(lambda d: read_patch(text(d)), InputError, 8_000, (PATCH, ANSWER)),
}  # fmt: skip


def changed(chance: Random, good: tuple[bytes, ...]) -> bytes:
    """Some good input after one to six harms."""
    data = bytearray(chance.choice(good))
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) + 1)
        end = min(len(data), at + chance.choice((0, 1, 2, 8, 60)))
        kind = chance.random()
        if kind < 0.3 and at < len(data):
            data[at] ^= 1 << chance.randrange(8)
        elif kind < 0.6:
            data[at:end] = chance.choice(SALT)
        elif kind < 0.75:
            data[at:at] = data[at:end] * chance.choice((1, 2, 30))
        elif kind < 0.9:
            other = chance.choice(good)
            start = chance.randrange(len(other) + 1)
            data[at:end] = other[start : start + chance.choice((1, 8, 60))]
        else:
            del data[chance.choice((at, 0)) : at + chance.choice((1, 60, len(data)))]
    return bytes(data)


@pytest.mark.parametrize("name", PARSERS)
def test_it_is_read_or_refused(soak: Soak, name: str) -> None:
    parser, chance = PARSERS[name], Random(f"{name} 11")
    refused = 0
    for _ in soak.rounds("inputs of parsers", parser.rounds, 10_000_000):
        data = changed(chance, parser.good)
        began = time.process_time()
        try:
            parser.read(data)
        except parser.refuses:
            refused += 1
        assert time.process_time() - began < SECONDS, data
    assert refused or name in ("answers", "patches")


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    made = Decoder(program())
    made.load(*Kind)
    yield made
    made.close()


def test_attachments_are_shown_or_refused(decoder: Decoder, soak: Soak) -> None:
    """In the process that opens them, as viewers do."""
    chance = Random(11)
    files = {
        "a.pdf": (pdf([["one"], ["two"]]), page(b"0 0 9 9 re f")),
        "a.png": (picture("PNG"),),
        "a.jpg": (picture("JPEG"),),
        "a.gif": (picture("GIF"),),
        "a.webp": (picture("WEBP"),),
        "a.xlsx": (workbook({"A": [["x", 1]]}),),
        "a.docx": (letter(),),
        "a.csv": (b'a,b\n1,"x\ny"\n',),
    }
    names = sorted(files)
    for number in soak.rounds("attached files", 240, 1_000_000):
        name = names[number % len(names)]
        file = source(name, changed(chance, files[name]))
        began = time.monotonic()
        with contextlib.suppress(InputError):
            kind = decoder.look(file).kind
            if kind is Kind.PDF:
                decoder.page(file, 0, 1.0)
            elif kind is Kind.PICTURE:
                decoder.picture(file)
            elif kind is Kind.TABLE:
                decoder.rows(file, 0, 0, 50)
            else:
                decoder.text(file)
        assert time.monotonic() - began < 60, name


FORMATS = ("jsonl", "csv", "healthbench", "auto")


def test_files_of_tasks_are_read_or_refused(tmp_path: Path, soak: Soak) -> None:
    chance, path = Random(12), tmp_path / "x"
    good = (TASK + b"\n" + TASK + b"\n", b"prompt,response,rubric\nq,a,c\n", b"[" + TASK + b"]")
    for number in soak.rounds("files of tasks", 1_000, 10_000_000):
        path.write_bytes(changed(chance, good))
        began = time.process_time()
        with contextlib.suppress(InputError):
            for found in registry.read(FORMATS[number % len(FORMATS)], path):
                check_task(jsonio.dumps(found.task))
        assert time.process_time() - began < SECONDS
