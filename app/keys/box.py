"""The sealed box: some bytes under a passphrase, a PIN or a recovery code.

    {"v": 1, "kdf": "argon2id", "t", "m", "p", "salt", "nonce", "ct", "check"}

The key is Argon2id (RFC 9106; `m` in KiB, 32 bytes out) of the secret's NFC text in UTF-8; `ct` is
AES-256-GCM with the header and the box's use as associated data, so that neither a weaker cost nor a box of
another use can be put in place. `check` is a plain digest of the rest: it tells damage from a wrong secret,
and protects nothing. Binary members are base64url without padding.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.errors import StorageError

Use = Literal["passphrase", "pin", "recovery"]
TokenBytes = Callable[[int], bytes]

MAX_T, MAX_M, MAX_P = 10, 1024 * 1024, 16
MAX_CT = 16 * 1024


@dataclass(frozen=True, slots=True)
class Cost:
    """Argon2id: passes, memory in KiB, lanes. By default RFC 9106's second choice (64 MiB, 0.4 s)."""

    t: int = 3
    m: int = 64 * 1024
    p: int = 4

    def is_sane(self) -> bool:
        """Within what this program writes or may meet; a file must not ask for all the memory or an hour."""
        return 1 <= self.t <= MAX_T and 1 <= self.p <= MAX_P and 8 * self.p <= self.m <= MAX_M


CHEAP = Cost(t=1, m=8 * 1024, p=1)
"""For secrets that are random already (160 bits): stretching adds nothing to them."""


class WrongSecretError(Exception):
    """The box is whole and the secret does not open it. Callers turn it into their own words."""


class DamagedBoxError(Exception):
    """The document is no box, or its bytes have changed. Callers name the place."""


def seal(content: bytes, secret: str, use: Use, cost: Cost, token_bytes: TokenBytes) -> dict[str, Any]:
    """A new box with a fresh salt and nonce."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = token_bytes(16), token_bytes(12)
    header = {
        "v": 1,
        "kdf": "argon2id",
        "t": cost.t,
        "m": cost.m,
        "p": cost.p,
        "salt": _text(salt),
        "nonce": _text(nonce),
    }
    sealed = AESGCM(_derive(secret, salt, cost)).encrypt(nonce, content, _associated(header, use))
    whole = {**header, "ct": _text(sealed)}
    return {**whole, "check": _check(whole)}


def open_box(box: Mapping[str, Any], secret: str, use: Use) -> bytes:
    """What was sealed. Raises WrongSecretError, DamagedBoxError, or StorageError `key.memory`."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        header = {name: box[name] for name in ("v", "kdf", "t", "m", "p", "salt", "nonce")}
        whole = {**header, "ct": box["ct"]}
        if box["check"] != _check(whole) or header["v"] != 1 or header["kdf"] != "argon2id":
            raise DamagedBoxError
        if not all(type(header[name]) is int for name in ("t", "m", "p")):
            raise DamagedBoxError
        cost = Cost(header["t"], header["m"], header["p"])
        salt, nonce, sealed = (_bytes(whole[name]) for name in ("salt", "nonce", "ct"))
    except (KeyError, TypeError, ValueError) as exc:
        raise DamagedBoxError from exc
    if not cost.is_sane() or not 16 <= len(salt) <= 64 or len(nonce) != 12 or not 16 <= len(sealed) <= MAX_CT:
        raise DamagedBoxError
    try:
        return AESGCM(_derive(secret, salt, cost)).decrypt(nonce, sealed, _associated(header, use))
    except InvalidTag as exc:
        raise WrongSecretError from exc


def _derive(secret: str, salt: bytes, cost: Cost) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    # One passphrase may be typed composed on one system and decomposed on another (RFC 8265, section 4.2).
    text = unicodedata.normalize("NFC", secret).encode("utf-8", "surrogatepass")
    kdf = Argon2id(salt=salt, length=32, iterations=cost.t, lanes=cost.p, memory_cost=cost.m)
    try:
        return kdf.derive(text)
    except MemoryError as exc:
        raise StorageError(
            "key.memory",
            "There is not enough memory to open the keys.",
            hint="Nothing was changed. Close other programs and try again.",
        ) from exc


def _associated(header: Mapping[str, Any], use: Use) -> bytes:
    return json.dumps({**header, "use": use}, sort_keys=True, separators=(",", ":")).encode("ascii")


def _check(whole: Mapping[str, Any]) -> str:
    data = json.dumps(whole, sort_keys=True, separators=(",", ":")).encode("ascii")
    return hashlib.blake2b(data, digest_size=8).hexdigest()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as exc:
        raise ValueError("not base64url") from exc
    return data
