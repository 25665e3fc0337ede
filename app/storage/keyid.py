"""What is derived from a workspace's key: its public id, and the key of the attachments file.

BLAKE2b in keyed mode with a personalisation string (RFC 7693) keeps the two apart and the key unguessable.
"""

from __future__ import annotations

import hashlib


def key_id(key: bytes) -> str:
    """16 hexadecimal digits that name the key and tell nothing of it."""
    return hashlib.blake2b(key=key, person=b"assay.key-id", digest_size=8).hexdigest()


def attachments_key(key: bytes) -> bytes:
    return hashlib.blake2b(key=key, person=b"assay.attach", digest_size=32).digest()
