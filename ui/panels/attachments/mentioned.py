"""Pages of the attached PDFs that a text speaks of, where it is clear of which file and the file has that page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.domain.task import Attachment
from app.rendering.mentions import Mention, named_near, page_mentions


def pdfs_of(files: Sequence[Attachment]) -> list[int]:
    """Which of these files are PDFs, by what they are declared as."""
    return [
        n for n, f in enumerate(files) if f.media_type == "application/pdf" or f.name.lower().endswith(".pdf")
    ]


def pages_named(
    text: str, files: Sequence[Attachment], counts: Mapping[int, int]
) -> list[tuple[Mention, int]]:
    """(mention, file) in the text's order: of the only PDF, or of the file that is named with it. counts: pages of
    each file, by its place; a file without one offers none."""
    pdfs = pdfs_of(files)
    names = [files[n].name for n in pdfs]
    found = []
    for mention in page_mentions(text) if counts else ():
        near = named_near(text, mention, names)
        if near is None and len(pdfs) != 1:
            continue
        file = pdfs[near or 0]
        if mention.page <= counts.get(file, 0):
            found.append((mention, file))
    return found
