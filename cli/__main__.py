"""The entry of `assay`. Without a command it opens the window, importing only what the window needs."""

from __future__ import annotations

import sys
from io import TextIOWrapper

from app.errors import AssayError, Cancelled, InputError
from cli.options import Options, take

BUG = 70
CANCELLED = 130
USAGE = 2


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Returns its exit code (see docs/cli.md)."""
    given = sys.argv[1:] if arguments is None else arguments
    if given == ["decoder"]:  # the keyless child of the window, see app.decoding
        from app.decoding.worker import serve

        return serve()
    try:
        options, rest = take(given)
    except InputError as exc:
        from cli.output import Output

        Output(as_json="--json" in given, quiet=False).problem(exc)
        return USAGE
    if not rest or rest[0].startswith("assay:"):
        from ui.__main__ import run

        return run(options.home, link=rest[0] if rest else "")
    return _command(options, rest)


def _command(options: Options, arguments: list[str]) -> int:
    from cli.output import Output
    from cli.program import run_command

    output = Output(as_json=options.json, quiet=options.quiet)
    try:
        return run_command(options, output, arguments)
    except AssayError as exc:
        output.problem(exc)
        return exc.exit_code
    except (Cancelled, KeyboardInterrupt):
        output.say("Cancelled. What was done so far is kept.")
        return CANCELLED
    except BrokenPipeError:
        return CANCELLED
    except Exception as exc:  # noqa: BLE001 - the last door: a bug is reported, redacted, never shown raw
        said = _reported(options, exc)
        sys.stderr.write(f"assay: {said}\n")
        output.failure("bug", "bug", said)
        return BUG


def _reported(options: Options, error: Exception) -> str:
    from app.reports import write_report

    try:
        path = write_report(options.home, error)
    except OSError:
        return "This is a bug in Assay. A report of it could not be written."
    return f"This is a bug in Assay. A report without any task text is at {path}"


def script() -> None:
    """The installed program: what it prints is UTF-8 on every system, as the files and documents it reads are."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(main())


if __name__ == "__main__":
    script()
