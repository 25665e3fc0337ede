"""Two experts grade the same tasks; the lab and each of them make reports of the signed results."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.paths import Home
from app.settings import SettingsFile
from tests.command_line import LabProcess, Program, every_kind, write_lines


@dataclass(frozen=True)
class Graded:
    lab: Path
    batch: str
    experts: Sequence[Program]
    digests: Sequence[str]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    folder = tmp_path_factory.mktemp("reports")
    lab = folder / "lab"
    first, second = Program(folder / "one"), Program(folder / "two")
    first.json("lab", "init", lab, "--name", "Harbor")
    source = write_lines(folder / "tasks.jsonl", [every_kind(n) for n in range(3)])
    links = [
        first.json("lab", "invite", "--lab", lab, "--name", name)["invitation"]
        for name in ("Dr Okafor", "Dr Ito")
    ]
    batch = first.json("lab", "import", "jsonl", source, "--lab", lab)["batch"]
    first.json("lab", "assign", batch, "--lab", lab, "--overlap", "2")
    digests = []
    with LabProcess(first, lab):
        for number, (program, link) in enumerate(zip((first, second), links, strict=True)):
            program.json("enrol", link)
            program.json("sync")
            tasks = [row["id"] for row in program.json("tasks")]
            for place, task in enumerate(tasks):
                program.judge(task, value="not_met" if number and place == 0 else "met")
            digests += [row["digest"] for row in program.json("submit", *tasks)["submitted"]]
            program.json("sync")
    return Graded(lab, batch, (first, second), digests)


def test_the_lab_reports_from_all_signed_results(graded: Graded, tmp_path: Path) -> None:
    assay = graded.experts[0]
    found = assay.json("lab", "report", graded.batch, "--lab", graded.lab)
    assert found["digests"] == sorted(graded.digests)
    assert {s["title"] for s in found["sections"]} >= {"Where the batch stands", "Agreement"}
    for kind in ("batch", "model", "team", "delegation"):
        for suffix in ("html", "pdf", "csv"):
            files = [tmp_path / f"{kind}-{n}.{suffix}" for n in (1, 2)]
            for file in files:
                made = assay.json(
                    "lab", "report", graded.batch, "--lab", graded.lab, "--kind", kind, "--out", file
                )
                assert made["results"] == 6
            assert files[0].read_bytes() == files[1].read_bytes()
    words = assay(
        "lab", "report", graded.batch, "--lab", graded.lab, "--kind", "expert", "--expert", "Dr Ito"
    )
    assert words.code == 0
    assert "Report for Dr Ito" in words.out.decode()
    assert "Dr Okafor" not in words.out.decode()


def test_an_expert_reports_from_her_own(graded: Graded, tmp_path: Path) -> None:
    for program, mine in zip(graded.experts, (graded.digests[:3], graded.digests[3:]), strict=True):
        out = tmp_path / "own.html"
        assert program.json("report", graded.batch, "--out", out, "--kind", "expert")["results"] == 3
        text = out.read_text(encoding="utf-8")
        assert all(digest in text for digest in mine)
        assert not any(digest in text for digest in set(graded.digests) - set(mine))
        again = tmp_path / "again.html"
        program.json("report", graded.batch, "--out", again, "--kind", "expert")
        assert again.read_bytes() == out.read_bytes()


def test_reports_are_made_in_the_language_that_is_asked_for_and_name_it(
    graded: Graded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assay, at = graded.experts[0], ("--lab", graded.lab)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)

    def made(name: str, *more: str | Path) -> str:
        out = tmp_path / name
        assay.json(*more, "--out", out)
        return out.read_bytes().decode("utf-8-sig") if out.suffix != ".pdf" else str(out.read_bytes())

    by_lab = ("lab", "report", graded.batch, *at)
    own = ("report", graded.batch, "--kind", "expert")
    for suffix, says in (
        (".html", "<dt>語言</dt><dd>繁體中文</dd>"),
        (".csv", "語言,,繁體中文"),
        (".pdf", "zh-TW"),
    ):
        first = made(f"asked{suffix}", *by_lab, "--language", "zh_TW")
        assert says in first
        assert made(f"again{suffix}", *by_lab, "--language", "zh_TW") == first
        assert made(f"english{suffix}", *by_lab) != first
        monkeypatch.setenv("LANG", "zh_TW.UTF-8")
        assert made(f"locale{suffix}", *by_lab) == first
        monkeypatch.delenv("LANG")
    assert "<dt>Language</dt><dd>English</dd>" in made("own.html", *own)
    assert "<dt>语言</dt><dd>简体中文</dd>" in made("own.html", *own, "--language", "zh_CN")
    SettingsFile(Home(assay.home).app_json).change(language="zh_TW")
    assert "<dt>語言</dt><dd>繁體中文</dd>" in made("own.html", *own)
    assert assay.json(*by_lab)["language"] == "en", "the lab's desk has no preferences"
    assert assay.json(*by_lab, "--language", "zh_CN")["language"] == "zh_CN"
    assert assay.fails(3, *by_lab, "--language", "fr")["code"] == "report.language"
    SettingsFile(Home(assay.home).app_json).change(language="system")


def test_bad_wishes(graded: Graded, tmp_path: Path) -> None:
    assay = graded.experts[0]
    at = ("--lab", graded.lab)
    for code, arguments in (
        ("report.suffix", ("lab", "report", graded.batch, *at, "--out", tmp_path / "r.doc")),
        ("report.kind", ("lab", "report", graded.batch, *at, "--kind", "yearly")),
        ("report.expert", ("lab", "report", graded.batch, *at, "--kind", "expert", "--expert", "Nobody")),
        ("report.suffix", ("report", graded.batch, "--out", tmp_path / "r")),
    ):
        assert assay.fails(3, *arguments)["code"] == code
    assert assay("lab", "report", "b-none", *at, "--json").code == 3
    assert assay("report", "b-none", "--out", tmp_path / "r.csv", "--json").code == 3
    assert not list(tmp_path.iterdir())


def test_every_rater_and_the_aggregate_as_tables(graded: Graded, tmp_path: Path) -> None:
    assay, rows = graded.experts[0], {}
    for form in ("raters", "aggregated"):
        out = tmp_path / f"{form}.csv"
        done = assay.json("lab", "export", form, "--lab", graded.lab, "--batch", graded.batch, "--out", out)
        rows[form] = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
        assert done["written"] == len(rows[form])
    assert {row["result_digest"] for row in rows["raters"]} == set(graded.digests)
    by_standing: dict[str, list[dict[str, str]]] = {}
    for row in rows["aggregated"]:
        by_standing.setdefault(row["standing"], []).append(row)
    assert set(by_standing) == {"unanimous", "unresolved"}
    assert all(row["value"] for row in by_standing["unanimous"])
    assert not any(row["value"] for row in by_standing["unresolved"])
    assert all(row["raters"] == "2" for row in rows["aggregated"])
    assert (
        assay.fails(3, "lab", "export", "raters", "--lab", graded.lab, "--out", out)["code"] == "export.batch"
    )


def test_only_a_lead_suggests_what_may_be_left_to_a_judge(graded: Graded) -> None:
    assay = graded.experts[0]
    assert assay.json("delegate", graded.batch) == {"batch": graded.batch, "delegable": [], "digest": ""}
    assert assay.fails(6, "delegate", graded.batch, "--sign")["code"] == "role.lead"
    assert assay.fails(3, "delegate", "b-nowhere")["code"]
