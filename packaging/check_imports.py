"""Who may name which library: the rules that import-linter cannot say, read from the syntax trees.

A rule speaks of every way to name a module: `import`, `from … import` at any depth of the code, for type
checking or not, and `import_module("…")` with a literal.

    check_imports.py [ROOT]
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOMS = ("app", "cli", "lab", "ui")
SOCKET_ROOMS = ("app.sync.connectors", "cli.conformance", "lab")
QT_SOCKETS = (
    "NetworkAccessManager",
    "TcpSocket",
    "TcpServer",
    "UdpSocket",
    "SslSocket",
    "SslServer",
    "Http2Configuration",
)


@dataclass(frozen=True)
class Only:
    """`libraries` may be named in `rooms` (and what lies below them) only."""

    libraries: tuple[str, ...]
    rooms: tuple[str, ...]


@dataclass(frozen=True)
class Within:
    """`room` may name these parts of our own code; libraries outside the standard one only if `libraries`."""

    room: str
    ours: tuple[str, ...]
    libraries: bool


ONLY = (
    Only(("sqlcipher3", "pysqlite3", "sqlite_utils"), ("app.storage.driver",)),
    Only(("joserfc",), ("app.wire.signatures",)),
    Only(("keyring", "secretstorage"), ("app.keys",)),
    Only(("PySide6", "shiboken6"), ("ui",)),
    Only(("fastapi", "starlette", "uvicorn", "sqlalchemy"), ("lab",)),
    Only(("typer", "click"), ("cli",)),
    # An extra of the installation, and native code: a file from outside is read in a process of its own.
    Only(("pyarrow",), ("app.formats.parquet", "app.formats.parquet_reader", "app.formats.parquet_values")),
    Only(
        (
            "httpx2",
            "httpcore2",
            "http.client",
            "urllib.request",
            "socket",
            "socketserver",
            "http.server",
            "ftplib",
        ),
        SOCKET_ROOMS,
    ),
    # Qt's own ways to the network; a local socket between two copies of the program is none.
    Only(tuple(f"PySide6.QtNetwork.Q{name}" for name in QT_SOCKETS), ()),
    # Stock SQLite ignores `PRAGMA key` without a word, so nobody who handles content may reach for it.
    Only(("sqlite3",), ("app.storage.driver", "lab")),
    # Screens reach storage, sync and keys through services.
    Only(("app.storage", "app.sync"), ("app", "cli")),
    Only(("app.keys",), ("app", "cli", "ui.__main__", "ui.application")),
)
WITHIN = (
    Within("app.domain", ("app.domain", "app.errors"), libraries=False),
    Within("ui.widgets", ("ui.widgets", "ui.theme", "ui.i18n"), libraries=True),
    Within("ui.theme", ("ui.theme", "app.paths"), libraries=True),
    Within("app.errors", ("app.errors",), libraries=False),
    Within(
        "lab",
        ("lab", "app.wire", "app.domain", "app.formats", "app.agreement", "app.errors", "app.clock"),
        libraries=True,
    ),
)


def is_within(module: str, rooms: tuple[str, ...]) -> bool:
    """Whether `module` is one of `rooms` or lies below one."""
    return any(module == room or module.startswith(f"{room}.") for room in rooms)


def names_in(tree: ast.AST, module: str, is_package: bool) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything that the code of `module` imports; `from a import b` yields "a.b"."""
    package = module.split(".") if is_package else module.split(".")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = (
                ".".join([*package[: len(package) - node.level + 1], node.module or ""])
                if node.level
                else node.module
            )
            base = (base or "").rstrip(".")
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            function = (
                node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            )
            if function in {"import_module", "__import__"} and isinstance(node.args[0].value, str):
                yield node.lineno, node.args[0].value


def complaints(module: str, name: str) -> Iterator[str]:
    """What is wrong with `module` naming `name`; nothing if it may."""
    for only in ONLY:
        if is_within(name, only.libraries) and not is_within(module, only.rooms):
            yield f"names {name}; only {', '.join(only.rooms) or 'nobody'} may"
    for within in WITHIN:
        if not is_within(module, (within.room,)):
            continue
        top = name.partition(".")[0]
        if top in ROOMS:
            # `from app import errors` and `from app.errors import AssayError` both name app.errors.
            if not is_within(name, within.ours):
                yield f"names {name}; {within.room} may know {', '.join(within.ours)} only"
        elif not within.libraries and top not in sys.stdlib_module_names and top != "__future__":
            yield f"names {name}; {within.room} imports the standard library only"


def check(root: Path) -> list[str]:
    """One line for each broken rule in the rooms below `root`."""
    found = []
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            is_package = parts[-1] == "__init__"
            module = ".".join(parts[:-1] if is_package else parts)
            tree = ast.parse(path.read_bytes(), str(path))
            for line, name in names_in(tree, module, is_package):
                found += [f"{path.relative_to(root)}:{line}: {reason}" for reason in complaints(module, name)]
    return found


def main(arguments: list[str]) -> int:
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    found = check(root)
    print("\n".join([*found, f"imports: {len(found)} broken" if found else "imports: ok"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
