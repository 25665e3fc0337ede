"""An enrolled home of the program, whose lab can lie; and all that must not change when it does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app import workstation
from app.domain.ids import digest
from app.domain.times import to_text
from app.keys.box import Cost
from app.keys.vault import Vault
from app.wire import jsonio
from app.wire.documents import Registration
from app.wire.invitation import Invitation
from app.wire.signatures import members, sign, unbase64
from tests.command_line import PASSPHRASE, Program
from tests.hostile.lying_lab import EXPERT, LAB, Handler, LyingLab


def invitation(lab: LyingLab, **changes: Any) -> str:
    """The link to this lab."""
    given: dict[str, Any] = {
        "url": lab.url,
        "keys_digest": digest(unbase64(members(lab.keys[0][0])["payload"], "")),
        "code": "code-code-code",
        "role": "expert",
        "expires_at": lab.now + timedelta(days=14),
        **changes,
    }
    return Invitation(**given).link()


def registers(by: LyingLab, **changes: Any) -> None:
    """Let the lab answer enrolments, honestly but for the changes."""

    def answer(handler: Handler) -> None:
        asked = jsonio.loads(unbase64(jsonio.loads(handler.body)["payload"], ""))
        now = to_text(by.now)
        payload = {
            "v": 1,
            "lab": LAB,
            "lab_name": "Lab A",
            "expert": EXPERT,
            "name": "Ada",
            "role": "expert",
            "issued": now,
            "devices": [{"device": asked["device"], "jwk": asked["jwk"], "registered": now}],
            **changes,
        }
        document = sign(Registration.typ(), jsonio.dumps(payload), by.key)
        handler.json({"registration": jsonio.loads(document)}, status=201)

    by.answers["/v1/enrol"] = answer


def everything(program: Program) -> dict[str, Any]:
    """The lab's part, one's own part, the outbox and the place in the feed of the only workspace."""
    station = workstation.build(
        program.home, clock=program.clock, vault_at=lambda folder: Vault(folder, cost=Cost(1, 64, 1))
    )
    session = station.labs.open(None, PASSPHRASE, readonly=True)
    try:
        lab, work = session.workspace.lab, session.workspace.work
        assert session.workspace.check() == []
        return {
            "batches": [(b.id, b.version, b.digest, b.withdrawn, b.tasks) for b in lab.batches()],
            "tasks": [(t, lab.task_line(t)) for t in lab.tasks()],
            "assignments": lab.assignments(),
            "reviews": [work.review(t) for t in lab.tasks()],
            "journal": session.workspace.journal_head(),
            "outbox": [
                (r.result, r.revision, r.state, r.digest, r.document, r.receipt, r.reason)
                for r in session.workspace.outbox.all()
            ],
            "cursor": lab.state("cursor"),
            "quarantine": [q.code for q in lab.quarantined()],
        }
    finally:
        session.close()


def changes(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    return {name for name in before if before[name] != after[name]}
