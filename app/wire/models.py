"""What every document model shares: strict fields, plain words for what is wrong, one way to parse.

Models are a view for checking: the raw bytes are what is kept, so unknown fields survive without being
modelled.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema

from app.domain.times import from_text
from app.errors import InputError
from app.wire import jsonio

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")
MAX_TOLD = 20


def typ(name: str) -> str:
    """`batch` → `application/vnd.assay.batch+json`."""
    return f"application/vnd.assay.{name}+json"


def _time(text: str) -> str:
    if not _TIME.fullmatch(text):
        raise ValueError("no time as RFC 3339 writes it, with a zone")
    from_text(text)
    return text


Time = Annotated[str, AfterValidator(_time), WithJsonSchema({"type": "string", "format": "date-time"})]
Id = Annotated[str, Field(min_length=1, max_length=200)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Short = Annotated[str, Field(max_length=500)]
Text = Annotated[str, Field(max_length=4_000_000)]
Count = Annotated[int, Field(ge=0)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Size = Annotated[int, Field(ge=0, le=2**40)]


class Model(BaseModel):
    """Strict; unknown fields are let through unread."""

    model_config = ConfigDict(
        strict=True, extra="ignore", frozen=True, hide_input_in_errors=True, allow_inf_nan=False
    )


class Document(Model):
    """The payload of a signed document; `NAME` is its kind and the name of its schema."""

    NAME: ClassVar[str]
    v: Annotated[int, Field(ge=1, le=1)] = 1

    @classmethod
    def typ(cls) -> str:
        return typ(cls.NAME)


class Jws(Model):
    """A signed document inside a call: exactly three text members."""

    model_config = ConfigDict(extra="forbid")
    protected: Annotated[str, Field(max_length=1024)]
    payload: Annotated[str, Field(max_length=1_500_000)]
    signature: Annotated[str, Field(max_length=1024)]

    def document(self) -> bytes:
        return jsonio.dumps(
            {"protected": self.protected, "payload": self.payload, "signature": self.signature}
        )


M = TypeVar("M", bound=Model)


def parse(model: type[M], payload: bytes, *, limit: int = jsonio.MAX_BYTES, where: str = "") -> M:
    """A checked view of the payload. Raises InputError `json.…`, `document.version` or `document.schema`.

    A schema error names every place that is wrong, twenty at most, and never what stands there.
    """
    return check(model, jsonio.loads(payload, limit=limit, where=where), where=where)


def check(model: type[M], value: Any, *, where: str = "") -> M:
    """`parse` for a value that the strict reader has read already."""
    if isinstance(value, dict) and "v" in value and issubclass(model, Document):
        version = value["v"]
        if isinstance(version, int) and not isinstance(version, bool) and version > 1:
            raise InputError(
                "document.version",
                "The document is of version {n}, which this program does not know.",
                params={"n": version},
                hint="Update Assay, then try again.",
                where=where,
            )
    try:
        return model.model_validate(value)
    except ValidationError as exc:
        found = [
            f"{jsonio.pointer(tuple(e['loc'])) or '/'}: {e['msg']}"
            for e in exc.errors(include_url=False, include_input=False, include_context=False)
        ]
        more = f"; and {len(found) - MAX_TOLD} more" if len(found) > MAX_TOLD else ""
        raise InputError(
            "document.schema",
            "The document does not have its shape: {problems}.",
            params={"problems": "; ".join(found[:MAX_TOLD]) + more, "n": len(found)},
            hint="Nothing of it was taken.",
            where=where or found[0].split(":", maxsplit=1)[0],
        ) from None
