"""A desktop session of its own for a test: private home and D-Bus, a real gnome-keyring in a chosen state."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

ROOT = Path(__file__).resolve().parents[2]
State = Literal["unlocked", "locked", "no daemon", "no bus"]
LOGIN = "login password"

NO_ACTIVATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/></policy></busconfig>
"""

# Runs steps on a Vault and prints what came of each. A hash stands for the secrets.
ACT = """
import hashlib, json, sys
from pathlib import Path
from app.errors import AssayError
from app.keys.box import Cost
from app.keys.keyset import to_text
from app.keys.vault import Vault
folder, steps = Path(sys.argv[1]), json.loads(sys.argv[2])
vault, said, found = Vault(folder, cost=Cost(t=1, m=8, p=1)), [], None
for name, arguments in steps:
    try:
        if name == "new_recovery_code":
            said.append(vault.new_recovery_code(found))
            continue
        if name == "write canary":
            (Path.home() / "canary").write_text(found.workspace_key.hex())
            continue
        if name == "break entry":
            from app.keys.keyring_store import KeyringStore
            entry = json.loads((folder / "vault.json").read_text())["entry"]
            KeyringStore().delete(entry["backend"], entry["service"])
            continue
        if name == "what keyring itself would take":
            import keyring
            said.append(type(keyring.get_keyring()).__module__)
            continue
        if name == "search home":
            key, seed = found.workspace_key, found.device_jwk["d"]
            needles = [key, key.hex().encode(), seed.encode()]
            files = {str(p): p.read_bytes() for p in Path.home().rglob("*") if p.is_file()}
            said.append(sorted(p for p, data in files.items() if any(n in data for n in needles)))
            continue
        result = getattr(vault, name)(**arguments)
        if name in ("create", "open", "unlock", "recover"):
            found = result
            result = hashlib.sha256(to_text(result).encode()).hexdigest()
        said.append(vault.state().backend if name == "state" else result)
    except AssayError as exc:
        said.append([exc.kind, exc.code, exc.message, exc.hint])
print(json.dumps(said))
"""


@dataclass(frozen=True)
class Session:
    """home: what a byte search looks at. Each `act` is a new session of one person, as after a new login."""

    home: Path
    runtime: Path

    @property
    def folder(self) -> Path:
        return self.home / "assay" / "labs" / "7f3a"

    def act(
        self,
        state: State,
        *steps: tuple[str, dict[str, Any]],
        path: Sequence[Path] = (),
        environment: dict[str, str] | None = None,
    ) -> list[Any]:
        """What each step returned, or [kind, code, message, hint] of its error."""
        python = [sys.executable, "-W", "error", "-c", ACT, str(self.folder), json.dumps(steps)]
        command = {
            "unlocked": ["dbus-run-session", "--", "bash", "-c", self._daemon(LOGIN), "bash", *python],
            "locked": ["dbus-run-session", "--", "bash", "-c", self._daemon("not it"), "bash", *python],
            "no daemon": ["dbus-run-session", f"--config-file={self._without_activation()}", "--", *python],
            "no bus": python,
        }[state]
        shutil.rmtree(self.runtime, ignore_errors=True)
        self.runtime.mkdir(mode=0o700)
        done = subprocess.run(
            command,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.home),
                "XDG_RUNTIME_DIR": str(self.runtime),
                "PYTHONPATH": os.pathsep.join(str(one) for one in (ROOT, *path)),
                "PYTHONDONTWRITEBYTECODE": "1",
                **(environment or {}),
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        said: list[Any] = json.loads(done.stdout.splitlines()[-1])
        return said

    def files(self) -> list[Path]:
        return [path for path in self.home.rglob("*") if path.is_file()]

    def _daemon(self, password: str) -> str:
        # The daemon ends with the bus. A wrong password starts it too, with the login keyring locked.
        start = "gnome-keyring-daemon --unlock --components=secrets >/dev/null"
        return f'printf "{password}" | {start}; exec "$@"'

    def _without_activation(self) -> Path:
        path = self.runtime.parent / "bus.conf"
        path.write_text(NO_ACTIVATION)
        return path


@contextmanager
def new_session() -> Iterator[Session]:
    """Short paths: a socket's name has 108 bytes at most."""
    base = Path(tempfile.mkdtemp(prefix="ak-"))
    try:
        session = Session(base / "home", base / "run")
        session.home.mkdir(mode=0o700)
        yield session
    finally:
        shutil.rmtree(base, ignore_errors=True)
