"""A6: the same exchange through files, equal to the network's byte for byte of the results."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from app.clock import FixedClock, SystemClock
from app.errors import AssayError, InputError, TrustError
from app.services.bundles import Bundles
from app.wire import age
from lab import bundling, desk, unbundling
from lab.lab import open_lab
from tests.contract.sync_rig import Laptop, laptop, new_lab, serving
from tests.contract.test_sync_heals import session_of
from tests.hostile.lying_lab import holdings, quarantined


def to_lab(folder: Path, expert: Laptop, stick: Path) -> unbundling.TakenIn:
    written = Bundles(expert.clock).export(session_of(expert), stick)
    with open_lab(folder) as lab:
        return unbundling.take_in(lab, written.path)


def from_lab(folder: Path, expert: Laptop, stick: Path, **more: bool) -> Path:
    with open_lab(folder) as lab:
        return bundling.export(lab, expert.enrolled.expert, stick, **more).path


def take(expert: Laptop, path: Path) -> dict[str, object]:
    return Bundles(expert.clock).take_in(session_of(expert), path).as_json()


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path / "stick"


def test_the_whole_loop_without_a_network(tmp_path: Path, stick: Path) -> None:
    """Enrolled once, then never online again: work comes, results go, receipts come, and everything ends."""
    folder = tmp_path / "lab"
    link = new_lab(folder, 60)
    with serving(folder):
        expert = laptop(tmp_path / "ws", link)
    assert take(expert, from_lab(folder, expert, stick))["pulled"] == 60
    for n in range(1, 8):
        expert.submit(f"t{n}")
    assert to_lab(folder, expert, stick).stored == 7
    assert expert.workspace.outbox.counts() == {"sent": 7}
    found = take(expert, from_lab(folder, expert, stick))
    assert (found["receipted"], found["waiting"]) == (7, 0)
    assert expert.workspace.outbox.counts() == {"receipted": 7}
    assert quarantined(expert) == []
    # The same again changes nothing.
    assert to_lab(folder, expert, stick).stored == 0
    with serving(folder):
        report = expert.sync()
        assert (report.pulled, report.pushed, report.adopted, report.refused) == (0, 0, 0, [])
    expert.workspace.close()


def test_equal_to_the_network_byte_for_byte(tmp_path: Path, stick: Path) -> None:
    """Of ten results five go by the network and five by a stick; some by both, in either order."""
    folder = tmp_path / "lab"
    link = new_lab(folder, 10)
    with serving(folder):
        expert = laptop(tmp_path / "ws", link)
        expert.sync()
        online = holdings(expert)
        for n in range(1, 6):
            expert.submit(f"t{n}")
        expert.sync()
    for n in range(6, 11):
        expert.submit(f"t{n}")
    first = Bundles(expert.clock).export(session_of(expert), stick)
    with serving(folder):
        assert expert.sync().receipted == 5
    with open_lab(folder) as lab:
        assert unbundling.take_in(lab, first.path).duplicate == 5
        held = list(desk.results(lab))
    rows = sorted(expert.workspace.outbox.all(), key=lambda row: row.number)
    assert [row.document for row in rows] == held
    other = laptop_of_the_same(tmp_path, expert)
    take(other, from_lab(folder, expert, stick, from_start=True))
    assert holdings(other) == online
    mirrored = sorted(other.workspace.outbox.all(), key=lambda row: row.number)
    assert [(r.document, r.receipt, r.state) for r in mirrored] == [
        (r.document, r.receipt, r.state) for r in rows
    ]
    assert quarantined(other) == []
    other.workspace.close()
    expert.workspace.close()


def laptop_of_the_same(tmp_path: Path, expert: Laptop) -> Laptop:
    """The same device before it had anything: an empty workspace with its keys and registration."""
    from app.storage.changes import FeedChanges, SignedDocument
    from app.storage.workspace import create

    workspace = create(tmp_path / "empty", bytes(range(32)), expert.workspace.identity, SystemClock())
    documents = tuple(
        SignedDocument(d.name, d.version, d.payload, d.document) for d in expert.enrolled.documents
    )
    workspace.lab.apply(FeedChanges(documents=documents))
    return Laptop(workspace, expert.key, expert.enrolled, expert.clock, expert.numbers)


def test_old_foreign_and_altered_bundles_change_nothing(tmp_path: Path, stick: Path) -> None:
    folder = tmp_path / "lab"
    link = new_lab(folder, 5)
    with serving(folder) as lab:
        expert = laptop(tmp_path / "ws", link)
        other = laptop(tmp_path / "ws2", desk.invite(lab, "expert", "Bo")[0], device="d-2")
    old = from_lab(folder, expert, stick)
    with open_lab(folder, clock=FixedClock(SystemClock().now() + timedelta(minutes=5))) as lab:
        new = bundling.export(lab, expert.enrolled.expert, stick).path
    take(expert, new)
    before = holdings(expert)
    assert _code(expert, old) == "bundle.old"
    assert _code(other, new) == "age.closed"
    data = bytearray(new.read_bytes())
    data[len(data) // 2] ^= 1
    altered = stick / "altered"
    altered.write_bytes(data)
    assert _code(expert, altered) == "age.closed"
    inside = age.decrypt(new.read_bytes(), [expert.key.as_jwk()])
    for at in range(0, len(inside), max(1, len(inside) // 300)):
        changed = bytearray(inside)
        changed[at] ^= 1 << (at % 8)
        altered.write_bytes(age.encrypt(bytes(changed), [age.recipient(expert.key.as_jwk())]))
        try:
            take(expert, altered)
        except TrustError:
            continue
        except AssayError as exc:  # the one documented family
            raise AssertionError(exc.code) from exc
    assert holdings(expert) == before
    assert quarantined(expert) == []
    mine = Bundles(expert.clock).export(session_of(expert), stick).path
    with pytest.raises(TrustError), open_lab(folder) as lab:
        unbundling.take_in(lab, new)
    (tmp_path / "b").mkdir()
    new_lab(tmp_path / "b" / "lab", 1)
    with pytest.raises(TrustError) as caught, open_lab(tmp_path / "b" / "lab") as foreign:
        unbundling.take_in(foreign, mine)
    assert caught.value.code == "age.closed"
    expert.workspace.close()
    other.workspace.close()


def _code(expert: Laptop, path: Path) -> str:
    with pytest.raises((TrustError, InputError)) as caught:
        take(expert, path)
    return caught.value.code
