"""Up to the Desk and the task prepared behind it, the GUI thread imports nothing that talks to a lab or checks it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.storage.changes import FeedChanges, SignedDocument
from tests.lead_home import decided, every, put, submit
from tests.window_home import WindowHome
from tests.workspaces import task_json

HEAVY = (
    "pydantic", "joserfc", "httpx2", "sqlite_utils", "app.wire.models", "app.services.sample_lab",
    "app.services.sending", "ui.grading.propose_sheet", "ui.panels.ideal.editor",
)  # fmt: skip
"""Of the last ones: what is used later, and not every day."""

START = """
import json, sys, threading
from importlib.abc import MetaPathFinder
from pathlib import Path

root, heavy = Path(sys.argv[1]), set(sys.argv[2:])
asked = []

class Watch(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name in heavy and threading.current_thread() is threading.main_thread():
            asked.append(name)

sys.meta_path.insert(0, Watch())

from PySide6.QtWidgets import QApplication
from ui.features import leave_imports_alone

leave_imports_alone()
from app.keys.vault import Vault
from app.paths import Home
from tests.window_home import CHEAP, MemoryStore
from ui.application import Application
from ui.frame import Frame, first_look

store = MemoryStore()
store.texts = json.loads((root / "store.json").read_text())
app, home = QApplication([]), Home(root)
frame = Frame(*first_look(home.app_json))
window = Application(app, frame, home, "", vault_at=lambda at: Vault(at, cost=CHEAP, key_store=store))

def ready():
    screens = window.shell.lab.screens
    print(json.dumps({"made": [n for n in ("desk", "grading") if screens.has(n)], "heavy": asked}))
    window.quit()

window.ready.connect(ready)
window.ended.connect(app.quit)
frame.show()
window.start()
app.exec()
"""


@pytest.mark.parametrize("local", [False, True], ids=["joined", "local"])
def test_desk_and_grading_come_without_what_only_a_sync_needs(
    window_home: WindowHome, tmp_path: Path, local: bool
) -> None:
    folder = window_home.add_lab(local=local)
    window_home.settings.change(metered=True)
    if not local:
        a_lead_with_returns(window_home, folder)
    (window_home.home.root / "store.json").write_text(json.dumps(window_home.store.texts))
    done = subprocess.run(
        [sys.executable, "-c", START, str(window_home.home.root), *HEAVY],
        capture_output=True,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"made": ["desk", "grading"], "heavy": []}


def a_lead_with_returns(window_home: WindowHome, folder: str) -> None:
    """So that each of the Desk's lines has something to count: a decision, a practice task, a case in the queue."""
    session = window_home.workstation().labs.open(folder)
    payload = json.dumps({"role": "lead"}).encode()
    session.workspace.lab.apply(FeedChanges(documents=(SignedDocument("registration", 1, payload, b"{}"),)))
    judgement = every(task_json(1))
    decided(session, "t1", "fix", [submit(session, "t1", judgement)])
    put(session, "calibration", "", {"pass_mark": 0.5, "answers": [{"task": "t1", "judgement": judgement}]})
    put(session, "drawn", "t2", {}, id="s-t2")
    session.close()
