"""The Typer application: every command in its place, each importing its services when it runs."""

from __future__ import annotations

import typer
from typer.main import get_command

from app.errors import Cancelled
from cli.commands import (
    agreement,
    conformance,
    copies,
    files,
    keys,
    lab_keys,
    labs,
    leading,
    reading,
    reports,
    work,
)
from cli.commands.bundles import BUNDLE, LAB_BUNDLE
from cli.commands.lab_leads import LAB
from cli.commands.requests import REQUESTS
from cli.context import Context
from cli.options import Options
from cli.output import Output

EPILOG = (
    "Every command takes --home DIR (or ASSAY_HOME), --json, --quiet and --passphrase-file FILE, before or after "
    "its own arguments. Without a command the window opens."
)
ABORTED = 1
"""What Typer exits with on Ctrl+C; no command of ours exits through it."""
USAGE = 2

program = typer.Typer(
    name="assay",
    help="Grade AI answers offline; every result signed, every receipt kept.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for module in (work, reading, files, labs, copies, agreement, conformance, reports, leading, keys, lab_keys):
    module.mount(program)
program.add_typer(BUNDLE, name="bundle")
program.add_typer(REQUESTS, name="request")
LAB.add_typer(LAB_BUNDLE, name="bundle")
program.add_typer(LAB, name="lab")


def run_command(options: Options, output: Output, arguments: list[str]) -> int:
    """Parse and run. Errors of our own pass through to the caller; usage errors are printed by Typer (exit 2)."""
    context = Context(options, output)
    try:
        get_command(program).main(args=arguments, prog_name="assay", obj=context)
    except SystemExit as exc:
        if exc.code == ABORTED:
            raise Cancelled from exc
        if exc.code == USAGE:
            output.failure(
                "usage",
                "usage.arguments",
                "The command was not understood; standard error says why.",
                "Every command explains itself with --help.",
            )
        return context.code or int(exc.code or 0)
    finally:
        context.close()
    return context.code
