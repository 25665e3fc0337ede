"""How often one key may call: a bucket of tokens for each key and route, and how many calls at a time.

Rates are for each process of the lab; they bound what one caller can take from the others, and are far above
what the program asks for. Time is monotonic, not the lab's clock. `limits` in lab.json names others:
`{"/v1/feed": [20, 2000]}`, calls a second and calls at once after a rest.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.errors import InputError
from lab.problems import Refusal

MAX_AT_ONCE = 16
"""Calls of one key under way; held feed calls count."""
KEPT = 100_000
"""Buckets in memory; those that are full again go first."""


@dataclass(frozen=True, slots=True)
class Rate:
    """per_s: calls a second in the long run. burst: calls at once after a rest."""

    per_s: float
    burst: float


USUAL = Rate(20, 4000)
RATES = {
    "/v1/feed": Rate(20, 4000),
    "/v1/blobs/{sha256}": Rate(100, 10_000),
    "/v1/results": Rate(20, 4000),
    "/v1/claims": Rate(2, 400),
    "/v1/enrol": Rate(10, 2000),
    "/v1/export": Rate(100, 10_000),
}
"""By the call's path. `/v1/enrol` counts by address, since nobody is known yet."""


def rates(told: Mapping[str, Sequence[float]]) -> dict[str, Rate]:
    """The usual ones and what lab.json says. Raises InputError."""
    found = dict(RATES)
    for route, pair in told.items():
        if len(pair) != 2 or not all(0 < n < 1e9 for n in pair):
            raise InputError(
                "lab.limits",
                "The limit of {route} in lab.json is not [calls a second, calls at once].",
                params={"route": route},
            )
        found[route] = Rate(*pair)
    return found


def route_of(scope: Mapping[str, Any]) -> str:
    """The path of the call that was matched, without the lab's own prefix; empty: none was."""
    path = str(getattr(scope.get("route"), "path", ""))
    return path[max(0, path.rfind("/v1/")) :]


class Limits:
    """For one process. Safe from any thread."""

    def __init__(self, rates: Mapping[str, Rate], now: Callable[[], float] = time.monotonic) -> None:
        self._rates, self._now = dict(rates), now
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}
        self._under_way: dict[str, int] = {}
        self._guard = threading.Lock()

    def enter(self, who: str, route: str) -> None:
        """A call begins; `leave` follows. Raises a Refusal 429 with Retry-After."""
        with self._guard:
            if self._under_way.get(who, 0) >= MAX_AT_ONCE:
                raise _refused("call.at_once", 1)
            self._spend(who, route)
            self._under_way[who] = self._under_way.get(who, 0) + 1

    def leave(self, who: str) -> None:
        with self._guard:
            left = self._under_way.pop(who, 1) - 1
            if left > 0:
                self._under_way[who] = left

    def spend(self, who: str, route: str) -> None:
        """One call of a route by somebody who is not known. Raises a Refusal 429."""
        with self._guard:
            self._spend(who, route)

    def _spend(self, who: str, route: str) -> None:
        rate, now = self._rates.get(route, USUAL), self._now()
        left, since = self._buckets.get((who, route), (rate.burst, now))
        left = min(rate.burst, left + (now - since) * rate.per_s)
        if left < 1:
            raise _refused("call.rate", math.ceil((1 - left) / rate.per_s))
        if len(self._buckets) >= KEPT:
            self._forget(now)
        self._buckets[who, route] = (left - 1, now)

    def _forget(self, now: float) -> None:
        """Full buckets say nothing; if all have something to say, the older half goes."""
        for (who, route), (left, since) in list(self._buckets.items()):
            rate = self._rates.get(route, USUAL)
            if left + (now - since) * rate.per_s >= rate.burst:
                del self._buckets[who, route]
        if len(self._buckets) >= KEPT:
            for key in sorted(self._buckets, key=lambda key: self._buckets[key][1])[: KEPT // 2]:
                del self._buckets[key]


def _refused(code: str, seconds: int) -> Refusal:
    return Refusal(
        429,
        code,
        "Too many calls at once." if code == "call.at_once" else "Too many calls of this kind.",
        hint="Nothing was lost. Try again in {n} s.",
        params={"n": seconds},
        headers={"Retry-After": str(seconds)},
    )
