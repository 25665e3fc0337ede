"""A lab restored from an older backup, a workspace restored from a snapshot: every result is where it belongs again."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from app.domain.ids import DeviceId, TaskId
from app.errors import OfflineError, TrustError
from app.services.sending import WISH, Sending
from app.services.session import Parts, Session
from app.storage.workspace import restore
from app.sync.connectors.lab import LabConnector
from app.wire import jsonio
from app.wire.protocol import ClaimReply
from app.wire.signatures import PrivateKey, sign
from app.workstation import make_signer, parse_task
from lab import claiming, desk
from lab.lab import Lab
from lab.tables import assignment
from tests.contract.sync_rig import Laptop, connector, laptop, new_lab, serving, tasks_file
from tests.hostile.lying_lab import LyingLab, enrolled_laptop, quarantined, serving_lies

KEY = bytes(range(32))


def held(folder: Path) -> list[str]:
    with desk.open_lab(folder) as lab:
        return sorted(jsonio.loads(d)["payload"] for d in desk.results(lab))


def restored_lab(folder: Path, backup: Path) -> None:
    shutil.rmtree(folder)
    shutil.copytree(backup, folder)


@pytest.mark.parametrize("news", [False, True], ids=["the same feed", "a shorter feed"])
def test_results_that_a_restored_lab_lost_are_offered_again(tmp_path: Path, news: bool) -> None:
    """The lab's epoch is the same; its feed is shorter than the cursor, or only its receipts tell."""
    folder, backup = tmp_path / "lab", tmp_path / "backup"
    link = new_lab(folder, 6)
    with serving(folder):
        expert = laptop(tmp_path / "ws", link)
        expert.sync()
        expert.submit("t1")
        expert.sync()
    shutil.copytree(folder, backup)
    with serving(folder) as lab:
        expert.submit("t2")
        expert.submit("t3")
        if news:
            (batch,) = expert.workspace.lab.batches()
            desk.revise(lab, batch.id, {"title": "Newer"})
        expert.sync()
    whole = held(folder)
    restored_lab(folder, backup)
    assert len(held(folder)) == 1
    with serving(folder):
        if not news:
            expert.submit("t4")
        report = expert.sync()
        assert report.resent == 2
        assert expert.sync().pushed == 0
    assert expert.workspace.outbox.counts() == {"receipted": 3 if news else 4}
    assert set(whole) <= set(held(folder))
    assert len(held(folder)) == (3 if news else 4)
    expert.workspace.close()


def back(expert: Laptop, folder: Path, snapshot: Path) -> Laptop:
    expert.workspace.close()
    workspace = restore(folder, KEY, snapshot, DeviceId("restored-1"), expert.clock)
    return Laptop(workspace, expert.key, expert.enrolled, expert.clock, expert.numbers)


def test_a_restored_workspace_gets_its_results_back(tmp_path: Path) -> None:
    """One comes back by itself; one was judged anew meanwhile: the lab's stands, the new one is open as revision 2."""
    link = new_lab(tmp_path / "lab", 6)
    with serving(tmp_path / "lab"):
        expert = laptop(tmp_path / "ws", link)
        expert.sync()
        snapshot = expert.workspace.snapshot()
        for task in ("t1", "t2"):
            expert.submit(task)
        expert.sync()
        sent = {row.task: row.digest for row in expert.workspace.outbox.all()}
        expert = back(expert, tmp_path / "ws", snapshot)
        assert expert.workspace.outbox.all() == []
        expert.submit("t2", verdict="not_met")
        report = expert.sync()
        assert report.adopted == 2
        assert {row.task: row.digest for row in expert.workspace.outbox.all()} == sent
        assert expert.workspace.outbox.counts() == {"receipted": 2}
        first = expert.workspace.work.review(TaskId("t1"))
        assert first.status == "submitted"
        assert first.values["/responses/r1/verdicts/c1/value"] == "met"
        assert quarantined(expert) == ["result.conflict"]
        assert expert.workspace.check() == []
        assert expert.workspace.work.history().undo == ()
        assert expert.sync().adopted == 0
        expert.workspace.close()


def test_a_conflict_opens_the_review_again(tmp_path: Path) -> None:
    """The lab was heard of after the second try had been sent: it is parked first, then healed in the same sync."""
    with serving_lies(LyingLab()) as lab:
        lab.honest("b", 1, 3)
        expert = enrolled_laptop(lab, tmp_path / "ws")
        expert.sync()
        expert.submit("t1")
        expert.sync()
        (row,) = expert.workspace.outbox.all()
        expert.workspace.outbox.drop(row.number)
        new = expert.submit("t1", verdict="not_met")

        def conflict(handler: object) -> None:
            outcome = {"digest": new.digest, "status": "conflict", "held": row.digest}
            handler.json({"outcomes": [outcome]})  # type: ignore[attr-defined]

        lab.answers["/v1/results"] = conflict
        report = expert.sync()
        assert (report.conflicts, report.adopted) == (1, 1)
        (healed,) = expert.workspace.outbox.all()
        assert (healed.digest, healed.state) == (row.digest, "receipted")
        assert quarantined(expert) == ["result.conflict"]
        expert.workspace.close()


@pytest.mark.parametrize("lie", ["left out", "swapped", "without a receipt", "another result"])
def test_a_list_of_results_that_lies(tmp_path: Path, lie: str) -> None:
    with serving_lies(LyingLab()) as lab:
        lab.honest("b", 1, 4)
        expert = enrolled_laptop(lab, tmp_path / "ws")
        expert.sync()
        for n in (1, 2, 3):
            expert.submit(f"t{n}")
        expert.sync()
        rows = expert.workspace.outbox.all()
        receipts = dict(lab.results)
        one, two, three = receipts
        lab.epoch = "e2"
        if lie == "left out":
            lab.results = {one: receipts[one], three: receipts[three]}
        elif lie == "swapped":
            lab.results = {two: receipts[two], one: receipts[one], three: receipts[three]}
        elif lie == "another result":
            lab.sent[two] = sign("application/vnd.assay.result+json", b'{"v":1}', PrivateKey.generate())
        else:
            lab.answers["own"] = lambda handler: handler.json(
                {"items": [{"result": jsonio.loads(lab.sent[one])}], "next": "1", "more": False}
            )
        if lie == "another result":
            assert [r.code for r in expert.sync().refused] == ["signature.unknown_key"]
        else:
            with pytest.raises(TrustError) as caught:
                expert.sync()
            assert caught.value.code == "receipt.chain"
        assert expert.workspace.outbox.all() == rows
        expert.workspace.close()


class LostAnswer(LabConnector):
    """The lab does as asked; the answer never arrives."""

    def claim(self, tasks: int, skills: Sequence[str] = (), key: str | None = None) -> ClaimReply:
        super().claim(tasks, skills, key)
        raise OfflineError("lab.cut", "The connection to the lab broke off.")


def test_a_claim_whose_answer_was_lost_is_the_same_claim(tmp_path: Path) -> None:
    new_lab(tmp_path / "lab", 60)
    with serving(tmp_path / "lab") as lab:
        batch = desk.import_batch(lab, "auto", tasks_file(tmp_path, 120, 500), title="Second")
        link, _ = desk.invite(lab, "expert", "Bo")
        _, other = desk.invite(lab, "expert", "Cy")
        desk.assign(lab, batch.batch, [other], overlap=1)
        all_given_back(lab, other)
        expert = laptop(tmp_path / "ws", link)
        session = session_of(expert)

        def way(kind: type[LabConnector]) -> Sending:
            def connect(url: str, key: PrivateKey | None, cancelled: Callable[[], bool]) -> LabConnector:
                return connector(url, key, expert.clock, kind=kind)

            return Sending(expert.clock, connect)

        with pytest.raises(OfflineError):
            way(LostAnswer).claim(session, 20)
        assert session.workspace.lab.state(WISH) is not None
        first = way(LabConnector).claim(session, 20)
        assert session.workspace.lab.state(WISH) is None
        assert expert.sync().pulled == first["tasks"] >= 20
        second = way(LabConnector).claim(session, 20)
        assert second["assignments"] != first["assignments"]
        expert.sync()
        task = session.workspace.lab.tasks()[0]
        given = way(LabConnector).give_back(session, task)
        expert.sync()
        left = session.workspace.lab.tasks()
        assert given in first["assignments"]
        assert task not in left
        assert len(left) == second["tasks"]
        session.close()


def all_given_back(lab: Lab, expert: str) -> None:
    def job(connection: Connection) -> None:
        mine = select(assignment.c.id).where(assignment.c.expert == expert)
        for name in connection.execute(mine).scalars().all():
            assert claiming.release(connection, lab, expert, name)

    lab.database.write(job)


def session_of(expert: Laptop) -> Session:
    """The laptop's workspace under the services."""
    jwk = expert.key.as_jwk()
    numbers = (f"id{n}" for n in itertools.count())
    return Session(
        Parts(
            folder=expert.workspace.folder,
            workspace=expert.workspace,
            writer=None,
            clock=expert.clock,
            new_id=lambda: next(numbers),
            sign=make_signer(jwk),
            device_jwk=jwk,
            parse=parse_task,
        )
    )
