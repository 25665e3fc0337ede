"""Devices, the recovery code, and wiping: `assay device`, `assay recover`, `assay wipe`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import Context, read_input

if TYPE_CHECKING:
    from cli.replies.labs import BatchWiped, DeviceInvited, DeviceRevoked, DeviceRow, LabWiped, Recovered

Lab = Annotated[str | None, typer.Option("--lab", help="The lab, when there are several.")]
DEVICE = typer.Typer(
    help="One's own devices at a lab: one more laptop, a lost one revoked.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def mount(program: typer.Typer) -> None:
    program.command(epilog="Example: assay recover --code-file code.txt")(recover)
    program.command(epilog="Example: assay wipe b-1f2e")(wipe)
    program.add_typer(DEVICE, name="device")


@DEVICE.command(epilog="Example: assay device add > invitation.txt")
def add(ctx: typer.Context, lab: Lab = None) -> None:
    """Make an invitation for one more device of your own: it works once, for two days."""
    context: Context = ctx.obj
    link = context.workstation.devices.add(context.session(lab))
    found: DeviceInvited = {"invitation": link}
    context.output.result(found, link)


@DEVICE.command("list", epilog="Example: assay device list --json")
def list_(ctx: typer.Context, lab: Lab = None) -> None:
    """Your devices as the lab last said."""
    context: Context = ctx.obj
    found = context.workstation.devices.all(context.session(lab, readonly=True))
    rows: list[DeviceRow] = [
        {"device": d.id, "kid": d.kid, "registered": d.registered, "revoked": d.revoked, "this": d.this}
        for d in found
    ]
    words = [
        f"{d.id}{' (this one)' if d.this else ''}{' revoked ' + d.revoked if d.revoked else ''}"
        for d in found
    ]
    context.output.result(rows, "\n".join(words) or "the lab has not said yet")


@DEVICE.command(epilog="Example: assay device revoke 3Yq…")
def revoke(
    ctx: typer.Context,
    device: Annotated[str, typer.Argument(help="Its id, from `assay device list`.")],
    lab: Lab = None,
) -> None:
    """Say that a device is lost: the lab takes nothing of it any more. What it sent before counts."""
    context: Context = ctx.obj
    context.workstation.devices.revoke(context.session(lab), device)
    found: DeviceRevoked = {"revoked": device}
    context.output.result(found, f"{device} revoked")


def recover(
    ctx: typer.Context,
    code_file: Annotated[
        Path, typer.Option(help="A file with the printed recovery code; - for standard input.")
    ],
    lab: Lab = None,
) -> None:
    """Open a lab with its printed recovery code, and keep its keys anew: in the key store, or under a passphrase."""
    context: Context = ctx.obj
    labs = context.workstation.labs
    folder = labs.pick(lab)
    code = read_input(str(code_file)).decode("utf-8", "replace").strip()
    labs.recover(folder, code, context.passphrase())
    found: Recovered = {"recovered": folder}
    context.output.result(found, "Recovered. Your work opens again on this computer.")


def wipe(
    ctx: typer.Context,
    batch: Annotated[
        str | None, typer.Argument(help="A batch; without one, the whole lab named by --lab.")
    ] = None,
    lab: Lab = None,
    begun: Annotated[bool, typer.Option("--begun", help="Reviews that are not submitted go too.")] = False,
    even_unsent: Annotated[
        bool, typer.Option("--even-unsent", help="With a whole lab: results without a receipt go too.")
    ] = False,
) -> None:
    """Wipe a batch, or with --lab and no batch the lab, its keys and its folder. There is no way back.

    Freed pages are overwritten and snapshots cut again. A disk or a backup may keep older encrypted bytes; only
    wiping the lab, which destroys its key, makes those unreadable.
    """
    from app.errors import InputError
    from app.services.wiping import wipe_batch, wipe_lab

    context: Context = ctx.obj
    if batch is not None:
        done = wipe_batch(context.session(lab), batch, begun=begun)
        wiped: BatchWiped = {
            "batch": batch,
            "tasks": done.tasks,
            "kept": done.kept,
            "snapshot": done.snapshot,
        }
        context.output.result(wiped, f"{done.tasks} tasks wiped, with every copy here")
        return
    if lab is None:
        raise InputError("wipe.what", "Name the batch to wipe, or the lab with --lab.")
    labs = context.workstation.labs
    folder = labs.pick(lab)
    counts = context.session(lab, readonly=True).workspace.outbox.counts()
    context.close()
    unsent = sum(counts.get(state, 0) for state in ("ready", "sent", "parked"))
    certain = wipe_lab(labs, folder, unsent, even_unsent=even_unsent)
    found: LabWiped = {"lab": folder, "key_gone": certain}
    context.output.result(
        found,
        "The lab's key and files are gone."
        if certain
        else "The files are gone; the key store could not confirm that the key is.",
    )
