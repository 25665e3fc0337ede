"""JSON Schema 2020-12 of every document, generated from the models into resources/schemas/.

    python -m app.wire.schemas --write | --check

The files are what other labs and tools read; the check fails when a model and its file differ.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.paths import resources
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


def drift(folder: Path) -> list[str]:
    """The names of files that are missing, differ or are left over."""
    wanted = schemas()
    there = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.schema.json")}
    return sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))


def write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in drift(folder):
        (folder / name).unlink(missing_ok=True)
    for name, text in schemas().items():
        (folder / name).write_text(text, encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    folder = resources() / "schemas"
    if list(arguments) == ["--write"]:
        write(folder)
        return 0
    if list(arguments) == ["--check"]:
        differing = drift(folder)
        for name in differing:
            print(f"resources/schemas/{name}: differs from its model; run `make docs`")
        return 1 if differing else 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
