"""The pictures of a lead's work: a team over a served lab, walked by the pictures' maker as `make screens` does."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.ids import digest
from cli.demo_team import make_team
from tests.window_home import PASSPHRASE
from ui.grading.beside import Beside
from ui.pictures import VARIANTS, Variant
from ui.pictures_team import draw_team

LEAD = {
    "lead-desk",
    "lead-queue",
    "lead-second-grade",
    "lead-board",
    "lead-override",
    "lead-return",
    "lead-disputed",
    "lead-reading",
    "agreement",
    "reports-heat-map",
    "reports-delegation",
}
GRADER = {
    "returns-returned",
    "returns-dispute",
    "returns-adjudicated",
    "returns-opinion",
    "grading-returned",
    "grading-opinion",
}


def homes(*roots: Path) -> dict[str, str]:
    return {
        str(path): digest(path.read_bytes()) for root in roots for path in root.rglob("*") if path.is_file()
    }


def test_every_state_of_a_second_grade_has_its_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same variant twice, by another name: the same pictures, from homes that stay as they were."""
    monkeypatch.setattr("ui.pictures_steps.QUIET_MS", 60)  # no formula in the tasks has to be waited for
    monkeypatch.setattr(Beside, "count_soon", lambda *_: None)  # comes some time later, in a picture or not
    monkeypatch.setattr("ui.status.clock_time", lambda _: "12:00")  # another minute is another picture
    team = make_team(tmp_path, PASSPHRASE)
    before = homes(team.lead, team.expert)
    light = VARIANTS[0]
    again = Variant("again", light.appearance, light.language)
    saved = {path.stem: path for path in draw_team(team, PASSPHRASE, tmp_path / "pictures", (light, again))}
    assert homes(team.lead, team.expert) == before
    names = {name.removesuffix(f"-{light.name}") for name in saved if name.endswith(light.name)}
    assert names == LEAD | GRADER
    assert len({digest(saved[f"{name}-{light.name}"].read_bytes()) for name in names}) == len(names)
    for name in ("lead-board", "lead-disputed", "returns-returned", "grading-opinion"):
        one, other = (saved[f"{name}-{end}"] for end in (light.name, "again"))
        assert one.stat().st_size == other.stat().st_size, name
