"""An expert's letters: what she proposes, and her answers to her lead's decisions, which need a lead's invitation."""

from __future__ import annotations

import secrets
from functools import lru_cache
from typing import Any

from app.domain.ids import digest
from app.domain.times import to_text
from app.wire import jsonio
from app.wire.leading import Answer, Proposal
from app.wire.models import Jws, parse
from app.wire.protocol import Outcome
from app.wire.signatures import PrivateKey, sign
from cli.conformance.bench import Bench, payload_of, require
from cli.conformance.leads import decided, review
from cli.conformance.suite import check


def _named(document: bytes) -> str:
    return digest(payload_of(parse(Jws, document)))


def _proposal(bench: Bench, *, key: PrivateKey | None = None, **changes: Any) -> bytes:
    """A signed proposal: her guideline does not say something."""
    task = bench.tasks[0]
    payload = {
        "v": 1,
        "proposal": f"p-{secrets.token_hex(8)}",
        "expert": bench.registration.expert,
        "device": bench.device,
        "lab": bench.registration.lab,
        "batch": task.batch.batch,
        "task": task.id,
        "task_digest": digest(task.line),
        "kind": "guideline_gap",
        "text": "Conformance: the guideline does not say this.",
        "proposed": to_text(bench.clock.now()),
    }
    return sign(Proposal.typ(), jsonio.dumps(payload | changes), key or bench.key)


def _of_each_kind(bench: Bench) -> list[bytes]:
    """A gap and a task of her own; and for a task with criteria: one more, one changed, one disputed."""
    line = jsonio.loads(bench.tasks[0].line)
    authored = {**line, "id": f"authored-{secrets.token_hex(4)}"}
    authored.pop("attachments", None)
    new = {"id": f"c-{secrets.token_hex(4)}", "text": "Conformance: says so.", "points": 1}
    found = [
        _proposal(bench),
        _proposal(bench, kind="task", line=authored, batch=None, task=None, task_digest=None),
        _proposal(bench, kind="criterion.add", criterion=new),
    ]
    leaves = [one for one in line["rubric"]["criteria"] if one.get("kind") != "group"]
    if leaves:
        old = leaves[0]
        edited = {**old, "text": f"{old.get('text', '')} (conformance)"}
        found += [
            _proposal(bench, kind="criterion.edit", criterion_id=old["id"], criterion=edited),
            _proposal(bench, kind="criterion.dispute", criterion_id=old["id"]),
        ]
    return found


@lru_cache(maxsize=1)
def _proposed(bench: Bench) -> tuple[Outcome, bytes]:
    """The proposal that was sent first, with its outcome."""
    document = _proposal(bench)
    (outcome,) = bench.letters("proposals", document)
    require(outcome.status == "stored", f"a good proposal is “{outcome.status}” ({outcome.code})")
    return outcome, document


def _once(bench: Bench, call: str, first: tuple[Outcome, bytes], other: bytes) -> None:
    """Once, whatever is sent again or against it. other: other bytes under the same id."""
    outcome, document = first
    same, against = bench.letters(call, document, other)
    require(same.status == "duplicate", f"the same letter again is “{same.status}”")
    require(same.receipt == outcome.receipt, "the same letter again gets another receipt")
    require(against.status == "conflict", f"another letter under the same id is “{against.status}”")
    require(against.receipt is None, "a conflict comes with a receipt")


def _rejected(bench: Bench, call: str, *bad: bytes) -> None:
    for number, one in enumerate(bench.letters(call, *bad), start=1):
        require(one.status == "rejected", f"bad letter {number} is “{one.status}”, not rejected")
        require(bool(one.code), "a rejected letter comes without a code")
        require(one.receipt is None, "a rejected letter comes with a receipt")


def _told(bench: Bench, kind: str, document: bytes) -> None:
    told = [item.document for item in review(bench) if item.kind == kind]
    require(parse(Jws, document) in told, "it does not come to her lead as it was signed")


@check("proposals.stored")
def proposed(bench: Bench) -> None:
    bench.receipt(*_proposed(bench))
    documents = _of_each_kind(bench)
    for outcome, document in zip(bench.letters("proposals", *documents), documents, strict=True):
        kind = parse(Proposal, payload_of(parse(Jws, document))).kind
        require(outcome.status == "stored", f"a good {kind} is “{outcome.status}” ({outcome.code})")
        bench.receipt(outcome, document)


@check("proposals.again")
def proposed_again(bench: Bench) -> None:
    first = _proposed(bench)
    name = parse(Proposal, payload_of(parse(Jws, first[1]))).proposal
    _once(bench, "proposals", first, _proposal(bench, proposal=name, text="Something else"))


@check("proposals.rejected")
def not_proposed(bench: Bench) -> None:
    """What is not about her work, says nothing, or is not signed by her, is kept for nobody and hinders no other."""
    good = _proposal(bench)
    _rejected(
        bench,
        "proposals",
        _proposal(bench, batch="no-such-batch"),
        _proposal(bench, kind="criterion.dispute", criterion_id="no-such-criterion"),
        _proposal(bench, kind="criterion.dispute", criterion_id="c", task="no-such-task"),
        _proposal(bench, kind="task"),
        _proposal(bench, expert="another"),
        _proposal(bench, lab="another"),
        _proposal(bench, key=PrivateKey.generate()),
        bench.enrolment(),
        _proposal(bench, text=" "),
    )
    one, bad = bench.letters("proposals", good, b'{"protected":"a","payload":"b","signature":"c"}')
    require(bad.status == "rejected", f"what is no proposal is “{bad.status}”")
    bench.receipt(one, good)


@check("proposals.told", lead=True)
def proposal_told(bench: Bench) -> None:
    _told(bench, "review.proposal", _proposed(bench)[1])


def _answer(bench: Bench, *, key: PrivateKey | None = None, **changes: Any) -> bytes:
    """A signed answer: the decision over her first result is accepted."""
    task, result, _ = bench.first
    _, decision = decided(bench)
    payload = {
        "v": 1,
        "answer": f"a-{secrets.token_hex(8)}",
        "expert": bench.registration.expert,
        "device": bench.device,
        "lab": bench.registration.lab,
        "batch": task.batch.batch,
        "task": task.id,
        "decision": _named(decision),
        "result": _named(result),
        "kind": "accept",
        "answered": to_text(bench.clock.now()),
    }
    return sign(Answer.typ(), jsonio.dumps(payload | changes), key or bench.key)


@lru_cache(maxsize=1)
def _answered(bench: Bench) -> tuple[Outcome, bytes]:
    """The answer that was sent first, with its outcome."""
    document = _answer(bench)
    (outcome,) = bench.letters("answers", document)
    require(outcome.status == "stored", f"a good answer is “{outcome.status}” ({outcome.code})")
    return outcome, document


@check("answers.rejected", lead=True)
def not_answered(bench: Bench) -> None:
    """An answer speaks of a decision over her own result, and a dispute says why."""
    _rejected(
        bench,
        "answers",
        _answer(bench, decision="d" * 64),
        _answer(bench, result="a" * 64),
        _answer(bench, task="no-such-task"),
        _answer(bench, expert="another"),
        _answer(bench, key=PrivateKey.generate()),
        decided(bench)[1],
        _answer(bench, kind="dispute"),
    )


@check("answers.stored", lead=True)
def answered(bench: Bench) -> None:
    bench.receipt(*_answered(bench))


@check("answers.again", lead=True)
def answered_again(bench: Bench) -> None:
    first = _answered(bench)
    name = parse(Answer, payload_of(parse(Jws, first[1]))).answer
    _once(bench, "answers", first, _answer(bench, answer=name, comment="Something else"))


@check("answers.twice", lead=True)
def twice(bench: Bench) -> None:
    """A decision is answered once; what comes after under another id counts for nothing."""
    _ = _answered(bench)
    _rejected(bench, "answers", _answer(bench, kind="dispute", comment="Conformance: on second thoughts."))


@check("answers.told", lead=True)
def answer_told(bench: Bench) -> None:
    _told(bench, "review.answer", _answered(bench)[1])
