"""Pictures of the screens: every variant begins at the same state, and the home stays as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.ids import digest
from tests.window_home import PASSPHRASE, WindowHome
from ui.grading.beside import Beside
from ui.pictures import VARIANTS, Variant, draw


def files(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): digest(path.read_bytes()) for path in root.rglob("*") if path.is_file()
    }


def test_a_variant_leaves_nothing_to_the_next(
    window_home: WindowHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same variant twice, by another name: the same pictures, and a home that was not touched."""
    monkeypatch.setattr("ui.pictures_steps.QUIET_MS", 60)  # no formula in the tasks has to be waited for
    monkeypatch.setattr("ui.status.clock_time", lambda _: "12:00")  # another minute is another picture
    monkeypatch.setattr(Beside, "count_soon", lambda *_: None)  # comes some time later, in a picture or not
    window_home.add_lab(passphrase=PASSPHRASE)
    root = window_home.home.root
    before = files(root)
    light = VARIANTS[0]
    again = Variant("again", light.appearance, light.language)
    saved = draw(root, PASSPHRASE, tmp_path / "pictures", (light, again))
    assert files(root) == before
    names = [path.stem.removesuffix(f"-{light.name}") for path in saved[: len(saved) // 2]]
    assert names == [path.stem.removesuffix("-again") for path in saved[len(saved) // 2 :]]
    assert {"first-run", "desk", "grading", "outbox", "reports", "preferences", "lock"} <= set(names)
    for name in ("grading", "differences", "authoring"):
        one, other = (tmp_path / "pictures" / f"{name}-{end}.png" for end in (light.name, "again"))
        assert one.stat().st_size == other.stat().st_size, name
