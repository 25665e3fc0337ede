"""A program under `strace`, and what of its calls it had no business to make."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = re.compile(
    r"^(/usr/|/lib|/etc/ld\.so|/etc/localtime|/etc/fonts|/proc/|/sys/|/dev/(null|urandom)$|/var/cache/fontconfig)"
)
"""What any program with letters on a screen may read."""
BAD_CALLS = re.compile(r"\b(socket|connect|sendto|bind|execve|execveat|fork|vfork|clone3?)\(")


def traced(log: Path) -> tuple[str, ...]:
    """What to put before a command; needs `strace`, which set-up brings."""
    return ("strace", "-f", "-qq", "-o", str(log), "-e", "trace=%network,%process,%file")


def crimes(lines: list[str], *own: str) -> list[str]:
    """Connections, processes, and files opened that are neither the program's, the system's, nor under `own`."""
    roots = (sys.prefix, sys.base_prefix, str(ROOT), *own)
    found = []
    for line in lines:
        if BAD_CALLS.search(line) and "CLONE_THREAD" not in line and "execve" not in line:
            found.append(line)
        opened = re.search(r'\bopen(?:at)?\((?:[^,"]*, )?"([^"]*)"', line)
        if opened and " = -1 " not in line and opened[1].startswith("/"):
            path = opened[1]
            if not path.startswith(roots) and not ALLOWED.match(path):
                found.append(line)
    return found
