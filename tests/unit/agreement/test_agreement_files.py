"""`assay agreement FILE.csv`: its JSON keys, its levels, and one clear error with file and line for a bad file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.agreement.figures import ONE_RATER
from app.agreement.ratings import Level, Ratings
from app.agreement.resampling import Bootstrap
from app.agreement.summary import agreement
from app.errors import Cancelled, InputError
from app.services.agreeing import agreement_of_file
from tests.command_line import Program

GOOD = "unit,rater,value\nu1,ann,met\nu1,ben,met\nu2,ann,not_met\nu2,ben,met\nu3,ann,met\nu3,ben,\n"
FIGURES = (
    "observed", "cohen_kappa", "cohen_kappa_linear", "cohen_kappa_quadratic", "fleiss_kappa",
    "krippendorff_alpha", "gwet_ac1", "gwet_ac2",
)  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ratings.csv"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_the_command_prints_every_figure(tmp_path: Path, file: Path) -> None:
    assay = Program(tmp_path / "home")
    ran = assay("agreement", file, "--json")
    assert ran.code == 0
    found = ran.document
    assert (found["units"], found["raters"], found["ratings"], found["incomplete"]) == (3, 2, 5, 1)
    for name in FIGURES:
        assert set(found[name]) == {"value", "low", "high", "reason"}
        assert (found[name]["value"] is None) == (name in FIGURES[2:4] or name == "gwet_ac2")
        assert (found[name]["value"] is None) <= bool(found[name]["reason"])
    assert found["observed"] == {"value": 0.5, "low": 0.0, "high": 1.0, "reason": ""}
    assert found["pairs"][0]["raters"] == ["ann", "ben"]
    alone = found["balanced_f1"]
    assert (alone["ann"]["n"], alone["ben"]["n"]) == (2, 2)
    assert alone["ann"]["f1_met"]["value"] == 0.666667
    assert found["interval"]["seed"] == assay("agreement", file, "--json").document["interval"]["seed"]
    words = assay("agreement", file, "--level", "ordinal", "--rounds", "50", "--seed", "4")
    assert words.code == 0
    assert b"Gwet's AC1" in words.out
    assert b"50 rounds, seed 4" in words.out
    assert b"ann \xc3\x97 others (n 2): balanced F1" in words.out


def test_the_same_seed_prints_the_same_bytes(tmp_path: Path, file: Path) -> None:
    assay = Program(tmp_path / "home")
    one, again = (assay("agreement", file, "--json", "--seed", "3").out for _ in range(2))
    assert one == again


BAD = [
    ("", "agreement.column", 1),
    ("unit,value\nu,1\n", "agreement.column", 1),
    ("unit,rater,value,value\nu,a,1,1\n", "agreement.column", 1),
    ("unit,rater,value\nu,a,1\nu,b\n", "agreement.short", 3),
    ("unit,rater,value\nu,a,1\n,b,2\n", "agreement.empty", 3),
    ("unit,rater,value\nu,a,1\nu,b,high\n", "agreement.number", 3),
    ("unit,rater,value\nu,a,1\nu,b,nan\n", "agreement.number", 3),
    ("unit,rater,value\nu,a,1e999\n", "agreement.number", 2),
    ('unit,rater,value\nu,a,1\n"u\nv",b,2\nw,a,x\n', "agreement.number", 5),
    ("unit,rater,value\nu,a,1\nu,b,2\n\nu,a,3\n", "agreement.double", 5),
    ('unit,rater,value\nu,a,1\n"u"x,b,2\n', "agreement.csv", 3),
]


@pytest.mark.parametrize(("text", "code", "line"), BAD)
def test_a_bad_file_is_named_with_its_line(tmp_path: Path, text: str, code: str, line: int) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    ran = Program(tmp_path / "home")("agreement", path, "--level", "interval", "--json")
    assert (ran.code, ran.error["code"], ran.error["where"]) == (3, code, f"{path}:{line}")


def test_bytes_that_are_no_text_and_a_missing_file(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(b"unit,rater,value\nu,a,1\nu,\xff,2\n")
    with pytest.raises(InputError) as caught:
        agreement_of_file(path)
    assert caught.value.code == "agreement.encoding"
    ran = Program(tmp_path / "home")("agreement", tmp_path / "none.csv", "--json")
    assert (ran.code, ran.error["code"]) == (3, "file.read")
    ran = Program(tmp_path / "home")("agreement", path, "--level", "ratio", "--json")
    assert (ran.code, ran.error["code"]) == (3, "agreement.level")


def test_other_tables_are_read_too(tmp_path: Path) -> None:
    """A byte order mark, semicolons, other columns, another order, equal numbers written differently."""
    path = tmp_path / "ratings.csv"
    path.write_bytes(
        "\ufeffValue;note;Rater;Unit\r\n1;x;ann;u1\r\n1.0;;ben;u1\r\n3;;ann;u2\r\n2;;ben;u2\r\n".encode()
    )
    found = agreement_of_file(path, "ordinal", rounds=0)
    assert (found["units"], found["raters"], found["observed"]["value"]) == (2, 2, 0.5)
    assert found["cohen_kappa_linear"]["value"] is not None
    assert found["observed"]["low"] is None


def test_our_own_verdicts_have_an_order(tmp_path: Path) -> None:
    path = tmp_path / "ratings.csv"
    path.write_text(GOOD.replace("u3,ben,", "u3,ben,partly"), encoding="utf-8")
    assert agreement_of_file(path, "ordinal", rounds=0)["cohen_kappa_linear"]["value"] is not None


def test_one_rater_and_missing_values_only(tmp_path: Path) -> None:
    path = tmp_path / "ratings.csv"
    path.write_text("unit,rater,value\nu1,ann,met\nu2,ann,met\n", encoding="utf-8")
    found = agreement_of_file(path)
    assert {found[name]["reason"] for name in ("observed", "fleiss_kappa", "krippendorff_alpha")} == {
        ONE_RATER
    }
    path.write_text("unit,rater,value\nu1,ann,\nu2,ben,\n", encoding="utf-8")
    found = agreement_of_file(path)
    assert (found["units"], found["ratings"], found["observed"]["value"]) == (2, 0, None)


def ten_graders(units: int = 20_000) -> Ratings:
    random = np.random.default_rng(9)
    unit, rater = np.repeat(np.arange(units), 10), np.tile(np.arange(10), units)
    code = random.integers(0, 3, 10 * units)
    return Ratings(unit, rater, code, units, tuple("abcdefghij"), ("x", "y", "z"), np.arange(3.0))


def test_it_tells_how_far_it_is_and_stops_when_told_to() -> None:
    told: list[tuple[int, int]] = []
    agreement(
        ten_graders(2_000), Level.ORDINAL, Bootstrap(rounds=200, tell=lambda n, of: told.append((n, of)))
    )
    assert told[-1][0] == told[-1][1]

    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        agreement(ten_graders(), Level.NOMINAL, Bootstrap(tell=stop))
