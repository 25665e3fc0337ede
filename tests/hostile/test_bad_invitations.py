"""A bad, used, foreign or late invitation, or a lab that is not there: nothing is left behind, no key, no folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.clock import FixedClock, SystemClock
from tests.command_line import Program, every_kind, new_lab, write_lines
from tests.hostile.lying_home import everything, invitation, registers
from tests.hostile.lying_lab import LyingLab, serving_lies
from tests.lab_server import serving
from tests.unit.wire.wire_fixtures import private_key


@pytest.fixture
def lab() -> Iterator[LyingLab]:
    with serving_lies(LyingLab()) as running:
        registers(running)
        yield running


@pytest.fixture
def assay(tmp_path: Path) -> Program:
    return Program(tmp_path / "home")


def refused(assay: Program, code: int, link: str | Path) -> dict[str, str]:
    """The error; afterwards the home holds no lab and no key, as if nothing had been tried."""
    error = assay.fails(code, "enrol", link)
    labs = assay.home / "labs"
    assert not labs.exists() or list(labs.iterdir()) == []
    assert assay.json("status") == {"labs": []}
    return error


SPOILT: dict[str, tuple[Callable[[str], str], str]] = {
    "nothing": (lambda link: "assay:", "invitation.shape"),
    "another link": (lambda link: "assay://open?x=1", "invitation.shape"),
    "cut short": (lambda link: link[: link.index("&code")], "invitation.shape"),
    "a digest cut short": (lambda link: link.replace("keys=", "keys=0", 1), "invitation.keys"),
    "a field twice": (lambda link: link + "&code=another-code", "invitation.shape"),
    "a code with odd letters": (lambda link: link.replace("code-code", "code%20code"), "invitation.code"),
    "an unknown role": (lambda link: link.replace("role=expert", "role=king"), "invitation.role"),
    "no time": (lambda link: link[: link.index("expires=")] + "expires=soon", "invitation.expires"),
    "of a later kind": (lambda link: link.replace("v=1", "v=2", 1), "invitation.version"),
    "a plain address": (lambda link: link.replace("127.0.0.1", "lab.example"), "url.plain"),
    "no address": (lambda link: link.replace("http%3A%2F%2F", "ftp%3A%2F%2F"), "url.shape"),
    "endless": (lambda link: link + "x" * 9000, "invitation.long"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_link_is_an_input_error(lab: LyingLab, assay: Program, name: str) -> None:
    spoil, code = SPOILT[name]
    error = refused(assay, 3, spoil(invitation(lab)))
    assert (error["kind"], error["code"]) == ("input", code)
    assert lab.requests == []


@pytest.mark.parametrize("data", [b"", b"<html>Sign in", b'{"assay":"invitation"', b"\xff\xfe\x00"])
def test_a_file_that_is_no_invitation(assay: Program, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "invitation.json"
    path.write_bytes(data)
    assert refused(assay, 3, path)["code"] == "invitation.shape"
    assert refused(assay, 3, tmp_path / "missing.json")["code"] == "file.read"


def test_late(lab: LyingLab, assay: Program) -> None:
    link = invitation(lab, expires_at=SystemClock().now() - timedelta(seconds=1))
    assert refused(assay, 3, link)["code"] == "invitation.expired"


def test_another_lab_at_the_address_is_not_trusted(lab: LyingLab, assay: Program) -> None:
    error = refused(assay, 6, invitation(lab, keys_digest="ab" * 32))
    assert (error["kind"], error["code"]) == ("trust", "keys.other")
    assert {path for _, path, _ in lab.requests} == {"/.well-known/assay"}, "the code was not given away"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"lab": "lab-b"}, "registration.other"),
        ({"devices": []}, "registration.shape"),
    ],
)
def test_a_registration_of_somebody_else(
    lab: LyingLab, assay: Program, changes: dict[str, object], code: str
) -> None:
    registers(lab, **changes)
    assert refused(assay, 6, invitation(lab))["code"] == code


def test_a_registration_signed_by_a_stranger(lab: LyingLab, assay: Program) -> None:
    link = invitation(lab)
    lab.key = private_key(99)
    assert refused(assay, 6, link)["code"] == "signature.unknown_key"


def test_a_sign_in_page_or_nobody_at_the_address(lab: LyingLab, assay: Program) -> None:
    link = invitation(lab)
    lab.answers["/v1/enrol"] = lambda h: h.reply(200, b"<html>", {"Content-Type": "text/html"})
    assert refused(assay, 4, link)["code"] == "lab.not_a_lab"
    lab.answers["*"] = lambda h: h.reply(200, b"<html>", {"Content-Type": "text/html"})
    assert refused(assay, 4, link)["code"] == "lab.not_a_lab"
    away = LyingLab(url="http://127.0.0.1:9")
    assert refused(assay, 4, invitation(away))["code"] == "lab.unreachable"


def test_a_passphrase_that_is_too_short_or_missing_is_asked_for_first(lab: LyingLab, tmp_path: Path) -> None:
    short = Program(tmp_path / "home", passphrase="short")
    assert short.fails(3, "enrol", invitation(lab))["code"] == "passphrase.short"
    assert list((short.home / "labs").iterdir()) == []
    assert all(path != "/v1/enrol" for _, path, _ in lab.requests), "the invitation is not used up"


def test_used_twice_by_the_real_lab(assay: Program, tmp_path: Path) -> None:
    from lab.lab import open_lab

    source = write_lines(tmp_path / "t.jsonl", [every_kind(1)])
    link, _ = new_lab(assay, tmp_path / "lab", source)
    with open_lab(tmp_path / "lab") as lab, serving(lab):
        wrong = link.replace("code=", "code=a", 1)
        assert refused(assay, 5, wrong)["code"] == "invitation.unknown"
        assert assay.json("enrol", link)["kid"]
        before = everything(assay)
        again = assay.fails(3, "enrol", link)
        assert again["code"] == "lab.known"
        assert everything(assay) == before
        other = Program(tmp_path / "other")
        assert refused(other, 5, link)["code"] == "invitation.used"
    assert json.loads((tmp_path / "lab" / "lab.json").read_bytes())


@pytest.mark.parametrize("days", [3650, -3650])
def test_a_clock_ten_years_off_is_said_or_does_no_harm(tmp_path: Path, days: int) -> None:
    """Enrolling waits for the clock. Work goes on; a sync says it too, when the clock makes things seem late."""
    from lab.lab import open_lab

    right = Program(tmp_path / "home")
    link, _ = new_lab(right, tmp_path / "lab", write_lines(tmp_path / "t.jsonl", [every_kind(1)]))
    wrong = Program(tmp_path / "home", clock=FixedClock(SystemClock().now() + timedelta(days=days)))
    with open_lab(tmp_path / "lab") as lab, serving(lab):
        error = refused(wrong, 3, link)
        assert error["code"] == ("invitation.expired" if days > 0 else "clock.off")
        assert "clock" in error["message"] + error["hint"]
        right.json("enrol", link)
        assert right.json("sync")["pulled"] == 1
        right.judge("kinds-1")
        assert wrong("submit", "kinds-1").code == 0
        ran = wrong("sync", "--json")
        if days > 0:
            assert (ran.code, ran.error["code"]) == (3, "clock.off")
            assert "clock" in ran.error["message"]
            assert right.json("outbox")[0]["state"] == "ready"
        else:
            assert (ran.code, ran.document["receipted"]) == (0, 1)
        assert right.json("status")["labs"][0]["tasks"] == 1
        right.json("sync")
        assert [r["state"] for r in right.json("outbox")] == ["receipted"]
