"""Answers as bytes: signed documents are put in as they were stored, never encoded anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import Response

from app.wire import jsonio
from app.wire.models import Model
from app.wire.protocol import PROBLEM_TYPE, Problem

PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "description": "Why not (RFC 9457)",
        "content": {PROBLEM_TYPE: {"schema": Problem.model_json_schema()}},
    }
}


def json_reply(body: bytes, status: int = 200) -> Response:
    return Response(body, status, {"Cache-Control": "no-store"}, media_type="application/json")


def joined(members: Mapping[str, Any], **documents: bytes | Iterable[bytes] | None) -> bytes:
    """A JSON object: `members`, then stored JSON (one, or an array of it) byte for byte; None is left out."""
    parts = [jsonio.dumps(name) + b":" + jsonio.dumps(value) for name, value in members.items()]
    for name, stored in documents.items():
        if stored is None:
            continue
        value = stored if isinstance(stored, bytes) else b"[" + b",".join(stored) + b"]"
        parts.append(jsonio.dumps(name) + b":" + value)
    return b"{" + b",".join(parts) + b"}"


def body(model: type[Model], description: str) -> dict[str, Any]:
    """OpenAPI of a body that the strict reader reads and this model then checks."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    content = {"application/json": {"schema": schema}}
    return {"requestBody": {"required": True, "description": description, "content": content}}
