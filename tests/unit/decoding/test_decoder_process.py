"""The process itself: it hangs, dies and starts again; and it cannot reach anything."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from app.decoding import frames, limits
from app.decoding.client import PATIENCE, Decoder
from app.decoding.values import Kind
from app.errors import InputError, StorageError
from app.workstation import build, program
from tests.attached_files import pdf, picture, source


def test_what_takes_too_long_is_stopped_and_the_next_question_works() -> None:
    decoder = Decoder(program(), limit_s=0.25)
    try:
        small = source("small.txt", b"words")
        decoder.look(small)
        before = decoder.pid
        started = time.monotonic()
        with pytest.raises(InputError) as caught:
            decoder.rows(source("long.csv", b"a,b\n" * 2_000_000), 0, 0, 199_000)
        assert caught.value.code == "decode.slow"
        assert time.monotonic() - started < limits.BUDGET_S * PATIENCE
        assert decoder.text(small).text == "words"
        assert decoder.pid != before
    finally:
        decoder.close()


def test_a_process_that_ends_is_named_and_started_again(tmp_path: Path) -> None:
    file = source("label.pdf", pdf([["x"]]))
    decoder = Decoder(program())
    try:
        decoder.look(file)
        assert decoder.pid is not None
        os.kill(decoder.pid, signal.SIGSTOP)
        killer = threading.Timer(0.2, os.kill, (decoder.pid, signal.SIGKILL))
        killer.start()
        with pytest.raises(InputError) as caught:
            decoder.page(file, 0, 1)
        killer.join()
        assert caught.value.code == "decode.ended"
        assert decoder.page(file, 0, 1).width == 400
    finally:
        decoder.close()


def test_one_that_ended_unasked_is_started_again() -> None:
    decoder = Decoder(program())
    try:
        file = source("a.txt", b"words")
        decoder.look(file)
        assert decoder.pid is not None
        os.kill(decoder.pid, signal.SIGKILL)
        os.waitid(os.P_PID, decoder.pid, os.WEXITED | os.WNOWAIT)
        assert decoder.text(file).text == "words"
    finally:
        decoder.close()


def test_a_program_that_is_no_decoder_is_said_plainly() -> None:
    for command in (("/nowhere/at/all",), (sys.executable, "-c", "print('not a decoder')")):
        with pytest.raises(StorageError) as caught:
            Decoder(command).look(source("a.txt", b"words"))
        assert caught.value.code == "decode.start"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"garbage that is no frame at all, and long enough for a head",
        b"\x00\x00\x00\x02\x00\x00\x00\x00{}" + b'\x00\x00\x00\x12\x00\x00\x00\x00{"kind": "program"}',
    ],
)
def test_a_process_that_is_not_itself_any_more_is_not_believed(tmp_path: Path, answer: bytes) -> None:
    script = tmp_path / "lying.py"
    ready = b'\x00\x00\x00\x0f\x00\x00\x00\x00{"ready": true}'
    script.write_text(f"import sys\nsys.stdout.buffer.write({ready + answer!r})\n", encoding="utf-8")
    decoder = Decoder((sys.executable, str(script)))
    try:
        with pytest.raises(InputError) as caught:
            decoder.look(source("a.txt", b"words"))
        assert caught.value.code == "decode.ended"
    finally:
        decoder.close()


def test_nothing_of_the_programs_secrets_goes_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSAY_PASSPHRASE_FILE", "a/secret")
    monkeypatch.setenv("ASSAY_HOME", "a/home")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/user/1/bus")
    assert (
        not {"ASSAY_PASSPHRASE_FILE", "ASSAY_HOME", "DBUS_SESSION_BUS_ADDRESS"} & limits.environment().keys()
    )


def test_a_file_over_the_cap_is_not_even_read() -> None:
    def read() -> bytes:
        raise AssertionError

    large = source("a.bin", b"")
    large = type(large)(large.sha256, large.name, "", limits.MAX_FILE + 1, read)
    with pytest.raises(InputError) as caught:
        Decoder(("/nowhere",)).look(large)
    assert caught.value.code == "decode.large"


TRIES = {
    "a foreign file": "open('/etc/hostname').read()",
    "a file by its number": "import os; os.open('/etc/hostname', os.O_RDONLY)",
    "what another process holds": "import os; open(f'/proc/{os.getppid()}/environ').read()",
    "a file through a link": "open('/proc/self/root/etc/hostname')",
    "writing": f"open({str(Path.home() / 'written')!r}, 'w')",
    "writing beside the program": "import app; open(app.__file__ + '.new', 'w')",
    "a temporary file": "import tempfile; tempfile.TemporaryFile()",
    "a socket": "import socket; socket.socket().connect(('127.0.0.1', 9))",
    "a name": "import socket; socket.getaddrinfo('localhost', 80)",
    "a program": "import subprocess; subprocess.run(['true'])",
    "a shell": "import os; os.system('true')",
    "a fork": "import os; os.fork()",
    "removing": f"import os; os.remove({__file__!r})",
    "memory": "x = bytearray(400 * 1024 * 1024)",
}


@pytest.mark.parametrize("what", TRIES)
def test_the_process_cannot(what: str) -> None:
    code = (
        "import sys\nfrom app.decoding import limits\nlimits.give_up(); limits.bound_memory()\n"
        f"try:\n    exec({TRIES[what]!r})\nexcept (limits.Forbidden, MemoryError, OSError) as error:\n"
        "    sys.exit(3)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env=limits.environment(), check=False)
    assert done.returncode == 3


def test_what_it_may_read_is_the_program() -> None:
    code = (
        "from app.decoding import limits\nlimits.give_up(); limits.bound_memory()\n"
        "import json, app.decoding.pdf, app.decoding.pictures\n"
    )
    subprocess.run([sys.executable, "-c", code], env=limits.environment(), check=True)


def test_libraries_are_loaded_ahead() -> None:
    decoder = Decoder(program())
    try:
        decoder.load(Kind.PDF, Kind.PICTURE)
        assert decoder.pid is not None
        before = limits.work_of(decoder.pid)
        decoder.page(source("a.pdf", pdf([["x"]])), 0, 1)
        decoder.picture(source("a.png", picture("PNG")))
        after = limits.work_of(decoder.pid)
        assert before is not None
        assert after is not None
        assert after - before < limits.BUDGET_S / 4
    finally:
        decoder.close()


def test_frames_refuse_what_is_too_long() -> None:
    import io

    for head in (b"\xff\xff\xff\xff\x00\x00\x00\x00", b"\x00\x00\x00\x02\xff\xff\xff\xff{}", b"\x00"):
        with pytest.raises(frames.Broken):
            frames.read(io.BytesIO(head + b"x" * 100))


@pytest.fixture
def trapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One works in a folder whose `cli` and `app` are somebody else's; what they write if they are ever imported."""
    mark = tmp_path / "was-imported"
    for room in ("cli", "app"):
        (tmp_path / room).mkdir()
        for name in ("__init__.py", "__main__.py"):
            (tmp_path / room / name).write_text(f"open({str(mark)!r}, 'w').close()\n")
    monkeypatch.chdir(tmp_path)
    return mark


def test_code_in_the_folder_one_works_in_is_never_run(trapped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for theirs in ("", os.pathsep, str(trapped.parent)):
        monkeypatch.setenv("PYTHONPATH", theirs)
        decoder = Decoder(program())
        try:
            assert decoder.text(source("small.txt", b"words")).text == "words"
        finally:
            decoder.close()
        assert not trapped.exists()


def test_a_sample_lab_runs_no_code_of_the_folder_one_works_in(trapped: Path, tmp_path: Path) -> None:
    assert build(tmp_path / "home").sample_lab().call("--help")
    assert not trapped.exists()


def test_a_frozen_program_is_started_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    assert program() == (sys.executable,)
    assert "PYTHONPATH" not in limits.environment()
