"""The OpenAPI 3.1 description of the calls, generated from the application: resources/schemas/openapi.json.

python -m lab.openapi --check | --write
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from lab.api import describe

FILE = Path(__file__).resolve().parent.parent / "resources" / "schemas" / "openapi.json"


def description() -> str:
    """Pretty JSON in a stable order. Validation errors are described as what they are here: problems."""
    found = describe().openapi()
    for path in found["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
    for name in ("HTTPValidationError", "ValidationError"):
        found["components"]["schemas"].pop(name, None)
    return json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Write or check the OpenAPI description.")
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--check", action="store_true")
    action.add_argument("--write", action="store_true")
    if parser.parse_args(arguments).write:
        FILE.parent.mkdir(parents=True, exist_ok=True)
        FILE.write_text(description(), encoding="utf-8", newline="\n")
        return 0
    same = FILE.is_file() and FILE.read_text(encoding="utf-8") == description()
    print("openapi: ok" if same else "openapi: out of date; run python -m lab.openapi --write")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
