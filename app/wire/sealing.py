"""The sealed envelope: content that its reader holds long before she may read it.

    plaintext  = length (4 bytes, big-endian) ‖ content ‖ zeros up to the bucket
    ciphertext = AES-256-GCM(key, nonce, plaintext, associated data)
    commitment = SHA-256("assay.sealed.1" ‖ 0 ‖ key ‖ associated data)

AES-GCM alone does not commit to its key (two keys can open one ciphertext to two texts; Dodis, Grubbs,
Ristenpart and Woodage, CRYPTO 2018), hence the commitment, which the lab signs together with the ciphertext.
The associated data name the lab, the reader, the task and the envelope, so that none can stand for another.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from app.errors import InputError, TrustError
from app.wire import jsonio
from app.wire.leading import Opening, Sealed, SealedContent
from app.wire.models import parse
from app.wire.signatures import base64url, unbase64

KEY_BYTES = 32
NONCE_BYTES = 12
LEAST_BUCKET = 4096
MOST_BUCKET = 512 * 1024
"""A signed document holds 1 MiB; in base64url this stays below it."""
_TAG = b"assay.sealed.1\x00"


@dataclass(frozen=True, slots=True)
class Envelope:
    """For whom and what. Every part is bound into the ciphertext."""

    lab: str
    sealed: str
    expert: str
    batch: str
    task: str

    @classmethod
    def of(cls, document: Sealed) -> Envelope:
        return cls(document.lab, document.sealed, document.expert, document.batch, document.task)

    def bound(self) -> bytes:
        return jsonio.dumps([self.lab, self.sealed, self.expert, self.batch, self.task])


def bucket(size: int) -> int:
    """Bytes of the padded plaintext for content of this size: a power of two, 4 KiB at least.

    Raises InputError `sealed.long` for content that no envelope can hold.
    """
    found = LEAST_BUCKET
    while found < size + 4:
        found *= 2
    if found > MOST_BUCKET:
        raise InputError("sealed.long", "{n} bytes are too much to be sealed.", params={"n": size})
    return found


def seal(content: bytes, key: bytes, nonce: bytes, envelope: Envelope, padded: int) -> dict[str, str]:
    """The members `alg`, `nonce`, `ciphertext`, `commitment` of a `sealed`. padded: from `bucket`."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    plain = len(content).to_bytes(4, "big") + content
    plain += bytes(padded - len(plain))
    bound = envelope.bound()
    return {
        "alg": "A256GCM",
        "nonce": base64url(nonce),
        "ciphertext": base64url(AESGCM(key).encrypt(nonce, plain, bound)),
        "commitment": _commitment(key, bound),
    }


def unseal(sealed: Sealed, sealed_digest: str, opening: Opening) -> bytes:
    """The content as it was sealed. Raises TrustError `opening.other | opening.commitment | opening.content`."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    named = (opening.lab, opening.sealed, opening.expert, opening.task, opening.sealed_digest)
    if named != (sealed.lab, sealed.sealed, sealed.expert, sealed.task, sealed_digest):
        raise TrustError("opening.other", "The key is for something else than was sealed.")
    key, bound = unbase64(opening.key, "opening.key"), Envelope.of(sealed).bound()
    if len(key) != KEY_BYTES or not hmac.compare_digest(_commitment(key, bound), sealed.commitment):
        raise TrustError("opening.commitment", "The key is not the one that the lab committed itself to.")
    try:
        plain = AESGCM(key).decrypt(
            unbase64(sealed.nonce, "sealed.nonce"), unbase64(sealed.ciphertext, "sealed.text"), bound
        )
    except (InvalidTag, ValueError):
        raise TrustError("opening.content", "What was sealed does not open with its key.") from None
    size = int.from_bytes(plain[:4], "big")
    if size > len(plain) - 4 or any(plain[4 + size :]):
        raise TrustError("opening.content", "What was sealed does not have its shape.")
    return plain[4 : 4 + size]


def content_of(content: bytes) -> SealedContent:
    """A checked view of opened content."""
    return parse(SealedContent, content, limit=MOST_BUCKET)


def _commitment(key: bytes, bound: bytes) -> str:
    return hashlib.sha256(_TAG + key + bound).hexdigest()
