"""Flattened JWS JSON (RFC 7515 §7.2.2) under Ed25519: keys, signing, verifying. The only module that names
joserfc.

A document is exactly three string members; its protected header is exactly `alg`, `kid`, `typ`. Shape and
header are checked before any cryptography runs. `alg` is emitted as `Ed25519` (RFC 9864) and `EdDSA` is
accepted too, both for Ed25519 keys only. `kid` is the RFC 7638 thumbprint, looked up by exact match. What a
signature covers is the payload's bytes, and a document's identity is their SHA-256, never that of the text
around them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from app.domain.ids import Digest, digest
from app.errors import AssayError, InputError, TrustError
from app.wire import jsonio
from app.wire.curve import fault

ALG = "Ed25519"
ALGS = (ALG, "EdDSA")
MAX_PAYLOAD = 1024 * 1024
MAX_HEADER = 1024
MAX_DOCUMENT = MAX_PAYLOAD * 4 // 3 + 2048
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")
_MEMBERS = ("protected", "payload", "signature")


@dataclass(frozen=True, slots=True)
class Verified:
    """typ: the full media type. payload: the signed bytes. digest: SHA-256 of them."""

    typ: str
    kid: str
    payload: bytes
    digest: Digest


class PublicKey:
    """An Ed25519 public key from a JWK. Raises TrustError `key.…` on any that cannot be trusted."""

    def __init__(self, jwk: Mapping[str, Any]) -> None:
        x = jwk.get("x")
        if jwk.get("kty") != "OKP" or jwk.get("crv") != "Ed25519" or not isinstance(x, str):
            raise TrustError("key.kind", "This is no Ed25519 public key.", hint=_NOTHING)
        raw = unbase64(x, "key.encoding")
        reason = fault(raw)
        if reason is not None:
            raise TrustError(f"key.{reason}", _KEY_FAULTS[reason], hint=_NOTHING)
        self.x = x
        self.kid = thumbprint(x)
        if jwk.get("kid", self.kid) != self.kid:
            raise TrustError("key.kid", "The key's name is not its thumbprint.", hint=_NOTHING)
        self._verify = cast(Ed25519PublicKey, OKPKey.import_key(self.as_jwk()).public_key).verify

    def as_jwk(self) -> dict[str, Any]:
        return {"kty": "OKP", "crv": "Ed25519", "x": self.x, "kid": self.kid}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and other.x == self.x

    def __hash__(self) -> int:
        return hash(self.x)

    def checks(self, document: Mapping[str, str]) -> bool:
        """Whether the signature over `protected.payload` is this key's."""
        signed = f"{document['protected']}.{document['payload']}"
        try:
            self._verify(unbase64(document["signature"], "signature.shape"), signed.encode("ascii"))
        except (InvalidSignature, TrustError, ValueError):
            return False
        return True


class PrivateKey:
    """An Ed25519 private key. Never printed: `repr` shows the public name."""

    def __init__(self, key: OKPKey) -> None:
        self._key = key
        self._sign = cast(Ed25519PrivateKey, key.private_key).sign
        # From the secret itself: a JWK's own `x` is only what it claims.
        x = base64url(key.public_key.public_bytes_raw())
        self.public = PublicKey({"kty": "OKP", "crv": "Ed25519", "x": x})

    @classmethod
    def generate(cls) -> PrivateKey:
        return cls(OKPKey.generate_key("Ed25519", auto_kid=False))

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, Any]) -> PrivateKey:
        """From {kty, crv, x, d}. Raises TrustError when the parts do not belong together."""
        x, d = jwk.get("x"), jwk.get("d")
        okp = jwk.get("kty") == "OKP" and jwk.get("crv") == "Ed25519"
        if not okp or not isinstance(x, str) or not isinstance(d, str):
            raise TrustError("key.kind", "This is no Ed25519 private key.", hint=_NOTHING)
        try:
            key = cls(OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": x, "d": d}))
        except (JoseError, ValueError, TypeError):
            raise TrustError("key.encoding", "The private key is damaged.", hint=_NOTHING) from None
        if key.public.x != x:
            raise TrustError("key.pair", "The private key does not belong to its public part.", hint=_NOTHING)
        return key

    @property
    def kid(self) -> str:
        return self.public.kid

    def as_jwk(self) -> dict[str, Any]:
        """{kty, crv, x, d}: a secret."""
        found = self._key.as_dict(private=True)
        return {name: found[name] for name in ("kty", "crv", "x", "d")}

    def signs(self, protected: Mapping[str, str], payload: bytes) -> dict[str, str]:
        """The three members over exactly these bytes (RFC 7515 §5.1)."""
        head, body = _encoded_header(*protected.items()), base64url(payload)
        signature = self._sign(f"{head}.{body}".encode("ascii"))
        return {"protected": head, "payload": body, "signature": base64url(signature)}

    def __repr__(self) -> str:
        return f"PrivateKey({self.kid})"


@dataclass(frozen=True, slots=True)
class PinnedKey:
    """A key and when it may sign; None: no bound."""

    key: PublicKey
    nbf: datetime | None = None
    exp: datetime | None = None
    revoked_at: datetime | None = None

    def refusal(self, at: datetime) -> TrustError | None:
        """Why it may not have signed at that time."""
        if self.revoked_at is not None and at >= self.revoked_at:
            return _refused("revoked_key", "It is signed by a key that was revoked.")
        if (self.exp is not None and at >= self.exp) or (self.nbf is not None and at < self.nbf):
            return _refused("expired_key", "It is signed by a key outside of that key's time.")
        return None


class KeySet:
    """Pinned keys by exact thumbprint."""

    def __init__(self, keys: Iterable[PinnedKey | PublicKey] = ()) -> None:
        pinned = [k if isinstance(k, PinnedKey) else PinnedKey(k) for k in keys]
        self._keys = {k.key.kid: k for k in pinned}

    @classmethod
    def from_jwks(cls, jwks: object) -> KeySet:
        """From {"keys": [JWK with optional nbf, exp, revoked_at in seconds since 1970]}; other kinds are
        refused.
        """
        keys = jwks.get("keys") if isinstance(jwks, dict) else None
        if not isinstance(keys, list) or not all(isinstance(k, dict) for k in keys):
            raise InputError("keys.shape", "This is no JSON Web Key Set: it has no list “keys”.")
        return cls(
            PinnedKey(PublicKey(k), _when(k, "nbf"), _when(k, "exp"), _when(k, "revoked_at")) for k in keys
        )

    def get(self, kid: str) -> PinnedKey | None:
        return self._keys.get(kid)

    def __iter__(self) -> Iterator[PinnedKey]:
        return iter(self._keys.values())

    def __len__(self) -> int:
        return len(self._keys)


def sign(typ: str, payload: bytes, key: PrivateKey) -> bytes:
    """The signed document: compact JSON with exactly `protected`, `payload`, `signature`.

    typ: the full media type. Raises InputError when the payload is over 1 MiB.
    """
    if len(payload) > MAX_PAYLOAD:
        raise InputError(
            "signature.long", "A document of {n} bytes cannot be signed.", params={"n": len(payload)}
        )
    return jsonio.dumps(key.signs({"alg": ALG, "kid": key.kid, "typ": typ}, payload))


def verify(document: bytes, keys: KeySet, typ: str | None, *, at: datetime | None = None) -> Verified:
    """The payload of a document that one of the keys signed as this typ (None: any typ).

    at: when the key must have been valid; None: revocation and times are not looked at. Raises TrustError
    `signature.shape | header | alg | typ | unknown_key | revoked_key | expired_key | bad`.
    """
    return verify_members(members(document), lambda kid: keys.get(kid), typ, at=at)


def verify_members(
    given: object,
    lookup: Callable[[str], PinnedKey | None],
    typ: str | None,
    *,
    at: datetime | None,
) -> Verified:
    """`verify` for the three members already taken apart; what is none of that is refused for its shape."""
    found = three_members(given)
    header = protected_header(found)
    if typ is not None and header["typ"] != typ:
        raise _refused("typ", "It is another kind of document than was expected.")
    payload = unbase64(found["payload"], "signature.shape")
    if len(payload) > MAX_PAYLOAD:
        raise _refused("shape", "It is longer than a document may be.")
    if len(unbase64(found["signature"], "signature.shape")) != 64:
        raise _refused("shape", "Its signature has the wrong length.")
    pinned = lookup(header["kid"])
    if pinned is None:
        raise _refused("unknown_key", "It is signed by a key that is not known here.")
    refusal = pinned.refusal(at) if at is not None else None
    if refusal is not None:
        raise refusal
    if not pinned.key.checks(found):
        raise _refused("bad", "Its signature does not fit: it was changed, or another key made it.")
    return Verified(header["typ"], header["kid"], payload, digest(payload))


def members(document: bytes) -> dict[str, str]:
    """The three members of a document, or TrustError `signature.shape`."""
    try:
        found = jsonio.loads(document, limit=MAX_DOCUMENT)
    except InputError as exc:
        raise _refused("shape", "It is no signed document: {what}", exc) from None
    return three_members(found)


def three_members(found: object) -> dict[str, str]:
    """What was read strictly already, if it has a signed document's shape, or TrustError `signature.shape`."""
    if (
        not isinstance(found, dict)
        or found.keys() != set(_MEMBERS)
        or not all(isinstance(v, str) for v in found.values())
    ):
        raise _refused("shape", "It is no signed document: not exactly protected, payload and signature.")
    return found


def protected_header(found: Mapping[str, str]) -> dict[str, str]:
    """The checked protected header, exactly {alg, kid, typ}."""
    return dict(_checked_header(found["protected"]))


@lru_cache(maxsize=1024)
def _checked_header(protected: str) -> Mapping[str, str]:
    """Each document of one signer and kind has the same; one that is refused is never kept."""
    if len(protected) > MAX_HEADER:
        raise _refused("header", "Its header is too long.")
    raw = unbase64(protected, "signature.header")
    try:
        header = jsonio.loads(raw, limit=512)
    except InputError as exc:
        raise _refused("header", "Its header cannot be read: {what}", exc) from None
    if (
        not isinstance(header, dict)
        or set(header) != {"alg", "kid", "typ"}
        or not all(isinstance(v, str) for v in header.values())
    ):
        raise _refused("header", "Its header is not exactly alg, kid and typ.")
    if header["alg"] not in ALGS:
        raise _refused("alg", "Its algorithm is not Ed25519.")
    return header


@lru_cache(maxsize=64)
def _encoded_header(*members: tuple[str, str]) -> str:
    """The same few over and over: one signer signs one kind of document."""
    return base64url(jsonio.dumps(dict(members)))


def sniff(document: bytes) -> str:
    """The typ that a document claims, unverified. Raises TrustError."""
    return protected_header(members(document))["typ"]


def self_signed(
    document: bytes, typ: str, jwk_of: Callable[[bytes], Mapping[str, Any]]
) -> tuple[Verified, PublicKey]:
    """Verify a document by the key that its own payload holds: proof of possession, nothing more."""
    found = members(document)
    key = PublicKey(jwk_of(unbase64(found["payload"], "signature.shape")))
    pinned = PinnedKey(key)
    return verify_members(found, lambda kid: pinned if kid == key.kid else None, typ, at=None), key


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unbase64(text: str, code: str) -> bytes:
    """Strict base64url without padding; trailing bits must be zero, so that each value has one spelling."""
    try:
        if not _BASE64URL.fullmatch(text):
            raise ValueError
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        if base64url(data) != text:
            raise ValueError
    except (binascii.Error, ValueError):
        raise TrustError(code, "It holds something that is not strict base64url.", hint=_NOTHING) from None
    return data


def thumbprint(x: str) -> str:
    """RFC 7638 thumbprint of the Ed25519 public key with this `x`."""
    text = f'{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}'
    return base64url(hashlib.sha256(text.encode("ascii")).digest())


_NOTHING = "Nothing of it was used."
_KEY_FAULTS = {
    "length": "An Ed25519 public key has 32 bytes; this one has not.",
    "canonical": "The public key is written in a way that has a second spelling.",
    "small_order": "Under this public key anyone could sign: it is refused.",
    "point": "The public key is no point of its curve.",
}


def _refused(code: str, message: str, what: AssayError | None = None) -> TrustError:
    return TrustError(f"signature.{code}", message, hint=_NOTHING, params={"what": what} if what else {})


def _when(jwk: Mapping[str, Any], name: str) -> datetime | None:
    seconds = jwk.get(name)
    if seconds is None:
        return None
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 0 <= seconds < 253402300800:
        raise InputError("keys.time", "“{name}” of a key is no time in seconds.", params={"name": name})
    return datetime.fromtimestamp(seconds, UTC)
