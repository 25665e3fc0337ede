"""Where real public data lies, if this machine has it; every test also has samples of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

_REPOSITORY = Path(__file__).resolve().parent.parent


def shared_data() -> Path | None:
    """The folder of shared data (ASSAY_SHARED_DATA, or `../shared/data` beside the repository), or None."""
    named = os.environ.get("ASSAY_SHARED_DATA")
    folder = Path(named) if named else _REPOSITORY.parent / "shared" / "data"
    return folder if folder.is_dir() else None


def real_answers() -> Iterator[tuple[str, str]]:
    """(name, text) of real model answers in Markdown; none when there is no shared data."""
    data = shared_data()
    folder = data / "5-markdown" if data else None
    if folder is None or not folder.is_dir():
        return
    for path in sorted(folder.glob("*.json*")):
        for number, record in enumerate(_records(path), 1):
            text = _answer(record)
            if text is not None:
                yield f"{path.stem}:{number}", text


def _records(path: Path) -> list[dict[str, object]]:
    content = path.read_text(encoding="utf-8")
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in content.splitlines() if line.strip()]
    records: list[dict[str, object]] = json.loads(content)
    return records


def _answer(record: dict[str, object]) -> str | None:
    match record:
        case {"messages": [_, {"content": {"answer": str(text)}}, *_]}:
            return text
        case {"model_prediction": {"proof": str(text)}} | {"model_output": str(text)} | {"text": str(text)}:
            return text
        case _:
            return None


def security_zips() -> Iterator[bytes]:
    """Malformed and hostile zip files that others made; none when there is no shared data."""
    data = shared_data()
    folder = data / "security" / "zip" if data else None
    if folder is not None and folder.is_dir():
        yield from (path.read_bytes() for path in sorted(folder.rglob("*.zip")))
