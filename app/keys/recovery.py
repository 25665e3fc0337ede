"""The printed recovery code: 160 random bits that open a second box with the same keys.

Written as eight groups of four in Crockford's base32 (no I, L, O, U) and a ninth group that checks the
others. Reading is tolerant: case, spaces, hyphens and full-width forms do not matter; O reads as 0, I and L
as 1. The code is shown once and kept nowhere; who has it and the files has the keys.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from typing import Any

from app.errors import InputError
from app.keys.box import CHEAP, TokenBytes, WrongSecretError, open_box, seal

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_BYTES = 20
GROUPS, CHECK_LENGTH = 8, 4
_LENGTH = GROUPS * 4 + CHECK_LENGTH
_MISREAD = str.maketrans("OIL", "011")


def new_code(token_bytes: TokenBytes) -> str:
    """A fresh code as it is printed: nine groups joined by hyphens."""
    symbols = _symbols(token_bytes(CODE_BYTES))
    return _grouped(symbols + _check(symbols))


def parse(typed: str) -> str:
    """The code as it was printed, from what a person typed. Raises InputError `recovery.mistyped`."""
    text = unicodedata.normalize("NFKC", typed).upper()
    symbols = "".join(c for c in text if not c.isspace() and unicodedata.category(c) != "Pd")
    symbols = symbols.translate(_MISREAD)
    whole = len(symbols) == _LENGTH and all(c in ALPHABET for c in symbols)
    if not whole or _check(symbols[:-CHECK_LENGTH]) != symbols[-CHECK_LENGTH:]:
        raise InputError(
            "recovery.mistyped",
            "This recovery code has a typing mistake: it is nine groups of four letters and digits.",
            hint="Compare it with the paper, group by group. Nothing was changed.",
        )
    return _grouped(symbols)


def seal_under(content: bytes, code: str, token_bytes: TokenBytes) -> dict[str, Any]:
    """The box for `recovery.json`. Cheap Argon2id: stretching adds nothing to 160 random bits."""
    return seal(content, parse(code), "recovery", CHEAP, token_bytes)


def open_with(box: Mapping[str, Any], code: str) -> bytes:
    """What the box holds. Raises InputError `recovery.mistyped` or `recovery.wrong`; DamagedBoxError."""
    try:
        return open_box(box, parse(code), "recovery")
    except WrongSecretError as exc:
        raise InputError(
            "recovery.wrong",
            "This recovery code is not the one of this workspace.",
            hint="It may be that of another lab, or an older one that was replaced. Nothing was changed.",
        ) from exc


def _symbols(data: bytes) -> str:
    """5 bits a symbol, most significant first; the length in bits is a multiple of 5."""
    number, count = int.from_bytes(data, "big"), len(data) * 8 // 5
    return "".join(ALPHABET[(number >> 5 * (count - 1 - i)) & 31] for i in range(count))


def _check(symbols: str) -> str:
    digest = hashlib.blake2b(symbols.encode("ascii"), digest_size=5, person=b"assay recovery").digest()
    return _symbols(digest)[:CHECK_LENGTH]


def _grouped(symbols: str) -> str:
    return "-".join(symbols[i : i + 4] for i in range(0, len(symbols), 4))
