"""One HTTP exchange under guard: which hosts, until when, how slow, how much.

An HTTP library's timeout starts again with every byte, so a dripping server can hold it for hours, in the
headers too. Here every read and write of the socket is bounded by one deadline for the whole exchange, a
minimum rate, and a cap; connections go to hosts on a list and nowhere else; nothing is decoded, redirected or
stored by itself. Proxies of the system and the trust store of the operating system are honoured.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from app.errors import Cancelled, OfflineError
from app.wire.origins import is_loopback, origin

if TYPE_CHECKING:
    import httpcore2

SLICE_S = 0.2
"""How long one wait may go on before a cancellation is noticed."""


@dataclass(frozen=True, slots=True)
class Limits:
    """deadline_s: for a call, and for the first byte of a blob. min_rate: bytes a second, over each window.

    reply_bytes: the longest answer to a call. idle_s: without a single byte.
    """

    connect_s: float = 10.0
    deadline_s: float = 60.0
    idle_s: float = 30.0
    window_s: float = 10.0
    min_rate: int = 500
    reply_bytes: int = 32 * 1024 * 1024


class Budget:
    """The time of one exchange; asked before every wait."""

    def __init__(self, limits: Limits, monotonic: Callable[[], float], cancelled: Callable[[], bool]) -> None:
        self._limits = limits
        self._now = monotonic
        self._cancelled = cancelled
        self._ends = monotonic() + limits.deadline_s
        self._window = monotonic()
        self._bytes = 0
        self._body = False

    def body(self, size: int) -> None:
        """The headers are here: from now on the rate counts. size: bytes still expected."""
        self._body = True
        self._window, self._bytes = self._now(), 0
        self._ends = self._now() + self._limits.deadline_s + size / self._limits.min_rate

    def wait_s(self, since: float) -> float:
        """How long the next wait may take. Raises Cancelled, or OfflineError `lab.slow`. since: the last
        byte.
        """
        if self._cancelled():
            raise Cancelled
        now = self._now()
        left = min(self._ends, since + self._limits.idle_s) - now
        if left <= 0:
            raise _slow()
        return min(left, SLICE_S)

    def came(self, count: int) -> None:
        now = self._now()
        self._bytes += count
        if now >= self._ends:
            raise _slow()
        if self._body and now - self._window >= self._limits.window_s:
            if self._bytes < self._limits.min_rate * (now - self._window):
                raise _slow()
            self._window, self._bytes = now, 0

    def now(self) -> float:
        return self._now()


@dataclass
class Reply:
    """headers: lower-case names. chunks: the body as it comes, to be read inside of the exchange."""

    status: int
    headers: dict[str, str]
    chunks: Iterator[bytes] = field(default_factory=lambda: iter(()))

    def read(self, limit: int) -> bytes:
        """The whole body. OfflineError `lab.endless` past the limit."""
        found = bytearray()
        for chunk in self.chunks:
            found += chunk
            if len(found) > limit:
                raise OfflineError("lab.endless", "The lab's answer does not end.", hint=TRIED_AGAIN)
        return bytes(found)


class Channel:
    """Connections to the hosts that `allowed` says (`scheme://host:port`), kept open between exchanges."""

    def __init__(
        self, allowed: Callable[[], Iterable[str]], limits: Limits, monotonic: Callable[[], float]
    ) -> None:
        self._allowed = allowed
        self._limits = limits
        self._monotonic = monotonic
        self._pools: dict[str, Any] = {}
        self._budget: Budget | None = None

    @contextmanager
    def exchange(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        cancelled: Callable[[], bool],
        size: int = 0,
    ) -> Iterator[Reply]:
        """One request and its reply. size: bytes expected of a body that is long.

        Raises OfflineError `lab.unreachable | slow | cut | certificate`, Cancelled.
        """
        import httpcore2

        place = origin(url)
        if place not in set(self._allowed()):
            raise OfflineError("lab.host", "A host was named that is not this lab's.", hint=TRIED_AGAIN)
        budget = self._budget = Budget(self._limits, self._monotonic, cancelled)
        sent = {"Host": urlsplit(url).netloc, "Accept-Encoding": "identity", **headers}
        try:
            with self._pool(place).stream(
                method,
                url,
                headers=[(name.encode(), value.encode("latin-1")) for name, value in sent.items()],
                content=body,
                extensions={"timeout": {"pool": 1.0, "connect": self._limits.connect_s}},
            ) as response:
                budget.body(size or self._limits.min_rate)
                found = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in response.headers}
                if found.get("content-encoding", "identity").lower() != "identity":
                    raise OfflineError(
                        "lab.encoded", "The answer is compressed, which was not asked.", hint=TRIED_AGAIN
                    )
                yield Reply(response.status, found, response.iter_stream())
        except httpcore2.TimeoutException:
            raise _slow() from None
        except httpcore2.ConnectError as exc:
            raise _unreachable(exc) from None
        except (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.ProxyError):
            raise OfflineError("lab.cut", "The connection to the lab broke off.", hint=TRIED_AGAIN) from None

    def close(self) -> None:
        for pool in self._pools.values():
            pool.close()
        self._pools.clear()

    def _pool(self, place: str) -> Any:
        if place not in self._pools:
            self._pools[place] = self._new_pool(place)
        return self._pools[place]

    def _new_pool(self, place: str) -> Any:
        import httpcore2

        parts = urlsplit(place)
        host = parts.hostname or ""
        settings: dict[str, Any] = {
            "network_backend": _guarded(lambda: self._budget),
            "max_connections": 1,
            "keepalive_expiry": 30.0,
            "ssl_context": httpcore2.default_ssl_context() if parts.scheme == "https" else None,
        }
        proxy = None if is_loopback(host) or proxy_bypass(host) else getproxies().get(parts.scheme)
        if proxy and urlsplit(proxy).scheme not in ("http", "https"):
            raise OfflineError(
                "lab.proxy",
                "This computer's proxy is of a kind that is not supported (“{kind}”).",
                hint=TRIED_AGAIN,
                params={"kind": urlsplit(proxy).scheme},
            )
        if proxy:
            return httpcore2.HTTPProxy(proxy_url=proxy, **settings)
        return httpcore2.ConnectionPool(**settings)


def _guarded(budget: Callable[[], Budget | None]) -> httpcore2.NetworkBackend:
    """A network back end whose streams ask the budget before each wait."""
    import httpcore2

    def current() -> Budget:
        found = budget()
        assert found is not None
        return found

    class Stream(httpcore2.NetworkStream):
        def __init__(self, inner: httpcore2.NetworkStream) -> None:
            self._inner = inner

        def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
            since = current().now()
            while True:
                try:
                    data = self._inner.read(max_bytes, current().wait_s(since))
                except httpcore2.ReadTimeout:
                    continue
                current().came(len(data))
                return data

        def write(self, buffer: bytes, timeout: float | None = None) -> None:
            since = current().now()
            for start in range(0, len(buffer), 65536):
                current().wait_s(since)
                self._inner.write(buffer[start : start + 65536], timeout=10.0)

        def close(self) -> None:
            self._inner.close()

        def start_tls(
            self,
            ssl_context: ssl.SSLContext,
            server_hostname: str | None = None,
            timeout: float | None = None,
        ) -> httpcore2.NetworkStream:
            return Stream(self._inner.start_tls(ssl_context, server_hostname, timeout))

        def get_extra_info(self, info: str) -> Any:
            return self._inner.get_extra_info(info)

    class Backend(httpcore2.SyncBackend):
        def connect_tcp(self, *args: Any, **kwargs: Any) -> httpcore2.NetworkStream:
            return Stream(super().connect_tcp(*args, **kwargs))

    return Backend()


TRIED_AGAIN = "Your work is safe on this computer. It is tried again later."


def _slow() -> OfflineError:
    return OfflineError("lab.slow", "The lab answers too slowly.", hint=TRIED_AGAIN)


def _unreachable(exc: BaseException) -> OfflineError:
    cause: BaseException | None = exc
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return OfflineError(
                "lab.certificate",
                "What answers is not the lab: its certificate does not fit.",
                hint="Nothing was sent. A hotel or hospital network may want you to sign in first.",
            )
        cause = cause.__cause__ or cause.__context__
    return OfflineError("lab.unreachable", "The lab cannot be reached.", hint=TRIED_AGAIN)


def retry_after(reply: Reply, now: datetime) -> float:
    """Seconds that the lab asks for, 0 when it does not say or says nonsense (RFC 9110 §10.2.3)."""
    text = reply.headers.get("retry-after", "")
    if text.isascii() and text.isdigit():
        return float(min(int(text[:9]), 86400))
    try:
        return max(0.0, (parsedate_to_datetime(text) - now).total_seconds())
    except (TypeError, ValueError):
        return 0.0
