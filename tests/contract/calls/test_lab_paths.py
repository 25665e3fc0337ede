"""Paths the lab does not know, and a lab below a path, against a real server on loopback."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from lab import desk
from tests.contract.calls.served import World, problem
from tests.lab_server import enrolled, serving


def test_healthz_and_unknown_paths(world: World) -> None:
    base = world.lab.config.url
    assert httpx2.get(f"{base}/v1/healthz", trust_env=False).json() == {"status": "ok"}
    assert problem(httpx2.get(f"{base}/v1/nowhere", trust_env=False)) == (404, "http.404")
    assert problem(httpx2.delete(f"{base}/v1/healthz", trust_env=False)) == (405, "http.405")
    assert problem(world.ada.call("GET", "/v1/feed?limit=0")) == (422, "call.parameter")


def test_a_lab_may_live_below_a_path(tmp_path: Path) -> None:
    port = urlsplit(desk.init(tmp_path / "first").url).port
    desk.init(tmp_path / "lab", url=f"http://127.0.0.1:{port}/tenants/one/")
    with desk.open_lab(tmp_path / "lab") as lab, serving(lab):
        laptop = enrolled(desk.invite(lab, "expert", "Ada")[0])
        assert laptop.url.endswith("/tenants/one")
        assert laptop.pull() == []
