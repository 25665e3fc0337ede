"""A recorder of everything that changes what is on disk: writes, truncations, syncs, renames, removals, in order.

Without a compiler or a preload: in this very process the pointers through which SQLCipher's library and the
interpreter reach the C library (ELF relocations of these symbols) are turned to functions of ours, which note what
they saw and call the real ones; `errno` passes through. Only what happens under one folder is noted. For a process
of its own.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import struct
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Op = tuple[Any, ...]
"""("w", path, offset, bytes) | ("t", path, size) | ("s", path) | ("r", from, to) | ("u", path) | ("ack", …)"""

_RELOCATIONS = {1, 6, 7, 257, 1025, 1026}
"""R_X86_64_64, GLOB_DAT, JUMP_SLOT and their AArch64 fellows (ELF for the Arm 64-bit Architecture, §5.7)."""
_ssize, _int, _ptr, _path = ctypes.c_ssize_t, ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p


class Recorder:
    """log: what happened so far. deaf: syncs are done and not noted. Attach once in a process; it stays.

    fail: (n, errno, whether for good): from the n-th operation on the first (or every) one fails so. done: how many.
    """

    def __init__(self, folder: Path) -> None:
        self._root = os.path.realpath(folder) + os.sep
        self.log: list[Op] = []
        self.deaf = False
        self.fail: tuple[int, int, bool] | None = None
        self.done = 0
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._keep: list[Any] = []

    def ack(self, *what: Any) -> None:
        """The program says that this is safe."""
        self.log.append(("ack", *what))

    def attach(self) -> None:
        import sqlcipher3._sqlite3 as library

        hooks = self._hooks()
        for file in (library.__file__, sys.executable, *_libpython()):
            found = _slots(Path(file).resolve(), set(hooks))
            for name, address in found:
                _poke(self._libc, address, ctypes.cast(hooks[name], ctypes.c_void_p).value or 0)

    def _hooks(self) -> dict[str, Any]:
        libc = self._libc
        log = self.log

        def real(name: str, result: Any, *arguments: Any) -> Any:
            function = libc[name]
            function.restype, function.argtypes = result, list(arguments)
            return function

        pwrite = real("pwrite64", _ssize, _int, _ptr, ctypes.c_size_t, ctypes.c_int64)
        write = real("write", _ssize, _int, _ptr, ctypes.c_size_t)
        lseek = real("lseek64", ctypes.c_int64, _int, ctypes.c_int64, _int)
        truncate = real("ftruncate64", _int, _int, ctypes.c_int64)
        sync = real("fsync", _int, _int)
        datasync = real("fdatasync", _int, _int)
        rename = real("rename", _int, _path, _path)
        unlink = real("unlink", _int, _path)

        def on_pwrite(fd: int, data: int, size: int, offset: int) -> int:
            if self._fails(self._of(fd)):
                return -1
            done = pwrite(fd, data, size, offset)
            if done > 0 and (path := self._of(fd)):
                log.append(("w", path, offset, ctypes.string_at(data, done)))
            return int(done)

        def on_write(fd: int, data: int, size: int) -> int:
            path = self._of(fd) if fd > 2 else ""
            if self._fails(path):
                return -1
            done = write(fd, data, size)
            if done > 0 and path:
                log.append(("w", path, lseek(fd, 0, os.SEEK_CUR) - done, ctypes.string_at(data, done)))
            return int(done)

        def on_truncate(fd: int, size: int) -> int:
            if self._fails(self._of(fd)):
                return -1
            done = truncate(fd, size)
            if done == 0 and (path := self._of(fd)):
                log.append(("t", path, size))
            return int(done)

        def on_sync(fd: int) -> int:
            return -1 if self._fails(self._of(fd)) else self._synced(fd, sync(fd))

        def on_datasync(fd: int) -> int:
            return -1 if self._fails(self._of(fd)) else self._synced(fd, datasync(fd))

        def on_rename(old: bytes, new: bytes) -> int:
            if self._ours(new) and self._fails("new"):
                return -1
            done = rename(old, new)
            if done == 0 and self._ours(new):
                log.append(("r", os.path.realpath(old.decode()), os.path.realpath(new.decode())))
            return int(done)

        def on_unlink(path: bytes) -> int:
            done = unlink(path)
            if done == 0 and self._ours(path):
                log.append(("u", os.path.realpath(path.decode())))
            return int(done)

        def hook(function: Callable[..., int], result: Any, *arguments: Any) -> Any:
            made = ctypes.CFUNCTYPE(result, *arguments, use_errno=True)(function)
            self._keep.append(made)
            return made

        place = (_int, _ptr, ctypes.c_size_t, ctypes.c_int64)
        return {
            "pwrite64": hook(on_pwrite, _ssize, *place),
            "pwrite": hook(on_pwrite, _ssize, *place),
            "write": hook(on_write, _ssize, *place[:3]),
            "ftruncate64": hook(on_truncate, _int, _int, ctypes.c_int64),
            "ftruncate": hook(on_truncate, _int, _int, ctypes.c_int64),
            "fsync": hook(on_sync, _int, _int),
            "fdatasync": hook(on_datasync, _int, _int),
            "rename": hook(on_rename, _int, _path, _path),
            "unlink": hook(on_unlink, _int, _path),
        }

    def _fails(self, path: str) -> bool:
        """Whether this operation is to fail; then `errno` says why."""
        if not path or path.endswith("-shm"):
            return False
        self.done += 1
        if self.fail is None:
            return False
        at, code, for_good = self.fail
        if self.done != at and not (for_good and self.done > at):
            return False
        ctypes.set_errno(code)
        return True

    def _of(self, fd: int) -> str:
        """The path of a file under the folder, else ""."""
        try:
            path = os.readlink(f"/proc/self/fd/{fd}")
        except OSError:
            return ""
        return path if path.startswith(self._root) or path + os.sep == self._root else ""

    def _ours(self, path: bytes) -> bool:
        return os.path.realpath(path.decode()).startswith(self._root)

    def _synced(self, fd: int, done: int) -> int:
        if done == 0 and not self.deaf and (path := self._of(fd)):
            self.log.append(("s", path))
        return int(done)


def _libpython() -> Iterator[str]:
    """The interpreter's own library, where it is one."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        path = line.split()[-1]
        if os.path.basename(path).startswith("libpython"):
            yield path
            return


def _slots(file: Path, names: set[str]) -> list[tuple[str, int]]:
    """(symbol, address in this process) of every pointer to one of these symbols that the loader filled in."""
    data = file.read_bytes()
    (kind,) = struct.unpack_from("<H", data, 16)
    (start,) = struct.unpack_from("<Q", data, 40)
    size, count = struct.unpack_from("<HH", data, 58)
    base = 0 if kind == 2 else _base(file)
    sections = [struct.unpack_from("<IIQQQQIIQQ", data, start + size * n) for n in range(count)]
    found: list[tuple[str, int]] = []
    for _, type_, _, _, offset, length, link, _, _, entry in sections:
        if type_ != 4 or not entry:  # SHT_RELA
            continue
        symbols, strings = sections[link], sections[sections[link][6]]
        for at in range(offset, offset + length, entry):
            where, info, _ = struct.unpack_from("<QQq", data, at)
            if info & 0xFFFFFFFF not in _RELOCATIONS:
                continue
            (name_at,) = struct.unpack_from("<I", data, symbols[4] + 24 * (info >> 32))
            begin = strings[4] + name_at
            name = data[begin : data.index(b"\0", begin)].decode()
            if name in names:
                found.append((name, base + where))
    return found


def _base(file: Path) -> int:
    for line in Path("/proc/self/maps").read_text().splitlines():
        parts = line.split()
        if parts[-1] == str(file) and parts[2] == "00000000":
            return int(parts[0].partition("-")[0], 16)
    raise RuntimeError(f"{file} is not in this process")


def _poke(libc: Any, address: int, value: int) -> None:
    page = address & ~(mmap.PAGESIZE - 1)
    libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    if libc.mprotect(page, 2 * mmap.PAGESIZE, mmap.PROT_READ | mmap.PROT_WRITE):
        raise OSError(ctypes.get_errno(), "the table of pointers cannot be written")
    ctypes.c_uint64.from_address(address).value = value
