"""Keys of people and programs as documents hold them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from app.wire.models import Id, Model, Short, Time

Role = Literal["expert", "lead", "operator"]
Seconds = Annotated[int, Field(ge=0, lt=253402300800)]


class Jwk(Model):
    """An Ed25519 public key. nbf, exp, revoked_at: seconds since 1970, as in JWT."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: Annotated[str, Field(min_length=43, max_length=43)]
    kid: Annotated[str, Field(min_length=43, max_length=43)]
    nbf: Seconds | None = None
    exp: Seconds | None = None
    revoked_at: Seconds | None = None


class Jwks(Model):
    keys: Annotated[list[Jwk], Field(min_length=1, max_length=100)]


class RegisteredDevice(Model):
    device: Id
    jwk: Jwk
    registered: Time
    revoked: Time | None = None
    age_recipient: Short | None = None
