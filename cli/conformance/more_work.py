"""Claims, longer leases, and what is not for experts."""

from __future__ import annotations

import secrets

from app.domain.times import from_text
from app.wire.documents import Assignment
from app.wire.protocol import ClaimReply, RenewReply
from cli.conformance.bench import NO_WORK, Bench, require
from cli.conformance.suite import check

ONE = b'{"tasks":1}'


@check("claims.key")
def key(bench: Bench) -> None:
    bench.refusal(bench.call("POST", "/v1/claims", body=ONE))


@check("claims.again")
def again(bench: Bench) -> None:
    """The answer got lost: the same claim is not a second one."""
    name = secrets.token_hex(8)
    first, second = (
        bench.good(bench.call("POST", "/v1/claims", body=ONE, Idempotency_Key=name), ClaimReply)
        for _ in range(2)
    )
    require(first == second, "the same claim again gets another answer")
    require(
        bool(first.assignments) == bool(first.tasks),
        "tasks were leased without an assignment, or none with one",
    )


@check("claims.shape")
def shape(bench: Bench) -> None:
    for body in (b'{"tasks":0}', b'{"tasks":"one"}', b"{}"):
        bench.refusal(bench.call("POST", "/v1/claims", body=body, Idempotency_Key=secrets.token_hex(8)))


@check("claims.renewed")
def renewed(bench: Bench) -> None:
    """A lease is never shorter for asking, and what the lab says of it is signed in the feed."""
    require(bool(bench.assignments), NO_WORK)
    before = next(iter(bench.assignments.values()))
    path = f"/v1/claims/{before.assignment}:renew"
    reply = bench.good(bench.call("POST", path), RenewReply)
    require(reply.assignment == before.assignment, "the answer is about another assignment")
    signed: Assignment | None = None
    for item in bench.feed():
        if item.kind == "batch.assigned" and item.id == before.assignment and item.document is not None:
            signed = bench.signed(item.document, Assignment)
    assert signed is not None
    if signed.lease_until is None or before.lease_until is None:
        return
    now = from_text(signed.lease_until)
    require(now >= from_text(before.lease_until), "the lease became shorter")
    require(from_text(reply.lease_until) == now, "the feed has not the lease that was answered")


@check("claims.renew_not_hers")
def renew_not_hers(bench: Bench) -> None:
    bench.refusal(bench.call("POST", "/v1/claims/no-such-assignment:renew"), 403, 404)


@check("claims.not_hers")
def not_hers(bench: Bench) -> None:
    bench.refusal(bench.call("DELETE", "/v1/claims/no-such-assignment"), 403, 404)


@check("export.forbidden")
def export(bench: Bench) -> None:
    if bench.registration.role == "operator":
        return
    bench.refusal(bench.call("GET", "/v1/export"), 403, 404)
