"""How often one key may call, how long a slow caller is waited for, and what the audit log says."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from app.clock import FixedClock
from app.domain.ids import digest
from app.errors import InputError
from lab import bodies, desk
from lab.audit import Audit
from lab.config import read_config, write_config
from lab.limits import MAX_AT_ONCE, Limits, Rate, rates
from lab.patience import PatientProtocol
from lab.problems import Refusal
from tests.lab_server import enrolled, serving, write_tasks


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_empties_and_fills_again() -> None:
    clock = Time()
    limits = Limits({"/v1/feed": Rate(2, 3)}, clock)
    for _ in range(3):
        limits.enter("k", "/v1/feed")
        limits.leave("k")
    with pytest.raises(Refusal) as told:
        limits.enter("k", "/v1/feed")
    assert (told.value.status, told.value.code, told.value.headers) == (
        429,
        "call.rate",
        {"Retry-After": "1"},
    )
    limits.enter("other", "/v1/feed")
    limits.enter("k", "/v1/results")
    clock.now = 0.5
    limits.enter("k", "/v1/feed")
    with pytest.raises(Refusal):
        limits.enter("k", "/v1/feed")


def test_calls_under_way_are_counted_and_given_back() -> None:
    limits = Limits({}, Time())
    for _ in range(MAX_AT_ONCE):
        limits.enter("k", "/v1/feed")
    with pytest.raises(Refusal) as told:
        limits.enter("k", "/v1/feed")
    assert told.value.code == "call.at_once"
    limits.leave("k")
    limits.enter("k", "/v1/feed")


def test_limits_of_the_settings() -> None:
    assert rates({"/v1/feed": [1, 2]})["/v1/feed"] == Rate(1, 2)
    for wrong in ([1.0], [0.0, 5.0], [1.0, -1.0]):
        with pytest.raises(InputError) as told:
            rates({"/v1/feed": wrong})
        assert told.value.code == "lab.limits"


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[desk.Lab]:
    desk.init(tmp_path / "lab", name="L")
    config = read_config(tmp_path / "lab")
    limits = {"/v1/feed": [0.001, 3.0]}
    write_config(
        tmp_path / "lab",
        type(config)(**{**{f: getattr(config, f) for f in config.__slots__}, "limits": limits}),
    )
    with desk.open_lab(tmp_path / "lab") as opened:
        yield opened


def test_over_http_and_in_the_log(lab: desk.Lab, tmp_path: Path) -> None:
    batch = desk.import_batch(lab, "auto", write_tasks(tmp_path / "t.jsonl", 5)).batch
    link, who = desk.invite(lab, "expert", "Ada")
    desk.assign(lab, batch, [who])
    with serving(lab):
        ada = enrolled(link)
        ada.pull()
        ada.send(ada.result(next(iter(ada.tasks))))
        said = [ada.call("GET", "/v1/feed") for _ in range(3)]
        assert [reply.status_code for reply in said] == [200, 200, 429]
        assert (said[2].json()["code"], said[2].headers["retry-after"]) == ("call.rate", "1000")
        assert ada.call("GET", "/v1/results").status_code == 200
        pack = next(iter(ada.given.values()))["packs"][0]["sha256"]
    lab.audit.close()
    (file,) = (lab.folder / "audit").iterdir()
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert file.stat().st_mode & 0o777 == 0o600
    assert [line["what"] for line in lines if line["status"] < 400] == [
        "POST /v1/enrol", "GET /v1/feed", "GET /v1/blobs/{sha256}", "POST /v1/results", "GET /v1/feed",
        "GET /v1/feed", "GET /v1/results",
    ]  # fmt: skip
    (fetched,) = (line for line in lines if "blobs" in line["what"])
    assert (fetched["who"], fetched["kid"], fetched["of"]) == (who, ada.key.kid, [pack])
    text = file.read_text()
    assert "Question" not in text
    assert ada.cursor not in text


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "audit").write_text("in the way")
    audit = Audit(tmp_path / "audit", FixedClock())
    audit.desk("assign", ["b-1"])
    audit.close()
    assert "1 lines of the audit log were lost" in caplog.text


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PatientProtocol, "head_s", 0.3)
    monkeypatch.setattr(PatientProtocol, "reader_s", 0.3)
    monkeypatch.setattr(bodies, "GRACE_S", 0.3)


def test_drips_are_cut_and_hinder_nobody(lab: desk.Lab, hasty: None) -> None:
    parts = urlsplit(lab.config.url)
    address = (str(parts.hostname), int(parts.port or 0))
    with serving(lab), ExitStack() as stack:
        silent, head, body = (
            stack.enter_context(socket.create_connection(address, timeout=10)) for _ in range(3)
        )
        head.sendall(b"GET /v1/healthz HTTP/1.1\r\nHo")
        body.sendall(b"POST /v1/enrol HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nslow")
        assert httpx2.get(f"{lab.config.url}/v1/healthz", trust_env=False).status_code == 200
        assert b"408" in body.recv(4096)
        assert ended(silent)
        assert ended(head)


def ended(line: socket.socket) -> bool:
    """Whether the other side hangs up, by an end or a reset; TimeoutError when it does neither."""
    try:
        return line.recv(1) == b""
    except ConnectionResetError:
        return True


def test_a_reader_who_does_not_read_is_cut(lab: desk.Lab, hasty: None, tmp_path: Path) -> None:
    link, _ = desk.invite(lab, "expert", "Ada")
    parts = urlsplit(lab.config.url)
    with serving(lab) as service, ExitStack() as stack:
        ada = enrolled(link)
        data = b"\x01" * (16 * 1024 * 1024)
        name = digest(data)
        put = ada.call("PUT", f"/v1/blobs/{name}", content=data, headers={"If-None-Match": "*"})
        assert put.status_code == 201
        lazy = stack.enter_context(socket.socket())
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lazy.connect((str(parts.hostname), int(parts.port or 0)))
        lazy.sendall(
            f"GET /v1/blobs/{name} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {ada.token()}\r\n\r\n".encode()
        )
        lazy.settimeout(10)
        assert lazy.recv(100).startswith(b"HTTP/1.1 200")
        held = service._server.server_state.connections
        assert len(held) == 2
        end = time.monotonic() + 8
        while len(held) == 2:
            assert time.monotonic() < end, "the lab still waits for a caller who does not read"
            lazy.getpeername()


def test_behind_a_proxy_only_on_this_computer(tmp_path: Path) -> None:
    from lab.serve import Service

    desk.init(tmp_path / "far", url="https://lab.example.org/tenants/one")
    with desk.open_lab(tmp_path / "far") as far:
        for wrong in ("0.0.0.0:8001", "127.0.0.1", "example.org:80", "127.0.0.1:x"):
            with pytest.raises(InputError) as told:
                Service(far, listen=wrong)
            assert told.value.code == "serve.listen"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with serving(far, listen=f"127.0.0.1:{port}", ready_file=tmp_path / "ready"):
            assert (tmp_path / "ready").read_text() == f"http://127.0.0.1:{port}\n"
            about = httpx2.get(
                f"http://127.0.0.1:{port}/tenants/one/.well-known/assay", trust_env=False
            ).json()
            assert about["url"] == "https://lab.example.org/tenants/one"
