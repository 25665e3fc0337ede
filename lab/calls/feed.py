"""News for one expert, and more work for her."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from app.wire.models import check
from app.wire.protocol import MAX_PAGE, ClaimReply, ClaimRequest, FeedPage, RenewReply
from lab import cases, claiming, feeds
from lab.access import Caller, Expert
from lab.bodies import read_json
from lab.calls.replies import PROBLEMS, body, joined, json_reply
from lab.calls.sharing import lab_of, waiting_of
from lab.lab import Lab
from lab.problems import Refusal, unknown

router = APIRouter(tags=["feed"])
MAX_WAIT_S = 25
CLAIM_BYTES = 64 * 1024
PAGE_BYTES = 4 * 1024 * 1024
"""A page ends early rather than be longer than this; one item always fits."""


@router.get(
    "/v1/feed",
    summary="What is new for the caller, numbered without a gap",
    response_model=FeedPage,
    responses={304: {"description": "Nothing is new"}, **PROBLEMS},
)
async def feed(
    request: Request,
    caller: Expert,
    cursor: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 100,
    wait: Annotated[int, Query(ge=0, le=MAX_WAIT_S)] = 0,
    if_none_match: Annotated[str, Header()] = "",
) -> Response:
    lab, head = lab_of(request), caller.feed_n
    if caller.role == "lead":
        head = await run_in_threadpool(_refreshed, lab, caller.expert)
    after = feeds.place(cursor, lab.epoch, head)
    if after == head and wait:
        head = await waiting_of(request).beyond(caller.expert, head, wait)
    if after == head and if_none_match == _etag(lab, head):
        return Response(status_code=304, headers={"ETag": if_none_match, "Cache-Control": "no-store"})
    return await run_in_threadpool(page, lab, caller.expert, after, limit)


def _refreshed(lab: Lab, lead: str) -> int:
    """What her teams did since may give her work: the sampling plans run first. The head of her feed."""
    cases.refresh(lab, lead)
    with lab.database.reading() as connection:
        return feeds.heads(connection, [lead])[lead]


def page(lab: Lab, who: str, after: int, limit: int) -> Response:
    """The items after this number, as the call answers them; a bundle holds the same bytes."""
    with lab.database.reading() as connection:
        head = feeds.heads(connection, [who])[who]
        found = feeds.read(connection, who, after, limit)
        items: list[bytes] = []
        size = 0
        for one in found:
            item = joined({"n": one.n, "kind": one.kind, "id": one.id}, document=one.document)
            size += len(item)
            if items and size > PAGE_BYTES:
                break
            items.append(item)
            after = one.n
        more = after < head
        about = {
            "next": feeds.cursor(lab.epoch, after),
            "more": more,
            "epoch": lab.epoch,
            "keys_version": feeds.keys_version(connection),
            "server_time": lab.now(),
        }
        if not more:
            about["digest"] = feeds.live(connection, who).model_dump()
    response = json_reply(joined(about, items=items))
    response.headers["ETag"] = _etag(lab, head)
    return response


def _etag(lab: Lab, head: int) -> str:
    return f'"{lab.epoch}.{head}"'


@router.post(
    "/v1/claims",
    summary="Lease more work; it arrives by the feed",
    response_model=ClaimReply,
    responses=PROBLEMS,
    openapi_extra=body(ClaimRequest, "How much, and of which fields"),
)
async def claim(
    request: Request, caller: Expert, idempotency_key: Annotated[str, Header(max_length=64)] = ""
) -> Response:
    if not idempotency_key:
        raise Refusal(422, "claim.key", "A claim needs an Idempotency-Key of 1 to 64 characters.")
    asked = check(ClaimRequest, await read_json(request, CLAIM_BYTES))
    return await run_in_threadpool(_claim, lab_of(request), caller, idempotency_key, asked)


def _claim(lab: Lab, caller: Caller, key: str, asked: ClaimRequest) -> Response:
    tasks, made = lab.database.write(
        lambda connection: claiming.claim(
            connection, lab, caller.expert, key, asked.tasks, asked.bytes, asked.skills
        )
    )
    return json_reply(joined({"tasks": tasks, "assignments": made}))


@router.post(
    "/v1/claims/{assignment}:renew",
    summary="A longer lease, within what the lab allows",
    response_model=RenewReply,
    responses=PROBLEMS,
)
def renew(request: Request, caller: Expert, assignment: str) -> Response:
    lab = lab_of(request)
    until = lab.database.write(lambda c: claiming.renew(c, lab, caller.expert, assignment))
    if until is None:
        raise unknown()
    return json_reply(joined({"assignment": assignment, "lease_until": until}))


@router.delete(
    "/v1/claims/{assignment}",
    summary="Give back what holds no result yet",
    status_code=204,
    response_class=Response,
    responses=PROBLEMS,
)
def release(request: Request, caller: Expert, assignment: str) -> Response:
    lab = lab_of(request)
    if not lab.database.write(lambda c: claiming.release(c, lab, caller.expert, assignment)):
        raise unknown()
    return Response(status_code=204)
