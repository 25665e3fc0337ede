"""The list of checks, and the run over it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import httpx2

from app.clock import Clock
from app.errors import AssayError
from app.wire.invitation import Invitation
from cli.conformance.bench import Bench, Failed

Check = Callable[[Bench], None]
CHECKS: dict[str, Check] = {}
OF_LEADS: set[str] = set()
"""Checks that need a lead's invitation too."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """reason: why not; empty when it holds."""

    check: str
    ok: bool
    reason: str = ""


def check(name: str, *, lead: bool = False) -> Callable[[Check], Check]:
    """Enter a check under `area.name`; they run in the order of entry. lead: it needs a lead's invitation too."""

    def enter(function: Check) -> Check:
        if name in CHECKS:
            raise ValueError(f"two checks are called {name}")
        CHECKS[name] = function
        if lead:
            OF_LEADS.add(name)
        return function

    return enter


def names() -> list[str]:
    _load()
    return list(CHECKS)


def run(
    url: str, invitation: Invitation, clock: Clock, only: Iterable[str] = (), lead: Invitation | None = None
) -> Iterator[Outcome]:
    """Each check's outcome as it comes. only: these checks; what they need from others is done silently.

    lead: an invitation of the lead of the expert's team; without it what needs one is left out.
    """
    _load()
    wanted = set(only)
    bench = Bench(url, invitation, clock, lead_invitation=lead)
    try:
        for name, function in CHECKS.items():
            if (not wanted or name in wanted) and (lead is not None or name not in OF_LEADS):
                yield _one(name, function, bench)
    finally:
        bench.close()


def _one(name: str, function: Check, bench: Bench) -> Outcome:
    try:
        function(bench)
    except Failed as exc:
        return Outcome(name, False, str(exc))
    except AssayError as exc:
        return Outcome(name, False, f"{exc.message} ({exc.code})")
    except (httpx2.HTTPError, httpx2.InvalidURL) as exc:
        return Outcome(name, False, f"no answer: {type(exc).__name__}")
    return Outcome(name, True)


def _load() -> None:
    """The areas, in the order in which they run."""
    from cli.conformance import meeting  # noqa: I001  (the order matters)
    from cli.conformance import asking, blobs, sealed, results, more_work, own_devices, leads, letters

    _ = (meeting, asking, blobs, sealed, results, more_work, own_devices, leads, letters)
