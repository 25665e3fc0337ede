"""Where a lab keeps its data: `--database` and `--blobs` read, and their secrets kept apart.

`lab.json` names the places without passwords. A password that stands in a URL goes to `lab-secrets.json`
(mode 0600) and nowhere else; the environment comes before it (ASSAY_LAB_DATABASE_PASSWORD, or PostgreSQL's own
PGPASSWORD and ~/.pgpass; AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN) and is never stored.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from app.errors import InputError, StorageError
from app.wire.origins import is_loopback
from lab.blobs import Blobs, FolderBlobs
from lab.files import write_durably

DATABASE = "lab.db"
BLOBS = "blobs"
SECRETS = "lab-secrets.json"
DRIVER = "postgresql+psycopg"
_POSTGRES = ("postgresql", "postgres", DRIVER)


@dataclass(frozen=True, slots=True)
class Place:
    """url: without its secrets. secrets: by their names in `lab-secrets.json`."""

    url: str
    secrets: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Place({self.url!r})"


def database_place(text: str) -> Place:
    """From `--database`: empty (SQLite in the folder) or `postgresql://user:password@host/name`.

    Raises InputError, which never quotes the URL.
    """
    if not text:
        return Place("", {})
    parts = _split(text, "place.database")
    if parts.scheme not in _POSTGRES or not parts.path.strip("/"):
        raise InputError(
            "place.database",
            "This is no address of a database for a lab.",
            hint="It looks like postgresql://user@host:5432/name. Without one, SQLite in the lab's folder is used.",
        )
    bare = parts._replace(scheme=DRIVER, netloc=_without_password(parts.netloc))
    secrets = {} if parts.password is None else {"database_password": unquote(parts.password)}
    return Place(urlunsplit(bare), secrets)


def blobs_place(text: str) -> Place:
    """From `--blobs`: empty (a folder beside the database) or `s3://[key:secret@]bucket[/prefix]?endpoint=…&region=…`.

    Raises InputError, which never quotes the URL.
    """
    if not text:
        return Place("", {})
    parts = _split(text, "place.blobs")
    options = dict(parse_qsl(parts.query))
    odd = set(options) - {"endpoint", "region", "style"}
    if parts.scheme != "s3" or not parts.hostname or odd or options.get("style", "path") not in _STYLES:
        raise InputError(
            "place.blobs",
            "This is no address of a store for blobs.",
            hint="It looks like s3://bucket/prefix?endpoint=https://s3.example.org&region=eu-1 (style=virtual for "
            "buckets as host names). Without one, a folder of the lab is used.",
        )
    endpoint = options.get("endpoint", "")
    if endpoint:
        to = _split(endpoint, "place.blobs")
        if to.username is not None or to.scheme not in ("https", "http"):
            raise InputError("place.endpoint", "The endpoint is an address without a name or password in it.")
        if to.scheme == "http" and not is_loopback(to.hostname or ""):
            raise InputError(
                "place.plain",
                "The blob store's address is not encrypted (http), which is allowed on this computer only.",
            )
    bucket = parts.netloc.rpartition("@")[2]
    secrets = {}
    if parts.username is not None:
        secrets["s3_access_key_id"] = unquote(parts.username)
        secrets["s3_secret_access_key"] = unquote(parts.password or "")
    bare = parts._replace(netloc=bucket, query=urlencode(options))
    return Place(urlunsplit(bare), secrets)


_STYLES = ("path", "virtual")


def keep_secrets(folder: Path, *places: Place) -> None:
    """Write them to the lab's folder, if there are any."""
    found = {name: secret for place in places for name, secret in place.secrets.items()}
    if found:
        write_durably(folder / SECRETS, json.dumps(found, indent=1).encode(), mode=0o600)


def read_secrets(folder: Path) -> dict[str, str]:
    """What is kept in the folder, the environment first. Raises StorageError when the file is damaged."""
    path = folder / SECRETS
    try:
        kept = json.loads(path.read_bytes())
        found = {str(name): str(secret) for name, secret in kept.items()}
    except FileNotFoundError:
        found = {}
    except (OSError, ValueError, AttributeError) as exc:
        raise StorageError("lab.secrets", "The lab's secrets cannot be read.", where=str(path)) from exc
    for variable, name in _ENVIRONMENT.items():
        if os.environ.get(variable):
            found[name] = os.environ[variable]
    return found


_ENVIRONMENT = {
    "ASSAY_LAB_DATABASE_PASSWORD": "database_password",
    "AWS_ACCESS_KEY_ID": "s3_access_key_id",
    "AWS_SECRET_ACCESS_KEY": "s3_secret_access_key",
    "AWS_SESSION_TOKEN": "s3_token",
}


def database_url(folder: Path, url: str, secrets: Mapping[str, str]) -> str:
    """As SQLAlchemy takes it, with its password: not to be shown."""
    if not url:
        return f"sqlite:///{folder / DATABASE}"
    from sqlalchemy import make_url

    found = make_url(url)
    password = secrets.get("database_password")
    return (found.set(password=password) if password else found).render_as_string(hide_password=False)


def open_blobs(folder: Path, url: str, secrets: Mapping[str, str], lab: str) -> Blobs:
    """The store of a lab's blobs. lab: its id, the first part of its keys: labs may share a bucket."""
    if not url:
        return FolderBlobs(folder / BLOBS)
    from lab.s3 import S3Blobs

    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    prefix = "/".join(part for part in (parts.path.strip("/"), lab) if part)
    return S3Blobs(parts.netloc, prefix, options, secrets)


def _split(text: str, code: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise InputError(code, "This is no address.") from None
    return parts


def _without_password(netloc: str) -> str:
    user, at, host = netloc.rpartition("@")
    return f"{user.partition(':')[0]}{at}{host}"
