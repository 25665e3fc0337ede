"""Which addresses may be spoken to: HTTPS anywhere, plain HTTP on this computer only."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from app.errors import InputError


def base_url(text: str) -> str:
    """A lab's base URL without its last slash. Raises InputError `url.…`."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise _bad("shape") from None
    odd = any(c.isspace() or c in "\\\x7f" or ord(c) < 33 for c in text)
    if (
        not host
        or parts.username is not None
        or parts.password is not None
        or parts.query
        or parts.fragment
        or odd
    ):
        raise _bad("shape")
    if parts.scheme not in ("https", "http"):
        raise _bad("shape")
    if parts.scheme == "http" and not is_loopback(host):
        raise InputError(
            "url.plain",
            "The lab's address is not encrypted (http), which is allowed on this computer only.",
            hint="Ask the lab for its https address.",
        )
    return text.rstrip("/")


def origin(url: str) -> str:
    """`scheme://host:port` of a checked URL, the port written out, for comparison."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = (parts.hostname or "").lower()
    return f"{parts.scheme}://[{host}]:{port}" if ":" in host else f"{parts.scheme}://{host}:{port}"


def is_loopback(host: str) -> bool:
    """Literal loopback addresses and `localhost`; no name is looked up."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _bad(code: str) -> InputError:
    return InputError(
        f"url.{code}", "This is no address of a lab.", hint="It looks like https://lab.example.org."
    )
