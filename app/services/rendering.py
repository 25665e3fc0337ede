"""An answer as the reading view understands it, for scripts and for the window's cache."""

from __future__ import annotations

from collections.abc import Iterator

from app.errors import InputError
from app.services.replies import Rendered, RenderedLine


def render_text(data: bytes, *, where: str) -> Rendered:
    """One Markdown answer."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise InputError(
            "render.encoding", "The answer is not UTF-8 at byte {at}.", params={"at": exc.start}, where=where
        ) from exc
    return _rendered(text)


def render_lines(data: bytes, *, where: str) -> Iterator[RenderedLine]:
    """Lines of {id, text} in, {id, html, runs, warnings} out."""
    from app.wire.jsonio import loads

    for number, line in enumerate(data.splitlines(), 1):
        if not line.strip():
            continue
        entry = loads(line, where=f"{where}:{number}")
        if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
            raise InputError("render.line", "Each line needs “id” and “text”.", where=f"{where}:{number}")
        found = _rendered(entry["text"])
        yield {
            "id": entry.get("id"),
            "html": found["html"],
            "runs": found["runs"],
            "warnings": found["warnings"],
        }


def _rendered(text: str) -> Rendered:
    from app.rendering.answer import parse
    from app.rendering.html import to_html
    from app.rendering.plain import to_plain
    from app.rendering.runs import runs

    document = parse(text)
    return {
        "html": to_html(document),
        "runs": runs(document),
        "warnings": [
            {"kind": w.kind, "start": w.start, "end": w.end, "name": w.name} for w in document.warnings
        ],
        "plain": to_plain(document),
    }
