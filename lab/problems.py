"""Errors as RFC 9457 problems: `application/problem+json` with our stable `code`."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from app.errors import AssayError, InputError, LockedError, OfflineError, RefusedError, StorageError
from app.wire import jsonio
from app.wire.protocol import PROBLEM_TYPE

log = logging.getLogger("lab")

_STATUS = {
    "invitation.unknown": 403,
    "invitation.used": 403,
    "invitation.expired": 403,
    "feed.reset": 410,
    "enrol.double": 409,
    "claim.ended": 409,
}
_RETRY_S = "5"


class Refusal(RefusedError):
    """A call that is answered with this HTTP status."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        hint: str = "",
        params: Mapping[str, str | int | float] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code, message, hint=hint, params=params)
        self.status = status
        self.headers = dict(headers or {})


def unknown() -> Refusal:
    """The one answer for what does not exist and for what is not the caller's to see."""
    return Refusal(404, "call.unknown", "There is nothing here for you.")


def problem(status: int, code: str, title: str, detail: str = "", where: str = "") -> Response:
    """detail: what to do next. where: the path in the body."""
    body = {"type": f"urn:assay:problem:{code}", "title": title, "status": status, "code": code}
    found = body | {name: text for name, text in (("detail", detail), ("where", where)) if text}
    return Response(jsonio.dumps(found), status, media_type=PROBLEM_TYPE)


def install(app: FastAPI) -> None:
    """Every error that leaves this program leaves it as a problem."""
    app.add_exception_handler(AssayError, _assay)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _bug)


def _assay(_request: Request, exc: Exception) -> Response:
    assert isinstance(exc, AssayError)
    response = problem(_status(exc), exc.code, exc.message, exc.hint, exc.where)
    if isinstance(exc, Refusal):
        response.headers.update(exc.headers)
    if response.status_code == 503:
        response.headers["Retry-After"] = _RETRY_S
        log.error("%s: %s", exc.code, exc.message)
    return response


def _status(exc: AssayError) -> int:
    if isinstance(exc, Refusal):
        return exc.status
    if exc.code in _STATUS:
        return _STATUS[exc.code]
    if isinstance(exc, StorageError | OfflineError | LockedError):
        return 503
    if isinstance(exc, InputError) and exc.code.startswith("json."):
        return 400
    return 422


def _http(_request: Request, exc: Exception) -> Response:
    """What the framework itself refuses: unknown paths and methods."""
    assert isinstance(exc, HTTPException)
    response = problem(exc.status_code, f"http.{exc.status_code}", str(exc.detail))
    response.headers.update(exc.headers or {})
    return response


def _bug(_request: Request, exc: Exception) -> Response:
    """Ours: the log gets it (the server writes the trace), the caller no detail."""
    return problem(500, "lab.bug", "The lab could not answer.", "Nothing was lost. Try again later.")
