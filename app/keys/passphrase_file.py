"""Keys in a file under a passphrase, and passphrases in files for scripts.

The key file is one sealed box (`app.keys.box`). It is only as strong as its passphrase: who copies the file
can try passphrases at the pace of Argon2id. A changed passphrase does not reach copies of the old file
(backups).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from app.errors import InputError, LockedError, StorageError
from app.keys.box import Cost, DamagedBoxError, TokenBytes, WrongSecretError, open_box, seal
from app.keys.files import damaged, read_private, write_private

MIN_PASSPHRASE = 8
VARIABLE = "ASSAY_PASSPHRASE_FILE"
_LONGEST_LINE = 4096


def checked_new_passphrase(passphrase: str) -> str:
    """The passphrase if it can be set. Raises InputError `passphrase.short`."""
    if len(passphrase.strip()) < MIN_PASSPHRASE:
        raise InputError(
            "passphrase.short",
            "A passphrase has at least {least} characters.",
            hint="Four or more words are easy to keep in mind and hard to guess.",
            params={"least": MIN_PASSPHRASE},
        )
    return passphrase


class PassphraseFile:
    """The file at `path` (mode 0600) that holds some bytes under a passphrase."""

    def __init__(self, path: Path, cost: Cost, token_bytes: TokenBytes) -> None:
        self._path = path
        self._cost = cost
        self._token_bytes = token_bytes

    def write(self, content: bytes, passphrase: str) -> None:
        """Seal and write, replacing the old file in one step. Raises InputError `passphrase.short`."""
        checked_new_passphrase(passphrase)
        write_private(self._path, seal(content, passphrase, "passphrase", self._cost, self._token_bytes))

    def read(self, passphrase: str | None) -> bytes:
        """What was written.

        Raises LockedError `passphrase.needed`, InputError `passphrase.wrong`, StorageError `key.lost`,
        `key.damaged`, `key.read`.
        """
        box = read_private(self._path)
        if box is None:
            raise StorageError(
                "key.lost",
                "The file with the keys is gone.",
                hint="Your work is still there, encrypted. Use the recovery code, or a backup of this file.",
                where=str(self._path),
            )
        if passphrase is None:
            raise LockedError(
                "passphrase.needed",
                "This workspace opens with its passphrase.",
                hint="Type it in the window, or give --passphrase-file on the command line.",
            )
        try:
            return open_box(box, passphrase, "passphrase")
        except WrongSecretError as exc:
            raise InputError(
                "passphrase.wrong", "This is not the passphrase.", hint="Try again. Your work is safe."
            ) from exc
        except DamagedBoxError as exc:
            raise damaged(self._path) from exc


def read_passphrase_file(path: Path) -> str:
    """The first line of the file, without its line ending: a passphrase or PIN for scripts.

    Raises InputError `passphrase.file`. Others may be able to read it: see `is_exposed`.
    """
    try:
        with open(path, "rb") as source:
            data = source.read(_LONGEST_LINE + 1)
        line = data.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].removesuffix(b"\r").decode("utf-8")
    except (OSError, ValueError) as exc:
        raise _unusable(path, "The passphrase file cannot be read as UTF-8 text.") from exc
    if len(line.encode()) > _LONGEST_LINE - 4:
        raise _unusable(path, "The first line of the passphrase file is too long.")
    if not line.strip():
        raise _unusable(path, "The passphrase file is empty.")
    return line


def is_exposed(path: Path) -> bool:
    """Whether other people of this computer may read the file: a warning is due, no refusal."""
    if os.name == "nt":
        return False  # modes say nothing there
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISREG(mode) and bool(mode & (stat.S_IRGRP | stat.S_IROTH))


def given_passphrase(option: Path | None, environ: Mapping[str, str]) -> str | None:
    """The passphrase a script gave: `--passphrase-file`, else ASSAY_PASSPHRASE_FILE, else None."""
    if option is not None:
        return read_passphrase_file(option)
    named = environ.get(VARIABLE)
    return read_passphrase_file(Path(named)) if named else None


def _unusable(path: Path, message: str) -> InputError:
    return InputError(
        "passphrase.file", message, hint="Its first line must be the passphrase.", where=str(path)
    )
