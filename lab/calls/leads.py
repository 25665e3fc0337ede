"""Openings, decisions, answers, proposals, and the review feed of leads."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from app.errors import InputError
from app.wire.leadcalls import LettersRequest, OpeningsReply, OpeningsRequest, ReviewPage
from app.wire.models import check
from app.wire.protocol import MAX_PAGE, MAX_RESULTS, MAX_RESULTS_BYTES, ResultsReply
from lab import cases, envelopes, feeds, letters
from lab.access import Caller, Expert, Lead
from lab.bodies import read_json
from lab.calls.replies import PROBLEMS, body, joined, json_reply
from lab.calls.results import outcome_reply
from lab.calls.sharing import lab_of
from lab.lab import Lab

router = APIRouter(tags=["leads"])
OPENINGS_BYTES = 64 * 1024
PAGE_BYTES = 4 * 1024 * 1024


@router.post(
    "/v1/openings",
    summary="The keys of what was sealed for the caller, against receipts of her own results",
    response_model=OpeningsReply,
    responses=PROBLEMS,
    openapi_extra=body(OpeningsRequest, "Digests of her result payloads, at most 200"),
)
async def openings(request: Request, caller: Expert) -> Response:
    asked = check(OpeningsRequest, await read_json(request, OPENINGS_BYTES))
    return await run_in_threadpool(_openings, lab_of(request), caller, asked.results)


def released(lab: Lab, who: str, role: str, digests: list[str]) -> tuple[list[bytes], list[str]]:
    """(openings against these results of hers, digests that are not held); what a lead opened her team may see."""

    def job(connection: Connection) -> tuple[list[bytes], list[str]]:
        found = envelopes.open_for(connection, lab, who, digests)
        if role == "lead":
            cases.opened(connection, who, digests)
        return found

    return lab.database.write(job)


def _openings(lab: Lab, caller: Caller, digests: list[str]) -> Response:
    opened, unknown = released(lab, caller.expert, caller.role, digests)
    return json_reply(joined({"unknown": unknown}, openings=opened))


@router.post(
    "/v1/decisions",
    summary="A lead's decisions; each gets its own outcome",
    response_model=ResultsReply,
    responses=PROBLEMS,
    openapi_extra=body(LettersRequest, "At most 100 signed decisions, 2 MB"),
)
async def decisions(request: Request, caller: Lead) -> Response:
    return await _take(request, caller, "decision")


@router.post(
    "/v1/answers",
    summary="Answers to decisions over the caller's results",
    response_model=ResultsReply,
    responses=PROBLEMS,
    openapi_extra=body(LettersRequest, "At most 100 signed answers, 2 MB"),
)
async def answers(request: Request, caller: Expert) -> Response:
    return await _take(request, caller, "answer")


@router.post(
    "/v1/proposals",
    summary="Proposed changes of rubrics, guideline gaps, authored tasks",
    response_model=ResultsReply,
    responses=PROBLEMS,
    openapi_extra=body(LettersRequest, "At most 100 signed proposals, 2 MB"),
)
async def proposals(request: Request, caller: Expert) -> Response:
    return await _take(request, caller, "proposal")


async def _take(request: Request, caller: Caller, kind: str) -> Response:
    found = await read_json(request, MAX_RESULTS_BYTES)
    sent = found.get("documents") if isinstance(found, dict) else None
    if not isinstance(sent, list) or not 1 <= len(sent) <= MAX_RESULTS:
        raise InputError(
            "letters.shape",
            "The body must hold 1 to {n} documents.",
            params={"n": MAX_RESULTS},
            where="/documents",
        )
    outcomes = await run_in_threadpool(letters.take, lab_of(request), caller, kind, sent)
    return outcome_reply(outcomes)


@router.get(
    "/v1/review-feed",
    summary="Teammates' signed work, as far as it is open to the caller",
    response_model=ReviewPage,
    responses=PROBLEMS,
)
def review_feed(
    request: Request,
    caller: Lead,
    cursor: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 100,
) -> Response:
    lab = lab_of(request)
    cases.refresh(lab, caller.expert)
    return page(lab, caller.expert, cursor, limit)


def page(lab: Lab, who: str, cursor: str, limit: int) -> Response:
    """The items after the cursor, as the call answers them; a bundle holds the same bytes."""
    with lab.database.reading() as connection:
        head = cases.head(connection, who)
        after = feeds.place(cursor, lab.epoch, head)
        items: list[bytes] = []
        size = 0
        for one in cases.read(connection, lab, who, after, limit):
            about = {"n": one.n, "kind": one.kind, "id": one.id}
            if one.line is not None:
                about["line"] = one.line.decode("utf-8")
            item = joined(about, document=one.document)
            size += len(item)
            if items and size > PAGE_BYTES:
                break
            items.append(item)
            after = one.n
    place = {
        "next": feeds.cursor(lab.epoch, after),
        "more": after < head,
        "epoch": lab.epoch,
        "server_time": lab.now(),
    }
    return json_reply(joined(place, items=items))
