"""Makes the golden workspace of the present schema, with a hot write-ahead log.

    python -m tests.data.make_golden_workspace FOLDER

Run once for each schema, before the migration that follows it; what is kept in this folder is never made anew.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from app.clock import FixedClock
from app.domain.edits import Edit
from app.storage.changes import FeedChanges
from app.storage.workspace import create, open_workspace
from tests.unit.storage.storage_samples import KEY, Make, a_result, an_offer, edits_from, identity

FILES = ("workspace.db", "workspace.db-wal", "workspace.json")


def make(folder: Path) -> None:
    """As a child process that ends without closing, so that the log stays as a crash would leave it."""
    work = folder.with_suffix(".work")
    edit = edits_from()
    workspace = create(work, KEY, identity(), FixedClock())
    workspace.lab.apply(FeedChanges(batches=(an_offer(),)), "cursor-1")
    workspace.work.record([edit()])
    workspace.work.submit([_submitted(edit)], lambda place: a_result(place.head))
    workspace.close()
    workspace = open_workspace(work, KEY, FixedClock())
    workspace.work.record([edit(path="/comment", new="only in the write-ahead log")])
    folder.mkdir()
    for name in FILES:
        shutil.copyfile(work / name, folder / name)
    (folder / "key.hex").write_text(KEY.hex() + "\n", encoding="ascii")
    workspace.close()
    shutil.rmtree(work)


def _submitted(edit: Make) -> Edit:
    return edit("b1-t1", "/status", None, "submitted")


if __name__ == "__main__":
    os.umask(0o077)
    make(Path(sys.argv[1]))
