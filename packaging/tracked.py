"""The files that the checks look at: what git tracks, or everything in the tree where there is no git."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UNTRACKED = {".git", ".venv", ".cache", "build", "dist", "node_modules", "__pycache__"}


def files(root: Path = ROOT) -> list[Path]:
    """Paths relative to `root`, sorted; files that git tracks but that are gone are left out."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=False)
    if listing.returncode == 0:
        names = [Path(name) for name in listing.stdout.split("\0") if name]
    else:
        names = [path.relative_to(root) for path in root.rglob("*") if path.is_file()]
        names = [path for path in names if not UNTRACKED.intersection(path.parts)]
    return sorted(path for path in names if (root / path).is_file())
