"""How an expert meets a lab: a link `assay://enrol?…` or a small file with the same in it.

The invitation pins the lab's first key list by digest, so that nobody between can stand in for the lab. The
digest's first 96 bits can be read aloud as six words (proquints, arXiv:0901.4016: 16 bits a word).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from app.domain.ids import Digest
from app.domain.times import from_text, to_text
from app.errors import InputError
from app.wire import jsonio
from app.wire.origins import base_url

MAX_BYTES = 8192
_CONSONANTS, _VOWELS = "bdfghjklmnprstvz", "aiou"
_ROLES = ("expert", "lead", "operator")
_FIELDS = ("url", "keys", "code", "role", "expires")


@dataclass(frozen=True, slots=True)
class Invitation:
    """url: the lab's base URL. keys_digest: of the payload of its key list. code: works once.

    recipient: the lab's age recipient, for a request that is carried as a file; "" where the lab names none.
    """

    url: str
    keys_digest: Digest
    code: str
    role: str
    expires_at: datetime
    lab_name: str = ""
    recipient: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        return words(self.keys_digest)

    def link(self) -> str:
        return "assay://enrol?" + urlencode({"v": "1", **self._fields()})

    def file(self) -> bytes:
        """The file form, readable: JSON with the words to compare."""
        return jsonio.dumps({"assay": "invitation", "v": 1, **self._fields(), "words": " ".join(self.words)})

    def _fields(self) -> dict[str, str]:
        found = {
            "url": self.url,
            "keys": self.keys_digest,
            "code": self.code,
            "role": self.role,
            "expires": to_text(self.expires_at),
            "lab": self.lab_name,
            "age": self.recipient,
        }
        return {name: value for name, value in found.items() if value}


def read(data: str | bytes) -> Invitation:
    """From a link, or the content of a file with a link or the JSON form. Raises InputError
    `invitation.…`.
    """
    if len(data) > MAX_BYTES:
        raise _bad("long", "It is too long to be an invitation.")
    try:
        text = (data if isinstance(data, str) else data.decode("utf-8")).strip()
    except UnicodeDecodeError:
        raise _bad("shape", "It is not an invitation.") from None
    fields = _from_link(text) if text.lower().startswith("assay:") else _from_file(text)
    if fields.get("v") != "1":
        raise _bad("version", "The invitation is of a kind that this program does not know.")
    for name in _FIELDS:
        if not fields.get(name):
            raise _bad("shape", "The invitation has no “{name}”.", name=name)
    if not re.fullmatch(r"[0-9a-f]{64}", fields["keys"]):
        raise _bad("keys", "The invitation's digest of the lab's keys is damaged.")
    if not re.fullmatch(r"[A-Za-z0-9_-]{8,128}", fields["code"]):
        raise _bad("code", "The invitation's code is damaged.")
    if fields["role"] not in _ROLES:
        raise _bad("role", "The invitation names a role that this program does not know.")
    try:
        expires = from_text(fields["expires"])
    except ValueError:
        raise _bad("expires", "The invitation's expiry is no time.") from None
    if not re.fullmatch(r"(age1[a-z0-9]{58})?", fields.get("age", "")):
        raise _bad("age", "The invitation's key for files is damaged.")
    given = fields.get("words")
    if given is not None and given != " ".join(words(Digest(fields["keys"]))):
        raise _bad("words", "The invitation's words do not fit its digest.")
    return Invitation(
        url=base_url(fields["url"]),
        keys_digest=Digest(fields["keys"]),
        code=fields["code"],
        role=fields["role"],
        expires_at=expires,
        lab_name=fields.get("lab", "")[:200],
        recipient=fields.get("age", ""),
    )


def words(digest: Digest) -> tuple[str, ...]:
    """Six words of five letters for the first 96 bits of the digest."""
    bits = bytes.fromhex(digest)[:12]
    return tuple(_word(int.from_bytes(bits[i : i + 2], "big")) for i in range(0, 12, 2))


def _word(number: int) -> str:
    return (
        _CONSONANTS[number >> 12]
        + _VOWELS[number >> 10 & 3]
        + _CONSONANTS[number >> 6 & 15]
        + _VOWELS[number >> 4 & 3]
        + _CONSONANTS[number & 15]
    )


def _from_link(text: str) -> dict[str, str]:
    try:
        parts = urlsplit(text)
        pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True, max_num_fields=20)
    except ValueError:
        raise _bad("shape", "The link is damaged.") from None
    if parts.scheme != "assay" or parts.netloc != "enrol" or parts.path not in ("", "/") or parts.fragment:
        raise _bad("shape", "The link is no invitation.")
    if len(dict(pairs)) != len(pairs):
        raise _bad("shape", "The link names a field twice.")
    return dict(pairs)


def _from_file(text: str) -> dict[str, str]:
    try:
        found = jsonio.loads(text, limit=MAX_BYTES)
    except InputError:
        raise _bad("shape", "It is not an invitation.") from None
    if not isinstance(found, dict) or found.get("assay") != "invitation" or found.get("v") != 1:
        raise _bad("shape", "It is not an invitation.")
    fields = {name: value for name, value in found.items() if name not in ("assay", "v")}
    if not all(isinstance(value, str) for value in fields.values()):
        raise _bad("shape", "It is not an invitation.")
    return {**fields, "v": "1"}


def _bad(code: str, message: str, **params: str) -> InputError:
    return InputError(
        f"invitation.{code}",
        message,
        params=params,
        hint="Ask the lab for a new invitation, or copy it again.",
    )
