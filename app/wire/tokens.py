"""Request tokens: a 60-second JWT that a device signs with its own key (in the manner of RFC 7523
assertions).

iss = sub = kid, aud = the API's base URL, iat, exp = iat + 60, jti. Nothing that is stored can be stolen, and
a laptop that was away for months needs no renewal. The check allows 30 s of clock difference.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from app.errors import InputError, TrustError
from app.wire import jsonio
from app.wire.signatures import ALG, MAX_DOCUMENT, PinnedKey, PrivateKey, PublicKey, verify_members

LIFE = timedelta(seconds=60)
LEEWAY = timedelta(seconds=30)
TYP = "JWT"
_CLAIMS = {"iss", "sub", "aud", "iat", "exp", "jti"}


def mint_token(key: PrivateKey, audience: str, now: datetime, jti: str) -> str:
    """A compact JWS. jti: unique text, at most 64 characters."""
    issued = int(now.timestamp())
    claims = {
        "iss": key.kid,
        "sub": key.kid,
        "aud": audience,
        "iat": issued,
        "exp": issued + int(LIFE.total_seconds()),
        "jti": jti,
    }
    parts = key.signs({"alg": ALG, "kid": key.kid, "typ": TYP}, jsonio.dumps(claims))
    return ".".join((parts["protected"], parts["payload"], parts["signature"]))


def check_token(
    token: str,
    lookup: Callable[[str], PublicKey | PinnedKey | None],
    audience: str,
    now: datetime,
    *,
    replayed: Callable[[str, datetime], bool] | None = None,
) -> str:
    """The kid of who signed the token. lookup: kid → key or None.

    replayed(jti, until): whether that jti was seen; it is told until when to remember it, and is asked last.
    Raises TrustError `token.shape | audience | early | expired | replayed` or `signature.…`.
    """
    parts = token.split(".")
    if len(parts) != 3 or len(token) > 2048:
        raise _refused("shape")

    def pinned(kid: str) -> PinnedKey | None:
        key = lookup(kid)
        return PinnedKey(key) if isinstance(key, PublicKey) else key

    found = dict(zip(("protected", "payload", "signature"), parts, strict=True))
    verified = verify_members(found, pinned, TYP, at=now)
    try:
        claims = jsonio.loads(verified.payload, limit=MAX_DOCUMENT)
    except InputError:
        raise _refused("shape") from None
    if not isinstance(claims, dict) or set(claims) != _CLAIMS:
        raise _refused("shape")
    issued, expires, jti = claims["iat"], claims["exp"], claims["jti"]
    numbers = all(
        isinstance(n, int) and not isinstance(n, bool) and 0 <= n < 2**40 for n in (issued, expires)
    )
    if not numbers or not isinstance(jti, str) or not 0 < len(jti) <= 64:
        raise _refused("shape")
    if claims["iss"] != verified.kid or claims["sub"] != verified.kid or claims["aud"] != audience:
        raise _refused("audience")
    if issued > (now + LEEWAY).timestamp():
        raise _refused("early")
    if expires < (now - LEEWAY).timestamp() or not 0 < expires - issued <= LIFE.total_seconds():
        raise _refused("expired")
    if replayed is not None and replayed(jti, datetime.fromtimestamp(expires, UTC) + LEEWAY):
        raise _refused("replayed")
    return verified.kid


def _refused(code: str) -> TrustError:
    messages = {
        "shape": "The request's token is malformed.",
        "audience": "The request's token is meant for somebody else.",
        "early": "The request's token comes from the future.",
        "expired": "The request's token has expired.",
        "replayed": "The request's token was used before.",
    }
    return TrustError(f"token.{code}", messages[code])
