"""A served lab with two enrolled experts, and how its refusals are read."""

from __future__ import annotations

from dataclasses import dataclass

import httpx2

from app.clock import FixedClock
from app.wire.documents import parse
from app.wire.protocol import Problem
from app.wire.signatures import KeySet
from lab import desk
from tests.lab_server import Laptop


@dataclass
class World:
    lab: desk.Lab
    clock: FixedClock
    batch: str
    ada: Laptop
    bob: Laptop
    keys: KeySet

    def invite(self, role: str = "expert", name: str = "Eve") -> str:
        return desk.invite(self.lab, role, name)[0]


def problem(reply: httpx2.Response) -> tuple[int, str]:
    assert reply.headers["content-type"] == "application/problem+json"
    found = parse(Problem, reply.content)
    assert found.status == reply.status_code
    return found.status, found.code
