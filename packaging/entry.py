"""What the built program runs: the same entry point as `.venv/bin/assay`."""

import multiprocessing

from cli.__main__ import script

if __name__ == "__main__":
    # A worker that the built program spawns starts here too, and must not become a second program.
    multiprocessing.freeze_support()
    script()
