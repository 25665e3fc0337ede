"""What a disk may hold after the power went: states built from a recording, under five models of what a disk keeps.

    lost    only what was synced                    kept    everything that was written
    subset  of the rest, any part in any order      torn    a prefix, its last write cut at a sector (512 bytes)
    meta    names changed, the bytes behind them not

A file's sync keeps the file's own creation too (as ext4 does); a rename is kept by a sync of its folder only.
"""

from __future__ import annotations

import os
import random
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.recording import Op

MODELS = ("lost", "kept", "subset", "torn", "meta")
SECTOR = 512
Check = Callable[[Path, list[Op]], list[str]]
"""(folder as it is after the cut, acknowledgements before it) → what is wrong."""


@dataclass
class Disk:
    """Names and inodes, as programs see them and as the platter holds them."""

    seen: dict[str, int] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)
    data: dict[int, bytearray] = field(default_factory=dict)
    waiting: dict[int, list[Op]] = field(default_factory=lambda: defaultdict(list))
    names: list[tuple[str, str, int]] = field(default_factory=list)
    """Changes of names on their way: (`set` or `del`, path, inode)."""

    def happened(self, op: Op) -> None:
        kind, path = op[0], op[1]
        if kind in "wt":
            if path not in self.seen:
                inode = len(self.data) + 1
                self.seen[path], self.data[inode] = inode, bytearray()
                self.names.append(("set", path, inode))
            self.waiting[self.seen[path]].append(op)
        elif kind == "s" and path in self.seen:
            inode = self.seen[path]
            for one in self.waiting.pop(inode, []):
                _write(self.data[inode], one)
            for change in [
                c for c in self.names if c[0] == "set" and c[2] == inode and c[1] not in self.held
            ]:
                self.held[change[1]] = inode
                self.names.remove(change)
        elif kind == "s":
            for change in [c for c in self.names if os.path.dirname(c[1]) == path]:
                _rename(self.held, change)
                self.names.remove(change)
        elif kind == "u" and path in self.seen:
            self.names.append(("del", path, self.seen.pop(path)))
        elif kind == "r" and path in self.seen:
            inode = self.seen.pop(path)
            self.seen[op[2]] = inode
            # A file that was created, synced and renamed is not there under its new name before its folder's sync.
            self.names += [("set", op[2], inode), ("del", path, inode)]

    def after_cut(self, model: str, chance: random.Random) -> dict[str, bytes]:
        """Path → content."""
        names = dict(self.held)
        for change in self.names:
            if model in ("kept", "torn", "meta") or (model == "subset" and chance.random() < 0.5):
                _rename(names, change)
        found: dict[str, bytes] = {}
        for path, inode in names.items():
            waiting = self.waiting.get(inode)
            if not waiting or model in ("lost", "meta"):
                found[path] = bytes(self.data[inode])
                continue
            content = bytearray(self.data[inode])
            for op in _chosen(waiting, model, chance):
                _write(content, op)
            found[path] = bytes(content)
        return found


def _chosen(waiting: list[Op], model: str, chance: random.Random) -> list[Op]:
    if model == "kept":
        return waiting
    if model == "subset":
        return [op for op in waiting if chance.random() < 0.5]
    part = waiting[: chance.randrange(len(waiting) + 1)]
    if part and part[-1][0] == "w":
        _, path, offset, data = part[-1]
        part[-1] = ("w", path, offset, data[: chance.randrange(len(data) + 1) // SECTOR * SECTOR])
    return part


def _write(content: bytearray, op: Op) -> None:
    if op[0] == "t":
        del content[op[2] :]
        content.extend(bytes(op[2] - len(content)))
        return
    _, _, offset, data = op
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


def _rename(names: dict[str, int], change: tuple[str, str, int]) -> None:
    if change[0] == "set":
        names[change[1]] = change[2]
    elif names.get(change[1]) == change[2]:
        del names[change[1]]


def cuts(log: list[Op], models: tuple[str, ...], rounds: int, seed: int) -> Iterator[tuple[Any, list[Op]]]:
    """(content by path, acknowledgements so far) of every state: after each entry, each model, so many draws."""
    chance = random.Random(seed)
    disk, acks = Disk(), list[Op]()
    for op in log:
        if op[0] == "ack":
            acks.append(op)
        else:
            disk.happened(op)
        if not acks:
            continue
        for model in models:
            for _ in range(rounds if model in ("subset", "torn") else 1):
                yield disk.after_cut(model, chance), acks


def replay(
    log: list[Op], root: Path, out: Path, check: Check, *, models: tuple[str, ...] = MODELS, rounds: int = 1,
    seed: int = 1, limit: int = 10**9,
) -> tuple[int, list[str]]:  # fmt: skip
    """Put every state on a disk and look at it: (states, what was wrong). root: the folder that was recorded.

    A state that is the one before it again, with nothing more acknowledged, is not counted and not looked at.
    """
    wrong: list[str] = []
    states = 0
    last: tuple[dict[str, bytes], int] = {}, 0
    prefix = os.path.realpath(root) + os.sep
    for found, acks in cuts(log, models, rounds, seed):
        files = {
            p.removeprefix(prefix): data for p, data in found.items() if not p.endswith(("-shm", "/lock"))
        }
        if (files, len(acks)) == last:
            continue
        shutil.rmtree(out, ignore_errors=True)
        for name, data in files.items():
            target = out / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        last = files, len(acks)
        states += 1
        wrong += check(out, acks)
        if states >= limit:
            break
    return states, wrong
