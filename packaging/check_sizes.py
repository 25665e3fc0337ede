"""No source file over 400 lines, no test file over 600: what needs more has two subjects."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import tracked

LIMIT, TEST_LIMIT = 400, 600


def too_long(root: Path, files: Iterable[Path]) -> list[str]:
    """One line for each Python file over its limit."""
    found = []
    for path in files:
        if path.suffix not in {".py", ".spec"}:
            continue
        limit = TEST_LIMIT if path.parts[0] == "tests" else LIMIT
        lines = len((root / path).read_bytes().splitlines())
        if lines > limit:
            found.append(f"{path}: {lines} lines, at most {limit}")
    return found


def main() -> int:
    found = too_long(tracked.ROOT, tracked.files())
    print("\n".join([*found, f"sizes: {len(found)} too long" if found else "sizes: ok"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
