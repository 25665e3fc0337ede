"""What the decoder may use, and how it gives up everything else before it sees a byte from outside.

Limits of the system hold where the system has them (`resource` on Linux and macOS); the audit hook holds
everywhere, for Python's own code. On Windows memory is bounded by the caps on pages, pixels and cells alone.
"""

from __future__ import annotations

import mimetypes
import os
import sys
from pathlib import Path
from typing import Any

from app.paths import import_path

MIB = 1024 * 1024
MAX_FILE = 64 * MIB
"""Bytes of an attachment that is decoded at all."""
MEMORY = 256 * MIB
"""Of the process: what it may have in memory at all."""
MAX_PIXELS = 36_000_000
"""Of a picture before it is decoded."""
MAX_SHOWN_SIDE = 3200
"""px of a picture's longer side as it is handed over."""
MAX_PAGE_PIXELS = 12_000_000
MAX_PAGES = 10_000
MAX_PAGE_CHARACTERS = 100_000
MAX_FRAMES = 5_000
MAX_ROWS = 200_000
MAX_COLUMNS = 1_000
MAX_CELLS = 2_000_000
MAX_CELL = 32_767
"""Characters of a cell (what a spreadsheet's own cell holds)."""
MAX_TEXT = 8 * MIB
"""Characters of a text file or a Word file that are shown."""
MAX_ENTRIES = 4_000
MAX_UNPACKED = 96 * MIB
"""Of a zip container (Office files): entries, and bytes they unpack to."""
BUDGET_S = 1.2
"""After this long the decoder answers with what it has, where a part is worth something."""

FROZEN = bool(getattr(sys, "frozen", False))
_ENVIRONMENT = ("PATH", "SYSTEMROOT", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "LANG", "LC_ALL")
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_FORBIDDEN = (
    "socket.", "subprocess.", "os.posix_spawn", "os.spawn", "os.exec", "os.system", "os.fork", "os.forkpty",
    "os.startfile", "pty.", "os.remove", "os.rename", "os.link", "os.symlink", "os.mkdir",
    "os.rmdir", "os.truncate", "os.chmod", "os.chown", "shutil.", "tempfile.", "urllib.", "http.", "ftplib.",
    "smtplib.", "winreg.", "os.kill", "webbrowser.", "mmap.",
)  # fmt: skip


class Forbidden(BaseException):
    """Something tried to leave. Not an Exception: no library may swallow it."""


def environment() -> dict[str, str]:
    """What the process is given of the program's environment: nothing that names a home or a secret."""
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    # One thread and one arena: each more would reserve address space that the limit counts.
    return (
        kept
        | import_path()
        | {
            "MALLOC_ARENA_MAX": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            # Else the interpreter asks the system's list of users where its home is, and looks for packages there.
            "PYTHONNOUSERSITE": "1",
            "PYTHONUSERBASE": os.path.join(sys.prefix, "no-user"),
            "PYTHONUTF8": "1",
        }
    )


def give_up() -> None:
    """No file but the program's own libraries and fonts, no socket, no process, no core file. For good."""
    _system_limits()
    roots = _library_roots()
    mimetypes.knownfiles.clear()  # openpyxl asks for them, and it would read files of the system
    mimetypes.init()

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            _may_open(arguments, roots)
        elif event.startswith(_FORBIDDEN):
            raise Forbidden(event)

    sys.addaudithook(hook)


def bound_memory() -> None:
    """From now on at most `MEMORY`; called again when a library was loaded.

    The system counts address space, of which libraries reserve more than they touch: the limit is what is
    reserved now and the memory that is still free.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    reserved, touched = _memory()
    wanted = reserved + max(MEMORY - touched, 64 * MIB)
    if hard == resource.RLIM_INFINITY or wanted <= hard:
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))


def work_of(pid: int) -> float | None:
    """Seconds of work that a process has done, or None where the system does not say (proc(5): stat, 14 and 15)."""
    try:
        fields = (
            Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        )
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, AttributeError):
        return None


def _system_limits() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    for name, value in (("RLIMIT_CORE", 0), ("RLIMIT_FSIZE", 0), ("RLIMIT_NOFILE", 64), ("RLIMIT_NPROC", 0)):
        if hasattr(resource, name):
            resource.setrlimit(getattr(resource, name), (value, value))


def _memory() -> tuple[int, int]:
    """(address space, resident) bytes of this process; a fixed guess where the system does not say."""
    try:
        reserved, touched = Path("/proc/self/statm").read_text(encoding="ascii").split()[:2]
    except OSError:
        return 256 * MIB, 64 * MIB
    page = os.sysconf("SC_PAGE_SIZE")
    return int(reserved) * page, int(touched) * page


def _library_roots() -> tuple[str, ...]:
    roots = {sys.prefix, sys.base_prefix, getattr(sys, "_MEIPASS", sys.prefix)}
    roots.add(str(Path(__file__).resolve().parents[2]))
    return tuple(os.path.join(os.path.realpath(root), "") for root in roots)


def _may_open(arguments: tuple[Any, ...], roots: tuple[str, ...]) -> None:
    path, mode, flags = arguments
    writes = (isinstance(mode, str) and set(mode) & set("wax+")) or (
        isinstance(flags, int) and flags & _WRITES
    )
    if isinstance(path, int) and not writes:
        return
    if writes or not isinstance(path, str | bytes):
        raise Forbidden("open")
    real = os.path.realpath(os.fsdecode(path))
    # A built program holds its modules in its own file.
    own = {f"/proc/{os.getpid()}/statm"} | ({os.path.realpath(sys.executable)} if FROZEN else set())
    if real not in own and not real.startswith(roots):
        raise Forbidden("open")
