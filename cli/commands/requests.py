"""`assay request …`: requests to join that were written into a file and wait for their lab's answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import Context
from cli.output import table

if TYPE_CHECKING:
    from cli.replies.labs import GivenUp

REQUESTS = typer.Typer(
    help="Requests to join that were written by `assay enrol --by-file` and wait for an answer.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@REQUESTS.command("list", epilog="Example: assay request list --json")
def list_(ctx: typer.Context) -> None:
    """Those that wait: which lab, which role, and until when the invitation is valid."""
    context: Context = ctx.obj
    found = [one.as_json() for one in context.workstation.joining.waiting()]
    rows = [[one["request"], one["lab"] or "?", one["role"] or "?", one["expires"] or "?"] for one in found]
    words = table(rows, ["request", "lab", "role", "valid until"])
    context.output.result(found, words if found else "No request to join waits on this computer.")


@REQUESTS.command("give-up", epilog="Example: assay request give-up 'Harbor Medical'")
def give_up(
    ctx: typer.Context,
    name: Annotated[
        str | None, typer.Argument(help="Its id, or the lab's name or address; needed when several wait.")
    ] = None,
) -> None:
    """Delete a request's keys and folder; an answer that comes later cannot be opened. Labs are not touched."""
    context: Context = ctx.obj
    was, certain = context.workstation.joining.give_up(name)
    sure = "" if certain else "; the key store could not confirm that its key is gone"
    found: GivenUp = {**was.as_json(), "key_gone": certain}
    context.output.result(found, f"The request to {was.name or was.id} is given up{sure}.")
