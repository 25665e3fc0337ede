"""The outbox: what may still change, what is frozen, and when a result counts as delivered."""

from __future__ import annotations

import pytest

from app.domain.ids import Digest, ResultId, TaskId, digest
from app.errors import TrustError
from app.storage.changes import FeedChanges, Outcome, Receipt
from app.storage.workspace import Workspace
from tests.unit.storage.storage_samples import a_result


def put(workspace: Workspace, count: int = 1) -> list[int]:
    for n in range(count):
        workspace.outbox.put(
            a_result(f"payload {n}", result=f"result-{n}"), task=TaskId(f"b1-t{n}"), batch="b1"
        )
    return [row.number for row in workspace.outbox.due()]


def receipt(n: int = 0, content: str | None = None) -> Receipt:
    text = content if content is not None else f"payload {n}"
    return Receipt(
        ResultId(f"result-{n}"),
        1,
        digest(text.encode()),
        b"receipt document",
        Digest("d" * 64),
        "2026-11-01T10:00:00.000Z",
    )


def states(workspace: Workspace) -> list[str]:
    return [row.state for row in reversed(workspace.outbox.all())]


def test_the_way_of_a_result(workspace: Workspace) -> None:
    numbers = put(workspace, 3)
    assert workspace.outbox.mark_sent(numbers[:2]) == numbers[:2]
    assert states(workspace) == ["sent", "sent", "ready"]
    workspace.outbox.keep_receipts([receipt(0)])
    assert [row.number for row in workspace.outbox.due()] == numbers[1:]
    workspace.outbox.settle([Outcome(ResultId("result-0"), 1, "returned", "Look at c2 again.")])
    row = workspace.outbox.of_task(TaskId("b1-t0"))[0]
    assert (row.state, row.reason, row.receipt, row.received_at) == (
        "returned",
        "Look at c2 again.",
        b"receipt document",
        "2026-11-01T10:00:00.000Z",
    )
    assert workspace.outbox.counts() == {"returned": 1, "sent": 1, "ready": 1}
    assert workspace.outbox.waiting() == 2
    assert workspace.outbox.last_receipt_digest() == "d" * 64


def test_what_was_withdrawn_meanwhile_is_not_sent(workspace: Workspace) -> None:
    numbers = put(workspace, 2)
    workspace.outbox.withdraw(ResultId("result-0"), 1)
    assert workspace.outbox.mark_sent(numbers) == numbers[1:]


def test_attempts_count_and_the_first_sending_is_kept(workspace: Workspace) -> None:
    numbers = put(workspace)
    workspace.outbox.mark_sent(numbers)
    workspace.outbox.mark_sent(numbers)
    (row,) = workspace.outbox.due()
    assert (row.attempts, row.sent_at) == (2, "2026-11-01T09:00:00.000Z")


def test_a_receipt_for_other_bytes_is_refused_with_all_beside_it(workspace: Workspace) -> None:
    workspace.outbox.mark_sent(put(workspace, 2))
    with pytest.raises(TrustError) as caught:
        workspace.outbox.keep_receipts([receipt(0), receipt(1, "other")])
    assert caught.value.code == "receipt.digest"
    assert states(workspace) == ["sent", "sent"]


def test_a_receipt_for_another_device_is_passed_over(workspace: Workspace) -> None:
    workspace.outbox.keep_receipts([receipt(7)])
    assert workspace.outbox.all() == []


def test_a_second_receipt_does_not_undo_a_decision(workspace: Workspace) -> None:
    workspace.outbox.mark_sent(put(workspace))
    workspace.lab.apply(
        FeedChanges(receipts=(receipt(),), outcomes=(Outcome(ResultId("result-0"), 1, "accepted"),)), "c"
    )
    workspace.outbox.keep_receipts([receipt()])
    assert states(workspace) == ["accepted"]


def test_parked_results_wait_for_a_person(workspace: Workspace) -> None:
    numbers = put(workspace, 2)
    workspace.outbox.mark_sent(numbers[:1])
    workspace.outbox.park(numbers, "batch.closed")
    assert workspace.outbox.due() == []
    assert [row.reason for row in workspace.outbox.all(state="parked")] == ["batch.closed"] * 2
    workspace.outbox.send_again(numbers)
    assert states(workspace) == ["sent", "ready"]


def test_due_is_bounded_and_oldest_first(workspace: Workspace) -> None:
    put(workspace, 3)
    assert [row.result for row in workspace.outbox.due(2)] == ["result-0", "result-1"]
    assert [row.result for row in workspace.outbox.all(limit=1, offset=1)] == ["result-1"]
