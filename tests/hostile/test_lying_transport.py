"""A lab, or something in its place, that lies about lengths, drips, redirects, compresses, or is no lab at all."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from app.clock import SystemClock
from app.domain.ids import Digest
from app.errors import AssayError, Cancelled, OfflineError, RefusedError, TrustError
from app.sync.connectors.transfer import Limits
from app.wire.tokens import check_token
from tests.contract.sync_rig import Laptop, connector, task
from tests.hostile.lying_lab import Handler, LyingLab, enrolled_laptop, holdings, quarantined, serving_lies

HASTY = Limits(connect_s=1.0, deadline_s=0.4, idle_s=0.3, window_s=0.15, min_rate=20_000, reply_bytes=200_000)
PATIENT = Limits(connect_s=10.0, deadline_s=30.0, idle_s=20.0, reply_bytes=200_000)
"""Hasty where slowness is the lie; else a busy machine would be taken for it."""


@pytest.fixture
def expert(lab: LyingLab, tmp_path: Path) -> Iterator[Laptop]:
    found = enrolled_laptop(lab, tmp_path / "ws", limits=PATIENT)
    yield found
    found.workspace.close()


def fails(expert: Laptop, **more: Any) -> AssayError:
    """The error of a sync that leaves everything as it was."""
    before = holdings(expert)
    started = time.monotonic()
    with pytest.raises(AssayError) as caught:
        expert.sync(**more)
    assert time.monotonic() - started < 5
    assert holdings(expert) == before
    return caught.value


def bytes_then(*parts: bytes | float, close: bool = True) -> Callable[[Handler], None]:
    """Raw bytes on the wire; a number waits so many seconds, or until the other side has gone."""

    def answer(handler: Handler) -> None:
        handler.close_connection = close
        for part in parts:
            if isinstance(part, bytes):
                handler.wfile.write(part)
                handler.wfile.flush()
            else:
                handler.connection.settimeout(part)
                with contextlib.suppress(TimeoutError):
                    handler.connection.recv(1)

    return answer


def drip(head: bytes, piece: bytes, seconds: float = 0.02) -> Callable[[Handler], None]:
    return bytes_then(head, *[x for _ in range(500) for x in (piece, seconds)])


def html(handler: Handler) -> None:
    handler.reply(
        200, b"<html><form action=/login>Sign in to Ward-WiFi", {"Content-Type": "text/html; charset=utf-8"}
    )


def json_head(length: int | None = None) -> bytes:
    size = b"" if length is None else b"Content-Length: %d\r\n" % length
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + size + b"\r\n"


BOMB = gzip.compress(b" " * 30_000_000, 1)


def bomb(handler: Handler) -> None:
    handler.reply(200, BOMB, {"Content-Type": "application/json", "Content-Encoding": "gzip"})


OFFLINE: dict[str, tuple[Callable[[Handler], None], str]] = {
    "a sign-in page": (html, "lab.not_a_lab"),
    "a sign-in page with an error status": (
        lambda h: h.reply(404, b"<html>", {"Content-Type": "text/html"}),
        "lab.not_a_lab",
    ),
    "no type at all": (lambda h: h.reply(200, b"{}"), "lab.not_a_lab"),
    "a gzip bomb": (bomb, "lab.encoded"),
    "an answer without end": (bytes_then(json_head(), *[b" " * 100_000] * 50), "lab.endless"),
    "a longer answer than allowed": (
        lambda h: h.reply(200, b" " * 300_000, {"Content-Type": "application/json"}),
        "lab.endless",
    ),
    "dripping headers": (drip(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"), "lab.slow"),
    "a dripping first line": (drip(b"HTTP/1.1", b" "), "lab.slow"),
    "a dripping body": (drip(json_head(9999), b" "), "lab.slow"),
    "silence": (bytes_then(2.0), "lab.slow"),
    "silence in the middle": (bytes_then(json_head(9999), b"{", 2.0), "lab.slow"),
    "fewer bytes than said": (bytes_then(json_head(9999), b'{"items":[]'), "lab.cut"),
    "nothing but a hang-up": (bytes_then(), "lab.cut"),
    "noise": (bytes_then(b"\x16\x03\x01 nonsense\r\n\r\n"), "lab.cut"),
    "headers without end": (
        bytes_then(b"HTTP/1.1 200 OK\r\n", *[b"X-Long: " + b"x" * 8000 + b"\r\n"] * 100),
        "lab.cut",
    ),
    "an internal error": (lambda h: h.problem(500, "lab.bug"), "lab.busy"),
    "a gateway's page": (lambda h: h.reply(502, b"<html>", {"Content-Type": "text/html"}), "lab.busy"),
    "a long wait": (lambda h: h.problem(503, "lab.busy", {"Retry-After": "3600"}), "lab.busy"),
}


@pytest.mark.parametrize("name", OFFLINE)
def test_it_is_as_if_the_lab_were_away(lab: LyingLab, expert: Laptop, name: str) -> None:
    lie, code = OFFLINE[name]
    lab.honest("b", 1)
    lab.answers["/v1/feed"] = lie
    expert.limits = HASTY if code == "lab.slow" else PATIENT
    found = fails(expert)
    assert isinstance(found, OfflineError)
    assert found.code == code
    assert found.hint
    del lab.answers["/v1/feed"]
    expert.limits = PATIENT
    assert expert.sync().pulled == 3


WRONG: dict[str, bytes] = {
    "half of it": b'{"items":[',
    "a key twice": b'{"items":[],"items":[]}',
    "depth": b"[" * 5000,
    "another shape": b'{"items":{}}',
    "an infinite number": b'{"items":[],"more":1e999}',
}


@pytest.mark.parametrize("name", WRONG)
def test_an_answer_of_the_wrong_shape(lab: LyingLab, expert: Laptop, name: str) -> None:
    lab.answers["/v1/feed"] = lambda h: h.reply(200, WRONG[name], {"Content-Type": "application/json"})
    found = fails(expert)
    assert isinstance(found, TrustError)
    assert found.code == "lab.answer"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(lab: LyingLab, expert: Laptop, status: int) -> None:
    with serving_lies(LyingLab()) as other:
        target = other.url + "/v1/feed"
        lab.answers["/v1/feed"] = lambda h: h.reply(status, b"", {"Location": target})
        assert fails(expert).code == "lab.not_a_lab"
        assert other.requests == []


def listed(lab: LyingLab, other: LyingLab) -> None:
    """The lab's key list names the other host for blobs."""
    from app.wire.documents import Keys
    from app.wire.signatures import sign

    payload = lab.key_payload(lab.key, version=2, blob_hosts=[other.url])
    lab.keys.append([sign(Keys.typ(), payload, lab.key)])


@pytest.mark.parametrize("known", [True, False])
def test_blobs_come_from_hosts_of_the_key_list_only_and_without_a_token(
    lab: LyingLab, expert: Laptop, known: bool
) -> None:
    with serving_lies(LyingLab()) as other:
        lab.honest("b", 1)
        if known:
            listed(lab, other)
        other.blobs.update(lab.blobs)
        for sha256 in lab.blobs:
            target = f"{other.url}/v1/blobs/{sha256}?signed=1"
            lab.answers[f"/v1/blobs/{sha256}"] = lambda h, t=target: h.reply(307, b"", {"Location": t})  # type: ignore[misc]
        if known:
            assert expert.sync().pulled == 3
            assert [("Authorization" in headers) for _, _, headers in other.requests] == [False]
        else:
            assert fails(expert).code == "lab.redirect"
            assert other.requests == []


def test_a_redirect_of_a_redirect_goes_nowhere(lab: LyingLab, expert: Laptop) -> None:
    with serving_lies(LyingLab()) as other:
        listed(lab, other)
        lab.honest("b", 1)
        for running in (lab, other):
            for sha256 in lab.blobs:
                target = f"{other.url}/v1/blobs/{sha256}"
                running.answers[f"/v1/blobs/{sha256}"] = lambda h, t=target: h.reply(
                    307, b"", {"Location": t}
                )  # type: ignore[misc]
        assert fails(expert).code == "lab.not_a_lab"
        assert len(other.requests) == 1


def big(lab: LyingLab) -> tuple[str, bytes]:
    """A pack of some 300 kB."""
    batch = lab.offer(lab.batch("big"))
    tasks = [task(n, reference="x" * 30_000) for n in range(1, 11)]
    entry = lab.pack(tasks)
    lab.assign(lab.assignment("a", batch, [t["id"] for t in tasks], [entry]))
    return f"/v1/blobs/{entry['sha256']}", lab.blobs[entry["sha256"]]


def octets(length: int, status: bytes = b"200 OK", more: bytes = b"") -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n%s\r\n" % (
        status,
        length,
        more,
    )


def test_a_blob_goes_on_where_it_broke_off(lab: LyingLab, expert: Laptop) -> None:
    path, data = big(lab)
    cuts = iter([150_000, 10, 1])

    def answer(handler: Handler) -> None:
        start = int(handler.headers.get("Range", "bytes=0-")[6:-1])
        cut = next(cuts, len(data))
        status, where = b"200 OK", b""
        if start:
            status, where = (
                b"206 Partial",
                b"Content-Range: bytes %d-%d/%d\r\n" % (start, len(data) - 1, len(data)),
            )
        bytes_then(octets(len(data) - start, status, where), data[start : start + cut])(handler)

    lab.answers[path] = answer
    assert expert.sync().pulled == 10
    asked = [h for _, target, h in lab.requests if target == path]
    assert [h.get("Range") for h in asked] == [None, "bytes=150000-", "bytes=150010-", "bytes=150011-"]
    assert asked[-1]["If-Range"] == f'"{path.rsplit("/", 1)[1]}"'


def test_a_cancelled_blob_goes_on_in_the_next_sync(lab: LyingLab, expert: Laptop) -> None:
    path, _ = big(lab)
    done, asked = 0, 0
    while not done:
        asked += 1
        left = iter(range(asked))
        with pytest.raises(Cancelled):
            expert.sync(cancelled=lambda left=left: next(left, None) is None)
        done = expert.workspace.attachments.have(Digest(path.rsplit("/", 1)[1]))
    assert 0 < done < 300_000
    assert expert.sync().pulled == 10
    assert [h.get("Range") for _, target, h in lab.requests if target == path][-1] == f"bytes={done}-"


def test_files_that_came_whole_are_not_asked_for_again_after_a_cut(lab: LyingLab, expert: Laptop) -> None:
    batch = lab.offer(lab.batch("two"))
    halves = [[task(n) for n in part] for part in (range(1, 4), range(4, 7))]
    packs = [lab.pack(half, path=f"tasks/{n}.jsonl") for n, half in enumerate(halves, 1)]
    lab.assign(lab.assignment("a", batch, [t["id"] for half in halves for t in half], packs))
    first, second = (f"/v1/blobs/{pack['sha256']}" for pack in packs)
    lab.answers[second] = bytes_then(octets(packs[1]["size"]), b"{")
    assert fails(expert).code == "lab.cut"
    assert expert.workspace.lab.tasks() == []
    del lab.answers[second]
    lab.requests.clear()
    steps: list[tuple[int, int, str]] = []
    assert expert.sync(progress=lambda *step: steps.append(step)).pulled == 6
    asked = [target for _, target, _ in lab.requests]
    assert (first in asked, second in asked) == (False, True)
    assert steps == [(6, 6, "tasks")]
    assert len(expert.workspace.lab.tasks()) == 6


BLOBS: dict[str, Callable[[bytes], bytes]] = {
    "a longer length": lambda data: octets(len(data) + 5) + data + b"extra",
    "a shorter length": lambda data: octets(len(data) - 5) + data[:-5],
    "no length and more bytes": lambda data: b"HTTP/1.1 200 OK\r\n\r\n" + data + b"x" * 1000,
    "a part that was not asked for": lambda data: (
        octets(5, b"206 Partial", b"Content-Range: bytes 5-9/99\r\n") + data[:5]
    ),
    "a part without saying which": lambda data: octets(len(data), b"206 Partial") + data,
}


@pytest.mark.parametrize("name", BLOBS)
def test_a_blob_of_another_length_is_refused(lab: LyingLab, expert: Laptop, name: str) -> None:
    path, data = big(lab)
    lab.answers[path] = bytes_then(BLOBS[name](data))
    expert.sync()
    assert quarantined(expert) == ["blob.length"]
    assert expert.workspace.attachments.all() == [] or not expert.workspace.attachments.complete(
        path.rsplit("/", 1)[1]  # type: ignore[arg-type]
    )


def test_a_server_that_ignores_ranges_sends_from_the_start(lab: LyingLab, expert: Laptop) -> None:
    path, data = big(lab)
    lab.answers[path] = bytes_then(octets(len(data)), data[:140_000])
    assert fails(expert).code == "lab.cut"
    lab.answers[path] = lambda handler: handler.reply(200, data)
    assert expert.sync().pulled == 10


def test_a_wrong_clock_is_corrected_by_the_lab_once(lab: LyingLab, tmp_path: Path) -> None:
    class Late(SystemClock):
        def now(self) -> Any:
            return super().now() - timedelta(hours=5)

    expert = enrolled_laptop(lab, tmp_path / "ws", Late(), limits=PATIENT)

    def strict(handler: Handler) -> None:
        token = handler.headers["Authorization"].removeprefix("Bearer ")
        try:
            check_token(token, lambda _: lab.device.public, lab.url, SystemClock().now())
        except TrustError:
            date = format_datetime(SystemClock().now(), usegmt=True)
            handler.problem(401, "token.expired", {"Date": date})
            return
        handler.json(lab.page(0))

    lab.answers["/v1/feed"] = strict
    lab.honest("b", 1)
    assert expert.sync().pulled == 3
    assert lab.asked("/v1/feed") == 2
    lab.answers["/v1/feed"] = lambda h: h.problem(
        401, "token.unknown", {"Date": "Tue, 01 Jan 2030 00:00:00 GMT"}
    )
    lab.requests.clear()
    found = fails(expert)
    assert isinstance(found, RefusedError)
    assert (found.code, lab.asked("/v1/feed")) == ("token.unknown", 2)


def test_a_busy_lab_is_asked_again_as_it_wishes(lab: LyingLab) -> None:
    waits: list[float] = []
    answers = iter([429, 503, 200])

    def busy(handler: Handler) -> None:
        status = next(answers)
        if status == 200:
            handler.json(lab.page(0))
        else:
            handler.problem(status, "busy", {"Retry-After": "7"} if status == 429 else None)

    lab.answers["/v1/feed"] = busy
    with connector(
        lab.url, lab.device, SystemClock(), sleep=waits.append, uniform=lambda low, high: high
    ) as line:
        line.feed(None, None)
    assert waits == [7.0, 2.0]


def test_waiting_can_be_cancelled(lab: LyingLab) -> None:
    lab.answers["/v1/feed"] = bytes_then(2.0)
    started = time.monotonic()
    with (
        connector(
            lab.url, lab.device, SystemClock(), cancelled=lambda: time.monotonic() - started > 0.1
        ) as line,
        pytest.raises(Cancelled),
    ):
        line.feed(None, None)
    assert time.monotonic() - started < 2


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with (
        connector(f"http://127.0.0.1:{port}", None, SystemClock()) as line,
        pytest.raises(OfflineError) as caught,
    ):
        line.well_known()
    assert caught.value.code == "lab.unreachable"


def test_tls_to_something_that_speaks_none() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)

        def hang_up() -> None:
            for _ in range(4):
                with contextlib.suppress(OSError), server.accept()[0] as found:
                    found.recv(10)
                    found.sendall(b"HTTP/1.1 200 OK\r\n\r\n")

        thread = threading.Thread(target=hang_up, daemon=True)
        thread.start()
        url = f"https://127.0.0.1:{server.getsockname()[1]}"
        with connector(url, None, SystemClock()) as line, pytest.raises(OfflineError) as caught:
            line.well_known()
        assert caught.value.code in ("lab.unreachable", "lab.cut", "lab.certificate")


def test_nothing_new_is_one_request(lab: LyingLab, expert: Laptop) -> None:
    lab.honest("b", 1)
    expert.sync()
    lab.requests.clear()
    assert expert.sync().as_json() == dict.fromkeys(expert.sync().as_json(), 0)
    assert [(m, t.partition("?")[0]) for m, t, _ in lab.requests] == [("GET", "/v1/feed")] * 2


def test_requests_say_no_more_than_they_must(lab: LyingLab, expert: Laptop) -> None:
    lab.honest("b", 1)
    expert.sync()
    for _, _, headers in lab.requests:
        names = {name.lower() for name in headers}
        assert names <= {"host", "accept", "accept-encoding", "user-agent", "authorization", "if-none-match"}
        assert headers["User-Agent"] == "assay"
        assert headers["Accept-Encoding"] == "identity"
