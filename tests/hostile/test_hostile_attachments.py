"""Files made to do harm, through the real decoder: no connection, foreign file or process, no stall (R9, R10).

The sets of `security/` in the shared data where they are; always bombs of our own.
"""

from __future__ import annotations

import re
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.decoding.client import PATIENCE, Decoder
from app.decoding.limits import work_of
from app.decoding.values import Kind, Source
from app.errors import InputError
from app.workstation import program
from tests.attached_files import source
from tests.hostile.bombs import OWN
from tests.hostile.tracing import crimes, traced
from tests.shared_data import shared_data
from tests.soaking import Soak

SECONDS = 2.3
"""A request's limit and the end of the process."""
MEMORY_KB = 256 * 1024
SETS = ("images/*/*", "pdf/*/*", "zip/*", "zip/*/*", "xss/*", "trojan_source/*", "csv/*", "strings/*")


def of_others() -> Iterator[Source]:
    data = shared_data()
    for path in [p for glob in SETS for p in sorted((data / "security").glob(glob))] if data else []:
        if path.is_file():
            yield source(path.name, path.read_bytes())


def see(decoder: Decoder, file: Source) -> None:
    """Look at it as a viewer does; every way through it ends within the limit, in an answer or in one error."""
    for step in _steps(decoder, file):
        started, before = time.monotonic(), _work(decoder)
        assert _tried(step).startswith("decode."), file.name
        # Beside other tests it may have to wait for its turn; its own work is what is bounded.
        assert _work(decoder) - before < SECONDS, file.name
        assert time.monotonic() - started < SECONDS * PATIENCE, file.name
        pid = decoder.pid
        if pid is not None and (status := Path(f"/proc/{pid}/status")).exists():
            peak = re.search(r"VmHWM:\s+(\d+)", status.read_text(encoding="ascii"))
            assert peak is None or int(peak[1]) <= MEMORY_KB, file.name


def _work(decoder: Decoder) -> float:
    """Seconds of work of all decoders so far."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    alive = work_of(decoder.pid) if decoder.pid is not None else None
    return ended.ru_utime + ended.ru_stime + (alive or 0.0)


def _tried(step: Callable[[], object]) -> str:
    """The code of its error, `decode.` when it answered."""
    try:
        step()
    except InputError as error:
        return error.code
    return "decode."


def _steps(decoder: Decoder, file: Source) -> Iterator[Callable[[], object]]:
    kinds: list[Kind] = []
    yield lambda: kinds.append(decoder.look(file).kind)
    kind = kinds[0] if kinds else None
    if kind is Kind.PDF:
        yield lambda: decoder.page(file, 0, 1.5)
        yield lambda: decoder.page_text(file, 0)
    elif kind is Kind.PICTURE:
        yield lambda: decoder.picture(file)
    elif kind is Kind.TABLE:
        yield lambda: decoder.rows(file, 0, 0, 400)
        yield lambda: decoder.rows(file, 0, 190_000, 400)
    elif kind in (Kind.TEXT, Kind.WORDS):
        yield lambda: decoder.text(file)


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    made = Decoder(program())
    made.load(*Kind)
    yield made
    made.close()


@pytest.mark.parametrize("name", OWN)
def test_a_bomb_of_our_own_ends_within_its_limits(decoder: Decoder, name: str) -> None:
    see(decoder, source(name, OWN[name]()))
    decoder.load(*Kind)


def test_the_sets_of_others_end_within_their_limits_too(decoder: Decoder) -> None:
    for file in of_others():
        see(decoder, file)


# Nothing leaves


def test_no_connection_no_foreign_file_no_process(tmp_path: Path, soak: Soak) -> None:
    log = tmp_path / "calls"
    decoder = Decoder((*traced(log), *program()), limit_s=8)
    try:
        for file in [*(source(name, OWN[name]()) for name in OWN if name not in SLOW), *of_others()]:
            for step in _steps(decoder, file):
                assert _tried(step).startswith("decode.")
            soak.counted(1, "files")
    finally:
        decoder.close()
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    assert crimes(lines) == []
    assert changes(lines) == []


SLOW = frozenset({"shared.pdf", "long.pdf", "letters.pdf", "rows.xlsx", "bomb.xlsx"})
"""Under a tracer these would only show their time limit again."""


def changes(lines: list[str]) -> list[str]:
    """What a decoder changed in the file system; its own start is the one program."""
    found = [
        line
        for line in lines
        if re.search(r"\b(unlink|rename|mkdir|link|symlink|truncate)(at2?)?\(", line) and " = 0" in line
    ]
    starts = sum("execve(" in line and " = 0" in line for line in lines)
    return (
        found if starts <= len({line.partition(" ")[0] for line in lines}) else [*found, "a second program"]
    )
