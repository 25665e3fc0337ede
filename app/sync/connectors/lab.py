"""A lab over HTTPS: every call of the protocol, by its client rules.

Only the lab's own host is spoken to, and for blobs the hosts in its signed key list, those without a token. A
401 corrects our clock by the lab's Date once; what is busy is tried again with full jitter, as Retry-After
asks within bounds; what is refused is a RefusedError with the lab's code. No answer is believed for being an
answer: signatures and digests are checked by who called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import quote, urlencode, urljoin, urlsplit

from app.clock import Clock
from app.domain.ids import Digest
from app.errors import AssayError, Cancelled, InputError, OfflineError, TrustError
from app.i18n import mark
from app.sync.connectors.transfer import TRIED_AGAIN, Channel, Limits, Reply, retry_after
from app.sync.devices import jws_list
from app.sync.protocols import FeedReply, NotModified, Refused
from app.wire import jsonio
from app.wire.leadcalls import OpeningsReply, ReviewPage
from app.wire.models import Model, check
from app.wire.origins import base_url, origin
from app.wire.ownwork import DeviceReply, DraftsReply, OwnDrafts
from app.wire.protocol import (
    PROBLEM_TYPE,
    ClaimReply,
    EnrolReply,
    FeedPage,
    MissingReply,
    OwnResults,
    Problem,
    RenewReply,
    ResultsReply,
    WellKnown,
)
from app.wire.signatures import PrivateKey
from app.wire.tokens import mint_token

M = TypeVar("M", bound=Model)
T = TypeVar("T")
DEFAULT_LIMITS = Limits()
TRIES = 4
BASE_S = 0.5
LONGEST_WAIT_S = 20.0
JSON_TYPES = ("application/json", PROBLEM_TYPE)
BUSY = (429, 500, 502, 503, 504)


class LabConnector:
    """key: signs each request; None before enrolment. new_id: unique text. uniform(low, high): randomness.

    sleep: waits so many seconds (it may end early). cancelled: asked at every wait. blob_origins: further
    hosts.
    """

    def __init__(
        self,
        url: str,
        key: PrivateKey | None,
        clock: Clock,
        *,
        new_id: Callable[[], str],
        uniform: Callable[[float, float], float],
        sleep: Callable[[float], None],
        cancelled: Callable[[], bool] = lambda: False,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self.url = base_url(url)
        self._key = key
        self._clock = clock
        self._new_id = new_id
        self._uniform = uniform
        self._sleep = sleep
        self._cancelled = cancelled
        self._limits = limits
        self._skew = timedelta(0)
        self.blob_origins: frozenset[str] = frozenset()
        self._channel = Channel(lambda: {origin(self.url)} | self.blob_origins, limits, clock.monotonic)

    def close(self) -> None:
        self._channel.close()

    def __enter__(self) -> LabConnector:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Calls

    def well_known(self) -> WellKnown:
        return self._json(WellKnown, "GET", "/.well-known/assay", token=False)

    def enrol(self, document: bytes) -> EnrolReply:
        return self._json(EnrolReply, "POST", "/v1/enrol", document, token=False)

    def feed(self, cursor: str | None, etag: str | None, limit: int = 100) -> FeedReply | NotModified:
        """One page after the cursor. RefusedError `feed.reset` when it must be read from the start."""
        query = urlencode({"limit": limit, **({"cursor": cursor} if cursor else {})})
        extra = {"If-None-Match": etag} if etag else {}

        def read(reply: Reply) -> FeedReply | NotModified:
            if reply.status == 304:
                return NotModified(self._date(reply))
            page = self._model(FeedPage, reply)
            return FeedReply(page, reply.headers.get("etag"), self._date(reply))

        return self._call("GET", f"/v1/feed?{query}", None, read, extra)

    def push(self, documents: Sequence[bytes]) -> ResultsReply:
        """Signed results, byte for byte as they were signed."""
        return self._json(ResultsReply, "POST", "/v1/results", b'{"results":[' + b",".join(documents) + b"]}")

    def missing(self, digests: Sequence[str]) -> list[str]:
        body = jsonio.dumps({"digests": list(digests)})
        return list(self._json(MissingReply, "POST", "/v1/results:missing", body).missing)

    def own(self, cursor: str) -> OwnResults:
        """Her own results and receipts after the cursor. RefusedError `feed.reset` when the cursor is useless."""
        query = f"?{urlencode({'cursor': cursor})}" if cursor else ""
        return self._json(OwnResults, "GET", f"/v1/results{query}")

    def review_feed(self, cursor: str, limit: int = 200) -> ReviewPage:
        """Teammates' signed work, for leads. RefusedError `feed.reset` when it must be read from the start."""
        query = urlencode({"limit": limit, **({"cursor": cursor} if cursor else {})})
        return self._json(ReviewPage, "GET", f"/v1/review-feed?{query}")

    def openings(self, digests: Sequence[str]) -> OpeningsReply:
        """The keys of what was sealed for the tasks of these results of hers."""
        return self._json(OpeningsReply, "POST", "/v1/openings", jsonio.dumps({"results": list(digests)}))

    def post_letters(self, kind: str, documents: Sequence[bytes]) -> ResultsReply:
        """Signed letters of one kind (decision, answer, proposal), byte for byte."""
        body = b'{"documents":[' + b",".join(documents) + b"]}"
        return self._json(ResultsReply, "POST", f"/v1/{kind}s", body)

    def release(self, assignment: str) -> None:
        """Give an assignment back; what of it holds a result stays. RefusedError when it is not hers."""
        self._call("DELETE", f"/v1/claims/{quote(assignment, safe='')}", None, lambda _: None)

    def renew(self, assignment: str) -> RenewReply:
        """Ask for a longer lease; a new one comes signed with the next feed. RefusedError when it is not hers."""
        return self._json(RenewReply, "POST", f"/v1/claims/{quote(assignment, safe='')}:renew")

    def drafts(self, cursor: str) -> OwnDrafts:
        """Drafts of her other devices after the cursor. RefusedError `feed.reset`."""
        query = f"?{urlencode({'cursor': cursor})}" if cursor else ""
        return self._json(OwnDrafts, "GET", f"/v1/drafts{query}")

    def post_drafts(self, documents: Sequence[bytes]) -> int:
        """Sealed drafts, byte for byte as they were signed."""
        return self._json(DraftsReply, "POST", "/v1/drafts", jws_list(documents)).taken

    def devices(self, document: bytes) -> DeviceReply:
        """A signed device request: one more, or a lost one revoked."""
        return self._json(DeviceReply, "POST", "/v1/devices", document)

    def claim(self, tasks: int, skills: Sequence[str] = (), key: str | None = None) -> ClaimReply:
        """Lease more work. key: the Idempotency-Key, the same when the same wish is sent again."""
        body = jsonio.dumps({"tasks": tasks, "skills": list(skills)})
        extra = {"Idempotency-Key": key or self._new_id()}
        return self._json(ClaimReply, "POST", "/v1/claims", body, extra=extra)

    def fetch(self, sha256: Digest, size: int, offset: int) -> Iterator[bytes]:
        """The bytes of a blob from `offset` on, no more than it has. A cut ends in OfflineError: go on from
        there.

        Raises TrustError `blob.length` when the lab speaks of another length than the signed one.
        """
        try:
            yield from self._fetch(sha256, size, offset)
        except _Busy as exc:
            raise exc.error from None

    def _fetch(self, sha256: Digest, size: int, offset: int) -> Iterator[bytes]:
        url, token = f"{self.url}/v1/blobs/{sha256}", True
        for _ in range(2):
            headers = self._headers(token=token)
            if offset:
                headers |= {"Range": f"bytes={offset}-", "If-Range": f'"{sha256}"'}
            with self._channel.exchange("GET", url, headers, None, self._cancelled, size - offset) as reply:
                if reply.status == 307:
                    url, token = self._elsewhere(url, reply), False
                    continue
                self._refuse(reply)
                yield from self._body(reply, size, offset)
                return
        raise _not_a_lab()

    # Parts

    def _body(self, reply: Reply, size: int, offset: int) -> Iterator[bytes]:
        skip = _checked_start(reply, size, offset)
        wanted = size - offset
        for chunk in reply.chunks:
            if skip >= len(chunk):
                skip -= len(chunk)
                continue
            part, skip = chunk[skip:], 0
            wanted -= len(part)
            if wanted < 0:
                raise _length()
            yield part
        if wanted:
            raise OfflineError(
                "lab.cut", "The connection to the lab broke off.", hint="It goes on from there."
            )

    def _elsewhere(self, url: str, reply: Reply) -> str:
        """Where a blob is to be had, if the signed key list names that host."""
        target = urljoin(url, reply.headers.get("location", ""))
        try:
            allowed = origin(base_url(target.partition("?")[0])) in self.blob_origins
        except InputError:
            allowed = False
        if not allowed:
            raise OfflineError(
                "lab.redirect",
                "The lab sends us to a host that its list of keys does not name.",
                hint="Nothing was fetched from there. Tell the lab.",
            )
        return target

    def _json(
        self,
        model: type[M],
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        token: bool = True,
        extra: dict[str, str] | None = None,
    ) -> M:
        return self._call(method, path, body, lambda reply: self._model(model, reply), extra, token=token)

    def _call(
        self,
        method: str,
        path: str,
        body: bytes | None,
        read: Callable[[Reply], T],
        extra: dict[str, str] | None = None,
        *,
        token: bool = True,
    ) -> T:
        corrected = not token
        tried = 0
        while True:
            headers = self._headers(token=token) | (extra or {})
            if body is not None:
                headers |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
            try:
                with self._channel.exchange(method, self.url + path, headers, body, self._cancelled) as reply:
                    if reply.status == 401 and not corrected and self._correct(reply):
                        corrected = True
                        continue
                    self._refuse(reply)
                    return read(reply)
            except _Busy as exc:
                tried += 1
                if tried >= TRIES or exc.after_s > LONGEST_WAIT_S:
                    raise exc.error from None
                self._pause(max(exc.after_s, self._uniform(0, BASE_S * 2**tried)))
            except OfflineError as exc:
                tried += 1
                if tried >= TRIES or exc.code not in ("lab.unreachable", "lab.cut"):
                    raise
                self._pause(self._uniform(0, BASE_S * 2**tried))

    def _pause(self, seconds: float) -> None:
        if self._cancelled():
            raise Cancelled
        self._sleep(seconds)
        if self._cancelled():
            raise Cancelled

    def _headers(self, *, token: bool) -> dict[str, str]:
        headers = {"Accept": "application/json", "User-Agent": "assay"}
        if token and self._key is not None:
            jwt = mint_token(self._key, self.url, self._clock.now() + self._skew, self._new_id())
            headers["Authorization"] = f"Bearer {jwt}"
        return headers

    def _correct(self, reply: Reply) -> bool:
        """Take the lab's Date for our tokens; False when it would change nothing."""
        date = self._date(reply)
        if date is None:
            return False
        skew = date - self._clock.now()
        if abs(skew - self._skew) < timedelta(seconds=5):
            return False
        self._skew = skew
        return True

    def _date(self, reply: Reply) -> datetime | None:
        try:
            found = parsedate_to_datetime(reply.headers.get("date", ""))
        except (TypeError, ValueError):
            return None
        return found if found.tzinfo is not None else None

    def _refuse(self, reply: Reply) -> None:
        """Raise for every status but success and 304."""
        if reply.status in (200, 201, 204, 206, 304):
            return
        if 300 <= reply.status < 400:
            raise _not_a_lab()
        if reply.status in BUSY:
            raise _Busy(retry_after(reply, self._clock.now() + self._skew))
        problem = self._problem(reply)
        raise Refused(
            reply.status,
            problem.code if problem else f"http.{reply.status}",
            problem.title if problem else mark("The lab refuses this request ({status})."),
            hint=problem.detail if problem else mark("Your work is safe on this computer."),
            params={} if problem else {"status": reply.status},
        )

    def _problem(self, reply: Reply) -> Problem | None:
        if _media_type(reply) != PROBLEM_TYPE:
            raise _not_a_lab()
        try:
            return check(Problem, jsonio.loads(reply.read(64 * 1024), limit=64 * 1024))
        except InputError:
            return None

    def _model(self, model: type[M], reply: Reply) -> M:
        if _media_type(reply) not in JSON_TYPES:
            raise _not_a_lab()
        data = reply.read(self._limits.reply_bytes)
        try:
            return check(model, jsonio.loads(data, limit=self._limits.reply_bytes))
        except InputError as exc:
            raise TrustError(
                "lab.answer",
                "The lab's answer does not have its shape: {what}",
                hint="Nothing of it was used. Tell the lab.",
                params={"what": exc},
                where=urlsplit(self.url).netloc,
            ) from None


class _Busy(Exception):
    def __init__(self, after_s: float) -> None:
        super().__init__()
        self.after_s = after_s
        self.error: AssayError = OfflineError(
            "lab.busy",
            "The lab is busy.",
            hint=TRIED_AGAIN,
            params={"after_s": round(after_s)},
        )


def _checked_start(reply: Reply, size: int, offset: int) -> int:
    """How many bytes to pass over: a 200 begins at 0, a 206 must begin where we asked."""
    length = reply.headers.get("content-length")
    if reply.status == 206:
        if reply.headers.get("content-range", "") != f"bytes {offset}-{size - 1}/{size}":
            raise _length()
        expected = size - offset
    elif reply.status == 200:
        expected = size
    else:
        raise _not_a_lab()
    if length is not None and length != str(expected):
        raise _length()
    return offset if reply.status == 200 else 0


def _media_type(reply: Reply) -> str:
    return reply.headers.get("content-type", "").partition(";")[0].strip().lower()


def _length() -> TrustError:
    return TrustError(
        "blob.length",
        "The lab sends another length than it signed.",
        hint="Nothing of it was used. It is fetched anew at the next sync.",
    )


def _not_a_lab() -> OfflineError:
    return OfflineError(
        "lab.not_a_lab",
        "Something else than the lab answers: the network may want you to sign in first.",
        hint="Open any web page to sign in to the network, then try again. Your work is safe.",
    )
