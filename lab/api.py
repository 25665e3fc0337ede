"""The lab over HTTP: one application for one lab, every call below the path of the lab's URL."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import Response

from lab import problems
from lab.access import Access
from lab.calls import blobs, devices, feed, leads, people, results
from lab.lab import Lab
from lab.outer import Outer
from lab.waiting import Waiting


def create_app(lab: Lab) -> FastAPI:
    """The lab stays open while the application is used; who opened it closes it."""
    app = describe(urlsplit(lab.config.url).path)
    app.state.lab = lab
    app.state.access = access = Access(lab)
    app.add_middleware(Outer, limits=access.limits, audit=lab.audit)
    app.state.waiting = Waiting(lab.database)
    return app


def describe(prefix: str = "") -> FastAPI:
    """The application without a lab behind it: what the OpenAPI description is generated from."""
    app = FastAPI(
        title="Assay lab",
        version="1",
        summary="The protocol between a lab and its experts' workstations.",
        openapi_url=None,
        separate_input_output_schemas=False,
    )
    for area in (people, feed, blobs, results, leads, devices):
        app.include_router(area.router, prefix=prefix)
    problems.install(app)
    app.add_exception_handler(RequestValidationError, _parameters)
    return app


def _parameters(_request: Request, exc: Exception) -> Response:
    """A parameter of the address or a header is wrong; says which, never its value."""
    assert isinstance(exc, RequestValidationError)
    first = exc.errors()[0]
    where = "/".join(str(part) for part in first["loc"])
    return problems.problem(422, "call.parameter", f"A parameter is wrong: {first['msg']}.", where=where)
