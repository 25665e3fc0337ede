"""What a lead sees of her team's work, and her decisions over it. The checks but the first need a lead's invitation."""

from __future__ import annotations

import secrets
from functools import lru_cache
from typing import Any

from app.domain.ids import digest
from app.domain.times import to_text
from app.wire import jsonio
from app.wire.leadcalls import ReviewItem, ReviewPage
from app.wire.leading import Decision
from app.wire.models import Jws, parse
from app.wire.protocol import Outcome
from app.wire.signatures import PrivateKey, sign
from cli.conformance.bench import Bench, Failed, payload_of, require
from cli.conformance.suite import check

FEED = "/v1/review-feed"


def review(bench: Bench, limit: int = 100) -> list[ReviewItem]:
    """The lead's feed from its beginning, once a result of her team is at the lab."""
    _ = bench.first
    found: list[ReviewItem] = []
    cursor = ""
    while True:
        page = bench.good(bench.lead.call("GET", f"{FEED}?limit={limit}&cursor={cursor}"), ReviewPage)
        require(len(page.items) <= limit, f"a page of {limit} holds {len(page.items)}")
        found += page.items
        if not page.more:
            return found
        require(bool(page.items), "a page of the review feed is empty and says that there is more")
        cursor = page.next


def _decision(bench: Bench, *, key: PrivateKey | None = None, **changes: Any) -> bytes:
    """A signed decision: the first result is accepted."""
    task, document, _ = bench.first
    review(bench)
    payload = {
        "v": 1,
        "decision": f"d-{secrets.token_hex(8)}",
        "previous": None,
        "lead": bench.lead.registration.expert,
        "device": bench.lead.device,
        "lab": bench.lead.registration.lab,
        "batch": task.batch.batch,
        "task": task.id,
        "task_digest": digest(task.line),
        "kind": "accept",
        "over": [digest(payload_of(parse(Jws, document)))],
        "rubric_version": task.batch.rubric_version,
        "guideline_version": task.batch.guideline_version,
        "decided": to_text(bench.clock.now()),
    }
    return sign(Decision.typ(), jsonio.dumps(payload | changes), key or bench.lead.key)


@lru_cache(maxsize=1)
def decided(bench: Bench) -> tuple[Outcome, bytes]:
    """The decision that was sent first, with its outcome."""
    document = _decision(bench)
    (outcome,) = bench.lead.letters("decisions", document)
    require(outcome.status == "stored", f"a good decision is “{outcome.status}” ({outcome.code})")
    return outcome, document


@check("leads.forbidden")
def forbidden(bench: Bench) -> None:
    """An expert sees nothing of others, and decides nothing."""
    if bench.registration.role == "lead":
        return
    bench.refusal(bench.call("GET", FEED), 403, 404)
    body = b'{"documents":[' + bench.enrolment() + b"]}"
    bench.refusal(bench.call("POST", "/v1/decisions", body=body), 403, 404)


@check("review.gapless", lead=True)
def gapless(bench: Bench) -> None:
    found = review(bench)
    numbers = [item.n for item in found]
    require(numbers == list(range(1, len(numbers) + 1)), f"the numbers are not 1, 2, 3 …: {numbers[:20]}")
    require(review(bench, 1) == found, "pages of one item do not add up to the review feed")


@check("review.reset", lead=True)
def reset(bench: Bench) -> None:
    bench.refusal(bench.lead.call("GET", f"{FEED}?cursor=bm90LW1pbmUuMQ"), 410)


@check("review.result", lead=True)
def result(bench: Bench) -> None:
    """A teammate's result as she signed it, and the very line of its task before it."""
    task, document, _ = bench.first
    lines: set[str] = set()
    for item in review(bench):
        if item.kind == "review.task" and item.line is not None:
            lines.add(digest(item.line.encode("utf-8")))
        if item.kind == "review.result" and item.document == parse(Jws, document):
            require(digest(task.line) in lines, "a result comes before the line of its task")
            return
    raise Failed(
        "a result of her team does not come to its lead as it was signed. The plan of the batch must name a team of"
        " these two, and draw nothing for a blind second grade"
    )


@check("decisions.stored", lead=True)
def stored(bench: Bench) -> None:
    bench.lead.receipt(*decided(bench))


@check("decisions.again", lead=True)
def again(bench: Bench) -> None:
    """Once, whatever is sent again or against it."""
    outcome, document = decided(bench)
    same, other = bench.lead.letters(
        "decisions",
        document,
        _decision(bench, decision=parse(Decision, payload_of(parse(Jws, document))).decision),
    )
    require(same.status == "duplicate", f"the same decision again is “{same.status}”")
    require(same.receipt == outcome.receipt, "the same decision again gets another receipt")
    require(other.status == "conflict", f"another decision under the same id is “{other.status}”")
    require(other.receipt is None, "a conflict comes with a receipt")


@check("decisions.rejected", lead=True)
def rejected(bench: Bench) -> None:
    """What is not hers to decide, not signed by her, or of nothing that is asked counts for nothing and hinders no
    other."""
    _, result, _ = bench.first
    bad = (
        _decision(bench, over=["a" * 64]),
        _decision(bench, task="no-such-task"),
        _decision(bench, lead="another"),
        _decision(bench, key=PrivateKey.generate()),
        _decision(bench, kind="return"),
        _decision(bench, rulings=[{"path": "/preference/no-such-dimension/value", "value": 1}]),
        _decision(bench, rulings=[{"value": "met"}]),
        result,
    )
    for number, one in enumerate(bench.lead.letters("decisions", *bad), start=1):
        require(one.status == "rejected", f"bad decision {number} is “{one.status}”, not rejected")
        require(bool(one.code), "a rejected decision comes without a code")
        require(one.receipt is None, "a rejected decision comes with a receipt")


@check("decisions.told", lead=True)
def told(bench: Bench) -> None:
    """She whose result it is gets the decision as its lead signed it."""
    _, document = decided(bench)
    for item in bench.feed():
        if item.kind == "result.accepted" and item.document == parse(Jws, document):
            return
    require(False, "a decision over her result does not come to the expert as it was signed")
