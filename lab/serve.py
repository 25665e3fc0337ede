"""Serving a lab at its URL: plain HTTP on loopback only, a ready file, a clean end on SIGTERM."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import uvicorn
from starlette.types import ASGIApp

from app.errors import InputError
from app.wire.origins import is_loopback
from lab import keylist
from lab.api import create_app
from lab.files import write_durably
from lab.lab import Lab
from lab.patience import PatientProtocol

GRACE_S = 10
"""Calls under way may take so long when the lab ends."""
MOST = 8000
"""Connections, and calls under way, of one process; beyond, 503."""


class Service:
    """A lab being served. `run` blocks until `stop` or a signal; `ready` is set when calls are answered."""

    def __init__(
        self,
        lab: Lab,
        *,
        tls_cert: Path | None = None,
        tls_key: Path | None = None,
        ready_file: Path | None = None,
        listen: str = "",
        wrap: Callable[[ASGIApp], ASGIApp] = lambda app: app,
        date: bool = True,
    ) -> None:
        """listen: `host:port` on loopback, for a proxy that speaks for the lab's URL; several processes have
        one each. wrap: what stands around the application. date: answers say the time.
        """
        self.ready = threading.Event()
        self._lab = lab
        self._ready_file = ready_file.absolute() if ready_file else None
        parts = urlsplit(lab.config.url)
        host = parts.hostname or "127.0.0.1"
        secure = parts.scheme == "https" and not listen
        if secure != (tls_cert is not None and tls_key is not None):
            raise InputError(
                "serve.tls",
                "The lab's URL is {url}: {what}.",
                params={
                    "url": lab.config.url,
                    "what": "a certificate and its key are needed" if secure else "it takes no certificate",
                },
                hint="https needs --tls-cert and --tls-key, http takes neither.",
            )
        self._address = (host if is_loopback(host) else "", parts.port or (443 if secure else 80))
        if listen:
            self._address = _behind(listen)
        self._where = f"http://{listen}" if listen else lab.config.url
        app = create_app(lab)
        config = uvicorn.Config(
            wrap(app),
            loop="asyncio",
            http=PatientProtocol,
            limit_concurrency=MOST,
            ws="none",
            lifespan="off",
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=date,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=GRACE_S,
            ssl_certfile=tls_cert,
            ssl_keyfile=tls_key,
        )
        self._server = _Server(config, self)
        self._waiting = app.state.waiting

    def run(self) -> None:
        """Raises InputError when the address is taken or a certificate cannot be used."""
        try:
            self._server.config.load()
        except OSError as exc:  # ssl.SSLError is one
            raise InputError("serve.certificate", "The certificate or its key cannot be used.") from exc
        keylist.renew(self._lab)
        self._lab.blobs.check()
        with contextlib.closing(_listen(*self._address, self._where)) as listening, _quiet_signals():
            try:
                self._server.run(sockets=[listening])
            finally:
                if self._ready_file is not None:
                    self._ready_file.unlink(missing_ok=True)

    def stop(self) -> None:
        """Finish what is under way, then end. Safe from any thread."""
        self._waiting.stop()
        self._server.should_exit = True

    def started(self) -> None:
        if self._ready_file is not None:
            write_durably(self._ready_file, self._where.encode() + b"\n", mode=0o644)
        self.ready.set()


def _behind(listen: str) -> tuple[str, int]:
    """Plain HTTP between a proxy and the lab stays on this computer. Raises InputError."""
    try:
        parts = urlsplit(f"//{listen}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if port is None or not is_loopback(host):
        raise InputError(
            "serve.listen",
            "“{listen}” is no address of this computer with a port.",
            params={"listen": listen},
            hint="It looks like 127.0.0.1:8001. A proxy on this computer speaks TLS for it.",
        )
    return host, port


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._service.started()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        self._service.stop()


def _listen(host: str, port: int, url: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's delay off only where the protocol is named: without it each answer waits 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(1024)
    except OSError as exc:
        listening.close()
        raise InputError(
            "serve.address",
            "The lab's address {url} cannot be listened at.",
            params={"url": url},
            hint="Another program uses this port, perhaps this very lab. Invitations carry it: free it.",
        ) from exc
    return listening


@contextlib.contextmanager
def _quiet_signals() -> Iterator[None]:
    """uvicorn raises the signal that ended it once more when it is done; let that do nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    kept = {sig: signal.signal(sig, lambda *_: None) for sig in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for sig, handler in kept.items():
            signal.signal(sig, handler)


def serve(
    lab: Lab,
    *,
    tls_cert: Path | None = None,
    tls_key: Path | None = None,
    ready_file: Path | None = None,
    listen: str = "",
) -> None:
    """Serve until SIGTERM or Ctrl+C. ready_file: gets the URL when calls are answered; gone at the end."""
    if ready_file is not None:
        ready_file.unlink(missing_ok=True)
    service = Service(lab, tls_cert=tls_cert, tls_key=tls_key, ready_file=ready_file, listen=listen)
    gc.freeze()
    gc.set_threshold(
        50_000, 20, 50
    )  # parsed tasks are many and hold no cycles: looking for them cost a fifth
    service.run()
