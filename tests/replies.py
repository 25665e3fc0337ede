"""Every `--json` reply that a test sees is held to the schema of its command; nothing may stand in it beside that."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache

from typer.core import TyperGroup
from typer.main import get_command

from app.errors import InputError
from cli.options import take
from cli.program import program
from cli.replies.registry import ERROR, LINES
from cli.replies.schemas import closed

CANCELLED = 130


@cache
def tree() -> TyperGroup:
    found = get_command(program)
    assert isinstance(found, TyperGroup)
    return found


def commands(group: TyperGroup | None = None, above: str = "") -> Iterator[str]:
    """The full name of every command."""
    for name, child in (group or tree()).commands.items():
        if isinstance(child, TyperGroup):
            yield from commands(child, f"{above}{name} ")
        else:
            yield above + name


def command_of(arguments: Sequence[str]) -> str:
    """The command that the arguments name; empty when they name none."""
    try:
        _, rest = take(list(arguments), {})
    except InputError:
        return ""
    at: object = tree()
    names: list[str] = []
    for argument in rest:
        if not isinstance(at, TyperGroup):
            break
        at = at.commands.get(argument)
        names.append(argument)
    return "" if at is None or isinstance(at, TyperGroup) else " ".join(names)


def check(arguments: Sequence[str], code: int, out: bytes) -> str:
    """The command whose reply this is; empty for an error and for what is no reply. Raises when it is another shape."""
    if "--json" not in arguments or "--help" in arguments or (code == CANCELLED and not out):
        return ""
    name = command_of(arguments)
    if name == "render" and any(one.partition("=")[0] == "--jsonl" for one in arguments) and not code:
        for line in out.splitlines():
            closed(LINES).validate_json(line)
        return LINES
    found = json.loads(out)
    if isinstance(found, dict) and "error" in found:
        closed(ERROR).validate_json(out)
        assert code, "an error ends with a code"
        return ""
    assert name, (arguments, "answers, and is no command")
    closed(name).validate_json(out)
    return name
