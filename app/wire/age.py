"""age encryption (age-encryption.org/v1) to devices and labs: bundles, drafts. The only module that names pyrage.

A device's age key is made from its Ed25519 seed, so that it lives and dies with it and nothing more need be kept:

    X25519 secret = HKDF-SHA256(ikm = seed, salt = "", info = "assay age x25519 v1"), 32 bytes

written as age writes it, in Bech32 (BIP 173) under `age-secret-key-`.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

from app.errors import InputError, TrustError

INFO = b"assay age x25519 v1"
MAX_RECIPIENTS = 100
_CHARS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def identity(jwk: Mapping[str, Any]) -> str:
    """The age secret key of a private Ed25519 JWK: `AGE-SECRET-KEY-1…`. A secret."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    seed = base64.urlsafe_b64decode(str(jwk["d"]) + "==")
    secret = HKDF(SHA256(), length=32, salt=None, info=INFO).derive(seed)
    return _bech32("age-secret-key-", secret).upper()


def recipient(jwk: Mapping[str, Any]) -> str:
    """The public age recipient that belongs to it: `age1…`."""
    import pyrage

    return str(pyrage.x25519.Identity.from_str(identity(jwk)).to_public())


def checked(text: str) -> str:
    """A recipient that somebody sent. Raises InputError `age.recipient`."""
    import pyrage

    try:
        return str(pyrage.x25519.Recipient.from_str(text))
    except pyrage.RecipientError:
        raise InputError("age.recipient", "This is no age recipient.") from None


def encrypt(data: bytes, recipients: Iterable[str]) -> bytes:
    """A standard age file that each of the recipients can open. Raises InputError `age.recipient`."""
    import pyrage

    names = sorted(set(recipients))
    if not 1 <= len(names) <= MAX_RECIPIENTS:
        raise InputError("age.recipient", "There is nobody to encrypt to.")
    file = _Written()
    pyrage.encrypt_io(_Read(data), file, [pyrage.x25519.Recipient.from_str(checked(n)) for n in names])
    return file.whole()


def decrypt(data: bytes, jwks: Sequence[Mapping[str, Any]]) -> bytes:
    """What an age file holds, by the age keys of these private JWKs. TrustError `age.closed`."""
    import pyrage

    found = _Written()
    try:
        pyrage.decrypt_io(_Read(data), found, [pyrage.x25519.Identity.from_str(identity(j)) for j in jwks])
    except (pyrage.DecryptError, OSError):
        raise TrustError(
            "age.closed",
            "This file was not made for this key, or it was changed on its way.",
            hint="Nothing of it was used. Ask whoever made it for a new one.",
        ) from None
    return found.whole()


class _Read:
    """Bytes, piece by piece. pyrage holds the interpreter from one call of ours to the next: with the whole of a
    large bundle in one call the window would stand still for a second."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)

    def read(self, size: int = -1) -> bytes:
        size = len(self._data) if size < 0 else size
        piece, self._data = bytes(self._data[:size]), self._data[size:]
        return piece


class _Written:
    """Pieces, put together."""

    def __init__(self) -> None:
        self._file = BytesIO()

    def write(self, piece: bytes) -> int:
        return self._file.write(piece)

    def whole(self) -> bytes:
        """Without a copy."""
        return self._file.getvalue()

    def flush(self) -> None:
        """Nothing is held back."""


def _bech32(prefix: str, data: bytes) -> str:
    """BIP 173, without its limit of 90 characters."""
    number, bits, values = 0, 0, list[int]()
    for byte in data:
        number, bits = (number << 8) | byte, bits + 8
        while bits >= 5:
            bits -= 5
            values.append((number >> bits) & 31)
    if bits:
        values.append((number << (5 - bits)) & 31)
    head = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = _polymod([*head, *values, 0, 0, 0, 0, 0, 0]) ^ 1
    values += [(check >> 5 * (5 - i)) & 31 for i in range(6)]
    return prefix + "1" + "".join(_CHARS[v] for v in values)


def _polymod(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for i, generator in enumerate(_GENERATOR):
            check ^= generator if (top >> i) & 1 else 0
    return check
