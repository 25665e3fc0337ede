"""J5: whatever a lab says, this process connects to the lab's own address and nowhere else."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import AssayError
from tests.contract.sync_rig import task
from tests.hostile.lying_lab import Handler, LyingLab, enrolled_laptop, serving_lies

_WATCHING: list[list[object]] = []


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if _WATCHING and event in (
        "socket.connect",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.sendto",
    ):
        _WATCHING[-1].append(
            (event, *arguments[-1:]) if event == "socket.connect" else (event, *arguments[:2])
        )


sys.addaudithook(_audit)  # an audit hook cannot be taken away again; it is idle outside of `watched`


@contextlib.contextmanager
def watched() -> Iterator[list[object]]:
    seen: list[object] = []
    _WATCHING.append(seen)
    try:
        yield seen
    finally:
        _WATCHING.pop()


ELSEWHERE = (
    "http://127.0.0.1:9/x",
    "https://evil.example/x",
    "//evil.example/x",
    "http://[::1]:9/",
    "file:///etc/passwd",
)


@pytest.mark.parametrize("target", ELSEWHERE)
@pytest.mark.parametrize("status", [302, 307])
def test_a_sync_connects_to_the_lab_only(tmp_path: Path, target: str, status: int) -> None:
    def away(handler: Handler) -> None:
        handler.reply(
            status, b"", {"Location": target, "Refresh": f"0; url={target}", "Link": f"<{target}>; rel=next"}
        )

    with serving_lies(LyingLab()) as lab:
        expert = enrolled_laptop(lab, tmp_path / "ws")
        content = task(1, reference=f"![x]({target}) <img src={target}>", source=target, url=target)
        batch = lab.offer(lab.batch("b", guideline=f"[see]({target})", homepage=target))
        lab.assign(lab.assignment("a", batch, ["t1"], [lab.pack([content])]))
        blob = f"/v1/blobs/{next(iter(lab.blobs))}"
        with watched() as seen:
            for path in ("/v1/feed", blob, "/.well-known/assay"):
                lab.answers[path] = away
                with contextlib.suppress(AssayError):
                    expert.sync()
                del lab.answers[path]
            expert.sync()
            assert expert.workspace.lab.tasks() == ["t1"]
            expert.submit("t1")
            lab.answers["/v1/results"] = away
            with contextlib.suppress(AssayError):
                expert.sync()
        host, port = "127.0.0.1", int(lab.url.rpartition(":")[2])
        assert seen
        for event, *where in seen:  # type: ignore[misc]
            expected = [(host, port)] if event == "socket.connect" else [host, port]
            assert where == expected, (event, where)
        expert.workspace.close()
