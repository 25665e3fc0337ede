"""Options that every command takes, before or after its own arguments."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from app.errors import InputError

_FLAGS = {"--json": "json", "--quiet": "quiet"}
_VALUES = {"--home": "home", "--passphrase-file": "passphrase_file"}


@dataclass(frozen=True, slots=True)
class Options:
    """home: where Assay keeps this person's work; None for the platform's folder."""

    json: bool = False
    quiet: bool = False
    home: Path | None = None
    passphrase_file: Path | None = None


def take(arguments: list[str], environment: dict[str, str] | None = None) -> tuple[Options, list[str]]:
    """(options, the rest of the arguments). Everything after `--` is left alone.

    Raises InputError when an option lacks its value.
    """
    env = dict(os.environ) if environment is None else environment
    found: dict[str, str] = {}
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        name, equals, value = argument.partition("=")
        if argument == "--":
            rest.append(argument)
            rest.extend(waiting)
        elif argument in _FLAGS:
            found[_FLAGS[argument]] = "1"
        elif name in _VALUES:
            given = value if equals else next(waiting, None)
            if not given or (not equals and given in _FLAGS):
                raise InputError("usage.value", "The option {option} needs a value.", params={"option": name})
            found[_VALUES[name]] = given
        else:
            rest.append(argument)
    home = found.get("home") or env.get("ASSAY_HOME")
    secret = found.get("passphrase_file") or env.get("ASSAY_PASSPHRASE_FILE")
    return (
        Options(
            json="json" in found,
            quiet="quiet" in found,
            home=Path(home).expanduser().absolute() if home else None,
            passphrase_file=Path(secret).expanduser().absolute() if secret else None,
        ),
        rest,
    )
