"""`make screens`: pictures of every screen into docs/pictures, by the demo's own window."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"


def main() -> int:
    for old in PICTURES.glob("*.png"):
        old.unlink()
    command = [sys.executable, "-m", "cli", "demo", "--headless", "--screens", str(PICTURES)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
