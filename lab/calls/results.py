"""Results in, receipts out; and both again for who lost them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from app.errors import InputError
from app.wire.models import check
from app.wire.protocol import (
    MAX_PAGE,
    MAX_RESULTS,
    MAX_RESULTS_BYTES,
    MissingReply,
    MissingRequest,
    OwnResults,
    ResultsReply,
    ResultsRequest,
)
from lab import feeds, repeats, results
from lab.access import Expert, Operator
from lab.bodies import read_json
from lab.calls.replies import PROBLEMS, body, joined, json_reply
from lab.calls.sharing import lab_of
from lab.lab import Lab

router = APIRouter(tags=["results"])
MISSING_BYTES = 1024 * 1024
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]
Cursor = Annotated[str, Query(max_length=200)]


@router.post(
    "/v1/results",
    summary="Send results; each gets its own outcome",
    response_model=ResultsReply,
    responses=PROBLEMS,
    openapi_extra=body(ResultsRequest, "At most 100 signed results, 2 MB"),
)
async def send(request: Request, caller: Expert) -> Response:
    found = await read_json(request, MAX_RESULTS_BYTES)
    sent = found.get("results") if isinstance(found, dict) else None
    if not isinstance(sent, list) or not 1 <= len(sent) <= MAX_RESULTS:
        raise InputError(
            "results.shape",
            "The body must hold 1 to {n} results.",
            params={"n": MAX_RESULTS},
            where="/results",
        )
    return await run_in_threadpool(_send, lab_of(request), caller.expert, sent)


def _send(lab: Lab, who: str, sent: list[object]) -> Response:
    taken = results.take(lab, who, sent)
    repeats.tell_finished(lab, who)
    return outcome_reply(taken)


def outcome_reply(taken: Iterable[results.Outcome]) -> Response:
    """What became of each document, in the order sent."""
    outcomes = []
    for one in taken:
        about = {
            "digest": one.digest,
            "status": one.status,
            "held": one.held,
            "code": one.code,
            "message": one.message,
        }
        outcomes.append(joined({k: v for k, v in about.items() if v}, receipt=one.receipt))
    return json_reply(joined({}, outcomes=outcomes))


@router.post(
    "/v1/results:missing",
    summary="Which of these does the lab not hold?",
    response_model=MissingReply,
    responses=PROBLEMS,
    openapi_extra=body(MissingRequest, "Digests of result payloads"),
)
async def missing(request: Request, caller: Expert) -> Response:
    asked = check(MissingRequest, await read_json(request, MISSING_BYTES))
    return await run_in_threadpool(_missing, lab_of(request), caller.expert, asked.digests)


def _missing(lab: Lab, who: str, digests: list[str]) -> Response:
    with lab.database.reading() as connection:
        return json_reply(joined({"missing": results.missing(connection, who, digests)}))


@router.get("/v1/results", summary="Own results and receipts", response_model=OwnResults, responses=PROBLEMS)
def own(request: Request, caller: Expert, cursor: Cursor = "", limit: Limit = 100) -> Response:
    return own_page(lab_of(request), caller.expert, cursor, limit)


def own_page(lab: Lab, who: str, cursor: str, limit: int) -> Response:
    """Her results after the cursor, as the call answers; a bundle holds the same bytes."""
    with lab.database.reading() as connection:
        after = feeds.place(cursor, lab.epoch, results.own_head(connection, who))
        found = results.own(connection, who, after, limit + 1)
    return _listed(lab, [((one.n,), one) for one in found], (after,), limit, full=False)


@router.get(
    "/v1/export", summary="All results, for the lab's pipeline", response_model=OwnResults, responses=PROBLEMS
)
def export(request: Request, caller: Operator, cursor: Cursor = "", limit: Limit = 100) -> Response:
    lab = lab_of(request)
    with lab.database.reading() as connection:
        after = feeds.places(cursor, lab.epoch, results.settled_head(connection))
        found = results.settled(connection, (after[0], after[1]), limit + 1)
    return _listed(lab, found, after, limit, full=True)


def _listed(
    lab: Lab,
    kept: Sequence[tuple[tuple[int, ...], results.Kept]],
    after: tuple[int, ...],
    limit: int,
    *,
    full: bool,
) -> Response:
    """A page of at most 4 MB; one item always fits. full: with who and when, for the lab's own."""
    items: list[bytes] = []
    size = 0
    for place, one in kept[:limit]:
        about = {"expert": one.expert, "received_at": one.received_at} if full else {}
        item = joined(about, result=one.document, receipt=one.receipt)
        size += len(item)
        if items and size > 2 * MAX_RESULTS_BYTES:
            break
        items.append(item)
        after = place
    end = {"next": feeds.cursor(lab.epoch, *after), "more": len(items) < len(kept)}
    return json_reply(joined(end, items=items))
