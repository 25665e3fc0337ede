"""J4 at the lab's end: a new signing key that everyone follows, online and by bundle; devices revoked at the desk."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import RefusedError
from app.services.bundles import Bundles
from app.sync.enrolment import enrol, meet
from app.wire import jsonio
from app.wire.invitation import read
from app.wire.signatures import PrivateKey
from lab import bundling, desk, devices, rotating, unbundling
from lab.lab import open_lab
from tests.contract.sync_rig import connector, laptop, new_lab, serving, tasks_file
from tests.contract.test_sync_heals import session_of
from tests.hostile.lying_lab import quarantined


def test_everyone_follows_a_new_key(tmp_path: Path) -> None:
    """Who was enrolled before, who comes with an old invitation, who is far behind, who has only a stick."""
    folder, stick = tmp_path / "lab", tmp_path / "stick"
    link = new_lab(folder, 4)
    with serving(folder) as lab:
        expert = laptop(tmp_path / "one", link)
        expert.sync()
        expert.submit("t1")
        expert.sync()
        old_invitation, _ = desk.invite(lab, "expert", "Bo")
        far = laptop(tmp_path / "far", desk.invite(lab, "expert", "Cy")[0])
        first = lab.key.kid
    expert.submit("t2")
    before = Bundles(expert.clock).export(session_of(expert), stick).path
    with open_lab(folder) as lab:
        second = rotating.rotate(lab)
    with open_lab(folder) as lab:
        third = rotating.rotate(lab)
        assert len({first, second, third}) == 3
        assert unbundling.take_in(lab, before).stored == 1
        batch = desk.import_batch(lab, "auto", tasks_file(tmp_path, 4, 500), title="By the new key")
        desk.assign(lab, batch.batch, [expert.enrolled.expert])
        path = bundling.export(lab, expert.enrolled.expert, stick).path
    found = Bundles(expert.clock).take_in(session_of(expert), path)
    assert (found.pulled, found.receipted, found.waiting) == (4, 1, 0)
    kept = expert.workspace.lab.document("keys")
    assert kept is not None
    assert kept.version == 3
    assert {k["kid"] for k in jsonio.loads(kept.payload)["jwks"]["keys"]} == {first, second, third}
    with serving(folder):
        far.sync()
        expert.submit("t500")
        assert expert.sync().receipted == 1
        assert expert.sync(from_start=True).refused == []
        invitation = read(old_invitation)
        with connector(invitation.url, None, expert.clock) as line:
            met = meet(invitation, line, expert.clock)
            assert met.keys.version == 3
            assert enrol(met, line, PrivateKey.generate(), expert.enrolled.device, expert.clock).name == "Bo"
    assert quarantined(expert) == quarantined(far) == []
    expert.workspace.close()
    far.workspace.close()


def test_a_device_revoked_at_the_desk(tmp_path: Path) -> None:
    folder = tmp_path / "lab"
    link = new_lab(folder, 4)
    with serving(folder) as lab:
        expert = laptop(tmp_path / "one", link)
        expert.sync()
        expert.submit("t1")
        expert.sync()
        expert.submit("t2")
        who = expert.enrolled.expert
        lab.database.write(lambda c: devices.revoke(c, lab, who, "d-1"))
        with pytest.raises(RefusedError):
            expert.sync()
        assert expert.workspace.outbox.counts() == {"receipted": 1, "ready": 1}
        assert len(list(desk.results(lab))) == 1
    expert.workspace.close()
