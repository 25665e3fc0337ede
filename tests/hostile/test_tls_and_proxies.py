"""HTTPS: a certificate that nobody vouches for stops everything before a byte is said; system proxies are used."""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.clock import SystemClock
from app.errors import OfflineError
from tests.contract.sync_rig import connector


def self_signed(folder: Path) -> Path:
    """Certificate and key for 127.0.0.1 in one file, vouched for by nobody."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "lab")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "lab.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + private)
    return path


@contextlib.contextmanager
def listening(context: ssl.SSLContext | None, reply: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """A server that keeps the first bytes of each connection and gives one answer: (port, what it got)."""
    got: list[bytes] = []
    ending = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)

        def serve() -> None:
            while not ending.is_set():
                with contextlib.suppress(OSError):
                    connection, _ = server.accept()
                    connection.settimeout(2)
                    with contextlib.closing(connection):
                        if context is not None:
                            connection = context.wrap_socket(connection, server_side=True)
                        got.append(connection.recv(4096))
                        connection.sendall(reply)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1], got
        ending.set()
        thread.join(5)


def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    with listening(context, b"HTTP/1.1 200 OK\r\n\r\n") as (port, got):
        with (
            connector(f"https://127.0.0.1:{port}", None, SystemClock()) as line,
            pytest.raises(OfflineError) as caught,
        ):
            line.well_known()
        assert caught.value.code == "lab.certificate"
        assert got == []


def test_the_system_s_proxy_is_asked_for_the_lab_and_for_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with listening(None, b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n") as (port, got):
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        with (
            connector("https://lab.example.invalid", None, SystemClock()) as line,
            pytest.raises(OfflineError),
        ):
            line.well_known()
        assert got
        assert all(request.startswith(b"CONNECT lab.example.invalid:443 HTTP/1.1\r\n") for request in got)


def test_a_proxy_of_another_kind_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "socks5://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with (
        connector("https://lab.example.invalid", None, SystemClock()) as line,
        pytest.raises(OfflineError) as caught,
    ):
        line.well_known()
    assert caught.value.code == "lab.proxy"
