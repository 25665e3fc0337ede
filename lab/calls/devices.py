"""An expert's own devices: one more, one lost; and her drafts on their way between them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from app.errors import InputError
from app.wire.models import Jws, parse
from app.wire.ownwork import MAX_DRAFTS, DeviceReply, DeviceRequest, DraftsReply, DraftsRequest, OwnDrafts
from app.wire.protocol import MAX_RESULTS_BYTES
from app.wire.signatures import verify_members
from lab import devices, drafts, keylist
from lab.access import Caller, Expert
from lab.bodies import DOCUMENT_BYTES, read_json
from lab.calls.replies import PROBLEMS, body, joined, json_reply
from lab.calls.sharing import lab_of
from lab.lab import Lab
from lab.problems import Refusal

router = APIRouter(tags=["devices"])
Limit = Annotated[int, Query(ge=1, le=MAX_DRAFTS)]
Cursor = Annotated[str, Query(max_length=200)]


@router.post(
    "/v1/devices",
    summary="One more device of the caller, or a lost one revoked",
    response_model=DeviceReply,
    responses=PROBLEMS,
    openapi_extra=body(Jws, "A `device` document, signed by the device that calls"),
)
async def change(request: Request, caller: Expert) -> Response:
    sent = await read_json(request, DOCUMENT_BYTES)
    return await run_in_threadpool(_change, lab_of(request), caller, sent)


def _change(lab: Lab, caller: Caller, sent: Any) -> Response:
    if not isinstance(sent, dict) or not all(isinstance(text, str) for text in sent.values()):
        raise InputError("device.shape", "The body must be a signed document.")
    asked = parse(DeviceRequest, _verified(lab, caller, sent))
    if (asked.lab, asked.expert, asked.audience) != (lab.config.lab, caller.expert, lab.config.url):
        raise Refusal(422, "device.audience", "This request is meant for another lab or another person.")
    if asked.action == "revoke":
        name = asked.device or ""
        signed = lab.database.write(lambda c: devices.revoke(c, lab, caller.expert, name))
        return json_reply(joined({}, registration=signed.document))

    def more(connection: Connection) -> Response:
        made = devices.more(connection, lab, caller.expert)
        signed = devices.registration(connection, lab, caller.expert)
        about = {
            "code": made.code,
            "expires": made.expires_at,
            "keys": keylist.current_digest(connection),
            "role": made.role,
        }
        return json_reply(joined(about, registration=signed.document))

    return lab.database.write(more)


def _verified(lab: Lab, caller: Caller, sent: dict[str, str]) -> bytes:
    with lab.database.reading() as connection:
        pinned = devices.pinned(connection, lab, caller.expert)
    return verify_members(sent, pinned.get, DeviceRequest.typ(), at=lab.clock.now()).payload


@router.post(
    "/v1/drafts",
    summary="Drafts for the caller's other devices",
    response_model=DraftsReply,
    responses=PROBLEMS,
    openapi_extra=body(DraftsRequest, "Sealed drafts, 2 MB"),
)
async def send(request: Request, caller: Expert) -> Response:
    found = await read_json(request, MAX_RESULTS_BYTES)
    sent = found.get("drafts") if isinstance(found, dict) else None
    if not isinstance(sent, list) or not 1 <= len(sent) <= MAX_DRAFTS:
        raise InputError("drafts.shape", "The body must hold 1 to {n} drafts.", params={"n": MAX_DRAFTS})
    return await run_in_threadpool(_send, lab_of(request), caller, sent)


def _send(lab: Lab, caller: Caller, sent: list[Any]) -> Response:
    return json_reply(joined({"taken": drafts.take(lab, caller.expert, sent)}))


@router.get(
    "/v1/drafts",
    summary="Drafts of the caller's other devices",
    response_model=OwnDrafts,
    responses=PROBLEMS,
)
def own(request: Request, caller: Expert, cursor: Cursor = "", limit: Limit = 100) -> Response:
    return json_reply(drafts.page(lab_of(request), caller.expert, caller.kid, cursor, limit))
