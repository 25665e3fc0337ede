"""The secrets of one lab: the key of its workspace and the device key that signs for the expert."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field

from app.keys.box import TokenBytes

DeviceJwk = dict[str, str]


@dataclass(frozen=True, slots=True)
class Secrets:
    """workspace_key: 32 bytes. device_jwk: private Ed25519 key as a JWK (RFC 8037), {kty, crv, x, d}.

    Neither shows in a repr. Python cannot wipe memory: dropping the last reference is all that a lock can do.
    """

    workspace_key: bytes = field(repr=False)
    device_jwk: DeviceJwk = field(repr=False)

    @property
    def key_id(self) -> str:
        return key_id(self.workspace_key)


def key_id(workspace_key: bytes) -> str:
    """A name for the key that tells nothing about it: the first 16 hex digits of its BLAKE2b digest."""
    return hashlib.blake2b(workspace_key).hexdigest()[:16]


def new_secrets(token_bytes: TokenBytes) -> Secrets:
    """Fresh keys: 32 random bytes each for the workspace and for the Ed25519 seed."""
    return Secrets(token_bytes(32), device_jwk(token_bytes(32)))


def device_jwk(seed: bytes) -> DeviceJwk:
    """The private JWK of an Ed25519 seed (32 bytes)."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return {"kty": "OKP", "crv": "Ed25519", "x": _b64(public), "d": _b64(seed)}


def to_text(secrets: Secrets) -> str:
    """The one form in which secrets are kept (about 300 characters): JSON, or that inside a box."""
    return json.dumps(
        {"v": 1, "workspace_key": secrets.workspace_key.hex(), "device_jwk": secrets.device_jwk},
        separators=(",", ":"),
    )


def from_text(text: str | bytes) -> Secrets:
    """Secrets from their kept form. Raises ValueError for anything else, without quoting it."""
    try:
        data = json.loads(text)
        key = bytes.fromhex(data["workspace_key"])
        jwk = {name: data["device_jwk"][name] for name in ("kty", "crv", "x", "d")}
        seed = base64.urlsafe_b64decode(jwk["d"] + "==")
        is_whole = data["v"] == 1 and len(key) == 32 and len(seed) == 32 and device_jwk(seed) == jwk
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        is_whole = False
    if not is_whole:
        raise ValueError("not the kept form of secrets")
    return Secrets(key, jwk)


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
