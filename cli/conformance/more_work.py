"""Claims, and what is not for experts."""

from __future__ import annotations

import secrets

from app.wire.protocol import ClaimReply
from cli.conformance.bench import Bench, require
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


@check("claims.not_hers")
def not_hers(bench: Bench) -> None:
    bench.refusal(bench.call("DELETE", "/v1/claims/no-such-assignment"), 403, 404)


@check("export.forbidden")
def export(bench: Bench) -> None:
    if bench.registration.role == "operator":
        return
    bench.refusal(bench.call("GET", "/v1/export"), 403, 404)
