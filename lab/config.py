"""A lab's folder and `lab.json`: its id, its URL (fixed: invitations carry it), where its data is."""

from __future__ import annotations

import json
import socket
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from app.errors import InputError, StorageError
from lab.files import write_durably

CONFIG = "lab.json"


@dataclass(frozen=True, slots=True)
class LabConfig:
    """url: the API's base. database: SQLAlchemy URL without its password; empty: `lab.db` in the folder.
    blobs: `s3://…` without its secrets; empty: `blobs` in the folder. limits: other rates than the usual ones,
    as `lab.limits` reads them.
    """

    lab: str
    name: str
    url: str
    created: str
    database: str = ""
    v: int = 1
    blobs: str = ""
    limits: dict[str, list[float]] = field(default_factory=dict)


def read_config(folder: Path) -> LabConfig:
    """Raises InputError when there is no lab, StorageError when its `lab.json` is damaged."""
    path = folder / CONFIG
    try:
        data = json.loads(path.read_bytes())
        late = ("blobs", "limits")  # not in the settings of the first version
        config = LabConfig(
            **{f.name: data[f.name] for f in fields(LabConfig) if f.name in data or f.name not in late}
        )
    except OSError:
        raise InputError(
            "lab.missing",
            "There is no lab in “{folder}”.",
            params={"folder": str(folder)},
            hint="Make one with `assay lab init DIR`.",
        ) from None
    except (ValueError, KeyError, TypeError) as exc:
        raise StorageError("lab.damaged", "The lab's settings are damaged.", where=str(path)) from exc
    if config.v != 1:
        raise StorageError("lab.too_new", "This lab was made by a newer Assay.", where=str(path))
    return config


def write_config(folder: Path, config: LabConfig) -> None:
    write_durably(folder / CONFIG, json.dumps(asdict(config), indent=1).encode())


def free_loopback_url() -> str:
    """A port that is free now; kept in `lab.json` from then on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def make_folder(folder: Path, parts: tuple[str, ...]) -> None:
    """A folder for a new lab, for its owner only. Raises InputError when any of a lab's parts is there."""
    found = [name for name in (CONFIG, *parts) if (folder / name).exists()]
    if found:
        raise InputError(
            "lab.exists",
            "“{folder}” already holds a lab, or a part of one ({found}).",
            params={"folder": str(folder), "found": ", ".join(found)},
            hint="Nothing was changed. Choose another folder.",
        )
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as exc:
        raise InputError(
            "lab.folder",
            "The folder “{folder}” cannot be made.",
            params={"folder": str(folder)},
            where=str(folder),
        ) from exc
