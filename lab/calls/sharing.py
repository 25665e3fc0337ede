"""What every call reaches through the application's state."""

from __future__ import annotations

from fastapi import Request

from lab.access import Access
from lab.lab import Lab
from lab.waiting import Waiting


def lab_of(request: Request) -> Lab:
    found: Lab = request.app.state.lab
    return found


def waiting_of(request: Request) -> Waiting:
    found: Waiting = request.app.state.waiting
    return found


def access_of(request: Request) -> Access:
    found: Access = request.app.state.access
    return found
