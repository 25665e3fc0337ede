"""JSON Schema 2020-12 of every document, generated from the models into resources/schemas/ by `make docs`.

The files are what other labs and tools read; `make check` fails when a model and its file differ.
"""

from __future__ import annotations

import json
from typing import Any

from app.wire.documents import DOCUMENTS
from app.wire.models import Jws
from app.wire.work import Judgement

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, str]:
    """File name → text, the same for the same models on every machine."""
    found: dict[str, dict[str, Any]] = {}
    for model in DOCUMENTS:
        found[model.NAME] = model.model_json_schema(mode="validation")
    found[Judgement.NAME] = Judgement.model_json_schema(mode="validation")
    found["jws"] = Jws.model_json_schema(mode="validation")
    return {
        f"{name}.schema.json": json.dumps(
            {"$schema": DIALECT, "$id": f"urn:assay:schema:{name}:1", **schema},
            ensure_ascii=False,
            indent=1,
            sort_keys=True,
        )
        + "\n"
        for name, schema in sorted(found.items())
    }
