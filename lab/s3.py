"""Packs and attachments in an S3-compatible store, named by their SHA-256: `<prefix>/ab/ab12…`.

Stores differ in whether `If-None-Match: *` is honoured on a PUT, so it is tried once a process. Where it is, a
blob that is there is never written again; where it is not, the key still is the digest of the bytes, so that
writing again writes the same.
"""

from __future__ import annotations

import logging
import secrets as random
import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from app.domain.ids import Digest, digest
from app.errors import StorageError
from lab.blobs import CHUNK, check_whole, is_digest, lost

if TYPE_CHECKING:
    from obstore.store import S3Config, S3Store

log = logging.getLogger("lab")
TIMEOUT = timedelta(seconds=30)
CONNECT = timedelta(seconds=5)
TRIES = 4


class S3Blobs:
    """One bucket. Calls block; each is tried again on trouble of the network, for half a minute at most."""

    def __init__(
        self, bucket: str, prefix: str, options: Mapping[str, str], secrets: Mapping[str, str]
    ) -> None:
        """options: endpoint, region, style. secrets: as `lab.places` names them."""
        self._bucket, self._prefix, self._options, self._secrets = bucket, prefix, dict(options), secrets
        self._guard = threading.Lock()
        self.tries = TRIES
        self._opened: S3Store | None = None
        self._create: bool | None = None

    def __repr__(self) -> str:
        return f"S3Blobs({self._bucket}/{self._prefix})"

    def put(self, data: bytes) -> Digest:
        from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError

        sha256 = digest(data)
        try:
            if self.creates:
                try:
                    self._store.put(self._path(sha256), data, mode="create", use_multipart=False)
                except (AlreadyExistsError, PreconditionError):
                    return sha256
            elif self.size(sha256) is None:
                self._store.put(self._path(sha256), data, use_multipart=False)
        except (BaseError, OSError) as exc:
            raise _away(exc) from None
        return sha256

    def size(self, sha256: str) -> int | None:
        from obstore.exceptions import BaseError

        try:
            return int(self._store.head(self._path(sha256))["size"])
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as exc:
            raise _away(exc) from None

    def read(self, sha256: str, start: int = 0, length: int | None = None) -> bytes:
        from obstore.exceptions import BaseError

        path = self._path(sha256)
        if length == 0:
            return b""
        try:
            if start == 0 and length is None:
                return check_whole(sha256, bytes(self._store.get(path).bytes()))
            if length is None:
                data = bytes(self._store.get(path, options={"range": {"offset": start}}).bytes())
            else:
                data = bytes(self._store.get_range(path, start=start, length=length))
        except FileNotFoundError as exc:
            raise lost(sha256) from exc
        except (BaseError, OSError) as exc:
            raise _away(exc) from None
        if length is not None and len(data) != length:
            raise lost(sha256)
        return data

    def stream(self, sha256: str, start: int, length: int) -> Iterator[bytes]:
        from obstore.exceptions import BaseError

        try:
            answer = self._store.get(self._path(sha256), options={"range": (start, start + length)})
        except FileNotFoundError as exc:
            raise lost(sha256) from exc
        except (BaseError, OSError) as exc:
            raise _away(exc) from None

        def chunks() -> Iterator[bytes]:
            # A cut in the middle ends the answer short of its Content-Length: the reader notices and resumes.
            yield from (bytes(part) for part in answer.stream(min_chunk_size=CHUNK))

        return chunks()

    def check(self) -> None:
        """Raises StorageError when the store cannot be written."""
        _ = self.creates

    @property
    def creates(self) -> bool:
        """Whether the store refuses to write what is there when it is asked to."""
        with self._guard:
            if self._create is None:
                self._create = self._probe()
            return self._create

    def _probe(self) -> bool:
        from obstore.exceptions import AlreadyExistsError, BaseError, NotSupportedError, PreconditionError

        path = f"{self._prefix}/probe-{random.token_hex(8)}"
        try:
            try:
                self._store.put(path, b"1", mode="create", use_multipart=False)
                self._store.put(path, b"2", mode="create", use_multipart=False)
            except (AlreadyExistsError, PreconditionError):
                found = True
            except NotSupportedError:
                self._store.put(path, b"1", use_multipart=False)
                found = False
            else:
                found = False
            self._store.delete(path)
        except (BaseError, OSError) as exc:
            raise _away(exc) from None
        if not found:
            log.warning("the blob store does not know conditional PUT: blobs are kept by digest alone")
        return found

    @property
    def _store(self) -> S3Store:
        if self._opened is None:
            from obstore.store import S3Store

            endpoint, region = self._options.get("endpoint"), self._options.get("region", "us-east-1")
            named = {
                "endpoint": endpoint,
                "region": region,
                "access_key_id": self._secrets.get("s3_access_key_id"),
                "secret_access_key": self._secrets.get("s3_secret_access_key"),
                "token": self._secrets.get("s3_token"),
            }
            self._opened = S3Store(
                self._bucket,
                config=cast("S3Config", {name: value for name, value in named.items() if value}),
                virtual_hosted_style_request=self._options.get("style") == "virtual",
                client_options={
                    "allow_http": bool(endpoint and endpoint.startswith("http:")),
                    "timeout": TIMEOUT,
                    "connect_timeout": CONNECT,
                },
                retry_config={"max_retries": self.tries, "retry_timeout": TIMEOUT},
            )
        return self._opened

    def _path(self, sha256: str) -> str:
        if not is_digest(sha256):
            raise ValueError("not a digest")
        return f"{self._prefix}/{sha256[:2]}/{sha256}"


def _away(exc: Exception) -> StorageError:
    """Names the kind of trouble only: the store's own words may hold addresses and key names."""
    return StorageError(
        "lab.blobs_away",
        "The store of the lab's blobs does not answer ({kind}).",
        params={"kind": type(exc).__name__},
        hint="Nothing was half-written. Check the store, its bucket and its credentials, and try again.",
    )
