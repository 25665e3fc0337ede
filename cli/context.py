"""What a command gets: its options, where to print, and the workstation, built when first asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import InputError
from cli.options import Options
from cli.output import Output

if TYPE_CHECKING:
    from app.services.session import Session
    from app.workstation import Workstation


@dataclass
class Context:
    options: Options
    output: Output
    code: int = 0
    """The exit code when nothing was raised; commands set 1 (found wanting) or 8 (done in part)."""

    _sessions: list[Session] = field(default_factory=list)

    @cached_property
    def workstation(self) -> Workstation:
        from app.workstation import build

        return build(self.options.home)

    def session(self, lab: str | None, *, readonly: bool = False) -> Session:
        """The opened workspace of one lab; closed when the command ends."""
        opened = self.workstation.labs.open(lab, self.passphrase(), readonly=readonly)
        self._sessions.append(opened)
        return opened

    def passphrase(self) -> str | None:
        if self.options.passphrase_file is None:
            return None
        from app.keys.passphrase_file import read_passphrase_file

        return read_passphrase_file(self.options.passphrase_file)

    def close(self) -> None:
        while self._sessions:
            self._sessions.pop().close()


def read_input(path: str) -> bytes:
    """The bytes of a file, or of standard input for `-`. InputError when it cannot be read."""
    import sys

    if path == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except OSError as exc:
        raise InputError(
            "file.read", "The file {file} cannot be read.", params={"file": path}, where=path
        ) from exc
