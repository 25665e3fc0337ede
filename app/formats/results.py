"""`results`: the signed results exactly as experts sent them, one JWS JSON document a line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from app.formats import writing
from app.formats.base import Format, Graded, Losses


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    loss = Losses()
    for graded in results:
        if graded.document:
            out.write(graded.document.strip().replace(b"\n", b"") + b"\n")
        else:
            loss.leave("a result without a signature")
    return loss


FORMAT = Format(
    "results",
    "signed results as stored, JSON Lines; `assay verify` checks them",
    write=write,
    carries=writing.EVERYTHING,
)
