"""Makes the golden lab of the present schema on PostgreSQL: its folder, and its database as pg_dump writes it.

    python -m tests.data.make_golden_lab FOLDER

Run once for each schema, before the migration that follows it; what is kept in this folder is never made anew.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

from app.services.bundles import Bundles
from benchmarks.servers import postgres
from lab import unbundling
from lab.lab import open_lab
from tests.contract.sync_rig import laptop, new_lab, serving
from tests.contract.test_sync_heals import session_of

DUMP, DEVICE = "database.sql", "device.json"


def make(folder: Path) -> None:
    """Six tasks for one expert: two results came over the network, one by a stick."""
    with tempfile.TemporaryDirectory() as name, postgres(durable=False) as server:
        work = Path(name)
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE golden")
        link = new_lab(work / "lab", 6, places={"database": f"{server}/golden"})
        with serving(work / "lab"):
            expert = laptop(work / "ws", link)
            expert.sync()
            expert.submit("t1")
            expert.submit("t2")
            expert.sync()
        expert.submit("t3")
        with open_lab(work / "lab") as lab:
            unbundling.take_in(lab, Bundles(expert.clock).export(session_of(expert), work / "stick").path)
        expert.workspace.close()
        shutil.copytree(work / "lab", folder, ignore=shutil.ignore_patterns("audit"))
        dumped = subprocess.run(
            ["pg_dump", "--inserts", "--no-owner", "--no-privileges", f"{server}/golden"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    kept = [line for line in dumped.splitlines() if not line.startswith(("--", "\\"))]
    (folder / DUMP).write_text("\n".join(line for line in kept if line) + "\n", encoding="utf-8")
    (folder / DEVICE).write_text(json.dumps(expert.key.as_jwk()) + "\n", encoding="ascii")


if __name__ == "__main__":
    make(Path(sys.argv[1]))
