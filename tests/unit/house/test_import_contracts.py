"""The import contracts exist, hold, and fail on a tree that breaks them."""

from __future__ import annotations

import configparser
import subprocess
import sys
from pathlib import Path

import check_imports
import pytest

ROOT = Path(__file__).resolve().parents[3]


def write_tree(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def test_the_contracts_of_the_architecture_are_configured() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter", encoding="utf-8")
    layers = {
        name.rpartition(":")[2]: config[name]["layers"].split()
        for name in config.sections()
        if config[name].get("type") == "layers"
    }
    assert layers["programs"] == ["cli", "ui", "|", "lab", "app"]
    assert layers["rooms"][:2] == ["(workstation)", "services"]
    assert layers["rooms"][-2:] == ["domain", "errors"]
    assert config["importlinter:contract:rooms"]["exhaustive"] == "true"
    assert {"(desk)", "(grading)", "(outbox)", "(lock)"} <= set(layers["screens"])


def test_import_linter_fails_on_a_room_that_looks_up(tmp_path: Path) -> None:
    rooms = ["services", "sync", "storage", "formats", "rendering", "keys", "wire", "domain"]
    files = {f"app/{room}/__init__.py": "" for room in rooms}
    files |= {f"app/{module}.py": "" for module in ["clock", "settings", "paths", "errors"]}
    files |= {f"{room}/__init__.py": "" for room in ["app", "cli", "lab", "ui"]}
    files |= {f"ui/{screen}/__init__.py": "" for screen in ["desk", "grading"]}
    files["app/wire/__init__.py"] = "import app.storage\n"
    files["app/storage/__init__.py"] = "import app.sync\n"
    files["app/domain/__init__.py"] = "import ui\n"
    files["lab/__init__.py"] = "import ui.desk\n"
    files["ui/desk/__init__.py"] = "import ui.grading\n"
    write_tree(tmp_path, files)
    (tmp_path / ".importlinter").write_bytes((ROOT / ".importlinter").read_bytes())
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())",
        ],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    for chain in [
        "app.wire is not allowed to import app.storage",
        "app.storage is not allowed to import app.sync",
        "app is not allowed to import ui",
        "lab is not allowed to import ui",
        "ui.desk is not allowed to import ui.grading",
    ]:
        assert chain in done.stdout


BROKEN = [
    ("app/services/a.py", "import sqlcipher3\n", "sqlcipher3"),
    ("app/storage/migrations.py", "from sqlcipher3 import dbapi2\n", "sqlcipher3.dbapi2"),
    ("app/wire/documents.py", "def f() -> None:\n    from joserfc import jws\n", "joserfc.jws"),
    ("app/services/a.py", "import importlib\nimportlib.import_module('keyring')\n", "keyring"),
    ("app/rendering/a.py", "from PySide6.QtGui import QFont\n", "PySide6.QtGui.QFont"),
    ("app/sync/runner.py", "import httpx2\n", "httpx2"),
    ("ui/desk/a.py", "from urllib import request\n", "urllib.request"),
    ("cli/a.py", "import socket\n", "socket"),
    ("app/services/a.py", "import sqlite3\n", "sqlite3"),
    ("ui/desk/a.py", "from PySide6.QtNetwork import QTcpSocket\n", "QTcpSocket"),
    ("ui/desk/a.py", "from app.storage import workspace\n", "app.storage.workspace"),
    ("ui/desk/a.py", "from app.keys.vault import Vault\n", "app.keys.vault.Vault"),
    ("ui/widgets/a.py", "from app.domain.task import Task\n", "app.domain.task.Task"),
    ("app/domain/a.py", "import pydantic\n", "standard library only"),
    ("app/domain/a.py", "from app import clock\n", "app.clock"),
    ("app/domain/a.py", "from .. import wire\n", "app.wire"),
    ("lab/api.py", "from app.services import reviewing\n", "app.services.reviewing"),
    ("lab/api.py", "import app.storage.driver\n", "app.storage.driver"),
]


@pytest.mark.parametrize(("file", "text", "named"), BROKEN)
def test_a_library_named_where_it_may_not_be_is_found(
    tmp_path: Path, file: str, text: str, named: str
) -> None:
    found = check_imports.check(write_tree(tmp_path, {file: text}))
    assert found
    assert all(line.startswith(f"{file}:") and named in line for line in found)


def test_what_the_architecture_allows_is_not_complained_of(tmp_path: Path) -> None:
    files = {
        "app/storage/driver.py": "import sqlcipher3\nimport sqlite_utils\n",
        "app/wire/signatures.py": "from joserfc import jws\n",
        "app/keys/keychain.py": "import keyring\n",
        "app/sync/connectors/lab.py": "import httpx2\n",
        "app/domain/rubric.py": "import dataclasses\nfrom app.errors import InputError\nfrom . import task\n",
        "lab/api.py": "import fastapi\nfrom app.wire import documents\nfrom app.errors import AssayError\n",
        "ui/desk/view.py": "from PySide6.QtWidgets import QWidget\nfrom app.services import planning\n",
        "ui/application.py": "from PySide6.QtNetwork import QLocalServer\n",
        "cli/__main__.py": "import typer\n",
    }
    assert check_imports.check(write_tree(tmp_path, files)) == []
