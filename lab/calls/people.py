"""Who the lab is, and how a device joins it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from app.wire.models import Jws
from app.wire.protocol import EnrolReply, Limits, WellKnown
from lab import enrolling, keylist
from lab.blobs import MAX_BLOB
from lab.bodies import DOCUMENT_BYTES, read
from lab.calls.replies import PROBLEMS, body, joined, json_reply
from lab.calls.sharing import access_of, lab_of
from lab.lab import Lab

router = APIRouter(tags=["people"])
POLL_S = 60


@router.get("/.well-known/assay", summary="Who this lab is, its keys and limits", response_model=WellKnown)
def well_known(request: Request) -> Response:
    lab = lab_of(request)
    with lab.database.reading() as connection:
        versions = keylist.versions(connection)
    about = {
        "protocol": [1],
        "lab": lab.config.lab,
        "name": lab.config.name,
        "url": lab.config.url,
        "server_time": lab.now(),
        "poll_s": POLL_S,
        "limits": Limits(blob_bytes=MAX_BLOB).model_dump(),
    }
    return json_reply(joined(about, keys=versions))


@router.post(
    "/v1/enrol",
    summary="Register a device with an invitation's code",
    status_code=201,
    response_model=EnrolReply,
    responses={200: {"model": EnrolReply, "description": "The same request had come before"}, **PROBLEMS},
    openapi_extra=body(Jws, "An `enrolment` signed by the key that it holds"),
)
async def enrol(request: Request) -> Response:
    lab = lab_of(request)
    access_of(request).limits.spend(request.client.host if request.client else "", "/v1/enrol")
    return await run_in_threadpool(_enrol, lab, await read(request, DOCUMENT_BYTES))


def _enrol(lab: Lab, body: bytes) -> Response:
    made, _ = enrolling.enrol(lab, body)
    return json_reply(joined({}, registration=made.document), 201 if made.fresh else 200)


@router.get("/v1/healthz", summary="Whether the lab can answer")
def healthz(request: Request) -> Response:
    lab_of(request).database.alive()
    return json_reply(b'{"status":"ok"}')
