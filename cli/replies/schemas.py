"""JSON Schema 2020-12 of every reply, made of its type: `resources/schemas/replies/`, one file a command.

Only `make docs` and the tests need this: it is the one place of the command line that takes pydantic. A schema says
what is always there and lets more be; a **closed** reply has nothing else, which the tests hold the program to.
"""

from __future__ import annotations

import json
import re
import types
import typing
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

import typing_extensions
from pydantic import BaseModel, ConfigDict, TypeAdapter

from app.services.replies import WireDocument
from app.wire.devices import Jwk
from app.wire.models import Jws
from app.wire.schemas import DIALECT
from app.wire.work import Judgement, TaskLine
from cli.replies.registry import MORE, REPLIES

DOCUMENTS: Mapping[str, type[BaseModel]] = {
    "task": TaskLine,
    "judgement": Judgement,
    "jws": Jws,
    "jwk": Jwk,
}


def schemas() -> dict[str, str]:
    """File name → text, the same for the same types on every machine."""
    return {
        file_of(name): json.dumps(_schema(name), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        for name in sorted({**REPLIES, **MORE})
    }


def file_of(name: str) -> str:
    """The file of a command's schema, by the command's full name. KeyError when its reply is not described."""
    _kind(name)
    return f"{_slug(name)}.schema.json"


def _schema(name: str) -> dict[str, Any]:
    about = {"$schema": DIALECT, "$id": f"urn:assay:schema:reply:{_slug(name)}:1", "title": f"assay {name}"}
    return {**TypeAdapter(_readable(_kind(name), False)).json_schema(mode="validation"), **about}


@cache
def closed(name: str) -> TypeAdapter[Any]:
    """What checks the reply of a command, or one of `MORE`, by name: all that is described, and nothing else."""
    return TypeAdapter(_readable(_kind(name), True))


def _kind(name: str) -> object:
    return {**REPLIES, **MORE}[name]


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name)


def _readable(kind: Any, is_closed: bool) -> Any:
    """The same type as pydantic reads it: before Python 3.12 it takes the TypedDict of `typing_extensions` alone.
    Members that are documents of the protocol become their models.
    """
    if typing.is_typeddict(kind):
        return _typed(kind, is_closed)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is Annotated:
        (document,) = (one for one in arguments[1:] if isinstance(one, WireDocument))
        return DOCUMENTS[document.name]
    if origin is None or origin is typing.Literal:
        return kind
    inner = tuple(_readable(one, is_closed) for one in arguments)
    if origin in (types.UnionType, typing.Union):
        return typing.Union[inner]  # noqa: UP007 - of a tuple
    return typing_extensions.NotRequired[inner[0]] if origin is typing.NotRequired else origin[inner]


@cache
def _typed(kind: Any, is_closed: bool) -> Any:
    members = typing.get_type_hints(kind, include_extras=True)
    make: Any = typing_extensions.TypedDict
    made = make(kind.__name__, {name: _readable(member, is_closed) for name, member in members.items()})
    made.__doc__ = kind.__doc__
    made.__module__ = kind.__module__
    made.__pydantic_config__ = ConfigDict(
        strict=True, extra="forbid" if is_closed else "ignore", allow_inf_nan=False
    )
    return made
