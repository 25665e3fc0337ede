"""`assay lab rotate` and `assay lab revoke`: the desk's side of keys."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from app.errors import InputError
from cli.commands.lab import LAB, LabDir, open_at
from cli.context import Context

if TYPE_CHECKING:
    from cli.replies.lab import ExpertRevoked, KeyRotated


def mount(_: typer.Typer) -> None:
    """Under `assay lab`."""
    LAB.command(epilog="Example: assay lab rotate --lab harbor")(rotate)
    LAB.command(epilog="Example: assay lab revoke 'Dr Okafor' --lab harbor")(revoke)


def rotate(ctx: typer.Context, lab: LabDir) -> None:
    """Give the lab a new signing key; the old and the new one sign the list that says so. Start the server again."""
    from lab.rotating import rotate as renew

    context: Context = ctx.obj
    with open_at(lab) as opened:
        kid = renew(opened)
    found: KeyRotated = {"kid": kid}
    context.output.result(found, f"The lab signs with {kid} from now on. Start its server again.")


def revoke(
    ctx: typer.Context,
    expert: Annotated[str, typer.Argument(help="Id or name.")],
    lab: LabDir,
    device: Annotated[str | None, typer.Option(help="Only this device; else all of hers.")] = None,
) -> None:
    """Take nothing of these devices any more. What the lab received before counts."""
    from lab import devices, people

    context: Context = ctx.obj
    with open_at(lab, expert) as opened:
        with opened.database.reading() as connection:
            (who,) = people.chosen(connection, [expert])
            names = [device] if device else devices.live(connection, who)
        if not names:
            raise InputError(
                "device.unknown", "There is no device “{name}” of this expert.", params={"name": "*"}
            )
        for name in names:
            opened.database.write(partial(devices.revoke, lab=opened, who=who, name=name))
    found: ExpertRevoked = {"expert": who, "revoked": names}
    context.output.result(found, "\n".join(f"{name} revoked" for name in names))
