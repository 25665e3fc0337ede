"""`about.bin`: what is needed to begin a workspace anew when its file cannot be read: whose it is, and the lab's keys.

AES-256-GCM under a key derived from the workspace's own, a fresh nonce for each writing; 12 bytes nonce, then the
sealed JSON. It holds no task and no work.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.errors import StorageError
from app.settings import fsync_folder
from app.storage import driver
from app.storage.changes import SignedDocument
from app.storage.rows import WorkspaceIdentity

NAME = "about.bin"
KEPT = ("keys", "registration")
_NONCE = 12
_DATA = b"assay.about.1"


def write(
    folder: Path,
    key: bytes,
    identity: WorkspaceIdentity,
    documents: Sequence[SignedDocument],
    token_bytes: Callable[[int], bytes] = os.urandom,
) -> None:
    """Whole or not at all. StorageError `storage.io`."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    content: dict[str, Any] = {
        "v": 1,
        "identity": asdict(identity),
        "documents": [
            [d.name, d.version, base64.b64encode(d.payload).decode(), base64.b64encode(d.document).decode()]
            for d in documents
        ],
    }
    nonce = token_bytes(_NONCE)
    data = nonce + AESGCM(_key(key)).encrypt(nonce, json.dumps(content).encode(), _DATA)
    temp = folder / f"{NAME}.tmp"
    try:
        with open(temp, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        temp.chmod(0o600)
        os.replace(temp, folder / NAME)
        fsync_folder(folder)
    except OSError as exc:
        raise driver.problem("storage.io", str(folder)) from exc


def read(folder: Path, key: bytes) -> tuple[WorkspaceIdentity, list[SignedDocument]]:
    """StorageError `storage.damaged` when it is not there, not whole, or another workspace's."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    path = folder / NAME
    try:
        data = path.read_bytes()
        clear = AESGCM(_key(key)).decrypt(data[:_NONCE], data[_NONCE:], _DATA)
        content = json.loads(clear)
        documents = [
            SignedDocument(name, version, base64.b64decode(payload), base64.b64decode(document))
            for name, version, payload, document in content["documents"]
        ]
        return WorkspaceIdentity(**content["identity"]), documents
    except (OSError, InvalidTag, ValueError, KeyError, TypeError) as exc:
        raise StorageError(
            "storage.damaged",
            "The workspace cannot be begun anew: what says whose it is, is damaged or missing.",
            hint="Restore a snapshot, or enrol again with an invitation of the lab.",
            where=str(path),
        ) from exc


def _key(key: bytes) -> bytes:
    return hashlib.blake2b(key=key, person=b"assay.about", digest_size=32).digest()
