"""The lab as a process: ready file, clean end, restart, death between commit and answer, TLS."""

from __future__ import annotations

import contextlib
import ipaddress
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.errors import InputError
from lab import desk
from lab.serve import Service, serve
from tests.lab_server import Laptop, enrolled, results_body, serving, write_tasks

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import os, sys
from pathlib import Path
from lab import desk, results, serve

folder, ready, *dying = sys.argv[1:]
if dying:
    take = results.take

    def take_and_die(*given):
        take(*given)
        os._exit(9)

    results.take = take_and_die
with desk.open_lab(Path(folder)) as lab:
    serve.serve(lab, ready_file=Path(ready))
"""


def start(folder: Path, ready: Path, *more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", PROGRAM, str(folder), str(ready), *more]
    process = subprocess.Popen(command, cwd=ROOT)
    pause, deadline = threading.Event(), time.monotonic() + 30
    while not ready.exists():
        assert process.poll() is None, "the lab ended at once"
        assert time.monotonic() < deadline, "the lab did not get ready"
        pause.wait(0.01)
    return process


@contextlib.contextmanager
def process(folder: Path, ready: Path, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    running = start(folder, ready, *more)
    try:
        yield running
    finally:
        running.kill()
        running.wait(20)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    desk.init(tmp_path / "lab")
    return tmp_path / "lab"


@pytest.fixture
def http() -> Iterator[httpx2.Client]:
    with httpx2.Client(trust_env=False, timeout=30) as client:
        yield client


def worker(folder: Path, tmp_path: Path) -> str:
    """A batch of 6 tasks for one invited expert; her link."""
    with desk.open_lab(folder) as lab:
        batch = desk.import_batch(lab, "auto", write_tasks(tmp_path / "t.jsonl", 6)).batch
        link, expert = desk.invite(lab, "expert", "Ada")
        assert desk.assign(lab, batch, [expert]).total == 6
    return link


def test_sigterm_ends_it_cleanly(folder: Path, tmp_path: Path, http: httpx2.Client) -> None:
    ready = tmp_path / "ready"
    with process(folder, ready) as running:
        url = ready.read_text().strip()
        assert http.get(f"{url}/v1/healthz").status_code == 200
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 0
    assert not ready.exists()


def test_a_restart_keeps_url_and_cursor(folder: Path, tmp_path: Path) -> None:
    link, ready = worker(folder, tmp_path), tmp_path / "ready"
    with process(folder, ready):
        url = ready.read_text()
        ada = enrolled(link)
        assert len(ada.pull()) == 2
    ready.unlink()
    with process(folder, ready):
        assert ready.read_text() == url
        assert ada.pull() == []
        assert ada.send(ada.result("t-0"))[0]["status"] == "stored"
    ada.http.close()


def test_death_between_commit_and_answer_loses_and_doubles_nothing(folder: Path, tmp_path: Path) -> None:
    link, ready = worker(folder, tmp_path), tmp_path / "ready"
    with process(folder, ready, "dying") as running:
        ada = enrolled(link)
        ada.pull()
        documents = [ada.result(task) for task in ada.tasks]
        with pytest.raises(httpx2.HTTPError):
            ada.call("POST", "/v1/results", content=results_body(*documents))
        assert running.wait(20) == 9
    with desk.open_lab(folder) as lab:
        assert list(desk.results(lab)) == documents
        receipts = list(desk.receipts(lab))
    ready.unlink()
    with process(folder, ready):
        reply = ada.call("POST", "/v1/results", content=results_body(*documents))
        assert [one["status"] for one in reply.json()["outcomes"]] == ["duplicate"] * 6
        assert all(receipt in reply.content for receipt in receipts)
    with desk.open_lab(folder) as lab:
        assert list(desk.receipts(lab)) == receipts
    ada.http.close()


def test_a_taken_port_is_said_plainly(folder: Path) -> None:
    with desk.open_lab(folder) as lab:
        host, port = lab.config.url.removeprefix("http://").split(":")
        with socket.create_server((host, int(port))), pytest.raises(InputError) as told:
            serve(lab)
    assert told.value.code == "serve.address"


@pytest.mark.parametrize("url", ["http://lab.example.org", "ftp://127.0.0.1", "http://u:p@127.0.0.1:9", "x"])
def test_plain_http_is_for_loopback_only(tmp_path: Path, url: str) -> None:
    with pytest.raises(InputError):
        desk.init(tmp_path / "lab", url=url)
    assert not (tmp_path / "lab").exists()


def certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "lab")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return folder / "cert.pem", folder / "key.pem"


def test_https_with_a_certificate(folder: Path, tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    with desk.open_lab(folder) as plain:
        port = plain.config.url.rpartition(":")[2]
    desk.init(tmp_path / "secure", url=f"https://127.0.0.1:{port}")
    with desk.open_lab(tmp_path / "secure") as lab:
        with pytest.raises(InputError) as told:
            Service(lab)
        assert told.value.code == "serve.tls"
        with pytest.raises(InputError) as told:
            Service(lab, tls_cert=key, tls_key=cert).run()
        assert told.value.code == "serve.certificate"
        context = ssl.create_default_context(cafile=str(cert))
        with (
            serving(lab, tls_cert=cert, tls_key=key),
            httpx2.Client(trust_env=False, verify=context) as client,
        ):
            about = client.get(f"{lab.config.url}/.well-known/assay").json()
    assert about["url"] == f"https://127.0.0.1:{port}"


def test_a_certificate_on_plain_http_is_refused(folder: Path, tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    with desk.open_lab(folder) as lab, pytest.raises(InputError) as told:
        Service(lab, tls_cert=cert, tls_key=key)
    assert told.value.code == "serve.tls"


def test_two_devices_of_strangers_never_share_a_jti(folder: Path) -> None:
    """A token id is remembered with its key: one expert cannot use up another's."""
    with desk.open_lab(folder) as lab, serving(lab):
        first, second = (enrolled(desk.invite(lab, "expert", name)[0]) for name in ("A", "B"))
        assert isinstance(first, Laptop)
        tokens = [_token(one, "same") for one in (first, second)]
        replies = [
            one.call("GET", "/v1/feed", token=t) for one, t in zip((first, second), tokens, strict=True)
        ]
        assert [reply.status_code for reply in replies] == [200, 200]


def _token(laptop: Laptop, jti: str) -> str:
    from app.wire.tokens import mint_token

    return mint_token(laptop.key, laptop.url, laptop.clock.now(), jti)
