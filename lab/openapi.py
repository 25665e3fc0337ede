"""The OpenAPI 3.1 description of the calls; `make docs` writes it to resources/schemas/openapi.json."""

from __future__ import annotations

import json

from lab.api import describe


def description() -> str:
    """Pretty JSON in a stable order. Validation errors are described as what they are here: problems."""
    found = describe().openapi()
    for path in found["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
    for name in ("HTTPValidationError", "ValidationError"):
        found["components"]["schemas"].pop(name, None)
    return json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
