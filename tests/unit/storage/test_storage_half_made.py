"""A program killed while it makes a workspace leaves nothing that looks like one."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.clock import FixedClock
from app.storage import driver
from app.storage import workspace as module
from tests.unit.storage.storage_samples import KEY, identity


def test_the_file_has_its_name_only_when_it_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: object, **__: object) -> None:
        raise Killed

    folder = tmp_path / "lab"
    with monkeypatch.context() as patched:
        patched.setattr(driver, "assert_encrypted", killed)
        with pytest.raises(Killed):
            module.create(folder, KEY, identity(), FixedClock())
    assert not (folder / "workspace.db").exists()
    module.create(folder, KEY, identity(), FixedClock()).close()
    assert not list(folder.glob("workspace.new*"))
    module.open_workspace(folder, KEY, FixedClock()).close()
