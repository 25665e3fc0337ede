"""`vault.json`: how the secrets of a lab are kept. It holds no secret and no name of the lab.

Written twice (`vault.json`, `vault.spare.json`): without it a key in the key store could not be found again.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from app.errors import StorageError
from app.keys.files import damaged, read_private, write_private

Store = Literal["keyring", "passphrase file"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One text in the key store: exact class of the back end, and service name."""

    backend: str
    service: str


@dataclass(frozen=True, slots=True)
class Kept:
    """entry: where, for "keyring". pin: whether that is sealed. retired: entries still to be deleted."""

    store: Store
    key_id: str
    entry: Entry | None = None
    pin: bool = False
    retired: tuple[Entry, ...] = ()


class KeptFile:
    """Reads and writes `vault.json` and its spare in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.paths = (folder / "vault.json", folder / "vault.spare.json")

    def read(self) -> Kept | None:
        """None if there is none. Raises StorageError `key.damaged` or `key.read` if neither copy is whole."""
        problem: StorageError | None = None
        for path in self.paths:
            try:
                data = read_private(path)
                if data is not None:
                    return _kept(data, path)
            except StorageError as exc:
                problem = problem or exc
        if problem is not None:
            raise problem
        return None

    def write(self, kept: Kept) -> None:
        document = {"v": 1, **asdict(kept)}
        for path in self.paths:
            write_private(path, document)


def _kept(data: dict[str, Any], path: Path) -> Kept:
    if type(data.get("v")) is int and data["v"] > 1:
        raise StorageError(
            "key.too_new",
            "These keys were kept by a newer version of Assay.",
            hint="Your work is safe. Install the newer version.",
            where=str(path),
        )
    try:
        store, entry = data["store"], data["entry"]
        if data["v"] != 1 or store not in {"keyring", "passphrase file"} or type(data["pin"]) is not bool:
            raise damaged(path)
        kept = Kept(
            store=store,
            key_id=_text(data["key_id"]),
            entry=None if entry is None else _entry(entry),
            pin=data["pin"],
            retired=tuple(_entry(one) for one in data["retired"]),
        )
    except (KeyError, TypeError, ValueError) as exc:
        raise damaged(path) from exc
    if (kept.entry is None) == (kept.store == "keyring"):
        raise damaged(path)
    return kept


def _entry(data: dict[str, Any]) -> Entry:
    return Entry(_text(data["backend"]), _text(data["service"]))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value
