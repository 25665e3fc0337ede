"""Label Studio over its REST interface (1.23), as the only calls that a source of work needs.

It is driven slowly: one request at a time, since the server has no brake but its own slowness. Both kinds of token are
taken: a legacy one, sent as it is, and a personal access token, which is a refresh JWT whose access tokens live for
five minutes. Nothing it answers is evidence: anyone may set `completed_by`, and answers are not checked there.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from app.clock import Clock
from app.errors import InputError, OfflineError, RefusedError
from app.sync.connectors.transfer import Channel, Limits
from app.sync.protocols import Refused
from app.wire import jsonio
from app.wire.origins import base_url, origin

PAGE = 200
TRIES = 4
ACCESS_S = 240.0
BUSY = (429, 500, 502, 503, 504)
MAX_REPLY = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Project:
    id: int
    title: str
    config: str
    instruction: str


class LabelStudio:
    """sleep: waits so many seconds. uniform(low, high): randomness for the waits. cancelled: asked at every wait."""

    def __init__(
        self,
        url: str,
        token: str,
        clock: Clock,
        *,
        uniform: Callable[[float, float], float],
        sleep: Callable[[float], None],
        cancelled: Callable[[], bool] = lambda: False,
        limits: Limits | None = None,
    ) -> None:
        self.url = base_url(url)
        self._token = token.strip()
        self._clock = clock
        self._uniform = uniform
        self._sleep = sleep
        self._cancelled = cancelled
        self._access: tuple[str, float] | None = None
        self._channel = Channel(
            lambda: {origin(self.url)}, limits or Limits(reply_bytes=MAX_REPLY), clock.monotonic
        )

    def close(self) -> None:
        self._channel.close()

    def __enter__(self) -> LabelStudio:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Calls

    def whoami(self) -> int:
        """The number of the account that the token belongs to."""
        return _number(self._json("GET", "/api/current-user/whoami"), "id")

    def project(self, wanted: int) -> Project:
        found = self._json("GET", f"/api/projects/{wanted}/")
        return Project(
            _number(found, "id"),
            str(found.get("title") or f"Project {wanted}"),
            str(found.get("label_config") or ""),
            str(found.get("expert_instruction") or ""),
        )

    def tasks(self, project: int, after: int) -> Iterator[dict[str, Any]]:
        """Tasks with a number above `after`, in order: {id, data}. By number and never by page, so that one that is
        added or deleted meanwhile moves none."""
        while True:
            wanted = {
                "filters": {
                    "conjunction": "and",
                    "items": [
                        {"filter": "filter:tasks:id", "operator": "greater", "type": "Number", "value": after}
                    ],
                },
                "ordering": ["tasks:id"],
            }
            asked = urlencode(
                {
                    "project": project,
                    "page": 1,
                    "page_size": PAGE,
                    "include": "id,data",
                    "query": json.dumps(wanted, separators=(",", ":")),
                }
            )
            page = self._json("GET", f"/api/tasks/?{asked}").get("tasks")
            if not isinstance(page, list):
                raise _no_answer()
            for found in page:
                if not isinstance(found, dict) or _number(found, "id") <= after:
                    raise _no_answer()
                after = found["id"]
                yield found
            if len(page) < PAGE:
                return

    def annotations(self, task: int) -> list[dict[str, Any]]:
        """What stands on a task. RefusedError `studio.gone` when the task is not there any more."""
        found = self._call("GET", f"/api/tasks/{task}/annotations/", None)
        if not isinstance(found, list):
            raise _no_answer()
        return [a for a in found if isinstance(a, dict)]

    def annotate(self, task: int, body: Mapping[str, Any]) -> bool:
        """Put an annotation on a task. False: one with its `unique_id` is on the server already."""
        try:
            self._call("POST", f"/api/tasks/{task}/annotations/", jsonio.dumps(dict(body)), resend=False)
        except Refused as exc:
            if exc.status == 409:
                return False
            raise
        return True

    def change(self, annotation: int, body: Mapping[str, Any]) -> None:
        """Give an annotation another content."""
        self._call("PATCH", f"/api/annotations/{annotation}/", jsonio.dumps(dict(body)))

    # Parts

    def _json(self, method: str, path: str) -> dict[str, Any]:
        found = self._call(method, path, None)
        if not isinstance(found, dict):
            raise _no_answer()
        return found

    def _call(self, method: str, path: str, body: bytes | None, *, resend: bool = True) -> Any:
        """The answer's JSON. A server that is busy is asked again after a while, with full jitter."""
        again = True
        for attempt in range(TRIES):
            try:
                status, data = self._once(method, path, body, self._authorization())
            except OfflineError:
                if not resend or attempt == TRIES - 1:
                    raise
            else:
                if status == 401 and again and self._access is not None:
                    self._access, again = None, False
                    continue
                if status not in BUSY or attempt == TRIES - 1:
                    return _read(status, data)
            self._sleep(self._uniform(0.0, 0.5 * 2**attempt))
        raise _no_answer()

    def _once(self, method: str, path: str, body: bytes | None, authorization: str) -> tuple[int, bytes]:
        headers = {"Authorization": authorization, "Accept": "application/json"}
        if body is not None:
            headers |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
        with self._channel.exchange(method, self.url + path, headers, body, self._cancelled) as reply:
            return reply.status, reply.read(MAX_REPLY)

    def _authorization(self) -> str:
        if not _is_refresh(self._token):
            return f"Token {self._token}"
        now = self._clock.monotonic()
        if self._access is None or now >= self._access[1]:
            asked = jsonio.dumps({"refresh": self._token})
            status, data = self._once("POST", "/api/token/refresh/", asked, "")
            access = _read(status, data).get("access")
            if not isinstance(access, str):
                raise _no_answer()
            self._access = access, now + ACCESS_S
        return f"Bearer {self._access[0]}"


def _is_refresh(token: str) -> bool:
    """Whether it is a personal access token: a JWT that says `refresh`."""
    parts = token.split(".")
    if len(parts) != 3:
        return False
    try:
        said = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("token_type") == "refresh"


def _read(status: int, data: bytes) -> Any:
    if status in (401, 403):
        raise Refused(
            status,
            "studio.token",
            "Label Studio does not take the token.",
            hint="Nothing was sent. Make a new token under Account & Settings, and connect again.",
        )
    if status == 404:
        raise Refused(status, "studio.gone", "It is not there in Label Studio any more.")
    if status >= 400:
        raise Refused(
            status,
            "studio.refused",
            "Label Studio refused the request ({status}).",
            params={"status": status},
            hint="Your work is safe on this computer.",
        )
    if not data:
        return {}
    try:
        return jsonio.loads(data, limit=MAX_REPLY)
    except InputError as exc:
        raise _no_answer() from exc


def _number(found: Mapping[str, Any], name: str) -> int:
    value = found.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise _no_answer()
    return value


def _no_answer() -> RefusedError:
    return RefusedError(
        "studio.answer",
        "What answers is no Label Studio, or one of another version.",
        hint="Nothing was changed. Check the address.",
    )
